// @ts-check
(function (perform) {
    "use strict";

    /** Half of the last digit that is written, and what reading it back adds. */
    const ROUNDING = 0.0000501;

    /** What of a lane decides its text. Not its curve's id: that also changes when the background finds fewer keys. */
    const DECIDING = Object.freeze([
        "id", "field", "in_low", "in_high", "out_low", "out_high", "invert", "curve", "smoothing_s", "muted", "pool", "tolerance", "covers",
        "form", "lines", "under", "blend", "choices", "pick", "hold_s", "fade_s",
    ]);

    /** What Check found, lane by lane; it lies over the hands so that the timeline stays in sight. @param {any} ctx */
    function build(ctx) {
        const {el, iconButton} = perform.dom;
        const rows = el("div", {class: "perform-proof-rows"});
        const node = el("section", {class: "perform-panel perform-proof", "aria-label": "Proof", hidden: true},
            el("div", {class: "perform-head"}, el("span", {part: "title"}, "Proof"), el("span", {class: "perform-dim perform-proof-lead", part: "lead"}), el("span", {class: "perform-space"}),
                iconButton("close", "Close the proof (Esc)", {act: "proof.close", class: "perform-button-bare"})),
            el("div", {class: "perform-proof-row perform-proof-head"}, el("span", {}), el("span", {}, "Lane"), el("span", {}, "Keys"), el("span", {}, "Characters"), el("span", {}, "Largest error, of its tolerance"), el("span", {}, "Remarks")),
            rows, el("div", {class: "perform-problems", part: "problems"}));
        return {node, update: () => update(ctx, node, rows)};
    }

    /** @param {any} ctx @param {any} node @param {any} rows */
    function update(ctx, node, rows) {
        node.hidden = !ctx.ui.proofOpen;
        if (!ctx.ui.proofOpen) return;
        const part = perform.dom.parts(node);
        const result = ctx.ui.proof;
        perform.dom.setText(part.title, result ? "Proof" : "Lanes to write");
        perform.dom.setText(part.lead, lead(ctx, result));
        const byId = new Map((result ? result.lanes : []).map((lane) => [lane.id, lane]));
        perform.dom.keyed(rows, ctx.model.state.lanes, (lane) => lane.id, row, (item, lane, index) => updateRow(ctx, item, lane, byId.get(lane.id), index));
        updateProblems(part.problems, result ? result.problems : []);
    }

    /** @param {any} ctx @param {any} result */
    function lead(ctx, result) {
        if (ctx.ui.checking) return "writing, reading back, comparing…";
        if (!result) return "Check writes each lane's text, reads it back and compares.";
        const prover = result.prover === "deforum" ? "Deforum's own parser" : "Perform's twin of Deforum's parser";
        const cadence = result.cadence > 1 ? ` · cadence ${result.cadence}` : "";
        const stale = ctx.ui.proofRevision !== deciding(ctx) ? " · lanes have changed since: check again" : "";
        return `read back by ${prover} · ${perform.format.count(result.frames)} frames at ${perform.format.plain(result.fps)} fps${cadence} · max_frames ${perform.format.count(result.max_frames)}${stale}`;
    }

    /** What decides the texts. @param {any} ctx */
    function deciding(ctx) {
        const {lanes, song} = ctx.model.state;
        return JSON.stringify([song.id, song.fps, song.frames, song.cadence_used, lanes.map((lane) => DECIDING.map((name) => lane[name]))]);
    }

    /** @param {any} lane */
    function row(lane) {
        const {el} = perform.dom;
        return el("div", {class: "perform-proof-row", lane: lane.id},
            el("input", {type: "checkbox", change: "proof.choose", part: "choose", "aria-label": "Write this lane"}),
            el("span", {class: "perform-proof-name"}, el("i", {class: "perform-swatch"}), el("b", {part: "name"}), el("small", {part: "field", class: "perform-dim perform-mono"})),
            el("span", {part: "keys", class: "perform-number"}), el("span", {part: "characters", class: "perform-number"}),
            el("span", {class: "perform-proof-error"}, el("span", {part: "error", class: "perform-number"}), el("span", {class: "perform-bar"}, el("i", {part: "bar"})), el("button", {class: "perform-link perform-number", act: "jump", part: "at", lane: lane.id, title: "Show this frame on the timeline"})),
            el("span", {class: "perform-proof-remarks"}, el("span", {part: "remarks"}), el("button", {class: "perform-fold", act: "proof.fold", part: "fold", lane: lane.id, hidden: true})));
    }

    /** @param {any} ctx @param {any} node @param {any} lane @param {any} proof @param {number} index */
    function updateRow(ctx, node, lane, proof, index) {
        const part = perform.dom.parts(node);
        const {setText} = perform.dom;
        perform.lanes.tint(node, index);
        const can = perform.plan.canApply(lane);
        part.choose.disabled = !can;
        part.choose.checked = can && !ctx.ui.leftOut.has(lane.id);
        perform.dom.setClass(node, "perform-muted", !part.choose.checked);
        setText(part.name, perform.fields.ofLane(lane));
        setText(part.field, lane.field);
        setText(part.keys, can ? perform.format.count((proof || lane).keys) : "");
        setText(part.characters, can ? perform.format.count((proof || lane).characters) : "");
        updateError(part, lane, proof, can);
        updateRemarks(ctx, part, lane, can ? (proof || lane).problems : [], can ? (proof ? `✓ ${why(proof)}` : "") : perform.plan.reason(lane));
        perform.dom.setClass(node, "perform-blocked", Boolean(proof && proof.blocked));
    }

    /** Why the text is not exactly what was played. @param {{largest_error: number}} proof */
    function why(proof) {
        if (!(proof.largest_error > 0)) return "exact";
        return proof.largest_error <= ROUNDING ? "rounding to 4 digits" : "within the tolerance you set";
    }

    /** The error beside its tolerance, where both are in one unit. @param {any} lane @param {any} facts @param {boolean} limited */
    function errorText(lane, facts, limited) {
        const error = perform.format.error(facts.largest_error);
        if (limited) return `${error} of ${perform.format.error(facts.tolerance)}`;
        return perform.choices.holds(lane) ? error : `${error} a frame`;
    }

    /** @param {any} part @param {any} lane @param {any} proof @param {boolean} can */
    function updateError(part, lane, proof, can) {
        const {setText} = perform.dom;
        const span = Math.abs(lane.out_high - lane.out_low);
        const facts = proof || {largest_error: lane.largest_error, tolerance: lane.tolerance * span, error_frame: null};
        const limited = !perform.choices.holds(lane) && lane.form === "frame";
        setText(part.error, can ? errorText(lane, facts, limited) : "");
        const used = can ? perform.plan.toleranceUsed(facts) : 0;
        part.bar.style.transform = `scaleX(${Math.min(1, used).toFixed(3)})`;
        perform.dom.setClass(part.bar, "perform-over", used > 1 + 1e-6);
        part.bar.parentNode.hidden = !can || !limited;
        const placed = can && facts.error_frame !== null && facts.error_frame !== undefined && facts.largest_error > 0;
        part.at.hidden = !placed;
        setText(part.at, placed ? `frame ${perform.format.count(facts.error_frame)}` : "");
        part.at.dataset.value = placed ? String(facts.error_frame) : "";
    }

    /** The first remark, and the others when asked for. @param {any} ctx @param {Record<string, any>} part @param {any} lane @param {any[]} problems @param {string} fine */
    function updateRemarks(ctx, part, lane, problems, fine) {
        const {el, setText, setAttribute} = perform.dom;
        const open = ctx.ui.unfolded.has(lane.id);
        const rest = problems.slice(1);
        part.fold.hidden = rest.length === 0;
        setText(part.fold, open ? "less" : `+${rest.length}`);
        setAttribute(part.fold, "aria-expanded", String(open));
        setAttribute(part.fold, "title", open ? "Show the first remark only" : rest.map((problem) => problem.message).join("\n"));
        perform.dom.refill(part.remarks, [problems, fine, open], () => problems.length === 0 ? [el("span", {class: "perform-dim"}, fine)]
            : (open ? problems : problems.slice(0, 1)).map((problem) => remark(lane, problem)));
    }

    /** @param {any} lane @param {any} problem */
    function remark(lane, problem) {
        const {el} = perform.dom;
        const placed = problem.frame !== null && problem.frame !== undefined;
        return placed ? el("button", {class: "perform-problem", act: "jump", lane: lane.id, "data-value": problem.frame, title: "Show it on the timeline"}, `▲ ${problem.message}`)
            : el("span", {class: "perform-problem", title: problem.remedy || problem.message}, `▲ ${problem.message}`);
    }

    /** @param {any} place @param {any[]} problems */
    function updateProblems(place, problems) {
        const {el} = perform.dom;
        place.replaceChildren(...problems.map((problem) => el("div", {class: "perform-problem"}, `▲ ${problem.message}`, problem.remedy ? el("span", {class: "perform-dim"}, ` ${problem.remedy}`) : null)));
    }

    /** Asks the server for the proof of the chosen lanes; undefined if it could not be made. @param {any} ctx */
    async function run(ctx) {
        ctx.ui.checking = true;
        ctx.refresh();
        try {
            if (perform.bridge.available()) await perform.bridge.read();
            const result = await ctx.api.command("check", {lanes: perform.apply.chosenIds(ctx)});
            ctx.ui.proof = result;
            ctx.ui.proofRevision = deciding(ctx);
            return result;
        } catch (error) {
            ctx.fail(error);
            return undefined;
        } finally {
            ctx.ui.checking = false;
            ctx.refresh();
        }
    }

    /** @param {any} ctx @param {boolean} open */
    function show(ctx, open) {
        ctx.ui.proofOpen = open;
        ctx.refresh();
    }

    const actions = {
        /** @param {any} ctx */
        "proof.check": (ctx) => {
            show(ctx, true);
            return run(ctx);
        },
        /** @param {any} ctx */
        "proof.open": (ctx) => show(ctx, !ctx.ui.proofOpen),
        /** @param {any} ctx */
        "proof.close": (ctx) => show(ctx, false),
        /** @param {any} ctx @param {any} node */
        "proof.fold": (ctx, node) => {
            const id = perform.lanes.idOf(node);
            if (!ctx.ui.unfolded.delete(id)) ctx.ui.unfolded.add(id);
            ctx.refresh();
        },
        /** @param {any} ctx @param {any} node */
        "proof.choose": (ctx, node) => {
            const id = perform.lanes.idOf(node);
            if (node.checked) ctx.ui.leftOut.delete(id);
            else ctx.ui.leftOut.add(id);
            ctx.refresh();
        },
    };

    perform.proof = {build, run, show, why, actions};
})(globalThis.perform ??= {});
