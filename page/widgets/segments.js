import {el, setAttribute} from "./dom.js";
import {icon} from "./icons.js";
import * as roving from "./roving.js";

/** A row of choices, one of which is on. */

/** A row of choices, one of which is on. @param {string} act @param {Segment[]} choices @param {string} name @param {string} part @param {Options} [options] */
export function segments(act, choices, name, part, options) {
    const extra = options || {};
    return el("div", {...extra, part, class: `perform-segments ${extra.class || ""}`, role: "radiogroup", "aria-label": name}, ...choices.map((choice, index) =>
        el("button", {
            class: "perform-segment", act, "data-value": choice.value, title: choice.title, role: "radio", tabindex: index === 0 ? 0 : -1,
            "aria-label": choice.text ? null : choice.title, "aria-checked": "false",
        }, choice.picture ? icon(choice.picture) : null, choice.text || null)));
}

/** @param {PageElement} group @param {string|null} value */
export function setSegment(group, value) {
    const buttons = Array.from(group.children);
    for (const button of buttons) setAttribute(button, "aria-checked", String(button.dataset.value === value));
    roving.stopAt(buttons, (button) => button.dataset.value === value);
}
