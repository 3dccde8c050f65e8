import * as store from "../store/state.js";
import * as format from "../widgets/format.js";

/** What is written of a lane, or why nothing is and what to do next. */

/** Shown in the inspector; those of a lane without a schedule also in the check panel. @type {Readonly<Record<string, string>>} */
const NEXT = Object.freeze({
    "its take cannot be read": "see below",
    "in the trash": "restore it from the list of takes",
    "no source": "press Learn, move a knob",
    "not armed": "arm the lane, press R",
    "nothing recorded": "press R, move the knob",
});

/** Why a lane has no schedule, in a few words. @param {Lane} lane without a curve @param {Take[]} takes of the song */
export function reason(lane, takes) {
    if (lane.chooses && lane.choices.length === 0) return "the list is empty";
    if (lane.problems.some((problem) => problem.code === "damaged_take")) return "its take cannot be read";
    const own = takes.filter((take) => take.sources.includes(lane.source || ""));
    const here = own.filter((take) => !take.trashed);
    if (here.length > 0) return `${named(here)} not played here`;
    if (own.length > 0) return `${named(own)} in the trash`;
    if (!lane.source) return "no source";
    return lane.armed ? "nothing recorded" : "not armed";
}

/** "take 1 is", "takes 1, 2 are", of many the last three. @param {Take[]} takes */
function named(takes) {
    const numbers = takes.map((take) => take.number).sort((a, b) => a - b);
    return numbers.length === 1 ? `take ${numbers[0]} is` : `takes ${numbers.slice(-3).join(", ")} are`;
}

/** The remedy for a reason; nothing if it is already shown. @param {string} why from `reason` @returns {string|undefined} */
function next(why) {
    if (why.endsWith("not played here")) return "click it under Takes";
    return NEXT[why.endsWith("in the trash") ? "in the trash" : why];
}

/**
 * The inspector's words for a lane.
 * @param {Model} model @param {Lane} lane @param {boolean} leftOut whether its tick in the check panel is off
 */
export function text(model, lane, leftOut) {
    const {takes} = model.state;
    const keys = `${keysText(lane.keys, lane.final, model.link)} · largest error ${format.error(lane.largest_error)}`;
    const now = running(model, lane);
    if (now) return lane.curve_id ? `${now} · before: ${keysText(lane.keys, lane.final, model.link)}` : now;
    if (!lane.curve_id) return nothing(lane, takes);
    if (lane.muted) return `${keys} · muted: not written`;
    if (leftOut) return `${keys} · not ticked in Check: not written`;
    return lane.problems.some((problem) => problem.blocks) ? `${keys} · cannot be written: see below` : keys;
}

/** What the current recording does to a lane; empty if nothing. @param {Model} model @param {Lane} lane */
function running(model, lane) {
    if (!lane.armed || !lane.source) return "";
    if (model.recording) return model.growth.has(lane.id) ? "recording…" : "waits for a move";
    return store.transport(model) === "waiting" ? "recording starts at a move" : "";
}

/** @param {Lane} lane @param {Take[]} takes */
function nothing(lane, takes) {
    if (lane.learning) return "nothing yet: move a knob";
    const why = reason(lane, takes);
    const then = next(why);
    return `${why === "nothing recorded" ? "nothing yet" : `nothing: ${why}`}${then ? ` (${then})` : ""}`;
}

/** "1 key", "190 keys", and that the number may still decrease; offline nothing is refined. @param {number} keys @param {boolean} final @param {string} link */
export function keysText(keys, final, link) {
    return `${format.counted(keys, "key")}${final || link === "lost" ? "" : ", refining…"}`;
}
