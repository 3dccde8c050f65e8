// @ts-check
(function (perform) {
    "use strict";

    /** Where Perform listens, and what came in. @param {any} ctx */
    function panel(ctx) {
        const {el, icon} = perform.dom;
        const row = perform.songs.row;
        const node = el("div", {class: "perform-form"},
            el("div", {class: "perform-form-lead", part: "lead"}),
            row("Host", el("input", {class: "perform-input", part: "host", id: "perform_host", input: "listener.typed", spellcheck: "false"}), "", "hostText"),
            row("Port", el("input", {class: "perform-input perform-input-number", part: "port", id: "perform_port", input: "listener.typed", inputmode: "numeric"}), "UDP", ""),
            el("div", {class: "perform-menu-row"},
                el("button", {class: "perform-button perform-button-strong", act: "listener.change"}, "Listen here"),
                el("button", {class: "perform-button", act: "listener.free", part: "free", hidden: true}),
                el("button", {class: "perform-button", act: "copy", part: "copy", title: "Copy host and port"}, icon("copy"), "Copy")),
            el("div", {class: "perform-problem", part: "problem", hidden: true}),
            el("div", {class: "perform-facts"},
                el("span", {}, "received"), el("b", {part: "received", class: "perform-number"}),
                el("span", {title: "Packets that are no OSC: counted, never fatal"}, "malformed"), el("b", {part: "malformed", class: "perform-number"}),
                el("span", {title: "Packets the system dropped before Perform could read them"}, "lost"), el("b", {part: "lost", class: "perform-number"})),
            el("button", {class: "perform-link perform-left", act: "senders.open"}, "How to send from Ableton Live, TouchOSC, Pure Data, oscsend"));
        return {node, update: () => update(ctx, node), focus: "#perform_port"};
    }

    /** @param {any} ctx @param {any} node */
    function update(ctx, node) {
        const part = perform.dom.parts(node);
        const {setText, setValue} = perform.dom;
        const {listener} = ctx.model.state;
        const listening = listener.state === "listening";
        setText(part.lead, listening ? `Listening for OSC on ${listener.host}:${listener.port}.` : "Not listening.");
        if (!part.host.dataset.typed) setValue(part.host, listener.host);
        if (!part.port.dataset.typed) setValue(part.port, String(listener.port));
        setText(part.hostText, perform.senders.isLocal(part.host.value) ? "this computer only" : "others can send too");
        const fault = ctx.ui.listenFault || listener;
        part.problem.hidden = !fault.message;
        setText(part.problem, fault.message ? `▲ ${fault.message}` : "");
        part.free.hidden = !fault.free_port;
        setText(part.free, `Use ${fault.free_port}`);
        part.free.dataset.value = String(fault.free_port);
        part.copy.dataset.value = `${listener.host}:${listener.port}`;
        setText(part.received, perform.format.count(ctx.model.intake.received));
        setText(part.malformed, perform.format.count(ctx.model.intake.malformed));
        setText(part.lost, perform.format.count(ctx.model.intake.lost));
    }

    /** @param {any} ctx @param {string} hostName @param {number} port */
    async function change(ctx, hostName, port) {
        const before = ctx.model.state.listener;
        if (hostName === before.host && port === before.port && before.state === "listening") return;
        try {
            const now = await ctx.api.command("listener.change", {host: hostName, port});
            ctx.ui.listenFault = null;
            ctx.layer.close();
            ctx.layer.toast(`Listening on ${now.host}:${now.port}.`);
        } catch (error) {
            ctx.ui.listenFault = {message: /** @type {any} */ (error).message, free_port: /** @type {any} */ (error).extras?.free_port};
            ctx.layer.update();
        }
    }

    const actions = {
        /** @param {any} ctx @param {any} node */
        "listener.open": (ctx, node) => {
            ctx.ui.listenFault = null;
            ctx.layer.show("Listener", panel(ctx), node);
        },
        /** What is being typed is not overwritten. @param {any} ctx @param {any} node */
        "listener.typed": (ctx, node) => {
            node.dataset.typed = "1";
            ctx.layer.update();
        },
        /** @param {any} ctx @param {any} node */
        "listener.change": (ctx, node) => {
            const part = perform.dom.parts(node.closest(".perform-form"));
            const port = perform.format.parseNumber(part.port.value);
            if (port === null || !Number.isInteger(port) || port < 1 || port > 65535) {
                ctx.layer.toast("A port is a whole number from 1 to 65535.", {level: "warn"});
                return undefined;
            }
            return change(ctx, part.host.value.trim(), port);
        },
        /** @param {any} ctx @param {any} node */
        "listener.free": (ctx, node) => {
            const typed = ctx.root.querySelector("#perform_host");
            return change(ctx, typed ? typed.value.trim() : ctx.model.state.listener.host, Number(node.dataset.value));
        },
        /** Copies data-value. @param {any} ctx @param {any} node */
        copy: async (ctx, node) => {
            const text = node.dataset.value;
            try {
                await navigator.clipboard.writeText(text);
                ctx.layer.toast(`Copied ${perform.format.middle(text, 60)}`);
            } catch {
                ctx.layer.toast("The browser does not allow copying here.", {level: "warn", remedy: text});
            }
        },
    };

    perform.listener = {panel, actions};
})(globalThis.perform ??= {});
