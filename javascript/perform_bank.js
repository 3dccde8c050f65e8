// @ts-check
(function (perform) {
    "use strict";

    const PICKS = [
        {value: "zone", text: "zones", title: "The knob's way is divided into as many zones as there are choices"},
        {value: "step", text: "each hit", title: "Every hit of a pad goes to the next choice, and round again"},
        {value: "index", text: "number", title: "The value that is sent is the number of the choice, from 0"},
    ];

    /** The rows of a lane that chooses: how, from what, and how long at least. */
    function rows() {
        const {el, icon} = perform.dom;
        const pick = perform.dom.segments("bank.pick", PICKS, "How the source picks", "pick", {class: "perform-segments-words"});
        return [
            perform.inspector.row("pickRow", "Picks by", "How the source picks one", pick),
            el("div", {class: "perform-bank", part: "bank"},
                el("div", {class: "perform-bank-lead perform-dim", part: "bankLead"}),
                el("div", {class: "perform-bank-list", part: "bankList"}),
                el("div", {class: "perform-bank-add"},
                    el("input", {class: "perform-input", part: "bankText", change: "bank.add", spellcheck: "false", autocomplete: "off"}),
                    el("textarea", {class: "perform-input perform-prompt", part: "bankPrompt", change: "bank.add", rows: 2, "aria-label": "Another prompt", placeholder: "Another prompt…"}),
                    el("button", {class: "perform-button perform-button-small", act: "bank.addButton", title: "Add what is typed"}, icon("plus"), "Add"),
                    el("button", {class: "perform-button perform-button-small", act: "bank.known", part: "bankKnown", title: "Pick from the names this WebUI knows", "aria-haspopup": "dialog"}, "List", icon("down"))),
                el("div", {class: "perform-problem", part: "bankFault", role: "alert", hidden: true})),
            seconds("holdRow", "Holds", "hold_s", "at least"),
            seconds("fadeRow", "Fades", "fade_s", "into the next"),
        ];
    }

    /** @param {string} part @param {string} name @param {string} attribute @param {string} words */
    function seconds(part, name, attribute, words) {
        const {el} = perform.dom;
        return perform.inspector.row(part, name, "",
            el("input", {class: "perform-input perform-input-number", change: "lane.number", "data-value": attribute, part: attribute, inputmode: "decimal", "aria-label": `${name}, seconds ${words}`}),
            el("span", {class: "perform-dim perform-hard", title: `Seconds ${words}`}, `s ${words}`));
    }

    /** @param {any} ctx @param {Record<string, any>} parts @param {any} lane */
    function update(ctx, parts, lane) {
        const {setText, setValue} = perform.dom;
        const prompts = lane.kind === "prompt";
        parts.pickRow.hidden = parts.bank.hidden = !lane.chooses;
        parts.holdRow.hidden = !perform.choices.holds(lane);
        parts.fadeRow.hidden = !perform.choices.fades(lane);
        setValue(parts.hold_s, perform.format.plain(lane.hold_s));
        setValue(parts.fade_s, perform.format.plain(lane.fade_s));
        if (ctx.ui.bankSaved?.lane === lane.id) latest(ctx, lane.id);
        if (!lane.chooses) return;
        perform.dom.setSegment(parts.pick, lane.pick);
        setText(parts.bankLead, lead(lane));
        parts.bankText.hidden = prompts;
        parts.bankPrompt.hidden = !prompts;
        parts.bankKnown.hidden = lane.known_choices.length === 0;
        const asked = lane.kind === "int" ? "Another number" : "Another name";
        perform.dom.setAttribute(parts.bankText, "placeholder", `${asked}…`);
        perform.dom.setAttribute(parts.bankText, "aria-label", asked);
        updateList(ctx, parts.bankList, lane);
        updateFault(ctx, parts, lane);
    }

    /** @param {any} lane */
    function lead(lane) {
        if (lane.kind === "prompt") return "Prompts to choose from. What follows --neg is the negative prompt.";
        return lane.kind === "int" ? "Numbers to choose from" : "Names to choose from";
    }

    /** @param {any} ctx @param {any} list @param {any} lane */
    function updateList(ctx, list, lane) {
        const fault = ctx.ui.bankFault && ctx.ui.bankFault.lane === lane.id ? ctx.ui.bankFault : null;
        const from = lane.pick === "index" ? 0 : 1;
        perform.dom.keyed(list, lane.choices, (_choice, index) => `${lane.id} ${lane.kind} ${index}`, () => item(lane.kind), (node, choice, index) => {
            const part = perform.dom.parts(node);
            const wrong = Boolean(fault && fault.index === index);
            node.dataset.index = String(index);
            perform.dom.setText(part.number, String(index + from));
            perform.dom.setAttribute(part.text, "aria-label", `Choice ${index + from}`);
            perform.dom.setAttribute(part.text, "aria-invalid", wrong ? "true" : null);
            if (!wrong) perform.dom.setValue(part.text, choice);
            perform.dom.setAttribute(part.text, "title", lane.kind === "prompt" ? null : choice);
            part.up.disabled = index === 0;
            part.down.disabled = index === lane.choices.length - 1;
        });
    }

    /** @param {string} kind */
    function item(kind) {
        const {el, icon} = perform.dom;
        const prompts = kind === "prompt";
        const text = el(prompts ? "textarea" : "input", {class: `perform-input${prompts ? " perform-prompt" : ""}`, part: "text", change: "bank.edit", rows: prompts ? 2 : null, spellcheck: "false", autocomplete: "off"});
        const button = (part, act, title, picture) => el("button", {class: "perform-button perform-button-icon perform-button-bare", part, act, title, "aria-label": title}, icon(picture, part === "up" ? "perform-turned" : ""));
        return el("div", {class: "perform-bank-item"}, el("span", {part: "number", class: "perform-number perform-dim"}), text,
            el("span", {class: "perform-bank-tools"}, button("up", "bank.up", "Earlier in the list", "down"), button("down", "bank.down", "Later in the list", "down"), button("out", "bank.out", "Take it out of the list", "close")));
    }

    /** @param {any} ctx @param {Record<string, any>} parts @param {any} lane */
    function updateFault(ctx, parts, lane) {
        const fault = ctx.ui.bankFault && ctx.ui.bankFault.lane === lane.id ? ctx.ui.bankFault : null;
        parts.bankFault.hidden = !fault;
        perform.dom.setText(parts.bankFault, fault ? `▲ ${fault.message}` : "");
        for (const box of [parts.bankText, parts.bankPrompt]) perform.dom.setAttribute(box, "aria-invalid", fault && fault.index === null ? "true" : null);
    }

    /**
     * Changes the list; what the server refuses is said below it, and stays typed. One change follows the other, each
     * of what the one before has left.
     * @param {any} ctx @param {(choices: string[]) => string[]} edit @param {number|null} index of the row that was typed in
     */
    function save(ctx, edit, index) {
        const lane = ctx.ui.selected;
        const saved = (ctx.ui.bankSaving || Promise.resolve()).then(() => send(ctx, lane, edit, index));
        ctx.ui.bankSaving = saved;
        return saved;
    }

    /** @param {any} ctx @param {string} lane @param {(choices: string[]) => string[]} edit @param {number|null} index */
    async function send(ctx, lane, edit, index) {
        if (!perform.state.lane(ctx.model, lane)) return false;
        const choices = edit(latest(ctx, lane));
        try {
            await ctx.api.command("lane.change", {id: lane, choices});
            ctx.ui.bankSaved.lists.push(choices);
            ctx.ui.bankFault = null;
        } catch (error) {
            ctx.ui.bankFault = {lane, index, message: /** @type {any} */ (error).message};
        }
        ctx.refresh();
        return ctx.ui.bankFault === null;
    }

    /** The list as the server has it: its answer to a change may come before the state does. @param {any} ctx @param {string} id of a lane @returns {string[]} */
    function latest(ctx, id) {
        const {choices} = perform.state.lane(ctx.model, id);
        const {lists} = ctx.ui.bankSaved?.lane === id ? ctx.ui.bankSaved : {lists: []};
        const isOld = lists.slice(0, -1).some((list) => JSON.stringify(list) === JSON.stringify(choices));
        if (!isOld) ctx.ui.bankSaved = {lane: id, lists: [choices]};
        return ctx.ui.bankSaved.lists.at(-1);
    }

    /** @param {any} ctx */
    function chosen(ctx) {
        return perform.state.lane(ctx.model, ctx.ui.selected);
    }

    /** @param {any} ctx @param {any} box */
    async function add(ctx, box) {
        const text = box.value.trim();
        if (text === "") return;
        box.value = "";
        if (!await save(ctx, (choices) => [...choices, text], null)) box.value = text;
    }

    /** @param {any} ctx @param {number} index @param {number} step */
    function move(ctx, index, step) {
        return save(ctx, (choices) => perform.choices.moved(choices, index, step), null);
    }

    /** @param {any} node */
    function indexOf(node) {
        return Number(node.closest("[data-index]").dataset.index);
    }

    /** The names this WebUI knows, to be put into the list or taken out. @param {any} ctx */
    function panel(ctx) {
        const node = perform.picker.build({id: "perform_choice_search", input: "bank.search", label: "Search a name", placeholder: "Search a name…", several: true});
        return {node, update: () => fill(ctx, node), wide: true, focus: "#perform_choice_search"};
    }

    /** @param {any} ctx @param {any} node */
    function fill(ctx, node) {
        const lane = chosen(ctx);
        if (!lane) return;
        const names = perform.choices.search(lane.known_choices, perform.picker.query(node));
        const groups = names.length > 0 ? [{title: "Names this WebUI knows", items: names.map((name) => known(name, lane.choices.includes(name)))}] : [];
        perform.picker.fill(node, groups, "", ["This WebUI knows no such name."]);
    }

    /** @param {string} name @param {boolean} on whether it is in the lane's list */
    function known(name, on) {
        const {el, icon} = perform.dom;
        return {
            key: name, act: "bank.toggle", title: on ? "In the list: click to take it out" : "Click to add it", facts: on,
            attributes: {"data-value": name, "aria-selected": String(on)},
            nodes: [el("span", {class: "perform-tick"}, on ? icon("check") : null), el("span", {class: "perform-menu-item-name"}, name)],
        };
    }

    const actions = {
        /** @param {any} ctx @param {any} node */
        "bank.pick": (ctx, node) => perform.shaping.change(ctx, {pick: node.dataset.value}),
        "bank.add": add,
        /** @param {any} ctx @param {any} node */
        "bank.addButton": (ctx, node) => {
            const box = node.parentNode.querySelector("[part=bankText]:not([hidden]), [part=bankPrompt]:not([hidden])");
            box.focus();
            return add(ctx, box);
        },
        /** @param {any} ctx @param {any} node */
        "bank.edit": (ctx, node) => {
            const [at, text] = [indexOf(node), node.value.trim()];
            return save(ctx, (choices) => choices.map((choice, index) => index === at ? text : choice), at);
        },
        /** @param {any} ctx @param {any} node */
        "bank.up": (ctx, node) => move(ctx, indexOf(node), -1),
        /** @param {any} ctx @param {any} node */
        "bank.down": (ctx, node) => move(ctx, indexOf(node), 1),
        /** @param {any} ctx @param {any} node */
        "bank.out": (ctx, node) => {
            const at = indexOf(node);
            return save(ctx, (choices) => choices.filter((_choice, index) => index !== at), null);
        },
        /** @param {any} ctx @param {any} node */
        "bank.known": (ctx, node) => ctx.layer.show("Names this WebUI knows", panel(ctx), node),
        /** @param {any} ctx @param {any} node */
        "bank.search": (ctx, node) => fill(ctx, node.closest(".perform-chooser")),
        /** @param {any} ctx @param {any} node */
        "bank.toggle": (ctx, node) => {
            const name = node.dataset.value;
            return save(ctx, (choices) => choices.includes(name) ? choices.filter((choice) => choice !== name) : [...choices, name], null);
        },
    };

    perform.bank = {rows, update, actions};
})(globalThis.perform ??= {});
