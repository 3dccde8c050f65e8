import * as store from "../store/state.js";
import {el} from "../widgets/dom.js";
import * as picker from "../widgets/picker.js";
import * as fields from "./fields.js";

/** Rows of one group; typing narrows them down. */
const MOST = 200;

/** Choose what plays a lane: a received source, a recorded one, or a typed address. @param {Ctx} ctx @param {string} laneId */
export function panel(ctx, laneId) {
    const node = picker.build({
        id: "perform_source_search", input: "sources.search", label: "Search a source, or type its address", placeholder: "Search, or type an address: /nts1/cutoff",
    });
    node.dataset.lane = laneId;
    return {node, update: () => fill(ctx, node), wide: true, focus: "#perform_source_search"};
}

/** @param {Ctx} ctx @param {PageElement} node */
function fill(ctx, node) {
    const lane = store.lane(ctx.model, node.dataset.lane);
    if (!lane) return;
    const found = groups(ctx.model.state.sources, picker.query(node));
    const shown = found.map((group) => ({title: group.title, items: group.sources.map((source) => item(source, lane))}));
    const first = found.flatMap((group) => group.sources)[0];
    picker.fill(node, shown, first ? key(first) : "", [
        el("b", {}, "No source yet"), el("span", {}, "Type the address that your sender uses, such as /nts1/cutoff, or move its knob."),
    ]);
}

/**
 * The sources that fit what is typed: a completely typed address first, then received sources, then those that are only recorded.
 * @param {Source[]} sources @param {string} query @returns {{title: string, sources: ChosenSource[]}[]}
 */
export function groups(sources, query) {
    const typed = query.trim();
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = sources.filter((source) => !source.text && words.every((word) => source.name.toLowerCase().includes(word)));
    const address = typed && !typed.startsWith("/") ? `/${typed}` : typed;
    const same = fits.filter((source) => source.name === address);
    const other = fits.filter((source) => source.name !== address);
    const free = address.length > 1 && same.length === 0 && !/\s/.test(typed) ? [{name: address, typed: true, take_count: 0, first_take: null}] : [];
    const all = [
        {title: "Best match", sources: same},
        {title: "Received", sources: other.filter((source) => source.index >= 0)},
        {title: "Recorded in this song", sources: other.filter((source) => source.index < 0)},
        {title: "Not received yet", sources: free},
    ];
    return all.filter((group) => group.sources.length > 0).map((group) => ({title: group.title, sources: group.sources.slice(0, MOST)}));
}

/** Also the row's id, in which only letters and digits count. @param {ChosenSource} source */
function key(source) {
    return `source ${source.typed ? "typed" : source.index} ${source.name}`;
}

/** @param {ChosenSource} source @param {Lane} lane */
function item(source, lane) {
    const detail = source.name === lane.source ? "plays this lane now" : source.typed ? "use this address" : recorded(source);
    return {
        key: key(source), act: "sources.choose", title: source.typed ? `Let ${source.name} play this lane as soon as it sends` : `Let ${source.name} play this lane`,
        facts: [detail], attributes: {lane: lane.id, "data-value": source.name},
        nodes: [el("b", {class: "perform-mono"}, source.name), el("span", {class: "perform-dim"}, detail)],
    };
}

/** "recorded in take 1" or "recorded in 3 takes". @param {ChosenSource} source @returns {string} */
export function recorded(source) {
    if (source.take_count === 0) return "";
    return source.take_count === 1 ? `recorded in take ${source.first_take}` : `recorded in ${source.take_count} takes`;
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "sources.open": (ctx, node) => {
        const lane = store.lane(ctx.model, ctx.ui.selected);
        if (lane) ctx.layer.show(`Source of ${fields.ofLane(lane)}`, panel(ctx, lane.id), node);
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "sources.search": (ctx, node) => fill(ctx, node.closest(".perform-chooser")),
    /** @param {Ctx} ctx @param {PageElement} node */
    "sources.choose": async (ctx, node) => {
        const id = node.dataset.lane;
        ctx.layer.close();
        await ctx.send("lane.change", {id, source: node.dataset.value});
    },
};
