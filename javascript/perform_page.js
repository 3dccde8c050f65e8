// @ts-check
(function (perform) {
    "use strict";

    /** The one owner of the page's listeners, timers and animation frames. */

    const ROOT_ID = "perform_root";
    const BANDS = ["notices", "transport", "lanes", "monitor", "inspector", "timeline", "proof", "apply"];
    /** Bands below the transport, in the order of reading. */
    const BELOW = ["lanes", "monitor", "inspector", "timeline", "proof", "apply"];
    const ACTING = ["transport", "layer", "songs", "timing", "end", "boxes", "listener", "allowed", "intake", "senders", "lanes", "monitor", "chooser", "sources", "shaping", "timeline", "takes", "apply", "files", "more", "forms", "bank", "proof", "findings", "texts", "clipboard", "notices", "keys"];
    /** When what the network swallowed is asked for again. */
    const AGAIN_MS = 500;

    /** @type {Set<any>} */
    const timers = new Set();
    /** @type {any} */
    let mounted = null;

    /** A timer that unmounting ends. @param {() => void} run @param {number} ms */
    function later(run, ms) {
        const handle = setTimeout(() => {
            timers.delete(handle);
            run();
        }, ms);
        timers.add(handle);
        return handle;
    }

    /** @param {any} handle */
    function cancel(handle) {
        clearTimeout(handle);
        timers.delete(handle);
    }

    /** @param {any} ctx @param {...string} what */
    function touch(ctx, ...what) {
        for (const name of what) ctx.dirty[name] = true;
        if (ctx.frame === 0 && ctx.ui.visible && mounted === ctx) ctx.frame = requestAnimationFrame(() => draw(ctx));
    }

    /** @param {any} ctx */
    function draw(ctx) {
        ctx.frame = 0;
        if (!ctx.model.state || !ctx.ui.visible) return;
        const {dirty} = ctx;
        ctx.dirty = {bands: false, live: false, still: false, moving: false};
        if (perform.state.running(ctx.model) && perform.timeline.follow(ctx)) dirty.still = true;
        if (dirty.bands) for (const name of BANDS) ctx.bands[name].update();
        if (dirty.bands) {
            ctx.layer.update();
            ctx.layer.follow();
        }
        if (dirty.live && !dirty.bands) {
            // the monitor first: it reads where its list is scrolled to, and behind a write that costs a layout
            ctx.bands.monitor.live();
            ctx.bands.transport.update();
            ctx.bands.lanes.live();
            ctx.bands.inspector.live();
            ctx.layer.live();
        }
        if (dirty.still) ctx.bands.timeline.still();
        if (dirty.still || dirty.moving) ctx.bands.timeline.moving();
        if (perform.state.lane(ctx.model, ctx.ui.unseen)) reveal(ctx);
    }

    /** Brings the lane that was selected into sight: once it is drawn, for a new one comes after its selection. @param {any} ctx */
    function reveal(ctx) {
        ctx.ui.unseen = null;
        perform.timeline.reveal(ctx);
        perform.lanes.reveal(ctx);
        ctx.redraw();
    }

    /** @param {any} ctx @param {any} message */
    function receive(ctx, message) {
        const before = ctx.model.recording;
        const writing = ctx.model.growth.size;
        const changed = perform.state.reduce(ctx.model, message);
        if (!ctx.model.state) return ctx.model.bye ? perform.notices.refused(ctx, {message: ctx.model.bye}) : undefined;
        if (ctx.model.recording && !before) passBegins(ctx);
        if (changed.includes("state")) stateCame(ctx);
        perform.end.watch(ctx);
        if (changed.includes("live")) touch(ctx, "live", "moving");
        if (ctx.model.growth.size !== writing || message.full) touch(ctx, "still");
    }

    /** @param {any} ctx */
    function passBegins(ctx) {
        ctx.ui.passStart_s = ctx.model.time_s;
        ctx.ui.follow = true;
        touch(ctx, "still");
    }

    /** @param {any} ctx */
    function stateCame(ctx) {
        const {lanes, song} = ctx.model.state;
        if (ctx.song !== song.id) {
            perform.switching.arrived(ctx);
            ctx.song = song.id;
            Object.assign(ctx.ui, {view: null, scroll: 0, takesScroll: Infinity, proof: null, leftOut: new Set(), proofOpen: false, texts: new Map()});
        }
        ctx.ui.songBefore = {id: song.id, name: song.name};
        if (!perform.state.lane(ctx.model, ctx.ui.selected)) ctx.ui.selected = lanes.length > 0 ? lanes[0].id : null;
        ctx.curves.follow(lanes);
        settleGrowth(ctx);
        perform.notices.announce(ctx);
        ctx.root.removeAttribute("aria-busy");
        ctx.refresh();
    }

    /** The red curve stays until the new one has come: no flash of the old. @param {any} ctx */
    function settleGrowth(ctx) {
        if (!ctx.model.recording && ctx.curves.settled()) ctx.model.growth.clear();
    }

    /** @param {any} ctx */
    function curveCame(ctx) {
        settleGrowth(ctx);
        touch(ctx, "still", "moving", "live");
    }

    /** What the network swallowed (a browser does when another one comes) is asked for again; what the server refused is not. @param {any} ctx @param {any} error */
    function curveFailed(ctx, error) {
        if (error.code === "offline" && ctx.model.link === "live") later(() => ctx.curves.follow(ctx.model.state.lanes), AGAIN_MS);
    }

    /** Builds the bands into the root and starts to listen. @param {any} root */
    function mount(root) {
        if (mounted && mounted.root === root) return;
        unmount();
        const ctx = perform.context.create(root, touch);
        mounted = ctx;
        ctx.actions = Object.assign({}, ...ACTING.map((name) => perform[name].actions));
        ctx.curves = perform.cache.create({fetch: ctx.api.curve, onCurve: () => curveCame(ctx), onError: (error) => curveFailed(ctx, error)});
        ctx.bands = Object.fromEntries(BANDS.map((name) => [name, perform[name].build(ctx)]));
        const {el} = perform.dom;
        root.classList.add("perform-root");
        root.setAttribute("aria-busy", "true");
        const top = el("div", {class: "perform-top"}, ctx.bands.transport.node);
        ctx.page = el("div", {class: "perform-page"}, top, ...BELOW.map((name) => ctx.bands[name].node), ctx.layer.toasts, ctx.layer.node);
        root.replaceChildren(ctx.bands.notices.node, ctx.page);
        listen(ctx);
        place(ctx);
        connect(ctx);
    }

    /** @param {any} ctx */
    function connect(ctx) {
        ctx.stream = perform.stream.create({
            address: perform.api.streamAddress(ctx.api.base), connect: (address) => new WebSocket(address),
            onMessage: (message) => receive(ctx, message),
            onLink: (link) => {
                ctx.model.link = link;
                ctx.refresh();
            },
            later, cancel,
        });
        ctx.stream.start();
        ctx.api.fields().then((table) => {
            ctx.ui.fields = table.fields;
            ctx.ui.fieldByName = new Map(table.fields.map((field) => [field.name, field]));
            ctx.refresh();
        }, (error) => ctx.model.state ? ctx.fail(error) : perform.notices.refused(ctx, error));
        if (perform.bridge.available()) readDeforum(ctx);
    }

    /** What Deforum's tab says now: cadence, mode, Parseq; and whether there is an Apply to take back. @param {any} ctx */
    function readDeforum(ctx) {
        perform.bridge.read().then((answer) => {
            ctx.ui.applied = answer.undo_steps > 0;
            ctx.refresh();
        }, () => undefined);
    }

    /** @param {any} ctx */
    function listen(ctx) {
        const stop = new AbortController();
        const options = {signal: stop.signal};
        const {root} = ctx;
        for (const kind of ["click", "input", "change"]) root.addEventListener(kind, (event) => act(ctx, kind, event), options);
        root.addEventListener("pointerdown", (event) => pointerDown(ctx, event), options);
        root.addEventListener("pointermove", (event) => pointerMove(ctx, event), options);
        for (const kind of ["pointerup", "pointercancel"]) root.addEventListener(kind, () => (ctx.drag = null), options);
        root.addEventListener("wheel", (event) => event.target.closest("[data-pointer]") && perform.timeline.wheel(ctx, event), {...options, passive: false});
        root.addEventListener("scroll", (event) => event.target.matches?.(".perform-source-list") && touch(ctx, "live"), {...options, capture: true});
        document.addEventListener("keydown", (event) => keyDown(ctx, event), options);
        // before the timeline hears of it: what a press there opens stays open
        document.addEventListener("pointerdown", (event) => outside(ctx, event), {...options, capture: true});
        document.addEventListener("visibilitychange", () => seen(ctx), options);
        addEventListener("gradio", perform.bridge.hold, {...options, capture: true});
        addEventListener("resize", () => place(ctx), options);
        addEventListener("online", () => ctx.stream.hurry(), options);
        const dark = matchMedia("(prefers-color-scheme: dark)");
        dark.addEventListener("change", () => recolour(ctx), options);
        watch(ctx, stop.signal);
        ctx.stop = () => stop.abort();
    }

    /** What changes without an event: size, visibility, the host's theme. @param {any} ctx @param {AbortSignal} signal */
    function watch(ctx, signal) {
        const size = new ResizeObserver(() => {
            ctx.redraw();
            ctx.layer.fit();
        });
        ctx.watchSize = (node) => size.observe(node);
        size.observe(ctx.stage.stage);
        const above = new ResizeObserver(() => place(ctx));
        above.observe(ctx.bands.notices.node);
        const sight = new IntersectionObserver((entries) => {
            ctx.showing = entries[entries.length - 1].isIntersecting;
            if (!ctx.root.isConnected) rebuilt();
            else seen(ctx);
        });
        sight.observe(ctx.root);
        const theme = new MutationObserver(() => recolour(ctx));
        for (const node of [document.documentElement, document.body]) theme.observe(node, {attributes: true, attributeFilter: ["class", "data-theme"]});
        signal.addEventListener("abort", () => [size, above, sight, theme].forEach((observer) => observer.disconnect()));
        recolour(ctx);
    }

    /** @param {any} ctx */
    function seen(ctx) {
        const before = ctx.ui.visible;
        ctx.ui.visible = !document.hidden && ctx.showing !== false;
        if (!ctx.ui.visible || before) return;
        place(ctx);
        ctx.stream.hurry();
        ctx.refresh();
        if (perform.bridge.available()) readDeforum(ctx);
    }

    /** Standalone follows the system; in a WebUI the host's own class decides. @param {any} ctx */
    function recolour(ctx) {
        const alone = ctx.root.dataset.host === "standalone";
        ctx.root.classList.toggle("perform-dark", alone && matchMedia("(prefers-color-scheme: dark)").matches);
        ctx.colours = null;
        ctx.refresh();
    }

    /** The page takes the height the host leaves it. @param {any} ctx */
    function place(ctx) {
        const top = ctx.page.getBoundingClientRect().top + scrollY;
        if (ctx.root.offsetWidth > 0) ctx.root.style.setProperty("--perform-top", `${Math.round(Math.max(0, top))}px`);
        ctx.layer.place();
        ctx.redraw();
    }

    /** Calls the action an element names for this kind of event. @param {any} ctx @param {string} kind @param {any} event */
    function act(ctx, kind, event) {
        const attribute = kind === "click" ? "act" : kind;
        const node = event.target.closest(`[data-${attribute}]`);
        if (!node || !ctx.model.state || node.disabled) return;
        if (kind === "click" && event.detail > 0 && node.tagName === "BUTTON" && !node.closest(".perform-layer")) node.blur();
        run(ctx, node.dataset[attribute], node, event);
        if (kind === "click" && !node.closest(".perform-offers")) node.closest(".perform-toast")?.remove();
    }

    /** @param {any} ctx @param {string} name @param {any} node @param {any} event */
    function run(ctx, name, node, event) {
        const action = ctx.actions[name];
        if (!action) throw new Error(`no action is called ${name}`);
        Promise.resolve(action(ctx, node, event)).catch(ctx.fail);
    }

    /** @param {any} ctx @param {any} event */
    function pointerDown(ctx, event) {
        const stage = event.target.closest("[data-pointer]");
        if (!stage || !ctx.model.state) return;
        ctx.drag = perform.timeline.press(ctx, event);
        if (ctx.drag) stage.setPointerCapture(event.pointerId);
    }

    /** @param {any} ctx @param {any} event */
    function pointerMove(ctx, event) {
        if (ctx.drag) perform.timeline.move(ctx, event, ctx.drag);
        perform.timeline.hover(ctx, ctx.stage.stage.contains(event.target) ? event : null);
    }

    /** @param {any} ctx @param {any} event */
    function outside(ctx, event) {
        const path = event.composedPath()[0];
        if (ctx.layer.isOpen() && !ctx.layer.contains(path) && !path.closest?.(".perform-toast")) ctx.layer.close(false);
    }

    /** @param {any} ctx @param {KeyboardEvent} event */
    function keyDown(ctx, event) {
        if (document.hidden || ctx.root.getClientRects().length === 0 || !ctx.model.state) return;
        const target = /** @type {any} */ (event.composedPath()[0]);
        if (event.key === "Escape") return escape(ctx);
        // a popover takes the keys: no letter typed at it acts on the page behind it
        const open = ctx.layer.isOpen();
        const band = () => perform.timeline.key(ctx, event, target) || perform.lanes.key(ctx, event, target);
        const taken = perform.roving.key(event, target) || (open ? ctx.layer.key(event, target) : band());
        if (taken) event.preventDefault();
        if (open || taken) return;
        const name = perform.keys.actionFor(event, target);
        const presses = event.key === " " && target.closest?.("button, a, summary, input");
        if (!name || presses) return;
        event.preventDefault();
        run(ctx, name, null, event);
    }

    /** @param {any} ctx */
    function escape(ctx) {
        const learns = ctx.model.state.lanes.find((/** @type {any} */ lane) => lane.learning);
        if (ctx.layer.close()) return;
        if (learns) ctx.send("lane.learn_cancel", {id: learns.id});
        else if (ctx.ui.proofOpen) perform.proof.show(ctx, false);
    }

    function unmount() {
        if (!mounted) return;
        const ctx = mounted;
        mounted = null;
        ctx.stop();
        ctx.stream.stop();
        if (ctx.frame) cancelAnimationFrame(ctx.frame);
        for (const handle of timers) clearTimeout(handle);
        timers.clear();
    }

    /** gradio threw the root away: take the new one, now or when it comes. */
    function rebuilt() {
        unmount();
        find();
    }

    function find() {
        const root = perform.bridge.host().querySelector(`#${ROOT_ID}`) || document.getElementById(ROOT_ID);
        if (root) mount(root);
        else awaitRoot();
    }

    /** Looks at changes of the document only until the root is there. */
    function awaitRoot() {
        const look = new MutationObserver(() => {
            if (!document.getElementById(ROOT_ID)) return;
            look.disconnect();
            find();
        });
        look.observe(document.documentElement, {childList: true, subtree: true});
    }

    /** Mounts when the host, or the plain document, is ready. */
    function start() {
        const host = /** @type {any} */ (globalThis).onUiLoaded;
        if (typeof host === "function") host(find);
        else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", find, {once: true});
        else later(find, 0);
    }

    perform.page = {later, cancel, mount, unmount, start, ROOT_ID, BANDS, ACTING};
    if (typeof document !== "undefined") start();
})(globalThis.perform ??= {});
