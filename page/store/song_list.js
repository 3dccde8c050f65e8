/** The list of songs, which is not part of the state: the state says when to ask for it. */

/** What is known before the first answer. @returns {Model["songs"]} */
export function create() {
    return {revision: null, songs: [], trashed: []};
}

/** Asks for the list where the state says that it has changed. Resolves when it is there, or cannot be had. @param {Ctx} ctx */
export async function follow(ctx) {
    if (ctx.model.songs.revision !== ctx.model.state.songs.revision) await ask(ctx);
}

/** Asks for the list: when its songs were changed last is not said by the state. @param {Ctx} ctx */
export async function ask(ctx) {
    const {revision} = ctx.model.state.songs;
    ctx.model.songs = {...ctx.model.songs, revision};
    try {
        const list = await ctx.api.songs();
        if (ctx.model.songs.revision === revision) ctx.model.songs = {revision, ...list};
        ctx.refresh();
    } catch {
        ctx.model.songs = {...ctx.model.songs, revision: null}; // the next state asks again
    }
}
