import * as bridge from "../host/bridge.js";
import * as choosing from "../lanes/choosing.js";
import * as fields from "../lanes/fields.js";
import {keysText} from "../lanes/written.js";
import * as store from "../store/state.js";
import {el, partsOf, setAttribute, setText} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import {icon} from "../widgets/icons.js";
import * as check from "./check.js";
import * as files from "./files.js";
import * as findings from "./findings.js";
import * as plan from "./plan.js";

/** The problem of a setting that Apply changes. */
const SET_BY_APPLY = "distribution_set";

/** The last band: what will be written, and the button that writes it. @param {Ctx} ctx */
export function build(ctx) {
    const node = el("div", {class: "perform-panel perform-apply", role: "group", "aria-label": "Apply"},
        el("div", {class: "perform-apply-facts"},
            el("button", {class: "perform-apply-lanes", act: "check.open", part: "choose", title: "Choose which lanes are written"},
                el("span", {part: "of"}), el("b", {part: "lanes", class: "perform-number"}, "0"), el("span", {}, "ready"), icon("down")),
            fact("keys", "keys"),
            el("span", {class: "perform-fact", part: "errorFact"}, "largest error", el("b", {part: "error", class: "perform-number"}, "0"), el("span", {class: "perform-fact-more"}, "of its range")),
            fact("frames", "max frames"),
            el("button", {class: "perform-apply-problem", act: "jump", part: "problem", hidden: true, title: "Show it on the timeline"}),
            el("div", {class: "perform-apply-message perform-dim", part: "message"})),
        el("button", {class: "perform-button", act: "apply.undo", part: "undo", hidden: true, title: "Restore the previous text of Deforum's boxes"}, icon("undo"), "Undo Apply"),
        el("button", {class: "perform-button", act: "check.run", part: "check", id: "perform_check", title: "Write, read back and compare, without changing anything in Deforum"}, icon("check"), "Check"),
        el("button", {class: "perform-button", act: "files.open", title: "Import a settings file as a base, or a song; export settings, Parseq, CSV, texts, the whole song", "aria-haspopup": "dialog"}, icon("file"), "Files", icon("down")),
        el("button", {class: "perform-apply-button", id: "perform_apply_now", act: "apply.now", part: "apply"}, ""),
        ...files.boxes());
    return {node, update: () => update(ctx, node)};
}

/** @param {string} part @param {string} name */
function fact(part, name) {
    return el("span", {class: "perform-fact"}, el("b", {part, class: "perform-number"}, "0"), el("span", {part: `${part}Word`}, name));
}

/** @param {Ctx} ctx @param {PageElement} node */
function update(ctx, node) {
    const part = partsOf(node);
    const {state} = ctx.model;
    const sum = plan.summary(state.lanes, ctx.ui.leftOut, (lane) => span(ctx, lane));
    setText(part.of, `${format.counted(sum.of, "lane")}, `);
    setText(part.lanes, String(sum.ready));
    setText(part.keys, format.count(sum.keys));
    setText(part.keysWord, keysText(sum.keys, sum.final, ctx.model.link).replace(/^[\d,]+ /, ""));
    updateWorst(part, sum.worst);
    setText(part.frames, format.count(state.song.max_frames));
    const found = check.found(ctx);
    updateProblem(part.problem, found);
    const deforum = state.host.apply === "deforum";
    setText(part.apply, ctx.ui.applying ? "Applying…" : deforum ? "Apply to Deforum" : "Save settings file");
    part.apply.title = deforum ? "Fill the chosen lanes' boxes in Deforum's tab; all other boxes stay unchanged"
        : "Download a settings file that Deforum's “Load All Settings” reads";
    const idle = store.transport(ctx.model) !== "recording";
    part.apply.disabled = sum.lanes === 0 || ctx.ui.applying || !idle;
    part.check.disabled = sum.lanes === 0 || !idle;
    part.undo.hidden = !ctx.ui.applied;
    setText(part.message, message(state, sum, found));
    part.message.hidden = found.length > 0;
    setAttribute(part.message, "title", part.message.textContent);
}

/** The range of a lane, in the unit of its error: speeds and positions are written as steps per frame. @param {Ctx} ctx @param {Lane} lane */
function span(ctx, lane) {
    if (choosing.holds(lane)) return 0;
    if (lane.form === "frame") return Math.abs(lane.out_high - lane.out_low);
    const curve = ctx.curves.shown.get(lane.id);
    return curve ? curve.high - curve.low : 0;
}

/** @param {Parts} part @param {{lane: Lane, share: number}|null} worst */
function updateWorst(part, worst) {
    part.errorFact.hidden = !worst;
    if (!worst) return;
    setText(part.error, format.percent(worst.share));
    const name = fields.ofLane(worst.lane);
    setAttribute(part.errorFact, "title", `${name} is written at most ${format.error(worst.lane.largest_error)} away from what you played: ${format.percent(worst.share)} of its range. No other lane has a larger share.`);
}

/** @param {State} state @param {{lanes: number}} sum @param {Finding[]} found */
function message(state, sum, found) {
    if (sum.lanes === 0) return state.lanes.length === 0 ? "" : plan.emptyText(state.lanes, state.takes);
    if (found.length > 0) return "";
    if (state.host.message) return state.host.message;
    return state.song.base_settings ? `on top of ${state.song.base_settings}` : "";
}

/** The text of a single problem, or the number of several; the check panel lists them. @param {PageElement} button @param {Finding[]} found */
function updateProblem(button, found) {
    button.hidden = found.length === 0;
    if (found.length === 0) return;
    const {problem, lanes} = found[0];
    const one = found.length === 1;
    const placed = one && findings.placed(problem);
    setText(button, `▲ ${one ? findings.words(found[0]) : findings.verdict(found.length)}`);
    button.dataset.act = placed ? "jump" : "check.look";
    button.dataset.value = placed ? String(problem.frame) : "";
    button.dataset.lane = lanes.length > 0 ? lanes[0].id : "";
    button.title = `${one ? `${button.textContent} ${problem.remedy || ""}` : found.map(findings.words).join("\n")}\n${placed ? "Click to see it on the timeline." : "Click to see all of it."}`;
}

/**
 * One trip checks and writes what was checked. The server writes nothing if the check has a blocking problem, or if no
 * lane would do anything and that was not confirmed.
 * @param {Ctx} ctx @param {boolean} [sure] whether it was confirmed
 */
async function apply(ctx, sure = false) {
    const {host, song} = ctx.model.state;
    const seen = ctx.ui.checked && (ctx.ui.checkOpen || sure) ? ctx.ui.checked.check : null;
    const request = {lanes: plan.chosenIds(ctx), check: seen, ask: !sure};
    if (host.apply === "deforum") {
        const answer = await bridge.apply({...request, set_fps: song.set_fps});
        ctx.ui.applied = answer.undo_steps > 0;
        if (isWritten(ctx, withoutDone(answer))) reportApplied(ctx, answer);
    } else {
        const answer = await ctx.api.command("settings.export", request);
        if (isWritten(ctx, answer)) saveFile(ctx, answer);
    }
}

/** What Apply has just set in Deforum's tab is not among the things to look at any more. @param {AppliedAnswer} answer @returns {AppliedAnswer} */
function withoutDone(answer) {
    return answer.outcome === "written" ? {...answer, problems: answer.problems.filter((problem) => problem.code !== SET_BY_APPLY)} : answer;
}

/** Keeps the check, and shows why nothing was written, if so. @param {Ctx} ctx @param {ApplyResult} answer */
function isWritten(ctx, answer) {
    check.keep(ctx, answer);
    if (answer.outcome === "refused") {
        ctx.showCheck(true);
        ctx.layer.toast("Not applied: Check found a problem.", {level: "warn", remedy: "It is listed in the check panel."});
    } else if (answer.outcome === "asks") {
        ask(ctx, answer);
    }
    return answer.outcome === "written";
}

/** @param {Ctx} ctx @param {SettingsExport} answer */
function saveFile(ctx, {file}) {
    if (!file) return;
    const content = new Blob([file.text], {type: "application/json"});
    files.save(ctx, file.name, content, ["Open it in Deforum with “Load All Settings”.", ...file.remarks], file.remarks.length > 0);
}

/** None of the chosen lanes would have an effect: shows why, and asks the user. @param {Ctx} ctx @param {CheckResult} checked */
function ask(ctx, checked) {
    const items = checked.lanes.flatMap((row) => {
        const lane = store.lane(ctx.model, row.id);
        return lane ? row.problems.filter((problem) => problem.idle).map((problem) => ({lane, problem})) : [];
    });
    const reasons = findings.gather(items, checked.problems.filter((problem) => problem.idle), checked.fps);
    const word = ctx.model.state.host.apply === "deforum" ? "Fill the boxes anyway" : "Save the file anyway";
    const node = el("div", {class: "perform-ask"},
        el("b", {}, checked.lanes.length === 1 ? "This lane would have no effect in the render." : "None of these lanes would have an effect in the render."),
        ...reasons.map((finding) => findings.row(finding)),
        el("div", {class: "perform-ask-answers"},
            el("button", {class: "perform-button", act: "popover.close"}, "Cancel"),
            el("button", {class: "perform-button", act: "apply.anyway"}, word)));
    const update = () => check.current(ctx) || ctx.layer.close();
    ctx.layer.show("Apply without an effect?", {node, update, focus: "button[data-act='popover.close']"}, document.getElementById("perform_apply_now"));
}

/** @param {Ctx} ctx @param {AppliedAnswer} answer */
function reportApplied(ctx, {notice, skipped}) {
    if (!notice) return;
    const {level, message, remedy, fix} = notice;
    const song = ctx.model.state.song.id;
    ctx.layer.toast(message, {
        level: skipped.length > 0 ? "warn" : level,
        remedy: skipped.length > 0 ? [...skipped.map((item) => item.message), ...level === "info" ? [] : [remedy]].join(" ") : remedy,
        kind: "apply",
        ...fix ? {act: "apply.fixed", actText: fix[2], actValue: JSON.stringify({[fix[0]]: fix[1]}), holds: () => ctx.model.state.song.id === song && Object(ctx.model.state.song)[fix[0]] !== fix[1]} : {},
    });
}

/** @param {Ctx} ctx @param {() => Promise<void>} work */
async function busy(ctx, work) {
    if (ctx.ui.applying) return;
    ctx.ui.applying = true;
    ctx.refresh();
    try {
        await work();
    } catch (error) {
        ctx.fail(error);
    } finally {
        ctx.ui.applying = false;
        ctx.refresh();
    }
}

export const actions = {
    /** @param {Ctx} ctx */
    "apply.now": (ctx) => busy(ctx, () => apply(ctx)),
    /** @param {Ctx} ctx */
    "apply.anyway": (ctx) => {
        ctx.layer.close();
        return busy(ctx, () => apply(ctx, true));
    },
    /** Changes the song's setting that helps, and applies again. @param {Ctx} ctx @param {PageElement} node */
    "apply.fixed": (ctx, node) => busy(ctx, async () => {
        const change = JSON.parse(node.dataset.value);
        node.closest(".perform-toast").remove();
        await ctx.send("song.change", change);
        await apply(ctx);
    }),
    /** @param {Ctx} ctx */
    "apply.undo": (ctx) => busy(ctx, async () => {
        const answer = await bridge.undo();
        ctx.ui.applied = answer.undo_steps > 0;
        ctx.layer.toast("The previous text of Deforum's boxes is restored.", {kind: "apply"});
    }),
};
