import {el} from "../widgets/dom.js";

/** @typedef {"panel"|"well"|"line"|"text"|"dim"|"rec"|"warn"|"take"} Mixed */

/** @type {Mixed[]} */
const NAMES = ["panel", "well", "line", "text", "dim", "rec", "warn", "take"];

/** Colours for the canvases, from the same variables the style sheet uses. @param {Element} root @returns {Theme} */
export function read(root) {
    const style = getComputedStyle(root);
    const raw = (/** @type {string} */ name) => style.getPropertyValue(`--perform-${name}`).trim();
    const lanes = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => raw(`c${n}`));
    return {...mixed(root), rec: raw("rec"), lanes, font: raw("font"), mono: raw("mono")};
}

/** A canvas has no color-mix(): the browser computes it for an element. @param {Element} root @returns {Record<Mixed, string>} */
function mixed(root) {
    const probe = el("i", {hidden: true});
    root.appendChild(probe);
    const colours = /** @type {Record<Mixed, string>} */ ({});
    for (const name of NAMES) {
        probe.style.color = `var(--perform-${name})`;
        colours[name] = getComputedStyle(probe).color;
    }
    probe.remove();
    return colours;
}
