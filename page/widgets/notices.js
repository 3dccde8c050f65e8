import {el, keyed, partsOf, refill, setText} from "./dom.js";
import * as format from "./format.js";
import {iconButton} from "./icons.js";
import {refusalOf} from "./refusal.js";

/** The message for a server that stopped without a reason, whether it still runs or not. */
const UNKNOWN = "It may be busy or stopped. If it still runs, it continues recording; if not, its next start offers what was recorded. Trying again.";

/** How many recordings are offered at a time, to leave space for the rest of the page. */
const MOST_OFFERED = 2;

/** Recordings that no song lists, and the server's notices. @param {Ctx} ctx */
export function build(ctx) {
    const node = el("div", {class: "perform-banners", role: "status"});
    return {node, update: () => keyed(node, banners(ctx), (item) => item.key, banner, () => undefined)};
}

/** @typedef {{key: string, recording?: UnsavedRecording, more?: number, bye?: string}} Banner */

/** @param {Ctx} ctx @returns {Banner[]} */
function banners(ctx) {
    const {state, link} = ctx.model;
    const shown = state.unsaved.slice(0, MOST_OFFERED);
    /** @type {Banner[]} */
    const items = shown.map((recording) => ({key: `recording ${recording.id} ${recording.problem}`, recording}));
    const more = state.unsaved.length - shown.length;
    if (more > 0) items.push({key: `more ${more}`, more});
    return link === "lost" ? [{key: `link ${ctx.model.bye}`, bye: ctx.model.bye}, ...items] : items;
}

/** @param {Banner} item */
function banner(item) {
    if (item.more) return el("div", {class: "perform-banner"}, el("span", {}, `${format.counted(item.more, "more recording")} without a song. They are shown when those above are recovered or discarded.`));
    return item.recording ? offered(item.recording) : el("div", {class: "perform-banner perform-banner-warn"}, el("b", {}, "▲ No connection to the server."), el("span", {}, item.bye || UNKNOWN));
}

/** A recording that no song lists. An unreadable one may be readable later, for example when a folder is put back. @param {UnsavedRecording} recording */
function offered(recording) {
    const what = recording.cut_off ? "A recording was cut off." : "A recording is in no song.";
    const recover = recording.problem ? "Try again" : "Recover it as a take";
    return el("div", {class: `perform-banner${recording.problem ? " perform-banner-warn" : ""}`},
        el("b", {}, recording.problem ? "▲ A recording cannot be read." : `▲ ${what}`),
        el("span", {}, recording.problem ? unreadable(recording) : readable(recording)),
        el("span", {class: "perform-space"}),
        el("button", {class: `perform-button${recording.problem ? "" : " perform-button-strong"}`, act: "recording.recover", "data-value": recording.id, title: "Make a take from it"}, recover),
        el("button", {class: "perform-button", act: "recording.discard", "data-value": recording.id, title: "Stop offering it. Its file is kept"}, "Discard"));
}

/** @param {UnsavedRecording} recording */
function readable(recording) {
    const number = recording.number > 0 ? `Take ${recording.number} of ` : "";
    const moment = recording.recorded_at ? `, ${format.moment(recording.recorded_at)}` : "";
    const song = recording.song === null ? "a missing or unknown song" : `“${recording.song}”`;
    const end = recording.cut_off ? "It ends at its last event, before a stop: what came later is missing. The rest" : "It";
    return `${number}${song}: ${format.shortClock(recording.seconds, true)} with ${format.counted(recording.events, "event")}${moment}. ${end} is safe on disk.`;
}

/** @param {UnsavedRecording} recording */
function unreadable(recording) {
    return `${recording.problem} Its file is kept unchanged: ${recording.file} in the folder of songs.`;
}

/** Why the page stays empty; removed when the page is filled. @param {Ctx} ctx @param {unknown} error */
export function refused(ctx, error) {
    const {message, remedy} = refusalOf(error);
    const text = [message, remedy].filter(Boolean).join(" ");
    ctx.bands.notices.node.replaceChildren(el("div", {class: "perform-banner perform-banner-warn"}, el("b", {}, "▲ This page stays empty."), el("span", {}, text)));
}

/** Differs each time a notice returns. @param {{id: string, times: number}} notice */
function occasion(notice) {
    return `${notice.id} ${notice.times}`;
}

/** Those that are not hidden. @param {Ctx} ctx @returns {Notice[]} */
export function open(ctx) {
    return ctx.model.state.notices.filter((notice) => !ctx.ui.dismissed.has(occasion(notice)));
}

const OFFER_STAYS_MS = 20000;

/** A button for each action of a notice. @param {PageElement} place @param {Notice} notice */
function showOffers(place, notice) {
    refill(place, notice.offers, () => notice.offers.map((offer) => el("div", {class: "perform-offer"},
        el("span", {}, offer.what),
        el("button", {class: "perform-button perform-button-small", act: "notice.offer", "data-value": notice.id, "data-offer": key(offer), "aria-label": `${offer.label}: ${offer.what}`}, offer.label))));
}

/** Identifies an offer among those of its notice. @param {Offer} offer */
function key(offer) {
    return JSON.stringify([offer.command, offer.arguments]);
}

/** The list behind the ▲ in the transport. @param {Ctx} ctx */
export function panel(ctx) {
    const list = el("div", {class: "perform-menu-list"});
    const node = el("div", {class: "perform-menu"}, el("div", {class: "perform-menu-title"}, "Notices"), list);
    const make = (/** @type {Notice} */ notice) => el("div", {class: "perform-notice"},
        el("span", {class: `perform-level-${notice.level}`}, notice.level === "info" ? "●" : "▲"),
        el("div", {}, el("div", {part: "message"}), notice.remedy ? el("div", {class: "perform-dim"}, notice.remedy) : null, el("div", {class: "perform-offers", part: "offers"})),
        iconButton("close", "Hide this notice", {act: "notice.hide", "data-value": notice.id, class: "perform-button-bare"}));
    const update = (/** @type {PageElement} */ row, /** @type {Notice} */ notice) => {
        const part = partsOf(row);
        setText(part.message, notice.message);
        showOffers(part.offers, notice);
    };
    return {node, update: () => keyed(list, open(ctx), occasion, make, update)};
}

/** A notice is shown once each time it appears. @param {Ctx} ctx */
export function announce(ctx) {
    const {notices} = ctx.model.state;
    const first = ctx.ui.announced === null;
    const announced = ctx.ui.announced ??= new Set();
    for (const notice of notices) {
        if (announced.has(occasion(notice))) continue;
        announced.add(occasion(notice));
        if (first) continue;
        tell(ctx, notice);
    }
}

/** The message has the text of the notice and disappears with it. @param {Ctx} ctx @param {Notice} notice */
function tell(ctx, notice) {
    const words = el("span", {}, notice.message);
    const body = el("div", {class: "perform-offers"});
    const holds = () => {
        const now = ctx.model.state.notices.find((one) => occasion(one) === occasion(notice));
        if (now) {
            setText(words, now.message);
            showOffers(body, now);
        }
        return Boolean(now);
    };
    ctx.layer.toast(words, {level: notice.level, remedy: notice.remedy, body, stay: notice.offers.length > 0 ? OFFER_STAYS_MS : undefined, holds});
}

export const actions = {
    /** @param {Ctx} ctx @param {PageElement} node */
    "notices.open": (ctx, node) => ctx.layer.show("Notices", panel(ctx), node),
    /** @param {Ctx} ctx @param {PageElement} node */
    "notice.hide": (ctx, node) => {
        const found = ctx.model.state.notices.find((notice) => String(notice.id) === node.dataset.value);
        if (!found) return undefined;
        ctx.ui.dismissed.add(occasion(found));
        ctx.refresh();
        return ctx.send("notice.dismiss", {id: found.id});
    },
    /** Runs an action of a notice. Its message follows the state: it disappears when nothing is left. @param {Ctx} ctx @param {PageElement} node */
    "notice.offer": (ctx, node) => {
        const notice = ctx.model.state.notices.find((item) => item.id === node.dataset.value);
        const offer = notice && notice.offers.find((item) => key(item) === node.dataset.offer);
        return offer ? ctx.send(/** @type {CommandName} */ (offer.command), offer.arguments) : undefined;
    },
    /** @param {Ctx} ctx @param {PageElement} node */
    "recording.recover": (ctx, node) => ctx.send("recording.recover", {id: node.dataset.value}),
    /** @param {Ctx} ctx @param {PageElement} node */
    "recording.discard": (ctx, node) => ctx.send("recording.discard", {id: node.dataset.value}),
};
