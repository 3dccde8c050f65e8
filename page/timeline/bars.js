import * as reception from "../takes/reception.js";
import {drawScroll, inside, rounded} from "./canvas.js";
import * as rows from "./rows.js";

/** Space for the label of a marker, in pixels. */
const WORD_ROOM = 44;

/** The takes as bars, with their reception problems. @param {CanvasRenderingContext2D} g @param {Scene} scene */
export function draw(g, scene) {
    const {theme, plan, gutter, height, width} = scene;
    if (plan.takes.length === 0) return;
    const top = plan.takesTop - 2;
    const room = Math.max(0, height - rows.FOOT - top);
    if (plan.overflow > 0) {
        g.fillStyle = theme.line;
        g.fillRect(0, top - 1, width, 1);
    }
    inside(g, 0, top, width, room, () => {
        g.textAlign = "right";
        g.textBaseline = "middle";
        g.font = `12px ${theme.font}`;
        g.fillStyle = theme.dim;
        g.fillText("takes", gutter - 6, plan.takesTop + rows.TAKE / 2 + 0.5);
        g.textAlign = "left";
        for (const {take, row} of plan.takes) drawTake(g, scene, take, rows.takeTop(plan.takesTop, row) - scene.scroll.takes);
    });
    drawScroll(g, scene, top, room, scene.scroll.takes, plan.takesOverflow);
}

/** @param {CanvasRenderingContext2D} g @param {Scene} scene @param {Take} take @param {number} top */
function drawTake(g, scene, take, top) {
    const {theme, gutter, width} = scene;
    const from = Math.max(gutter, gutter + scene.toX(take.start_s * scene.fps));
    const to = Math.min(width, gutter + scene.toX(take.end_s * scene.fps));
    if (to <= from) return;
    const plays = scene.played.has(take.id);
    g.fillStyle = theme.take;
    g.globalAlpha = plays ? 1 : 0.45;
    rounded(g, from, top, Math.max(2, to - from), rows.TAKE, 3);
    g.fill();
    g.globalAlpha = 1;
    const name = `${plays ? "★ " : ""}take ${take.number}`;
    const named = to - from >= 34;
    drawProblems(g, scene, take, top, {from: named ? from + 12 + g.measureText(name).width : from, to});
    if (!named) return;
    g.fillStyle = plays ? theme.text : theme.dim;
    g.fillText(name, from + 6, top + rows.TAKE / 2 + 0.5);
}

/** Reception problems where they happened: a bar of their duration, with the label if there is space. @param {CanvasRenderingContext2D} g @param {Scene} scene @param {Take} take @param {number} top @param {{from: number, to: number}} free where words may stand */
function drawProblems(g, scene, take, top, free) {
    const x = (/** @type {number} */ seconds) => scene.gutter + scene.toX(seconds * scene.fps);
    const problems = reception.problems(take);
    let behind = free.from;
    problems.forEach((problem, index) => {
        const from = x(problem.start_s);
        const width = Math.max(2, x(problem.end_s) - from);
        if (from + width <= scene.gutter || from >= scene.width) return;
        const corrected = reception.corrected(take, problem);
        g.fillStyle = corrected ? scene.theme.dim : scene.theme.warn;
        g.fillRect(from, top + rows.TAKE - (corrected ? 1 : 3), width, corrected ? 1 : 3);
        g.fillRect(from, top, 1.5, rows.TAKE);
        const next = index + 1 < problems.length ? x(problems[index + 1].start_s) : free.to;
        const word = reception.word(problem.kind);
        const room = Math.min(next, free.to) - from - 4;
        if (from < behind || room < Math.max(WORD_ROOM, g.measureText(word).width)) return;
        g.fillStyle = corrected ? scene.theme.dim : scene.theme.text;
        g.fillText(word, from + 4, top + rows.TAKE / 2 - 1);
        behind = from + 4 + g.measureText(word).width;
    });
}
