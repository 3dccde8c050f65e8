import * as store from "../store/state.js";
import * as format from "../widgets/format.js";

/** Lanes that choose among names, prompts or numbers instead of playing a range; and those that count hits. */

/** A whole-number lane in which every hit of a pad adds one. @param {Lane} lane */
export function counts(lane) {
    return lane.kind === "int" && lane.pick === "step" && !lane.chooses;
}

/** True if range, curve, smoothing and tolerance do not apply. @param {Lane} lane */
export function holds(lane) {
    return Boolean(lane.chooses) || counts(lane);
}

/** Whether one choice can fade into the next: prompts by weights, seeds by the subseed. @param {Lane} lane */
export function fades(lane) {
    return lane.kind === "prompt" || (lane.field === "seed_schedule" && holds(lane));
}

/** Whether the lane moves the camera by steps per frame, so that another frame rate changes its speed. @param {Lane} lane */
export function stepsPerFrame(lane) {
    return lane.form === "frame" && lane.forms.length > 1 && !lane.chooses;
}

/** The text of a drawn value: a name from the list, or the number itself. @param {Lane} lane @param {number} value */
export function name(lane, value) {
    if (lane.kind === "int") return format.plain(Math.round(value));
    const {choices} = lane;
    return choices.length > 0 ? choices[Math.min(choices.length - 1, Math.max(0, Math.round(value)))] : "–";
}

/** Live values are indexes; for a list of numbers, the numbers are written. @param {Lane} lane @param {number} value */
export function drawn(lane, value) {
    return lane.kind === "int" && lane.chooses ? Number(lane.choices[Math.round(value)] ?? value) : value;
}

/**
 * What a lane's row shows now, and how far its meter is filled.
 * @param {Model} model @param {Lane} lane @param {LaneLive|undefined} now from the stream
 * @param {{value: number}|null} written what the lane holds at the playhead
 * @returns {{text: string, fill: number|null}} fill 0..1, null where nothing is known
 */
export function shown(model, lane, now, written) {
    const growth = model.growth.get(lane.id);
    if (growth && growth.values.length > 0) return place(lane, drawn(lane, growth.values[growth.values.length - 1]));
    if (now && store.running(model) && lane.clips.length > 0) return place(lane, now.value);
    // the position of a pad is known only while it is recorded or played
    if (now && lane.pick !== "step") return place(lane, drawn(lane, now.value));
    return written ? place(lane, written.value) : {text: "–", fill: null};
}

/** @param {Lane} lane @param {number} value as drawn */
function place(lane, value) {
    const at = lane.kind === "int" ? lane.choices.findIndex((choice) => Number(choice) === value) : Math.round(value);
    const fill = lane.choices.length > 0 ? (at + 1) / lane.choices.length : null;
    return {text: name(lane, value), fill: lane.chooses ? fill : 1};
}

/** The values a timeline's row spans. @param {Lane} lane @param {CurveRange|null|undefined} curve @returns {[number, number]} */
export function range(lane, curve) {
    const listed = lane.kind === "int" ? lane.choices.map(Number) : [0, lane.choices.length - 1];
    const values = lane.chooses ? listed : curve ? [] : [lane.out_low, lane.out_low + 1];
    if (curve && curve.values.length > 0) values.push(curve.low, curve.high);
    const low = Math.min(...values);
    const high = Math.max(...values);
    return high > low ? [low, high] : [low - 0.5, low + 0.5];
}

/**
 * The stretches of one value inside a view, each from a frame to the frame behind it.
 * @param {ArrayLike<number>} values @param {{start: number, end: number}} view @returns {{value: number, from: number, to: number}[]}
 */
export function runs(values, view) {
    const first = Math.max(0, Math.floor(view.start));
    const behind = Math.min(values.length, Math.ceil(view.end) + 1);
    /** @type {{value: number, from: number, to: number}[]} */
    const out = [];
    for (let frame = first; frame < behind; frame += 1) {
        const last = out[out.length - 1];
        if (last && last.value === values[frame]) last.to = frame + 1;
        else out.push({value: values[frame], from: frame, to: frame + 1});
    }
    return out;
}

/** @param {string[]} choices @param {number} index @param {number} step */
export function moved(choices, index, step) {
    const out = choices.slice();
    const to = Math.min(out.length - 1, Math.max(0, index + step));
    out.splice(to, 0, ...out.splice(index, 1));
    return out;
}

/** The names a search leaves: every word of it is in them. @param {string[]} known @param {string} query */
export function search(known, query) {
    return known.filter(format.finder(query));
}
