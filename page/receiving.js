/** What the server sends, and what follows from it on the page. */

import {touch} from "./drawing.js";
import * as end from "./songs/end.js";
import * as songList from "./store/song_list.js";
import * as store from "./store/state.js";
import * as switching from "./store/switching.js";
import * as notices from "./widgets/notices.js";
import {later} from "./widgets/timers.js";

/** When to repeat requests that the network dropped. */
const AGAIN_MS = 500;

/** @param {Ctx} ctx @param {Message} message */
export function receive(ctx, message) {
    const before = ctx.model.recording;
    const writing = ctx.model.growth.size;
    const changed = store.reduce(ctx.model, message);
    if (!ctx.model.state) {
        if (ctx.model.bye) notices.refused(ctx, {message: ctx.model.bye});
        return;
    }
    if (ctx.model.recording && !before) recordingBegins(ctx);
    if (changed.includes("state")) stateCame(ctx, changed.includes("scene"));
    end.watch(ctx);
    if (changed.includes("live")) touch(ctx, "live", "moving");
    if (ctx.model.growth.size !== writing || message.type === "live" && message.full) touch(ctx, "still");
}

/** @param {Ctx} ctx */
function recordingBegins(ctx) {
    ctx.ui.recordingStart_s = ctx.model.time_s;
    ctx.ui.follow = true;
    touch(ctx, "still");
}

/** @param {Ctx} ctx @param {boolean} scene whether the timeline shows something else */
function stateCame(ctx, scene) {
    const {lanes, song} = ctx.model.state;
    const listed = songList.follow(ctx);
    if (ctx.song !== song.id) {
        switching.arrived(ctx, listed);
        ctx.song = song.id;
        Object.assign(ctx.ui, {view: null, scroll: 0, takesScroll: Infinity, unseen: null, checked: null, leftOut: new Set(), checkOpen: false, texts: new Map()});
    }
    ctx.ui.songBefore = {id: song.id, name: song.name};
    // a new lane is selected before the state with it arrives
    if (!store.lane(ctx.model, ctx.ui.selected) && (ctx.ui.unseen === null || ctx.ui.unseen !== ctx.ui.selected)) ctx.ui.selected = lanes.length > 0 ? lanes[0].id : null;
    ctx.curves.follow(lanes);
    settleGrowth(ctx);
    notices.announce(ctx);
    ctx.root.removeAttribute("aria-busy");
    touch(ctx, "bands", "live");
    if (scene) ctx.redraw();
}

/** The red curve stays until the new one has arrived: no flash of the old. @param {Ctx} ctx */
function settleGrowth(ctx) {
    if (!ctx.model.recording && ctx.curves.settled()) ctx.model.growth.clear();
}

/** @param {Ctx} ctx */
export function curveCame(ctx) {
    settleGrowth(ctx);
    touch(ctx, "still", "moving", "live");
}

/** Requests that the network dropped (browsers do so when the network changes) are repeated; refusals are not. @param {Ctx} ctx @param {unknown} error */
export function curveFailed(ctx, error) {
    const offline = error instanceof Error && "code" in error && error.code === "offline";
    if (offline && ctx.model.link === "live") later(() => ctx.curves.follow(ctx.model.state.lanes), AGAIN_MS);
}
