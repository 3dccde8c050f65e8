/* Measures the looks of the page: evaluated in a page, gives one function, which runs measures by their names. */
(() => {
    const ROOT = "#perform_root";
    const BIG_PX = 24, BIG_BOLD_PX = 18.66, BOLD = 700;

    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const pixel = canvas.getContext("2d", {willReadFrequently: true});
    const known = new Map();

    /** Red, green and blue of 0..255, alpha of 0..1. */
    function rgba(colour) {
        if (!known.has(colour)) {
            pixel.clearRect(0, 0, 1, 1);
            pixel.fillStyle = colour;
            pixel.fillRect(0, 0, 1, 1);
            const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
            known.set(colour, [r, g, b, a / 255]);
        }
        return known.get(colour);
    }

    /** Functions whose answers are kept for the length of one look at the page, in which no style changes. */
    const memories = [];

    /** A function of a node, or of nothing, that keeps its answers until the next look. */
    function remembered(ask) {
        const answers = new Map();
        memories.push(answers);
        return (node) => {
            if (!answers.has(node)) answers.set(node, ask(node));
            return answers.get(node);
        };
    }

    /** The part of an element's style that says how it is seen and what it cuts off. */
    const lookOf = remembered((node) => {
        const {backgroundColor, opacity, overflowX, overflowY} = getComputedStyle(node);
        return {ground: rgba(backgroundColor), opacity: Number(opacity), overflowX, overflowY};
    });

    /** A colour laid over another. */
    function over(top, bottom) {
        const alpha = top[3] + bottom[3] * (1 - top[3]);
        const part = (i) => alpha === 0 ? 0 : (top[i] * top[3] + bottom[i] * bottom[3] * (1 - top[3])) / alpha;
        return [part(0), part(1), part(2), alpha];
    }

    /** What is seen where an element paints `paint` over its own background, with the opacities of all around it. */
    function seen(node, paint) {
        let layer = paint;
        for (let at = node; at; at = at.parentElement) {
            const {ground, opacity} = lookOf(at);
            layer = over(layer, ground);
            layer[3] *= opacity;
        }
        return over(layer, [255, 255, 255, 1]);
    }

    function luminance(colour) {
        const [r, g, b] = colour.map((part) => {
            const c = part / 255;
            return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    }

    const behind = remembered((node) => luminance(seen(node, [0, 0, 0, 0])));

    /** The contrast that WCAG defines between a colour of an element and what is behind it. */
    function contrast(node, colour) {
        const light = [luminance(seen(node, rgba(colour))), behind(node)].sort((a, b) => b - a);
        return (light[0] + 0.05) / (light[1] + 0.05);
    }

    const name = (node) => `${node.tagName.toLowerCase()}.${String(node.getAttribute("class") || node.id).split(" ").slice(0, 3).join(".")}`;
    const words = (node) => (node.getAttribute("aria-label") || node.textContent || node.title || "").trim().replace(/\s+/g, " ").slice(0, 48);
    const shown = remembered((node) => node.checkVisibility({visibilityProperty: true}) && node.getClientRects().length > 0);
    const all = (selector) => [...document.querySelectorAll(`${ROOT} :is(${selector})`)].filter(shown);

    /** Every text that is shown, with the element that colours it. */
    const texts = remembered(() => {
        const walker = document.createTreeWalker(document.querySelector(ROOT), NodeFilter.SHOW_TEXT);
        const found = [];
        for (let text = walker.nextNode(); text; text = walker.nextNode()) {
            if (text.data.trim() && shown(text.parentElement)) found.push([text.parentElement, text.data.trim(), getComputedStyle(text.parentElement)]);
        }
        for (const box of all("input, textarea")) {
            if (["checkbox", "range", "file"].includes(box.type)) continue;
            const empty = box.value === "";
            if (box.value || box.placeholder) found.push([box, box.value || box.placeholder, getComputedStyle(box, empty ? "::placeholder" : null)]);
        }
        return found;
    });

    /** The contrast of every text, what it needs, and its size; a disabled one needs to be seen, not to be read. */
    function labels() {
        return texts().map(([node, text, style]) => {
            const size = parseFloat(style.fontSize);
            const big = size >= BIG_PX || size >= BIG_BOLD_PX && Number(style.fontWeight) >= BOLD;
            const needed = node.closest(":disabled") ? 2 : big ? 3 : 4.5;
            return {words: text.slice(0, 48), name: name(node), ratio: contrast(node, style.color), needed, size};
        });
    }

    /** The contrast of every icon. */
    function icons() {
        return all("svg").map((node) => {
            const needed = node.closest(":disabled") ? 2 : 3;
            return {words: words(node.closest("button, [title]") || node), name: name(node), ratio: contrast(node, getComputedStyle(node).color), needed};
        });
    }

    /** What covers something else, or says by its ground that it is on: the alpha of its own ground. */
    function surfaces() {
        const over = "[role=dialog], .perform-toast, .perform-banner, .perform-allowed-refused, .perform-check-panel, .perform-hint span, [aria-pressed=true], [aria-checked=true], [aria-selected=true]";
        return all(over).map((node) => {
            const {ground, opacity} = lookOf(node);
            return {words: words(node), name: name(node), alpha: ground[3] * opacity};
        });
    }

    /** Whether a place is scrolled to the edge of what shows it: there the browser finds what is cut off already. */
    function atAnEdge(node, x, y) {
        for (let at = node.parentElement; at; at = at.parentElement) {
            const {overflowX, overflowY} = lookOf(at);
            const frame = at.getBoundingClientRect();
            if (overflowY !== "visible" && (y < frame.top + 1 || y > frame.bottom - 1)) return true;
            if (overflowX !== "visible" && (x < frame.left + 1 || x > frame.right - 1)) return true;
        }
        return false;
    }

    const own = (node) => node.closest("button, label");

    /** Whether one element has a part in what the other one shows. */
    const together = (one, other) => one.contains(other) || other.contains(one) || own(one) !== null && own(one) === own(other);

    /** Whether something can be seen of an element itself. */
    const paints = remembered((node) => node.tagName === "CANVAS" || node.textContent.trim() !== "");

    /** All of the page that can be seen and is not around an element, with its own box and that of its contents. */
    function placed(inner) {
        const range = document.createRange();
        return [...document.querySelectorAll("body *")]
            .filter((node) => node.getClientRects().length > 0 && !node.contains(inner) && paints(node))
            .map((node) => (range.selectNodeContents(node), [node, node.getBoundingClientRect(), range.getBoundingClientRect()]));
    }

    /** Texts below which something else can be seen: what is met on the way down before anything is opaque. */
    function seeThrough() {
        const others = placed(document.querySelector(ROOT));
        const at = (x, y) => ({left, right, top, bottom}) => left <= x && x <= right && top <= y && y <= bottom;
        const found = [];
        for (const [node, text] of texts()) {
            const box = node.getBoundingClientRect();
            const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
            // the browser looks through all of the page each time: it is asked only where something else has a place
            if (!others.some(([other, ...boxes]) => boxes.some(at(x, y)) && !together(node, other)) || atAnEdge(node, x, y)) continue;
            const stack = document.elementsFromPoint(x, y);
            if (stack[0] !== node && !node.contains(stack[0])) continue;
            for (const below of stack) {
                const within = together(node, below);
                const {ground, opacity} = lookOf(below);
                if (!within && paints(below)) found.push({words: text.slice(0, 48), name: name(node), below: name(below)});
                if (!within && paints(below) || ground[3] === 1 && opacity === 1) break;
            }
        }
        return found;
    }

    const CONTROLS = "button, input, textarea, select, a[href], [tabindex]";

    /** What a pointer can press for a control: a label counts with its box. */
    function target(node) {
        const label = node.closest("label");
        return (label && node.matches("[type=checkbox]") ? label : node).getBoundingClientRect();
    }

    /** Controls smaller than 24 x 24. */
    function small() {
        return all(CONTROLS).filter((node) => {
            const box = target(node);
            const inline = getComputedStyle(node).display === "inline";
            return !inline && (box.width < 23.9 || box.height < 23.9);
        }).map((node) => `${name(node)} “${words(node)}” ${node.getBoundingClientRect().width.toFixed(1)} x ${node.getBoundingClientRect().height.toFixed(1)}`);
    }

    const clips = (value) => value === "hidden" || value === "clip";

    /** What cuts a rectangle inside an element and does not scroll, and where the rectangle is seen; what scrolls shows it. */
    function cutAround(parent, {left, right, top, bottom}) {
        const seen = (cut) => ({cut, left, right, top, bottom});
        for (let at = parent; at && at !== document.documentElement; at = at.parentElement) {
            const style = lookOf(at);
            const frame = at.getBoundingClientRect();
            if (clips(style.overflowX) && (left < frame.left - 1 || right > frame.right + 1)) return seen(`${name(at)} cuts its width`);
            if (clips(style.overflowY) && (top < frame.top - 1 || bottom > frame.bottom + 1)) return seen(`${name(at)} cuts its height`);
            if (style.overflowX !== "visible") [left, right] = [frame.left, frame.right];
            if (style.overflowY !== "visible") [top, bottom] = [frame.top, frame.bottom];
        }
        return seen("");
    }

    /** By how many pixels a control is cut by what is around it and does not scroll; what scrolls shows it. */
    function cutBy(node) {
        const box = node.getBoundingClientRect();
        const {cut, left, right, top, bottom} = cutAround(node.parentElement, box);
        if (cut) return cut;
        const page = document.scrollingElement;
        if (left < -1 || right > innerWidth + 1) return "beside the window";
        if (top + scrollY < -1 || bottom + scrollY > page.scrollHeight + 1) return "outside of the page";
        return "";
    }

    /** Whether the words or the number in a control are cut, apart from names of any length that say so by an ellipsis. */
    function squeezed(node) {
        if (node.matches(".perform-input-number")) return node.scrollWidth > node.clientWidth + 1;
        if (!node.matches("button") || getComputedStyle(node).textOverflow === "ellipsis") return false;
        return node.scrollWidth > node.clientWidth + 1 && ![...node.querySelectorAll("*")].some((inner) => getComputedStyle(inner).textOverflow === "ellipsis");
    }

    /** What is at the middle of a control once it is scrolled to, if it is something else. */
    function hiddenBy(node) {
        node.scrollIntoView({block: "nearest", inline: "nearest"});
        const box = node.getBoundingClientRect();
        const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        const own = top && (node.contains(top) || top.contains(node) || node.closest("label")?.contains(top));
        return own ? "" : `behind ${top ? name(top) : "nothing"}`;
    }

    /** Controls that cannot be used: cut off, squeezed, or covered. Inside a popover or the check panel, only those inside it. */
    function unusable() {
        const front = all("[role=dialog]").pop() || document.querySelector(ROOT);
        const panel = document.querySelector(`${ROOT} .perform-check-panel:not([hidden])`);
        const under = (node) => panel && !panel.contains(node) && node.closest(".perform-lanes, .perform-monitor, .perform-inspector");
        const found = [];
        const scrolls = [...document.querySelectorAll(`${ROOT} *`)].filter((node) => node.scrollTop > 0).map((node) => [node, node.scrollTop]);
        const [x, y] = [scrollX, scrollY];
        for (const node of all(CONTROLS)) {
            if (!front.contains(node) || under(node)) continue;
            const problem = cutBy(node) || (squeezed(node) ? "its words are cut" : "") || hiddenBy(node);
            if (problem) found.push(`${name(node)} “${words(node)}”: ${problem}`);
        }
        for (const [node, top] of scrolls) node.scrollTop = top;
        scrollTo(x, y);
        if (document.scrollingElement.scrollWidth > innerWidth) found.push(`the page is ${document.scrollingElement.scrollWidth} px wide`);
        return found;
    }

    const sheet = canvas.getContext("2d");
    const wide = (text, style) => {
        sheet.font = style.font;
        return sheet.measureText(text).width;
    };

    /** Whether something says the whole text where it is pointed at. */
    function readable(node, text) {
        const plain = (words) => words.replace(/\s+/g, " ").trim();
        for (let at = node; at && at.id !== "perform_root"; at = at.parentElement) {
            if (at.title && plain(at.title).includes(plain(text))) return true;
        }
        return false;
    }

    /** How the words of an element are cut: at the end of their line, by an ellipsis, or by something around them. */
    function cutWords(node, texts) {
        const style = getComputedStyle(node);
        if (clips(style.overflowX) && node.scrollWidth > node.clientWidth + 1) return "cut at its end";
        const range = document.createRange();
        for (const text of texts) {
            range.selectNodeContents(text);
            const {cut} = cutAround(node, range.getBoundingClientRect());
            if (cut) return cut;
        }
        return "";
    }

    /** Texts of which a part is not shown and cannot be read in another way, in front or in the page. */
    function cutTexts() {
        const front = all("[role=dialog]").pop() || document.querySelector(ROOT);
        const found = [];
        for (const node of all("*")) {
            if (!front.contains(node) || node.closest(".perform-cut-whole, .perform-screen-reader, svg")) continue;
            if (node.matches(".perform-cut")) {
                const [head, room] = [node.dataset.head, parseFloat(getComputedStyle(node, "::before").width)];
                const text = node.textContent.replace(/ \+\d+$/, "");
                if (wide(head, getComputedStyle(node, "::before")) > room + 1 && !readable(node, text)) found.push(`${name(node)} “${text}” is cut`);
                continue;
            }
            const texts = [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
            const words = texts.map((text) => text.data).join(" ").trim();
            const cut = words && cutWords(node, texts);
            if (cut && !readable(node, words)) found.push(`${name(node)} “${words.slice(0, 60)}”: ${cut}`);
        }
        return found;
    }

    /** Words in something with a border or a ground of its own that come closer to its side than 2 px. */
    function touching() {
        const front = all("[role=dialog]").pop() || document.querySelector(ROOT);
        const range = document.createRange();
        return all("button, code, kbd, .perform-badge, .perform-source-plays").filter((node) => {
            const style = getComputedStyle(node);
            const framed = rgba(style.backgroundColor)[3] > 0 || parseFloat(style.borderLeftWidth) > 0 || node.matches(".perform-segment");
            const shortened = [node, ...node.querySelectorAll("*")].some((inner) => getComputedStyle(inner).textOverflow === "ellipsis" && inner.scrollWidth > inner.clientWidth);
            if (!framed || shortened || !front.contains(node) || !node.textContent.trim() || node.matches(".perform-cut") || style.overflowX === "auto") return false;
            range.selectNodeContents(node);
            const [box, text] = [node.getBoundingClientRect(), range.getBoundingClientRect()];
            return text.width > 0 && (text.left - box.left < 2 || box.right - text.right < 2);
        }).map((node) => `${name(node)} “${words(node)}” touches its border`);
    }

    /** Puts the focus before the first control: of a popover, or of the page. */
    function begin() {
        const front = all("[role=dialog]").pop() || document.querySelector(ROOT);
        const own = front.hasAttribute("tabindex");
        if (!own) front.tabIndex = -1;
        front.focus({preventScroll: true});
        if (!own) front.removeAttribute("tabindex");
    }

    /** Whether what is around an element cuts off its outline. */
    function ringCut(node, style) {
        const reach = parseFloat(style.outlineOffset) + parseFloat(style.outlineWidth) - 1;
        const box = node.getBoundingClientRect();
        for (let at = node.parentElement; at && at !== document.documentElement; at = at.parentElement) {
            const around = getComputedStyle(at);
            if (around.overflowX === "visible" && !around.contain.includes("paint")) continue;
            const frame = at.getBoundingClientRect();
            if (box.left - reach < frame.left || box.right + reach > frame.right || box.top - reach < frame.top || box.bottom + reach > frame.bottom) return name(at);
        }
        return "";
    }

    /** The focused element and how its focus is shown. */
    function focus() {
        const node = document.activeElement;
        if (!node || node === document.body || !document.querySelector(ROOT).contains(node)) return null;
        const style = getComputedStyle(node);
        const box = node.getBoundingClientRect();
        const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 ? contrast(node.parentElement, style.outlineColor) : 0;
        const border = node.matches("input, textarea") && !node.matches("[type=range], [type=checkbox]") ? contrast(node.parentElement, style.borderColor) : 0;
        const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
        const again = Boolean(node.dataset.walked);
        node.dataset.walked = "1";
        return {name: name(node), words: words(node), ring: Math.max(ring, border), cut: ring > border ? ringCut(node, style) : "", inside, again};
    }

    /** What Tab should come to and has not: one control of each group of radio buttons. */
    function unwalked() {
        const front = all("[role=dialog]").pop() || document.querySelector(ROOT);
        const left = all(CONTROLS).filter((node) => node.tabIndex >= 0 && !node.disabled && !node.dataset.walked && front.contains(node));
        for (const node of document.querySelectorAll("[data-walked]")) delete node.dataset.walked;
        return left.map((node) => `${name(node)} “${words(node)}”`);
    }

    const MEASURES = {labels, icons, surfaces, seeThrough, small, unusable, cutTexts, touching, begin, focus, unwalked};

    /** What several measures find in the page as it is now, by their names, as JSON. */
    return (names) => {
        for (const memory of memories) memory.clear();
        return JSON.stringify(Object.fromEntries(names.map((name) => [name, MEASURES[name]() ?? null])));
    };
})()
