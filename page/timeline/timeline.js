import * as end from "../songs/end.js";
import * as store from "../store/state.js";
import * as reception from "../takes/reception.js";
import * as takes from "../takes/takes.js";
import {el, heading, partsOf, setAttribute, setText} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import {icon, iconButton} from "../widgets/icons.js";
import * as growth from "./growth.js";
import * as moving from "./moving.js";
import * as rows from "./rows.js";
import {drawScene} from "./still.js";
import * as viewport from "./viewport.js";

/** The timeline: one canvas for the fixed part, one for the moving part. @param {Ctx} ctx */
export function build(ctx) {
    const still = el("canvas", {class: "perform-canvas"});
    const growing = el("canvas", {class: "perform-canvas perform-canvas-top"});
    const plot = moving.build();
    const hint = el("div", {class: "perform-hint", part: "hint", hidden: true}, el("span", {part: "hintText"}));
    const stage = el("div", {class: "perform-stage", id: "perform_stage", pointer: "timeline", tabindex: 0, role: "application", "aria-label": "Timeline: click or use the arrows to move the playhead, up and down to move through the lanes, plus and minus to zoom"}, still, growing, plot, hint);
    const node = el("section", {class: "perform-panel perform-timeline", "aria-label": "Timeline"},
        el("div", {class: "perform-head"}, heading("Timeline"), el("span", {class: "perform-dim perform-number", part: "length"}), el("span", {class: "perform-space"}),
            el("button", {class: "perform-head-button", act: "start.zero", part: "start", title: "Record and Play begin at the flag: click the timeline to move it. Click here to move it back to the beginning"}, icon("flag"), el("span", {part: "startText", class: "perform-number"}, "")),
            el("button", {class: "perform-head-button", act: "takes.open", part: "takes", title: "All takes, and those in the trash", "aria-haspopup": "dialog"}, ""),
            iconButton("minus", "Zoom out (Ctrl + wheel)", {act: "zoom.out", class: "perform-button-bare"}),
            iconButton("plus", "Zoom in (Ctrl + wheel)", {act: "zoom.in", class: "perform-button-bare"}),
            el("button", {class: "perform-head-button", act: "zoom.fit", "aria-label": "Fit the whole song", title: "Show the whole song"}, icon("fit"), "Fit")),
        stage);
    /** @type {Stage} */
    const view = {node, stage, still, growing, plot, drawn: new Map(), extents: new Map(), fresh: true, pointer: null};
    ctx.stage = view;
    return {node, update: () => update(ctx, node), still: () => drawStill(ctx), moving: () => drawMoving(ctx)};
}

/** @param {Ctx} ctx @param {PageElement} node */
function update(ctx, node) {
    const part = partsOf(node);
    const {song, takes, lanes} = ctx.model.state;
    setText(part.length, `${format.shortClock(song.seconds, true)} · ${format.count(song.frames)} frames`);
    setText(part.startText, `Start ${format.clock(song.start_s)}`);
    const here = takes.filter((take) => !take.trashed).length;
    const gone = takes.length - here;
    setText(part.takes, `${format.counted(here, "take")}${gone > 0 ? ` · ${gone} in trash` : ""}`);
    part.takes.hidden = takes.length === 0;
    const empty = takes.length === 0 && !ctx.model.recording;
    part.hint.hidden = !empty;
    setText(part.hintText, hintText(ctx, lanes));
}

/** What to do next, while nothing is recorded. @param {Ctx} ctx @param {Lane[]} lanes */
function hintText(ctx, lanes) {
    if (lanes.length === 0) return "Lanes appear here, one row each, once you add one.";
    if (store.transport(ctx.model) === "waiting") return "Waiting for the first move of an armed source.";
    if (!lanes.some((lane) => lane.source)) return "No lane has a source yet: press Learn, then move a knob.";
    if (!lanes.some((lane) => lane.armed)) return "Arm a lane with its round button, then press R.";
    return "Nothing recorded yet. Press R and move a knob.";
}

/** The frames the view may show. @param {Ctx} ctx */
function frames(ctx) {
    return rows.shownFrames(end.frames(ctx.model.state), store.frame(ctx.model), ctx.model.state.song.fps);
}

/** @param {Ctx} ctx */
function viewOf(ctx) {
    return ctx.ui.view || viewport.fit(frames(ctx));
}

/** How far lanes and takes are scrolled; the takes are at their end, where a recording is added, until the user scrolls them. @param {Ctx} ctx @param {Layout} plan */
function scrolled(ctx, plan) {
    const {ui} = ctx;
    ui.scroll = Math.max(0, Math.min(ui.scroll, plan.overflow));
    if (ctx.model.recording || ui.takesScroll >= plan.takesOverflow) ui.takesScroll = Infinity;
    return {lanes: ui.scroll, takes: Math.min(ui.takesScroll, plan.takesOverflow)};
}

/** Everything a drawing needs. @param {Ctx} ctx @returns {Scene} */
function scene(ctx) {
    const {state} = ctx.model;
    const box = ctx.stage.stage;
    const width = box.clientWidth;
    const height = box.clientHeight;
    const gutter = rows.GUTTER;
    const view = viewOf(ctx);
    const plan = rows.layout(state.lanes.map((lane) => lane.id), state.takes, height, ctx.model.recording);
    const scroll = scrolled(ctx, plan);
    const room = Math.max(1, width - gutter);
    return {
        width, height, gutter, room, view, plan, theme: ctx.theme(), scroll,
        fps: state.song.fps, lanes: state.lanes, curves: ctx.curves.shown, ranges: rowRanges(ctx), selected: ctx.ui.selected,
        whole: viewport.fit(frames(ctx)).end, frames: end.total(ctx.model), end: end.endOf(state.song) === null ? null : state.song.frames,
        ticks: viewport.ticks(view, room, state.song.fps),
        startFrame: state.song.start_s * state.song.fps,
        writing: new Set(ctx.model.recording ? ctx.model.growth.keys() : []),
        played: new Set(state.lanes.flatMap((lane) => lane.clips.map((clip) => clip.take))),
        toX: (frame) => viewport.frameToX(frame, view, room),
    };
}

/** The value ranges of the rows that are being recorded. @param {Ctx} ctx */
function rowRanges(ctx) {
    return growth.ranges(ctx.model, ctx.curves.shown, growth.measure(ctx.model, ctx.stage.extents));
}

/** @param {Ctx} ctx */
function drawStill(ctx) {
    ctx.scene = scene(ctx);
    ctx.stage.fresh = true;
    drawScene(ctx.stage.still, ctx.scene);
    reportPointed(ctx);
}

/** @param {Ctx} ctx */
function drawMoving(ctx) {
    const model = ctx.model;
    if (!ctx.stage.fresh && !growth.alike(rowRanges(ctx), ctx.scene.ranges)) drawStill(ctx);
    const base = ctx.scene;
    growth.draw(ctx.stage.growing, {...base, growth: model.growth, again: model.again}, ctx.stage.drawn, ctx.stage.fresh);
    model.again.clear();
    ctx.stage.fresh = false;
    moving.place(ctx.stage.plot, {
        ...base, recording: model.recording, frame: model.time_s * base.fps,
        recordingFrame: (model.state.transport.start_s ?? ctx.ui.recordingStart_s) * base.fps, takeNumber: model.state.transport.take_number,
    });
}

/** Turns the page with the playhead; true if the view moved. @param {Ctx} ctx */
export function follow(ctx) {
    const frame = store.frame(ctx.model);
    if (!ctx.ui.view) return ctx.scene ? ctx.scene.whole !== viewport.fit(frames(ctx)).end : false;
    if (!ctx.ui.follow) return false;
    const next = viewport.follow(ctx.ui.view, frame, frames(ctx));
    const moved = next !== ctx.ui.view;
    ctx.ui.view = next;
    return moved;
}

/** @param {Ctx} ctx @param {{start: number, end: number}} view */
function setView(ctx, view) {
    const whole = viewport.fit(frames(ctx)).end;
    ctx.ui.view = view.end - view.start >= whole * 0.999 ? null : view;
    const frame = store.frame(ctx.model);
    ctx.ui.follow = frame >= view.start && frame <= view.end;
    ctx.redraw();
}

/** Around the pointer's position, otherwise around the playhead, which stays followed. @param {Ctx} ctx @param {number} factor @param {number} [x] */
export function zoom(ctx, factor, x) {
    const {follow: follows} = ctx.ui;
    const playhead = ctx.model.time_s * ctx.model.state.song.fps;
    setView(ctx, x === undefined ? viewport.zoomAround(viewOf(ctx), playhead, factor, frames(ctx))
        : viewport.zoomAt(viewOf(ctx), x, ctx.scene.room, factor, frames(ctx)));
    if (store.running(ctx.model)) ctx.ui.follow = follows || ctx.ui.follow;
}

/** Ctrl zooms; sideways (or Shift) scrolls; up and down scrolls lanes or takes that do not fit, else the song. @param {Ctx} ctx @param {PageEvent} event */
export function wheel(ctx, event) {
    if (!ctx.scene) return;
    const scale = event.deltaMode === 1 ? 16 : 1;
    const box = ctx.stage.stage.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        zoom(ctx, Math.exp(event.deltaY * scale * 0.0022), Math.max(0, event.clientX - box.left - ctx.scene.gutter));
        return;
    }
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    if (!sideways && scroll(ctx, event.clientY - box.top, event.deltaY * scale)) event.preventDefault();
    else if (ctx.ui.view) {
        event.preventDefault();
        pan(ctx, (event.deltaX || event.deltaY) * scale);
    }
}

/** Scrolls the lanes or the takes at that position; false if all of them are visible. @param {Ctx} ctx @param {number} y @param {number} pixels */
function scroll(ctx, y, pixels) {
    const {plan, scroll: now} = ctx.scene;
    const takes = y >= plan.takesTop;
    const overflow = takes ? plan.takesOverflow : plan.overflow;
    if (overflow <= 0) return false;
    const to = Math.min(overflow, Math.max(0, (takes ? now.takes : now.lanes) + pixels));
    if (takes) ctx.ui.takesScroll = to;
    else ctx.ui.scroll = to;
    ctx.redraw();
    return true;
}

/** Scrolls so that the selected lane is visible. @param {Ctx} ctx */
export function reveal(ctx) {
    if (ctx.scene) ctx.ui.scroll = rows.reveal(ctx.scene.plan, ctx.ui.selected || "", ctx.ui.scroll);
}

/** @param {Ctx} ctx @param {number} pixels */
export function pan(ctx, pixels) {
    setView(ctx, viewport.scrollBy(viewOf(ctx), pixels, ctx.scene.room, frames(ctx)));
}

/** Where the pointer is, in the scene's terms. @param {Ctx} ctx @param {Point} event */
function at(ctx, event) {
    const box = ctx.stage.stage.getBoundingClientRect();
    const x = event.clientX - box.left - ctx.scene.gutter;
    const y = event.clientY - box.top;
    const {scene: now} = ctx;
    const seconds = Math.max(0, viewport.xToFrame(x, now.view, now.room) / now.fps);
    const hit = rows.hit(now.plan, x, y, now.scroll, now.height, (s) => now.toX(s * now.fps));
    return {x, y, seconds, hit};
}

/** Seconds on the nearest frame. @param {Ctx} ctx @param {number} seconds */
function onFrame(ctx, seconds) {
    const fps = ctx.model.state.song.fps;
    return Math.round(seconds * fps) / fps;
}

/** Moves the playhead, inside the song. @param {Ctx} ctx @param {number} seconds */
function seek(ctx, seconds) {
    const {song} = ctx.model.state;
    ctx.sendLatest("seek", "seek", {time_s: Math.min(song.seconds, Math.max(0, onFrame(ctx, seconds)))});
}

/** Explains why a click after the end does not move there. @param {Ctx} ctx @param {number} seconds */
function reportEnd(ctx, seconds) {
    const {song} = ctx.model.state;
    if (seconds - song.seconds < 1 / song.fps) return;
    ctx.layer.toast(`The song ends at ${format.shortClock(song.seconds, true)}: the start must be inside it.`, {
        remedy: "To start later, set a longer length first.", act: "song.settings", actText: "Set the length",
    });
}

/** Starts a drag; what is dragged. @param {Ctx} ctx @param {PageEvent} event @returns {Drag|null} */
export function press(ctx, event) {
    if (!ctx.scene || event.button !== 0) return null;
    const point = at(ctx, event);
    if (point.hit.id) ctx.select(point.hit.id);
    if (point.hit.take) {
        takes.open(ctx, point.hit.take, takes.spot(ctx, event));
        return null;
    }
    if (point.x < 0) return null;
    /** @type {Drag} */
    const drag = {kind: point.hit.kind === "foot" ? "pan" : "seek", x: point.x};
    if (drag.kind === "seek" && !ctx.model.recording) reportEnd(ctx, point.seconds);
    move(ctx, event, drag);
    return drag;
}

/** @param {Ctx} ctx @param {PageEvent} event @param {Drag} drag */
export function move(ctx, event, drag) {
    const point = at(ctx, event);
    if (drag.kind === "pan") {
        pan(ctx, (point.x - drag.x) / ctx.scene.room * ctx.scene.whole / (ctx.scene.view.end - ctx.scene.view.start) * ctx.scene.room);
        drag.x = point.x;
    } else if (drag.kind === "seek" && !ctx.model.recording) {
        seek(ctx, point.seconds);
    }
}

/** Shows the reception problems of a take under the pointer. @param {Ctx} ctx @param {PageEvent|null} event null if the pointer is elsewhere */
export function hover(ctx, event) {
    ctx.stage.pointer = event && {clientX: event.clientX, clientY: event.clientY};
    reportPointed(ctx);
}

/** The take under the pointer, which may appear or change while the pointer rests. @param {Ctx} ctx */
function reportPointed(ctx) {
    if (!ctx.scene || !ctx.stage.pointer) return;
    const {hit, seconds} = at(ctx, ctx.stage.pointer);
    const reach = 6 * (ctx.scene.view.end - ctx.scene.view.start) / ctx.scene.room / ctx.scene.fps;
    const words = hit.take ? reception.near(hit.take, seconds, reach) || `Take ${hit.take.number}: click for more` : null;
    setAttribute(ctx.stage.stage, "title", words);
}

/** Arrows step by frames (with Shift by seconds) and through the lanes, plus and minus zoom, while the timeline has the focus. @param {Ctx} ctx @param {KeyboardEvent} event @param {PageElement} target */
export function key(ctx, event, target) {
    if (target !== ctx.stage.stage || event.ctrlKey || event.metaKey || event.altKey) return false;
    const {fps} = ctx.model.state.song;
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step !== 0 && !ctx.model.recording) {
        const time = ctx.model.time_s + step * (event.shiftKey ? 1 : 1 / fps);
        seek(ctx, time);
    } else if (event.key === "ArrowDown") walk(ctx, 1);
    else if (event.key === "ArrowUp") walk(ctx, -1);
    else if (event.key === "+" || event.key === "=") zoom(ctx, 0.6);
    else if (event.key === "-") zoom(ctx, 1 / 0.6);
    else return step !== 0;
    return true;
}

/** Selects the next lane, or the one before. @param {Ctx} ctx @param {number} step */
function walk(ctx, step) {
    const {lanes} = ctx.model.state;
    const next = lanes[lanes.findIndex((lane) => lane.id === ctx.ui.selected) + step];
    if (next) ctx.select(next.id);
}

export const actions = {
    /** @param {Ctx} ctx */
    "zoom.in": (ctx) => zoom(ctx, 0.6),
    /** @param {Ctx} ctx */
    "zoom.out": (ctx) => zoom(ctx, 1 / 0.6),
    /** @param {Ctx} ctx */
    "zoom.fit": (ctx) => {
        ctx.ui.view = null;
        ctx.ui.scroll = 0;
        ctx.ui.takesScroll = Infinity;
        ctx.redraw();
    },
    /** @param {Ctx} ctx */
    "start.zero": (ctx) => store.running(ctx.model) ? undefined : ctx.send("seek", {time_s: 0}),
    /** Shows a frame. @param {Ctx} ctx @param {PageElement} node */
    jump: (ctx, node) => {
        const frame = Number(node.dataset.value);
        if (node.dataset.lane) ctx.select(node.dataset.lane);
        setView(ctx, viewport.centre(viewOf(ctx), frame, frames(ctx), ctx.model.state.song.fps));
        if (ctx.model.recording) return undefined;
        return ctx.send("seek", {time_s: frame / ctx.model.state.song.fps});
    },
};
