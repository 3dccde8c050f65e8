import {inside} from "./canvas.js";
import * as rows from "./rows.js";

/** The part of the timeline that is after the end of the song. */

const HATCH = 7;

/** Hatches the part after the end. @param {CanvasRenderingContext2D} g @param {Scene} scene */
export function draw(g, scene) {
    if (scene.end === null) return;
    const left = Math.max(scene.gutter, Math.round(scene.gutter + scene.toX(scene.end)));
    const top = rows.RULER;
    const height = scene.height - top - rows.FOOT;
    if (left >= scene.width) return;
    inside(g, left, top, scene.width - left, height, () => {
        g.strokeStyle = scene.theme.dim;
        g.lineWidth = 1;
        g.globalAlpha = 0.25;
        g.beginPath();
        for (let x = left - height; x < scene.width; x += HATCH) {
            g.moveTo(x, top + height);
            g.lineTo(x + height, top);
        }
        g.stroke();
    });
    g.fillStyle = scene.theme.dim;
    g.fillRect(left, 0, 1, top + height);
}
