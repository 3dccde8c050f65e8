import * as bridge from "../host/bridge.js";
import * as store from "../store/state.js";
import {el, partsOf, setText} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import {segments, setSegment} from "../widgets/segments.js";
import * as shaping from "./shaping.js";

const BLENDS = [
    {value: "replace", text: "replace", title: "What you play replaces it"},
    {value: "add", text: "add", title: "What you play is added to it"},
    {value: "multiply", text: "multiply", title: "What you play multiplies it"},
];

/** What a lane can do beyond the inspector's rows. @param {Ctx} ctx */
export function panel(ctx) {
    const node = el("div", {class: "perform-menu perform-more"},
        el("label", {class: "perform-check", part: "linesRow", title: "A 7 bit knob sends steps. While it turns, straight lines join them; while it rests, the value holds"},
            el("input", {type: "checkbox", change: "lane.lines", part: "lines"}), "Draw straight lines between the steps of a 7 bit knob"),
        el("div", {class: "perform-menu-title"}, "Schedule under this lane"),
        el("code", {part: "under", class: "perform-under"}),
        el("div", {class: "perform-menu-note perform-dim perform-number", part: "length"}),
        segments("lane.blend", BLENDS, "How playing changes it", "blend"),
        el("div", {class: "perform-menu-note perform-dim", part: "hint"}),
        el("div", {class: "perform-menu-row"},
            el("button", {class: "perform-button perform-button-small", act: "lane.import_schedule", part: "take"}, ""),
            el("button", {class: "perform-button perform-button-small", act: "lane.noUnder", part: "clear", title: "Write only the lane"}, "Remove it")));
    return {node, update: () => update(ctx, node)};
}

/** @param {Ctx} ctx @param {PageElement} node */
function update(ctx, node) {
    const lane = store.lane(ctx.model, ctx.ui.selected);
    if (!lane) return;
    const part = partsOf(node);
    part.lines.checked = lane.lines;
    setText(part.under, lane.under ? format.middle(lane.under.replace(/\s+/g, " ").trim(), 120) : "none: only the lane is written");
    part.length.hidden = part.blend.hidden = part.clear.hidden = !lane.under;
    setText(part.length, format.counted(lane.under.length, "character"));
    setSegment(part.blend, lane.blend);
    const {host, song} = ctx.model.state;
    const there = host.deforum || Boolean(song.base_settings);
    part.take.hidden = !there;
    setText(part.take, host.deforum ? "Use the schedule in Deforum's tab" : `Use the one from ${format.middle(song.base_settings || "", 30)}`);
    setText(part.hint, there ? lane.under ? "It is written where you do not play." : "With one, it is written where you do not play." : "Import a Deforum settings file (Files) to use its schedule here.");
}

/** The current schedule in Deforum's box, read first if its tab can be reached. @param {Ctx} ctx */
async function take(ctx) {
    const id = ctx.ui.selected;
    if (bridge.available()) await bridge.read();
    const taken = await ctx.send("lane.import_schedule", {id, page: bridge.PAGE});
    if (taken) ctx.layer.toast(`Put ${format.counted(taken.under.length, "character")} under this lane.`);
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "more.open": (ctx, node) => ctx.layer.show("More of this lane", panel(ctx), node),
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.lines": (ctx, node) => shaping.change(ctx, {lines: node.checked}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.blend": (ctx, node) => shaping.change(ctx, {blend: node.dataset.value}),
    "lane.import_schedule": take,
    /** @param {Ctx} ctx */
    "lane.noUnder": (ctx) => shaping.change(ctx, {under: "", blend: "replace"}),
};
