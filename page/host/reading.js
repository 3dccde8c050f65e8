import * as bridge from "./bridge.js";

/** The current values in Deforum's tab, if it can be reached: cadence, mode, Parseq; and whether there is an Apply to undo. @param {Ctx} ctx */
export function readDeforum(ctx) {
    if (!bridge.available()) return;
    bridge.read().then((answer) => {
        ctx.ui.applied = answer.undo_steps > 0;
        ctx.refresh();
    }, () => undefined);
}
