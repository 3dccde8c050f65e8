import * as store from "../store/state.js";
import {el, heading, keyed, partsOf, setAttribute, setClass, setCut, setText} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import {icon, iconButton} from "../widgets/icons.js";
import * as roving from "../widgets/roving.js";
import * as choosing from "./choosing.js";
import * as fields from "./fields.js";
import * as playing from "./playing.js";
import {rowRange} from "./ranges.js";
import {idOf, tint} from "./tint.js";

/** The list of lanes. @param {Ctx} ctx */
export function build(ctx) {
    const list = el("div", {class: "perform-lane-list", role: "list", "aria-label": "Lanes"});
    const empty = el("div", {class: "perform-empty"},
        el("b", {}, "No lane yet"),
        el("span", {}, "Move a knob, then choose what it plays."),
        el("button", {class: "perform-button", act: "chooser.open"}, icon("plus"), "Add a lane"));
    const armAll = el("button", {class: "perform-head-button", act: "lane.armAll", title: "Arm every lane, or none: an armed lane is written while you record"}, "Arm all");
    const node = el("section", {class: "perform-panel perform-lanes", "aria-label": "Lanes"},
        el("div", {class: "perform-head"}, heading("Lanes"), el("span", {class: "perform-space"}), armAll,
            el("button", {class: "perform-head-button", act: "chooser.open", id: "perform_add_lane", title: "Add a lane: choose a Deforum field to play"}, icon("plus"), "Lane")),
        list, empty);
    return {node, update: () => update(ctx, list, empty, armAll), live: () => live(ctx, list)};
}

/** @param {Ctx} ctx @param {PageElement} list @param {PageElement} empty @param {PageElement} armAll */
function update(ctx, list, empty, armAll) {
    const {lanes} = ctx.model.state;
    empty.hidden = lanes.length > 0;
    list.hidden = lanes.length === 0;
    armAll.hidden = lanes.length === 0;
    const all = lanes.every((lane) => lane.armed);
    setText(armAll, all ? "Disarm all" : "Arm all");
    armAll.dataset.value = all ? "" : "1";
    keyed(list, lanes, (lane) => lane.id, row, (node, lane, index) => updateRow(ctx, node, lane, index));
    live(ctx, list);
}

/** @param {Lane} lane */
function row(lane) {
    return el("div", {class: "perform-lane", act: "lane.select", lane: lane.id, role: "listitem"},
        el("button", {class: "perform-arm", act: "lane.arm", part: "arm", "aria-pressed": "false"}),
        el("button", {class: "perform-lane-name", act: "lane.select", part: "name"}),
        el("span", {class: "perform-lane-value"}, el("span", {part: "value", class: "perform-number"}), el("small", {part: "unit"})),
        // a row of its own: the note's width leaves the name all of its space
        el("span", {class: "perform-lane-below"}, el("span", {class: "perform-lane-source", part: "source"}), el("span", {class: "perform-lane-note", part: "note"})),
        iconButton("sound", "Mute", {class: "perform-button-bare perform-lane-mute", act: "lane.mute", part: "mute"}),
        el("span", {class: "perform-meter", part: "meter", title: "Bar: the lane's value; the two ticks are the ends of its range. White marker: the knob, which may go beyond"}, el("i", {part: "fill"}), el("b", {class: "perform-tick-low"}), el("b", {class: "perform-tick-high"}), el("u", {part: "needle"})));
}

/** @param {Ctx} ctx @param {PageElement} node @param {Lane} lane @param {number} index */
function updateRow(ctx, node, lane, index) {
    const part = partsOf(node);
    const called = named(ctx, lane);
    setCut(part.name, fields.ofLane(lane), 2);
    setAttribute(part.name, "title", `${lane.label} (${lane.field})`);
    setAttribute(part.name, "aria-label", called);
    setAttribute(node, "aria-label", called);
    setClass(node, "perform-lane-holds", choosing.holds(lane));
    setCut(part.source, lane.source || "no source", lane.source ? 9 : 0);
    setAttribute(part.source, "title", lane.source || "Press Learn, then move a knob");
    setText(part.note, note(ctx, lane));
    setAttribute(part.arm, "aria-pressed", String(lane.armed));
    const arm = lane.armed ? "Armed: this lane is written from the first move of its source. Click to disarm" : "Not armed: keeps what it has. Click to arm";
    setAttribute(part.arm, "title", arm);
    setAttribute(part.arm, "aria-label", `Arm ${called}`);
    muteButton(part.mute, lane.muted, called);
    setClass(node, "perform-on", lane.id === ctx.ui.selected);
    for (const current of [node, part.name]) setAttribute(current, "aria-current", String(lane.id === ctx.ui.selected));
    for (const control of controls(node)) setAttribute(control, "tabindex", lane.id === ctx.ui.selected ? "0" : "-1");
    setClass(node, "perform-muted", lane.muted);
    setClass(node, "perform-learning", lane.learning);
    setClass(node, "perform-has-problem", lane.problems.length > 0);
    tint(node, index);
}

/** The accessible name of a lane: its field, and its number if several play that field. @param {Ctx} ctx @param {Lane} lane */
function named(ctx, lane) {
    const {lanes} = ctx.model.state;
    const name = fields.ofLane(lane);
    const alike = lanes.filter((other) => fields.ofLane(other) === name).length > 1;
    return alike ? `${name}, lane ${lanes.indexOf(lane) + 1}` : name;
}

/** The buttons of a row. @param {PageElement} node */
function controls(node) {
    const part = partsOf(node);
    return [part.arm, part.name, part.mute];
}

/** @param {PageElement} button @param {boolean} muted @param {string} name of the lane */
function muteButton(button, muted, name) {
    const text = muted ? "Muted: left out when playing and at Apply. Click to include it again" : "Mute: leave this lane out when playing and at Apply";
    setAttribute(button, "aria-label", `Mute ${name}`);
    if (button.dataset.muted === String(muted)) return;
    button.dataset.muted = String(muted);
    setAttribute(button, "title", text);
    setAttribute(button, "aria-pressed", String(muted));
    button.replaceChildren(icon(muted ? "silent" : "sound"));
}

/** What the lane does now, in two words. @param {Ctx} ctx @param {Lane} lane */
function note(ctx, lane) {
    if (lane.learning) return "move a knob…";
    if (lane.muted) return "muted";
    const writing = ctx.model.recording && ctx.model.growth.has(lane.id);
    if (writing) return "● writing";
    if (lane.armed) return ctx.model.recording ? "waits" : "armed";
    return playing.playsText(lane, ctx.model.state.takes) || (lane.source ? "not armed" : "");
}

/** Values and meters, 30 times a second. @param {Ctx} ctx @param {PageElement} list */
function live(ctx, list) {
    const lanes = ctx.model.state.lanes;
    for (let i = 0; i < lanes.length; i += 1) {
        const node = list.children[i];
        if (node) liveRow(ctx, node, lanes[i]);
    }
}

/** @param {Ctx} ctx @param {PageElement} node @param {Lane} lane */
function liveRow(ctx, node, lane) {
    const part = partsOf(node);
    const {text, unit, position} = reading(ctx, lane);
    setText(part.value, text);
    setText(part.unit, format.unitShort(unit));
    setAttribute(part.value, "title", choosing.holds(lane) ? text : unit);
    move(part.fill, "scaleX", position === null ? 0 : 0.08 + 0.84 * Math.min(1, Math.max(0, position)));
    const raw = needle(ctx.model, lane);
    part.needle.hidden = raw === null;
    if (raw !== null) move(part.needle, "translateX", 8 + 84 * raw, "%");
    if (ctx.model.recording && lane.armed) setText(part.note, note(ctx, lane));
    setClass(node, "perform-writing", ctx.model.recording && ctx.model.growth.has(lane.id));
}

/** The text of the row: the chosen name, or the value in its current unit. @param {Ctx} ctx @param {Lane} lane */
function reading(ctx, lane) {
    const {model} = ctx;
    const written = atPlayhead(ctx, lane);
    const last = model.lanes.get(lane.id);
    const live = last && last.over && written ? undefined : last;
    if (choosing.holds(lane)) {
        const {text, fill} = choosing.shown(model, lane, live, written);
        return {text, position: fill, unit: lane.unit};
    }
    // a speed or position is written as steps per frame
    const steps = lane.form !== "frame" && written && (!live || store.running(model) && !model.growth.has(lane.id));
    const now = steps ? written : live || written;
    const [low, high] = steps ? rowRange(lane, ctx.curves.shown.get(lane.id)) : [lane.out_low, lane.out_high];
    const field = ctx.ui.fieldByName.get(lane.field);
    return {
        text: format.fixed(now && now.value, format.decimalsFor(low, high)),
        position: now ? now.position ?? null : null, unit: steps && field ? field.unit : lane.unit,
    };
}

/** What the lane holds at the playhead, until something moves. @param {Ctx} ctx @param {Lane} lane */
function atPlayhead(ctx, lane) {
    const curve = ctx.curves.shown.get(lane.id);
    const frame = Math.min(store.frame(ctx.model), curve ? curve.values.length - 1 : 0);
    if (!curve || frame < 0) return null;
    const value = curve.values[frame];
    const [low, high] = rowRange(lane, curve);
    return {value, position: (value - low) / (high - low)};
}

/** @param {PageElement} node @param {string} kind @param {number} amount @param {string} [unit] */
function move(node, kind, amount, unit) {
    const text = `${kind}(${amount.toFixed(unit ? 1 : 4)}${unit || ""})`;
    if (node.style.transform !== text) node.style.transform = text;
}

/** Where the knob itself is inside the input range; a little outside is shown as such. @param {Model} model @param {Lane} lane */
function needle(model, lane) {
    const source = store.sourceByName(model, lane.source);
    const now = source && model.sources.get(source.index);
    if (!now || typeof now.value !== "number" || lane.in_high === lane.in_low) return null;
    const at = (now.value - lane.in_low) / (lane.in_high - lane.in_low);
    return Math.min(1.08, Math.max(-0.08, at));
}

/** Up and down move through the lanes and select, with Alt they move the lane; left and right move through its buttons. @param {Ctx} ctx @param {KeyboardEvent} event @param {PageElement} target */
export function key(ctx, event, target) {
    const row = target.closest?.(".perform-lane");
    if (!row || event.ctrlKey || event.metaKey) return false;
    const buttons = controls(row);
    const beside = event.altKey ? null : roving.next(buttons, target, sideways(event.key));
    if (beside) beside.focus();
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return beside !== null;
    const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    const at = ctx.model.state.lanes.findIndex((lane) => lane.id === row.dataset.lane);
    if (next && event.altKey) ctx.send("lane.move", {id: row.dataset.lane, index: at + step});
    else if (next) {
        controls(next)[buttons.indexOf(target)].focus();
        ctx.select(next.dataset.lane);
    }
    return true;
}

/** The key if it moves inside a row, otherwise none. @param {string} key */
function sideways(key) {
    return key === "ArrowLeft" || key === "ArrowRight" ? key : "";
}

/** Scrolls the list, and nothing around it, so that the selected lane is visible. @param {Ctx} ctx */
export function reveal(ctx) {
    const list = ctx.root.querySelector(".perform-lane-list");
    const node = Array.from(list.children).find((row) => row.dataset.lane === ctx.ui.selected);
    if (!node) return;
    const [view, box] = [list.getBoundingClientRect(), node.getBoundingClientRect()];
    if (box.top < view.top) list.scrollTop -= Math.ceil(view.top - box.top);
    else if (box.bottom > view.bottom) list.scrollTop += Math.ceil(box.bottom - view.bottom);
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.select": (ctx, node) => {
        if (ctx.ui.checkOpen) ctx.showCheck(false);
        ctx.select(idOf(node));
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.arm": (ctx, node) => {
        const lane = store.lane(ctx.model, idOf(node));
        return lane && ctx.send("lane.change", {id: lane.id, armed: !lane.armed});
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.mute": (ctx, node) => {
        const lane = store.lane(ctx.model, idOf(node));
        return lane && ctx.send("lane.change", {id: lane.id, muted: !lane.muted});
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "lane.armAll": (ctx, node) => ctx.send("lane.arm_all", {armed: Boolean(node.dataset.value)}),
};
