import {el, setAttribute, setText} from "./dom.js";
import {refusalOf} from "./refusal.js";

/** Rows of a form, and boxes that show an error below and keep the typed text. */

let made = 0;

/**
 * A name, a box, a hint, and a place for an error.
 * @param {string} name @param {PageElement} control @param {string} hint @param {string} [hintPart]
 */
export function row(name, control, hint, hintPart) {
    made += 1;
    const id = `perform_problem_${made}`;
    control.setAttribute("aria-describedby", id);
    return el("div", {class: "perform-form-field"},
        el("label", {class: "perform-form-row"}, el("span", {}, name), control, el("span", {class: "perform-dim", part: hintPart || null}, hint)),
        el("div", {class: "perform-problem perform-form-problem", id, role: "alert", hidden: true}));
}

/** @param {PageElement} box */
function problemOf(box) {
    return box.closest(".perform-form-field").querySelector(".perform-form-problem");
}

/** Shows an error; the typed text stays. @param {PageElement} box @param {string} message */
export function refuse(box, message) {
    const problem = problemOf(box);
    box.dataset.typed = "1";
    box.setAttribute("aria-invalid", "true");
    setText(problem, `▲ ${message}`);
    problem.hidden = false;
}

/** @param {PageElement} box */
function forgive(box) {
    setAttribute(box, "aria-invalid", null);
    problemOf(box).hidden = true;
}

/** The box shows the server's value again. @param {PageElement} box */
export function accept(box) {
    delete box.dataset.typed;
    forgive(box);
}

/** Empties a box in which something was typed. @param {PageElement} box */
export function clear(box) {
    box.value = "";
    accept(box);
}

/** Keeps the typed text until it was applied. @param {PageElement} box @param {string} text */
export function set(box, text) {
    if (box.value === text) delete box.dataset.typed;
    else if (!box.dataset.typed) box.value = text;
}

/** Sends the typed text; a refusal is shown below the box. @param {Ctx} ctx @param {PageElement} box @param {CommandName} name @param {object} args @returns {Promise<boolean>} */
export async function send(ctx, box, name, args) {
    try {
        await ctx.api.command(name, args);
        accept(box);
        return true;
    } catch (error) {
        refuse(box, refusalOf(error).message);
        return false;
    } finally {
        ctx.layer.update();
    }
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "box.typed": (ctx, node) => {
        node.dataset.typed = "1";
        forgive(node);
        ctx.layer.update();
    },
};
