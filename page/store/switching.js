import * as format from "../widgets/format.js";

/** Which song is open: a switch by another page or a restart is announced, with the way back. */

/** Commands after which another song is open. */
const OPENS = /^song\.(new|open|open_backup|duplicate|trash|import)$/;

/** This page is about to switch the song. @param {Ctx} ctx @param {string} command @returns {boolean} whether that is so */
export function begins(ctx, command) {
    const opens = OPENS.test(command);
    if (opens) ctx.ui.opening += 1;
    return opens;
}

/** The command was answered: the song it opened may be shown already, or come with the next state. @param {Ctx} ctx @param {string|null|undefined} id */
export function ends(ctx, id) {
    ctx.ui.opening -= 1;
    ctx.ui.opened = id || null;
}

/** @param {SongEntry[]} songs @param {string} id */
function listed(songs, id) {
    return songs.some((one) => one.id === id && !one.problem);
}

/** Another song than before has arrived. @param {Ctx} ctx @param {Promise<void>} list resolves when the list of songs is there */
export function arrived(ctx, list) {
    const {song} = ctx.model.state;
    const before = ctx.ui.songBefore;
    const own = ctx.ui.opening > 0 || ctx.ui.opened === song.id;
    ctx.ui.opened = null;
    if (!before || own) return;
    ctx.layer.close(false);
    list.then(() => say(ctx, song, before));
}

/** @param {Ctx} ctx @param {SongState} song @param {{id: string, name: string}} before */
function say(ctx, song, before) {
    const {songs, trashed} = ctx.model.songs;
    if (ctx.model.state.song.id !== song.id) return;
    const there = listed(songs, before.id);
    const gone = listed(trashed, before.id);
    const back = there ? {act: "song.open", actText: `Back to “${format.middle(before.name, 30)}”`, actValue: before.id}
        : gone ? {act: "song.restore", actText: `Restore “${format.middle(before.name, 30)}”`, actValue: before.id} : {};
    ctx.layer.toast(`“${song.name}” is open now.`, {
        level: "warn", remedy: gone ? `“${before.name}” was moved to the trash by another page.` : `It was opened by another page, or Perform was restarted. “${before.name}” was open here before.`, ...back,
        holds: () => ctx.model.state.song.id === song.id && listed(there ? ctx.model.songs.songs : ctx.model.songs.trashed, before.id),
    });
}
