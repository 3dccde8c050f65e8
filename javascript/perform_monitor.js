// @ts-check
(function (perform) {
    "use strict";

    const TRACE_POINTS = 96;
    const BLINK_TICKS = 12;
    /** Letters at the end of an address that tell it from its neighbours. */
    const TAIL = 9;
    /** Height of a row, as in the style sheet. */
    const ROW = 42;

    /** Every source that was heard, with its last moves. @param {any} ctx */
    function build(ctx) {
        const {el} = perform.dom;
        const list = el("div", {class: "perform-source-list", role: "list", "aria-label": "Monitor", "data-roving": "list"});
        const empty = emptyState();
        const head = el("span", {class: "perform-dim"}, "");
        const node = el("section", {class: "perform-panel perform-monitor", "aria-label": "Monitor"},
            el("div", {class: "perform-head"}, perform.dom.heading("Monitor"), head, el("span", {class: "perform-space"}),
                el("button", {class: "perform-head-button", act: "source.forget", title: "Clear the list; sources come back when they send again"}, "Clear")),
            list, empty);
        /** @type {Map<string, {points: number[], at: number}>} */
        const traces = new Map();
        const frame = {top: 0, height: 0, width: 0, traceHeight: 0};
        return {
            node,
            update: () => update(ctx, {list, empty, head, traces, frame}),
            live: () => live(ctx, {list, traces, frame}),
        };
    }

    /** Nothing heard yet: says what to do. */
    function emptyState() {
        const {el, icon} = perform.dom;
        return el("div", {class: "perform-empty", part: "empty"},
            el("i", {class: "perform-radar", "aria-hidden": "true", part: "radar"}),
            el("b", {part: "emptyTitle"}, "No source yet"),
            el("span", {part: "waits"}, "Send OSC to ", el("code", {part: "where", id: "perform_where"}), ". Waiting."),
            el("span", {class: "perform-problem", part: "deaf"}),
            el("div", {class: "perform-menu-row", part: "waitsRow"},
                el("button", {class: "perform-button", act: "copy", part: "copy", title: "Copy host and port"}, icon("copy"), "Copy address"),
                el("button", {class: "perform-button", act: "senders.open", title: "Ableton Live, TouchOSC, Pure Data, oscsend", "aria-haspopup": "dialog"}, "How to send")));
    }

    /** @param {any} ctx @param {any} view */
    function update(ctx, view) {
        const {sources, listener} = ctx.model.state;
        view.list.hidden = sources.length === 0;
        view.empty.hidden = sources.length > 0;
        perform.dom.setText(view.head, sources.length > 0 ? perform.format.counted(sources.length, "source") : "");
        const part = perform.dom.parts(view.empty);
        const where = perform.senders.target(listener);
        perform.dom.setText(part.where, where);
        part.copy.dataset.value = where;
        const listening = listener.state === "listening";
        perform.dom.setText(part.emptyTitle, listening ? "No source yet" : "No OSC can be received");
        perform.dom.setText(part.deaf, listening ? "" : `▲ ${listener.message}`);
        part.deaf.hidden = listening;
        part.radar.hidden = part.waits.hidden = part.waitsRow.hidden = !listening;
        perform.dom.keyed(view.list, sources, (source) => `${source.text ? "text " : ""}${source.name}`, row, (node, source) => updateRow(ctx, node, source));
        const opens = Array.from(view.list.children, (node) => perform.dom.parts(node).open);
        perform.roving.stopAt(opens, (open) => open.tabIndex === 0);
        forget(view.traces, sources);
        measure(view);
        live(ctx, view);
    }

    /** What is not listed any more needs no trace. @param {Map<string, any>} traces @param {any[]} sources */
    function forget(traces, sources) {
        if (traces.size <= sources.length) return;
        const names = new Set(sources.map((source) => source.name));
        for (const name of [...traces.keys()]) if (!names.has(name)) traces.delete(name);
    }

    /** @param {any} source */
    function row(source) {
        const {el} = perform.dom;
        // what changes 30 times a second is no part of the button: its name would be read aloud again and again
        return el("div", {class: `perform-source${source.text ? " perform-source-text" : ""}`, role: "listitem"},
            el("button", {class: "perform-source-open", part: "open", act: "source.open", "data-value": source.name, "data-stop": "", "aria-haspopup": "dialog", tabindex: -1},
                el("span", {class: "perform-source-name", part: "name"}),
                el("span", {class: "perform-source-plays", part: "plays"})),
            el("i", {class: "perform-dot", part: "dot"}),
            el("span", {class: "perform-source-facts perform-number"}, el("span", {part: "rate"}), el("span", {part: "range"})),
            source.text ? null : el("canvas", {class: "perform-source-trace", part: "trace"}),
            el("span", {class: "perform-source-value perform-number", part: "value"}));
    }

    /** @param {any} ctx @param {any} node @param {any} source */
    function updateRow(ctx, node, source) {
        const part = perform.dom.parts(node);
        perform.dom.setCut(part.name, source.name, TAIL);
        const recorded = perform.sources.recorded(source);
        const lanes = ctx.model.state.lanes;
        const playing = lanes.filter((lane) => lane.source === source.name);
        const plays = playing.length > 0 ? `plays ${playing.map(perform.fields.ofLane).join(", ")}` : "";
        perform.dom.setAttribute(part.open, "title", [source.name, recorded && `: ${recorded}`, plays && `: ${plays}`,
            source.text ? ": text, and a lane needs numbers" : ": click to choose what it plays"].join(""));
        perform.dom.setClass(node, "perform-recorded", source.index < 0);
        const first = playing[0];
        const text = source.text ? "text: a lane needs numbers" : !first ? "choose…"
            : `${perform.fields.ofLane(first)}${playing.length > 1 ? ` +${playing.length - 1}` : ""}`;
        if (source.text) perform.dom.setText(part.plays, text);
        else perform.dom.setCut(part.plays, text, first ? 2 : 0);
        perform.dom.setClass(node, "perform-bound", Boolean(first));
        perform.lanes.tint(node, lanes.indexOf(first));
    }

    /** Sizes are read once after a change, never between writes: a browser would lay the page out for each. @param {any} view */
    function measure(view) {
        const {list, frame} = view;
        const trace = list.querySelector("canvas");
        frame.height = list.clientHeight;
        frame.width = trace ? trace.clientWidth : 0;
        frame.traceHeight = trace ? trace.clientHeight : 0;
    }

    /** @param {any} ctx @param {any} view */
    function live(ctx, view) {
        const sources = ctx.model.state.sources;
        const first = Math.floor(view.list.scrollTop / ROW);
        const last = Math.ceil((view.list.scrollTop + view.frame.height) / ROW);
        for (let i = 0; i < sources.length; i += 1) {
            const node = view.list.children[i];
            const now = ctx.model.sources.get(sources[i].index);
            if (!node || !now) continue;
            const trace = remember(view.traces, sources[i], now);
            if (i >= first && i < last) liveRow(ctx, node, sources[i], now, trace, view.frame);
        }
    }

    /** @param {Map<string, any>} traces @param {any} source @param {any} now */
    function remember(traces, source, now) {
        const trace = traces.get(source.name) || {points: [], at: -1, drawn: -2};
        traces.set(source.name, trace);
        if (source.text || now.value === null || trace.at === now.moved && trace.points.length > 0) return trace;
        trace.at = now.moved;
        trace.points.push(now.value);
        if (trace.points.length > TRACE_POINTS) trace.points.shift();
        return trace;
    }

    /** @param {any} ctx @param {any} node @param {any} source @param {any} now @param {any} trace @param {any} frame */
    function liveRow(ctx, node, source, now, trace, frame) {
        const part = perform.dom.parts(node);
        const active = ctx.model.link === "live" && now.rate_hz > 0;
        const fresh = now.moved > 0 && ctx.model.ticks - now.moved < BLINK_TICKS && active;
        perform.dom.setAttribute(part.dot, "data-mode", fresh ? "busy" : active ? "quiet" : "off");
        perform.dom.setText(part.rate, source.index < 0 ? "recorded" : perform.format.rate(now.rate_hz));
        if (source.text) {
            perform.dom.setText(part.value, perform.format.middle(String(now.value === null ? "" : now.value), 16));
            return;
        }
        const decimals = perform.format.decimalsFor(now.low, now.high);
        perform.dom.setText(part.value, perform.format.fixed(now.value, decimals));
        perform.dom.setText(part.range, now.low === null ? "" : perform.format.range(now.low, now.high));
        const look = `${trace.at} ${frame.width} ${node.getAttribute("style")}`;
        if (trace.drawn === look && trace.theme === ctx.theme()) return;
        trace.drawn = look;
        trace.theme = ctx.theme();
        perform.moving.trace(part.trace, {width: frame.width, height: frame.traceHeight}, trace.points, now.low, now.high, trace.theme, node);
    }

    const actions = {
        /** @param {any} ctx @param {any} node */
        "source.open": (ctx, node) => {
            const source = perform.state.sourceByName(ctx.model, node.dataset.value);
            if (source && source.text) return ctx.layer.toast(`${source.name} sends text, and a lane needs numbers. Choose another source.`, {level: "warn"});
            return perform.chooser.open(ctx, node, node.dataset.value);
        },
        /** @param {any} ctx */
        "source.forget": (ctx) => ctx.send("source.forget"),
    };

    perform.monitor = {build, actions};
})(globalThis.perform ??= {});
