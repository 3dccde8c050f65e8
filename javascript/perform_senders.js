// @ts-check
(function (perform) {
    "use strict";

    /**
     * What to type into which program, with the address Perform listens on now.
     * @param {string} host @param {number} port
     * @returns {{name: string, steps: string, code?: string}[]}
     */
    function recipes(host, port) {
        const local = perform.senders.isLocal(host);
        const network = local ? " A tablet is another computer: let Perform listen on 0.0.0.0 first (click OSC at the top)." : "";
        return [
            {name: "Ableton Live", steps: `OSC Send of the Connection Kit (Max for Live): Host ${local ? host : "this computer"}, Port ${port}, then Map a knob and give it an address of your own, such as /synth/cutoff.`},
            {name: "TouchOSC", steps: `Connections, OSC, UDP: Host is this computer, Send port ${port}.${network}`},
            {name: "Pure Data", steps: "[oscformat synth cutoff] into [list prepend send], [list trim] and [netsend -u -b], connected by this message:", code: `connect ${local ? host : "127.0.0.1"} ${port}`},
            {name: "A terminal", steps: "oscsend comes with liblo (liblo-tools in Debian and Ubuntu, liblo in Homebrew):", code: `oscsend ${local ? host : "127.0.0.1"} ${port} /synth/cutoff f 0.5`},
        ];
    }

    /** @param {string} host */
    function isLocal(host) {
        return host === "localhost" || host === "::1" || /^127\./.test(host);
    }

    /** A link the browser can follow from here. @param {string|null|undefined} docs */
    function usable(docs) {
        return /^(https?:\/\/|\/)/.test(docs || "");
    }

    /** @param {any} ctx */
    function panel(ctx) {
        const {el, iconButton} = perform.dom;
        const {listener, host} = ctx.model.state;
        const node = el("div", {class: "perform-senders"},
            el("div", {class: "perform-menu-title"}, "Send OSC to ", el("code", {}, `${listener.host}:${listener.port}`), " over UDP"),
            ...recipes(listener.host, listener.port).map((recipe) => el("div", {class: "perform-sender"},
                el("b", {}, recipe.name),
                el("div", {}, el("div", {}, recipe.steps),
                    recipe.code ? el("div", {class: "perform-code"}, el("code", {}, recipe.code), iconButton("copy", "Copy", {act: "copy", "data-value": recipe.code, class: "perform-button-bare"})) : null))),
            el("div", {class: "perform-dim"}, "Any address works. Those that begin with /perform/ control Perform itself: /perform/record 1 starts, 0 stops."),
            usable(host.docs) ? el("a", {class: "perform-link", href: host.docs, target: "_blank", rel: "noopener"}, "More senders, step by step") : null);
        return {node, wide: true};
    }

    const actions = {
        /** @param {any} ctx @param {any} node */
        "senders.open": (ctx, node) => ctx.layer.show("How to send", panel(ctx), node.closest(".perform-popover") ? ctx.root.querySelector("#perform_osc") : node),
    };

    perform.senders = {recipes, isLocal, usable, panel, actions};
})(globalThis.perform ??= {});
