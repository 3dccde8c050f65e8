import * as keys from "./keys.js";
import * as picker from "./picker.js";

/** The keyboard inside a popover: its search box gets the letters; in a menu they select the item that begins with them. */

/** How long letters belong to one word, in milliseconds. */
const WORD_MS = 800;

/** The letters typed at a menu. @type {{text: string, at: number}} */
const typed = {text: "", at: 0};

/** @param {PageElement} frame the popover @param {KeyboardEvent} event @param {PageElement} target @returns {boolean} whether the key was handled */
export function key(frame, event, target) {
    if (picker.key(event, target)) return true;
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || keys.typing(target)) return false;
    const search = frame.querySelector("[role=combobox]");
    if (search && event.key.length === 1) search.focus({preventScroll: true}); // and the letter is typed there
    return !search && walk(items(frame), event);
}

/** What can be chosen in a menu. @param {PageElement} frame @returns {PageElement[]} */
function items(frame) {
    const found = Array.from(frame.querySelectorAll(".perform-menu-item"));
    const able = found.map((item) => item.matches("button, a") ? item : item.querySelector("button"));
    return able.filter((item) => item && !item.disabled && item.getClientRects().length > 0);
}

/** Up and down step through the items, letters go to the next one that begins with them. @param {PageElement[]} all @param {KeyboardEvent} event */
function walk(all, event) {
    if (all.length === 0) return false;
    const at = all.findIndex((item) => item === document.activeElement);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
        all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length].focus();
        return true;
    }
    if (event.key.length !== 1 || event.key === " ") return false;
    const next = named(all, at, event);
    if (next) next.focus();
    return Boolean(next);
}

/** @param {PageElement[]} all @param {number} at the item that has the focus @param {KeyboardEvent} event */
function named(all, at, event) {
    const goesOn = event.timeStamp - typed.at < WORD_MS;
    typed.text = (goesOn ? typed.text : "") + event.key.toLowerCase();
    typed.at = event.timeStamp;
    const first = at + (typed.text.length > 1 ? 0 : 1);
    const order = all.map((_item, index) => all[(Math.max(0, first) + index) % all.length]);
    return order.find((item) => (item.textContent || "").trim().toLowerCase().startsWith(typed.text));
}
