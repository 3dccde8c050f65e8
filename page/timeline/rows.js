export const RULER = 22;
export const TAKE = 17;
const TAKE_GAP = 3;
const TAKES_PAD = 4;
/** Share of the height for the takes while lanes need it too. */
const MOST_TAKES = 0.45;
export const FOOT = 10;
const LEAST_LANE = 22;
const GOOD_LANE = 40;
const MOST_LANE = 104;
export const GUTTER = 148;

/**
 * Puts takes on as few lines as they need: each on the first line where it overlaps nothing.
 * @param {Take[]} takes @returns {{placed: PlacedTake[], lines: number}}
 */
export function pack(takes) {
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
 * Heights of everything below the ruler. The takes are below the lanes, at most at the bottom; lanes share
 * the rest, within limits. Anything beyond scrolls, lanes and takes separately.
 * @param {string[]} laneIds @param {Take[]} takes @param {number} height of the canvas @param {boolean} recording one more line for the current recording
 */
export function layout(laneIds, takes, height, recording) {
    const packed = pack(takes);
    const room = Math.max(0, height - RULER - FOOT);
    const takesHeight = heightOf(packed.lines + (recording ? 1 : 0));
    const spare = Math.max(room * MOST_TAKES, room - laneIds.length * GOOD_LANE);
    const takesRoom = Math.min(takesHeight, heightOf(linesIn(spare)));
    const each = laneIds.length > 0 ? Math.floor(Math.min(MOST_LANE, Math.max(LEAST_LANE, (room - takesRoom) / laneIds.length))) : 0;
    const lanesHeight = laneIds.length * each;
    const lanesRoom = Math.max(0, Math.min(lanesHeight, room - takesRoom));
    return {
        rows: laneIds.map((id, index) => ({id, top: RULER + index * each, height: each})), lanesRoom,
        overflow: lanesHeight - lanesRoom, takes: packed.placed, lines: packed.lines, takesTop: RULER + lanesRoom + TAKES_PAD,
        takesOverflow: Math.max(0, takesHeight - (room - lanesRoom)),
    };
}

/** @param {number} lines of takes */
function heightOf(lines) {
    return lines > 0 ? lines * (TAKE + TAKE_GAP) + TAKES_PAD : 0;
}

/** Whole lines of takes that fit, one at least. @param {number} room */
function linesIn(room) {
    return Math.max(1, Math.floor((room - TAKES_PAD) / (TAKE + TAKE_GAP)));
}

/** How far to scroll the lanes so that one of them is completely visible. @param {Layout} plan from layout @param {string} id @param {number} scroll of now */
export function reveal(plan, id, scroll) {
    const row = plan.rows.find((item) => item.id === id);
    if (!row) return scroll;
    const top = row.top - RULER;
    return Math.min(top, Math.max(scroll, top + row.height - plan.lanesRoom));
}

/** The position of a take's bar before scrolling. @param {number} takesTop @param {number} row */
export function takeTop(takesTop, row) {
    return takesTop + row * (TAKE + TAKE_GAP);
}

/**
 * What is under a point: "ruler", "foot", a lane, a take, or the empty plot.
 * @param {Layout} plan from layout @param {number} x @param {number} y @param {{lanes: number, takes: number}} scroll @param {number} height
 * @param {(seconds: number) => number} secondsToX
 * @returns {Hit}
 */
export function hit(plan, x, y, scroll, height, secondsToX) {
    if (y < RULER) return {kind: "ruler"};
    if (y > height - FOOT) return {kind: "foot"};
    const inLanes = y < RULER + plan.lanesRoom;
    const row = inLanes && plan.rows.find((item) => y + scroll.lanes >= item.top && y + scroll.lanes < item.top + item.height);
    if (row) return {kind: "lane", id: row.id};
    const over = !inLanes && plan.takes.find((item) => {
        const top = takeTop(plan.takesTop, item.row) - scroll.takes;
        return y >= top && y < top + TAKE && x >= secondsToX(item.take.start_s) && x <= secondsToX(item.take.end_s);
    });
    return over ? {kind: "take", take: over.take} : {kind: "plot"};
}

/** A length of the timeline that grows in steps while a recording runs past the end. @param {number} frames @param {number} frame @param {number} fps */
export function shownFrames(frames, frame, fps) {
    const step = Math.max(1, Math.round(fps * 10));
    return Math.max(frames, step, frame >= frames ? (Math.floor(frame / step) + 1) * step : 0);
}
