import * as store from "../store/state.js";
import * as format from "../widgets/format.js";

/** The end of a song whose length is set: what is recorded after it is kept, but not written. */

/** Seconds after which nothing is written; null if the song is as long as its takes. @param {SongState} song @returns {number|null} */
export function endOf(song) {
    return song.length_s === null || song.length_s === undefined ? null : song.seconds;
}

/** How far a position is after the end, in seconds; 0 inside the song. @param {SongState} song @param {number} seconds */
export function beyond(song, seconds) {
    const end = endOf(song);
    return end === null || seconds - end < 0.5 / song.fps ? 0 : seconds - end;
}

/** Frames with content: the song, and takes that continue after its end. @param {State} state */
export function frames(state) {
    const {song, takes} = state;
    const last = Math.max(0, ...takes.filter((take) => !take.trashed).map((take) => take.end_s));
    return beyond(song, last) > 0 ? Math.ceil(last * song.fps) : song.frames;
}

/** The frames there would be if the recording ended now. @param {Model} model */
export function total(model) {
    const {song} = model.state;
    return model.recording && endOf(song) === null ? Math.max(song.frames, store.frame(model) + 1) : song.frames;
}

/** Reports once per recording that it runs past the end, and at its stop what is not written. @param {Ctx} ctx */
export function watch(ctx) {
    const {model, ui} = ctx;
    const {transport} = model.state;
    if (model.recording) {
        ui.recordedTake = transport.take_number ?? ui.recordedTake;
        passing(ctx);
    } else if (ui.recordedTake !== null && store.transport(model) !== "recording") {
        const take = model.state.takes.find((item) => item.number === ui.recordedTake);
        ui.recordedTake = ui.endShown = null;
        if (take) stopped(ctx, take);
    }
}

/** @param {Ctx} ctx */
function passing(ctx) {
    const {model, ui} = ctx;
    const {song} = model.state;
    if (beyond(song, model.time_s) === 0 || ui.endShown !== null) return;
    ui.endShown = song.seconds;
    ctx.layer.toast(`The song ends at ${format.shortClock(song.seconds, true)}, and the recording continues.`, {
        level: "warn", remedy: "From here on the take is kept, but not written.", kind: "end", act: "song.extend", actText: "Let the song grow",
        holds: () => model.recording && endOf(model.state.song) !== null,
    });
}

/** @param {Ctx} ctx @param {Take} take */
function stopped(ctx, take) {
    const {song} = ctx.model.state;
    if (beyond(song, take.end_s) === 0) return;
    const holds = () => {
        const now = store.take(ctx.model, take.id);
        return now !== null && !now.trashed && beyond(ctx.model.state.song, now.end_s) > 0;
    };
    ctx.layer.toast(`${past(take, song)}.`, {level: "warn", kind: "end", remedy: "That part is kept, but not written.", holds, ...offer(take)});
}

/** How far a take continues after the end. @param {Take} take @param {SongState} song */
export function past(take, song) {
    const over = beyond(song, take.end_s);
    const time = over < 60 ? `${format.plain(Number(over.toFixed(1)))} s` : format.shortClock(over, true);
    return `Take ${take.number} continues for ${time} after the end of the song`;
}

/** What makes the song as long as a take. @param {Take} take */
export function offer(take) {
    return {act: "song.extend", actText: `Extend the song to ${format.shortClock(take.end_s, true)}`, actValue: String(take.end_s)};
}

export const actions = {
    /** As long as a take, or without a value as long as all takes. @param {Ctx} ctx @param {PageElement} node */
    "song.extend": (ctx, node) => ctx.send("song.change", {length_s: node.dataset.value ? Number(node.dataset.value) : null}),
};
