import * as bridge from "../host/bridge.js";
import * as choosing from "../lanes/choosing.js";
import * as fields from "../lanes/fields.js";
import {idOf, tint} from "../lanes/tint.js";
import {keysText} from "../lanes/written.js";
import {el, heading, keyed, partsOf, refill, setAttribute, setClass, setText} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import {icon, iconButton} from "../widgets/icons.js";
import * as findings from "./findings.js";
import * as plan from "./plan.js";
import {chosenIds} from "./plan.js";
import * as texts from "./texts.js";

/** Half of the last digit that is written, and what reading it back adds. */
const ROUNDING = 0.0000501;

/** The attributes of a lane that determine its text. Not its curve's id: that also changes when the background finds fewer keys. */
const DECIDING = Object.freeze(/** @type {const} */ ([
    "id", "field", "in_low", "in_high", "out_low", "out_high", "invert", "curve", "smoothing_s", "muted", "pool", "tolerance", "exact", "drift", "clips",
    "form", "lines", "under", "blend", "choices", "pick", "hold_s", "fade_s",
]));

/** The result of Check, and what is written for each lane. It replaces the inspector: lanes, monitor and timeline stay visible. @param {Ctx} ctx */
export function build(ctx) {
    const rows = el("div", {class: "perform-check-rows", part: "rows"});
    const node = el("section", {class: "perform-panel perform-check-panel", "aria-label": "Check", hidden: true},
        el("div", {class: "perform-head"}, heading("Check"), el("span", {class: "perform-space"}),
            iconButton("close", "Close the check (Esc)", {act: "check.close", class: "perform-button-bare"})),
        el("div", {class: "perform-check-body"},
            el("div", {class: "perform-verdict", part: "verdict", role: "status"}),
            el("div", {class: "perform-dim perform-check-lead", part: "lead"}),
            el("div", {class: "perform-findings", part: "findings"}),
            el("div", {class: "perform-menu-title"}, "Lanes to write"),
            rows));
    return {node, update: () => update(ctx, node)};
}

/** @param {Ctx} ctx @param {PageElement} node */
function update(ctx, node) {
    node.hidden = !ctx.ui.checkOpen;
    ctx.bands.inspector.node.hidden = ctx.ui.checkOpen;
    if (!ctx.ui.checkOpen) return;
    const part = partsOf(node);
    const {lanes} = ctx.model.state;
    const result = ctx.ui.checked;
    updateVerdict(ctx, part);
    const byId = new Map((result && current(ctx) ? result.lanes : []).map((lane) => [lane.id, lane]));
    keyed(part.rows, lanes, (lane) => lane.id, row, (item, lane, index) => updateRow(ctx, item, lane, byId.get(lane.id), index));
}

/** @param {Ctx} ctx @param {Parts} part */
function updateVerdict(ctx, part) {
    const list = found(ctx);
    const settled = list.length > 0 ? "warn" : current(ctx) ? "ready" : "open";
    const mode = ctx.ui.checking ? "busy" : ctx.ui.checked ? settled : "open";
    const words = {busy: "Checking…", open: ctx.ui.checked ? "Changed since the check" : "Not checked yet", warn: `▲ ${findings.verdict(list.length)}`, ready: `✓ ${findings.verdict(0)}`};
    setText(part.verdict, words[mode]);
    setAttribute(part.verdict, "data-mode", mode);
    setText(part.lead, lead(ctx, ctx.ui.checked));
    const facts = list.map((finding) => [finding.problem, finding.lanes.map((lane) => lane.id)]);
    refill(part.findings, facts, () => list.map(findings.row));
}

/** The problems: those of the last check, or those of the lanes themselves if they changed since. @param {Ctx} ctx */
export function found(ctx) {
    const {lanes, song} = ctx.model.state;
    const result = current(ctx) ? ctx.ui.checked : null;
    const chosen = plan.chosen(lanes, ctx.ui.leftOut);
    const found = new Map((result ? result.lanes : chosen).map((one) => [one.id, one.problems]));
    const items = chosen.flatMap((lane) => (found.get(lane.id) || []).map((problem) => ({lane, problem})));
    return findings.gather(items, result ? result.problems : [], song.fps);
}

/** Whether the last check is of what would be written now. @param {Ctx} ctx */
export function current(ctx) {
    const {ui, model} = ctx;
    if (!ui.checked) return false;
    // the answer may come before the state that was checked
    if (ui.checkedOf === null && model.state.revision >= ui.checked.revision) ui.checkedOf = deciding(ctx);
    return ui.checkedOf === null || ui.checkedOf === deciding(ctx);
}

/** Keeps the result until something changes that determines the texts. @param {Ctx} ctx @param {CheckResult} result */
export function keep(ctx, result) {
    ctx.ui.checked = result;
    ctx.ui.checkedOf = null;
}

/** @param {Ctx} ctx @param {CheckResult|null} result */
function lead(ctx, result) {
    if (ctx.ui.checking) return "Writing each lane's text, reading it back and comparing.";
    if (!result) return "Check writes each lane's text, reads it back and compares.";
    const reader = result.checked_by === "deforum" ? "with Deforum's own code" : "by Perform, with Deforum's rules";
    const cadence = result.cadence > 1 ? ` · cadence ${result.cadence}` : "";
    const stale = current(ctx) ? "" : "Lanes have changed since the check: check again. ";
    return `${stale}Read back ${reader} · ${format.count(result.frames)} frames at ${format.plain(result.fps)} fps${cadence} · max frames ${format.count(result.max_frames)}`;
}

/** What determines the texts. @param {Ctx} ctx */
function deciding(ctx) {
    const {lanes, song} = ctx.model.state;
    return JSON.stringify([song.id, song.fps, song.frames, song.cadence_used, song.base_settings, song.set_distribution, lanes.map((lane) => DECIDING.map((name) => lane[name]))]);
}

/** @param {Lane} lane */
function row(lane) {
    return el("div", {class: "perform-check-row", lane: lane.id},
        el("input", {type: "checkbox", change: "check.choose", part: "choose"}),
        el("span", {class: "perform-check-name"}, el("i", {class: "perform-swatch"}), el("b", {part: "name"}), el("small", {part: "field", class: "perform-dim perform-mono"})),
        el("span", {class: "perform-check-keys", part: "keysFact"}, el("b", {part: "keys", class: "perform-number"}), el("span", {part: "keysWord"})),
        el("span", {class: "perform-check-error", part: "errorFact"}, el("span", {}, "error ", el("b", {part: "error", class: "perform-number"})), el("span", {part: "driftFact"}, "largest drift ", el("b", {part: "drift", class: "perform-number"})), el("span", {class: "perform-bar"}, el("i", {part: "bar"})),
            el("button", {class: "perform-link perform-number", act: "jump", part: "at", lane: lane.id, title: "Show this frame on the timeline"})),
        el("div", {class: "perform-check-foot"},
            el("span", {class: "perform-check-remarks perform-dim", part: "remarks"}),
            el("button", {class: "perform-fold", act: "text.toggle", part: "textFold", lane: lane.id, "aria-expanded": "false"}, "Text, ", el("b", {part: "characters", class: "perform-number"}), " characters")),
        el("div", {class: "perform-check-text", part: "textRow", hidden: true},
            el("code", {part: "text", tabindex: 0}), el("button", {class: "perform-button perform-button-small", act: "text.copy", part: "textCopy"}, icon("copy"), "Copy text")));
}

/** @param {Ctx} ctx @param {PageElement} node @param {Lane} lane @param {CheckedLane|undefined} checked @param {number} index */
function updateRow(ctx, node, lane, checked, index) {
    const part = partsOf(node);
    const name = fields.ofLane(lane);
    const can = plan.canApply(lane);
    const facts = checked || lane;
    tint(node, index);
    part.choose.disabled = !can;
    part.choose.checked = can && !ctx.ui.leftOut.has(lane.id);
    setAttribute(part.choose, "aria-label", `Write ${name}`);
    setClass(node, "perform-muted", !part.choose.checked);
    setClass(node, "perform-blocked", facts.problems.some((problem) => problem.blocks));
    setText(part.name, name);
    setText(part.field, lane.field);
    part.keysFact.hidden = part.errorFact.hidden = part.textFold.hidden = !can;
    setText(part.keys, format.count(facts.keys));
    setText(part.keysWord, keysText(facts.keys, Boolean(checked) || lane.final, ctx.model.link).replace(/^[\d,]+/, ""));
    setText(part.characters, format.count(facts.characters));
    setText(part.remarks, can ? remarks(lane, checked) : plan.reason(lane, ctx.model.state.takes));
    updateError(part, lane, checked, can);
    updateText(ctx, part, lane, name, can);
}

/** Why a lane is written as it is. Problems are listed above. @param {Lane} lane @param {CheckedLane|undefined} checked */
function remarks(lane, checked) {
    const {problems} = checked || lane;
    if (problems.length > 0) return `▲ ${format.counted(problems.length, "thing")} above`;
    return checked ? `✓ ${why(checked)}` : "";
}

/** @param {Ctx} ctx @param {Parts} part @param {Lane} lane @param {string} name @param {boolean} can */
function updateText(ctx, part, lane, name, can) {
    const open = can && texts.isOpen(ctx, lane);
    setAttribute(part.textFold, "aria-expanded", String(open));
    setAttribute(part.textFold, "title", `${open ? "Hide" : "Show"} the text of ${name}`);
    part.textRow.hidden = !open;
    if (!open) return;
    setText(part.text, texts.shown(ctx, lane));
    setAttribute(part.text, "aria-label", `Text of ${name}`);
    setAttribute(part.textCopy, "title", `Copy the text of ${name}`);
    texts.follow(ctx, lane);
}

/** Why the text is not exactly what was played. @param {{largest_error: number}} checked */
export function why(checked) {
    if (!(checked.largest_error > 0)) return "exact";
    return checked.largest_error <= ROUNDING ? "rounding to 4 digits" : "within the tolerance you set";
}

/** The error beside its tolerance, if both have the same unit. @param {Lane} lane @param {{largest_error: number, tolerance: number}} facts @param {boolean} limited */
function errorText(lane, facts, limited) {
    const error = format.error(facts.largest_error);
    if (limited) return `${error} of ${format.error(facts.tolerance)}`;
    return choosing.holds(lane) ? error : `${error} a frame`;
}

/** How far the errors of a motion add up, and its bound. @param {CheckedLane} checked */
function driftText(checked) {
    const drift = format.error(checked.largest_drift);
    return checked.drift === null ? drift : `${drift} of ${format.error(checked.drift)}`;
}

/** @param {Parts} part @param {Lane} lane @param {CheckedLane|undefined} checked @param {boolean} can */
function updateError(part, lane, checked, can) {
    const span = Math.abs(lane.out_high - lane.out_low);
    const facts = checked || {largest_error: lane.largest_error, tolerance: lane.tolerance * span, error_frame: null};
    const limited = !choosing.holds(lane) && lane.form === "frame";
    setText(part.error, can ? errorText(lane, facts, limited) : "");
    const drifts = can && checked !== undefined && checked.largest_drift !== null;
    part.driftFact.hidden = !drifts;
    if (drifts) setText(part.drift, driftText(checked));
    const used = can ? plan.toleranceUsed(facts) : 0;
    part.bar.style.transform = `scaleX(${Math.min(1, used).toFixed(3)})`;
    setClass(part.bar, "perform-over", used > 1 + 1e-6);
    part.bar.parentNode.hidden = !can || !limited;
    const placed = can && facts.error_frame !== null && facts.error_frame !== undefined && facts.largest_error > 0;
    part.at.hidden = !placed;
    setText(part.at, placed ? `frame ${format.count(Number(facts.error_frame))}` : "");
    part.at.dataset.value = placed ? String(facts.error_frame) : "";
}

/** Lets the server check the chosen lanes, in one trip. @param {Ctx} ctx */
export async function run(ctx) {
    ctx.ui.checking = true;
    ctx.refresh();
    try {
        const lanes = chosenIds(ctx);
        keep(ctx, bridge.available() ? await bridge.check(lanes) : await ctx.api.command("check", {lanes}));
    } catch (error) {
        ctx.fail(error);
    } finally {
        ctx.ui.checking = false;
        ctx.refresh();
    }
}

export const actions = {
    /** @param {Ctx} ctx */
    "check.run": (ctx) => {
        ctx.showCheck(true);
        return run(ctx);
    },
    /** Shows the problems, and checks again if lanes have changed. @param {Ctx} ctx */
    "check.look": (ctx) => {
        ctx.showCheck(true);
        return current(ctx) || ctx.model.recording ? undefined : run(ctx);
    },
    /** Changes the song's setting that helps, and checks again. @param {Ctx} ctx @param {PageElement} node */
    "finding.fix": async (ctx, node) => {
        await ctx.send("song.change", JSON.parse(node.dataset.value || ""));
        return run(ctx);
    },
    /** @param {Ctx} ctx */
    "check.open": (ctx) => ctx.showCheck(!ctx.ui.checkOpen),
    /** @param {Ctx} ctx */
    "check.close": (ctx) => ctx.showCheck(false),
    /** @param {Ctx} ctx @param {PageElement} node */
    "check.choose": (ctx, node) => {
        const id = idOf(node);
        if (node.checked) ctx.ui.leftOut.delete(id);
        else ctx.ui.leftOut.add(id);
        ctx.refresh();
    },
};
