/** Builds the page into the root element, and into the next one where gradio makes a new one. */

import * as apply from "./apply/apply.js";
import * as check from "./apply/check.js";
import {stopDrawing, touch} from "./drawing.js";
import {listen} from "./events.js";
import * as bridge from "./host/bridge.js";
import {readDeforum} from "./host/reading.js";
import * as inspector from "./inspector/inspector.js";
import * as lanes from "./lanes/lanes.js";
import * as monitor from "./listener/monitor.js";
import {curveCame, curveFailed, receive} from "./receiving.js";
import * as api from "./store/api.js";
import * as cache from "./store/cache.js";
import * as context from "./store/context.js";
import * as stream from "./store/stream.js";
import * as timeline from "./timeline/timeline.js";
import * as transport from "./transport/transport.js";
import {el} from "./widgets/dom.js";
import * as notices from "./widgets/notices.js";
import {cancel, cancelAll, later} from "./widgets/timers.js";

/** @type {Ctx|null} */
let mounted = null;

/** What is mounted now. @returns {Ctx|null} */
export function present() {
    return mounted;
}

/** Builds the bands into the root and starts to listen. @param {PageElement} root */
function mount(root) {
    if (mounted && mounted.root === root) return;
    unmount();
    const ctx = context.create(root, touch);
    mounted = ctx;
    ctx.curves = cache.create({fetch: ctx.api.curve, onCurve: () => curveCame(ctx), onError: (error) => curveFailed(ctx, error)});
    // in the order of drawing: the monitor reads its size, which costs one layout once all others are drawn
    ctx.bands = {
        notices: notices.build(ctx), transport: transport.build(ctx), lanes: lanes.build(ctx), inspector: inspector.build(ctx),
        timeline: timeline.build(ctx), check: check.build(ctx), apply: apply.build(ctx), monitor: monitor.build(ctx),
    };
    root.classList.add("perform-root");
    root.setAttribute("aria-busy", "true");
    const top = el("div", {class: "perform-top"}, ctx.bands.transport.node);
    // in the order of reading
    const below = [ctx.bands.lanes, ctx.bands.monitor, ctx.bands.inspector, ctx.bands.timeline, ctx.bands.check, ctx.bands.apply];
    ctx.page = el("div", {class: "perform-page"}, top, ...below.map((band) => band.node), ctx.layer.toasts, ctx.layer.node);
    root.replaceChildren(ctx.bands.notices.node, ctx.page);
    listen(ctx, rebuilt);
    connect(ctx);
}

/** @param {Ctx} ctx */
function connect(ctx) {
    ctx.stream = stream.create({
        address: api.streamAddress(ctx.api.base, bridge.PAGE), connect: (address) => new WebSocket(address),
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
    }, (error) => ctx.model.state ? ctx.fail(error) : notices.refused(ctx, error));
    readDeforum(ctx);
}

function unmount() {
    if (!mounted) return;
    const ctx = mounted;
    mounted = null;
    ctx.mounted = false;
    ctx.stop();
    ctx.stream.stop();
    stopDrawing(ctx);
    cancelAll();
}

/** gradio removed the root: use the new one, now or when it appears. */
function rebuilt() {
    unmount();
    find();
}

/** Mounts the page in its root, now or as soon as it exists. */
export function find() {
    const root = bridge.root();
    if (root) mount(root);
    else awaitRoot();
}

/** Observes the document only until the root exists. */
function awaitRoot() {
    const look = new MutationObserver(() => {
        if (!bridge.root()) return;
        look.disconnect();
        find();
    });
    look.observe(document.documentElement, {childList: true, subtree: true});
}
