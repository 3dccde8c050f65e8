import * as choosing from "../lanes/choosing.js";
import * as boxes from "../widgets/boxes.js";
import {el, partsOf, setText} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import {refusalOf} from "../widgets/refusal.js";

/** The song's numbers: its timing, and a stretched version with everything recorded. */

/** Numbers that are times; the others are plain. */
const TIMES = ["length_s", "start_s"];
const MOST_NAMED = 3;

/** @param {string} part @param {string} attribute @param {Options} [more] */
function number(part, attribute, more) {
    return el("input", {class: "perform-input perform-input-number", part, input: "timing.typed", "data-value": attribute, autocomplete: "off", ...more});
}

/** @param {Ctx} ctx @returns {Panel} */
export function panel(ctx) {
    const node = el("div", {class: "perform-form"}, timing(), el("hr", {class: "perform-rule"}), stretching(),
        el("hr", {class: "perform-rule"}),
        el("label", {class: "perform-check"},
            el("input", {type: "checkbox", part: "set", change: "song.setFps"}), el("span", {part: "setText"}, "Also set Deforum's fps when applying")),
        el("label", {class: "perform-check", part: "senderRow", title: "For senders with time tags: new takes then play as the sender meant them. You can change this in the menu of a take"},
            el("input", {type: "checkbox", part: "sender", change: "song.senderTime"}), "Correct network delays in new takes"));
    return {node, update: () => update(ctx, node), key: (event, target) => key(ctx, event, target), focus: "input"};
}

function timing() {
    return el("section", {class: "perform-form", "data-command": "song.change", "aria-label": "Timing"},
        boxes.row("Fps", number("fps", "fps", {inputmode: "decimal"}), "frames per second of the video"),
        boxes.row("Length", number("length", "length_s", {placeholder: "auto"}), "empty: as long as its takes", "lengthText"),
        boxes.row("Start", number("start", "start_s"), "where Record and Play begin"),
        boxes.row("Cadence", number("cadence", "cadence", {placeholder: "auto", inputmode: "numeric"}), "", "cadenceText"),
        boxes.row("Tempo", number("tempo", "tempo_bpm", {placeholder: "none", inputmode: "decimal"}), "beats per minute, optional"),
        el("div", {class: "perform-problem", part: "speed", role: "status", hidden: true}),
        foot("timing", "Change timing", "Change the song's timing; recordings keep their times in seconds"));
}

function stretching() {
    return el("section", {class: "perform-form", "data-command": "song.stretch", "aria-label": "Stretch"},
        el("div", {class: "perform-menu-title"}, "Stretch everything recorded"),
        boxes.row("New tempo", number("newTempo", "tempo_bpm", {inputmode: "decimal", title: "The tempo of the new version: everything recorded moves with it"}), "", "newTempoText"),
        boxes.row("New length", number("newLength", "length_s", {title: "The length of the new version: everything recorded is stretched to it"}), "of the song with all its takes"),
        foot("stretch", "Stretch", "Move everything recorded to the new tempo or length. Z undoes it"));
}

/** @param {string} part @param {string} text @param {string} title */
function foot(part, text, title) {
    return el("div", {class: "perform-form-foot"},
        el("div", {class: "perform-problem", part: `${part}Problem`, role: "alert", hidden: true}),
        el("button", {class: "perform-button perform-button-strong", act: "timing.apply", part: `${part}Apply`, disabled: true, title}, text));
}

/** @param {Ctx} ctx @param {PageElement} node */
function update(ctx, node) {
    const part = partsOf(node);
    const {song, host} = ctx.model.state;
    boxes.set(part.fps, format.plain(song.fps));
    boxes.set(part.length, song.length_s === null ? "" : format.clock(song.length_s));
    setText(part.lengthText, song.length_s === null ? `as long as its takes: ${format.clock(song.seconds)}` : "empty: as long as its takes");
    boxes.set(part.start, format.clock(song.start_s));
    boxes.set(part.cadence, song.cadence === null ? "" : String(song.cadence));
    const from = host.deforum ? "Deforum's tab" : "Deforum's default";
    setText(part.cadenceText, song.cadence === null ? `${song.cadence_used} from ${from}` : `typed; empty takes ${from}`);
    boxes.set(part.tempo, format.plain(song.tempo_bpm));
    part.newTempo.disabled = song.tempo_bpm === null;
    setText(part.newTempoText, song.tempo_bpm === null ? "needs the tempo it was played at, above" : "beats per minute of the new version");
    part.set.checked = song.set_fps;
    setText(part.setText, host.apply === "deforum" ? "Also set Deforum's fps when applying" : "Also write fps into the settings file");
    part.senderRow.hidden = song.sender_time === undefined;
    part.sender.checked = song.sender_time;
    part.timingApply.disabled = typed(node, "song.change").length === 0;
    part.stretchApply.disabled = typed(node, "song.stretch").length === 0;
    updateSpeed(ctx, part);
}

/** Says what another frame rate will do, before it is applied. @param {Ctx} ctx @param {Parts} part */
function updateSpeed(ctx, part) {
    const {song, lanes} = ctx.model.state;
    const fps = part.fps.dataset.typed ? format.parseNumber(part.fps.value) : null;
    const names = lanes.filter(choosing.stepsPerFrame).map((lane) => lane.label);
    part.speed.hidden = fps === null || !(fps > 0 && fps !== song.fps) || names.length === 0;
    if (fps !== null && !part.speed.hidden) setText(part.speed, `▲ ${faster(names, fps / song.fps, fps)}`);
}

/** @param {string[]} names of lanes @param {number} factor @param {number} fps */
export function faster(names, factor, fps) {
    const more = names.length - MOST_NAMED;
    const all = more > 0 ? [...names.slice(0, MOST_NAMED), format.counted(more, "other lane")] : names;
    const listed = all.length > 1 ? `${all.slice(0, -1).join(", ")} and ${all[all.length - 1]}` : all[0];
    const one = names.length === 1;
    return `At ${format.plain(fps)} fps, ${listed} ${one ? "moves" : "move"} ${format.plain(factor)} times as fast: ${one ? "its" : "their"} values are steps per frame.`;
}

/** The boxes of a section in which something was typed. @param {PageElement} node @param {string} command */
function typed(node, command) {
    return Array.from(node.querySelectorAll(`[data-command='${command}'] [data-typed]`));
}

/** The value of a box: null if empty, undefined if invalid, which is reported below it. @param {PageElement} box */
function read(box) {
    const text = box.value.trim();
    if (text === "") return null;
    const time = TIMES.includes(box.dataset.value);
    const value = time ? format.parseClock(text) : format.parseNumber(text);
    if (value !== null) return value;
    boxes.refuse(box, `“${text}” is not ${time ? "a time such as 1:23.5" : "a number"}.`);
    return undefined;
}

/** Sends what was typed in a section, as one undo step. @param {Ctx} ctx @param {PageElement} node in the section */
async function apply(ctx, node) {
    const section = node.closest("[data-command]");
    const stretches = section.dataset.command === "song.stretch";
    const command = stretches ? "song.stretch" : "song.change";
    const filled = typed(section.parentNode, command).filter((box) => !stretches || box.value.trim() !== "");
    const values = filled.map((box) => read(box));
    if (filled.length === 0 || values.includes(undefined)) return;
    const problem = section.querySelector(".perform-form-foot .perform-problem");
    try {
        const done = await ctx.api.command(command, Object.fromEntries(filled.map((box, index) => [box.dataset.value, values[index]])));
        problem.hidden = true;
        filled.forEach((box) => boxes.accept(box));
        if (stretches) filled.forEach((box) => (box.value = ""));
        else tell(ctx, /** @type {Answer<"song.change">} */ (done));
    } catch (error) {
        refuse(filled, problem, refusalOf(error).message);
    } finally {
        ctx.layer.update();
    }
}

/** A refusal is shown at the box, or below all of several. @param {PageElement[]} filled @param {PageElement} problem @param {string} message */
function refuse(filled, problem, message) {
    if (filled.length === 1) {
        boxes.refuse(filled[0], message);
        return;
    }
    setText(problem, `▲ ${message}`);
    problem.hidden = false;
}

/** Side effects of a change, with a remedy. @param {Ctx} ctx @param {Answer<"song.change">} done */
function tell(ctx, done) {
    if (done.start_s !== undefined) {
        ctx.layer.toast(`The song is shorter: its start has moved to its end, ${format.clock(done.start_s)}.`, {
            level: "warn", remedy: "Click the timeline to move it.", holds: () => ctx.model.state.song.start_s === done.start_s,
        });
    }
    if (!done.speed) return;
    ctx.layer.close();
    const {lanes, factor, from_fps: from} = done.speed;
    ctx.layer.toast(faster(lanes, factor, from * factor), {
        level: "warn", remedy: "To keep it at any frame rate, set “Knob is” to per second.",
        act: "speed.keep", actText: lanes.length === 1 ? "Keep its speed" : "Keep their speed", actValue: String(from),
        kind: "speed", holds: stillFaster(ctx, from * factor),
    });
}

/** Whether the song has this frame rate, and its lanes of steps per frame the ranges that they had when it got it. @param {Ctx} ctx @param {number} fps @returns {() => boolean} */
function stillFaster(ctx, fps) {
    const ranges = () => {
        const {lanes, song} = ctx.model.state;
        return JSON.stringify([song.id, ...lanes.filter(choosing.stepsPerFrame).map((lane) => [lane.id, lane.out_low, lane.out_high])]);
    };
    const before = ranges();
    return () => Math.abs(ctx.model.state.song.fps - fps) < 1e-9 * fps && ranges() === before;
}

/** Enter in a box applies its section. @param {Ctx} ctx @param {KeyboardEvent} event @param {PageElement} target */
function key(ctx, event, target) {
    if (event.key !== "Enter" || !target.matches("[data-command] input")) return false;
    apply(ctx, target).catch(ctx.fail);
    return true;
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "song.settings": (ctx, node) => ctx.layer.show("Song settings", panel(ctx), node),
    /** @param {Ctx} ctx @param {PageElement} node */
    "timing.typed": (ctx, node) => {
        const section = node.closest("[data-command]");
        section.querySelector(".perform-form-foot .perform-problem").hidden = true;
        // a version has one tempo or one length
        if (section.dataset.command === "song.stretch") {
            for (const box of section.querySelectorAll("input")) if (box !== node) boxes.clear(box);
        }
        boxes.actions["box.typed"](ctx, node);
    },
    "timing.apply": apply,
    /** @param {Ctx} ctx @param {PageElement} node */
    "speed.keep": (ctx, node) => ctx.send("song.keep_speed", {from_fps: Number(node.dataset.value)}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "song.setFps": (ctx, node) => ctx.send("song.change", {set_fps: node.checked}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "song.senderTime": (ctx, node) => ctx.send("song.change", {sender_time: node.checked}),
};
