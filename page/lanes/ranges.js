import * as choosing from "./choosing.js";

/** The values that the row of a lane spans. */

/** The range a row shows: the lane's output range, and the values outside of it. @param {Lane} lane @param {CurveRange|null|undefined} curve @returns {[number, number]} */
export function rowRange(lane, curve) {
    if (choosing.holds(lane)) return choosing.range(lane, curve);
    // a lane of speeds or positions is written as steps a frame: another unit than its range
    if (lane.form && lane.form !== "frame" && curve && curve.high > curve.low) return [curve.low, curve.high];
    let low = Math.min(lane.out_low, lane.out_high);
    let high = Math.max(lane.out_low, lane.out_high);
    if (curve && curve.values.length > 0) {
        low = Math.min(low, curve.low);
        high = Math.max(high, curve.high);
    }
    return high > low ? [low, high] : [low - 0.5, high + 0.5];
}
