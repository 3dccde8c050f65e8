import {cancel, later} from "../widgets/timers.js";

export const ROOT_ID = "perform_root";
/** Element ids of the hidden gradio components of the tab. */
export const IDS = Object.freeze({
    request: "perform_request", answer: "perform_answer",
    read: "perform_read", apply: "perform_apply", undo: "perform_undo", settings: "perform_settings",
});
const PATIENCE_MS = 60000;
const SETTLE_MS = 60;
/** By then gradio has sent the events of what an answer changed, even on a busy page. */
const EVENTS_MS = 2000;

/** @type {Map<number, {resolve: (answer: BridgeAnswer) => void, reject: (error: Error) => void, timer: Timer}>} */
const waiting = new Map();
/** @type {Set<number>} */
const held = new Set();
/** @type {{target: EventTarget|null, detail: GradioEvent["detail"]}[]} */
const parked = [];
let passing = false;
let filling = 0;
let number = 0;
/** Names this page, so that the server keeps what each browser shows of Deforum's tab apart. */
export const PAGE = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** gradio's own root in a WebUI, the document elsewhere. @returns {Document|ShadowRoot|HTMLElement} */
export function host() {
    const scope = /** @type {{gradioApp?: () => Document|ShadowRoot|HTMLElement}} */ (globalThis);
    return typeof scope.gradioApp === "function" ? scope.gradioApp() : document;
}

/** The element that the page is built in. @returns {PageElement|null} */
export function root() {
    return host().querySelector(`#${ROOT_ID}`) || /** @type {PageElement|null} */ (document.getElementById(ROOT_ID));
}

/** @param {string} id @returns {HTMLElement|null} */
function find(id) {
    return host().querySelector(`#${id}`);
}

/** The element itself or the one inside its wrapper. @param {string} id @param {string} inner @returns {HTMLTextAreaElement|null} */
function part(id, inner) {
    const found = find(id);
    if (!found) return null;
    return /** @type {HTMLTextAreaElement|null} */ (found.matches(inner) ? found : found.querySelector(inner));
}

/** True where Deforum's boxes can be reached from this page. */
export function available() {
    return Boolean(part(IDS.apply, "button") && part(IDS.request, "textarea, input"));
}

/** gradio listens to input events; frameworks watch the native setter. @param {HTMLTextAreaElement|HTMLInputElement} box @param {string} text */
function write(box, text) {
    const kind = box.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(kind.prototype, "value")?.set?.call(box, text);
    box.dispatchEvent(new Event("input", {bubbles: true}));
}

/** @param {string} id @param {object} request @returns {Promise<BridgeAnswer>} */
function ask(id, request) {
    const box = part(IDS.request, "textarea, input");
    const button = part(id, "button");
    if (!box || !button) return Promise.reject(new Error("Deforum's tab cannot be reached from this page."));
    number += 1;
    const mine = number;
    write(box, JSON.stringify({...request, page: PAGE, id: mine}));
    return new Promise((resolve, reject) => {
        const timer = later(() => {
            waiting.delete(mine);
            reject(new Error("The WebUI did not answer in a minute. Is it busy or stopped?"));
        }, PATIENCE_MS);
        waiting.set(mine, {resolve, reject, timer});
        later(() => button.click(), SETTLE_MS);
    });
}

/** The boxes that others follow, by gradio's numbers. @returns {Set<number>} */
function followed() {
    return new Set((root()?.dataset.followed || "").split(" ").filter(Boolean).map(Number));
}

/**
 * Keeps the event of a box that Apply or Undo changed from gradio, once: the server has done what follows. gradio 3
 * sends it after the answer, gradio 4 before: until the answer names it, an event of such a box waits.
 * @param {GradioEvent} event
 */
export function hold(event) {
    const {id, event: name} = event.detail || {};
    if (name !== "change" || passing) return;
    if (held.delete(Number(id))) {
        event.stopImmediatePropagation();
    } else if (filling > 0 && followed().has(Number(id))) {
        event.stopImmediatePropagation();
        parked.push({target: event.target, detail: event.detail});
    }
}

/** Waiting events of our own are dropped, those of the user are released. @param {number[]} ids the boxes that were changed */
function sort(ids) {
    for (const id of ids) held.add(id);
    for (const {target, detail} of parked.splice(0)) {
        if (held.delete(Number(detail?.id))) continue;
        passing = true;
        target?.dispatchEvent(new CustomEvent("gradio", {bubbles: true, detail}));
        passing = false;
    }
    later(() => ids.forEach((id) => held.delete(id)), EVENTS_MS);
}

/** Changes boxes. @param {string} id @param {object} request @returns {Promise<BridgeAnswer>} */
async function fill(id, request) {
    filling += 1;
    try {
        return await ask(id, request);
    } catch (error) {
        sort([]);
        throw error;
    } finally {
        filling -= 1;
    }
}

/**
 * gradio calls this with the text of the answer box; an answer without an id belongs to the oldest question.
 * @param {string|BridgeAnswer} answer
 */
export function answered(answer) {
    const parsed = typeof answer === "string" ? parse(answer) : answer;
    if (!parsed) return;
    const id = parsed.id !== undefined && waiting.has(parsed.id) ? parsed.id : waiting.keys().next().value;
    const entry = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || !entry) return;
    waiting.delete(id);
    cancel(entry.timer);
    if (parsed.held) sort(parsed.held);
    if (parsed.error) entry.reject(Object.assign(new Error(parsed.error.message || "Apply failed."), {extras: parsed.error}));
    else entry.resolve(parsed);
}

/** @param {string} text @returns {BridgeAnswer|null} */
function parse(text) {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
}

/** The current values in Deforum's tab. @returns {Promise<BridgeAnswer>} */
export function read() {
    return ask(IDS.read, {});
}

/** Check of the lanes for what Deforum's tab says now, in one trip. @param {string[]} lanes @returns {Promise<CheckResult>} */
export async function check(lanes) {
    const answer = /** @type {CheckedAnswer} */ (await ask(IDS.read, {lanes}));
    return answer.checked;
}

/** Keeps every setting of Deforum's tab on the server for an export, which names the answer's `tab`. @returns {Promise<BridgeAnswer>} */
export function settings() {
    return ask(IDS.settings, {});
}

/** Checks the lanes and fills their boxes, in one trip. @param {ApplyRequest & {set_fps: boolean}} request @returns {Promise<AppliedAnswer>} */
export function apply(request) {
    return /** @type {Promise<AppliedAnswer>} */ (fill(IDS.apply, request));
}

/** @returns {Promise<BridgeAnswer>} */
export function undo() {
    return fill(IDS.undo, {});
}
