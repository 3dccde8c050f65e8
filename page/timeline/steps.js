import * as choosing from "../lanes/choosing.js";
import {rowY} from "./canvas.js";

const LEAST_TEXT = 36;
const THICK = 2;
/** Half the height of a name, with the tails of its letters. */
const HALF_TEXT = 7;
/** What is left free between two rows. */
const ROW_GAP = 2;

/**
 * A lane that chooses: one block per choice, its height from the list, its name if there
 * is space.
 * @param {CanvasRenderingContext2D} g @param {Scene} scene @param {Row} row @param {Lane} lane @param {Curve} curve @param {[number, number]} range @param {string} colour @param {boolean} faded
 */
export function draw(g, scene, row, lane, curve, range, colour, faded) {
    const toY = rowY(row, range);
    g.save();
    g.globalAlpha = faded ? 0.3 : 1;
    g.font = `600 12px ${scene.theme.font}`;
    g.textAlign = "left";
    g.textBaseline = "middle";
    choosing.runs(curve.values, scene.view).forEach((run) => block(g, scene, row, lane, run, toY(run.value), colour));
    g.restore();
}

/** @param {CanvasRenderingContext2D} g @param {Scene} scene @param {Row} row @param {Lane} lane @param {{value: number, from: number, to: number}} run @param {number} y @param {string} colour */
function block(g, scene, row, lane, run, y, colour) {
    const left = Math.max(scene.gutter, scene.gutter + scene.toX(run.from));
    const right = Math.min(scene.width, scene.gutter + scene.toX(run.to));
    if (right <= left) return;
    const alpha = g.globalAlpha;
    g.fillStyle = colour;
    g.globalAlpha = alpha * 0.16;
    g.fillRect(left, y, right - left, row.top + row.height - 2 - y);
    g.globalAlpha = alpha;
    g.fillRect(left, y - THICK / 2, right - left, THICK);
    const room = right - left - 10;
    if (room < LEAST_TEXT) return;
    g.fillStyle = scene.theme.text;
    g.fillText(cut(g, choosing.name(lane, run.value), room), left + 5, nameY(y, row));
}

/** The middle of a choice's name: below a high line, above a low one, and inside the row. @param {number} y of the line @param {Row} row */
export function nameY(y, row) {
    const beside = y < row.top + row.height / 2 ? y + 10 : y - 9;
    return Math.max(row.top + HALF_TEXT, Math.min(row.top + row.height - HALF_TEXT - ROW_GAP, beside));
}

/** @param {CanvasRenderingContext2D} g @param {string} text @param {number} most */
function cut(g, text, most) {
    const flat = text.replace(/\s+/g, " ").slice(0, 120);
    if (g.measureText(flat).width <= most) return flat;
    let length = Math.floor(flat.length * most / g.measureText(flat).width);
    while (length > 1 && g.measureText(`${flat.slice(0, length)}…`).width > most) length -= 1;
    return `${flat.slice(0, length)}…`;
}
