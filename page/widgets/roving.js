import {setAttribute} from "./dom.js";

/** Groups of controls that are one tab stop: the arrow keys move inside them. */

const STEPS = Object.freeze({ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1});

/**
 * Makes one of the controls the group's tab stop: the wanted one, or the first that can be used.
 * @param {PageElement[]} controls @param {(control: PageElement) => boolean} wanted
 */
export function stopAt(controls, wanted) {
    const stop = controls.find(wanted) || controls.find((control) => !control.disabled && !control.hidden);
    for (const control of controls) setAttribute(control, "tabindex", control === stop ? "0" : "-1");
}

/**
 * The control that a key moves to; null if the key does nothing here.
 * @param {PageElement[]} controls @param {PageElement} from @param {string} key @param {boolean} [around] after the last one the first
 */
export function next(controls, from, key, around) {
    const usable = controls.filter((control) => !control.disabled && !control.hidden);
    if (key === "Home") return usable[0] || null;
    if (key === "End") return usable[usable.length - 1] || null;
    const step = /** @type {Record<string, number>} */ (STEPS)[key];
    if (!step || usable.length === 0) return null;
    const at = usable.indexOf(from) + step;
    return around ? usable[(at + usable.length) % usable.length] : usable[Math.min(usable.length - 1, Math.max(0, at))];
}

/** Arrow keys in a group of radio buttons choose; in a list they only move. @param {KeyboardEvent} event @param {PageElement} target */
export function key(event, target) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const group = target.closest?.("[role=radiogroup], [data-roving]");
    if (!group || !target.matches("[role=radio], [data-stop]")) return false;
    const radios = group.getAttribute("role") === "radiogroup";
    const controls = Array.from(group.querySelectorAll(radios ? "[role=radio]" : "[data-stop]"));
    const to = next(controls, target, event.key, radios);
    if (!to) return false;
    stopAt(controls, (control) => control === to);
    to.focus();
    if (radios && to !== target) to.click();
    return true;
}
