import * as documents from "./documents.js";
import {el} from "./dom.js";

/** What the keys do, in the order the help lists them. */
export const KEYS = Object.freeze([
    {keys: "R", act: "record.toggle", text: "Start or stop recording"},
    {keys: "Space", act: "play.toggle", text: "Play or stop"},
    {keys: "Z", act: "undo", text: "Undo"},
    {keys: "Shift + Z", act: "redo", text: "Redo"},
    {keys: "?", act: "help.open", text: "Show this list"},
]);

/**
 * The action a key means, or null: never while the user types, never with Ctrl, Alt or Meta held, so that
 * the browser's own shortcuts stay. The page asks only while no popover is open.
 * @param {{key: string, shiftKey?: boolean, ctrlKey?: boolean, altKey?: boolean, metaKey?: boolean, repeat?: boolean}} event
 * @param {{tagName?: string, type?: string, isContentEditable?: boolean}|null} target
 */
export function actionFor(event, target) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || typing(target)) return null;
    if (event.key === "?") return "help.open";
    if (event.key === " ") return "play.toggle";
    const key = event.key.toLowerCase();
    if (key === "r" && !event.shiftKey) return "record.toggle";
    if (key === "z") return event.shiftKey ? "redo" : "undo";
    return null;
}

/** Sliders, checkboxes and buttons do not take letters. @param {{tagName?: string, type?: string, isContentEditable?: boolean}|null} target */
export function typing(target) {
    if (!target) return false;
    if (target.isContentEditable) return true;
    const tag = (target.tagName || "").toLowerCase();
    if (tag === "textarea" || tag === "select") return true;
    return tag === "input" && !["range", "checkbox", "radio", "button", "submit"].includes(target.type || "text");
}

/** @param {Ctx} ctx */
export function panel(ctx) {
    const {host, version} = ctx.model.state;
    const node = el("div", {class: "perform-menu perform-help"},
        el("div", {class: "perform-menu-title"}, "Keys"),
        ...KEYS.map((entry) => el("div", {class: "perform-help-row"}, el("kbd", {}, entry.keys), el("span", {}, entry.text))),
        el("div", {class: "perform-help-row"}, el("kbd", {}, "Esc"), el("span", {}, "Close a popover, end Learn, or close the check")),
        el("div", {class: "perform-help-row"}, el("kbd", {}, "Ctrl + wheel"), el("span", {}, "Zoom the timeline")),
        el("div", {class: "perform-help-row"}, el("kbd", {}, "Wheel"), el("span", {}, "Scroll it; with Shift horizontally")),
        el("div", {class: "perform-help-row"}, el("kbd", {}, "↑ ↓"), el("span", {}, "Move through the lanes; with Alt move a lane")),
        el("div", {class: "perform-help-row"}, el("kbd", {}, "← →"), el("span", {}, "On the timeline: step by frames, with Shift by seconds")),
        el("div", {class: "perform-menu-title"}, "Steps"),
        el("ol", {class: "perform-help-steps"},
            el("li", {}, "Send OSC: move a knob, and it is listed in the monitor."),
            el("li", {}, "Click it and type what it plays."),
            el("li", {}, "Arm the lane, press R, play. Press R again."),
            el("li", {}, host.apply === "deforum" ? "Press Apply: Deforum's boxes are filled." : "Save the settings file and load it in Deforum.")),
        documents.link(ctx, "getting-started", "Documentation"),
        el("div", {class: "perform-dim"}, `Perform ${version}`));
    return {node};
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "help.open": (ctx, node) => ctx.layer.show("Help", panel(ctx), node),
};
