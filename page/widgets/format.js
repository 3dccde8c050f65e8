const UNIT_SHORT = Object.freeze({
    "deg/frame": "°/fr", "px/frame": "px/fr", "factor/frame": "×/fr", "units/frame": "u/fr",
    "deg/s": "°/s", "px/s": "px/s", "factor/s": "×/s", "units/s": "u/s", factor: "×",
    deg: "°", px: "px", percent: "%", units: "u", steps: "steps", layers: "layers", frames: "fr",
});
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Two digits at least. @param {number} value */
function pad2(value) {
    return String(value).padStart(2, "0");
}

/** Seconds -> "02:05.13"; hours only when there are any. @param {number|null|undefined} seconds */
export function clock(seconds) {
    const hundredths = Math.max(0, Math.floor((Number(seconds) || 0) * 100 + 1e-6));
    const whole = Math.floor(hundredths / 100);
    const hours = Math.floor(whole / 3600);
    const head = hours > 0 ? `${hours}:` : "";
    return `${head}${pad2(Math.floor(whole / 60) % 60)}:${pad2(whole % 60)}.${pad2(hundredths % 100)}`;
}

/** Seconds -> "3:20", or "3:20.5" where the tenths matter. @param {number} seconds @param {boolean} [tenths] */
export function shortClock(seconds, tenths) {
    const all = Math.round(Math.max(0, seconds) * (tenths ? 10 : 1));
    const whole = tenths ? Math.floor(all / 10) : all;
    const tail = tenths ? `.${all % 10}` : "";
    return `${Math.floor(whole / 60)}:${pad2(whole % 60)}${tail}`;
}

/**
 * "83", "1:23", "1:23.5" or "0:01:23" -> seconds; null if it is invalid.
 * @param {string} text
 */
export function parseClock(text) {
    const parts = text.trim().split(":");
    if (parts.length > 3 || parts.some((part) => !/^\d+(\.\d*)?$/.test(part.trim()))) return null;
    return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** 2700 -> "2,700". @param {number} value */
export function count(value) {
    return String(Math.round(value || 0)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 key", "2 keys". @param {number} value @param {string} noun @param {string} [plural] */
export function counted(value, noun, plural) {
    return `${count(value)} ${value === 1 ? noun : plural || `${noun}s`}`;
}

/** Decimals that show about a thousandth of a range. @param {number} low @param {number} high */
export function decimalsFor(low, high) {
    const span = Math.abs(high - low);
    if (!(span > 0)) return 3;
    return Math.min(4, Math.max(0, Math.ceil(-Math.log10(span / 1000) - 0.31)));
}

/** A value with as many digits as its range needs, so that its width stays. @param {number|null|undefined} value @param {number} decimals */
export function fixed(value, decimals) {
    if (value === null || value === undefined || !Number.isFinite(value)) return "–";
    const text = value.toFixed(decimals);
    return Number(text) === 0 ? text.replace("-", "") : text;
}

/** A value for a small place: up to four significant digits, thousands as k, millions as M. @param {number|null|undefined} value */
export function short(value) {
    if (value === null || value === undefined || !Number.isFinite(value)) return "–";
    const size = Math.abs(value);
    if (size >= 999950) return size >= 1e12 ? value.toExponential(1).replace("+", "") : `${brief(value / 1e6)}M`;
    if (size >= 9999.5) return `${brief(value / 1e3)}k`;
    if (size > 0 && size < 0.00005) return value.toExponential(0);
    return brief(value);
}

/** "0 … 127": less than a thousandth of their difference is left out. @param {number} low @param {number} high */
export function range(low, high) {
    const span = Math.abs(high - low);
    const grain = span > 0 && Number.isFinite(span) ? 10 ** Math.floor(Math.log10(span) - 2) : 0;
    const round = (/** @type {number} */ value) => grain > 0 ? Math.round(value / grain) * grain : value;
    return `${short(round(low))} … ${short(round(high))}`;
}

/** @param {number} value */
function brief(value) {
    const size = Math.abs(value);
    const text = value.toFixed(size >= 99.5 ? 0 : size >= 9.995 ? 1 : size >= 0.1 ? 2 : 4);
    return text.includes(".") ? text.replace(/\.?0+$/, "").replace(/^-0$/, "0") : text;
}

/** A number for an input box: no exponent, no trailing zeros. @param {number|null|undefined} value */
export function plain(value) {
    if (value === null || value === undefined || !Number.isFinite(value)) return "";
    const size = Math.abs(value);
    const text = value.toFixed(size >= 1000 ? 2 : size >= 10 ? 3 : size >= 0.1 ? 4 : 5);
    return text.includes(".") ? text.replace(/\.?0+$/, "").replace(/^-0$/, "0") : text;
}

/** An error: two significant digits. @param {number|null|undefined} value */
export function error(value) {
    if (value === null || value === undefined || !Number.isFinite(value)) return "–";
    if (value === 0) return "0";
    const digits = Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(Math.abs(value)))));
    return plain(Number(value.toFixed(digits)));
}

/** A typed number: a comma is a point; null if it is not a number. @param {string} text */
export function parseNumber(text) {
    const tidy = text.trim().replace(",", ".");
    return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(tidy) ? Number(tidy) : null;
}

/** A typed whole number between two limits; null if it is not one. @param {string} text @param {number} least @param {number} most */
export function parseWhole(text, least, most) {
    const value = parseNumber(text);
    return value !== null && Number.isInteger(value) && value >= least && value <= most ? value : null;
}

/** Whether a text holds every word of a search. @param {string} query @returns {(text: string) => boolean} */
export function finder(query) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    return (text) => words.every((word) => text.toLowerCase().includes(word));
}

/** The unit as a short suffix. @param {string} unit */
export function unitShort(unit) {
    return /** @type {Record<string, string>} */ (UNIT_SHORT)[unit] || "";
}

/** Events a second. @param {number} hz */
export function rate(hz) {
    return `${count(hz)}/s`;
}

/** ISO time -> "22 Nov 16:29", in the viewer's zone. @param {string|null|undefined} iso */
export function moment(iso) {
    const when = new Date(iso || "");
    if (Number.isNaN(when.getTime())) return "";
    return `${when.getDate()} ${MONTHS[when.getMonth()]} ${pad2(when.getHours())}:${pad2(when.getMinutes())}`;
}

/** "Strength schedule" -> "Strength": every field is a schedule. @param {string} label */
export function fieldName(label) {
    return label.replace(/ schedule$/i, "") || label;
}

/** "/xy[1]" shortened in the middle so that both ends stay. @param {string} text @param {number} most */
export function middle(text, most) {
    if (text.length <= most) return text;
    const head = Math.ceil((most - 1) / 2);
    return `${text.slice(0, head)}…${text.slice(text.length - (most - 1 - head))}`;
}

/** A share as per cent, two significant digits. @param {number} share */
export function percent(share) {
    return `${plain(Number((share * 100).toPrecision(2)))} %`;
}
