// @ts-check
(function (perform) {
    "use strict";

    /** What the bands share: the model, the page's own state, and the way to send a command. */

    /** What only this page knows; nothing of it is worth saving. */
    function freshUi() {
        return {
            selected: null, unseen: null, leftOut: new Set(), texts: new Map(), ignored: new Set(), proof: null, proofOpen: false, proofOf: null, checking: false,
            applying: false, applied: false, view: null, follow: true, scroll: 0, takesScroll: Infinity, fields: [], fieldByName: new Map(),
            dismissed: new Set(), announced: null, opening: 0, opened: null, songBefore: null, passStart_s: 0, recordedTake: null, toldEnd: null, visible: true,
        };
    }

    /** @param {any} root @param {(ctx: any, ...what: string[]) => void} touch asks for another drawing of some parts */
    function create(root, touch) {
        const base = perform.api.resolveBase(root.dataset.api || "/perform/v1", location);
        const ctx = /** @type {any} */ ({
            root, model: perform.state.create(), ui: freshUi(), scene: null, stage: null,
            api: perform.api.create(base, (input, init) => fetch(input, init)),
            dirty: {bands: true, live: true, still: true, moving: true}, frame: 0, flying: new Map(), colours: null, drag: null,
        });
        ctx.layer = perform.layer.build(ctx);
        ctx.theme = () => ctx.colours ??= perform.theme.read(root);
        ctx.fail = (error) => fail(ctx, error);
        ctx.send = (name, args) => send(ctx, name, args);
        ctx.sendLatest = (key, name, args) => sendLatest(ctx, key, name, args);
        ctx.refresh = () => touch(ctx, "bands", "live", "still", "moving");
        ctx.redraw = () => touch(ctx, "still", "moving");
        ctx.select = (id) => select(ctx, id);
        return ctx;
    }

    /** @param {any} ctx @param {any} error */
    function fail(ctx, error) {
        const extras = error.extras || {};
        const free = extras.free_port ? {act: "listener.free", actText: `Use ${extras.free_port}`, actValue: String(extras.free_port), holds: sameListener(ctx)} : {};
        ctx.layer.toast(error.message, {level: "error", remedy: extras.remedy || null, ...free});
    }

    /** Whether Perform listens where it did at this call, or still does not listen. @param {any} ctx @returns {() => boolean} */
    function sameListener(ctx) {
        const place = () => {
            const {host, port, state} = ctx.model.state.listener;
            return `${host} ${port} ${state}`;
        };
        const before = place();
        return () => place() === before;
    }

    /** @param {any} ctx @param {string} name @param {any} args */
    async function send(ctx, name, args) {
        if (perform.api.TAKES_LANES.test(name)) ctx.curves.hold();
        const opens = perform.switching.begins(ctx, name);
        try {
            const result = await ctx.api.command(name, args);
            if (opens) perform.switching.ends(ctx, result.id);
            return result;
        } catch (error) {
            if (opens) perform.switching.ends(ctx, null);
            fail(ctx, error);
            ctx.curves.follow(ctx.model.state.lanes);
            ctx.refresh();
            return undefined;
        }
    }

    /** One request under way for each key; of those that wait only the newest is sent. @param {any} ctx @param {string} key @param {string} name @param {any} args */
    async function sendLatest(ctx, key, name, args) {
        if (ctx.flying.has(key)) {
            ctx.flying.set(key, args);
            return;
        }
        let next = args;
        while (next) {
            ctx.flying.set(key, null);
            await send(ctx, name, next);
            next = ctx.flying.get(key);
        }
        ctx.flying.delete(key);
    }

    /** Another lane than the one that learns ends its learning: the next move is not meant for it. @param {any} ctx @param {string} id of a lane */
    function select(ctx, id) {
        const learns = ctx.model.state.lanes.find((lane) => lane.learning);
        if (learns && learns.id !== id) ctx.send("lane.learn_cancel", {id: learns.id});
        if (ctx.ui.selected === id) return;
        ctx.ui.selected = id;
        ctx.ui.unseen = id;
        ctx.refresh();
    }

    perform.context = {create};
})(globalThis.perform ??= {});
