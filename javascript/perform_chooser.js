// @ts-check
(function (perform) {
    "use strict";

    /** What people reach for first, offered above the groups. */
    const FAVOURITES = ["strength_schedule", "zoom", "angle", "translation_x", "translation_z", "rotation_3d_y", "cfg_scale_schedule", "noise_schedule"];

    /**
     * Choose a Deforum field; with a source the new lane plays it at once.
     * @param {any} ctx @param {string|null} source
     */
    function panel(ctx, source) {
        const {el, icon} = perform.dom;
        const list = el("div", {class: "perform-chooser-list", part: "list"});
        const node = el("div", {class: "perform-chooser", "data-source": source || ""},
            el("div", {class: "perform-chooser-search"}, icon("search"),
                el("input", {class: "perform-input", id: "perform_search", input: "chooser.search", placeholder: source ? `What does ${source} play?` : "Search a field: zoom, strength, pan…", "aria-label": "Search a field", spellcheck: "false", autocomplete: "off"})),
            list);
        fill(ctx, list, "");
        return {node, wide: true, focus: "#perform_search"};
    }

    /** @param {any} ctx @param {any} list @param {string} query */
    function fill(ctx, list, query) {
        const {el} = perform.dom;
        const used = new Set(ctx.model.state.lanes.map((lane) => lane.field));
        const groups = perform.fields.search(ctx.ui.fields, query);
        if (!query) groups.unshift({title: "Most played", fields: favourites(ctx.ui.fields)});
        list.replaceChildren(...groups.flatMap((group) => [
            el("div", {class: "perform-menu-title"}, group.title),
            el("div", {class: "perform-chooser-group"}, ...group.fields.map((field) => item(field, used.has(field.name)))),
        ]));
        if (groups.length === 0) list.appendChild(el("div", {class: "perform-empty"}, el("b", {}, "No field of that name"), el("span", {}, "Try another word, such as zoom, noise or pan.")));
    }

    /** @param {any[]} fields */
    function favourites(fields) {
        return FAVOURITES.map((name) => fields.find((field) => field.name === name)).filter(Boolean);
    }

    /** @param {any} field @param {boolean} used */
    function item(field, used) {
        const {el} = perform.dom;
        const title = [field.note, used ? "There is a lane for it already: the later one wins where both play." : ""].filter(Boolean).join(" ");
        return el("button", {class: "perform-chooser-item", act: "lane.add", "data-value": field.name, title: title || perform.fields.detail(field)},
            el("b", {}, perform.fields.label(field), used ? el("small", {class: "perform-badge"}, "has a lane") : null),
            el("span", {class: "perform-dim"}, perform.fields.detail(field)));
    }

    /** @param {any} ctx @param {any} anchor @param {string|null} source */
    function open(ctx, anchor, source) {
        const beside = anchor && anchor.closest(".perform-popover") ? ctx.root.querySelector("#perform_add_lane") : anchor;
        ctx.layer.show("Add a lane", panel(ctx, source), beside);
    }

    /** Enter takes the first field that is left. @param {any} event @param {any} target */
    function key(event, target) {
        if (event.key !== "Enter" || target.id !== "perform_search") return false;
        const first = target.closest(".perform-chooser").querySelector(".perform-chooser-item");
        if (first) first.click();
        return true;
    }

    const actions = {
        /** @param {any} ctx @param {any} node */
        "chooser.open": (ctx, node) => open(ctx, node, node.dataset.value || null),
        /** @param {any} ctx @param {any} node */
        "chooser.search": (ctx, node) => fill(ctx, node.closest(".perform-chooser").querySelector("[part=list]"), node.value),
        /** @param {any} ctx @param {any} node */
        "lane.add": async (ctx, node) => {
            const source = node.closest(".perform-chooser").dataset.source;
            ctx.layer.close();
            const made = await ctx.send("lane.add", source ? {field: node.dataset.value, source} : {field: node.dataset.value});
            const id = made && (made.id || made.lane && made.lane.id);
            if (!id) return;
            ctx.select(id);
            if (!source) await ctx.send("lane.learn", {id});
        },
    };

    perform.chooser = {panel, open, key, actions};
})(globalThis.perform ??= {});
