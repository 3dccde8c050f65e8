import {el} from "./dom.js";
import * as format from "./format.js";

/** Puts a text on the clipboard. A page loaded over plain http from another computer has only the old API. @param {Ctx} ctx @param {string} text @returns {Promise<boolean>} whether the browser took it */
async function put(ctx, text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        return copied(ctx, text);
    }
}

/** With a selection in a temporary box. @param {Ctx} ctx @param {string} text */
function copied(ctx, text) {
    const before = /** @type {HTMLElement|null} */ (document.activeElement);
    const box = el("textarea", {class: "perform-copied", value: text, "aria-hidden": "true", tabindex: -1});
    ctx.root.appendChild(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    before?.focus?.({preventScroll: true});
    return done;
}

/** Copies and reports it; if the browser refuses, shows what to do instead. @param {Ctx} ctx @param {string} text @param {string} said @param {string} instead */
export async function copy(ctx, text, said, instead) {
    if (await put(ctx, text)) ctx.layer.toast(said);
    else ctx.layer.toast("The browser does not allow copying here.", {level: "warn", remedy: instead});
}

export const actions = {
    /** Copies data-value. @param {Ctx} ctx @param {PageElement} node */
    copy: (ctx, node) => copy(ctx, node.dataset.value, `Copied ${format.middle(node.dataset.value, 60)}`, node.dataset.value),
};
