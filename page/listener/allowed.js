import * as boxes from "../widgets/boxes.js";
import {el, keyed, refill, setText} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import {icon, iconButton} from "../widgets/icons.js";
import * as addresses from "./addresses.js";

/** The allowed senders: the list, the one that was refused last, and the rules. */

/** Rows of the listener's panel, shown where others can reach Perform. */
export function rows() {
    const allow = el("button", {class: "perform-button perform-button-small", act: "sender.addButton", title: "Allow this address or network to send"}, icon("plus"), "Allow");
    return [el("section", {class: "perform-allowed", part: "network", "aria-label": "Senders in the network"},
        el("div", {class: "perform-allowed-own", part: "own"}),
        el("div", {class: "perform-allowed-refused", part: "refused", role: "status"},
            el("div", {class: "perform-allowed-who"}, el("div", {class: "perform-problem", part: "refusedText"}),
                iconButton("close", "Stop warning about this sender; it stays refused", {act: "sender.ignore", part: "ignore", class: "perform-button-bare"})),
            el("div", {class: "perform-menu-row"},
                el("button", {class: "perform-button perform-button-small", act: "sender.allow", part: "allowHost"}),
                el("button", {class: "perform-button perform-button-small", act: "sender.allow", part: "allowNetwork"}))),
        el("div", {class: "perform-menu-title"}, "Allowed senders"),
        el("div", {class: "perform-dim", part: "none"}, "None yet: other computers are refused."),
        el("ul", {class: "perform-allowed-list", part: "allowed", "aria-label": "Allowed senders"}),
        el("div", {class: "perform-allowed-add"},
            boxes.row("Add", el("input", {class: "perform-input", part: "sender", id: "perform_sender", input: "box.typed", change: "sender.add", placeholder: "192.168.1.23 or 192.168.1.0/24", spellcheck: "false", autocomplete: "off"}), ""), allow),
        el("label", {class: "perform-check", title: "/perform/record, /perform/play and others. Programs on this computer are always allowed"},
            el("input", {type: "checkbox", part: "controls", change: "sender.controls"}), el("span", {part: "controlsText"}, "")),
        boxes.row("Limit", el("input", {class: "perform-input perform-input-number", part: "limit", change: "sender.limit", input: "box.typed", inputmode: "numeric", autocomplete: "off", title: "The limit for one sender; packets above it are refused and shown on the take"}), "packets per second from each"),
        el("div", {class: "perform-problem", part: "limited", hidden: true}))];
}

/** @param {Ctx} ctx @param {Parts} part @param {boolean} network whether others can reach Perform @param {boolean} typed whether another address than the current one is typed */
export function update(ctx, part, network, typed) {
    const {listener} = ctx.model.state;
    const {senders} = listener;
    part.network.hidden = !network || !senders;
    if (part.network.hidden) return;
    updateOwn(part.own, listener, typed);
    updateRefused(ctx, part, senders.refused);
    part.none.hidden = senders.allowed.length > 0;
    part.allowed.hidden = senders.allowed.length === 0;
    keyed(part.allowed, senders.allowed, (sender) => sender, item, () => undefined);
    part.controls.checked = senders.controls;
    const refused = senders.controls_refused;
    setText(part.controlsText, `Allow /perform/… from them, to record and play${refused > 0 ? ` (${format.count(refused)} refused)` : ""}`);
    boxes.set(part.limit, String(senders.limit_hz));
    part.limited.hidden = senders.limited.length === 0;
    setText(part.limited, senders.limited.length > 0 ? `▲ Sent more than the limit: ${senders.limited.slice(0, 3).map((one) => `${one.host} (${format.count(one.count)} refused)`).join(", ")}` : "");
}

/** What to type into a tablet, once Perform listens on that address. @param {PageElement} place @param {ListenerState} listener @param {boolean} typed */
function updateOwn(place, listener, typed) {
    if (typed || listener.state !== "listening") {
        refill(place, [typed], () => [typed ? "Press Listen here first to see what to type in your tablet." : "Tablets cannot send now: see above."]);
        return;
    }
    const own = addresses.reachable(listener);
    const [are, one] = own.length > 1 ? ["addresses are", "one"] : ["address is", "it"];
    const shown = () => own.slice(0, 3).flatMap((address, index) => [index > 0 ? " or " : "", el("code", {}, address),
        iconButton("copy", `Copy ${address}`, {act: "copy", "data-value": address, class: "perform-button-bare"})]);
    refill(place, [own, listener.port], () => own.length === 0
        ? ["This computer has no network now: connect it so that a tablet can send here."]
        : [`This computer's ${are} `, ...shown(), `: type ${one} in your tablet, with port ${listener.port}.`]);
}

/** @param {Ctx} ctx @param {Parts} part @param {{host: string, network: string, count: number}|null} refused */
function updateRefused(ctx, part, refused) {
    part.refused.hidden = !refused;
    if (!refused) return;
    setText(part.refusedText, `▲ ${refused.host} was refused: ${format.counted(refused.count, "packet")}.`);
    setText(part.allowHost, `Allow ${refused.host}`);
    part.allowHost.dataset.value = refused.host;
    part.allowNetwork.hidden = !refused.network;
    setText(part.allowNetwork, `Allow its network ${refused.network}`);
    part.allowNetwork.dataset.value = refused.network;
    part.ignore.dataset.value = refused.host;
    part.ignore.hidden = ctx.ui.ignored.has(refused.host);
}

/** @param {string} sender */
function item(sender) {
    return el("li", {class: "perform-allowed-item"}, el("code", {}, sender),
        iconButton("close", `Remove ${sender}: its packets are refused again`, {act: "sender.forbid", "data-value": sender, class: "perform-button-bare"}));
}

/** The sender that waits to be allowed, unless the user dismissed it. @param {Ctx} ctx @returns {{host: string, count: number}|null} */
export function asking(ctx) {
    const {senders} = ctx.model.state.listener;
    const refused = senders ? senders.refused : null;
    return refused && !ctx.ui.ignored.has(refused.host) ? refused : null;
}

/** True while no other computer is allowed although others can reach Perform: the panel stays open. @param {Ctx} ctx @param {string} host */
export function waiting(ctx, host) {
    const {senders} = ctx.model.state.listener;
    return Boolean(senders) && !addresses.isLocal(host) && senders.allowed.length === 0;
}

/** @param {Ctx} ctx @param {PageElement} box */
async function add(ctx, box) {
    const sender = box.value.trim();
    if (sender === "") return boxes.accept(box);
    if (await boxes.send(ctx, box, "listener.allow", {sender})) box.value = "";
    return undefined;
}

/** Only the rules; the address stays. @param {Ctx} ctx */
function here(ctx) {
    const {host, port} = ctx.model.state.listener;
    return {host, port};
}

export const actions = {
    "sender.add": add,
    /** @param {Ctx} ctx @param {PageElement} node */
    "sender.addButton": (ctx, node) => {
        const box = node.parentNode.querySelector("#perform_sender");
        if (box.value.trim() === "") return boxes.refuse(box, "Type the address of your tablet or other computer.");
        return add(ctx, box);
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "sender.allow": (ctx, node) => ctx.send("listener.allow", {sender: node.dataset.value}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "sender.forbid": (ctx, node) => ctx.send("listener.forbid", {sender: node.dataset.value}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "sender.ignore": (ctx, node) => {
        ctx.ui.ignored.add(node.dataset.value);
        ctx.refresh();
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "sender.controls": (ctx, node) => ctx.send("listener.change", {...here(ctx), controls: node.checked}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "sender.limit": (ctx, node) => {
        const limit = format.parseWhole(node.value, 1, Infinity);
        if (limit === null) return boxes.refuse(node, "The limit must be a whole number from 1.");
        return boxes.send(ctx, node, "listener.change", {...here(ctx), limit_hz: limit});
    },
};
