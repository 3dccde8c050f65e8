import {el} from "./dom.js";

/** Icons, and buttons that show one. */

const SVG = "http://www.w3.org/2000/svg";

/** Outlines in a 16 x 16 box. A leading "f" fills instead of stroking. @type {Record<string, string>} */
const ICONS = {
    record: "fM8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z",
    play: "fM4.5 2.8v10.4L13 8z",
    stop: "fM4 4h8v8H4z",
    wait: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11zM8 5v3.2l2 1.6",
    undo: "M6 3.5L3 6.5l3 3M3.2 6.5h5.6a3.6 3.6 0 0 1 0 7.2H6",
    redo: "M10 3.5l3 3-3 3M12.8 6.5H7.200a3.6 3.6 0 0 0 0 7.200H10",
    plus: "M8 3v10M3 8h10",
    minus: "M3 8h10",
    close: "M4 4l8 8M12 4l-8 8",
    down: "M4.500 6.500L8 10l3.500-3.500",
    trash: "M3 4.500h10M6.500 4.500V3h3v1.500M4.500 4.500l.6 8.500h5.800l.6-8.500M7 7v3.500M9 7v3.500",
    mute: "fM2.500 6v4h2.600L8.500 13V3L5.100 6z",
    sound: "M3 6v4h2.200L8 12.500v-9L5.200 6zM10.500 6.200a2.600 2.600 0 0 1 0 3.600M12.300 4.500a5 5 0 0 1 0 7",
    silent: "M3 6v4h2.200L8 12.500v-9L5.200 6zM10.500 6.200l3.200 3.600M13.700 6.200l-3.200 3.600",
    learn: "M8 2v3M8 11v3M2 8h3M11 8h3M8 5.200a2.800 2.800 0 1 0 0 5.600a2.800 2.800 0 0 0 0-5.600z",
    copy: "M6 5.500h7v7.500H6zM10 5.500V3H3v7.500h3",
    check: "M3 8.500l3.200 3.200L13 4.800",
    search: "M7 3a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM10 10l3.500 3.500",
    warn: "fM8 2.200L14.800 13.800H1.200z",
    flag: "M4 14V2.500M4 3h7.500l-2 2.700 2 2.700H4",
    fit: "M2.500 5V2.500H5M11 2.500h2.500V5M13.500 11v2.500H11M5 13.500H2.500V11",
    invert: "M5 13V3.500M5 3.500L2.800 6M5 3.500L7.200 6M11 3v9.500M11 12.500L8.800 10M11 12.500l2.200-2.500",
    linear: "M2 13L14 3",
    exponential: "M2 13C9 13 13 10 14 3",
    logarithmic: "M2 13C3 6 7 3 14 3",
    s: "M2 13C8 13 8 3 14 3",
    more: "fM3 7a1.200 1.200 0 1 0 0 2.400A1.200 1.200 0 0 0 3 7zM8 7a1.200 1.200 0 1 0 0 2.400A1.200 1.200 0 0 0 8 7zM13 7a1.200 1.200 0 1 0 0 2.400A1.200 1.200 0 0 0 13 7z",
    file: "M4 2.500h5l3 3v8H4zM9 2.500v3h3",
};

/** @param {string} name @param {string} [extra] */
export function icon(name, extra) {
    const outline = ICONS[name] || "";
    const filled = outline.startsWith("f");
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("class", `perform-icon${filled ? " perform-icon-filled" : ""}${extra ? ` ${extra}` : ""}`);
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", filled ? outline.slice(1) : outline);
    svg.appendChild(path);
    return svg;
}

/** A button with an icon: its name is for screen readers and shown on hover. @param {string} picture @param {string} title @param {Options} [options] */
export function iconButton(picture, title, options) {
    const extra = options || {};
    return el("button", {...extra, class: `perform-button perform-button-icon ${extra.class || ""}`, title, "aria-label": title}, icon(picture));
}
