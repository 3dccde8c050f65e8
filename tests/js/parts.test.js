import {test} from "node:test";
import assert from "node:assert/strict";
import * as api from "../../page/store/api.js";
import * as bridge from "../../page/host/bridge.js";
import * as cache from "../../page/store/cache.js";
import * as keys from "../../page/widgets/keys.js";
import * as stream from "../../page/store/stream.js";

const answer = (status, body) => ({ok: status < 400, status, json: async () => body});
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("the API is where the modules came from, below any folder and over https", () => {
    assert.equal(api.baseOf("http://box:7860/perform/v1/page/28dd22e9/store/context.js"), "http://box:7860/perform/v1");
    assert.equal(api.baseOf("https://box/page/sd/perform/v1/page/28dd22e9/main.js"), "https://box/page/sd/perform/v1");
    assert.equal(api.streamAddress("https://box:7860/sd/perform/v1", "a1"), "wss://box:7860/sd/perform/v1/stream?page=a1");
});

test("a command is posted as JSON and its result given back", async () => {
    const calls = [];
    const made = api.create("http://x", "a1", async (address, init) => {
        calls.push([address, init]);
        return answer(200, {result: {id: 1}});
    });
    assert.deepEqual(await made.command("lane.add", {field: "zoom"}), {id: 1});
    assert.equal(calls[0][0], "http://x/commands/lane.add");
    assert.equal(calls[0][1].headers["Content-Type"], "application/json");
    assert.equal(calls[0][1].body, '{"field":"zoom"}');
});

test("a refusal keeps the server's message, code and what else it says", async () => {
    const made = api.create("http://x", "a1", async () => answer(409, {error: {code: "listen", message: "in use", free_port: 9001}}));
    await assert.rejects(made.command("listener.change", {}), (error) => error.message === "in use" && error.code === "listen" && error.extras.free_port === 9001);
});

test("a server that is gone is named as such", async () => {
    const made = api.create("http://x", "a1", async () => {
        throw new TypeError("failed to fetch");
    });
    await assert.rejects(made.command("undo"), /does not answer/);
});

/** A socket whose ends the test holds. */
function sockets() {
    const made = [];
    return {made, connect: (address) => made[made.push({address, close() {}}) - 1]};
}

test("the stream comes back after longer and longer waits, and at once when hurried", () => {
    const {made, connect} = sockets();
    const waits = [];
    const links = [];
    let dial = null;
    const live = stream.create({
        address: "ws://x", connect, onMessage: () => undefined, onLink: (link) => links.push(link),
        later: (run, ms) => { waits.push(ms); dial = run; return 1; }, cancel: () => { dial = null; },
    });
    live.start();
    for (let i = 0; i < 6; i += 1) {
        made[made.length - 1].onclose();
        dial();
    }
    assert.deepEqual(waits, [400, 800, 1600, 3200, 6400, 8000]);
    made[made.length - 1].onmessage({data: '{"type":"state"}'});
    assert.equal(links[links.length - 1], "live");
    made[made.length - 1].onclose();
    assert.equal(waits[waits.length - 1], 400);
    const before = made.length;
    live.hurry();
    assert.equal(made.length, before + 1);
});

test("a stream that was stopped stays stopped", () => {
    const {made, connect} = sockets();
    let waits = 0;
    const live = stream.create({address: "ws://x", connect, onMessage: () => undefined, onLink: () => undefined, later: () => { waits += 1; }, cancel: () => undefined});
    live.start();
    const first = made[0];
    live.stop();
    first.onclose();
    live.hurry();
    assert.equal(made.length, 1);
    assert.equal(waits, 0);
});

test("keys act, but never while the user types or holds Ctrl", () => {
    const body = {tagName: "BODY"};
    assert.equal(keys.actionFor({key: "r"}, body), "record.toggle");
    assert.equal(keys.actionFor({key: "R"}, body), "record.toggle");
    assert.equal(keys.actionFor({key: " "}, body), "play.toggle");
    assert.equal(keys.actionFor({key: "z"}, body), "undo");
    assert.equal(keys.actionFor({key: "Z", shiftKey: true}, body), "redo");
    assert.equal(keys.actionFor({key: "?", shiftKey: true}, body), "help.open");
    assert.equal(keys.actionFor({key: "r", ctrlKey: true}, body), null);
    assert.equal(keys.actionFor({key: "r", repeat: true}, body), null);
    for (const target of [{tagName: "INPUT", type: "text"}, {tagName: "TEXTAREA"}, {tagName: "DIV", isContentEditable: true}, {tagName: "SELECT"}]) {
        assert.equal(keys.actionFor({key: "r"}, target), null);
    }
    assert.equal(keys.actionFor({key: "r"}, {tagName: "INPUT", type: "range"}), "record.toggle");
});

test("one curve a lane is fetched at a time, and then the newest", async () => {
    const asked = [];
    const gates = [];
    const store = cache.create({fetch: (id) => { asked.push(id); return new Promise((resolve) => gates.push(resolve)); }, onCurve: () => undefined, onError: () => undefined});
    store.follow([{id: "a", curve_id: "1"}]);
    store.follow([{id: "a", curve_id: "2"}]);
    store.follow([{id: "a", curve_id: "3"}]);
    assert.deepEqual(asked, ["a"]);
    gates[0]("old");
    await turn();
    assert.deepEqual(asked, ["a", "a"]);
    gates[1]("new");
    await turn();
    assert.equal(store.shown.get("a"), "new");
    assert.ok(store.settled());
});

test("a lane that is gone, or has nothing, shows no curve", async () => {
    const store = cache.create({fetch: async (id) => id, onCurve: () => undefined, onError: () => undefined});
    store.follow([{id: "a", curve_id: "1"}, {id: "b", curve_id: "1"}]);
    await turn();
    store.follow([{id: "a", curve_id: null}]);
    assert.equal(store.shown.size, 0);
});

test("the curve of a lane that another page took away is none, and can be had when the lane is back", async () => {
    const answers = [{ok: true, status: 204}, {ok: true, status: 200, arrayBuffer: async () => new ArrayBuffer(8)}];
    const store = cache.create({fetch: api.create("http://x", "a1", async () => answers.shift()).curve, onCurve: () => undefined, onError: assert.fail});
    store.follow([{id: "a", curve_id: "1"}]);
    await turn();
    assert.equal(store.shown.size, 0);
    assert.ok(store.settled());
    store.follow([{id: "a", curve_id: "1"}]);
    await turn();
    assert.equal(store.shown.get("a").values.length, 0);
});

/** A cache whose requests stay open until the test answers them. */
function slowCache() {
    const asked = [];
    const errors = [];
    const store = cache.create({
        fetch: (id, signal) => new Promise((resolve, reject) => {
            asked.push({id, signal, resolve});
            signal.addEventListener("abort", () => reject(new Error("called off")));
        }),
        onCurve: () => undefined, onError: (error) => errors.push(error),
    });
    return {store, asked, errors};
}

test("what is asked for a lane that has gone is called off, and what waited is never asked", async () => {
    const {store, asked, errors} = slowCache();
    store.follow([..."abcdefg"].map((id) => ({id, curve_id: "1"})));
    assert.equal(asked.length, 5, "of a browser's six connections, one is left for commands");
    store.follow([{id: "z", curve_id: "1"}]);
    assert.deepEqual(asked.map((request) => [request.id, request.signal.aborted]), [...[..."abcde"].map((id) => [id, true]), ["z", false]]);
    asked[5].resolve("curve");
    await turn();
    assert.deepEqual([...store.shown.keys()], ["z"]);
    assert.ok(store.settled());
    assert.deepEqual(errors, []);
});

test("while the song may change nothing is asked, and afterwards what is still there", async () => {
    const {store, asked, errors} = slowCache();
    const lanes = [..."abcdef"].map((id) => ({id, curve_id: "1"}));
    store.follow(lanes);
    store.hold();
    await turn();
    assert.deepEqual(asked.map((request) => request.signal.aborted), Array(5).fill(true));
    store.follow(lanes);
    assert.deepEqual(asked.slice(5).map((request) => [request.id, request.signal.aborted]), [..."abcde"].map((id) => [id, false]));
    assert.deepEqual(errors, []);
});

test("commands after which lanes may be gone are known", () => {
    for (const name of ["song.open", "song.new", "lane.remove", "undo"]) assert.match(name, api.TAKES_LANES);
    for (const name of ["lane.change", "song.change", "song.rename", "record.start"]) assert.doesNotMatch(name, api.TAKES_LANES);
});

/** A page with gradio's hidden parts, as far as the bridge sees it. */
function fakeHost() {
    const box = {tagName: "TEXTAREA", value: "", events: 0, matches: () => false, dispatchEvent: () => { box.events += 1; }};
    const clicks = [];
    const wrap = (inner) => ({matches: () => false, querySelector: () => inner});
    const parts = {"#perform_request": wrap(box)};
    for (const verb of ["read", "apply", "undo"]) parts[`#perform_${verb}`] = wrap({click: () => clicks.push(verb)});
    globalThis.gradioApp = () => ({querySelector: (selector) => parts[selector] || null});
    globalThis.HTMLTextAreaElement = class {};
    Object.defineProperty(globalThis.HTMLTextAreaElement.prototype, "value", {set(text) { this.written = text; }, configurable: true});
    globalThis.Event ??= class {};
    const timers = [];
    globalThis.setTimeout = (run, ms) => timers.push({run, ms});
    globalThis.clearTimeout = () => undefined;
    return {box, clicks, click: () => timers.filter((timer) => timer.ms < 1000).forEach((timer) => timer.run())};
}

test("the bridge writes its request, clicks, and gives the answer with its number back", async () => {
    const host = fakeHost();
    assert.ok(bridge.available());
    const waiting = bridge.apply({lanes: ["a"], set_fps: true});
    const request = JSON.parse(host.box.written);
    assert.deepEqual(request.lanes, ["a"]);
    assert.equal(host.box.events, 1);
    host.click();
    assert.deepEqual(host.clicks, ["apply"]);
    bridge.answered(JSON.stringify({id: request.id, applied: ["zoom"]}));
    assert.deepEqual((await waiting).applied, ["zoom"]);
});

/** What gradio sends when a box changes. */
function change(id, sent) {
    const event = {detail: {id, event: "change", data: true}, target: {dispatchEvent: (again) => sent.push(again.detail.id)}, stopped: false};
    event.stopImmediatePropagation = () => { event.stopped = true; };
    bridge.hold(event);
    return event.stopped;
}

test("events of boxes that Apply changed are kept from gradio once, before or after the answer, and no others", async () => {
    const host = fakeHost();
    globalThis.CustomEvent ??= class { constructor(_name, options) { Object.assign(this, options); } };
    const root = {dataset: {followed: "5 6 7"}};
    const find = globalThis.gradioApp().querySelector;
    globalThis.gradioApp = () => ({querySelector: (selector) => selector === "#perform_root" ? root : find(selector)});
    const sent = [];
    assert.equal(change(5, sent), false, "nothing is under way");
    const waiting = bridge.apply({lanes: ["a"], set_fps: true});
    host.click();
    assert.deepEqual([change(5, sent), change(6, sent), change(9, sent)], [true, true, false], "5 and 6 wait, 9 has no followers");
    bridge.answered(JSON.stringify({id: JSON.parse(host.box.written).id, held: [5, 7]}));
    assert.deepEqual(sent, [6], "6 was ticked by the user and goes on");
    await waiting;
    assert.deepEqual([change(7, sent), change(7, sent), change(5, sent)], [true, false, false], "7 comes after the answer, once");
    assert.deepEqual(sent, [6]);
});

test("events that waited for an answer that never came go on", async () => {
    const host = fakeHost();
    const find = globalThis.gradioApp().querySelector;
    globalThis.gradioApp = () => ({querySelector: (selector) => selector === "#perform_root" ? {dataset: {followed: "5"}} : find(selector)});
    const sent = [];
    const waiting = bridge.undo();
    assert.equal(change(5, sent), true);
    bridge.answered({id: JSON.parse(host.box.written).id, error: {message: "There is no Apply to undo."}});
    await assert.rejects(waiting);
    assert.deepEqual(sent, [5]);
});

test("an error of the host reaches the one who asked", async () => {
    const host = fakeHost();
    const waiting = bridge.undo();
    const request = JSON.parse(host.box.written);
    bridge.answered({id: request.id, error: {code: "input", message: "There is no Apply to undo."}});
    await assert.rejects(waiting, /no Apply/);
});

test("without gradio's parts the bridge says so", async () => {
    globalThis.gradioApp = () => ({querySelector: () => null});
    assert.equal(bridge.available(), false);
    await assert.rejects(bridge.read(), /cannot be reached/);
});
