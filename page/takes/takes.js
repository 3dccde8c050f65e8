import * as fields from "../lanes/fields.js";
import * as end from "../songs/end.js";
import * as store from "../store/state.js";
import {el, keyed, partsOf, refill, setAttribute, setClass, setText} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import {icon} from "../widgets/icons.js";
import {segments, setSegment} from "../widgets/segments.js";
import * as reception from "./reception.js";

const TIMES = [
    {value: "arrival", text: "as it arrived", title: "Every event is at the time it reached this computer"},
    {value: "sender", text: "as the sender meant it", title: "Every event is at its sender's time"},
];
const KNOWN = Object.freeze({timetags: "the time tags of its bundles", ableton: "Live's song time"});
const MOST_PROBLEMS = 5;

/** One take: its content and its actions. @param {Ctx} ctx @param {Take} take @param {Anchor} anchor */
export function open(ctx, take, anchor) {
    ctx.layer.show(`Take ${take.number}`, menu(ctx, take.id), anchor);
}

/** @param {Ctx} ctx @param {string} id */
function menu(ctx, id) {
    const times = segments("take.set_time", TIMES, "The time this take plays by", "times", {class: "perform-segments-words", "data-take": id});
    const node = el("div", {class: "perform-menu perform-take-menu"},
        el("div", {class: "perform-menu-title", part: "title"}),
        el("div", {class: "perform-dim perform-number", part: "detail"}),
        el("div", {class: "perform-dim perform-mono", part: "sources"}),
        el("div", {class: "perform-take-time", part: "timeRow"}, el("span", {}, "Time"), times, el("div", {class: "perform-dim", part: "shift"})),
        el("div", {class: "perform-take-problems", part: "problems"}),
        el("div", {class: "perform-over", part: "over"}),
        el("div", {class: "perform-offers", part: "replaced"}),
        el("div", {class: "perform-menu-row"},
            el("button", {class: "perform-button", part: "play", "data-value": id}),
            el("button", {class: "perform-button", act: "song.extend", part: "extend"}),
            el("button", {class: "perform-button", act: "file.export", "data-value": "oscdump", "data-take": id, title: "The messages as oscdump writes them: liblo's oscsendfile plays them again"}, icon("file"), "Save as OSC text"),
            el("button", {class: "perform-button", part: "trash", "data-value": id})));
    return {node, update: () => updateMenu(ctx, partsOf(node), id)};
}

/** @param {Ctx} ctx @param {Parts} part @param {string} id */
function updateMenu(ctx, part, id) {
    const take = store.take(ctx.model, id);
    if (!take) return;
    setText(part.title, `Take ${take.number}${take.trashed ? ", in the trash" : ""}`);
    setText(part.detail, detail(take));
    setText(part.sources, format.middle(take.sources.join("  "), 90));
    const known = take.sender_times;
    part.timeRow.hidden = !known;
    setSegment(part.times, take.time);
    setText(part.shift, known ? `moves up to ${known.largest_shift_s.toFixed(2)} s, by ${/** @type {Record<string, string>} */ (KNOWN)[known.kind] || "its sender's clock"}` : "");
    updateProblems(part.problems, take, ctx.model.state.song.fps);
    updateOver(part, take, ctx.model.state.song);
    updateReplaced(part.replaced, take);
    updatePlay(ctx, part.play, take);
    updateTrash(part.trash, take);
    part.trash.title = take.trashed ? "Restore it from the trash" : "Move this take to the trash; it can be restored";
}

/** The part after the end of the song, with a button to include it. @param {Parts} part @param {Take} take @param {SongState} song */
function updateOver(part, take, song) {
    const over = !take.trashed && end.beyond(song, take.end_s) > 0;
    part.over.hidden = part.extend.hidden = !over;
    if (!over) return;
    const {actText, actValue} = end.offer(take);
    setText(part.over, `▲ ${end.past(take, song)}. That part is kept, but not written.`);
    setText(part.extend, actText);
    part.extend.dataset.value = actValue;
}

/** @param {PageElement} button @param {Take} take */
function updateTrash(button, take) {
    button.dataset.act = take.trashed ? "take.restore" : "take.trash";
    setText(button, take.trashed ? "Restore" : "To trash");
}

/** Plays it on the selected lane or removes it from there, if possible. @param {Ctx} ctx @param {PageElement} button @param {Take} take */
function updatePlay(ctx, button, take) {
    const lane = store.lane(ctx.model, ctx.ui.selected);
    const plays = lane !== null && lane.clips.some((clip) => clip.take === take.id);
    button.hidden = !lane || take.trashed || !plays && !take.sources.includes(lane.source || "");
    if (!lane || button.hidden) return;
    button.dataset.act = plays ? "lane.remove_take" : "lane.play_take";
    setText(button, `${plays ? "Remove from" : "Play on"} ${fields.ofLane(lane)}`);
}

/** The five worst reception problems, in words; a click shows the place. @param {PageElement} place @param {Take} take @param {number} fps */
function updateProblems(place, take, fps) {
    const problems = reception.problems(take);
    const line = (/** @type {JoinedProblem} */ problem) => {
        const corrected = reception.corrected(take, problem);
        return el("button", {class: `perform-problem${corrected ? " perform-corrected" : ""}`, act: "jump", "data-value": Math.round(problem.start_s * fps), title: `${problem.sources.length > 1 ? `${problem.sources.join(", ")}. ` : ""}Show it on the timeline`}, `${corrected ? "✓" : "▲"} ${reception.text(take, problem)}`);
    };
    const more = problems.length - MOST_PROBLEMS;
    place.hidden = problems.length === 0;
    refill(place, [problems, take.time, fps], () => [
        ...reception.worst(take, MOST_PROBLEMS).map(line),
        ...more > 0 ? [el("div", {class: "perform-dim"}, `and ${more} more: hover over them on the timeline`)] : [],
    ]);
}

/** The lanes on which it replaces another take, each with a button that restores the old one. @param {PageElement} place @param {Take} take */
function updateReplaced(place, take) {
    refill(place, take.replaced, () => take.replaced.map((row) => el("div", {class: "perform-offer"},
        el("span", {}, `Replaced ${row.title}, ${row.when}`),
        el("button", {class: "perform-button perform-button-small", act: "take.keep", "data-lane": row.lane, "data-value": take.id, "aria-label": `Keep the old one: ${row.title}, ${row.when}`}, "Keep the old one"))));
}

/** "replaced Zoom, 0:05.0 to 0:50.0" @param {Take} take */
function replacedText(take) {
    const rows = take.replaced.map((row) => `${row.title}, ${row.when}`);
    return rows.length > 0 ? `replaced ${rows.join("; ")}` : "";
}

/** An anchor for the popover at the pointer. @param {Ctx} ctx @param {PageEvent} event */
export function spot(ctx, event) {
    return {
        isConnected: true, contains: () => false, focus: () => ctx.stage.stage.focus({preventScroll: true}),
        getBoundingClientRect: () => ({left: event.clientX, bottom: event.clientY, top: event.clientY}),
    };
}

/** @param {Take} take */
function detail(take) {
    return `${format.shortClock(take.start_s, true)} to ${format.shortClock(take.end_s, true)} · ${format.counted(take.events, "event")} · ${format.moment(take.recorded_at).replace(/ /g, "\u00a0")}${take.time === "sender" ? " · sender's time" : ""}`;
}

/** All takes, the newest first, and those in the trash. @param {Ctx} ctx */
export function panel(ctx) {
    const list = el("div", {class: "perform-menu-list"});
    const node = el("div", {class: "perform-menu perform-takes-panel"}, el("div", {class: "perform-menu-title"}, "Takes"), list);
    const make = (/** @type {Take} */ take) => el("div", {class: "perform-menu-item perform-menu-item-still perform-take-row"},
        el("button", {class: "perform-link perform-menu-item-name", act: "take.open", "data-value": take.id, title: "Its sources, its reception problems, and the time it plays by"}, `Take ${take.number}`),
        el("span", {class: "perform-problem", part: "marked"}), el("span", {class: "perform-dim perform-number", part: "detail"}),
        el("button", {class: "perform-button perform-button-small", part: "button", "data-value": take.id}),
        el("span", {class: "perform-dim perform-take-replaced", part: "replaced"}));
    const update = () => {
        const takes = [...ctx.model.state.takes].sort((a, b) => Number(a.trashed) - Number(b.trashed) || b.number - a.number);
        keyed(list, takes, (take) => take.id, make, (row, take) => {
            const {button, marked, replaced, detail: words} = partsOf(row);
            const open = reception.problems(take).filter((problem) => !reception.corrected(take, problem)).length;
            setText(marked, open > 0 ? `▲ ${open}` : "");
            setText(words, detail(take));
            setAttribute(words, "title", detail(take));
            setText(replaced, replacedText(take));
            updateTrash(button, take);
            setClass(row, "perform-muted", take.trashed);
        });
    };
    return {node, update};
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "takes.open": (ctx, node) => ctx.layer.show("Takes", panel(ctx), node),
    /** @param {Ctx} ctx @param {PageElement} node */
    "take.open": (ctx, node) => {
        const take = store.take(ctx.model, node.dataset.value);
        if (take) open(ctx, take, ctx.root.querySelector("[data-act='takes.open']"));
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "take.set_time": (ctx, node) => ctx.send("take.set_time", {id: node.closest("[data-take]").dataset.take, time: node.dataset.value}),
    /** The lane plays what it would without this take. @param {Ctx} ctx @param {PageElement} node */
    "take.keep": (ctx, node) => ctx.send("lane.remove_take", {id: node.dataset.lane, take: node.dataset.value}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "take.trash": (ctx, node) => {
        if (!node.closest(".perform-menu-list")) ctx.layer.close();
        return ctx.send("take.trash", {id: node.dataset.value});
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "take.restore": (ctx, node) => ctx.send("take.restore", {id: node.dataset.value}),
};
