import * as boxes from "../widgets/boxes.js";
import {el, partsOf, setAttribute, setClass, setText} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import {icon} from "../widgets/icons.js";
import {refusalOf} from "../widgets/refusal.js";
import {segments, setSegment} from "../widgets/segments.js";
import * as addresses from "./addresses.js";
import * as allowed from "./allowed.js";
import * as intake from "./intake.js";

const REACH = [
    {value: "127.0.0.1", text: "this computer only", title: "Only programs on this computer can send"},
    {value: "0.0.0.0", text: "the network too", title: "Tablets and other computers can send, once you allow them"},
];

/** The address, the allowed senders, and the statistics. @param {Ctx} ctx @returns {Panel} */
export function panel(ctx) {
    const node = el("div", {class: "perform-form perform-listener"},
        el("div", {class: "perform-form-lead", part: "lead"}),
        segments("listener.reach", REACH, "Computers that can reach Perform", "reach"),
        boxes.row("Host", el("input", {class: "perform-input", part: "host", id: "perform_host", input: "box.typed", spellcheck: "false", autocomplete: "off"}), "", "hostText"),
        boxes.row("Port", el("input", {class: "perform-input perform-input-number", part: "port", id: "perform_port", input: "box.typed", inputmode: "numeric", autocomplete: "off"}), "UDP"),
        el("div", {class: "perform-problem", part: "problem", role: "alert", hidden: true}),
        el("div", {class: "perform-menu-row"},
            el("button", {class: "perform-button perform-button-strong", act: "listener.change", part: "listen"}, "Listen here"),
            el("button", {class: "perform-button", act: "listener.free", part: "free", hidden: true}),
            el("button", {class: "perform-button", act: "copy", part: "copy", title: "Copy what a sender needs: host and port"}, icon("copy"), "Copy")),
        ...allowed.rows(),
        ...intake.rows(),
        el("button", {class: "perform-link perform-left", act: "senders.open"}, "How to send from Ableton Live, TouchOSC, Pure Data, oscsend"));
    return {node, update: () => update(ctx, node), live: () => intake.live(ctx, partsOf(node)), key: (event, target) => key(ctx, event, target), focus: "#perform_port"};
}

/** @param {Ctx} ctx @param {PageElement} node */
function update(ctx, node) {
    const part = partsOf(node);
    const {listener} = ctx.model.state;
    updateLead(part.lead, listener);
    boxes.set(part.host, listener.host);
    boxes.set(part.port, String(listener.port));
    const host = part.host.value.trim();
    const local = addresses.isLocal(host);
    setSegment(part.reach, REACH.some((choice) => choice.value === host) ? host : null);
    setText(part.hostText, local ? "this computer only" : host === "0.0.0.0" || host === "::" ? "all its networks" : "others can send too");
    const problem = ctx.ui.listenProblem;
    part.problem.hidden = !problem;
    setText(part.problem, problem ? `▲ ${problem.message}` : "");
    const free = (problem || listener).free_port;
    part.free.hidden = !free;
    setText(part.free, `Use ${free}`);
    part.free.dataset.value = String(free);
    part.copy.dataset.value = addresses.target(listener);
    setAttribute(part.copy, "title", `Copy ${part.copy.dataset.value}: what a sender on ${addresses.isLocal(listener.host) ? "this computer" : "another computer"} needs`);
    allowed.update(ctx, part, !local || Boolean(listener.network), host !== listener.host || part.port.value.trim() !== String(listener.port));
    intake.update(ctx, part);
}

/** Where Perform listens, or why it receives nothing. @param {PageElement} lead @param {ListenerState} listener */
function updateLead(lead, listener) {
    const listening = listener.state === "listening";
    setText(lead, listening ? `Listening for OSC on ${addresses.where(listener.host, listener.port)}.` : `▲ ${listener.message}`);
    setClass(lead, "perform-problem", !listening);
}

/** @param {Ctx} ctx @param {Parts|null} part the open panel's boxes @param {string} hostName @param {number} port */
async function change(ctx, part, hostName, port) {
    const before = ctx.model.state.listener;
    if (hostName === before.host && port === before.port && before.state === "listening") {
        ctx.ui.listenProblem = null;
        ctx.layer.update();
        ctx.layer.toast(`Perform listens on ${addresses.where(hostName, port)} already.`);
        return;
    }
    try {
        const now = await ctx.api.command("listener.change", {host: hostName, port});
        ctx.ui.listenProblem = null;
        if (part) [part.host, part.port].forEach(boxes.accept);
        ctx.layer.toast(`Listening on ${addresses.where(now.host, now.port)}.`);
        if (!allowed.waiting(ctx, now.host)) ctx.layer.close();
    } catch (error) {
        const refusal = refusalOf(error);
        ctx.ui.listenProblem = {message: [refusal.message, refusal.remedy].filter(Boolean).join(" "), free_port: refusal.free_port};
        ctx.layer.update();
    }
}

/** The open panel's boxes, if it is open. @param {Ctx} ctx */
function openBoxes(ctx) {
    const node = ctx.root.querySelector(".perform-listener");
    return node ? partsOf(node) : null;
}

/** Enter in Host or Port listens there. @param {Ctx} ctx @param {KeyboardEvent} event @param {PageElement} target */
function key(ctx, event, target) {
    if (event.key !== "Enter" || !target.matches("#perform_host, #perform_port")) return false;
    Promise.resolve(actions["listener.change"](ctx)).catch(ctx.fail);
    return true;
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "listener.open": (ctx, node) => {
        ctx.ui.listenProblem = null;
        ctx.layer.show("Listener", panel(ctx), node);
    },
    /** Fills in the usual host of that choice. @param {Ctx} ctx @param {PageElement} node */
    "listener.reach": (ctx, node) => {
        const part = openBoxes(ctx);
        if (!part) return undefined;
        part.host.value = node.dataset.value;
        return boxes.actions["box.typed"](ctx, part.host);
    },
    /** @param {Ctx} ctx */
    "listener.change": (ctx) => {
        const part = openBoxes(ctx);
        if (!part) return undefined;
        const host = part.host.value.trim();
        const port = format.parseWhole(part.port.value, 1, 65535);
        if (host === "") return boxes.refuse(part.host, "Type an address of this computer, or 127.0.0.1.");
        if (port === null) return boxes.refuse(part.port, "The port must be a whole number from 1 to 65535.");
        return change(ctx, part, host, port);
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "listener.free": (ctx, node) => {
        const part = openBoxes(ctx);
        return change(ctx, part, part ? part.host.value.trim() : ctx.model.state.listener.host, Number(node.dataset.value));
    },
};
