// @ts-check
(function (perform) {
    "use strict";

    /** Drawing on canvases: takes a scene, changes nothing but pixels. */
    const PAD = 6;

    /** Fits a canvas to its box at the screen's resolution. @param {any} canvas @param {number} width @param {number} height */
    function prepare(canvas, width, height) {
        const ratio = globalThis.devicePixelRatio || 1;
        const w = Math.round(width * ratio);
        const h = Math.round(height * ratio);
        if (canvas.width !== w || canvas.height !== h) {
            canvas.width = w;
            canvas.height = h;
        }
        const g = canvas.getContext("2d");
        g.setTransform(ratio, 0, 0, ratio, 0, 0);
        g.clearRect(0, 0, width, height);
        return g;
    }

    /** The range a row shows: the lane's output range, and what lies outside of it. @param {any} lane @param {any} curve @returns {[number, number]} */
    function rowRange(lane, curve) {
        let low = Math.min(lane.out_low, lane.out_high);
        let high = Math.max(lane.out_low, lane.out_high);
        if (curve && curve.values.length > 0) {
            low = Math.min(low, curve.low);
            high = Math.max(high, curve.high);
        }
        return high > low ? [low, high] : [low - 0.5, high + 0.5];
    }

    /** Everything that stands still while the song plays. @param {any} canvas @param {any} scene */
    function still(canvas, scene) {
        const g = prepare(canvas, scene.width, scene.height);
        drawGrid(g, scene);
        g.save();
        g.beginPath();
        g.rect(0, perform.rows.RULER, scene.width, scene.height - perform.rows.RULER - perform.rows.FOOT);
        g.clip();
        g.translate(0, -scene.scroll);
        scene.plan.rows.forEach((/** @type {any} */ row, /** @type {number} */ index) => {
            if (row.top + row.height - scene.scroll > 0 && row.top - scene.scroll < scene.height) drawRow(g, scene, row, index);
        });
        drawTakes(g, scene);
        g.restore();
        drawRuler(g, scene);
        drawFoot(g, scene);
    }

    /** @param {any} g @param {any} scene */
    function drawGrid(g, scene) {
        const {theme, gutter} = scene;
        for (const tick of scene.ticks) {
            g.fillStyle = theme.line;
            g.globalAlpha = tick.major ? 0.9 : 0.4;
            g.fillRect(Math.round(gutter + tick.x), tick.major ? 0 : perform.rows.RULER, 1, scene.height);
        }
        g.globalAlpha = 1;
    }

    /** @param {any} g @param {any} scene */
    function drawRuler(g, scene) {
        const {theme, gutter} = scene;
        g.fillStyle = theme.dim;
        g.font = `10px ${theme.mono}`;
        g.textBaseline = "middle";
        g.textAlign = "left";
        const tenths = scene.ticks.some((/** @type {any} */ tick) => tick.major && Math.abs(tick.seconds % 1) > 1e-6 && Math.abs(tick.seconds % 1) < 1 - 1e-6);
        for (const tick of scene.ticks) {
            if (tick.major && tick.x >= -1) g.fillText(perform.format.shortClock(tick.seconds, tenths), gutter + tick.x + 4, 11);
        }
        const x = gutter + scene.toX(scene.startFrame);
        if (x >= gutter - 1) drawFlag(g, x, theme);
        g.fillStyle = theme.line;
        g.fillRect(0, perform.rows.RULER - 1, scene.width, 1);
    }

    /** Where Record begins. @param {any} g @param {number} x @param {any} theme */
    function drawFlag(g, x, theme) {
        g.fillStyle = theme.rec;
        g.beginPath();
        g.moveTo(x, 0);
        g.lineTo(x + 9, 0);
        g.lineTo(x + 9, 5);
        g.lineTo(x, 10);
        g.closePath();
        g.fill();
        g.fillRect(x - 0.5, 0, 1, perform.rows.RULER);
    }

    /** The window on the song, as a bar to drag. @param {any} g @param {any} scene */
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

    /** @param {any} g @param {number} x @param {number} y @param {number} w @param {number} h @param {number} r */
    function rounded(g, x, y, w, h, r) {
        g.beginPath();
        g.roundRect(x, y, w, h, r);
    }

    /** @param {any} g @param {any} scene @param {any} row @param {number} index */
    function drawRow(g, scene, row, index) {
        const {theme, gutter, width} = scene;
        const lane = scene.lanes[index];
        const curve = scene.curves.get(lane.id);
        const colour = theme.lanes[index % theme.lanes.length];
        const on = lane.id === scene.selected;
        g.fillStyle = theme.well;
        g.globalAlpha = on ? 0.95 : 0.6;
        rounded(g, gutter, row.top + 1, width - gutter, row.height - 3, 3);
        g.fill();
        g.globalAlpha = 1;
        const range = rowRange(lane, curve);
        drawLabel(g, scene, row, lane, colour, range, on);
        g.save();
        g.beginPath();
        g.rect(gutter, row.top, width - gutter, row.height);
        g.clip();
        const faded = lane.muted || scene.writing.has(lane.id);
        if (curve) drawCurve(g, scene, row, curve, range, colour, faded);
        for (const problem of lane.problems) drawProblem(g, scene, row, problem);
        g.restore();
    }

    /** @param {any} g @param {any} scene @param {any} row @param {any} lane @param {string} colour @param {[number, number]} range @param {boolean} on */
    function drawLabel(g, scene, row, lane, colour, range, on) {
        const {theme, gutter} = scene;
        g.fillStyle = colour;
        rounded(g, 8, row.top + 5, on ? 5 : 3, row.height - 11, 1.5);
        g.fill();
        g.textBaseline = "alphabetic";
        g.textAlign = "left";
        g.fillStyle = lane.muted ? theme.dim : theme.text;
        g.font = `${on ? 700 : 600} 12px ${theme.font}`;
        g.fillText(cut(g, perform.fields.label({name: lane.field, label: lane.label}), gutter - 74), 19, row.top + row.height / 2 + 4);
        g.fillStyle = theme.dim;
        g.font = `10px ${theme.mono}`;
        g.textAlign = "right";
        const decimals = Math.min(3, perform.format.decimalsFor(range[0], range[1]));
        g.fillText(perform.format.fixed(range[1], decimals), gutter - 6, row.top + 13);
        g.fillText(perform.format.fixed(range[0], decimals), gutter - 6, row.top + row.height - 7);
    }

    /** @param {any} g @param {string} text @param {number} most */
    function cut(g, text, most) {
        if (g.measureText(text).width <= most) return text;
        let end = text.length - 1;
        while (end > 1 && g.measureText(`${text.slice(0, end)}…`).width > most) end -= 1;
        return `${text.slice(0, end)}…`;
    }

    /** @param {any} g @param {any} scene @param {any} row @param {any} curve @param {[number, number]} range @param {string} colour @param {boolean} faded */
    function drawCurve(g, scene, row, curve, range, colour, faded) {
        const {gutter, width, view} = scene;
        const toY = (/** @type {number} */ value) => perform.curves.valueToY(value, range[0], range[1], row.top + PAD, row.height - 2 * PAD - 1);
        g.strokeStyle = colour;
        g.lineWidth = 1.5;
        g.lineJoin = "round";
        g.globalAlpha = faded ? 0.3 : 1;
        g.beginPath();
        const room = width - gutter;
        if (view.end - view.start > room) columnPath(g, perform.curves.columns(curve, view, room), gutter, toY);
        else framePath(g, scene, curve.values, 0, toY);
        g.stroke();
        if (!faded) drawKeys(g, scene, curve, toY, colour);
        g.globalAlpha = 1;
    }

    /** One stroke down each pixel column. @param {any} g @param {{low: Float32Array, high: Float32Array}} columns @param {number} gutter @param {(value: number) => number} toY */
    function columnPath(g, columns, gutter, toY) {
        let last = NaN;
        for (let x = 0; x < columns.low.length; x += 1) {
            const low = columns.low[x];
            const high = columns.high[x];
            if (low !== low) continue;
            const px = gutter + x + 0.5;
            const near = Math.abs(low - last) < Math.abs(high - last) ? low : high;
            const far = near === low ? high : low;
            if (last !== last) g.moveTo(px, toY(near));
            else g.lineTo(px, toY(near));
            if (far !== near) g.lineTo(px, toY(far));
            last = far;
        }
    }

    /** @param {any} g @param {any} scene @param {ArrayLike<number>} values @param {number} first @param {(value: number) => number} toY */
    function framePath(g, scene, values, first, toY) {
        const [from, to] = perform.curves.visible(values.length, {start: scene.view.start - first, end: scene.view.end - first});
        for (let i = from; i < to; i += 1) {
            const x = scene.gutter + scene.toX(first + i);
            if (i === from) g.moveTo(x, toY(values[i]));
            else g.lineTo(x, toY(values[i]));
        }
    }

    /** Keys as dots, as long as there is room between them. @param {any} g @param {any} scene @param {any} curve @param {(value: number) => number} toY @param {string} colour */
    function drawKeys(g, scene, curve, toY, colour) {
        const [from, to] = perform.curves.visibleKeys(curve, scene.view);
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

    /** @param {any} g @param {any} scene @param {any} row @param {any} problem */
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

    /** @param {any} g @param {any} scene */
    function drawTakes(g, scene) {
        const {theme, plan, gutter} = scene;
        if (plan.takes.length === 0) return;
        g.textAlign = "right";
        g.textBaseline = "middle";
        g.font = `10px ${theme.font}`;
        g.fillStyle = theme.dim;
        g.fillText("takes", gutter - 6, plan.takesTop + 8);
        g.textAlign = "left";
        for (const {take, row} of plan.takes) drawTake(g, scene, take, perform.rows.takeTop(plan.takesTop, row));
    }

    /** @param {any} g @param {any} scene @param {any} take @param {number} top */
    function drawTake(g, scene, take, top) {
        const {theme, gutter, width} = scene;
        const from = Math.max(gutter, gutter + scene.toX(take.start_s * scene.fps));
        const to = Math.min(width, gutter + scene.toX(take.end_s * scene.fps));
        if (to <= from) return;
        const plays = scene.played.has(take.id);
        g.fillStyle = theme.takes[take.number % theme.takes.length];
        g.globalAlpha = plays ? 0.42 : 0.16;
        rounded(g, from, top, Math.max(2, to - from), perform.rows.TAKE, 3);
        g.fill();
        g.globalAlpha = 1;
        if (to - from < 34) return;
        g.fillStyle = plays ? theme.text : theme.dim;
        g.fillText(`${plays ? "★ " : ""}take ${take.number}`, from + 6, top + perform.rows.TAKE / 2 + 0.5);
    }

    /** What moves: the playhead, the growing curves, the running take. @param {any} canvas @param {any} scene */
    function moving(canvas, scene) {
        const g = prepare(canvas, scene.width, scene.height);
        g.save();
        g.beginPath();
        g.rect(scene.gutter, perform.rows.RULER, scene.width - scene.gutter, scene.height - perform.rows.RULER - perform.rows.FOOT);
        g.clip();
        g.translate(0, -scene.scroll);
        if (scene.recording) drawPass(g, scene);
        scene.plan.rows.forEach((/** @type {any} */ row, /** @type {number} */ index) => drawGrowth(g, scene, row, index));
        g.restore();
        drawPlayhead(g, scene);
    }

    /** @param {any} g @param {any} scene @param {any} row @param {number} index */
    function drawGrowth(g, scene, row, index) {
        const lane = scene.lanes[index];
        const growth = scene.growth.get(lane.id);
        if (!growth || growth.values.length === 0) return;
        const range = rowRange(lane, scene.curves.get(lane.id));
        const toY = (/** @type {number} */ value) => perform.curves.valueToY(value, range[0], range[1], row.top + PAD, row.height - 2 * PAD - 1);
        g.strokeStyle = scene.theme.rec;
        g.lineWidth = 2;
        g.lineJoin = "round";
        g.beginPath();
        framePath(g, scene, growth.values, growth.first, toY);
        g.stroke();
    }

    /** @param {any} g @param {any} scene */
    function drawPass(g, scene) {
        const {theme, gutter, plan} = scene;
        const from = gutter + scene.toX(scene.passFrame);
        const to = gutter + scene.toX(scene.frame);
        g.fillStyle = theme.rec;
        g.globalAlpha = 0.05;
        g.fillRect(from, 0, Math.max(0, to - from), scene.height + scene.scroll);
        g.globalAlpha = 0.75;
        const top = perform.rows.takeTop(plan.takesTop, plan.lines);
        rounded(g, from, top, Math.max(3, to - from), perform.rows.TAKE, 3);
        g.fill();
        g.globalAlpha = 1;
        if (to - from < 96) return;
        g.fillStyle = "#fff";
        g.font = `600 10px ${theme.font}`;
        g.textBaseline = "middle";
        g.textAlign = "left";
        g.fillText(`● recording take ${scene.takeNumber ?? ""}`, from + 6, top + perform.rows.TAKE / 2 + 0.5);
    }

    /** @param {any} g @param {any} scene */
    function drawPlayhead(g, scene) {
        const x = Math.round(scene.gutter + scene.toX(scene.frame)) + 0.5;
        if (x < scene.gutter - 1 || x > scene.width + 1) return;
        g.fillStyle = scene.recording ? scene.theme.rec : scene.theme.text;
        g.fillRect(x - 0.75, 0, 1.5, scene.height - perform.rows.FOOT);
        g.beginPath();
        g.moveTo(x - 6, perform.rows.RULER - 9);
        g.lineTo(x + 6, perform.rows.RULER - 9);
        g.lineTo(x, perform.rows.RULER);
        g.closePath();
        g.fill();
    }

    /** The last moves of a source. @param {any} canvas @param {number[]} points @param {number} low @param {number} high @param {any} theme @param {any} node */
    function trace(canvas, points, low, high, theme, node) {
        const width = canvas.clientWidth;
        const height = canvas.clientHeight;
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
            const y = perform.curves.valueToY(value, low, high, 3, height - 6);
            if (i === 0) g.moveTo(first, y);
            else g.lineTo(first + i * step, y);
        });
        g.stroke();
        g.fillStyle = g.strokeStyle;
        g.beginPath();
        g.arc(width - 3, perform.curves.valueToY(points[points.length - 1], low, high, 3, height - 6), 2, 0, 7);
        g.fill();
    }

    perform.draw = {still, moving, trace, rowRange};
})(globalThis.perform ??= {});
