// @ts-check
(function (perform) {
    "use strict";

    const FORMS = [
        {value: "frame", text: "per frame", title: "The knob is the field's own value at every frame: another fps changes the movement"},
        {value: "rate", text: "per second", title: "The knob is a speed in units a second: another fps keeps the movement"},
        {value: "position", text: "position", title: "The knob is where the camera is: what is written is its change from frame to frame"},
    ];
    const PLAYS = [
        {value: "range", text: "range", title: "The knob goes through a range of whole numbers"},
        {value: "list", text: "list", title: "The knob or pad chooses among numbers that you list"},
        {value: "next", text: "count hits", title: "Each hit of a pad adds one, from a first number on"},
    ];
    /** Rows of the inspector that mean nothing where a lane chooses or counts. */
    const RANGED = ["presetRow", "outputRow", "shapeRow", "smoothingRow", "toleranceRow", "poolRow"];

    /** Segments as wide as their words. */
    const WORDS = Object.freeze({class: "perform-segments-words"});

    /** What the knob means for a motion. */
    function formRow() {
        return perform.inspector.row("formRow", "Knob is", "What the knob means for this movement", perform.dom.segments("lane.form", FORMS, "What the knob means", "form", WORDS));
    }

    /** What a lane of whole numbers plays, and where it starts to count. */
    function wholeRows() {
        const {el} = perform.dom;
        const {row} = perform.inspector;
        const from = el("input", {class: "perform-input perform-input-number", part: "countLow", change: "lane.number", "data-value": "out_low", inputmode: "numeric", "aria-label": "Number before the first hit", title: "The number before the first hit; each hit adds one"});
        return [
            row("playsRow", "Plays", "What a lane of whole numbers plays", perform.dom.segments("lane.plays", PLAYS, "What it plays", "plays", WORDS)),
            row("countRow", "Starts at", "The number before the first hit", from),
        ];
    }

    /** Whether the lane moves the camera by steps per frame, so that another frame rate changes its speed. @param {any} lane */
    function stepsPerFrame(lane) {
        return lane.form === "frame" && lane.forms.length > 1 && !lane.chooses;
    }

    /** @param {any} lane */
    function plays(lane) {
        if (lane.chooses) return "list";
        return perform.choices.counts(lane) ? "next" : "range";
    }

    /** @param {Record<string, any>} parts @param {any} lane */
    function update(parts, lane) {
        parts.formRow.hidden = lane.forms.length < 2;
        perform.dom.setSegment(parts.form, lane.form);
        parts.playsRow.hidden = lane.kind !== "int";
        perform.dom.setSegment(parts.plays, plays(lane));
        parts.countRow.hidden = !perform.choices.counts(lane);
        perform.dom.setValue(parts.countLow, perform.format.plain(lane.out_low));
        const holds = perform.choices.holds(lane);
        for (const name of RANGED) parts[name].hidden = holds || name === "poolRow" && parts[name].hidden;
    }

    /** What to change so that a lane of whole numbers plays something else. @param {any} lane @param {string} wanted @param {string[]|undefined} before the list it had */
    function playing(lane, wanted, before) {
        if (wanted === "range") return {choices: [], pick: "zone"};
        if (wanted === "next") return {choices: [], pick: "step"};
        const first = String(Math.max(lane.hard ? lane.hard[0] : 0, 0, Math.round(Math.min(lane.out_low, lane.out_high))));
        return {choices: before && before.length > 0 ? before : [first], pick: "zone"};
    }

    const actions = {
        /** @param {any} ctx @param {any} node */
        "lane.form": (ctx, node) => perform.shaping.change(ctx, {form: node.dataset.value}),
        /** @param {any} ctx @param {any} node */
        "lane.plays": (ctx, node) => {
            const lane = perform.state.lane(ctx.model, ctx.ui.selected);
            if (plays(lane) === node.dataset.value) return undefined;
            const lists = ctx.ui.lists ??= new Map();
            if (lane.chooses) lists.set(lane.id, lane.choices);
            return ctx.send("lane.change", {id: lane.id, ...playing(lane, node.dataset.value, lists.get(lane.id))});
        },
    };

    perform.forms = {formRow, wholeRows, update, stepsPerFrame, plays, playing, actions};
})(globalThis.perform ??= {});
