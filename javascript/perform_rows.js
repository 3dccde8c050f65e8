// @ts-check
(function (perform) {
    "use strict";

    const RULER = 22;
    const TAKE = 15;
    const TAKE_GAP = 3;
    const FOOT = 10;
    const LEAST_LANE = 22;
    const MOST_LANE = 104;
    const GUTTER = 148;

    /** @typedef {{id: string, top: number, height: number}} Row */
    /** @typedef {{take: any, row: number}} PlacedTake */

    /**
     * Puts takes on as few lines as they need: each on the first line where it overlaps nothing.
     * @param {any[]} takes @returns {{placed: PlacedTake[], lines: number}}
     */
    function pack(takes) {
        /** @type {number[]} */
        const ends = [];
        const placed = takes.filter((take) => !take.trashed).sort((a, b) => a.number - b.number).map((take) => {
            let row = ends.findIndex((end) => end <= take.start_s + 1e-9);
            if (row < 0) row = ends.length;
            ends[row] = take.end_s;
            return {take, row};
        });
        return {placed, lines: ends.length};
    }

    /**
     * Heights of everything below the ruler. Lanes share what the takes leave, within limits; what is more scrolls.
     * @param {string[]} laneIds @param {any[]} takes @param {number} height of the canvas @param {boolean} recording a line more for the running pass
     */
    function layout(laneIds, takes, height, recording) {
        const packed = pack(takes);
        const lines = packed.lines + (recording ? 1 : 0);
        const takesHeight = lines > 0 ? lines * (TAKE + TAKE_GAP) + 6 : 0;
        const room = height - RULER - FOOT - takesHeight;
        const each = laneIds.length > 0 ? Math.floor(Math.min(MOST_LANE, Math.max(LEAST_LANE, room / laneIds.length))) : 0;
        const rows = laneIds.map((id, index) => ({id, top: RULER + index * each, height: each}));
        const takesTop = RULER + laneIds.length * each + 4;
        const total = takesTop + takesHeight + FOOT;
        return {rows, takes: packed.placed, lines: packed.lines, takesTop, total, overflow: Math.max(0, total - height)};
    }

    /** Where a take's bar lies. @param {number} takesTop @param {number} row */
    function takeTop(takesTop, row) {
        return takesTop + row * (TAKE + TAKE_GAP);
    }

    /**
     * What lies under a point: "ruler", "foot", a lane, a take, or the empty plot.
     * @param {any} plan from layout @param {number} x @param {number} y @param {number} scroll @param {number} height
     * @param {(seconds: number) => number} secondsToX
     * @returns {{kind: string, id?: string, take?: any}}
     */
    function hit(plan, x, y, scroll, height, secondsToX) {
        if (y < RULER) return {kind: "ruler"};
        if (y > height - FOOT) return {kind: "foot"};
        const at = y + scroll;
        const row = plan.rows.find((/** @type {Row} */ item) => at >= item.top && at < item.top + item.height);
        if (row) return {kind: "lane", id: row.id};
        const over = plan.takes.find((/** @type {PlacedTake} */ item) => {
            const top = takeTop(plan.takesTop, item.row);
            return at >= top && at < top + TAKE && x >= secondsToX(item.take.start_s) && x <= secondsToX(item.take.end_s);
        });
        return over ? {kind: "take", take: over.take} : {kind: "plot"};
    }

    /** A length of the timeline that grows in steps while a pass runs past the end. @param {number} frames @param {number} frame @param {number} fps */
    function shownFrames(frames, frame, fps) {
        const step = Math.max(1, Math.round(fps * 10));
        return Math.max(frames, step, frame >= frames ? (Math.floor(frame / step) + 1) * step : 0);
    }

    perform.rows = {RULER, TAKE, FOOT, GUTTER, pack, layout, takeTop, hit, shownFrames};
})(globalThis.perform ??= {});
