// @ts-check
(function (perform) {
    "use strict";

    const PICKS = [
        {value: "zone", text: "zones", title: "The knob's way is divided: one zone a choice"},
        {value: "step", text: "pad", title: "Every hit of a pad goes on to the next choice"},
        {value: "index", text: "number", title: "The source sends the number of the choice, from 0"},
    ];

    /** The rows of a lane that plays names, prompts or a list instead of a range. */
    function build() {
        const {el, segments} = perform.dom;
        const seconds = (name, label, title) => el("label", {class: "perform-choice-time", part: `${name}Row`, title}, label,
            el("input", {class: "perform-input perform-input-number", change: "choice.seconds", "data-value": name, part: name, inputmode: "decimal"}), "s");
        const pick = segments("lane.pick", PICKS, "How the source chooses");
        pick.setAttribute("part", "pick");
        return el("div", {class: "perform-choices", part: "choices", hidden: true},
            el("div", {class: "perform-row"}, el("span", {class: "perform-row-name"}, "Picks by"), el("div", {class: "perform-row-control"}, pick)),
            el("textarea", {class: "perform-input perform-choice-list", change: "choice.list", part: "list", spellcheck: "false", "aria-label": "Choices, one a line", placeholder: "One choice a line"}),
            el("div", {class: "perform-row-control"},
                el("button", {class: "perform-button perform-button-small", act: "choice.known", part: "known", title: "The names this WebUI has"}, "All of this WebUI"),
                seconds("hold_s", "hold", "A choice stays at least this long"),
                seconds("fade_s", "fade", "How long one prompt fades into the next")));
    }

    /** @param {any} part parts of the inspector @param {any} lane */
    function update(part, lane) {
        part.choices.hidden = !lane.chooses;
        if (!lane.chooses) return;
        perform.dom.setSegment(part.pick, lane.pick);
        perform.dom.setValue(part.list, lane.choices.join("\n"));
        part.known.hidden = lane.known_choices.length === 0;
        perform.dom.setValue(part.hold_s, perform.format.plain(lane.hold_s));
        perform.dom.setValue(part.fade_s, perform.format.plain(lane.fade_s));
        part.fade_sRow.hidden = lane.kind !== "prompt";
    }

    /** What the lane plays now, in its own words. @param {any} lane @param {number|null|undefined} value */
    function word(lane, value) {
        if (value === null || value === undefined || !Number.isFinite(value)) return "–";
        return perform.format.middle(lane.choices[Math.round(value)] || String(Math.round(value)), 14);
    }

    /** Lines that say something, in order. @param {string} text */
    function lines(text) {
        return text.split("\n").map((line) => line.trim()).filter(Boolean);
    }

    /** @param {any} ctx @param {any} args */
    function change(ctx, args) {
        return ctx.send("lane.change", {id: ctx.ui.selected, ...args});
    }

    const actions = {
        /** @param {any} ctx @param {any} node */
        "lane.pick": (ctx, node) => change(ctx, {pick: node.dataset.value}),
        /** @param {any} ctx @param {any} node */
        "choice.list": (ctx, node) => change(ctx, {choices: lines(node.value)}),
        /** @param {any} ctx */
        "choice.known": (ctx) => change(ctx, {choices: perform.state.lane(ctx.model, ctx.ui.selected).known_choices}),
        /** @param {any} ctx @param {any} node */
        "choice.seconds": (ctx, node) => {
            const value = perform.format.parseNumber(node.value);
            if (value !== null && value >= 0) return change(ctx, {[node.dataset.value]: value});
            ctx.layer.toast(`“${node.value}” is not a number of seconds.`, {level: "warn"});
            return undefined;
        },
    };

    perform.choices = {build, update, word, lines, actions};
})(globalThis.perform ??= {});
