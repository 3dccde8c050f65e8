import {idOf} from "../lanes/tint.js";
import * as clipboard from "../widgets/clipboard.js";
import * as format from "../widgets/format.js";

/** The schedule texts of lanes: shown in the check panel, and copied. */

/** The part of a long text that is shown; copying copies all of it. */
const SHOWN = 3000;

/** The text as it is shown, dots until it has come. @param {Ctx} ctx @param {Lane} lane */
export function shown(ctx, lane) {
    const known = ctx.ui.texts.get(lane.id);
    if (!known || known.text === null) return "…";
    const rest = known.text.length - SHOWN;
    return rest > 0 ? `${known.text.slice(0, SHOWN)}… and ${format.counted(rest, "character")} more` : known.text;
}

/** @param {Ctx} ctx @param {Lane} lane */
export function isOpen(ctx, lane) {
    return ctx.ui.texts.has(lane.id);
}

/** Opens or closes the text of a lane. @param {Ctx} ctx @param {string} id */
function toggle(ctx, id) {
    if (!ctx.ui.texts.delete(id)) ctx.ui.texts.set(id, {curve: null, text: null});
    ctx.refresh();
}

/** Requests the text of an open lane again when its curve has changed. @param {Ctx} ctx @param {Lane} lane */
export async function follow(ctx, lane) {
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

/** @param {Ctx} ctx @param {string} id of a lane */
async function copy(ctx, id) {
    const text = await ctx.api.text(id);
    await clipboard.copy(ctx, text, `Copied ${format.counted(text.length, "character")} of schedule text.`, "Select the text in the check panel and copy it by hand.");
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "text.toggle": (ctx, node) => toggle(ctx, idOf(node)),
    /** @param {Ctx} ctx @param {PageElement} node */
    "text.copy": (ctx, node) => copy(ctx, idOf(node)),
    /** @param {Ctx} ctx */
    "lane.copy": (ctx) => ctx.ui.selected === null ? undefined : copy(ctx, ctx.ui.selected),
};
