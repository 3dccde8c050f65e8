// @ts-check
(function (perform) {
    "use strict";

    /** One take: what it heard, and what can be done with it. @param {any} ctx @param {any} take @param {any} event */
    function open(ctx, take, event) {
        const {el, icon} = perform.dom;
        const lane = perform.state.lane(ctx.model, ctx.ui.selected);
        const plays = lane && lane.covers.some((cover) => cover.take === take.id);
        const fits = lane && (plays || take.sources.includes(lane.source));
        const name = lane ? perform.fields.label({name: lane.field, label: lane.label}) : "";
        const node = el("div", {class: "perform-menu"},
            el("div", {class: "perform-menu-title"}, `Take ${take.number}`),
            el("div", {class: "perform-dim perform-number"}, detail(take)),
            el("div", {class: "perform-dim perform-mono"}, perform.format.middle(take.sources.join("  "), 90)),
            ...marks(take).map((text) => el("div", {class: "perform-problem"}, `▲ ${text}`)),
            el("div", {class: "perform-menu-row"},
                fits ? el("button", {class: "perform-button", act: plays ? "take.silence" : "take.play", "data-value": take.id}, plays ? `Silence on ${name}` : `Play on ${name}`) : null,
                el("button", {class: "perform-button", act: "file.export", "data-value": "oscdump", "data-take": take.id, title: "What was sent, as oscdump writes it: liblo's oscsendfile plays it again"}, icon("file"), "Save as OSC text"),
                el("button", {class: "perform-button", act: "take.trash", "data-value": take.id, title: "Move this take to the trash; it can be restored"}, icon("trash"), "To trash")));
        ctx.layer.show(`Take ${take.number}`, {node}, spot(ctx, event));
    }

    const FAULTS = Object.freeze({stall: "stall", burst: "burst", gap: "gap", two_senders: "two senders at once", lost: "lost events"});

    /** Faults on the way to us, in words, the first five. @param {any} take */
    function marks(take) {
        const all = take.marks || [];
        const said = all.slice(0, 5).map((mark) => {
            const what = /** @type {Record<string, string>} */ (FAULTS)[mark.kind] || mark.kind;
            return `${what} at ${perform.format.shortClock(mark.start_s, true)}${mark.source ? ` on ${mark.source}` : ""}${mark.count > 1 ? `, ${perform.format.counted(mark.count, "event")}` : ""}`;
        });
        return all.length > 5 ? [...said, `and ${all.length - 5} more`] : said;
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
        return `${perform.format.shortClock(take.start_s, true)} to ${perform.format.shortClock(take.end_s, true)} · ${perform.format.counted(take.events, "event")} · ${perform.format.moment(take.recorded_at)}`;
    }

    /** All takes, the newest first, and those in the trash. @param {any} ctx */
    function panel(ctx) {
        const {el} = perform.dom;
        const list = el("div", {class: "perform-menu-list"});
        const node = el("div", {class: "perform-menu"}, el("div", {class: "perform-menu-title"}, "Takes"), list);
        const make = (take) => el("div", {class: "perform-menu-item perform-menu-item-still perform-take-row"},
            el("span", {class: "perform-menu-item-name"}, `Take ${take.number}`), el("span", {class: "perform-dim perform-number"}, detail(take)),
            el("button", {class: "perform-button perform-button-small", part: "button", "data-value": take.id}));
        const update = () => {
            const takes = [...ctx.model.state.takes].sort((a, b) => Number(a.trashed) - Number(b.trashed) || b.number - a.number);
            perform.dom.keyed(list, takes, (take) => take.id, make, (row, take) => {
                const {button} = perform.dom.parts(row);
                button.dataset.act = take.trashed ? "take.restore" : "take.trash";
                perform.dom.setText(button, take.trashed ? "Restore" : "To trash");
                perform.dom.setClass(row, "perform-muted", take.trashed);
            });
        };
        return {node, update};
    }

    const actions = {
        /** @param {any} ctx @param {any} node */
        "takes.open": (ctx, node) => ctx.layer.show("Takes", panel(ctx), node),
        /** @param {any} ctx @param {any} node */
        "take.trash": (ctx, node) => {
            if (!node.closest(".perform-menu-list")) ctx.layer.close();
            return ctx.send("take.trash", {id: node.dataset.value});
        },
        /** @param {any} ctx @param {any} node */
        "take.restore": (ctx, node) => ctx.send("take.restore", {id: node.dataset.value}),
    };

    perform.takes = {open, panel, actions};
})(globalThis.perform ??= {});
