import * as choosing from "../lanes/choosing.js";
import * as fields from "../lanes/fields.js";
import {rowRange} from "../lanes/ranges.js";
import * as curves from "../store/curves.js";
import * as format from "../widgets/format.js";
import * as bars from "./bars.js";
import {drawScroll, inside, line, prepare, rounded, rowY} from "./canvas.js";
import * as hatch from "./hatch.js";
import * as rows from "./rows.js";
import * as steps from "./steps.js";

/** Everything on the timeline that does not move while the song plays. */

/** Everything that does not move while the song plays. @param {HTMLCanvasElement} canvas @param {Scene} scene */
export function drawScene(canvas, scene) {
    const g = prepare(canvas, scene.width, scene.height);
    drawGrid(g, scene);
    drawRows(g, scene);
    bars.draw(g, scene);
    hatch.draw(g, scene);
    drawRuler(g, scene);
    drawFoot(g, scene);
}

/** The visible lanes. @param {CanvasRenderingContext2D} g @param {Scene} scene */
function drawRows(g, scene) {
    const {plan, scroll} = scene;
    const bottom = rows.RULER + plan.lanesRoom;
    inside(g, 0, rows.RULER, scene.width, plan.lanesRoom, () => {
        g.translate(0, -scroll.lanes);
        plan.rows.forEach((row, index) => {
            if (row.top + row.height - scroll.lanes > 0 && row.top - scroll.lanes < bottom) drawRow(g, scene, row, index);
        });
    });
    drawScroll(g, scene, rows.RULER, plan.lanesRoom, scroll.lanes, plan.overflow);
}

/** @param {CanvasRenderingContext2D} g @param {Scene} scene */
function drawGrid(g, scene) {
    const {theme, gutter} = scene;
    for (const tick of scene.ticks) {
        g.fillStyle = theme.line;
        g.globalAlpha = tick.major ? 0.9 : 0.4;
        g.fillRect(Math.round(gutter + tick.x), tick.major ? 0 : rows.RULER, 1, scene.height);
    }
    g.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} g @param {Scene} scene */
function drawRuler(g, scene) {
    const {theme, gutter} = scene;
    g.fillStyle = theme.dim;
    g.font = `12px ${theme.mono}`;
    g.textBaseline = "middle";
    g.textAlign = "left";
    const tenths = scene.ticks.some((tick) => tick.major && Math.abs(tick.seconds % 1) > 1e-6 && Math.abs(tick.seconds % 1) < 1 - 1e-6);
    for (const tick of scene.ticks) {
        if (!tick.major || tick.x < -1 || tick.x > scene.room - 34) continue;
        const nearFlag = Math.abs(tick.x - scene.toX(scene.startFrame)) < 10;
        g.fillText(format.shortClock(tick.seconds, tenths), gutter + tick.x + (nearFlag ? 13 : 4), 11);
    }
    const x = gutter + scene.toX(scene.startFrame);
    if (x >= gutter - 1) drawFlag(g, x, theme);
    g.fillStyle = theme.line;
    g.fillRect(0, rows.RULER - 1, scene.width, 1);
}

/** Where Record begins. @param {CanvasRenderingContext2D} g @param {number} x @param {Theme} theme */
function drawFlag(g, x, theme) {
    g.fillStyle = theme.rec;
    g.beginPath();
    g.moveTo(x, 0);
    g.lineTo(x + 9, 0);
    g.lineTo(x + 9, 5);
    g.lineTo(x, 10);
    g.closePath();
    g.fill();
    g.fillRect(x - 0.5, 0, 1, rows.RULER);
}

/** The visible part of the song, as a bar to drag. @param {CanvasRenderingContext2D} g @param {Scene} scene */
function drawFoot(g, scene) {
    const {view, whole, gutter, width, height, theme} = scene;
    if (view.end - view.start >= whole * 0.999) return;
    const room = width - gutter;
    g.fillStyle = theme.dim;
    g.globalAlpha = 0.45;
    rounded(g, gutter + view.start / whole * room, height - 7, Math.max(16, (view.end - view.start) / whole * room), 5, 2.5);
    g.fill();
    g.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} g @param {Scene} scene @param {Row} row @param {number} index */
function drawRow(g, scene, row, index) {
    const {theme, gutter, width} = scene;
    const lane = scene.lanes[index];
    const curve = scene.curves.get(lane.id);
    const colour = theme.lanes[index % theme.lanes.length];
    const on = lane.id === scene.selected;
    g.fillStyle = theme.well;
    g.globalAlpha = on ? 0.95 : 0.6;
    const end = Math.min(width, gutter + scene.toX(scene.frames));
    rounded(g, gutter, row.top + 1, Math.max(0, end - gutter), row.height - 3, 3);
    g.fill();
    g.globalAlpha = 1;
    const range = scene.ranges.get(lane.id) || rowRange(lane, curve);
    drawLabel(g, scene, row, lane, colour, range, on);
    inside(g, gutter, row.top, width - gutter, row.height, () => {
        const faded = lane.muted || scene.writing.has(lane.id);
        if (curve && choosing.holds(lane)) steps.draw(g, scene, row, lane, curve, range, colour, faded);
        else if (curve) drawCurve(g, scene, row, curve, range, colour, faded);
        drawHits(g, scene, row, lane.saved_hits || [], colour);
        for (const problem of lane.problems) drawProblem(g, scene, row, problem);
    });
}

/** @param {CanvasRenderingContext2D} g @param {Scene} scene @param {Row} row @param {Lane} lane @param {string} colour @param {[number, number]} range @param {boolean} on */
function drawLabel(g, scene, row, lane, colour, range, on) {
    const {theme, gutter} = scene;
    g.fillStyle = colour;
    rounded(g, 8, row.top + 5, on ? 5 : 3, row.height - 11, 1.5);
    g.fill();
    g.textBaseline = "alphabetic";
    g.textAlign = "left";
    g.fillStyle = lane.muted ? theme.dim : theme.text;
    g.font = `${on ? 700 : 600} 12px ${theme.font}`;
    g.fillText(cut(g, fields.ofLane(lane), gutter - 26), 19, row.top + row.height / 2 + 4);
    if (row.height < 36 || lane.kind !== "int" && lane.chooses) return;
    g.fillStyle = theme.dim;
    g.font = `12px ${theme.mono}`;
    g.textAlign = "right";
    const decimals = lane.kind === "int" ? 0 : Math.min(3, format.decimalsFor(range[0], range[1]));
    g.fillText(format.fixed(range[1], decimals), gutter - 6, row.top + 13);
    g.fillText(format.fixed(range[0], decimals), gutter - 6, row.top + row.height - 7);
}

/** Shortened before its last two letters: "X" and "Y" stay. @param {CanvasRenderingContext2D} g @param {string} text @param {number} most */
function cut(g, text, most) {
    if (g.measureText(text).width <= most) return text;
    let length = text.length - 1;
    while (length > 6 && g.measureText(`${text.slice(0, length - 3)}…${text.slice(-2)}`).width > most) length -= 1;
    return `${text.slice(0, length - 3)}…${text.slice(-2)}`;
}

/** @param {CanvasRenderingContext2D} g @param {Scene} scene @param {Row} row @param {Curve} curve @param {[number, number]} range @param {string} colour @param {boolean} faded */
function drawCurve(g, scene, row, curve, range, colour, faded) {
    const toY = rowY(row, range);
    g.globalAlpha = faded ? 0.3 : 1;
    line(g, scene, curve, 0, row, toY, colour, 1.5);
    if (!faded) drawKeys(g, scene, curve, toY, colour);
    g.globalAlpha = 1;
}

/** Keys as dots, if there is enough space between them. @param {CanvasRenderingContext2D} g @param {Scene} scene @param {Curve} curve @param {(value: number) => number} toY @param {string} colour */
function drawKeys(g, scene, curve, toY, colour) {
    const [from, to] = curves.visibleKeys(curve, scene.view);
    const apart = (scene.width - scene.gutter) / Math.max(1, to - from);
    if (apart < 5) return;
    g.fillStyle = scene.theme.panel;
    g.strokeStyle = colour;
    g.lineWidth = 1.2;
    g.beginPath();
    const radius = apart < 12 ? 1.6 : 2.4;
    for (let i = from; i < to; i += 1) {
        const x = scene.gutter + scene.toX(curve.keys[i]);
        const y = toY(curve.keyValues[i]);
        g.moveTo(x + radius, y);
        g.arc(x, y, radius, 0, 2 * Math.PI);
    }
    g.fill();
    g.stroke();
}

/** Hits between the frames that Deforum reads, kept by pooling: a small bar at the row's top. @param {CanvasRenderingContext2D} g @param {Scene} scene @param {Row} row @param {number[]} frames @param {string} colour */
function drawHits(g, scene, row, frames, colour) {
    g.fillStyle = colour;
    for (const frame of frames) g.fillRect(scene.gutter + scene.toX(frame) - 1, row.top + 2, 2, 5);
}

/** @param {CanvasRenderingContext2D} g @param {Scene} scene @param {Row} row @param {Problem} problem */
function drawProblem(g, scene, row, problem) {
    if (problem.frame === null || problem.frame === undefined) return;
    const x = scene.gutter + scene.toX(problem.frame);
    if (x < scene.gutter - 60 || x > scene.width) return;
    g.fillStyle = scene.theme.warn;
    g.globalAlpha = 0.14;
    g.fillRect(x - 5, row.top + 1, 10, row.height - 3);
    g.globalAlpha = 1;
    g.beginPath();
    g.moveTo(x, row.top + 3);
    g.lineTo(x + 5, row.top + 12);
    g.lineTo(x - 5, row.top + 12);
    g.closePath();
    g.fill();
}
