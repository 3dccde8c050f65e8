// @ts-check
(function (perform) {
    "use strict";

    /** The schedule texts of lanes: shown in the check panel, and copied. */

    /** What of a long text is shown; copying takes all of it. */
    const SHOWN = 3000;

    /** The text as it is shown, dots until it has come. @param {any} ctx @param {any} lane */
    function shown(ctx, lane) {
        const known = ctx.ui.texts.get(lane.id);
        if (!known || known.text === null) return "…";
        const rest = known.text.length - SHOWN;
        return rest > 0 ? `${known.text.slice(0, SHOWN)}… and ${perform.format.counted(rest, "character")} more` : known.text;
    }

    /** @param {any} ctx @param {any} lane */
    function isOpen(ctx, lane) {
        return ctx.ui.texts.has(lane.id);
    }

    /** Opens or closes the text of a lane. @param {any} ctx @param {any} lane */
    function toggle(ctx, lane) {
        if (!ctx.ui.texts.delete(lane.id)) ctx.ui.texts.set(lane.id, {curve: null, text: null});
        ctx.refresh();
    }

    /** Asks anew for the text of an open lane whose curve has changed. @param {any} ctx @param {any} lane */
    async function follow(ctx, lane) {
        const known = ctx.ui.texts.get(lane.id);
        if (!known || known.curve === lane.curve_id) return;
        known.curve = lane.curve_id;
        try {
            known.text = lane.curve_id ? await ctx.api.text(lane.id) : "";
        } catch (error) {
            ctx.fail(error);
        }
        ctx.refresh();
    }

    /** @param {any} ctx @param {string} id of a lane */
    async function copy(ctx, id) {
        const text = await ctx.api.text(id);
        await perform.clipboard.copy(ctx, text, `Copied ${perform.format.counted(text.length, "character")} of schedule text.`, "Select the text in the check panel and copy it by hand.");
    }

    const actions = {
        /** @param {any} ctx @param {any} node */
        "text.toggle": (ctx, node) => toggle(ctx, perform.state.lane(ctx.model, perform.lanes.idOf(node))),
        /** @param {any} ctx @param {any} node */
        "text.copy": (ctx, node) => copy(ctx, perform.lanes.idOf(node)),
        /** @param {any} ctx */
        "lane.copy": (ctx) => copy(ctx, ctx.ui.selected),
    };

    perform.texts = {shown, isOpen, follow, actions};
})(globalThis.perform ??= {});
