import * as documents from "../widgets/documents.js";
import {el} from "../widgets/dom.js";
import {iconButton} from "../widgets/icons.js";
import * as addresses from "./addresses.js";

/**
 * What to type into which program, with the address Perform listens on now.
 * @param {ListenerState} listener
 * @returns {{name: string, steps: string, code?: string}[]}
 */
export function recipes(listener) {
    const {host, port} = listener;
    const local = addresses.isLocal(host);
    const network = local ? " A tablet is another computer: let Perform listen on the network first (click OSC at the top)." : " Then allow it: click OSC at the top.";
    const here = local ? host : "127.0.0.1";
    return [
        {name: "Ableton Live", steps: `OSC Send of the Connection Kit (Max for Live): Host ${here}, Port ${port}, then Map a knob and give it an address of your own, such as /synth/cutoff.`},
        {name: "TouchOSC", steps: `Connections, OSC, UDP: Host ${local ? "is this computer" : addresses.reachable(listener)[0] || "is this computer"}, Send port ${port}.${network}`},
        {name: "Pure Data", steps: "[oscformat synth cutoff] into [list prepend send], [list trim] and [netsend -u -b], connected by this message:", code: `connect ${here} ${port}`},
        {name: "A terminal", steps: "oscsend comes with liblo (liblo-tools in Debian and Ubuntu, liblo in Homebrew):", code: `oscsend ${here} ${port} /synth/cutoff f 0.5`},
    ];
}

/** @param {Ctx} ctx */
export function panel(ctx) {
    const {listener} = ctx.model.state;
    const node = el("div", {class: "perform-senders"},
        el("div", {class: "perform-menu-title"}, "Send OSC to ", el("code", {}, addresses.target(listener)), " over UDP"),
        ...recipes(listener).map((recipe) => el("div", {class: "perform-sender"},
            el("b", {}, recipe.name),
            el("div", {}, el("div", {}, recipe.steps),
                recipe.code ? el("div", {class: "perform-code"}, el("code", {}, recipe.code), iconButton("copy", "Copy", {act: "copy", "data-value": recipe.code, class: "perform-button-bare"})) : null))),
        el("div", {class: "perform-dim"}, "Any address works. Those that begin with /perform/ control Perform itself: /perform/record 1 starts, 0 stops."),
        documents.link(ctx, "senders", "More senders, step by step"));
    return {node, wide: true};
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "senders.open": (ctx, node) => ctx.layer.show("How to send", panel(ctx), node.closest(".perform-popover") ? ctx.root.querySelector("#perform_osc") : node),
};
