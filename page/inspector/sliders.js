import * as format from "../widgets/format.js";

/** What the positions of sliders mean, and what a typed number may be. */

/** Slider position 0..1000 -> seconds 0..5, finer near zero. @param {number} position */
export function smoothingFromSlider(position) {
    return Math.round((position / 1000) ** 2 * 5 * 1000) / 1000;
}

/** @param {number} seconds */
export function smoothingToSlider(seconds) {
    return Math.round(Math.sqrt(Math.max(0, seconds) / 5) * 1000);
}

/** Slider position 0..1000 -> fraction of the range, 0.0005 to 0.1 in even ratios. @param {number} position */
export function toleranceFromSlider(position) {
    return Number((0.0005 * 200 ** (position / 1000)).toPrecision(2));
}

/** @param {number} tolerance */
export function toleranceToSlider(tolerance) {
    const inside = Math.min(Math.max(tolerance, 0.0005), 0.1);
    return Math.round(Math.log(inside / 0.0005) / Math.log(200) * 1000);
}

/** Percent of the output range, as typed -> fraction; null unless it is a number of 0 or more. @param {string} text */
export function driftFromPercent(text) {
    const percent = format.parseNumber(text);
    return percent === null || percent < 0 ? null : Number((percent / 100).toPrecision(6));
}

/** @param {number} drift */
export function driftToPercent(drift) {
    return format.plain(Number((drift * 100).toPrecision(6)));
}

/**
 * A typed number clamped to the field limits.
 * @param {number} value @param {[number, number]|null} hard
 */
export function clampHard(value, hard) {
    if (!hard) return value;
    return Math.min(Math.max(value, hard[0]), hard[1]);
}
