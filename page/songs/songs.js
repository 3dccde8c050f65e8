import * as list from "../store/song_list.js";
import {el, keyed, partsOf, setAttribute, setClass, setText, setValue} from "../widgets/dom.js";
import * as format from "../widgets/format.js";
import {icon} from "../widgets/icons.js";

/** The song menu. @param {Ctx} ctx */
export function menu(ctx) {
    const open = el("div", {class: "perform-menu-list", part: "list"});
    const node = el("div", {class: "perform-menu"},
        el("label", {class: "perform-menu-name"}, el("span", {class: "perform-dim"}, "Name"),
            el("input", {class: "perform-input", part: "name", change: "song.rename", maxlength: 120, "aria-label": "Name of this song"})),
        el("div", {class: "perform-menu-row"},
            el("button", {class: "perform-button", act: "song.new", title: "Start an empty song"}, icon("plus"), "New song"),
            el("button", {class: "perform-button", act: "file.pick", "data-value": "song", title: "Open a song from a zip that Perform wrote, on this machine or another"}, icon("file"), "Import…"),
            el("button", {class: "perform-button", act: "song.duplicate", title: "Copy this song with its takes"}, icon("copy"), "Duplicate"),
            el("button", {class: "perform-button", act: "song.trash", title: "Move this song to the trash; it can be restored"}, icon("trash"), "To trash")),
        el("div", {class: "perform-menu-title"}, "Open"),
        open,
        el("div", {class: "perform-menu-title", part: "trashTitle"}, "Trash"),
        el("div", {class: "perform-menu-list", part: "trash"}));
    return {node, update: () => updateMenu(ctx, node), focus: ".perform-menu-item"};
}

/** @param {Ctx} ctx @param {PageElement} node */
function updateMenu(ctx, node) {
    const part = partsOf(node);
    const {state, songs: {songs, trashed}} = ctx.model;
    setValue(part.name, state.song.name);
    const key = (/** @type {SongEntry} */ song) => song.id;
    keyed(part.list, songs, (song) => `${song.id}${song.problem ? " damaged" : ""}`, (song) => item(song, song.problem ? "song.backup" : "song.open"), (row, song) => {
        updateItem(row, song);
        setClass(row, "perform-on", song.id === state.song.id);
    });
    keyed(part.trash, trashed, key, (song) => item(song, "song.restore"), updateItem);
    part.trashTitle.hidden = trashed.length === 0;
}

/** @param {SongEntry} song @param {string} act */
function item(song, act) {
    const restore = act === "song.restore";
    return el("button", {class: "perform-menu-item", act, "data-value": song.id, title: song.problem || (restore ? "Restore it from the trash" : "Open this song")},
        el("span", {part: "name", class: "perform-menu-item-name"}),
        el("span", {part: "detail", class: "perform-dim perform-number"}),
        song.problem ? el("span", {class: "perform-link"}, "Open the backup") : null,
        restore ? el("span", {class: "perform-link"}, "Restore") : null);
}

/** @param {PageElement} row @param {SongEntry} song */
function updateItem(row, song) {
    const part = partsOf(row);
    setText(part.name, song.name);
    setAttribute(part.name, "title", song.name);
    setText(part.detail, song.problem ? "cannot be opened" : `${format.shortClock(song.seconds)} · ${format.counted(song.takes, "take")} · ${format.moment(song.modified)}`);
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "songs.open": (ctx, node) => {
        ctx.layer.show("Songs", menu(ctx), node);
        return list.ask(ctx);
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "song.rename": (ctx, node) => node.value.trim() ? ctx.send("song.rename", {name: node.value.trim()}) : undefined,
    /** @param {Ctx} ctx */
    "song.new": (ctx) => {
        ctx.layer.close();
        return ctx.send("song.new", {name: "New song"});
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "song.open": (ctx, node) => {
        ctx.layer.close();
        return ctx.send("song.open", {id: node.dataset.value});
    },
    /** A copy of a damaged song, made from its backup. @param {Ctx} ctx @param {PageElement} node */
    "song.backup": (ctx, node) => {
        ctx.layer.close();
        return ctx.send("song.open_backup", {id: node.dataset.value});
    },
    /** @param {Ctx} ctx */
    "song.duplicate": (ctx) => ctx.send("song.duplicate", {id: ctx.model.state.song.id}),
    /** @param {Ctx} ctx */
    "song.trash": (ctx) => ctx.send("song.trash", {id: ctx.model.state.song.id}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "song.restore": (ctx, node) => ctx.send("song.restore", {id: node.dataset.value}),
};
