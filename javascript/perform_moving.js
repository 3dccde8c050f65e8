// @ts-check
(function (perform) {
    "use strict";

    /** What moves: the playhead, the growing curves, the running take. @param {any} canvas @param {any} scene */
    function moving(canvas, scene) {
        const g = perform.draw.prepare(canvas, scene.width, scene.height);
        g.save();
        clipRows(g, scene);
        if (scene.recording) drawPass(g, scene);
        g.restore();
        drawPlayhead(g, scene);
    }

    /**
     * The curves of the running pass. Only what came since the last call is drawn, unless the view has changed
     * (`drawn` is empty then): a pass of half an hour costs no more a frame than one of a second.
     * @param {any} canvas @param {any} scene @param {Map<string, number>} drawn lane id -> values drawn
     */
    function growing(canvas, scene, drawn) {
        const g = drawn.size === 0 ? perform.draw.prepare(canvas, scene.width, scene.height) : canvas.getContext("2d");
        g.save();
        clipRows(g, scene);
        scene.plan.rows.forEach((row, index) => {
            const growth = scene.growth.get(scene.lanes[index].id);
            const known = drawn.get(row.id) || 0;
            if (!growth || growth.values.length <= known) return;
            drawGrowth(g, scene, row, scene.lanes[index], growth, known);
            drawn.set(row.id, growth.values.length);
        });
        g.restore();
    }

    /** @param {any} g @param {any} scene @param {any} row @param {any} lane @param {any} growth @param {number} known */
    function drawGrowth(g, scene, row, lane, growth, known) {
        const range = perform.draw.rowRange(lane, scene.curves.get(lane.id));
        const toY = (value) => perform.curves.valueToY(value, range[0], range[1], row.top + perform.draw.PAD, row.height - 2 * perform.draw.PAD - 1);
        if (known === 0 && growth.values.length > 2) {
            const curve = perform.curves.build(Float32Array.from(growth.values), new Uint32Array(0), new Float32Array(0));
            perform.draw.line(g, scene, curve, growth.first, row, toY, scene.theme.rec, 2);
            return;
        }
        g.strokeStyle = scene.theme.rec;
        g.lineWidth = 2;
        g.lineJoin = "round";
        g.beginPath();
        for (let i = Math.max(0, known - 1); i < growth.values.length; i += 1) {
            g.lineTo(scene.gutter + scene.toX(growth.first + i), toY(growth.values[i]));
        }
        g.stroke();
    }

    /** Lanes and takes are drawn below the ruler only, scrolled. @param {any} g @param {any} scene */
    function clipRows(g, scene) {
        g.beginPath();
        g.rect(scene.gutter, perform.rows.RULER, scene.width - scene.gutter, scene.height - perform.rows.RULER - perform.rows.FOOT);
        g.clip();
        g.translate(0, -scene.scroll);
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
        perform.draw.rounded(g, from, top, Math.max(3, to - from), perform.rows.TAKE, 3);
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
        const g = perform.draw.prepare(canvas, width, height);
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

    perform.moving = {growing, moving, trace};
})(globalThis.perform ??= {});
