import {el, keyed, setText} from "../widgets/dom.js";
import * as format from "../widgets/format.js";

/** Reception statistics: the facts of the listener's panel. */

/** Errors in packets, and valid OSC that could not be kept. @type {Readonly<Record<string, string>>} */
export const WORDS = Object.freeze({
    empty: "empty", length: "length not a multiple of four", unterminated_text: "text without a terminating zero", padding: "padding is not zero",
    empty_address: "no address", address_encoding: "address is not UTF-8", address_character: "control character in an address",
    address_length: "address too long", type_tags: "no type tags, or without a comma", unknown_type: "unknown type", truncated_argument: "argument cut off",
    trailing_bytes: "bytes after the last argument", text_encoding: "text is not UTF-8", character: "invalid character code", array: "array brackets do not match",
    array_depth: "arrays nested too deeply", blob_size: "blob of negative size", bundle_header: "bundle too short", element_size: "impossible size in a bundle",
    bundle_depth: "bundles nested too deeply", framing: "framed for a serial line or TCP, or several in one packet",
    not_finite: "value is not a finite number", too_many_sources: "too many sources", too_many_arguments: "too many arguments",
    text_dropped: "too many texts at once", control_dropped: "too many /perform/ messages at once",
});

export function rows() {
    /** @param {string} name @param {string} part @param {string} title @param {Child} [more] */
    const fact = (name, part, title, more) => el("div", {title, part: `${part}Fact`}, el("dt", {}, name), el("dd", {}, el("b", {part, class: "perform-number"}), more || null));
    const fold = el("button", {class: "perform-fold", act: "intake.fold", part: "fold", "aria-expanded": "false", hidden: true}, "which?");
    return [el("dl", {class: "perform-facts"},
        fact("received", "received", "Packets since the start"),
        fact("lost", "lost", "Messages lost because this computer was busy for too long"),
        fact("too long", "truncated", "Packets longer than the receive buffer: left out"),
        fact("left out", "leftOut", "OSC that could not be kept"),
        fact("irregular", "irregular", "Messages that break a rule of OSC: everything in them that is certain was read"),
        fact("malformed", "malformed", "Packets that are not OSC: counted and ignored", fold)),
    el("ul", {class: "perform-kinds perform-dim", part: "kinds", hidden: true}),
    el("dl", {class: "perform-facts-wide"},
        el("dt", {title: "What records the arrival of each message. The system does so at once, however busy this computer is"}, "arrival times"), el("dd", {part: "stamps"}),
        el("dt", {title: "Messages that can wait, in order and with their times, while this computer is busy, for instance loading a checkpoint. More of them would be lost"}, "when busy"), el("dd", {part: "survives"}))];
}

/** @param {Ctx} ctx @param {Parts} part */
export function update(ctx, part) {
    const {listener} = ctx.model.state;
    const kinds = lines(listener);
    const leftOut = sum(listener.refused_kinds);
    part.fold.hidden = kinds.length === 0;
    const open = !part.fold.hidden && part.fold.getAttribute("aria-expanded") === "true";
    part.kinds.hidden = !open;
    keyed(part.kinds, open ? kinds : [], (line) => line, (line) => el("li", {}, line), () => undefined);
    part.leftOutFact.hidden = leftOut === 0;
    setText(part.leftOut, format.count(leftOut));
    const irregular = sum(listener.irregular_kinds);
    part.irregularFact.hidden = irregular === 0;
    setText(part.irregular, format.count(irregular));
    part.truncatedFact.hidden = !(listener.truncated > 0);
    setText(part.truncated, format.count(listener.truncated));
    setText(part.stamps, stamps(listener));
    live(ctx, part);
}

/** What moves while something is sent. @param {Ctx} ctx @param {Parts} part */
export function live(ctx, part) {
    for (const name of /** @type {const} */ (["received", "malformed", "lost"])) setText(part[name], format.count(ctx.model.intake[name]));
    setText(part.survives, survives(ctx.model.state.listener.buffered, ctx.model.events_per_s));
}

/** @param {Record<string, number>|undefined} kinds */
function sum(kinds) {
    return Object.values(kinds || {}).reduce((all, count) => all + count, 0);
}

/** "12 × length not a multiple of four", the most first. @param {ListenerState} listener */
export function lines(listener) {
    const all = [listener.malformed_kinds, listener.refused_kinds].flatMap((kinds) => Object.entries(kinds || {})).map(([kind, count]) => ({kind, count, more: ""}));
    for (const [kind, count] of Object.entries(listener.irregular_kinds || {})) all.push({kind, count, more: "; the rest was read"});
    return all.filter(({count}) => count > 0).sort((a, b) => b.count - a.count)
        .map(({kind, count, more}) => `${format.count(count)} × ${WORDS[kind] || kind.replace(/_/g, " ")}${more}`);
}

/** @param {ListenerState} listener */
export function stamps(listener) {
    const who = listener.stamps === "kernel" ? "by the system" : "by Perform";
    const error = listener.stamp_error_ms;
    return error === null || error === undefined ? who : `${who}, to ${format.error(error)} ms`;
}

/** For how long nothing is lost. @param {number|undefined} buffered packets @param {number} rate events a second */
export function survives(buffered, rate) {
    if (!buffered) return "–";
    if (!(rate > 0)) return `${format.counted(buffered, "message")} can wait`;
    return `${seconds(buffered / rate)} of messages can wait`;
}

/** @param {number} time_s */
function seconds(time_s) {
    if (time_s >= 5400) return `${Math.round(time_s / 3600)} h`;
    if (time_s >= 100) return `${Math.round(time_s / 60)} min`;
    return `${time_s >= 10 ? Math.round(time_s) : time_s.toFixed(1)} s`;
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "intake.fold": (ctx, node) => {
        node.setAttribute("aria-expanded", String(node.getAttribute("aria-expanded") !== "true"));
        ctx.layer.update();
    },
};
