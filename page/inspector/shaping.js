import * as store from "../store/state.js";
import {setSlider} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import * as sliders from "./sliders.js";

/** What the inspector's controls do: each is one change of the selected lane. */

/** Changes the selected lane. @param {Ctx} ctx @param {object} args */
export function change(ctx, args) {
    return ctx.send("lane.change", {id: ctx.ui.selected, ...args});
}

/** Dragging sends the newest value only, never a queue of old ones. @param {Ctx} ctx @param {string} attribute @param {number} value */
function drag(ctx, attribute, value) {
    return ctx.sendLatest(`${ctx.ui.selected} ${attribute}`, "lane.change", {id: ctx.ui.selected, [attribute]: value});
}

/** @param {Ctx} ctx @param {PageElement} node */
function typeNumber(ctx, node) {
    const lane = store.lane(ctx.model, ctx.ui.selected);
    if (!lane) return undefined;
    const attribute = /** @type {"in_low"|"in_high"|"out_low"|"out_high"|"hold_s"|"fade_s"} */ (node.dataset.value);
    const value = format.parseNumber(node.value);
    if (value === null) {
        ctx.layer.toast(`“${node.value}” is not a number.`, {level: "warn"});
        node.value = format.plain(lane[attribute]);
        return undefined;
    }
    const hard = attribute.startsWith("out_") ? lane.hard : null;
    const inside = sliders.clampHard(value, hard);
    if (hard && inside !== value) {
        ctx.layer.toast(`${lane.label} goes from ${format.plain(hard[0])} to ${format.plain(hard[1])}.`, {level: "warn"});
        node.value = format.plain(inside);
    }
    return change(ctx, {[attribute]: inside});
}

export const actions = {
    /** @param {Ctx} ctx */
    "lane.learn": (ctx) => {
        const lane = store.lane(ctx.model, ctx.ui.selected);
        return lane && (lane.learning ? ctx.send("lane.learn_cancel") : ctx.send("lane.learn", {id: lane.id}));
    },
    /** @param {Ctx} ctx */
    "lane.fit_input_range": (ctx) => ctx.send("lane.fit_input_range", {id: ctx.ui.selected}),
    "lane.number": typeNumber,
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.preset": (ctx, node) => ctx.send("lane.preset", {id: ctx.ui.selected, preset: node.dataset.value}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.curve": (ctx, node) => change(ctx, {curve: node.dataset.value}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.pool": (ctx, node) => change(ctx, {pool: node.dataset.value}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.invert": (ctx, node) => change(ctx, {invert: node.getAttribute("aria-pressed") !== "true"}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.smoothing": (ctx, node) => {
        setSlider(node);
        return drag(ctx, "smoothing_s", sliders.smoothingFromSlider(Number(node.value)));
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.tolerance": (ctx, node) => {
        setSlider(node);
        return drag(ctx, "tolerance", sliders.toleranceFromSlider(Number(node.value)));
    },
    /** A bound needs the exact keys, which lanes of version 0.1 do not have. @param {Ctx} ctx @param {PageElement} node */
    "lane.drift": (ctx, node) => {
        const lane = store.lane(ctx.model, ctx.ui.selected);
        if (!lane) return undefined;
        const drift = sliders.driftFromPercent(node.value);
        if (drift === null) {
            ctx.layer.toast(`“${node.value}” is not a percentage. Type 0 or more.`, {level: "warn"});
            node.value = sliders.driftToPercent(lane.exact ? lane.drift : 0);
            return undefined;
        }
        return change(ctx, drift > 0 ? {drift, exact: true} : {drift});
    },
    /** @param {Ctx} ctx */
    "lane.remove": (ctx) => ctx.send("lane.remove", {id: ctx.ui.selected}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.play_take": (ctx, node) => ctx.send("lane.play_take", {id: ctx.ui.selected, take: node.dataset.value}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.remove_take": (ctx, node) => ctx.send("lane.remove_take", {id: ctx.ui.selected, take: node.dataset.value}),
};
