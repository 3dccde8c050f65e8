/** The only owner of the page's listeners and observers. */

import {ACTIONS} from "./actions.js";
import {touch} from "./drawing.js";
import * as bridge from "./host/bridge.js";
import {readDeforum} from "./host/reading.js";
import * as lanes from "./lanes/lanes.js";
import * as timeline from "./timeline/timeline.js";
import * as keys from "./widgets/keys.js";
import * as roving from "./widgets/roving.js";

/** Everything that the page listens to, until it is stopped. @param {Ctx} ctx @param {() => void} gone called when gradio removed the root */
export function listen(ctx, gone) {
    const stop = new AbortController();
    const options = {signal: stop.signal};
    listenInside(ctx, options);
    document.addEventListener("keydown", (event) => keyDown(ctx, event), options);
    // before the timeline receives it: what a press there opens stays open
    document.addEventListener("pointerdown", (event) => outside(ctx, event), {...options, capture: true});
    document.addEventListener("visibilitychange", () => seen(ctx), options);
    addEventListener("gradio", bridge.hold, {...options, capture: true});
    addEventListener("resize", () => fitWindow(ctx), options);
    addEventListener("online", () => ctx.stream.hurry(), options);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => recolour(ctx), options);
    watch(ctx, stop.signal, gone);
    ctx.stop = () => stop.abort();
}

/** @param {Ctx} ctx @param {{signal: AbortSignal}} options */
function listenInside(ctx, options) {
    /** @param {string} kind @param {(event: PageEvent) => void} run @param {AddEventListenerOptions} [more] */
    const on = (kind, run, more) => ctx.root.addEventListener(kind, (event) => run(/** @type {PageEvent} */ (event)), {...options, ...more});
    for (const kind of ["click", "input", "change"]) on(kind, (event) => act(ctx, kind, event));
    on("pointerdown", (event) => pointerDown(ctx, event));
    on("pointermove", (event) => pointerMove(ctx, event));
    for (const kind of ["pointerup", "pointercancel"]) on(kind, () => (ctx.drag = null));
    on("wheel", (event) => event.target.closest("[data-pointer]") && timeline.wheel(ctx, event), {passive: false});
    on("scroll", (event) => event.target.matches?.(".perform-source-list") && touch(ctx, "live"), {capture: true});
}

/** What changes without an event: size, visibility, the host's theme. @param {Ctx} ctx @param {AbortSignal} signal @param {() => void} gone */
function watch(ctx, signal, gone) {
    const size = new ResizeObserver(() => {
        ctx.redraw();
        ctx.layer.fit();
    });
    ctx.watchSize = (node) => size.observe(node);
    size.observe(ctx.stage.stage);
    // called for the first time once the page is laid out
    const above = new ResizeObserver(() => fitWindow(ctx));
    above.observe(ctx.bands.notices.node);
    const sight = new IntersectionObserver((entries) => {
        ctx.showing = entries[entries.length - 1].isIntersecting;
        if (!ctx.root.isConnected) gone();
        else seen(ctx);
    });
    sight.observe(ctx.root);
    const theme = new MutationObserver(() => recolour(ctx));
    for (const node of [document.documentElement, document.body]) theme.observe(node, {attributes: true, attributeFilter: ["class", "data-theme"]});
    signal.addEventListener("abort", () => [size, above, sight, theme].forEach((observer) => observer.disconnect()));
    recolour(ctx);
}

/** @param {Ctx} ctx */
function seen(ctx) {
    const before = ctx.ui.visible;
    ctx.ui.visible = !document.hidden && ctx.showing !== false;
    if (!ctx.ui.visible || before) return;
    fitWindow(ctx);
    ctx.stream.hurry();
    ctx.refresh();
    readDeforum(ctx);
}

/** Standalone follows the system; in a WebUI the host's own class decides. @param {Ctx} ctx */
function recolour(ctx) {
    const alone = ctx.root.dataset.host === "standalone";
    ctx.root.classList.toggle("perform-dark", alone && matchMedia("(prefers-color-scheme: dark)").matches);
    ctx.colours = null;
    ctx.refresh();
}

/** The page uses the height that the host leaves it. @param {Ctx} ctx */
function fitWindow(ctx) {
    const top = ctx.page.getBoundingClientRect().top + scrollY;
    if (ctx.root.offsetWidth > 0) ctx.root.style.setProperty("--perform-top", `${Math.round(Math.max(0, top))}px`);
    ctx.layer.place();
    ctx.redraw();
}

/** Calls the action an element names for this kind of event. @param {Ctx} ctx @param {string} kind @param {PageEvent} event */
function act(ctx, kind, event) {
    const attribute = kind === "click" ? "act" : kind;
    const node = event.target.closest(`[data-${attribute}]`);
    if (!node || !ctx.model.state || node.disabled) return;
    if (kind === "click" && Number(event.detail) > 0 && node.tagName === "BUTTON" && !node.closest(".perform-layer")) node.blur();
    run(ctx, node.dataset[attribute] || "", node, event);
    if (kind === "click" && !node.closest(".perform-offers")) node.closest(".perform-toast")?.remove();
}

/** @param {Ctx} ctx @param {string} name @param {PageElement|null} node null where a key names the action @param {Event} event */
function run(ctx, name, node, event) {
    const action = ACTIONS[name];
    if (!action) throw new Error(`no action is called ${name}`);
    Promise.resolve(action(ctx, node, event)).catch(ctx.fail);
}

/** @param {Ctx} ctx @param {PageEvent} event */
function pointerDown(ctx, event) {
    const stage = event.target.closest("[data-pointer]");
    if (!stage || !ctx.model.state) return;
    ctx.drag = timeline.press(ctx, event);
    if (ctx.drag) stage.setPointerCapture(Number(event.pointerId));
}

/** @param {Ctx} ctx @param {PageEvent} event */
function pointerMove(ctx, event) {
    if (ctx.drag) timeline.move(ctx, event, ctx.drag);
    timeline.hover(ctx, ctx.stage.stage.contains(event.target) ? event : null);
}

/** @param {Ctx} ctx @param {Event} event */
function outside(ctx, event) {
    const path = /** @type {PageElement} */ (event.composedPath()[0]);
    if (ctx.layer.isOpen() && !ctx.layer.contains(path) && !path.closest?.(".perform-toast")) ctx.layer.close(false);
}

/** @param {Ctx} ctx @param {KeyboardEvent} event */
function keyDown(ctx, event) {
    if (document.hidden || ctx.root.getClientRects().length === 0 || !ctx.model.state) return;
    const target = /** @type {PageElement} */ (event.composedPath()[0]);
    if (event.key === "Escape") {
        escape(ctx);
        return;
    }
    // a popover gets the keys: a letter typed in it does not act on the page behind it
    const open = ctx.layer.isOpen();
    const band = () => timeline.key(ctx, event, target) || lanes.key(ctx, event, target);
    const taken = roving.key(event, target) || (open ? ctx.layer.key(event, target) : band());
    if (taken) event.preventDefault();
    if (open || taken) return;
    const name = keys.actionFor(event, target);
    const presses = event.key === " " && target.closest?.("button, a, summary, input");
    if (!name || presses) return;
    event.preventDefault();
    run(ctx, name, null, event);
}

/** @param {Ctx} ctx */
function escape(ctx) {
    const learns = ctx.model.state.lanes.find((lane) => lane.learning);
    if (ctx.layer.close()) return;
    if (learns) ctx.send("lane.learn_cancel", {id: learns.id});
    else if (ctx.ui.checkOpen) ctx.showCheck(false);
}
