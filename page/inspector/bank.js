import * as choosing from "../lanes/choosing.js";
import * as store from "../store/state.js";
import {el, keyed, partsOf, setAttribute, setText, setValue} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import {icon} from "../widgets/icons.js";
import * as picker from "../widgets/picker.js";
import {refusalOf} from "../widgets/refusal.js";
import {segments, setSegment} from "../widgets/segments.js";
import {row} from "./row.js";
import * as shaping from "./shaping.js";

const PICKS = [
    {value: "zone", text: "zones", title: "The knob's range is divided into one zone per choice"},
    {value: "step", text: "each hit", title: "Every hit of a pad moves to the next choice, and from the last to the first"},
    {value: "index", text: "number", title: "The value sent is the number of the choice, from 0"},
];

/** The rows of a lane that chooses: how, from what, and how long at least. */
export function rows() {
    const pick = segments("bank.pick", PICKS, "How the source picks", "pick", {class: "perform-segments-words"});
    return [
        row("pickRow", "Picks by", "How the source picks one", pick),
        el("div", {class: "perform-bank", part: "bank"},
            el("div", {class: "perform-bank-lead perform-dim", part: "bankLead"}),
            el("div", {class: "perform-bank-list", part: "bankList"}),
            el("div", {class: "perform-bank-add"},
                el("input", {class: "perform-input", part: "bankText", change: "bank.add", spellcheck: "false", autocomplete: "off"}),
                el("textarea", {class: "perform-input perform-prompt", part: "bankPrompt", change: "bank.add", rows: 2, "aria-label": "Another prompt", placeholder: "Another prompt…"}),
                el("button", {class: "perform-button perform-button-small", act: "bank.addButton", title: "Add the typed text"}, icon("plus"), "Add"),
                el("button", {class: "perform-button perform-button-small", act: "bank.known", part: "bankKnown", title: "Choose from the names that this WebUI has", "aria-haspopup": "dialog"}, "List", icon("down"))),
            el("div", {class: "perform-problem", part: "bankProblem", role: "alert", hidden: true})),
        seconds("holdRow", "Holds", "hold_s", "at least"),
        seconds("fadeRow", "Fades", "fade_s", "into the next"),
    ];
}

/** @param {string} part @param {string} name @param {string} attribute @param {string} words */
function seconds(part, name, attribute, words) {
    return row(part, name, "",
        el("input", {class: "perform-input perform-input-number", change: "lane.number", "data-value": attribute, part: attribute, inputmode: "decimal", "aria-label": `${name}, seconds ${words}`}),
        el("span", {class: "perform-dim perform-hard", title: `Seconds ${words}`}, `s ${words}`));
}

/** @param {Ctx} ctx @param {Parts} parts @param {Lane} lane */
export function update(ctx, parts, lane) {
    const prompts = lane.kind === "prompt";
    parts.pickRow.hidden = parts.bank.hidden = !lane.chooses;
    parts.holdRow.hidden = !choosing.holds(lane);
    parts.fadeRow.hidden = !choosing.fades(lane);
    setValue(parts.hold_s, format.plain(lane.hold_s));
    setValue(parts.fade_s, format.plain(lane.fade_s));
    if (ctx.ui.bankSaved?.lane === lane.id) latest(ctx, lane.id);
    if (!lane.chooses) return;
    setSegment(parts.pick, lane.pick);
    setText(parts.bankLead, lead(lane));
    parts.bankText.hidden = prompts;
    parts.bankPrompt.hidden = !prompts;
    parts.bankKnown.hidden = lane.known_choices.length === 0;
    const asked = lane.kind === "int" ? "Another number" : "Another name";
    setAttribute(parts.bankText, "placeholder", `${asked}…`);
    setAttribute(parts.bankText, "aria-label", asked);
    updateList(ctx, parts.bankList, lane);
    updateProblem(ctx, parts, lane);
}

/** @param {Lane} lane */
function lead(lane) {
    if (lane.kind === "prompt") return "Prompts to choose from. What follows --neg is the negative prompt.";
    return lane.kind === "int" ? "Numbers to choose from" : "Names to choose from";
}

/** @param {Ctx} ctx @param {PageElement} list @param {Lane} lane */
function updateList(ctx, list, lane) {
    const problem = ctx.ui.bankProblem && ctx.ui.bankProblem.lane === lane.id ? ctx.ui.bankProblem : null;
    const from = lane.pick === "index" ? 0 : 1;
    keyed(list, lane.choices, (_choice, index) => `${lane.id} ${lane.kind} ${index}`, () => item(lane.kind), (node, choice, index) => {
        const part = partsOf(node);
        const wrong = Boolean(problem && problem.index === index);
        node.dataset.index = String(index);
        setText(part.number, String(index + from));
        setAttribute(part.text, "aria-label", `Choice ${index + from}`);
        setAttribute(part.text, "aria-invalid", wrong ? "true" : null);
        if (!wrong) setValue(part.text, choice);
        setAttribute(part.text, "title", lane.kind === "prompt" ? null : choice);
        part.up.disabled = index === 0;
        part.down.disabled = index === lane.choices.length - 1;
    });
}

/** @param {string} kind */
function item(kind) {
    const prompts = kind === "prompt";
    const text = el(prompts ? "textarea" : "input", {class: `perform-input${prompts ? " perform-prompt" : ""}`, part: "text", change: "bank.edit", rows: prompts ? 2 : null, spellcheck: "false", autocomplete: "off"});
    /** @param {string} part @param {string} act @param {string} title @param {string} picture */
    const button = (part, act, title, picture) => el("button", {class: "perform-button perform-button-icon perform-button-bare", part, act, title, "aria-label": title}, icon(picture, part === "up" ? "perform-turned" : ""));
    return el("div", {class: "perform-bank-item"}, el("span", {part: "number", class: "perform-number perform-dim"}), text,
        el("span", {class: "perform-bank-tools"}, button("up", "bank.up", "Earlier in the list", "down"), button("down", "bank.down", "Later in the list", "down"), button("out", "bank.out", "Remove it from the list", "close")));
}

/** @param {Ctx} ctx @param {Parts} parts @param {Lane} lane */
function updateProblem(ctx, parts, lane) {
    const problem = ctx.ui.bankProblem && ctx.ui.bankProblem.lane === lane.id ? ctx.ui.bankProblem : null;
    parts.bankProblem.hidden = !problem;
    setText(parts.bankProblem, problem ? `▲ ${problem.message}` : "");
    for (const box of [parts.bankText, parts.bankPrompt]) setAttribute(box, "aria-invalid", problem && problem.index === null ? "true" : null);
}

/**
 * Changes the list; a refusal is shown below it, and the typed text stays. Changes run in order, each based
 * on what the one before has left.
 * @param {Ctx} ctx @param {(choices: string[]) => string[]} edit @param {number|null} index of the row that was typed in
 */
function save(ctx, edit, index) {
    const lane = ctx.ui.selected || "";
    const saved = (ctx.ui.bankSaving || Promise.resolve()).then(() => send(ctx, lane, edit, index));
    ctx.ui.bankSaving = saved;
    return saved;
}

/** @param {Ctx} ctx @param {string} lane @param {(choices: string[]) => string[]} edit @param {number|null} index */
async function send(ctx, lane, edit, index) {
    if (!store.lane(ctx.model, lane)) return false;
    const choices = edit(latest(ctx, lane));
    try {
        await ctx.api.command("lane.change", {id: lane, choices});
        ctx.ui.bankSaved?.lists.push(choices);
        ctx.ui.bankProblem = null;
    } catch (error) {
        ctx.ui.bankProblem = {lane, index, message: refusalOf(error).message};
    }
    ctx.refresh();
    return ctx.ui.bankProblem === null;
}

/** The list as the server has it: its answer to a change may come before the state does. @param {Ctx} ctx @param {string} id of a lane @returns {string[]} */
function latest(ctx, id) {
    const choices = store.lane(ctx.model, id)?.choices || [];
    const lists = ctx.ui.bankSaved?.lane === id ? ctx.ui.bankSaved.lists : [];
    const isOld = lists.slice(0, -1).some((list) => JSON.stringify(list) === JSON.stringify(choices));
    if (!isOld) ctx.ui.bankSaved = {lane: id, lists: [choices]};
    return isOld ? lists[lists.length - 1] : choices;
}

/** @param {Ctx} ctx */
function chosen(ctx) {
    return store.lane(ctx.model, ctx.ui.selected);
}

/** @param {Ctx} ctx @param {PageElement} box */
async function add(ctx, box) {
    const text = box.value.trim();
    if (text === "") return;
    box.value = "";
    if (!await save(ctx, (choices) => [...choices, text], null)) box.value = text;
}

/** @param {Ctx} ctx @param {number} index @param {number} step */
function move(ctx, index, step) {
    return save(ctx, (choices) => choosing.moved(choices, index, step), null);
}

/** @param {PageElement} node */
function indexOf(node) {
    return Number(node.closest("[data-index]").dataset.index);
}

/** The names that this WebUI has, to add to the list or to remove. @param {Ctx} ctx */
function panel(ctx) {
    const node = picker.build({id: "perform_choice_search", input: "bank.search", label: "Search a name", placeholder: "Search a name…", several: true});
    return {node, update: () => fill(ctx, node), wide: true, focus: "#perform_choice_search"};
}

/** @param {Ctx} ctx @param {PageElement} node */
function fill(ctx, node) {
    const lane = chosen(ctx);
    if (!lane) return;
    const names = choosing.search(lane.known_choices, picker.query(node));
    const groups = names.length > 0 ? [{title: "Names that this WebUI has", items: names.map((name) => known(name, lane.choices.includes(name)))}] : [];
    picker.fill(node, groups, "", ["This WebUI has no such name."]);
}

/** @param {string} name @param {boolean} on whether it is in the lane's list */
function known(name, on) {
    return {
        key: name, act: "bank.toggle", title: on ? "In the list: click to remove it" : "Click to add it", facts: on,
        attributes: {"data-value": name, "aria-selected": String(on)},
        nodes: [el("span", {class: "perform-tick"}, on ? icon("check") : null), el("span", {class: "perform-menu-item-name"}, name)],
    };
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "bank.pick": (ctx, node) => shaping.change(ctx, {pick: node.dataset.value}),
    "bank.add": add,
    /** @param {Ctx} ctx @param {PageElement} node */
    "bank.addButton": (ctx, node) => {
        const box = node.parentNode.querySelector("[part=bankText]:not([hidden]), [part=bankPrompt]:not([hidden])");
        box.focus();
        return add(ctx, box);
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "bank.edit": (ctx, node) => {
        const [at, text] = [indexOf(node), node.value.trim()];
        return save(ctx, (choices) => choices.map((choice, index) => index === at ? text : choice), at);
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "bank.up": (ctx, node) => move(ctx, indexOf(node), -1),
    /** @param {Ctx} ctx @param {PageElement} node */
    "bank.down": (ctx, node) => move(ctx, indexOf(node), 1),
    /** @param {Ctx} ctx @param {PageElement} node */
    "bank.out": (ctx, node) => {
        const at = indexOf(node);
        return save(ctx, (choices) => choices.filter((_choice, index) => index !== at), null);
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "bank.known": (ctx, node) => ctx.layer.show("Names that this WebUI has", panel(ctx), node),
    /** @param {Ctx} ctx @param {PageElement} node */
    "bank.search": (ctx, node) => fill(ctx, node.closest(".perform-chooser")),
    /** @param {Ctx} ctx @param {PageElement} node */
    "bank.toggle": (ctx, node) => {
        const name = node.dataset.value;
        return save(ctx, (choices) => choices.includes(name) ? choices.filter((choice) => choice !== name) : [...choices, name], null);
    },
};
