import * as choosing from "../lanes/choosing.js";
import * as store from "../store/state.js";
import {el, setValue} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import {segments, setSegment} from "../widgets/segments.js";
import {row} from "./row.js";
import * as shaping from "./shaping.js";

const FORMS = [
    {value: "frame", text: "per frame", title: "The knob is the field's own value at every frame: another fps changes the movement"},
    {value: "rate", text: "per second", title: "The knob is a speed in units per second: another fps keeps the movement"},
    {value: "position", text: "position", title: "The knob is the position of the camera: its change from frame to frame is written"},
];
const PLAYS = [
    {value: "range", text: "range", title: "The knob plays a range of whole numbers"},
    {value: "list", text: "list", title: "The knob or pad chooses from numbers that you list"},
    {value: "next", text: "count hits", title: "Each hit of a pad adds one to a first number"},
];
/** Rows of the inspector that do not apply to a lane that chooses or counts. */
const RANGED = ["presetRow", "outputRow", "shapeRow", "smoothingRow", "toleranceRow", "poolRow"];

/** Segments as wide as their words. */
const WORDS = Object.freeze({class: "perform-segments-words"});

/** What the knob means for a motion. */
export function formRow() {
    return row("formRow", "Knob is", "What the knob means for this movement", segments("lane.form", FORMS, "What the knob means", "form", WORDS));
}

/** What a lane of whole numbers plays, and where it starts to count. */
export function wholeRows() {
    const from = el("input", {class: "perform-input perform-input-number", part: "countLow", change: "lane.number", "data-value": "out_low", inputmode: "numeric", "aria-label": "Number before the first hit", title: "The number before the first hit; each hit adds one"});
    return [
        row("playsRow", "Plays", "What a lane of whole numbers plays", segments("lane.plays", PLAYS, "What it plays", "plays", WORDS)),
        row("countRow", "Starts at", "The number before the first hit", from),
    ];
}

/** @param {Lane} lane */
export function plays(lane) {
    if (lane.chooses) return "list";
    return choosing.counts(lane) ? "next" : "range";
}

/** @param {Parts} parts @param {Lane} lane */
export function update(parts, lane) {
    parts.formRow.hidden = lane.forms.length < 2;
    setSegment(parts.form, lane.form);
    parts.playsRow.hidden = lane.kind !== "int";
    setSegment(parts.plays, plays(lane));
    parts.countRow.hidden = !choosing.counts(lane);
    setValue(parts.countLow, format.plain(lane.out_low));
    const holds = choosing.holds(lane);
    for (const name of RANGED) parts[name].hidden = holds || name === "poolRow" && parts[name].hidden;
    parts.driftPart.hidden = lane.forms.length < 2;
}

/** What to change so that a lane of whole numbers plays something else. @param {Lane} lane @param {string} wanted @param {string[]|undefined} before the list it had */
export function playing(lane, wanted, before) {
    if (wanted === "range") return {choices: [], pick: "zone"};
    if (wanted === "next") return {choices: [], pick: "step"};
    const first = String(Math.max(lane.hard ? lane.hard[0] : 0, 0, Math.round(Math.min(lane.out_low, lane.out_high))));
    return {choices: before && before.length > 0 ? before : [first], pick: "zone"};
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.form": (ctx, node) => shaping.change(ctx, {form: node.dataset.value}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.plays": (ctx, node) => {
        const lane = store.lane(ctx.model, ctx.ui.selected);
        if (!lane || plays(lane) === node.dataset.value) return undefined;
        const {lists} = ctx.ui;
        if (lane.chooses) lists.set(lane.id, lane.choices);
        return ctx.send("lane.change", {id: lane.id, ...playing(lane, node.dataset.value, lists.get(lane.id))});
    },
};
