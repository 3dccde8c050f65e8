import * as curves from "../store/curves.js";
import {el, partsOf, setClass, setText} from "../widgets/dom.js";
import {prepare} from "./canvas.js";
import * as rows from "./rows.js";

/** Elements above the canvases: a playhead that is moved by the compositor repaints nothing. */
export function build() {
    return el("div", {class: "perform-plot"},
        el("div", {class: "perform-recorded-range", part: "range", hidden: true}),
        el("div", {class: "perform-recording-bar", part: "bar", hidden: true}),
        el("div", {class: "perform-playhead", part: "head"}));
}

/** @param {PageElement} plot from build @param {MovingScene} scene */
export function place(plot, scene) {
    const part = partsOf(plot);
    const x = scene.toX(scene.frame);
    part.head.hidden = x < -1 || x > scene.room + 1;
    setClass(plot, "perform-recording", scene.recording);
    setTransform(part.head, `translateX(${x.toFixed(1)}px)`);
    part.range.hidden = !scene.recording;
    part.bar.hidden = !scene.recording;
    if (scene.recording) placeRecording(part, scene, x);
}

/** The current recording: from its start to the playhead. @param {Parts} part @param {MovingScene} scene @param {number} to */
function placeRecording(part, scene, to) {
    const from = Math.max(-8, scene.toX(scene.recordingFrame));
    const width = Math.max(3, to - from);
    const top = rows.takeTop(scene.plan.takesTop, scene.plan.lines) - scene.scroll.takes;
    setTransform(part.range, `translateX(${from.toFixed(1)}px) scaleX(${width.toFixed(1)})`);
    setTransform(part.bar, `translate(${from.toFixed(1)}px, ${top}px)`);
    part.bar.style.width = `${width.toFixed(1)}px`;
    setText(part.bar, width > 140 ? `● recording take ${scene.takeNumber ?? ""}` : width > 24 ? "●" : "");
}

/** @param {PageElement} node @param {string} text */
function setTransform(node, text) {
    if (node.style.transform !== text) node.style.transform = text;
}

/** The last moves of a source. @param {HTMLCanvasElement} canvas @param {{width: number, height: number}} size of the canvas on the screen @param {number[]} points @param {number} low @param {number} high @param {Theme} theme @param {PageElement} node */
export function trace(canvas, size, points, low, high, theme, node) {
    const {width, height} = size;
    if (width === 0 || points.length === 0) return;
    const g = prepare(canvas, width, height);
    const index = Number((/--perform-c(\d)/.exec(node.getAttribute("style") || "") || [])[1] || 0);
    g.strokeStyle = index ? theme.lanes[index - 1] : theme.dim;
    g.lineWidth = 1.5;
    g.lineJoin = "round";
    g.beginPath();
    const step = (width - 4) / 95;
    const first = width - 3 - (points.length - 1) * step;
    points.forEach((value, i) => {
        const y = curves.valueToY(value, low, high, 3, height - 6);
        if (i === 0) g.moveTo(first, y);
        else g.lineTo(first + i * step, y);
    });
    g.stroke();
    g.fillStyle = g.strokeStyle;
    g.beginPath();
    g.arc(width - 3, curves.valueToY(points[points.length - 1], low, high, 3, height - 6), 2, 0, 7);
    g.fill();
}
