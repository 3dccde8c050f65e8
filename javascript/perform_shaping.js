// @ts-check
(function (perform) {
    "use strict";

    /** What the inspector's controls do: each is one change of the selected lane. */

    /** Changes the selected lane. @param {any} ctx @param {any} args */
    function change(ctx, args) {
        return ctx.send("lane.change", {id: ctx.ui.selected, ...args});
    }

    /** Dragging sends the newest value only, never a queue of old ones. @param {any} ctx @param {string} attribute @param {number} value */
    function drag(ctx, attribute, value) {
        return ctx.sendLatest(`${ctx.ui.selected} ${attribute}`, "lane.change", {id: ctx.ui.selected, [attribute]: value});
    }

    /** @param {any} ctx @param {any} node */
    function typeNumber(ctx, node) {
        const lane = perform.state.lane(ctx.model, ctx.ui.selected);
        const attribute = node.dataset.value;
        const value = perform.format.parseNumber(node.value);
        if (value === null) {
            ctx.layer.toast(`“${node.value}” is not a number.`, {level: "warn"});
            node.value = perform.format.plain(lane[attribute]);
            return undefined;
        }
        const inside = attribute.startsWith("out_") ? perform.plan.clampHard(value, lane.hard) : value;
        if (inside !== value) {
            ctx.layer.toast(`${lane.label} goes from ${perform.format.plain(lane.hard[0])} to ${perform.format.plain(lane.hard[1])}.`, {level: "warn"});
            node.value = perform.format.plain(inside);
        }
        return change(ctx, {[attribute]: inside});
    }

    const actions = {
        /** @param {any} ctx */
        "lane.learn": (ctx) => {
            const lane = perform.state.lane(ctx.model, ctx.ui.selected);
            return lane.learning ? ctx.send("lane.learn_cancel") : ctx.send("lane.learn", {id: lane.id});
        },
        /** @param {any} ctx */
        "lane.fit": (ctx) => ctx.send("lane.fit", {id: ctx.ui.selected}),
        "lane.number": typeNumber,
        /** @param {any} ctx @param {any} node */
        "lane.preset": (ctx, node) => ctx.send("lane.preset", {id: ctx.ui.selected, preset: node.dataset.value}),
        /** @param {any} ctx @param {any} node */
        "lane.curve": (ctx, node) => change(ctx, {curve: node.dataset.value}),
        /** @param {any} ctx @param {any} node */
        "lane.pool": (ctx, node) => change(ctx, {pool: node.dataset.value}),
        /** @param {any} ctx @param {any} node */
        "lane.invert": (ctx, node) => change(ctx, {invert: node.getAttribute("aria-pressed") !== "true"}),
        /** @param {any} ctx @param {any} node */
        "lane.smoothing": (ctx, node) => {
            perform.dom.setSlider(node);
            return drag(ctx, "smoothing_s", perform.plan.smoothingFromSlider(Number(node.value)));
        },
        /** @param {any} ctx @param {any} node */
        "lane.tolerance": (ctx, node) => {
            perform.dom.setSlider(node);
            return drag(ctx, "tolerance", perform.plan.toleranceFromSlider(Number(node.value)));
        },
        /** @param {any} ctx */
        "lane.remove": (ctx) => ctx.send("lane.remove", {id: ctx.ui.selected}),
        /** @param {any} ctx @param {any} node */
        "take.play": (ctx, node) => ctx.send("take.play", {lane: ctx.ui.selected, take: node.dataset.value}),
        /** @param {any} ctx @param {any} node */
        "take.silence": (ctx, node) => ctx.send("take.silence", {lane: ctx.ui.selected, take: node.dataset.value}),
    };

    perform.shaping = {change, actions};
})(globalThis.perform ??= {});
