import {setAttribute} from "../widgets/dom.js";

/** What marks an element as one of a lane: its colour and its id. */

const COLOURS = 8;

/** Gives an element of a lane its colour; none below 0. @param {Element} node @param {number} index of the lane */
export function tint(node, index) {
    setAttribute(node, "style", index < 0 ? null : `--perform-lane: var(--perform-c${index % COLOURS + 1})`);
}

/** @param {PageElement} node */
export function idOf(node) {
    return node.closest("[data-lane]").dataset.lane;
}
