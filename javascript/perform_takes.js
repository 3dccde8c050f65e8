// @ts-check
(function (perform) {
    "use strict";

    const TIMES = [
        {value: "arrival", text: "as it arrived", title: "Every event stands where it reached this computer"},
        {value: "sender", text: "as the sender meant it", title: "Every event stands where its sender says it was"},
    ];
    const KNOWN = Object.freeze({timetags: "the time tags of its bundles", ableton: "Live's song time, sent along"});
    const MOST_MARKS = 5;

    /** One take: what it heard, and what can be done with it. @param {any} ctx @param {any} take @param {any} anchor */
    function open(ctx, take, anchor) {
        ctx.layer.show(`Take ${take.number}`, menu(ctx, take.id), anchor);
    }

    /** @param {any} ctx @param {string} id */
    function menu(ctx, id) {
        const {el, icon} = perform.dom;
        const times = perform.dom.segments("take.time", TIMES, "The time this take plays by", "times", {class: "perform-segments-words", "data-take": id});
        const node = el("div", {class: "perform-menu perform-take-menu"},
            el("div", {class: "perform-menu-title", part: "title"}),
            el("div", {class: "perform-dim perform-number", part: "detail"}),
            el("div", {class: "perform-dim perform-mono", part: "sources"}),
            el("div", {class: "perform-take-time", part: "timeRow"}, el("span", {}, "Time"), times, el("div", {class: "perform-dim", part: "shift"})),
            el("div", {class: "perform-take-marks", part: "marks"}),
            el("div", {class: "perform-over", part: "over"}),
            el("div", {class: "perform-offers", part: "replaced"}),
            el("div", {class: "perform-menu-row"},
                el("button", {class: "perform-button", part: "play", "data-value": id}),
                el("button", {class: "perform-button", act: "song.extend", part: "extend"}),
                el("button", {class: "perform-button", act: "file.export", "data-value": "oscdump", "data-take": id, title: "What was sent, as oscdump writes it: liblo's oscsendfile plays it again"}, icon("file"), "Save as OSC text"),
                el("button", {class: "perform-button", part: "trash", "data-value": id})));
        return {node, update: () => updateMenu(ctx, perform.dom.parts(node), id)};
    }

    /** @param {any} ctx @param {Record<string, any>} part @param {string} id */
    function updateMenu(ctx, part, id) {
        const {setText, setSegment} = perform.dom;
        const take = perform.state.take(ctx.model, id);
        if (!take) return;
        setText(part.title, `Take ${take.number}${take.trashed ? ", in the trash" : ""}`);
        setText(part.detail, detail(take));
        setText(part.sources, perform.format.middle(take.sources.join("  "), 90));
        const known = take.sender_times;
        part.timeRow.hidden = !known;
        setSegment(part.times, take.time);
        setText(part.shift, known ? `moves up to ${known.largest_shift_s.toFixed(2)} s, by ${/** @type {Record<string, string>} */ (KNOWN)[known.kind] || "its sender's clock"}` : "");
        updateMarks(part.marks, take, ctx.model.state.song.fps);
        updateOver(part, take, ctx.model.state.song);
        updateReplaced(part.replaced, take);
        updatePlay(ctx, part.play, take);
        updateTrash(part.trash, take);
        part.trash.title = take.trashed ? "Take it out of the trash" : "Move this take to the trash; it can be restored";
    }

    /** What of it lies after the end of the song, with what writes that too. @param {Record<string, any>} part @param {any} take @param {any} song */
    function updateOver(part, take, song) {
        const over = !take.trashed && perform.end.beyond(song, take.end_s) > 0;
        part.over.hidden = part.extend.hidden = !over;
        if (!over) return;
        const {actText, actValue} = perform.end.offer(take);
        perform.dom.setText(part.over, `▲ ${perform.end.past(take, song)}. That part is kept, but not written.`);
        perform.dom.setText(part.extend, actText);
        part.extend.dataset.value = actValue;
    }

    /** @param {any} button @param {any} take */
    function updateTrash(button, take) {
        button.dataset.act = take.trashed ? "take.restore" : "take.trash";
        perform.dom.setText(button, take.trashed ? "Restore" : "To trash");
    }

    /** Plays or silences it on the selected lane, if it can. @param {any} ctx @param {any} button @param {any} take */
    function updatePlay(ctx, button, take) {
        const lane = perform.state.lane(ctx.model, ctx.ui.selected);
        const plays = Boolean(lane) && lane.covers.some((cover) => cover.take === take.id);
        button.hidden = !lane || take.trashed || !plays && !take.sources.includes(lane.source);
        if (button.hidden) return;
        button.dataset.act = plays ? "take.silence" : "take.play";
        perform.dom.setText(button, `${plays ? "Silence" : "Play"} on ${perform.fields.ofLane(lane)}`);
    }

    /** Faults on the way to us, in words, the worst five; a click shows where. @param {any} place @param {any} take @param {number} fps */
    function updateMarks(place, take, fps) {
        const {el} = perform.dom;
        const marks = perform.marks.faults(take);
        const line = (mark) => {
            const mended = perform.marks.mended(take, mark);
            return el("button", {class: `perform-problem${mended ? " perform-mended" : ""}`, act: "jump", "data-value": Math.round(mark.start_s * fps), title: `${mark.sources.length > 1 ? `${mark.sources.join(", ")}. ` : ""}Show it on the timeline`}, `${mended ? "✓" : "▲"} ${perform.marks.text(take, mark)}`);
        };
        const more = marks.length - MOST_MARKS;
        place.hidden = marks.length === 0;
        perform.dom.refill(place, [marks, take.time, fps], () => [
            ...perform.marks.worst(take, MOST_MARKS).map(line),
            ...more > 0 ? [el("div", {class: "perform-dim"}, `and ${more} more: hover over them on the timeline`)] : [],
        ]);
    }

    /** The lanes on which it plays in place of another take, each with a button that gives the old one back. @param {any} place @param {any} take */
    function updateReplaced(place, take) {
        const {el} = perform.dom;
        perform.dom.refill(place, take.replaced, () => take.replaced.map((row) => el("div", {class: "perform-offer"},
            el("span", {}, `Replaced ${row.title}, ${row.when}`),
            el("button", {class: "perform-button perform-button-small", act: "take.keep", "data-lane": row.lane, "data-value": take.id, "aria-label": `Keep the old one: ${row.title}, ${row.when}`}, "Keep the old one"))));
    }

    /** "replaced Zoom, 0:05.0 to 0:50.0" @param {any} take */
    function replacedText(take) {
        const rows = take.replaced.map((row) => `${row.title}, ${row.when}`);
        return rows.length > 0 ? `replaced ${rows.join("; ")}` : "";
    }

    /** Something to hang the popover from where the pointer is. @param {any} ctx @param {any} event */
    function spot(ctx, event) {
        return {
            isConnected: true, contains: () => false, focus: () => ctx.stage.stage.focus({preventScroll: true}),
            getBoundingClientRect: () => ({left: event.clientX, bottom: event.clientY, top: event.clientY}),
        };
    }

    /** @param {any} take */
    function detail(take) {
        return `${perform.format.shortClock(take.start_s, true)} to ${perform.format.shortClock(take.end_s, true)} · ${perform.format.counted(take.events, "event")} · ${perform.format.moment(take.recorded_at).replace(/ /g, "\u00a0")}${take.time === "sender" ? " · sender's time" : ""}`;
    }

    /** All takes, the newest first, and those in the trash. @param {any} ctx */
    function panel(ctx) {
        const {el} = perform.dom;
        const list = el("div", {class: "perform-menu-list"});
        const node = el("div", {class: "perform-menu perform-takes-panel"}, el("div", {class: "perform-menu-title"}, "Takes"), list);
        const make = (take) => el("div", {class: "perform-menu-item perform-menu-item-still perform-take-row"},
            el("button", {class: "perform-link perform-menu-item-name", act: "take.open", "data-value": take.id, title: "What it heard, what went wrong, which time it plays by"}, `Take ${take.number}`),
            el("span", {class: "perform-problem", part: "marked"}), el("span", {class: "perform-dim perform-number", part: "detail"}),
            el("button", {class: "perform-button perform-button-small", part: "button", "data-value": take.id}),
            el("span", {class: "perform-dim perform-take-replaced", part: "replaced"}));
        const update = () => {
            const takes = [...ctx.model.state.takes].sort((a, b) => Number(a.trashed) - Number(b.trashed) || b.number - a.number);
            perform.dom.keyed(list, takes, (take) => take.id, make, (row, take) => {
                const {button, marked, replaced, detail: words} = perform.dom.parts(row);
                const open = perform.marks.faults(take).filter((mark) => !perform.marks.mended(take, mark)).length;
                perform.dom.setText(marked, open > 0 ? `▲ ${open}` : "");
                perform.dom.setText(words, detail(take));
                perform.dom.setAttribute(words, "title", detail(take));
                perform.dom.setText(replaced, replacedText(take));
                updateTrash(button, take);
                perform.dom.setClass(row, "perform-muted", take.trashed);
            });
        };
        return {node, update};
    }

    const actions = {
        /** @param {any} ctx @param {any} node */
        "takes.open": (ctx, node) => ctx.layer.show("Takes", panel(ctx), node),
        /** @param {any} ctx @param {any} node */
        "take.open": (ctx, node) => {
            const take = perform.state.take(ctx.model, node.dataset.value);
            if (take) open(ctx, take, ctx.root.querySelector("[data-act='takes.open']"));
        },
        /** @param {any} ctx @param {any} node */
        "take.time": (ctx, node) => ctx.send("take.time", {id: node.closest("[data-take]").dataset.take, time: node.dataset.value}),
        /** The lane plays what it did without this take. @param {any} ctx @param {any} node */
        "take.keep": (ctx, node) => ctx.send("take.silence", {lane: node.dataset.lane, take: node.dataset.value}),
        /** @param {any} ctx @param {any} node */
        "take.trash": (ctx, node) => {
            if (!node.closest(".perform-menu-list")) ctx.layer.close();
            return ctx.send("take.trash", {id: node.dataset.value});
        },
        /** @param {any} ctx @param {any} node */
        "take.restore": (ctx, node) => ctx.send("take.restore", {id: node.dataset.value}),
    };

    perform.takes = {open, spot, panel, actions};
})(globalThis.perform ??= {});
