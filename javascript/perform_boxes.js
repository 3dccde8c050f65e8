// @ts-check
(function (perform) {
    "use strict";

    /** Rows of a form, and boxes that say below themselves what is wrong with what was typed, and keep it. */

    let made = 0;

    /**
     * A name, a box, words beside it, and a place for what is wrong.
     * @param {string} name @param {any} control @param {string} hint @param {string} [hintPart]
     */
    function row(name, control, hint, hintPart) {
        const {el} = perform.dom;
        made += 1;
        const id = `perform_fault_${made}`;
        control.setAttribute("aria-describedby", id);
        return el("div", {class: "perform-form-field"},
            el("label", {class: "perform-form-row"}, el("span", {}, name), control, el("span", {class: "perform-dim", part: hintPart || null}, hint)),
            el("div", {class: "perform-problem perform-form-fault", id, role: "alert", hidden: true}));
    }

    /** @param {any} box */
    function faultOf(box) {
        return box.closest(".perform-form-field").querySelector(".perform-form-fault");
    }

    /** Says what is wrong; what was typed stays. @param {any} box @param {string} message */
    function refuse(box, message) {
        const fault = faultOf(box);
        box.dataset.typed = "1";
        box.setAttribute("aria-invalid", "true");
        perform.dom.setText(fault, `▲ ${message}`);
        fault.hidden = false;
    }

    /** @param {any} box */
    function forgive(box) {
        perform.dom.setAttribute(box, "aria-invalid", null);
        faultOf(box).hidden = true;
    }

    /** The box shows the server's value again. @param {any} box */
    function accept(box) {
        delete box.dataset.typed;
        forgive(box);
    }

    /** Empties a box in which something was typed. @param {any} box */
    function clear(box) {
        box.value = "";
        accept(box);
    }

    /** Leaves what was typed alone until it was taken. @param {any} box @param {string} text */
    function set(box, text) {
        if (box.value === text) delete box.dataset.typed;
        else if (!box.dataset.typed) box.value = text;
    }

    /** Sends what was typed; a refusal stands below the box. @param {any} ctx @param {any} box @param {string} name @param {any} args @returns {Promise<boolean>} */
    async function send(ctx, box, name, args) {
        try {
            await ctx.api.command(name, args);
            accept(box);
            return true;
        } catch (error) {
            refuse(box, /** @type {any} */ (error).message);
            return false;
        } finally {
            ctx.layer.update();
        }
    }

    const actions = {
        /** @param {any} ctx @param {any} node */
        "box.typed": (ctx, node) => {
            node.dataset.typed = "1";
            forgive(node);
            ctx.layer.update();
        },
    };

    perform.boxes = {row, refuse, accept, clear, set, send, actions};
})(globalThis.perform ??= {});
