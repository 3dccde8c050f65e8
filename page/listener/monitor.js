import * as chooser from "../lanes/chooser.js";
import * as fields from "../lanes/fields.js";
import {recorded} from "../lanes/sources.js";
import {tint} from "../lanes/tint.js";
import * as store from "../store/state.js";
import * as moving from "../timeline/moving.js";
import {el, heading, keyed, partsOf, setAttribute, setClass, setCut, setText} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import {icon} from "../widgets/icons.js";
import * as roving from "../widgets/roving.js";
import * as addresses from "./addresses.js";

const TRACE_POINTS = 96;
const BLINK_TICKS = 12;
/** Letters at the end of an address that tell it from its neighbours. */
const TAIL = 9;
/** Height of a row, as in the style sheet. */
const ROW = 42;

/** The last moves of a source; `at`: the live message of the newest, `drawn`: what was drawn, with `theme`. @typedef {{points: number[], at: number, drawn: string, theme: Theme|null}} Trace */
/** Sizes on the screen. @typedef {{height: number, width: number, traceHeight: number}} Sizes */
/** @typedef {{list: PageElement, empty: PageElement, head: PageElement, traces: Map<string, Trace>, frame: Sizes}} MonitorView */

/** Every received source, with its last moves. @param {Ctx} ctx */
export function build(ctx) {
    const list = el("div", {class: "perform-source-list", role: "list", "aria-label": "Monitor", "data-roving": "list"});
    const empty = emptyState();
    const head = el("span", {class: "perform-dim"}, "");
    const node = el("section", {class: "perform-panel perform-monitor", "aria-label": "Monitor"},
        el("div", {class: "perform-head"}, heading("Monitor"), head, el("span", {class: "perform-space"}),
            el("button", {class: "perform-head-button", act: "monitor.clear", title: "Clear the list; sources come back when they send again"}, "Clear")),
        list, empty);
    /** @type {MonitorView} */
    const view = {list, empty, head, traces: new Map(), frame: {height: 0, width: 0, traceHeight: 0}};
    return {node, update: () => update(ctx, view), live: () => live(ctx, view)};
}

/** Nothing received yet: says what to do. */
function emptyState() {
    return el("div", {class: "perform-empty", part: "empty"},
        el("i", {class: "perform-radar", "aria-hidden": "true", part: "radar"}),
        el("b", {part: "emptyTitle"}, "No source yet"),
        el("span", {part: "waits"}, "Send OSC to ", el("code", {part: "where", id: "perform_where"}), ". Waiting."),
        el("span", {class: "perform-problem", part: "deaf"}),
        el("div", {class: "perform-menu-row", part: "waitsRow"},
            el("button", {class: "perform-button", act: "copy", part: "copy", title: "Copy host and port"}, icon("copy"), "Copy address"),
            el("button", {class: "perform-button", act: "senders.open", title: "Ableton Live, TouchOSC, Pure Data, oscsend", "aria-haspopup": "dialog"}, "How to send")));
}

/** @param {Ctx} ctx @param {MonitorView} view */
function update(ctx, view) {
    const {sources, listener} = ctx.model.state;
    view.list.hidden = sources.length === 0;
    view.empty.hidden = sources.length > 0;
    setText(view.head, sources.length > 0 ? format.counted(sources.length, "source") : "");
    const part = partsOf(view.empty);
    const where = addresses.target(listener);
    setText(part.where, where);
    part.copy.dataset.value = where;
    const listening = listener.state === "listening";
    setText(part.emptyTitle, listening ? "No source yet" : "No OSC can be received");
    setText(part.deaf, listening ? "" : `▲ ${listener.message}`);
    part.deaf.hidden = listening;
    part.radar.hidden = part.waits.hidden = part.waitsRow.hidden = !listening;
    keyed(view.list, sources, (source) => `${source.text ? "text " : ""}${source.name}`, row, (node, source) => updateRow(ctx, node, source));
    const opens = Array.from(view.list.children, (node) => partsOf(node).open);
    roving.stopAt(opens, (open) => open.tabIndex === 0);
    forget(view.traces, sources);
    measure(view);
    live(ctx, view);
}

/** A source that is no longer listed needs no trace. @param {Map<string, Trace>} traces @param {Source[]} sources */
function forget(traces, sources) {
    if (traces.size <= sources.length) return;
    const names = new Set(sources.map((source) => source.name));
    for (const name of [...traces.keys()]) if (!names.has(name)) traces.delete(name);
}

/** @param {Source} source */
function row(source) {
    // what changes 30 times a second is not part of the button: screen readers would repeat its name
    return el("div", {class: `perform-source${source.text ? " perform-source-text" : ""}`, role: "listitem"},
        el("button", {class: "perform-source-open", part: "open", act: "source.open", "data-value": source.name, "data-stop": "", "aria-haspopup": "dialog", tabindex: -1},
            el("span", {class: "perform-source-name", part: "name"}),
            el("span", {class: "perform-source-plays", part: "plays"})),
        el("i", {class: "perform-dot", part: "dot"}),
        el("span", {class: "perform-source-facts perform-number"}, el("span", {part: "rate"}), el("span", {part: "range"})),
        source.text ? null : el("canvas", {class: "perform-source-trace", part: "trace"}),
        el("span", {class: "perform-source-value perform-number", part: "value"}));
}

/** @param {Ctx} ctx @param {PageElement} node @param {Source} source */
function updateRow(ctx, node, source) {
    const part = partsOf(node);
    setCut(part.name, source.name, TAIL);
    const takes = recorded(source);
    const lanes = ctx.model.state.lanes;
    const playing = lanes.filter((lane) => lane.source === source.name);
    const plays = playing.length > 0 ? `plays ${playing.map(fields.ofLane).join(", ")}` : "";
    setAttribute(part.open, "title", [source.name, takes && `: ${takes}`, plays && `: ${plays}`,
        source.text ? ": text, and a lane needs numbers" : ": click to choose what it plays"].join(""));
    setClass(node, "perform-recorded", source.index < 0);
    const first = playing[0];
    const text = source.text ? "text: a lane needs numbers" : !first ? "choose…"
        : `${fields.ofLane(first)}${playing.length > 1 ? ` +${playing.length - 1}` : ""}`;
    if (source.text) setText(part.plays, text);
    else setCut(part.plays, text, first ? 2 : 0);
    setClass(node, "perform-bound", Boolean(first));
    tint(node, lanes.indexOf(first));
}

/** Sizes are read once after a change, never between writes: a browser would lay the page out for each. @param {MonitorView} view */
function measure(view) {
    const {list, frame} = view;
    const trace = list.querySelector("canvas");
    frame.height = list.clientHeight;
    frame.width = trace ? trace.clientWidth : 0;
    frame.traceHeight = trace ? trace.clientHeight : 0;
}

/** @param {Ctx} ctx @param {MonitorView} view */
function live(ctx, view) {
    const sources = ctx.model.state.sources;
    const first = Math.floor(view.list.scrollTop / ROW);
    const last = Math.ceil((view.list.scrollTop + view.frame.height) / ROW);
    for (let i = 0; i < sources.length; i += 1) {
        const node = view.list.children[i];
        const now = ctx.model.sources.get(sources[i].index);
        if (!node || !now) continue;
        const trace = remember(view.traces, sources[i], now);
        if (i >= first && i < last) liveRow(ctx, node, sources[i], now, trace, view.frame);
    }
}

/** @param {Map<string, Trace>} traces @param {Source} source @param {SourceLive} now */
function remember(traces, source, now) {
    const trace = traces.get(source.name) || {points: [], at: -1, drawn: "", theme: null};
    traces.set(source.name, trace);
    if (source.text || typeof now.value !== "number" || trace.at === now.moved && trace.points.length > 0) return trace;
    trace.at = now.moved;
    trace.points.push(now.value);
    if (trace.points.length > TRACE_POINTS) trace.points.shift();
    return trace;
}

/** @param {Ctx} ctx @param {PageElement} node @param {Source} source @param {SourceLive} now @param {Trace} trace @param {Sizes} frame */
function liveRow(ctx, node, source, now, trace, frame) {
    const part = partsOf(node);
    const active = ctx.model.link === "live" && now.rate_hz > 0;
    const fresh = now.moved > 0 && ctx.model.ticks - now.moved < BLINK_TICKS && active;
    setAttribute(part.dot, "data-mode", fresh ? "busy" : active ? "quiet" : "off");
    setText(part.rate, source.index < 0 ? "recorded" : format.rate(now.rate_hz));
    if (source.text) {
        setText(part.value, format.middle(String(now.value === null ? "" : now.value), 16));
        return;
    }
    const [low, high] = [Number(now.low), Number(now.high)];
    setText(part.value, format.fixed(typeof now.value === "number" ? now.value : null, format.decimalsFor(low, high)));
    setText(part.range, now.low === null ? "" : format.range(low, high));
    const look = `${trace.at} ${frame.width} ${node.getAttribute("style")}`;
    if (trace.drawn === look && trace.theme === ctx.theme()) return;
    trace.drawn = look;
    trace.theme = ctx.theme();
    const canvas = /** @type {HTMLCanvasElement} */ (node.querySelector("canvas"));
    moving.trace(canvas, {width: frame.width, height: frame.traceHeight}, trace.points, low, high, trace.theme, node);
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "source.open": (ctx, node) => {
        const source = store.sourceByName(ctx.model, node.dataset.value);
        if (source && source.text) return ctx.layer.toast(`${source.name} sends text, and a lane needs numbers. Choose another source.`, {level: "warn"});
        return chooser.open(ctx, node, node.dataset.value);
    },
    /** @param {Ctx} ctx */
    "monitor.clear": (ctx) => ctx.send("monitor.clear"),
};
