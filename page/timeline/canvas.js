import * as curves from "../store/curves.js";
import * as raster from "./raster.js";

/** Drawing on canvases: changes nothing but pixels. */

const PAD = 6;
/** Pixels a frame must have before its curve is stroked. */
const STROKE_ROOM = 4;

/** Fits a canvas to its box at the screen's resolution. @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
export function prepare(canvas, width, height) {
    const ratio = globalThis.devicePixelRatio || 1;
    const w = Math.round(width * ratio);
    const h = Math.round(height * ratio);
    if (canvas.width !== w || canvas.height !== h) {
        canvas.width = w;
        canvas.height = h;
    }
    const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, height);
    return g;
}

/** Value -> y inside a row. @param {Row} row @param {[number, number]} range @returns {(value: number) => number} */
export function rowY(row, range) {
    return (value) => curves.valueToY(value, range[0], range[1], row.top + PAD, row.height - 2 * PAD - 1);
}

/** Clips what `paint` paints to a box, and restores the settings. @param {CanvasRenderingContext2D} g @param {number} x @param {number} y @param {number} width @param {number} height @param {() => void} paint */
export function inside(g, x, y, width, height, paint) {
    g.save();
    g.beginPath();
    g.rect(x, y, width, height);
    g.clip();
    paint();
    g.restore();
}

/** @param {CanvasRenderingContext2D} g @param {number} x @param {number} y @param {number} w @param {number} h @param {number} r */
export function rounded(g, x, y, w, h, r) {
    g.beginPath();
    g.roundRect(x, y, w, h, r);
}

/** The scroll bar at the right. @param {CanvasRenderingContext2D} g @param {Scene} scene @param {number} top @param {number} room @param {number} scroll @param {number} overflow */
export function drawScroll(g, scene, top, room, scroll, overflow) {
    if (overflow <= 0 || room <= 0) return;
    const size = Math.max(14, room * room / (room + overflow));
    g.fillStyle = scene.theme.dim;
    g.globalAlpha = 0.55;
    rounded(g, scene.width - 6, top + 1 + (room - size - 2) * scroll / overflow, 4, size, 2);
    g.fill();
    g.globalAlpha = 1;
}

/** A curve that begins at a frame: a few points are stroked, many are drawn as runs of pixels. @param {CanvasRenderingContext2D} g @param {Scene} scene @param {Curve} curve @param {number} first @param {Row} row @param {(value: number) => number} toY @param {string} colour @param {number} thick */
export function line(g, scene, curve, first, row, toY, colour, thick) {
    const {view, room, gutter} = scene;
    if ((view.end - view.start) * STROKE_ROOM < room) {
        g.strokeStyle = colour;
        g.lineWidth = thick;
        g.lineJoin = "round";
        g.beginPath();
        framePath(g, scene, curve.values, first, toY);
        g.stroke();
        return;
    }
    const ratio = globalThis.devicePixelRatio || 1;
    const shifted = {start: view.start - first, end: view.end - first};
    const columns = curves.columns(curve, shifted, Math.round(room * ratio));
    const box = {x: gutter, y: row.top, width: room, height: row.height};
    raster.draw(g, box, ratio, columns, (value) => toY(value) - row.top, colour, thick);
}

/** @param {CanvasRenderingContext2D} g @param {Scene} scene @param {ArrayLike<number>} values @param {number} first @param {(value: number) => number} toY */
function framePath(g, scene, values, first, toY) {
    const [from, to] = curves.visible(values.length, {start: scene.view.start - first, end: scene.view.end - first});
    for (let i = from; i < to; i += 1) {
        const x = scene.gutter + scene.toX(first + i);
        if (i === from) g.moveTo(x, toY(values[i]));
        else g.lineTo(x, toY(values[i]));
    }
}
