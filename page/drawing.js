/** The only owner of animation frames: changes are drawn once per frame, and nothing while the page is hidden. */

import * as lanes from "./lanes/lanes.js";
import * as store from "./store/state.js";
import * as timeline from "./timeline/timeline.js";

/** Requests another drawing of some parts. @param {Ctx} ctx @param {...DrawnPart} parts */
export function touch(ctx, ...parts) {
    for (const part of parts) ctx.dirty[part] = true;
    if (ctx.frame === 0 && ctx.ui.visible && ctx.mounted) ctx.frame = requestAnimationFrame(() => draw(ctx));
}

/** @param {Ctx} ctx */
export function stopDrawing(ctx) {
    cancelAnimationFrame(ctx.frame);
    ctx.frame = 0;
}

/** @param {Ctx} ctx */
function draw(ctx) {
    ctx.frame = 0;
    if (!ctx.model.state || !ctx.ui.visible) return;
    const {dirty, bands} = ctx;
    ctx.dirty = {bands: false, live: false, still: false, moving: false};
    if (store.running(ctx.model) && timeline.follow(ctx)) dirty.still = true;
    if (dirty.bands) {
        for (const band of Object.values(bands)) band.update();
        ctx.layer.update();
        ctx.layer.follow();
    } else if (dirty.live) drawLive(ctx);
    if (dirty.still) bands.timeline.still();
    if (dirty.still || dirty.moving) bands.timeline.moving();
    if (store.lane(ctx.model, ctx.ui.unseen)) reveal(ctx);
}

/** What moves 30 times a second. The monitor first: it reads its scroll position, which would cost a layout after a write. @param {Ctx} ctx */
function drawLive(ctx) {
    ctx.bands.monitor.live();
    ctx.bands.transport.update();
    ctx.bands.lanes.live();
    ctx.bands.inspector.live();
    ctx.layer.live();
}

/** Scrolls the selected lane into view once it is drawn: a new lane arrives after its selection. @param {Ctx} ctx */
function reveal(ctx) {
    ctx.ui.unseen = null;
    timeline.reveal(ctx);
    lanes.reveal(ctx);
    ctx.redraw();
}
