import {el} from "./dom.js";

/** Where a document is: below the API, so that it works wherever the page is served. @param {string} base of the API @param {string} name such as "senders" */
export function address(base, name) {
    return `${base}/docs/${name}`;
}

/** A link to a document, in a tab of its own. @param {Ctx} ctx @param {string} name @param {string} words */
export function link(ctx, name, words) {
    return el("a", {class: "perform-link", href: address(ctx.api.base, name), target: "_blank", rel: "noopener"}, words);
}
