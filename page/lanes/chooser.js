import * as store from "../store/state.js";
import {el} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import * as picker from "../widgets/picker.js";
import * as fields from "./fields.js";
import {tint} from "./tint.js";

/** The most common fields, offered above the groups. */
const FAVOURITES = ["strength_schedule", "zoom", "angle", "translation_x", "translation_z", "rotation_3d_y", "cfg_scale_schedule", "noise_schedule"];

/**
 * Choose what to play: a Deforum field, which becomes a new lane, or with a source also an existing lane.
 * @param {Ctx} ctx @param {string|null} source
 */
export function panel(ctx, source) {
    const node = picker.build({
        id: "perform_search", input: "chooser.search", label: source ? `What ${source} plays` : "Search a field",
        placeholder: source ? `What does ${source} play?` : "Search a field: zoom, strength, pan…",
    });
    node.dataset.source = source || "";
    return {node, update: () => fill(ctx, node), wide: true, focus: "#perform_search"};
}

/** @param {Ctx} ctx @param {PageElement} node */
function fill(ctx, node) {
    const source = node.dataset.source || null;
    const query = picker.query(node).trim();
    const lanes = source ? ctx.model.state.lanes : [];
    const groups = query ? found(ctx, lanes, query, source) : offered(ctx, lanes, source);
    picker.fill(node, groups, query ? "" : suggested(ctx, source), [
        el("b", {}, source ? "No lane or field of that name" : "No field of that name"), el("span", {}, "Try another word, such as zoom, noise or pan."),
    ]);
}

/** Everything there is, before a letter is typed. @param {Ctx} ctx @param {Lane[]} lanes @param {string|null} source */
function offered(ctx, lanes, source) {
    const all = actingFirst(ctx, ctx.ui.fields.filter(fields.playable));
    const favourites = actingFirst(ctx, FAVOURITES.map((name) => all.find((field) => field.name === name)).filter((field) => field !== undefined));
    const groups = [
        {title: "Your lanes", items: lanes.map((lane) => laneItem(ctx, lane, source))},
        {title: "New lane: most played", items: favourites.map((field) => fieldItem(ctx, field, "favourite"))},
        ...fields.grouped(all).map((group) => ({title: group.title, items: group.fields.map((field) => fieldItem(ctx, field, "field"))})),
    ];
    return groups.filter((group) => group.items.length > 0);
}

/** Lanes and fields in one list, the best match first. @param {Ctx} ctx @param {Lane[]} lanes @param {string} query @param {string|null} source */
function found(ctx, lanes, query, source) {
    const candidates = [
        ...lanes.map((lane) => ({name: lane.field, label: lane.label, note: lane.source, lane, field: null})),
        ...ctx.ui.fields.filter(fields.playable).map((field) => ({name: field.name, label: field.label, note: field.note, unit: field.unit, lane: null, field})),
    ];
    const items = fields.search(candidates, query, (one) => Boolean(idle(ctx, one.name)))
        .map((item) => item.lane ? laneItem(ctx, item.lane, source) : fieldItem(ctx, item.field, "field"));
    return items.length > 0 ? [{title: "Best match first", items}] : [];
}

/** The row to begin at: the lane that the source plays, or one without a source, or a new one; no other lane loses its source by pressing Enter alone. @param {Ctx} ctx @param {string|null} source */
function suggested(ctx, source) {
    const {lanes} = ctx.model.state;
    const lane = source ? lanes.find((one) => one.source === source) || lanes.find((one) => !one.source) : null;
    const unused = FAVOURITES.find((name) => !idle(ctx, name) && !lanes.some((one) => one.field === name));
    return lane ? `lane ${lane.id}` : `favourite ${unused || FAVOURITES[0]}`;
}

/** Why a field would have no effect with the current settings in Deforum, in a word or two; empty if it acts. @param {Ctx} ctx @param {string} name */
function idle(ctx, name) {
    return ctx.model.state.deforum?.idle[name] || "";
}

/** Fields that act in the mode Deforum is set to, then the others. @param {Ctx} ctx @param {Field[]} fields */
function actingFirst(ctx, fields) {
    return [...fields.filter((field) => !idle(ctx, field.name)), ...fields.filter((field) => idle(ctx, field.name))];
}

/** @param {Ctx} ctx @param {string} name of a field */
function idleBadge(ctx, name) {
    const why = idle(ctx, name);
    return why ? el("small", {class: "perform-badge perform-badge-warn"}, `no effect: ${why}`) : null;
}

/** @param {Ctx} ctx @param {Lane} lane @param {string|null} source */
function laneItem(ctx, lane, source) {
    const swatch = el("i", {class: "perform-swatch"});
    tint(swatch, ctx.model.state.lanes.indexOf(lane));
    const now = lane.source === source ? "plays it now" : lane.source ? `now ${format.middle(lane.source, 24)}` : "no source yet";
    const name = fields.ofLane(lane);
    return {
        key: `lane ${lane.id}`, act: "source.assign", title: `Let it play the lane ${name} (${lane.source ? `now ${lane.source}` : now})`, facts: [now, name, ctx.model.state.lanes.indexOf(lane), idle(ctx, lane.field)],
        attributes: {lane: lane.id, "data-value": source},
        nodes: [swatch, el("b", {}, name), el("small", {class: "perform-badge"}, "lane"), idleBadge(ctx, lane.field), el("span", {class: "perform-dim"}, now)],
    };
}

/** @param {Ctx} ctx @param {Field} field @param {string} place distinguishes the two rows of a field that is offered twice */
function fieldItem(ctx, field, place) {
    const used = ctx.model.state.lanes.some((lane) => lane.field === field.name);
    const title = [fields.detail(field), field.note, used ? "There is a lane for it already. If both are applied, the lower one wins." : ""].filter(Boolean).join("\n");
    return {
        key: `${place} ${field.name}`, act: "lane.add", title, facts: [used, idle(ctx, field.name)],
        attributes: {"data-value": field.name},
        nodes: [el("b", {}, fields.label(field)), used ? el("small", {class: "perform-badge"}, "has a lane") : null, idleBadge(ctx, field.name), el("span", {class: "perform-dim"}, fields.detail(field))],
    };
}

/** @param {Ctx} ctx @param {PageElement} anchor where it was asked for @param {string|null} source */
export function open(ctx, anchor, source) {
    ctx.layer.show(source ? `What ${source} plays` : "Add a lane", {...panel(ctx, source), beside: anchor.querySelector("[part=plays]")}, anchor);
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "chooser.open": (ctx, node) => open(ctx, node, null),
    /** @param {Ctx} ctx @param {PageElement} node */
    "chooser.search": (ctx, node) => fill(ctx, node.closest(".perform-chooser")),
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.add": async (ctx, node) => {
        const source = node.closest(".perform-chooser").dataset.source;
        ctx.layer.close();
        const made = await ctx.send("lane.add", source ? {field: node.dataset.value, source} : {field: node.dataset.value});
        if (!made) return;
        ctx.select(made.id);
        if (!source) await ctx.send("lane.learn", {id: made.id});
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "source.assign": async (ctx, node) => {
        const id = node.dataset.lane;
        const {source} = store.lane(ctx.model, id) || {};
        ctx.layer.close();
        if (source !== node.dataset.value) await ctx.send("lane.change", {id, source: node.dataset.value});
        ctx.select(id);
    },
};
