import * as bridge from "./bridge.js";

/** What Deforum's tab says now, where it can be reached: cadence, mode, Parseq; and whether there is an Apply to take back. @param {Ctx} ctx */
export function readDeforum(ctx) {
    if (!bridge.available()) return;
    bridge.read().then((answer) => {
        ctx.ui.applied = answer.undo_steps > 0;
        ctx.refresh();
    }, () => undefined);
}
