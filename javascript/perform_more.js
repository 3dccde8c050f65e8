// @ts-check
(function (perform) {
    "use strict";

    const FORMS = [
        {value: "frame", text: "per frame", title: "The knob is Deforum's own number: a step at every frame. Another fps changes the movement"},
        {value: "rate", text: "speed", title: "The knob is a speed in units a second. Another fps keeps the movement"},
        {value: "position", text: "position", title: "The knob is where the camera is; the schedule is its change from frame to frame"},
    ];
    const BLENDS = [
        {value: "replace", text: "replace", title: "What you play replaces what was there"},
        {value: "add", text: "add", title: "What you play is added to what was there"},
        {value: "multiply", text: "multiply", title: "What you play multiplies what was there"},
    ];

    /** What a lane can do beyond the inspector's rows. @param {any} ctx */
    function panel(ctx) {
        const {el, segments} = perform.dom;
        const group = (name, node) => {
            node.setAttribute("part", name);
            return node;
        };
        const node = el("div", {class: "perform-menu perform-more"},
            el("div", {part: "formTitle", class: "perform-menu-title"}, "What the knob means"),
            group("form", segments("lane.form", FORMS, "What the knob means")),
            el("label", {class: "perform-check", title: "A 7 bit knob sends steps. While it turns, straight lines join them; where it rests, the value holds"},
                el("input", {type: "checkbox", change: "lane.lines", part: "lines"}), "Join the steps of a turning knob by lines"),
            el("div", {class: "perform-menu-title"}, "What was in Deforum's box before"),
            el("code", {part: "under", class: "perform-under"}),
            group("blend", segments("lane.blend", BLENDS, "What playing does to it")),
            el("div", {class: "perform-menu-row"},
                el("button", {class: "perform-button perform-button-small", act: "lane.import", title: "Take the text in Deforum's box, or in the imported settings file"}, "Take in what is there"),
                el("button", {class: "perform-button perform-button-small", act: "lane.noUnder", part: "clear"}, "Forget it")));
        return {node, update: () => update(ctx, node)};
    }

    /** @param {any} ctx @param {any} node */
    function update(ctx, node) {
        const lane = perform.state.lane(ctx.model, ctx.ui.selected);
        if (!lane) return;
        const part = perform.dom.parts(node);
        const motion = (lane.forms || []).length > 1;
        part.form.hidden = part.formTitle.hidden = !motion;
        perform.dom.setSegment(part.form, lane.form);
        part.lines.checked = lane.lines;
        perform.dom.setText(part.under, lane.under ? perform.format.middle(lane.under, 160) : "nothing taken in");
        part.blend.hidden = part.clear.hidden = !lane.under;
        perform.dom.setSegment(part.blend, lane.blend);
    }

    /** @param {any} ctx @param {any} args */
    function change(ctx, args) {
        return ctx.send("lane.change", {id: ctx.ui.selected, ...args});
    }

    const actions = {
        /** @param {any} ctx @param {any} node */
        "more.open": (ctx, node) => ctx.layer.show("More of this lane", panel(ctx), node),
        /** @param {any} ctx @param {any} node */
        "lane.form": (ctx, node) => change(ctx, {form: node.dataset.value}),
        /** @param {any} ctx @param {any} node */
        "lane.lines": (ctx, node) => change(ctx, {lines: node.checked}),
        /** @param {any} ctx @param {any} node */
        "lane.blend": (ctx, node) => change(ctx, {blend: node.dataset.value}),
        /** @param {any} ctx */
        "lane.import": (ctx) => ctx.send("lane.import", {id: ctx.ui.selected}),
        /** @param {any} ctx */
        "lane.noUnder": (ctx) => change(ctx, {under: "", blend: "replace"}),
    };

    perform.more = {panel, actions};
})(globalThis.perform ??= {});
