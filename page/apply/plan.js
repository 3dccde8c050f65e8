import * as written from "../lanes/written.js";

/**
 * The lanes Apply fills: those that have a curve, are not muted and are ticked.
 * @param {Lane[]} lanes @param {Set<string>} leftOut
 */
export function chosen(lanes, leftOut) {
    return lanes.filter((lane) => canApply(lane) && !leftOut.has(lane.id));
}

/** @param {Ctx} ctx @returns {string[]} */
export function chosenIds(ctx) {
    return chosen(ctx.model.state.lanes, ctx.ui.leftOut).map((lane) => lane.id);
}

/** @param {Lane} lane */
export function canApply(lane) {
    return Boolean(lane.curve_id) && lane.keys > 0 && !lane.muted;
}

/** Why a lane is not among those Apply can fill. @param {Lane} lane @param {Take[]} takes of the song */
export function reason(lane, takes) {
    if (!lane.curve_id || !(lane.keys > 0)) return written.reason(lane, takes);
    return lane.muted ? "muted" : "";
}

/** Why there is nothing to write, if that is so. @param {Lane[]} lanes @param {Take[]} takes of the song */
export function emptyText(lanes, takes) {
    const held = lanes.filter((lane) => lane.curve_id && lane.keys > 0);
    if (held.some((lane) => !lane.muted)) return "No lane is ticked in Check.";
    if (held.length > 0) return "Everything recorded is muted.";
    const reasons = lanes.map((lane) => written.reason(lane, takes));
    return reasons.length > 0 && reasons.every((why) => why === reasons[0]) && reasons[0].includes("take") ? `Nothing to write: ${reasons[0]}.` : "Nothing to write yet.";
}

/** The chosen lanes that Apply will fill: those that no problem blocks. @param {Lane[]} lanes @param {Set<string>} leftOut */
export function ready(lanes, leftOut) {
    return chosen(lanes, leftOut).filter((lane) => !lane.problems.some((problem) => problem.blocks));
}

/**
 * What the Apply band says: how many lanes are ready, of how many, their keys, whether these are the fewest there
 * will be, and the largest error as a share of its own lane's range (lanes have different units).
 * @param {Lane[]} lanes @param {Set<string>} leftOut @param {(lane: Lane) => number} spanOf the range of a lane, in the unit of its error
 */
export function summary(lanes, leftOut, spanOf) {
    const picked = chosen(lanes, leftOut);
    const problems = picked.flatMap((lane) => lane.problems.map((problem) => ({lane, problem})));
    return {
        lanes: picked.length,
        of: lanes.length,
        ready: ready(lanes, leftOut).length,
        keys: picked.reduce((sum, lane) => sum + lane.keys, 0),
        final: picked.every((lane) => lane.final),
        worst: worst(picked, spanOf),
        problems,
    };
}

/** The lane with the largest error relative to its range; null if none has a range. @param {Lane[]} lanes @param {(lane: Lane) => number} spanOf @returns {{lane: Lane, share: number}|null} */
function worst(lanes, spanOf) {
    const shares = lanes.map((lane) => ({lane, share: (lane.largest_error || 0) / spanOf(lane)})).filter((item) => Number.isFinite(item.share));
    return shares.reduce((most, item) => !most || item.share > most.share ? item : most, /** @type {{lane: Lane, share: number}|null} */ (null));
}

/** How full the tolerance is, 0..1 and more when it is broken. @param {{largest_error: number, tolerance: number}} lane */
export function toleranceUsed(lane) {
    if (!(lane.tolerance > 0)) return lane.largest_error > 0 ? 2 : 0;
    return lane.largest_error / lane.tolerance;
}
