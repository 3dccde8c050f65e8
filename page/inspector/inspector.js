import * as choosing from "../lanes/choosing.js";
import * as fields from "../lanes/fields.js";
import * as playing from "../lanes/playing.js";
import {tint} from "../lanes/tint.js";
import * as written from "../lanes/written.js";
import * as store from "../store/state.js";
import {el, HEADING, partsOf, refill, setAttribute, setClass, setCut, setSlider, setText, setValue} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import {icon, iconButton} from "../widgets/icons.js";
import {segments, setSegment} from "../widgets/segments.js";
import * as bank from "./bank.js";
import * as forms from "./forms.js";
import {row} from "./row.js";
import * as sliders from "./sliders.js";

const CURVES = [
    {value: "linear", picture: "linear", title: "Linear: the picture follows the knob evenly"},
    {value: "exponential", picture: "exponential", title: "Exponential: gentle first, strong at the end"},
    {value: "logarithmic", picture: "logarithmic", title: "Logarithmic: strong first, gentle at the end"},
    {value: "s", picture: "s", title: "S: gentle at both ends"},
];
const PRESETS = [
    {value: "gentle", text: "gentle", title: "A small output range"},
    {value: "standard", text: "standard", title: "The usual output range"},
    {value: "wild", text: "wild", title: "A large output range"},
];
const POOLS = [
    {value: "strongest", text: "strongest", title: "Deforum reads this field only on cadence frames: write the strongest value of each group, so that short hits survive"},
    {value: "mean", text: "mean", title: "Write the mean of each cadence group"},
    {value: "last", text: "last", title: "Write the value at each cadence frame"},
];

/** Everything about the selected lane. @param {Ctx} ctx */
export function build(ctx) {
    const body = el("div", {class: "perform-inspector-body", part: "body"},
        sourceRow(), inputRow(), ...forms.wholeRows(), forms.formRow(), ...bank.rows(), ...outputRows(), shapeRow(),
        row("smoothingRow", "Smoothing", "Removes the steps of a 7 bit knob", slider("lane.smoothing", "smoothing", "Smoothing in seconds"), el("output", {part: "smoothingText", class: "perform-number perform-slider-text"})),
        el("div", {class: "perform-row", part: "poolRow"}, el("span", {class: "perform-row-name", part: "poolName", title: POOLS[0].title}, "Cadence"),
            el("div", {class: "perform-row-control"}, segments("lane.pool", POOLS, "How values between cadence frames are pooled", "pool", {class: "perform-segments-words"}))),
        toleranceRow(),
        el("div", {class: "perform-row"}, el("span", {class: "perform-row-name"}, "Written"), el("div", {class: "perform-row-control perform-number", part: "keys"})),
        el("div", {class: "perform-row perform-row-top"}, el("span", {class: "perform-row-name", title: "What this lane plays. Later takes are on top of earlier ones"}, "Takes"), el("div", {class: "perform-row-control perform-takes", part: "takes"})),
        el("div", {class: "perform-problems", part: "problems"}));
    const node = el("section", {class: "perform-panel perform-inspector", "aria-label": "Selected lane"},
        el("div", {class: "perform-head"}, el("i", {class: "perform-swatch", part: "swatch"}), el("span", {part: "title", class: "perform-inspector-title", ...HEADING}), el("small", {part: "mode", class: "perform-dim"}), el("span", {class: "perform-space"}),
            iconButton("more", "More: straight lines, what was in Deforum's box", {act: "more.open", class: "perform-button-bare", part: "more", "aria-haspopup": "dialog"}),
            iconButton("copy", "Copy this lane's schedule text", {act: "lane.copy", class: "perform-button-bare", part: "copy"}),
            iconButton("trash", "Remove this lane; its takes stay", {act: "lane.remove", class: "perform-button-bare", part: "remove"})),
        body,
        el("div", {class: "perform-empty", part: "empty"}, el("b", {}, "No lane selected"), el("span", {}, "Click a lane to see its source and its range.")));
    return {node, update: () => update(ctx, node), live: () => live(ctx, node)};
}

/** What the current recording does to the lane. @param {Ctx} ctx @param {PageElement} node */
function live(ctx, node) {
    const lane = ctx.model.recording ? store.lane(ctx.model, ctx.ui.selected) : null;
    if (lane) updateKeys(ctx, partsOf(node), lane);
}

/** @param {string} act @param {string} name @param {string} label */
function slider(act, name, label) {
    return el("input", {type: "range", min: 0, max: 1000, class: "perform-slider", input: act, part: name, "aria-label": label});
}

/** @param {string} attribute @param {string} label @param {string} title */
function number(attribute, label, title) {
    return el("input", {class: "perform-input perform-input-number", change: "lane.number", "data-value": attribute, part: attribute, inputmode: "decimal", "aria-label": label, title});
}

/** Both bounds of the error: at a frame, and of the sum. */
function toleranceRow() {
    return row("toleranceRow", "Tolerance", "The largest allowed difference between the written line and what you played, as a share of the output range",
        slider("lane.tolerance", "tolerance", "Tolerance as a share of the output range"), el("output", {part: "toleranceText", class: "perform-number perform-slider-text"}),
        el("label", {class: "perform-drift", part: "driftPart", title: "The largest sum of these differences from the start to any frame: Deforum adds up motion, and small errors would move the picture away. 0: no bound"},
            "Drift", el("input", {class: "perform-input perform-input-number", change: "lane.drift", part: "drift", inputmode: "decimal", "aria-label": "Drift in percent of the output range"}), "%"));
}

function sourceRow() {
    return row(null, "Source", "The OSC address and argument that plays this lane",
        el("button", {class: "perform-inspector-source", act: "sources.open", part: "source", "aria-haspopup": "dialog"}),
        el("button", {class: "perform-button perform-button-small", act: "lane.learn", part: "learn", title: "Press, then move a knob: the next source that moves plays this lane"}, icon("learn"), el("span", {part: "learnText"}, "Learn")));
}

function inputRow() {
    return row(null, "Knob from", "The input range: what the knob sends at its ends", number("in_low", "Input low", "What the knob sends at its low end"),
        el("span", {class: "perform-dim"}, "to"), number("in_high", "Input high", "What the knob sends at its high end"),
        el("button", {class: "perform-button perform-button-small", act: "lane.fit_input_range", "aria-label": "Fit the input range", title: "Fit the input range to the values of this source"}, "Fit"));
}

function outputRows() {
    return [
        row("presetRow", "Range", "The output range of the field", segments("lane.preset", PRESETS, "Output range", "preset", {class: "perform-segments-words"})),
        row("outputRow", "", "", number("out_low", "Output low", "The field's value at the knob's low end"), el("span", {class: "perform-dim"}, "to"),
            number("out_high", "Output high", "The field's value at the knob's high end"), el("span", {class: "perform-hard perform-dim", part: "hard"})),
    ];
}

function shapeRow() {
    return row("shapeRow", "Curve", "How the knob's position becomes the field's value", segments("lane.curve", CURVES, "Curve", "curve"),
        iconButton("invert", "Invert: the knob's high end gives the low value", {act: "lane.invert", part: "invert", class: "perform-toggle", "aria-pressed": "false"}));
}

/** @param {Ctx} ctx @param {PageElement} node */
function update(ctx, node) {
    const parts = partsOf(node);
    const lane = store.lane(ctx.model, ctx.ui.selected);
    parts.body.hidden = !lane;
    parts.empty.hidden = Boolean(lane);
    parts.remove.hidden = !lane;
    parts.more.hidden = !lane || choosing.holds(lane);
    parts.copy.hidden = !lane || !lane.curve_id;
    parts.swatch.hidden = !lane;
    tint(node, lane ? ctx.model.state.lanes.indexOf(lane) : -1);
    if (!lane) {
        setText(parts.title, "Inspector");
        setText(parts.mode, "");
        return;
    }
    node.dataset.lane = lane.id;
    updateHead(ctx, parts, lane);
    updateRanges(parts, lane);
    updateShape(ctx, parts, lane);
    forms.update(parts, lane);
    bank.update(ctx, parts, lane);
    updateKeys(ctx, parts, lane);
    updateTakes(ctx, parts.takes, lane);
    updateProblems(parts.problems, lane);
}

/** @param {Ctx} ctx @param {Parts} parts @param {Lane} lane */
function updateHead(ctx, parts, lane) {
    setText(parts.title, fields.ofLane(lane));
    const field = ctx.ui.fieldByName.get(lane.field);
    setText(parts.mode, field && field.modes.length === 1 ? `${field.modes[0]} only` : "");
    setAttribute(parts.title, "title", field && field.note ? field.note : lane.label);
    setCut(parts.source, lane.learning ? "move a knob…" : lane.source || "none yet", lane.source && !lane.learning ? 9 : 0);
    setAttribute(parts.source, "title", `${lane.source || "No source yet"}. Click to choose another one, or to type its address`);
    setAttribute(parts.source, "aria-label", `Source: ${lane.learning ? "move a knob…" : lane.source || "none yet"}`);
    setClass(parts.learn, "perform-learning", lane.learning);
    setAttribute(parts.learn, "aria-pressed", String(lane.learning));
    setText(parts.learnText, lane.learning ? "Cancel" : "Learn");
}

/** @param {Parts} parts @param {Lane} lane */
function updateRanges(parts, lane) {
    for (const name of /** @type {const} */ (["in_low", "in_high", "out_low", "out_high"])) setValue(parts[name], format.plain(lane[name]));
    setSegment(parts.preset, lane.preset);
    setText(parts.hard, lane.unit.length > 6 ? format.unitShort(lane.unit) || lane.unit : lane.unit);
    const limits = lane.hard ? `Field limits: ${format.plain(lane.hard[0])} to ${format.plain(lane.hard[1])}` : "";
    setAttribute(parts.hard, "title", [lane.unit, limits].filter(Boolean).join(". "));
    setAttribute(parts.out_low, "title", `The value at the knob's low end. ${limits}`);
    setAttribute(parts.out_high, "title", `The value at the knob's high end. ${limits}`);
}

/** @param {Ctx} ctx @param {Parts} parts @param {Lane} lane */
function updateShape(ctx, parts, lane) {
    setSegment(parts.curve, lane.curve);
    setAttribute(parts.invert, "aria-pressed", String(lane.invert));
    setSlider(parts.smoothing, sliders.smoothingToSlider(lane.smoothing_s));
    setText(parts.smoothingText, lane.smoothing_s === 0 ? "off" : `${lane.smoothing_s.toFixed(2)} s`);
    const field = ctx.ui.fieldByName.get(lane.field);
    parts.poolRow.hidden = !field || field.reads !== "cadence";
    setText(parts.poolName, `Cadence ${ctx.model.state.song.cadence_used}`);
    setSegment(parts.pool, lane.pool);
    setSlider(parts.tolerance, sliders.toleranceToSlider(lane.tolerance));
    setText(parts.toleranceText, format.percent(lane.tolerance));
    const bound = lane.exact ? lane.drift : 0;
    setValue(parts.drift, sliders.driftToPercent(bound));
}

/** @param {Ctx} ctx @param {Parts} parts @param {Lane} lane */
function updateKeys(ctx, parts, lane) {
    const text = written.text(ctx.model, lane, ctx.ui.leftOut.has(lane.id));
    const saved = lane.saved_hits_count || 0;
    setText(parts.keys, saved > 0 ? `${text} · ${format.counted(saved, "hit")} saved` : text);
    setAttribute(parts.keys, "title", lane.curve_id ? `${errorTitle(lane)}${format.count(lane.characters)} characters of schedule text.${saved > 0 ? ` ${format.counted(saved, "short hit")} between the frames Deforum reads: kept by pooling, marked on the timeline.` : ""}` : "Keys and largest error of the schedule text, once there is one");
}

/** What the largest error means. @param {Lane} lane */
function errorTitle(lane) {
    if (choosing.holds(lane)) return "";
    const unit = lane.form === "frame" ? lane.unit : "steps per frame";
    return `Largest error: the written schedule differs by at most ${format.error(lane.largest_error)} (${unit}) from what you played. `;
}

/** @param {Ctx} ctx @param {PageElement} place @param {Lane} lane */
function updateTakes(ctx, place, lane) {
    const items = playing.laneTakes(lane, ctx.model.state.takes);
    const chip = (/** @type {{take: Take, plays: boolean}} */ item) => el("button", {
        class: "perform-chip", act: item.plays ? "lane.remove_take" : "lane.play_take", "data-value": item.take.id, "aria-pressed": String(item.plays),
        title: item.plays ? `Take ${item.take.number} plays. Click to stop playing it on this lane` : `Click to play take ${item.take.number} on this lane`,
    }, item.plays ? "★ " : "", `take ${item.take.number}`);
    refill(place, [lane.id, lane.clips, items.map((item) => [item.take.id, item.plays])],
        () => items.length > 0 ? items.map(chip) : [el("span", {class: "perform-dim"}, "none")]);
}

/** @param {PageElement} place @param {Lane} lane */
function updateProblems(place, lane) {
    refill(place, lane.problems, () => lane.problems.map((problem) => problem.frame === null || problem.frame === undefined
        ? el("div", {class: "perform-problem", title: problem.remedy}, `▲ ${problem.message}`)
        : el("button", {class: "perform-problem", act: "jump", "data-value": problem.frame, title: `${problem.remedy || ""} Click to see it on the timeline.`}, `▲ ${problem.message}`)));
}
