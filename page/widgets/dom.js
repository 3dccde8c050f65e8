/** Properties that are set rather than written as attributes. */
const PROPERTIES = new Set(["value", "checked", "disabled", "textContent", "hidden", "htmlFor"]);

/**
 * Builds one element. Text from users only ever becomes text nodes.
 * `act`, `input`, `change` and `pointer` name the action that the page calls for the event.
 * @template {string} Tag @param {Tag} tag @param {Options} [options] @param {...Child} children @returns {Made<Tag>}
 */
export function el(tag, options, ...children) {
    const node = /** @type {Made<Tag>} */ (document.createElement(tag));
    for (const [key, value] of Object.entries(options || {})) {
        if (value === undefined || value === null || value === false && !PROPERTIES.has(key)) continue;
        if (key === "class") node.className = String(value);
        else if (key === "act" || key === "input" || key === "change" || key === "pointer" || key === "lane" || key === "key") node.dataset[key] = String(value);
        else if (PROPERTIES.has(key)) Object.assign(node, {[key]: value});
        else node.setAttribute(key, value === true ? "" : String(value));
    }
    if (tag === "button" && !node.hasAttribute("type")) node.setAttribute("type", "button");
    append(node, children);
    return node;
}

/** @param {Node} node @param {Child[]} children */
export function append(node, children) {
    for (const child of children) {
        if (child === null || child === undefined || child === false) continue;
        node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
    }
}

/** A heading for screen readers; a host's style sheet has its own rules for h2. */
export const HEADING = Object.freeze({role: "heading", "aria-level": 2});

/** @param {string} text */
export function heading(text) {
    return el("span", HEADING, text);
}

/** Changes text only if it differs: 30 times a second, mostly nothing does. @param {Node} node @param {string} text */
export function setText(node, text) {
    if (node.textContent !== text) node.textContent = text;
}

/**
 * Text that is shortened before its last letters if there is no space: "Translation X" keeps its X, an address
 * its end. The style sheet draws both parts; the element itself has the whole text for screen readers.
 * @param {PageElement} node @param {string} text @param {number} tail letters that always stay
 */
export function setCut(node, text, tail) {
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
export function setClass(node, name, on) {
    if (node.classList.contains(name) !== on) node.classList.toggle(name, on);
}

/** @param {Element} node @param {string} name @param {string|null} value */
export function setAttribute(node, name, value) {
    if (value === null) {
        if (node.hasAttribute(name)) node.removeAttribute(name);
    } else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** Does not change a box while the user types or drags in it. @param {PageElement} box @param {string} text */
export function setValue(box, text) {
    if (document.activeElement !== box && box.value !== text) box.value = text;
}

/** A slider's place, and how far its track is filled. @param {PageElement} slider @param {number} [value] without one: where it was dragged to */
export function setSlider(slider, value) {
    if (value !== undefined) setValue(slider, String(value));
    const fill = `${(Number(slider.value) / Number(slider.max) * 100).toFixed(1)}%`;
    if (slider.style.getPropertyValue("--perform-fill") !== fill) slider.style.setProperty("--perform-fill", fill);
}

/**
 * Makes the children of a container follow a list: kept by key, made when new, removed when missing. A child that is
 * moved loses the focus and the press of a button, so those that stay are moved only where their order changed.
 * @template Item @param {PageElement} container @param {Item[]} items @param {(item: Item, index: number) => string} keyOf
 * @param {(item: Item) => PageElement} make @param {(node: PageElement, item: Item, index: number) => void} update
 */
export function keyed(container, items, keyOf, make, update) {
    const keys = items.map(keyOf);
    const known = new Map(Array.from(container.children, (child) => [child.dataset.key, child]));
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

/** Fills a place again if its content differs; otherwise hover and focus stay. @param {PageElement} place @param {unknown} facts that decide what it shows @param {() => (Node|string)[]} make */
export function refill(place, facts, make) {
    const signature = JSON.stringify(facts);
    if (place.dataset.signature === signature) return;
    place.dataset.signature = signature;
    place.replaceChildren(...make());
}

/** Named parts of a node, by their `part`. @param {PageElement} node @returns {Parts} */
export function partsOf(node) {
    return node.performParts ??= Object.fromEntries(Array.from(node.querySelectorAll("[part]"), (part) => [part.getAttribute("part"), part]));
}
