import {el} from "../widgets/dom.js";

/** A row of the inspector. */

/** A name with its controls. @param {string|null} part @param {string} name @param {string} title @param {...Child} controls */
export function row(part, name, title, ...controls) {
    return el("div", {class: "perform-row", part}, el("span", {class: "perform-row-name", title}, name), el("div", {class: "perform-row-control"}, ...controls));
}
