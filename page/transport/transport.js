import * as addresses from "../listener/addresses.js";
import * as allowed from "../listener/allowed.js";
import * as end from "../songs/end.js";
import * as store from "../store/state.js";
import {el, partsOf, setAttribute, setClass, setText} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import {icon, iconButton} from "../widgets/icons.js";
import * as notices from "../widgets/notices.js";

/** The first band: Record, play, time, song, connection. @param {Ctx} ctx */
export function build(ctx) {
    const node = el("div", {class: "perform-panel perform-transport", role: "group", "aria-label": "Transport"},
        recordButton(),
        iconButton("wait", "Start at the first move of an armed source", {act: "record.wait", part: "wait", "aria-pressed": "false"}),
        iconButton("play", "Play what is recorded (Space)", {act: "play.toggle", part: "play"}),
        iconButton("stop", "Stop; pressed again: back to the beginning", {act: "play.stop", part: "stop"}),
        el("div", {class: "perform-time", role: "timer"},
            el("span", {class: "perform-clock", part: "clock", id: "perform_clock"}, "00:00.00"),
            el("span", {class: "perform-frames"},
                el("span", {part: "tag", class: "perform-tag"}, "stopped"),
                el("span", {part: "frame", id: "perform_frame"}, "frame 0 / 0"))),
        el("div", {class: "perform-space"}),
        iconButton("undo", "Undo (Z)", {act: "undo", part: "undo"}),
        iconButton("redo", "Redo (Shift+Z)", {act: "redo", part: "redo"}),
        el("button", {class: "perform-pill perform-pill-song", act: "songs.open", part: "songPill", "aria-haspopup": "dialog"},
            el("b", {part: "song"}, ""), icon("down")),
        el("button", {class: "perform-pill", act: "song.settings", part: "fps", title: "Frames per second, length, start and cadence of this song", "aria-haspopup": "dialog"}, ""),
        oscPill(),
        el("button", {class: "perform-pill perform-pill-warn", act: "notices.open", part: "notices", hidden: true, title: "Notices"}, ""),
        iconButton("help", "Keyboard shortcuts (?)", {act: "help.open"}));
    node.lastChild.textContent = "?";
    return {node, update: () => update(ctx, node)};
}

function recordButton() {
    return el("button", {class: "perform-record", id: "perform_record", act: "record.toggle", part: "record", title: "Record a new take (R)"},
        el("i", {class: "perform-record-mark"}), el("span", {part: "recordText"}, "Record"), el("kbd", {}, "R"));
}

function oscPill() {
    return el("button", {class: "perform-pill perform-pill-osc", id: "perform_osc", act: "listener.open", part: "oscPill", title: "Where Perform listens for OSC", "aria-haspopup": "dialog"},
        el("i", {class: "perform-dot", part: "oscDot"}),
        el("span", {part: "osc", class: "perform-osc-where"}, "OSC"),
        el("span", {part: "rate", class: "perform-osc-rate"}, "0/s"),
        el("span", {part: "asks", class: "perform-pill-asks", role: "img", "aria-label": "A sender was refused", hidden: true}, "▲"));
}

/** @param {Ctx} ctx @param {PageElement} node */
function update(ctx, node) {
    const model = ctx.model;
    const state = model.state;
    if (!state) return;
    const part = partsOf(node);
    updateTime(model, part);
    updateButtons(model, part);
    setText(part.song, state.song.name);
    setAttribute(part.songPill, "title", `${state.song.name}. Songs: open, new, rename, duplicate, trash`);
    setText(part.fps, `${format.plain(state.song.fps)} fps`);
    updateOsc(ctx, part);
    const open = notices.open(ctx).length;
    part.notices.hidden = open === 0;
    setText(part.notices, `▲ ${open}`);
    setAttribute(node, "data-state", state.transport.state);
}

/** @param {Model} model @param {Parts} part */
function updateTime(model, part) {
    const {song, transport} = model.state;
    setText(part.clock, format.clock(model.time_s));
    setText(part.frame, `frame ${format.count(store.frame(model))} / ${format.count(end.total(model))}`);
    const over = end.beyond(song, model.time_s) > 0;
    setClass(part.frame, "perform-over", over);
    setAttribute(part.frame, "title", over ? "After the end of the song: what is recorded here is kept, but not written"
        : end.endOf(song) === null ? "The song is as long as its takes" : null);
    const take = `${transport.take_number === null ? "" : ` ${transport.take_number}`}${over ? ", after the end" : ""}`;
    const tags = /** @type {Record<string, string>} */ ({recording: `● take${take}`, playing: "▶ playing", waiting: "◔ waits for a move", stopped: "■ stopped"});
    setText(part.tag, tags[transport.state] || transport.state);
}

/** @param {Model} model @param {Parts} part */
function updateButtons(model, part) {
    const now = model.state.transport.state;
    const words = /** @type {Record<string, string>} */ ({recording: "Stop", waiting: "Cancel"});
    setText(part.recordText, words[now] || "Record");
    setAttribute(part.record, "title", now === "recording" ? "Stop recording (R)"
        : `Record a new take from ${format.clock(model.state.song.start_s)} (R)`);
    setAttribute(part.wait, "aria-pressed", String(now === "waiting"));
    setAttribute(part.play, "aria-pressed", String(now === "playing"));
    part.wait.disabled = now === "recording";
    part.play.disabled = now === "recording";
    const undo = model.state.undo;
    part.undo.disabled = !undo.undo;
    part.redo.disabled = !undo.redo;
    setAttribute(part.undo, "title", undo.undo ? `Undo: ${undo.undo} (Z)` : "Nothing to undo (Z)");
    setAttribute(part.redo, "title", undo.redo ? `Redo: ${undo.redo} (Shift+Z)` : "Nothing to redo (Shift+Z)");
}

/** @param {Ctx} ctx @param {Parts} part */
function updateOsc(ctx, part) {
    const {model} = ctx;
    const listener = model.state.listener;
    const local = addresses.isLocal(listener.host);
    setText(part.osc, `OSC ${listener.port}${local ? "" : " net"}`);
    const mode = model.link !== "live" ? "lost" : listener.state !== "listening" ? "error" : model.events_per_s > 0 ? "busy" : "quiet";
    setAttribute(part.oscDot, "data-mode", mode);
    const texts = /** @type {Record<string, string>} */ ({lost: "offline", error: listener.free_port ? "in use" : "error"});
    setText(part.rate, texts[mode] || format.rate(model.events_per_s));
    const asking = allowed.asking(ctx);
    part.asks.hidden = !asking;
    setAttribute(part.oscPill, "title", asking ? `${asking.host} was refused. Click to see the allowed senders` : mode === "error" ? listener.message : `Listens for OSC on ${addresses.where(listener.host, listener.port)}: address, allowed senders, statistics`);
}

/** Undoes or redoes a step, and names it with the way back. @param {Ctx} ctx @param {"undo"|"redo"} way */
async function step(ctx, way) {
    const done = await ctx.send(way);
    if (!done) return;
    const back = way === "undo" ? "redo" : "undo";
    const [said, actText] = way === "undo" ? ["Undid", "Redo"] : ["Redid", "Undo"];
    const {id} = ctx.model.state.song;
    const arrived = () => ctx.model.state.revision >= done.revision;
    const holds = () => !arrived() || ctx.model.state.song.id === id && ctx.model.state.undo[back] === done.label;
    ctx.layer.toast(`${said}: ${done.label}`, {kind: "step", act: back, actText, holds});
}

export const actions = {
    /** @param {Ctx} ctx */
    "record.toggle": (ctx) => {
        const now = store.transport(ctx.model);
        return ctx.send(now === "recording" || now === "waiting" ? "record.stop" : "record.start");
    },
    /** @param {Ctx} ctx */
    "record.wait": (ctx) => ctx.send(store.transport(ctx.model) === "waiting" ? "record.stop" : "record.wait"),
    /** @param {Ctx} ctx */
    "play.toggle": (ctx) => {
        const now = store.transport(ctx.model);
        if (now === "recording") return undefined;
        return ctx.send(now === "playing" ? "play.stop" : "play.start");
    },
    /** Stops; if already stopped, back to the beginning. @param {Ctx} ctx */
    "play.stop": (ctx) => {
        const now = store.transport(ctx.model);
        if (now === "recording" || now === "waiting") return ctx.send("record.stop");
        if (now === "playing") return ctx.send("play.stop");
        return ctx.send("seek", {time_s: 0});
    },
    /** @param {Ctx} ctx */
    undo: (ctx) => ctx.model.state.undo.undo ? step(ctx, "undo") : undefined,
    /** @param {Ctx} ctx */
    redo: (ctx) => ctx.model.state.undo.redo ? step(ctx, "redo") : undefined,
};
