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
        return {node, update: () => update(ctx, node), live: () => perform.intake.live(ctx, perform.dom.parts(node)), key: (event, target) => key(ctx, event, target), focus: "#perform_port"};
    }

    /** @param {any} ctx @param {any} node */
    function update(ctx, node) {
        const part = perform.dom.parts(node);
        const {setText} = perform.dom;
        const {listener} = ctx.model.state;
        updateLead(part.lead, listener);
        perform.boxes.set(part.host, listener.host);
        perform.boxes.set(part.port, String(listener.port));
        const host = part.host.value.trim();
        const local = perform.senders.isLocal(host);
        perform.dom.setSegment(part.reach, REACH.some((choice) => choice.value === host) ? host : null);
        setText(part.hostText, local ? "this computer only" : host === "0.0.0.0" || host === "::" ? "all its networks" : "others can send too");
        const fault = ctx.ui.listenFault;
        part.problem.hidden = !fault;
        setText(part.problem, fault ? `▲ ${fault.message}` : "");
        const free = (fault || listener).free_port;
        part.free.hidden = !free;
        setText(part.free, `Use ${free}`);
        part.free.dataset.value = String(free);
        part.copy.dataset.value = perform.senders.target(listener);
        perform.dom.setAttribute(part.copy, "title", `Copy ${part.copy.dataset.value}: what a sender on ${perform.senders.isLocal(listener.host) ? "this computer" : "another computer"} needs`);
        perform.allowed.update(ctx, part, !local || Boolean(listener.network), host !== listener.host || part.port.value.trim() !== String(listener.port));
        perform.intake.update(ctx, part);
    }

    /** Where Perform listens, or why it hears nothing. @param {any} lead @param {any} listener */
    function updateLead(lead, listener) {
        const listening = listener.state === "listening";
        perform.dom.setText(lead, listening ? `Listening for OSC on ${where(listener.host, listener.port)}.` : `▲ ${listener.message}`);
        perform.dom.setClass(lead, "perform-problem", !listening);
    }

    /** An IPv6 address stands in brackets before a port. @param {string} host @param {number} port */
    function where(host, port) {
        return `${host.includes(":") ? `[${host}]` : host}:${port}`;
    }

    /** @param {any} ctx @param {any} part @param {string} hostName @param {number} port */
    async function change(ctx, part, hostName, port) {
        const before = ctx.model.state.listener;
        if (hostName === before.host && port === before.port && before.state === "listening") {
            ctx.ui.listenFault = null;
            ctx.layer.update();
            ctx.layer.toast(`Perform listens on ${where(hostName, port)} already.`);
            return;
        }
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

    /** Enter in Host or Port listens there. @param {any} ctx @param {KeyboardEvent} event @param {any} target */
    function key(ctx, event, target) {
        if (event.key !== "Enter" || !target.matches("#perform_host, #perform_port")) return false;
        Promise.resolve(actions["listener.change"](ctx)).catch(ctx.fail);
        return true;
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
