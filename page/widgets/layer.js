import {el, setClass} from "./dom.js";
import {iconButton} from "./icons.js";
import * as menus from "./menus.js";
import {later} from "./timers.js";

const GAP = 6;
/** The minimum height of a popover; a smaller window scrolls. */
const LEAST_ROOM = 260;
/** Time for each character of a message, for slow readers. */
const READING_MS = 60;

/** Popovers and messages above the page: one popover at a time. @param {Ctx} ctx */
export function build(ctx) {
    const node = el("div", {class: "perform-layer"});
    const toasts = el("div", {class: "perform-toasts", role: "status", "aria-live": "polite"});
    new ResizeObserver(() => {
        ctx.page.style.setProperty("--perform-messages", `${toasts.offsetHeight}px`);
        showNewest(toasts);
    }).observe(toasts);
    /** @type {{panel: Panel, anchor: Anchor|null, frame: PageElement, giveBack: boolean}|null} */
    let open = null;

    /**
     * @param {string} title @param {Panel} panel
     * @param {Anchor|null} anchor the element it hangs from, or from `panel.beside` inside it; without one it is in the middle
     */
    function show(title, panel, anchor) {
        // after the mouse, Space must play and not press the button again
        const giveBack = open ? open.giveBack : document.activeElement !== document.body || !(anchor instanceof Element);
        close(false);
        const frame = el("div", {class: `perform-popover${panel.wide ? " perform-popover-wide" : ""}`, role: "dialog", tabindex: -1, "aria-label": title}, panel.node);
        node.appendChild(frame);
        open = {panel, anchor, frame, giveBack};
        if (panel.update) panel.update();
        place();
        ctx.watchSize(frame);
        const first = panel.focus ? frame.querySelector(panel.focus) : null;
        (first || frame).focus({preventScroll: true});
    }

    /** The focus returns to where the popover was opened by keyboard. @param {boolean} [mayGiveBack] */
    function close(mayGiveBack) {
        if (!open) return false;
        const {anchor, frame, giveBack} = open;
        open = null;
        frame.remove();
        if (mayGiveBack !== false && giveBack && anchor && anchor.isConnected) anchor.focus({preventScroll: true});
        return true;
    }

    /** A button that its action removed leaves the focus in the popover. @param {PageElement} frame */
    function keepFocus(frame) {
        const now = document.activeElement;
        if (!now || !frame.contains(now) || now.getClientRects().length === 0) frame.focus({preventScroll: true});
    }

    function place() {
        if (!open) return;
        const {box, top, bottom} = room();
        open.frame.style.maxHeight = `${bottom - top - 2 * GAP}px`;
        const size = open.frame.getBoundingClientRect();
        const beside = open.panel.beside || open.anchor;
        const from = beside && beside.isConnected ? beside.getBoundingClientRect() : null;
        const x = from ? from.left - box.left : (box.width - size.width) / 2;
        const below = from ? from.bottom - box.top + GAP : top + (bottom - top - size.height) / 3;
        const above = from ? from.top - box.top - GAP - size.height : below;
        const y = below + size.height > bottom - GAP && above > top ? above : below;
        open.frame.style.left = `${Math.max(GAP, Math.min(x, box.width - size.width - GAP))}px`;
        open.frame.style.top = `${Math.max(top + GAP, Math.min(y, bottom - size.height - GAP))}px`;
    }

    /** Where a popover may be, from the page's top: the visible part of the page, at least as high as a popover needs. */
    function room() {
        const box = node.getBoundingClientRect();
        const top = Math.max(0, Math.min(-box.top, box.height - LEAST_ROOM));
        return {box, top, bottom: Math.max(Math.min(box.height, innerHeight - box.top), Math.min(box.height, top + LEAST_ROOM))};
    }

    /** Moves it back onto the page if it has grown beyond it. */
    function fit() {
        if (!open) return;
        const {box, bottom} = room();
        const size = open.frame.getBoundingClientRect();
        if (size.bottom > box.top + bottom - GAP || size.right > box.right - GAP) place();
    }

    return {
        node, toasts, show, close, place, fit,
        update: () => {
            if (!open || !open.panel.update) return;
            const inside = open.frame.contains(document.activeElement);
            open.panel.update();
            if (!open) return;
            place();
            if (inside) keepFocus(open.frame);
        },
        follow: () => follow(toasts),
        /** What moves in it, 30 times a second. */
        live: () => {
            if (open && open.panel.live) open.panel.live();
        },
        /** What the keys do in it; true if the key was handled. @param {KeyboardEvent} event @param {PageElement} target */
        key: (event, target) => open !== null && (Boolean(open.panel.key?.(event, target)) || menus.key(open.frame, event, target)),
        contains: (/** @type {Node} */ target) => Boolean(open && (open.frame.contains(target) || open.anchor && open.anchor.contains(target))),
        isOpen: () => open !== null,
        /** @param {string|Node} message @param {ToastOptions} [options] */
        toast: (message, options) => toast(ctx, toasts, message, options || {}),
    };
}

/** Whether a message still applies, and whether it has applied yet. @type {WeakMap<Element, {holds: () => boolean, held: boolean}>} */
const abouts = new WeakMap();

/** Removes messages that no longer apply. One about a change that has not yet arrived from the server has not applied yet, and stays. @param {PageElement} place */
function follow(place) {
    for (const node of Array.from(place.children)) {
        const about = abouts.get(node);
        if (!about) continue;
        const holds = about.holds();
        if (about.held && !holds) node.remove();
        about.held ||= holds;
    }
}

/**
 * @param {Ctx} ctx @param {PageElement} place @param {string|Node} message
 * @param {ToastOptions} options
 */
function toast(ctx, place, message, options) {
    const level = options.level || "info";
    const node = el("div", {class: `perform-toast perform-toast-${level}`},
        el("span", {class: "perform-toast-mark", "aria-hidden": "true"}, level === "info" ? "✓" : "▲"),
        el("div", {class: "perform-toast-says"},
            el("div", {}, el("div", {}, message), options.remedy ? el("div", {class: "perform-dim"}, options.remedy) : null, options.body),
            options.act ? el("button", {class: "perform-button", act: options.act, "data-value": options.actValue}, options.actText || "Do it") : null),
        iconButton("close", "Close this message", {act: "toast.close", class: "perform-button-bare"}));
    if (options.kind) {
        node.dataset.kind = options.kind;
        place.querySelector(`[data-kind="${options.kind}"]`)?.remove();
    }
    if (options.holds) abouts.set(node, {holds: options.holds, held: options.holds()});
    while (place.children.length >= 3) place.firstChild.remove();
    // where the page scrolls, a message does not cover the takes: their bars are at the timeline's lower end
    setClass(place, "perform-toasts-low", ctx.stage.stage.getBoundingClientRect().bottom < innerHeight / 2);
    place.appendChild(node);
    showNewest(place);
    later(() => node.remove(), options.stay || Math.max(level === "info" ? 5000 : 12000, READING_MS * (node.textContent || "").length));
}

/** Scrolls as far down as there is space; a message higher than its place begins visibly. @param {PageElement} place */
function showNewest(place) {
    const newest = place.lastElementChild;
    if (newest) place.scrollTop += newest.getBoundingClientRect().top - place.getBoundingClientRect().top;
}

export const actions = {
    /** @param {Ctx} _ctx @param {PageElement} node */
    "toast.close": (_ctx, node) => node.closest(".perform-toast").remove(),
    /** @param {Ctx} ctx */
    "popover.close": (ctx) => ctx.layer.close(),
};
