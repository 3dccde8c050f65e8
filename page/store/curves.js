const FACTOR = 4;
const MOST_PER_COLUMN = 16;

/**
 * The curve of a lane as the server sends it, little endian: uint32 N, uint32 K, float32[N] per-frame
 * values, uint32[K] key frames, float32[K] key values. Throws RangeError if it is cut short.
 * @param {ArrayBuffer} buffer @returns {Curve}
 */
export function decode(buffer) {
    if (buffer.byteLength < 8) throw new RangeError("the curve is cut short");
    const head = new DataView(buffer);
    const frames = head.getUint32(0, true);
    const keys = head.getUint32(4, true);
    if (buffer.byteLength !== 8 + 4 * frames + 8 * keys) throw new RangeError("the curve has a different length than it declares");
    return build(
        new Float32Array(buffer, 8, frames),
        new Uint32Array(buffer, 8 + 4 * frames, keys),
        new Float32Array(buffer, 8 + 4 * frames + 4 * keys, keys),
    );
}

/** @param {Float32Array} values @param {Uint32Array} keys @param {Float32Array} keyValues @returns {Curve} */
export function build(values, keys, keyValues) {
    const levels = pyramid(values);
    const top = levels.at(-1) ?? {low: values, high: values};
    return {values, keys, keyValues, levels, low: extremes(top.low, 0, top.low.length)[0], high: extremes(top.high, 0, top.high.length)[1]};
}

/** @param {Float32Array|number[]} values @param {number} from @param {number} to @returns {[number, number]} */
export function extremes(values, from, to) {
    let low = Infinity;
    let high = -Infinity;
    for (let i = from; i < to; i += 1) {
        const value = values[i];
        if (value < low) low = value;
        if (value > high) high = value;
    }
    return [low, high];
}

/** Extremes of 4, 16, 64 ... neighbours, down to a handful. @param {Float32Array} values @returns {CurveLevel[]} */
export function pyramid(values) {
    const levels = [];
    let low = values;
    let high = values;
    for (let size = FACTOR; low.length > FACTOR; size *= FACTOR) {
        const next = shrink(low, high);
        levels.push({size, low: next.low, high: next.high});
        low = next.low;
        high = next.high;
    }
    return levels;
}

/** Runs over every value of a curve, so it makes no pairs. @param {Float32Array} low @param {Float32Array} high */
function shrink(low, high) {
    const length = Math.ceil(low.length / FACTOR);
    const out = {low: new Float32Array(length).fill(Infinity), high: new Float32Array(length).fill(-Infinity)};
    for (let i = 0; i < low.length; i += 1) {
        const block = Math.floor(i / FACTOR);
        if (low[i] < out.low[block]) out.low[block] = low[i];
        if (high[i] > out.high[block]) out.high[block] = high[i];
    }
    return out;
}

/**
 * The extremes of the frames from..to (to excluded), exact, by the coarse levels in the middle and
 * the values at both ends.
 * @param {Curve} curve @param {number} from @param {number} to @returns {[number, number]}
 */
export function span(curve, from, to) {
    let low = Infinity;
    let high = -Infinity;
    let at = from;
    while (at < to) {
        const level = levelAt(curve, at, to);
        if (level === null) {
            const value = curve.values[at];
            if (value < low) low = value;
            if (value > high) high = value;
            at += 1;
        } else {
            const index = at / level.size;
            if (level.low[index] < low) low = level.low[index];
            if (level.high[index] > high) high = level.high[index];
            at += level.size;
        }
    }
    return [low, high];
}

/** The largest block that starts at `at` and ends before `to`. @param {Curve} curve @param {number} at @param {number} to */
function levelAt(curve, at, to) {
    let best = null;
    for (const level of curve.levels) {
        if (at % level.size !== 0 || at + level.size > to) break;
        best = level;
    }
    return best;
}

/**
 * One extreme pair for every pixel column, as uPlot does. Columns outside the curve hold NaN. Neighbours
 * share a value, so that the curve has no gaps; with fewer frames than columns the straight lines between
 * the frames are followed.
 * @param {Curve} curve @param {View} view @param {number} width
 */
export function columns(curve, view, width) {
    const out = {low: new Float32Array(width).fill(NaN), high: new Float32Array(width).fill(NaN)};
    const perColumn = (view.end - view.start) / width;
    const snap = snapFor(curve, perColumn);
    const last = curve.values.length - 1;
    for (let x = 0; x < width; x += 1) {
        const from = Math.max(0, view.start + x * perColumn);
        const to = Math.min(last, view.start + (x + 1) * perColumn);
        if (from > last || to < 0) continue;
        const pair = perColumn < 4 ? between(curve, from, to) : blocks(curve, from, to, snap);
        out.low[x] = pair[0];
        out.high[x] = pair[1];
    }
    return out;
}

/** Extremes over whole blocks, the next block's first value included. @param {Curve} curve @param {number} from @param {number} to @param {number} snap */
function blocks(curve, from, to, snap) {
    const first = Math.floor(from / snap) * snap;
    const behind = Math.max(first + 1, Math.floor(to / snap) * snap);
    const length = curve.values.length;
    return span(curve, first, to >= length - 1 ? length : Math.min(behind + 1, length));
}

/** Extremes of the straight lines between two places that need not be whole frames. @param {Curve} curve @param {number} from @param {number} to @returns {[number, number]} */
function between(curve, from, to) {
    const pair = span(curve, Math.ceil(from), Math.floor(to) + 1);
    for (const place of [from, to]) {
        const value = valueAt(curve.values, place);
        if (value < pair[0]) pair[0] = value;
        if (value > pair[1]) pair[1] = value;
    }
    return pair;
}

/** The value on the straight line between two frames. @param {Float32Array} values @param {number} place */
export function valueAt(values, place) {
    const frame = Math.min(values.length - 1, Math.floor(place));
    const next = Math.min(values.length - 1, frame + 1);
    return values[frame] + (values[next] - values[frame]) * (place - frame);
}

/** Borders of columns lie on blocks small beside the column, so that few values are read. @param {Curve} curve @param {number} perColumn */
function snapFor(curve, perColumn) {
    let snap = 1;
    for (const level of curve.levels) {
        if (level.size * MOST_PER_COLUMN > perColumn * FACTOR) break;
        snap = level.size;
    }
    return snap;
}

/** The first and last frame to join with lines, one beyond each edge. @param {number} length @param {View} view @returns {[number, number]} */
export function visible(length, view) {
    return [Math.max(0, Math.floor(view.start) - 1), Math.min(length, Math.ceil(view.end) + 2)];
}

/** Index of the first key at or behind a frame. @param {Uint32Array} keys @param {number} frame */
export function firstKey(keys, frame) {
    let low = 0;
    let high = keys.length;
    while (low < high) {
        const mid = (low + high) >> 1;
        if (keys[mid] < frame) low = mid + 1;
        else high = mid;
    }
    return low;
}

/** Keys inside the view: [first, behind the last]. @param {Curve} curve @param {View} view @returns {[number, number]} */
export function visibleKeys(curve, view) {
    return [firstKey(curve.keys, Math.floor(view.start)), firstKey(curve.keys, Math.ceil(view.end) + 1)];
}

/** Value -> y in CSS pixels inside a row. @param {number} value @param {number} low @param {number} high @param {number} top @param {number} height */
export function valueToY(value, low, high, top, height) {
    if (!(high > low)) return top + height / 2;
    return top + height - (value - low) / (high - low) * height;
}
