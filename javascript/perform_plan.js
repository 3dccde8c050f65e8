// @ts-check
(function (perform) {
    "use strict";

    /** @typedef {{code: string, message: string, remedy?: string|null, frame?: number|null, blocks?: boolean}} Problem */

    /**
     * The lanes Apply fills: those that hold a curve, are not muted and were not left out by hand.
     * @param {any[]} lanes @param {Set<string>} leftOut
     */
    function chosen(lanes, leftOut) {
        return lanes.filter((lane) => canApply(lane) && !leftOut.has(lane.id));
    }

    /** @param {any} lane */
    function canApply(lane) {
        return Boolean(lane.curve_id) && lane.keys > 0 && !lane.muted;
    }

    /** Why a lane is not among those Apply can fill. @param {any} lane @param {any[]} takes of the song */
    function reason(lane, takes) {
        if (!lane.curve_id || !(lane.keys > 0)) return perform.written.reason(lane, takes);
        return lane.muted ? "muted" : "";
    }

    /** Why there is nothing to write, where that is so. @param {any[]} lanes @param {any[]} takes of the song */
    function emptyText(lanes, takes) {
        const held = lanes.filter((lane) => lane.curve_id && lane.keys > 0);
        if (held.some((lane) => !lane.muted)) return "No lane is ticked in Check.";
        if (held.length > 0) return "All that is recorded is muted.";
        const reasons = lanes.map((lane) => perform.written.reason(lane, takes));
        return reasons.length > 0 && reasons.every((why) => why === reasons[0]) && reasons[0].includes("take") ? `Nothing to write: ${reasons[0]}.` : "Nothing to write yet.";
    }

    /** The chosen lanes that Apply will fill: those that no problem blocks. @param {any[]} lanes @param {Set<string>} leftOut */
    function ready(lanes, leftOut) {
        return chosen(lanes, leftOut).filter((lane) => !lane.problems.some((/** @type {Problem} */ problem) => problem.blocks));
    }

    /**
     * What the Apply band says: how many lanes are ready, of how many, their keys, whether these are the fewest there
     * will be, and the largest error as a share of its own lane's range (lanes have different units).
     * @param {any[]} lanes @param {Set<string>} leftOut @param {(lane: any) => number} spanOf how far a lane goes, in the unit of its error
     */
    function summary(lanes, leftOut, spanOf) {
        const picked = chosen(lanes, leftOut);
        const problems = picked.flatMap((lane) => lane.problems.map((/** @type {Problem} */ problem) => ({lane, problem})));
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

    /** "1 key", "190 keys", and that the number may still fall; without a link nothing is refined. @param {number} keys @param {boolean} final @param {string} link */
    function keysText(keys, final, link) {
        return `${perform.format.counted(keys, "key")}${final || link === "lost" ? "" : ", refining…"}`;
    }

    /** The lane that is furthest off for how far it goes; null where none goes anywhere. @param {any[]} lanes @param {(lane: any) => number} spanOf @returns {{lane: any, share: number}|null} */
    function worst(lanes, spanOf) {
        const shares = lanes.map((lane) => ({lane, share: (lane.largest_error || 0) / spanOf(lane)})).filter((item) => Number.isFinite(item.share));
        return shares.reduce((most, item) => !most || item.share > most.share ? item : most, /** @type {any} */ (null));
    }

    /** A share as per cent, two telling digits. @param {number} share */
    function percent(share) {
        return `${perform.format.plain(Number((share * 100).toPrecision(2)))} %`;
    }

    /** How full the tolerance is, 0..1 and more when it is broken. @param {{largest_error: number, tolerance: number}} lane */
    function toleranceUsed(lane) {
        if (!(lane.tolerance > 0)) return lane.largest_error > 0 ? 2 : 0;
        return lane.largest_error / lane.tolerance;
    }

    /**
     * A typed number held inside the field's hard limits.
     * @param {number} value @param {[number, number]|null} hard
     */
    function clampHard(value, hard) {
        if (!hard) return value;
        return Math.min(Math.max(value, hard[0]), hard[1]);
    }

    /** Slider position 0..1000 -> seconds 0..5, finer near zero. @param {number} position */
    function smoothingFromSlider(position) {
        return Math.round((position / 1000) ** 2 * 5 * 1000) / 1000;
    }

    /** @param {number} seconds */
    function smoothingToSlider(seconds) {
        return Math.round(Math.sqrt(Math.max(0, seconds) / 5) * 1000);
    }

    /** Slider position 0..1000 -> fraction of the range, 0.0005 to 0.1 in even ratios. @param {number} position */
    function toleranceFromSlider(position) {
        return Number((0.0005 * 200 ** (position / 1000)).toPrecision(2));
    }

    /** @param {number} tolerance */
    function toleranceToSlider(tolerance) {
        const inside = Math.min(Math.max(tolerance, 0.0005), 0.1);
        return Math.round(Math.log(inside / 0.0005) / Math.log(200) * 1000);
    }

    /**
     * The takes a lane could play, newest first, with what it does now: "plays", "silent" or "free".
     * @param {any} lane @param {any[]} takes
     */
    function laneTakes(lane, takes) {
        const used = new Set(lane.covers.map((cover) => cover.take));
        return takes
            .filter((take) => !take.trashed && (used.has(take.id) || take.sources.includes(lane.source)))
            .map((take) => ({take, plays: used.has(take.id)}))
            .sort((a, b) => b.take.number - a.take.number);
    }

    /** "plays take 2", "plays takes 1, 3", "" @param {any} lane @param {any[]} takes */
    function playsText(lane, takes) {
        const numbers = laneTakes(lane, takes).filter((item) => item.plays).map((item) => item.take.number).sort((a, b) => a - b);
        if (numbers.length === 0) return "";
        return numbers.length === 1 ? `plays take ${numbers[0]}` : `plays takes ${numbers.slice(-3).join(", ")}`;
    }

    perform.plan = {
        chosen, canApply, reason, emptyText, ready, summary, keysText, percent, toleranceUsed, clampHard, smoothingFromSlider, smoothingToSlider,
        toleranceFromSlider, toleranceToSlider, laneTakes, playsText,
    };
})(globalThis.perform ??= {});
