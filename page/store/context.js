import {PAGE} from "../host/bridge.js";
import * as theme from "../host/theme.js";
import * as layer from "../widgets/layer.js";
import {refusalOf} from "../widgets/refusal.js";
import * as api from "./api.js";
import * as store from "./state.js";
import * as switching from "./switching.js";

/** What the bands share: the model, the page's own state, and the way to send a command. */

/** @returns {Ui} */
function freshUi() {
    return {
        selected: null, unseen: null, leftOut: new Set(), texts: new Map(), ignored: new Set(), checked: null, checkOpen: false, checkedOf: null, checking: false,
        applying: false, applied: false, view: null, follow: true, scroll: 0, takesScroll: Infinity, fields: [], fieldByName: new Map(),
        dismissed: new Set(), announced: null, opening: 0, opened: null, songBefore: null, recordingStart_s: 0, recordedTake: null, endShown: null, visible: true,
        listenProblem: null, bankSaving: null, bankSaved: null, bankProblem: null, lists: new Map(),
    };
}

/** @param {PageElement} root @param {(ctx: Ctx, ...parts: DrawnPart[]) => void} touch asks for another drawing of some parts */
export function create(root, touch) {
    /** @type {Partial<Ctx>} the parts add their own members */
    const begun = {
        root, model: store.create(), ui: freshUi(), mounted: true, song: null, showing: true,
        api: api.create(api.baseOf(import.meta.url), PAGE, (input, init) => fetch(input, init)),
        dirty: {bands: true, live: true, still: true, moving: true}, frame: 0, flying: new Map(), colours: null, drag: null,
    };
    const ctx = /** @type {Ctx} */ (begun);
    ctx.layer = layer.build(ctx);
    ctx.theme = () => ctx.colours ??= theme.read(root);
    ctx.fail = (error) => fail(ctx, error);
    ctx.send = (name, args) => send(ctx, name, args);
    ctx.sendLatest = (key, name, args) => sendLatest(ctx, key, name, args);
    ctx.refresh = () => touch(ctx, "bands", "live", "still", "moving");
    ctx.redraw = () => touch(ctx, "still", "moving");
    ctx.select = (id) => select(ctx, id);
    ctx.showCheck = (open) => {
        ctx.ui.checkOpen = open;
        ctx.refresh();
    };
    return ctx;
}

/** @param {Ctx} ctx @param {unknown} error */
function fail(ctx, error) {
    const {message, remedy, free_port: port} = refusalOf(error);
    const free = port ? {act: "listener.free", actText: `Use ${port}`, actValue: String(port), holds: sameListener(ctx)} : {};
    ctx.layer.toast(message, {level: "error", remedy, ...free});
}

/** Whether Perform still listens where it did at this call, or still does not listen. @param {Ctx} ctx @returns {() => boolean} */
function sameListener(ctx) {
    const place = () => {
        const {host, port, state} = ctx.model.state.listener;
        return `${host} ${port} ${state}`;
    };
    const before = place();
    return () => place() === before;
}

/** @template {CommandName} Name @param {Ctx} ctx @param {Name} name @param {object} [args] @returns {Promise<Answer<Name>|undefined>} */
async function send(ctx, name, args) {
    if (api.TAKES_LANES.test(name)) ctx.curves.hold();
    const opens = switching.begins(ctx, name);
    try {
        const result = await ctx.api.command(name, args);
        if (opens) switching.ends(ctx, "id" in result ? result.id : null);
        return result;
    } catch (error) {
        if (opens) switching.ends(ctx, null);
        fail(ctx, error);
        ctx.curves.follow(ctx.model.state.lanes);
        ctx.refresh();
        return undefined;
    }
}

/** One request at a time for each key; of the waiting ones only the newest is sent. @param {Ctx} ctx @param {string} key @param {CommandName} name @param {object} args */
async function sendLatest(ctx, key, name, args) {
    if (ctx.flying.has(key)) {
        ctx.flying.set(key, args);
        return;
    }
    /** @type {object|null|undefined} */
    let next = args;
    while (next) {
        ctx.flying.set(key, null);
        await send(ctx, name, next);
        next = ctx.flying.get(key);
    }
    ctx.flying.delete(key);
}

/** Selecting another lane ends Learn: the next move is not meant for the old one. @param {Ctx} ctx @param {string} id of a lane */
function select(ctx, id) {
    const learns = ctx.model.state.lanes.find((lane) => lane.learning);
    if (learns && learns.id !== id) ctx.send("lane.learn_cancel", {id: learns.id});
    if (ctx.ui.selected === id) return;
    ctx.ui.selected = id;
    ctx.ui.unseen = id;
    ctx.refresh();
}
