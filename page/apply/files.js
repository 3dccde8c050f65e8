import * as bridge from "../host/bridge.js";
import * as switching from "../store/switching.js";
import * as documents from "../widgets/documents.js";
import {el} from "../widgets/dom.js";
import {icon} from "../widgets/icons.js";
import {refusalOf} from "../widgets/refusal.js";
import {later} from "../widgets/timers.js";
import {chosenIds} from "./plan.js";

/** What can be written besides the schedules in Deforum's tab. */
export const EXPORTS = Object.freeze([
    {kind: "settings", lanes: true, text: "Deforum settings, with the lanes filled in", title: "Deforum's “Load All Settings” reads it"},
    {kind: "parseq", lanes: true, text: "Parseq manifest", title: "Deforum's Parseq box reads it"},
    {kind: "csv", lanes: true, text: "Table of values (CSV)", title: "One column per lane, one row per frame"},
    {kind: "text", lanes: true, text: "Schedule texts", title: "As in Deforum's boxes"},
    {kind: "oscdump", lanes: false, text: "Last take as OSC text (oscdump)", title: "One message per line, as liblo's oscdump writes it; oscsendfile plays it again"},
    {kind: "zip", lanes: false, text: "Whole song (zip)", title: "For another machine with Perform"},
]);

/** How long a file to save stays in memory. */
const KEPT_MS = 30000;

/** What a settings file starts from if none was imported. */
function withoutBase() {
    return bridge.available() ? "the values in Deforum's tab at the export" : "Deforum's defaults";
}

/** Import and export. @param {Ctx} ctx */
export function panel(ctx) {
    const {song, takes} = ctx.model.state;
    const written = chosenIds(ctx).length > 0;
    const item = (/** @type {typeof EXPORTS[number]} */ entry) => el("button", {
        class: "perform-menu-item", act: "file.export", "data-value": entry.kind, title: entry.title,
        disabled: entry.lanes ? !written : entry.kind === "oscdump" && takes.length === 0,
    }, icon("file"), entry.text);
    const node = el("div", {class: "perform-menu"},
        el("div", {class: "perform-menu-title"}, "Import"),
        el("button", {class: "perform-menu-item", act: "file.pick", "data-value": "settings", title: "Everything except your lanes comes from that file"}, icon("down"), "Deforum settings, as a base…"),
        el("div", {class: "perform-menu-note perform-dim"}, `Base: ${song.base_settings || withoutBase()}`),
        song.base_settings ? el("button", {class: "perform-menu-item", act: "settings.clear", title: `Use ${withoutBase()} as the base again`}, icon("close"), "Remove the base") : null,
        el("button", {class: "perform-menu-item", act: "file.pick", "data-value": "song", title: "A zip that Perform wrote"}, icon("down"), "Song (zip)…"),
        el("div", {class: "perform-menu-title"}, "Export"),
        ...EXPORTS.map(item),
        documents.link(ctx, "exports", "What these files are"));
    return {node};
}

/** Where an export is, below the API. @param {string} kind @param {string[]} lanes the chosen ones @param {string} [take] @param {string} [tab] the bridge's answer: what Deforum's tab has now */
export function path(kind, lanes, take, tab) {
    const entry = EXPORTS.find((item) => item.kind === kind);
    if (entry && entry.lanes) return `/export/${kind}?lanes=${lanes.map(encodeURIComponent).join(",")}${tab ? `&tab=${encodeURIComponent(tab)}` : ""}`;
    return `/export/${kind}${take ? `?take=${encodeURIComponent(take)}` : ""}`;
}

/** The file name of a download. @param {string|null} header Content-Disposition */
export function fileName(header) {
    const full = /filename\*=UTF-8''([^;]+)/.exec(header || "");
    return full ? decodeURIComponent(full[1]) : "export";
}

/** Saves an export and reports it; a refusal is shown on the page. @param {Ctx} ctx @param {string} kind @param {string} [take] */
export async function download(ctx, kind, take) {
    const fromTab = kind === "settings" && !ctx.model.state.song.base_settings && bridge.available();
    const tab = fromTab ? (await bridge.settings()).tab : undefined;
    const answer = await ctx.api.download(path(kind, chosenIds(ctx), take, tab));
    const remarks = decodeURIComponent(answer.headers.get("Perform-Remarks") || "");
    save(ctx, fileName(answer.headers.get("Content-Disposition")), await answer.blob(), remarks ? [remarks] : [], Boolean(remarks));
}

/** Lets the browser save a file, and says so. @param {Ctx} ctx @param {string} name @param {Blob} content @param {string[]} remarks what to know of it @param {boolean} warn */
export function save(ctx, name, content, remarks, warn) {
    const address = URL.createObjectURL(content);
    const link = el("a", {href: address, download: name, hidden: true});
    ctx.root.appendChild(link);
    link.click();
    link.remove();
    later(() => URL.revokeObjectURL(address), KEPT_MS);
    ctx.layer.toast(`Saved ${name}.`, {level: warn ? "warn" : "info", remedy: remarks.join(" ") || null});
}

/** @param {Ctx} ctx @param {File} file */
async function importSettings(ctx, file) {
    try {
        const {remarks} = await ctx.api.importSettings(file);
        ctx.layer.toast(`${file.name} is now the base.`, remarks.length > 0 ? {level: "warn", remedy: `It was converted: ${remarks.join(" ")}`} : {});
    } catch (error) {
        const {code, message} = refusalOf(error);
        if (code !== "damaged_file") throw error;
        ctx.layer.toast(`${file.name} is not a Deforum settings file.`, {level: "error", remedy: message});
    }
}

/** The hidden boxes that open the browser's own file window. */
export function boxes() {
    return [
        el("input", {type: "file", accept: ".txt,.json,text/plain,application/json", hidden: true, change: "file.settings", part: "file", "data-kind": "settings", "aria-label": "Settings file to import"}),
        el("input", {type: "file", accept: ".zip,application/zip", hidden: true, change: "file.song", "data-kind": "song", "aria-label": "Song to import"}),
    ];
}

/** The file that was picked; the box is emptied so that the same one can be picked again. @param {PageElement} node @returns {File|undefined} */
function picked(node) {
    const file = node.files?.[0];
    node.value = "";
    return file;
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "files.open": (ctx, node) => ctx.layer.show("Files", panel(ctx), node),
    /** @param {Ctx} ctx @param {PageElement} node */
    "file.pick": (ctx, node) => {
        ctx.layer.close();
        ctx.root.querySelector(`[data-kind=${node.dataset.value}]`).click();
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "file.export": async (ctx, node) => {
        ctx.layer.close();
        await download(ctx, node.dataset.value, node.dataset.take);
    },
    /** @param {Ctx} ctx */
    "settings.clear": (ctx) => {
        ctx.layer.close();
        return ctx.send("settings.clear");
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "file.settings": async (ctx, node) => {
        const file = picked(node);
        if (file) await importSettings(ctx, file);
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "file.song": async (ctx, node) => {
        const file = picked(node);
        if (!file) return;
        ctx.curves.hold();
        switching.begins(ctx, "song.import");
        try {
            switching.ends(ctx, (await ctx.api.importSong(file)).id);
        } catch (error) {
            switching.ends(ctx, null);
            ctx.curves.follow(ctx.model.state.lanes);
            throw error;
        }
        ctx.layer.toast(`${file.name} is open now.`);
    },
};
