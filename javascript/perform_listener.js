// @ts-check
(function (perform) {
    "use strict";

    const REACH = [
        {value: "127.0.0.1", text: "this computer only", title: "Only programs on this computer can send"},
        {value: "0.0.0.0", text: "the network too", title: "Tablets and other computers can send, once you allow them"},
    ];

    /** Where Perform listens, who may send there, and what came in. @param {any} ctx */
    function panel(ctx) {
        const {el, icon} = perform.dom;
        const {row} = perform.boxes;
        const node = el("div", {class: "perform-form perform-listener"},
            el("div", {class: "perform-form-lead", part: "lead"}),
            perform.dom.segments("listener.reach", REACH, "Who can reach Perform", "reach"),
            row("Host", el("input", {class: "perform-input", part: "host", id: "perform_host", input: "box.typed", spellcheck: "false", autocomplete: "off"}), "", "hostText"),
            row("Port", el("input", {class: "perform-input perform-input-number", part: "port", id: "perform_port", input: "box.typed", inputmode: "numeric", autocomplete: "off"}), "UDP"),
            el("div", {class: "perform-problem", part: "problem", role: "alert", hidden: true}),
            el("div", {class: "perform-menu-row"},
                el("button", {class: "perform-button perform-button-strong", act: "listener.change", part: "listen"}, "Listen here"),
                el("button", {class: "perform-button", act: "listener.free", part: "free", hidden: true}),
                el("button", {class: "perform-button", act: "copy", part: "copy", title: "Copy what a sender needs: host and port"}, icon("copy"), "Copy")),
            ...perform.allowed.rows(),
            ...perform.intake.rows(),
            el("button", {class: "perform-link perform-left", act: "senders.open"}, "How to send from Ableton Live, TouchOSC, Pure Data, oscsend"));
        return {node, update: () => update(ctx, node), live: () => perform.intake.live(ctx, perform.dom.parts(node)), focus: "#perform_port"};
    }

    /** @param {any} ctx @param {any} node */
    function update(ctx, node) {
        const part = perform.dom.parts(node);
        const {setText} = perform.dom;
        const {listener} = ctx.model.state;
        const listening = listener.state === "listening";
        setText(part.lead, listening ? `Listening for OSC on ${where(listener.host, listener.port)}.` : "Not listening.");
        perform.boxes.set(part.host, listener.host);
        perform.boxes.set(part.port, String(listener.port));
        const host = part.host.value.trim();
        const local = perform.senders.isLocal(host);
        perform.dom.setSegment(part.reach, REACH.some((choice) => choice.value === host) ? host : null);
        setText(part.hostText, local ? "this computer only" : host === "0.0.0.0" || host === "::" ? "all its networks" : "others can send too");
        const fault = ctx.ui.listenFault || listener;
        part.problem.hidden = !fault.message;
        setText(part.problem, fault.message ? `▲ ${fault.message}` : "");
        part.free.hidden = !fault.free_port;
        setText(part.free, `Use ${fault.free_port}`);
        part.free.dataset.value = String(fault.free_port);
        part.copy.dataset.value = perform.senders.target(listener);
        perform.allowed.update(ctx, part, !local || Boolean(listener.network));
        perform.intake.update(ctx, part);
    }

    /** An IPv6 address stands in brackets before a port. @param {string} host @param {number} port */
    function where(host, port) {
        return `${host.includes(":") ? `[${host}]` : host}:${port}`;
    }

    /** @param {any} ctx @param {any} part @param {string} hostName @param {number} port */
    async function change(ctx, part, hostName, port) {
        const before = ctx.model.state.listener;
        if (hostName === before.host && port === before.port && before.state === "listening") return;
        try {
            const now = await ctx.api.command("listener.change", {host: hostName, port});
            ctx.ui.listenFault = null;
            if (part) [part.host, part.port].forEach(perform.boxes.accept);
            ctx.layer.toast(`Listening on ${where(now.host, now.port)}.`);
            if (!perform.allowed.waiting(ctx, now.host)) ctx.layer.close();
        } catch (error) {
            const refusal = /** @type {any} */ (error);
            ctx.ui.listenFault = {message: [refusal.message, refusal.extras?.remedy].filter(Boolean).join(" "), free_port: refusal.extras?.free_port};
            ctx.layer.update();
        }
    }

    /** The open panel's boxes, if it is open. @param {any} ctx */
    function boxes(ctx) {
        const node = ctx.root.querySelector(".perform-listener");
        return node ? perform.dom.parts(node) : null;
    }

    const actions = {
        /** @param {any} ctx @param {any} node */
        "listener.open": (ctx, node) => {
            ctx.ui.listenFault = null;
            ctx.layer.show("Listener", panel(ctx), node);
        },
        /** Types the usual host of that choice. @param {any} ctx @param {any} node */
        "listener.reach": (ctx, node) => {
            const part = boxes(ctx);
            part.host.value = node.dataset.value;
            return perform.boxes.actions["box.typed"](ctx, part.host);
        },
        /** @param {any} ctx */
        "listener.change": (ctx) => {
            const part = boxes(ctx);
            const host = part.host.value.trim();
            const port = perform.format.parseWhole(part.port.value, 1, 65535);
            if (host === "") return perform.boxes.refuse(part.host, "Type an address of this computer, or 127.0.0.1.");
            if (port === null) return perform.boxes.refuse(part.port, "A port is a whole number from 1 to 65535.");
            return change(ctx, part, host, port);
        },
        /** @param {any} ctx @param {any} node */
        "listener.free": (ctx, node) => {
            const part = boxes(ctx);
            return change(ctx, part, part ? part.host.value.trim() : ctx.model.state.listener.host, Number(node.dataset.value));
        },
    };

    perform.listener = {panel, where, actions};
})(globalThis.perform ??= {});
