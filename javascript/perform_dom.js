// @ts-check
(function (perform) {
    "use strict";

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

    /** Properties that are set rather than written as attributes. */
    const PROPERTIES = new Set(["value", "checked", "disabled", "textContent", "hidden", "htmlFor"]);

    /**
     * Builds one element. Text from users only ever becomes text nodes.
     * `act`, `input`, `change` and `pointer` name the action that the page calls for the event.
     * @param {string} tag @param {Record<string, any>} [options] @param {...(Node|string|null|undefined|false)} children
     * @returns {any}
     */
    function el(tag, options, ...children) {
        const node = document.createElement(tag);
        for (const [key, value] of Object.entries(options || {})) {
            if (value === undefined || value === null || value === false && !PROPERTIES.has(key)) continue;
            if (key === "class") node.className = value;
            else if (key === "act" || key === "input" || key === "change" || key === "pointer" || key === "lane" || key === "key") node.dataset[key] = value;
            else if (PROPERTIES.has(key)) /** @type {any} */ (node)[key] = value;
            else node.setAttribute(key, value === true ? "" : String(value));
        }
        if (tag === "button" && !node.hasAttribute("type")) node.setAttribute("type", "button");
        append(node, children);
        return node;
    }

    /** @param {Node} node @param {(Node|string|null|undefined|false)[]} children */
    function append(node, children) {
        for (const child of children) {
            if (child === null || child === undefined || child === false) continue;
            node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
        }
    }

    /** @param {string} name @param {string} [extra] */
    function icon(name, extra) {
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

    /** A heading of the page to those who read it aloud; a host's style sheet has rules of its own for h2. */
    const HEADING = Object.freeze({role: "heading", "aria-level": 2});

    /** @param {string} text */
    function heading(text) {
        return el("span", HEADING, text);
    }

    /** A button that shows a picture: its name is spoken and shown when hovered. @param {string} picture @param {string} title @param {Record<string, any>} [options] */
    function iconButton(picture, title, options) {
        const extra = options || {};
        return el("button", {...extra, class: `perform-button perform-button-icon ${extra.class || ""}`, title, "aria-label": title}, icon(picture));
    }

    /** Changes text only where it differs: 30 times a second, mostly nothing does. @param {any} node @param {string} text */
    function setText(node, text) {
        if (node.textContent !== text) node.textContent = text;
    }

    /**
     * Text that is shortened before its last letters where there is no room: "Translation X" keeps its X, an address
     * its end. The style sheet draws both parts; the element itself holds the whole text, for what reads it aloud.
     * @param {any} node @param {string} text @param {number} tail letters that always stay
     */
    function setCut(node, text, tail) {
        const at = text.length - tail;
        const cut = tail > 0 && at > 0;
        if (node.textContent === text && node.classList.contains("perform-cut") === cut) return;
        setClass(node, "perform-cut", cut);
        setAttribute(node, "data-head", cut ? text.slice(0, at) : null);
        setAttribute(node, "data-tail", cut ? text.slice(at) : null);
        if (cut) node.replaceChildren(el("span", {class: "perform-cut-whole"}, text));
        else node.textContent = text;
    }

    /** @param {Element} node @param {string} name @param {boolean} on */
    function setClass(node, name, on) {
        if (node.classList.contains(name) !== on) node.classList.toggle(name, on);
    }

    /** @param {Element} node @param {string} name @param {string|null} value */
    function setAttribute(node, name, value) {
        if (value === null) {
            if (node.hasAttribute(name)) node.removeAttribute(name);
        } else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
    }

    /** Leaves a box alone while somebody types or drags in it. @param {any} box @param {string} text */
    function setValue(box, text) {
        if (document.activeElement !== box && box.value !== text) box.value = text;
    }

    /** A slider's place, and how far its track is filled. @param {any} slider @param {number} [value] without one: where it was dragged to */
    function setSlider(slider, value) {
        if (value !== undefined) setValue(slider, String(value));
        const fill = `${(Number(slider.value) / Number(slider.max) * 100).toFixed(1)}%`;
        if (slider.style.getPropertyValue("--perform-fill") !== fill) slider.style.setProperty("--perform-fill", fill);
    }

    /**
     * Makes the children of a container follow a list: kept by key, made when new, removed when gone. A child that is
     * moved loses the focus and the press of a button, so those that stay are moved only where their order changed.
     * @param {Element} container @param {any[]} items @param {(item: any, index: number) => string} keyOf
     * @param {(item: any) => Element} make @param {(node: any, item: any, index: number) => void} update
     */
    function keyed(container, items, keyOf, make, update) {
        const keys = items.map(keyOf);
        const known = new Map();
        for (const child of Array.from(container.children)) known.set(/** @type {HTMLElement} */ (child).dataset.key, child);
        const stay = new Set(keys);
        for (const [key, node] of known) if (!stay.has(key)) node.remove();
        items.forEach((item, index) => {
            let node = known.get(keys[index]);
            known.delete(keys[index]);
            if (!node) {
                node = make(item);
                node.dataset.key = keys[index];
            }
            const there = container.children[index];
            if (there && there.nextElementSibling === node) container.appendChild(there);
            else if (there !== node) container.insertBefore(node, there || null);
            update(node, item, index);
        });
    }

    /** Fills a place anew where what it shows differs; what is pointed at or has the focus stays otherwise. @param {any} place @param {any} facts that decide what it shows @param {() => (Node|string)[]} make */
    function refill(place, facts, make) {
        const signature = JSON.stringify(facts);
        if (place.dataset.signature === signature) return;
        place.dataset.signature = signature;
        place.replaceChildren(...make());
    }

    /** Named parts of a node, by data-part. @param {any} node @returns {Record<string, any>} */
    function parts(node) {
        if (!node.performParts) {
            node.performParts = {};
            for (const part of node.querySelectorAll("[part]")) node.performParts[part.getAttribute("part")] = part;
        }
        return node.performParts;
    }

    /** A row of choices, one of which is on. @param {string} act @param {{value: string, text?: string, picture?: string, title: string}[]} choices @param {string} name @param {string} part @param {Record<string, any>} [options] */
    function segments(act, choices, name, part, options) {
        const extra = options || {};
        return el("div", {...extra, part, class: `perform-segments ${extra.class || ""}`, role: "radiogroup", "aria-label": name}, ...choices.map((choice, index) =>
            el("button", {
                class: "perform-segment", act, "data-value": choice.value, title: choice.title, role: "radio", tabindex: index === 0 ? 0 : -1,
                "aria-label": choice.text ? null : choice.title, "aria-checked": "false",
            }, choice.picture ? icon(choice.picture) : null, choice.text || null)));
    }

    /** @param {Element} group @param {string|null} value */
    function setSegment(group, value) {
        const buttons = /** @type {HTMLElement[]} */ (Array.from(group.children));
        for (const button of buttons) setAttribute(button, "aria-checked", String(button.dataset.value === value));
        perform.roving.stopAt(buttons, (button) => button.dataset.value === value);
    }

    perform.dom = {HEADING, el, heading, append, icon, iconButton, setText, setCut, setClass, setAttribute, setValue, setSlider, keyed, refill, parts, segments, setSegment};
})(globalThis.perform ??= {});
