// @ts-check
(function (perform) {
    "use strict";

    /** Drawing on canvases: takes a scene, changes nothing but pixels. */
    const PAD = 6;
    /** Pixels a frame must have before its curve is stroked. */
    const STROKE_ROOM = 4;

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
        if (perform.choices.holds(lane)) return perform.choices.range(lane, curve);
        // a lane of speeds or positions is written as steps a frame: another unit than its range
        if (lane.form && lane.form !== "frame" && curve && curve.high > curve.low) return [curve.low, curve.high];
        let low = Math.min(lane.out_low, lane.out_high);
        let high = Math.max(lane.out_low, lane.out_high);
        if (curve && curve.values.length > 0) {
            low = Math.min(low, curve.low);
            high = Math.max(high, curve.high);
        }
        return high > low ? [low, high] : [low - 0.5, high + 0.5];
    }

    /** Value -> y inside a row. @param {any} row @param {[number, number]} range @returns {(value: number) => number} */
    function rowY(row, range) {
        return (value) => perform.curves.valueToY(value, range[0], range[1], row.top + PAD, row.height - 2 * PAD - 1);
    }

    /** What `paint` paints stays inside a box, and its settings with it. @param {any} g @param {number} x @param {number} y @param {number} width @param {number} height @param {() => void} paint */
    function inside(g, x, y, width, height, paint) {
        g.save();
        g.beginPath();
        g.rect(x, y, width, height);
        g.clip();
        paint();
        g.restore();
    }

    /** Everything that stands still while the song plays. @param {any} canvas @param {any} scene */
    function still(canvas, scene) {
        const g = prepare(canvas, scene.width, scene.height);
        drawGrid(g, scene);
        drawRows(g, scene);
        perform.bars.draw(g, scene);
        perform.end.draw(g, scene);
        drawRuler(g, scene);
        drawFoot(g, scene);
    }

    /** The lanes that are in sight. @param {any} g @param {any} scene */
    function drawRows(g, scene) {
        const {plan, scroll} = scene;
        const bottom = perform.rows.RULER + plan.lanesRoom;
        inside(g, 0, perform.rows.RULER, scene.width, plan.lanesRoom, () => {
            g.translate(0, -scroll.lanes);
            plan.rows.forEach((row, index) => {
                if (row.top + row.height - scroll.lanes > 0 && row.top - scroll.lanes < bottom) drawRow(g, scene, row, index);
            });
        });
        drawScroll(g, scene, perform.rows.RULER, plan.lanesRoom, scroll.lanes, plan.overflow);
    }

    /** Says at the right how much there is and where one is. @param {any} g @param {any} scene @param {number} top @param {number} room @param {number} scroll @param {number} overflow */
    function drawScroll(g, scene, top, room, scroll, overflow) {
        if (overflow <= 0 || room <= 0) return;
        const size = Math.max(14, room * room / (room + overflow));
        g.fillStyle = scene.theme.dim;
        g.globalAlpha = 0.55;
        rounded(g, scene.width - 6, top + 1 + (room - size - 2) * scroll / overflow, 4, size, 2);
        g.fill();
        g.globalAlpha = 1;
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
        g.font = `12px ${theme.mono}`;
        g.textBaseline = "middle";
        g.textAlign = "left";
        const tenths = scene.ticks.some((tick) => tick.major && Math.abs(tick.seconds % 1) > 1e-6 && Math.abs(tick.seconds % 1) < 1 - 1e-6);
        for (const tick of scene.ticks) {
            if (!tick.major || tick.x < -1 || tick.x > scene.room - 34) continue;
            const nearFlag = Math.abs(tick.x - scene.toX(scene.startFrame)) < 10;
            g.fillText(perform.format.shortClock(tick.seconds, tenths), gutter + tick.x + (nearFlag ? 13 : 4), 11);
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
        const end = Math.min(width, gutter + scene.toX(scene.frames));
        rounded(g, gutter, row.top + 1, Math.max(0, end - gutter), row.height - 3, 3);
        g.fill();
        g.globalAlpha = 1;
        const range = scene.ranges.get(lane.id) || rowRange(lane, curve);
        drawLabel(g, scene, row, lane, colour, range, on);
        inside(g, gutter, row.top, width - gutter, row.height, () => {
            const faded = lane.muted || scene.writing.has(lane.id);
            if (curve && perform.choices.holds(lane)) perform.steps.draw(g, scene, row, lane, curve, range, colour, faded);
            else if (curve) drawCurve(g, scene, row, curve, range, colour, faded);
            drawHits(g, scene, row, lane.saved_hits || [], colour);
            for (const problem of lane.problems) drawProblem(g, scene, row, problem);
        });
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
        g.fillText(cut(g, perform.fields.ofLane(lane), gutter - 26), 19, row.top + row.height / 2 + 4);
        if (row.height < 36 || lane.kind !== "int" && lane.chooses) return;
        g.fillStyle = theme.dim;
        g.font = `12px ${theme.mono}`;
        g.textAlign = "right";
        const decimals = lane.kind === "int" ? 0 : Math.min(3, perform.format.decimalsFor(range[0], range[1]));
        g.fillText(perform.format.fixed(range[1], decimals), gutter - 6, row.top + 13);
        g.fillText(perform.format.fixed(range[0], decimals), gutter - 6, row.top + row.height - 7);
    }

    /** Shortened before its last two letters: "X" and "Y" stay. @param {any} g @param {string} text @param {number} most */
    function cut(g, text, most) {
        if (g.measureText(text).width <= most) return text;
        let length = text.length - 1;
        while (length > 6 && g.measureText(`${text.slice(0, length - 3)}…${text.slice(-2)}`).width > most) length -= 1;
        return `${text.slice(0, length - 3)}…${text.slice(-2)}`;
    }

    /** @param {any} g @param {any} scene @param {any} row @param {any} curve @param {[number, number]} range @param {string} colour @param {boolean} faded */
    function drawCurve(g, scene, row, curve, range, colour, faded) {
        const toY = rowY(row, range);
        g.globalAlpha = faded ? 0.3 : 1;
        line(g, scene, curve, 0, row, toY, colour, 1.5);
        if (!faded) drawKeys(g, scene, curve, toY, colour);
        g.globalAlpha = 1;
    }

    /** A curve that begins at a frame: few points are joined by a stroke, many become runs of pixels. @param {any} g @param {any} scene @param {any} curve @param {number} first @param {any} row @param {(value: number) => number} toY @param {string} colour @param {number} thick */
    function line(g, scene, curve, first, row, toY, colour, thick) {
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
        const columns = perform.curves.columns(curve, shifted, Math.round(room * ratio));
        const box = {x: gutter, y: row.top, width: room, height: row.height};
        perform.raster.draw(g, box, ratio, columns, (value) => toY(value) - row.top, colour, thick);
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

    /** Hits between the frames Deforum reads, which pooling has kept: a small bar at the row's top. @param {any} g @param {any} scene @param {any} row @param {number[]} frames @param {string} colour */
    function drawHits(g, scene, row, frames, colour) {
        g.fillStyle = colour;
        for (const frame of frames) g.fillRect(scene.gutter + scene.toX(frame) - 1, row.top + 2, 2, 5);
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

    perform.draw = {prepare, rounded, inside, rowY, line, drawScroll, still, rowRange};
})(globalThis.perform ??= {});
