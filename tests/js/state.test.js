import {test} from "node:test";
import assert from "node:assert/strict";
import * as state from "../../page/store/state.js";

const LISTED = [{index: 0, name: "/x", text: false, take_count: 0, first_take: null}];

/** The slices of lanes and takes beside their order. */
function slices({lanes, takes, ...shared}) {
    const many = (kind, rows = []) => rows.map((row) => [`${kind}:${row.id}`, row]);
    return {...shared, ...lanes && {lanes: lanes.map((lane) => lane.id)}, ...Object.fromEntries([...many("lane", lanes), ...many("take", takes)])};
}

function whole({revision = 5, ...changes} = {}) {
    const all = {
        song: {id: "a", fps: 10, frames: 100, start_s: 0}, lanes: [{id: "l1", source: "/x"}], takes: [],
        listener: {received: 1, malformed: 0, lost: 0}, sources: LISTED,
        transport: {state: "stopped", position_s: 0, take_number: null}, ...changes,
    };
    return {type: "state", revision, full: true, slices: slices(all), removed: []};
}

/** What has changed since. */
function part({revision, removed = [], ...changes}) {
    return {type: "state", revision, full: false, slices: slices(changes), removed};
}

function started(changes) {
    const model = state.create();
    state.reduce(model, whole(changes));
    return model;
}

const recording = {transport: {state: "recording", position_s: 2, take_number: 3}};
const live = (more) => ({type: "live", time_s: 1, recording: true, events_per_s: 9, received: 4, malformed: 1, lost: 0, sources: [], lanes: [], growth: [], ...more});

test("a state is taken whole", () => {
    const model = started();
    assert.equal(model.state.song.id, "a");
    assert.equal(model.sources.get(0).value, null);
    assert.equal(state.transport(model), "stopped");
});

test("a change of an older state, or before there is one, changes nothing", () => {
    const model = started({revision: 9});
    assert.deepEqual(state.reduce(model, part({revision: 8, sources: []})), []);
    assert.equal(model.state.revision, 9);
    assert.deepEqual(state.reduce(state.create(), part({revision: 8, sources: []})), []);
});

test("the timeline is drawn again for what it shows, and not for the rest", () => {
    const model = started();
    assert.deepEqual(state.reduce(model, part({revision: 6, listener: {received: 2, malformed: 0, lost: 0}})), ["state"]);
    assert.deepEqual(state.reduce(model, part({revision: 7, lanes: [{id: "l1", source: "/y"}]})), ["state", "scene"]);
});

test("live messages change only what they name", () => {
    const model = started();
    const changed = state.reduce(model, live({sources: [[0, 1.5, 0, 2, 60]], lanes: [["l1", 0.7, 0.5]]}));
    assert.deepEqual(changed, ["live"]);
    assert.equal(model.sources.get(0).value, 1.5);
    assert.deepEqual(model.lanes.get("l1"), {value: 0.7, position: 0.5});
    state.reduce(model, live({time_s: null}));
    assert.equal(model.time_s, 1);
    assert.equal(model.lanes.get("l1").value, 0.7);
});

test("a played value is over when playing stops, a position is set or the lane maps otherwise; a knob's stays where nothing is recorded", () => {
    const lanes = [{id: "l1", source: "/x", curve_id: "c", out_high: 1}, {id: "l2", source: "/y", curve_id: null, out_high: 1}];
    const rows = {lanes: [["l1", 0.7, 0.5], ["l2", 0.2, 0.2]], recording: false};
    let revision = 10;
    const next = (model, more) => state.reduce(model, whole({lanes, revision: revision += 1, ...more}));
    const at = (name, position_s = 0) => ({transport: {state: name, position_s, take_number: null}});
    const model = started({lanes, ...at("playing")});
    const shown = () => [...model.lanes].filter(([, value]) => !value.over).map(([id]) => id);
    state.reduce(model, live(rows));
    next(model, at("playing"));
    assert.deepEqual(shown(), ["l1", "l2"]);
    next(model, at("stopped"));
    assert.deepEqual(shown(), ["l2"]);
    state.reduce(model, live({...rows, full: true}));
    assert.deepEqual(shown(), ["l2"], "what was received before the page connected is not a move");
    state.reduce(model, live(rows));
    next(model, at("stopped"));
    assert.deepEqual(shown(), ["l1", "l2"], "the knob was moved since");
    next(model, at("stopped", 4));
    assert.deepEqual(shown(), ["l2"]);
    next(model, {...at("stopped", 4), lanes: [lanes[0], {...lanes[1], out_high: 3}]});
    assert.deepEqual([...model.lanes.keys()], ["l1"]);
});

test("a value that comes before the state with the lane's new source stays", () => {
    const model = started({lanes: [{id: "l1", source: null}]});
    state.reduce(model, live({sources: [[0, 1, 0, 2, 60]], lanes: [["l1", 0.75, 1]]}));
    state.reduce(model, part({revision: 6, lanes: [{id: "l1", source: "/x"}]}));
    assert.equal(model.lanes.get("l1").value, 0.75);
});

test("a source that moves is distinguished from one that was only listed", () => {
    const model = started();
    state.reduce(model, live({full: true, sources: [[0, 1, 0, 2, 60]]}));
    assert.equal(model.sources.get(0).moved, 0);
    state.reduce(model, live({sources: [[0, 1.1, 0, 2, 60]]}));
    assert.equal(model.sources.get(0).moved, model.ticks);
});

test("a value that comes before a state without its source is there once the source is listed", () => {
    const model = started();
    state.reduce(model, live({sources: [[1, "neon city", null, null, 1]]}));
    state.reduce(model, whole({revision: 6}));
    const listed = [...LISTED, {index: 1, name: "/pads/name", text: true, take_count: 0, first_take: null}];
    state.reduce(model, whole({revision: 7, sources: listed}));
    assert.equal(model.sources.get(1).value, "neon city");
});

test("sources that were forgotten are gone", () => {
    const model = started();
    state.reduce(model, whole({revision: 6, sources: []}));
    assert.equal(model.sources.size, 0);
});

test("growth is put together from its pieces, in place", () => {
    const model = started(recording);
    state.reduce(model, live({growth: [["l1", 20, [1, 2]]]}));
    state.reduce(model, live({growth: [["l1", 22, [3]]]}));
    state.reduce(model, live({growth: [["l1", 22, [4, 5]]]}));
    assert.deepEqual(model.growth.get("l1"), {first: 20, values: [1, 2, 4, 5]});
});

test("what came again of the growth is noted until it is drawn", () => {
    const model = started(recording);
    state.reduce(model, live({growth: [["l1", 20, [1, 2, 3]]]}));
    assert.equal(model.again.size, 0);
    state.reduce(model, live({growth: [["l1", 21, [4, 5, 6]]]}));
    assert.deepEqual(model.again.get("l1"), [[1, 3]]);
    assert.deepEqual(model.growth.get("l1").values, [1, 4, 5, 6]);
    for (let k = 0; k < 9; k += 1) state.reduce(model, live({growth: [["l1", 20, [k]]]}));
    assert.ok(model.again.get("l1").length <= 4);
    assert.equal(Math.min(...model.again.get("l1").map((one) => one[0])), 0);
    assert.equal(Math.max(...model.again.get("l1").map((one) => one[1])), 3);
});

test("a gap in the growth holds the last value", () => {
    const growth = new Map();
    state.grow(growth, "l", 0, [1]);
    state.grow(growth, "l", 3, [9]);
    assert.deepEqual(growth.get("l").values, [1, 1, 1, 9]);
});

test("a page that joins late gets the recording from its start", () => {
    const model = started(recording);
    state.reduce(model, live({growth: [["l1", 20, [1, 2]]]}));
    state.reduce(model, live({full: true, growth: [["l1", 18, [7, 8, 9]]]}));
    assert.deepEqual(model.growth.get("l1"), {first: 18, values: [7, 8, 9]});
});

test("a new recording begins with nothing grown", () => {
    const model = started(recording);
    state.reduce(model, live({growth: [["l1", 20, [1, 2]]]}));
    state.reduce(model, live({recording: false}));
    assert.equal(model.growth.size, 1);
    state.reduce(model, live({recording: true}));
    assert.equal(model.growth.size, 0);
});

test("another song takes no growth along", () => {
    const model = started(recording);
    state.reduce(model, live({growth: [["l1", 20, [1, 2]]]}));
    state.reduce(model, whole({revision: 1, song: {id: "b", fps: 10, frames: 9, start_s: 0}}));
    assert.equal(model.growth.size, 0);
    assert.equal(model.state.song.id, "b");
});

test("an invalid message changes nothing", () => {
    const model = started();
    for (const message of [null, 3, "x", {}, {type: "other"}, {type: "state"}]) assert.deepEqual(state.reduce(model, message), []);
});

test("the frame under the playhead is counted at the song's fps", () => {
    const model = started();
    model.time_s = 4.2;
    assert.equal(state.frame(model), 42);
});

test("what the server said at its end is kept until it is there again", () => {
    const model = started();
    assert.deepEqual(state.reduce(model, {type: "bye", reason: "Perform was closed."}), ["bye"]);
    assert.equal(model.bye, "Perform was closed.");
    state.reduce(model, live({}));
    assert.equal(model.bye, "Perform was closed.");
    state.reduce(model, whole({revision: 6}));
    assert.equal(model.bye, "");
});

test("what a message does not name stays as it is", () => {
    const model = started({takes: [{id: "t", number: 1, problems: []}]});
    state.reduce(model, live({sources: [[0, 1.5, 0, 2, 60]]}));
    const {takes, sources, song} = model.state;
    state.reduce(model, part({revision: 6, transport: {state: "stopped", position_s: 2}}));
    assert.equal(model.state.takes, takes);
    assert.equal(model.state.sources, sources);
    assert.equal(model.state.song, song);
    assert.equal(model.sources.get(0).value, 1.5);
    state.reduce(model, part({revision: 7, removed: ["take:t"]}));
    assert.deepEqual(model.state.takes, []);
});

test("a list of sources leaves what live messages said of them", () => {
    const model = started();
    state.reduce(model, live({sources: [[0, 1.5, 0, 2, 60]]}));
    state.reduce(model, part({revision: 6, sources: [...LISTED, {index: 1, name: "/y", text: false, take_count: 0, first_take: null}]}));
    assert.equal(model.sources.get(0).value, 1.5);
    assert.equal(model.sources.get(1).value, null);
});
