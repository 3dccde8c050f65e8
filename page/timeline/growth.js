import * as choosing from "../lanes/choosing.js";
import {rowRange} from "../lanes/ranges.js";
import * as curves from "../store/curves.js";
import * as store from "../store/state.js";
import {inside, line, prepare, rowY} from "./canvas.js";
import * as rows from "./rows.js";
import * as viewport from "./viewport.js";

/** The curves of the current recording, as they would be written now: changed parts are drawn again. */

const THICK = 2;
/** Pixels beside a redrawn part, so that lines across its edge stay complete. */
const BESIDE = 2;
const NOTHING = Object.freeze({count: 0, low: Infinity, high: -Infinity});

/**
 * Lowest and highest drawn value of each growing curve. Only new values are read, unless a part was sent again.
 * @param {Model} model @param {Map<string, Extent>} known of the last call, changed in place
 */
export function measure(model, known) {
    for (const id of [...known.keys()]) if (!model.growth.has(id)) known.delete(id);
    for (const [id, growth] of model.growth) {
        const lane = store.lane(model, id);
        const before = !lane || model.again.has(id) ? NOTHING : known.get(id) || NOTHING;
        const {length} = growth.values;
        let {low, high} = before;
        for (let i = Math.min(before.count, length); lane && i < length; i += 1) {
            const value = choosing.drawn(lane, growth.values[i]);
            if (value < low) low = value;
            if (value > high) high = value;
        }
        known.set(id, {count: length, low, high});
    }
    return known;
}

/**
 * The values a lane's row spans while it grows: those of the new curve when it is written.
 * @param {Lane} lane @param {Curve|undefined} curve that is written now @param {{first: number, values: number[]}} growth @param {Extent} extent
 * @returns {[number, number]}
 */
export function range(lane, curve, growth, extent) {
    let {low, high} = extent;
    const pieces = curve ? [[0, growth.first], [growth.first + growth.values.length, curve.values.length]] : [];
    for (const [from, to] of pieces) {
        if (!curve) break;
        const [least, most] = curves.span(curve, from, Math.min(to, curve.values.length));
        low = Math.min(low, least);
        high = Math.max(high, most);
    }
    return rowRange(lane, low <= high ? {values: growth.values, low, high} : curve);
}

/** The rows' ranges by lane id, for lanes that grow. @param {Model} model @param {Map<string, Curve>} curves @param {Map<string, Extent>} extents @returns {Map<string, [number, number]>} */
export function ranges(model, curves, extents) {
    const out = new Map();
    for (const lane of model.state.lanes) {
        const growth = model.growth.get(lane.id);
        const extent = extents.get(lane.id);
        if (growth && extent) out.set(lane.id, range(lane, curves.get(lane.id), growth, extent));
    }
    return out;
}

/** @param {Map<string, [number, number]>} one @param {Map<string, [number, number]>} other */
export function alike(one, other) {
    return one.size === other.size && [...one].every(([id, [low, high]]) => {
        const pair = other.get(id);
        return pair !== undefined && pair[0] === low && pair[1] === high;
    });
}

/**
 * Draws what arrived, or arrived again, since the last call; all of it when the view has changed (`fresh`). A
 * recording of half an hour therefore costs no more per frame than one of a second.
 * @param {HTMLCanvasElement} canvas @param {GrowingScene} scene @param {Map<string, number>} drawn lane id -> values drawn @param {boolean} fresh
 */
export function draw(canvas, scene, drawn, fresh) {
    if (fresh) drawn.clear();
    if (!fresh && scene.growth.size === 0) return;
    const g = fresh ? prepare(canvas, scene.width, scene.height) : /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    inside(g, scene.gutter, rows.RULER, scene.width - scene.gutter, scene.plan.lanesRoom, () => {
        g.translate(0, -scene.scroll.lanes);
        scene.plan.rows.forEach((row, index) => drawLane(g, scene, row, scene.lanes[index], drawn));
    });
}

/** @param {CanvasRenderingContext2D} g @param {GrowingScene} scene @param {Row} row @param {Lane} lane @param {Map<string, number>} drawn */
function drawLane(g, scene, row, lane, drawn) {
    const growth = scene.growth.get(row.id);
    if (!growth || growth.values.length === 0) return;
    const known = drawn.get(row.id) || 0;
    const {length} = growth.values;
    const news = known < length ? [[known, length]] : [];
    const parts = known === 0 ? news : [...(scene.again.get(row.id) || []), ...news];
    for (const [from, to] of parts) repaint(g, scene, row, lane, growth, from, Math.min(to, length));
    drawn.set(row.id, length);
}

/** Clears the stretch of some values and draws its content. @param {CanvasRenderingContext2D} g @param {GrowingScene} scene @param {Row} row @param {Lane} lane @param {Growth} growth @param {number} from @param {number} to */
function repaint(g, scene, row, lane, growth, from, to) {
    const left = Math.max(scene.gutter, Math.floor(scene.gutter + scene.toX(growth.first + from - 1)) - BESIDE);
    const right = Math.min(scene.width, Math.ceil(scene.gutter + scene.toX(growth.first + to)) + BESIDE);
    if (right <= left) return;
    const frame = (/** @type {number} */ x) => viewport.xToFrame(x - scene.gutter, scene.view, scene.room) - growth.first;
    const first = Math.max(0, Math.floor(frame(left)) - 1);
    const values = Float32Array.from(growth.values.slice(first, Math.ceil(frame(right)) + 2), (value) => choosing.drawn(lane, value));
    if (values.length === 0) return;
    g.clearRect(left, row.top, right - left, row.height);
    inside(g, left, row.top, right - left, row.height, () => paint(g, scene, row, lane, values, growth.first + first));
}

/** @param {CanvasRenderingContext2D} g @param {GrowingScene} scene @param {Row} row @param {Lane} lane @param {Float32Array} values @param {number} first */
function paint(g, scene, row, lane, values, first) {
    const none = new Uint32Array(0);
    const curve = curves.build(values, none, new Float32Array(0));
    const range = scene.ranges.get(lane.id) || rowRange(lane, curve);
    line(g, scene, curve, first, row, rowY(row, range), scene.theme.rec, THICK);
}
