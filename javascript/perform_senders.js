// @ts-check
(function (perform) {
    "use strict";

    /**
     * What to type into which program, with the address Perform listens on now.
     * @param {any} listener
     * @returns {{name: string, steps: string, code?: string}[]}
     */
    function recipes(listener) {
        const {host, port} = listener;
        const local = perform.senders.isLocal(host);
        const network = local ? " A tablet is another computer: let Perform listen on the network first (click OSC at the top)." : " Then allow it: click OSC at the top.";
        const here = local ? host : "127.0.0.1";
        return [
            {name: "Ableton Live", steps: `OSC Send of the Connection Kit (Max for Live): Host ${here}, Port ${port}, then Map a knob and give it an address of your own, such as /synth/cutoff.`},
            {name: "TouchOSC", steps: `Connections, OSC, UDP: Host ${local ? "is this computer" : reachable(listener)[0] || "is this computer"}, Send port ${port}.${network}`},
            {name: "Pure Data", steps: "[oscformat synth cutoff] into [list prepend send], [list trim] and [netsend -u -b], connected by this message:", code: `connect ${here} ${port}`},
            {name: "A terminal", steps: "oscsend comes with liblo (liblo-tools in Debian and Ubuntu, liblo in Homebrew):", code: `oscsend ${here} ${port} /synth/cutoff f 0.5`},
        ];
    }

    /** @param {string} host */
    function isLocal(host) {
        return host === "localhost" || host === "::1" || /^127\./.test(host);
    }

    /** Addresses that others can send to: the one that is listened on, or all there are. @param {any} listener @returns {string[]} */
    function reachable(listener) {
        const every = listener.host === "0.0.0.0" || listener.host === "::" || perform.senders.isLocal(listener.host);
        const own = listener.addresses || [];
        return every ? own : [listener.host];
    }

    /** What a sender needs: never 0.0.0.0, to which nobody can send. @param {any} listener */
    function target(listener) {
        const host = perform.senders.isLocal(listener.host) ? listener.host : reachable(listener)[0] || listener.host;
        return perform.listener.where(host, listener.port);
    }

    /** @param {any} ctx */
    function panel(ctx) {
        const {el, iconButton} = perform.dom;
        const {listener} = ctx.model.state;
        const node = el("div", {class: "perform-senders"},
            el("div", {class: "perform-menu-title"}, "Send OSC to ", el("code", {}, target(listener)), " over UDP"),
            ...recipes(listener).map((recipe) => el("div", {class: "perform-sender"},
                el("b", {}, recipe.name),
                el("div", {}, el("div", {}, recipe.steps),
                    recipe.code ? el("div", {class: "perform-code"}, el("code", {}, recipe.code), iconButton("copy", "Copy", {act: "copy", "data-value": recipe.code, class: "perform-button-bare"})) : null))),
            el("div", {class: "perform-dim"}, "Any address works. Those that begin with /perform/ control Perform itself: /perform/record 1 starts, 0 stops."),
            perform.documents.link(ctx, "senders", "More senders, step by step"));
        return {node, wide: true};
    }

    const actions = {
        /** @param {any} ctx @param {any} node */
        "senders.open": (ctx, node) => ctx.layer.show("How to send", panel(ctx), node.closest(".perform-popover") ? ctx.root.querySelector("#perform_osc") : node),
    };

    perform.senders = {recipes, isLocal, reachable, target, panel, actions};
})(globalThis.perform ??= {});
