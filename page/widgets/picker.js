import {el, partsOf, refill, setAttribute, setClass} from "./dom.js";
import {icon} from "./icons.js";

/**
 * A search box over a list: typing filters it, the arrow keys move the highlight, Enter takes the highlighted row.
 * The keyboard stays in the box all the time (the combobox pattern of WAI-ARIA).
 * @typedef {{key: string, act: string, title: string, nodes: Child[], facts?: unknown, attributes?: Options}} Item
 * `facts` determines whether a row is drawn again.
 * @typedef {{title: string, items: Item[]}} Group
 */

/** Rows that Page Up and Page Down skip. */
const PAGE = 8;
const STEPS = Object.freeze({ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE});

/** @param {{id: string, input: string, label: string, placeholder: string, several?: boolean}} options `input` is the action that fills the list again */
export function build(options) {
    const listId = `${options.id}_list`;
    return el("div", {class: "perform-chooser"},
        el("div", {class: "perform-chooser-search"}, icon("search"),
            el("input", {
                class: "perform-input", id: options.id, input: options.input, placeholder: options.placeholder, "aria-label": options.label,
                role: "combobox", "aria-expanded": "true", "aria-controls": listId, "aria-autocomplete": "list", spellcheck: "false", autocomplete: "off",
            })),
        el("div", {class: "perform-chooser-list", part: "list", id: listId, role: "listbox", "aria-label": options.label, "aria-multiselectable": options.several ? "true" : null}),
        el("div", {class: "perform-empty", part: "nothing", role: "status", hidden: true}));
}

/** What is typed. @param {PageElement} node */
export function query(node) {
    return box(node).value;
}

/** @param {PageElement} node */
function box(node) {
    return node.querySelector("[role=combobox]");
}

/** @param {PageElement} node @returns {PageElement[]} */
function rows(node) {
    return Array.from(node.querySelectorAll("[role=option]"));
}

/**
 * Shows these rows. The highlight stays on its row; if that is removed, and after every letter, it is on the one
 * called `first`.
 * @param {PageElement} node @param {Group[]} groups @param {string} first key of a row @param {(Node|string)[]} nothing what is shown if there are none
 */
export function fill(node, groups, first, nothing) {
    const {list, nothing: none} = partsOf(node);
    const items = groups.flatMap((group) => group.items);
    const typed = query(node);
    const facts = [typed, groups.map((group) => [group.title, group.items.map((item) => [item.key, item.title, item.facts])])];
    refill(list, facts, () => groups.map((group) => section(node, group)));
    list.hidden = items.length === 0;
    none.hidden = items.length > 0;
    refill(none, items.length === 0, () => nothing);
    const kept = node.dataset.query === typed ? node.dataset.active : "";
    node.dataset.query = typed;
    highlight(node, rows(node).find((row) => row.dataset.key === kept) || rows(node).find((row) => row.dataset.key === first) || rows(node)[0]);
}

/** @param {PageElement} node @param {Group} group */
function section(node, group) {
    return el("div", {class: "perform-chooser-group", role: "group", "aria-label": group.title},
        el("div", {class: "perform-menu-title", "aria-hidden": "true"}, group.title),
        ...group.items.map((item) => el("div", {
            class: "perform-chooser-item", role: "option", id: `${box(node).id}_${item.key.replace(/[^\w-]+/g, "_")}`, act: item.act, key: item.key,
            title: item.title, "aria-selected": "false", ...item.attributes,
        }, ...item.nodes)));
}

/** @param {PageElement} node @param {PageElement|undefined} row */
function highlight(node, row) {
    const several = partsOf(node).list.hasAttribute("aria-multiselectable");
    for (const other of rows(node)) {
        setClass(other, "perform-active", other === row);
        if (!several) setAttribute(other, "aria-selected", String(other === row));
    }
    node.dataset.active = row ? row.dataset.key : "";
    setAttribute(box(node), "aria-activedescendant", row ? row.id : null);
    if (row) row.scrollIntoView({block: "nearest"});
}

/** The keys of a picker's box. @param {KeyboardEvent} event @param {PageElement} target @returns {boolean} whether the key was handled */
export function key(event, target) {
    if (!target.matches?.("[role=combobox]") || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return false;
    const node = target.closest(".perform-chooser");
    const all = rows(node);
    const at = all.findIndex((row) => row.dataset.key === node.dataset.active);
    if (event.key === "Enter") {
        if (at >= 0) all[at].click();
        return true;
    }
    const step = /** @type {Record<string, number>} */ (STEPS)[event.key];
    if (!step || all.length === 0) return Boolean(step);
    const wrapped = Math.abs(step) === 1 ? (at + step + all.length) % all.length : Math.min(all.length - 1, Math.max(0, at + step));
    highlight(node, all[wrapped]);
    return true;
}
