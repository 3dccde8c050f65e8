import {test} from "node:test";
import assert from "node:assert/strict";
import * as slices from "../../page/store/slices.js";

const clip = (take) => ({take, source: "/x", start_s: 0, end_s: 1});

function begun() {
    const store = slices.create();
    const all = {
        song: {id: "a"}, lanes: ["b", "a"], "lane:a": {id: "a"}, "lane:b": {id: "b"}, "take:y": {id: "y", number: 2}, "take:x": {id: "x", number: 1},
        "clip:a:10": clip("y"), "clip:a:2": clip("x"), "clip:b:0": clip("x"),
    };
    slices.takeIn(store, {type: "state", revision: 1, full: true, slices: all, removed: []});
    return store;
}

const next = (store, changes, removed = []) => slices.takeIn(store, {type: "state", revision: 2, full: false, slices: changes, removed});

test("lanes are in their order, takes by number, and clips by place", () => {
    const {state} = begun();
    assert.deepEqual(state.lanes.map((lane) => lane.id), ["b", "a"]);
    assert.deepEqual(state.takes.map((take) => take.id), ["x", "y"]);
    assert.deepEqual(state.lanes[1].clips.map((one) => one.take), ["x", "y"]);
});

test("what did not change stays the same object", () => {
    const store = begun();
    const before = store.state;
    const after = next(store, {"lane:a": {id: "a", armed: false}});
    assert.equal(after.lanes[0], before.lanes[0]);
    assert.notEqual(after.lanes[1], before.lanes[1]);
    assert.deepEqual(after.lanes[1].clips, before.lanes[1].clips);
    assert.equal(after.takes, before.takes);
    assert.equal(after.song, before.song);
    assert.equal(next(store, {song: {id: "a"}}).lanes, after.lanes);
});

test("clips come and go by their places", () => {
    const store = begun();
    const {lanes: [b]} = store.state;
    const after = next(store, {"clip:a:11": clip("z")}, ["clip:a:2"]);
    assert.deepEqual(after.lanes[1].clips.map((one) => one.take), ["y", "z"]);
    assert.equal(after.lanes[0], b);
    assert.deepEqual(next(store, {}, ["clip:a:10", "clip:a:11"]).lanes[1].clips, []);
});

test("lanes and takes that are gone leave nothing", () => {
    const store = begun();
    const after = next(store, {lanes: ["b"]}, ["lane:a", "clip:a:2", "clip:a:10", "take:x"]);
    assert.deepEqual(after.lanes.map((lane) => lane.id), ["b"]);
    assert.deepEqual(after.takes.map((take) => take.id), ["y"]);
    assert.equal(store.clips.has("a"), false);
});

test("lanes are moved without their slices", () => {
    const store = begun();
    const {lanes: [b, a]} = store.state;
    assert.deepEqual(next(store, {lanes: ["a", "b"]}).lanes, [a, b]);
});

test("a lane's id may have colons", () => {
    const store = begun();
    const after = next(store, {lanes: ["c:d"], "lane:c:d": {id: "c:d"}, "clip:c:d:3": clip("x")});
    assert.deepEqual(after.lanes.map((lane) => [lane.id, lane.clips.length]), [["c:d", 1]]);
});

test("a full message replaces everything", () => {
    const store = begun();
    const state = slices.takeIn(store, {type: "state", revision: 1, full: true, slices: {song: {id: "z"}, lanes: []}, removed: []});
    assert.deepEqual(state, {revision: 1, song: {id: "z"}, lanes: [], takes: []});
});
