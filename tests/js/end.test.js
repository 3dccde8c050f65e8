import {test} from "node:test";
import assert from "node:assert/strict";
import * as end from "../../page/songs/end.js";
import * as timing from "../../page/songs/timing.js";
import * as state from "../../page/store/state.js";

const song = (more) => ({id: "s", fps: 10, frames: 100, seconds: 10, length_s: 10, ...more});

test("only a song whose length is set has an end", () => {
    assert.equal(end.endOf(song()), 10);
    assert.equal(end.endOf(song({length_s: null})), null);
    assert.equal(end.beyond(song(), 12.5), 2.5);
    assert.equal(end.beyond(song(), 10.04), 0, "less than half a frame is none");
    assert.equal(end.beyond(song({length_s: null}), 12.5), 0);
});

test("takes that go on after the end are in sight, those in the trash are not", () => {
    const takes = [{end_s: 9}, {end_s: 12.05}, {end_s: 99, trashed: true}];
    assert.equal(end.frames({song: song(), takes}), 121);
    assert.equal(end.frames({song: song(), takes: takes.slice(0, 1)}), 100);
    assert.equal(end.frames({song: song({length_s: null}), takes}), 100);
});

function model(more, recording = true) {
    const made = state.create();
    made.state = {song: song(more), takes: [], transport: {take_number: 3}};
    Object.assign(made, {time_s: 12, recording});
    return made;
}

test("a song without a length grows while it is recorded, one with a length does not", () => {
    assert.equal(end.total(model({length_s: null})), 121);
    assert.equal(end.total(model()), 100);
    assert.equal(end.total(model({length_s: null}, false)), 100);
});

test("a recording reports once that it has passed the end, and at its stop what is not written", () => {
    const toasts = [];
    const ctx = {model: model(), ui: {recordedTake: null, endShown: null}, layer: {toast: (message, options) => toasts.push([message, options.actText, options.actValue])}};
    ctx.model.time_s = 9;
    end.watch(ctx);
    assert.equal(toasts.length, 0);
    ctx.model.time_s = 10.2;
    end.watch(ctx);
    end.watch(ctx);
    assert.equal(toasts.length, 1);
    assert.match(toasts[0][0], /ends at 0:10.0/);
    ctx.model.recording = false;
    ctx.model.state.takes = [{number: 3, end_s: 16.5}];
    end.watch(ctx);
    end.watch(ctx);
    assert.deepEqual(toasts.slice(1), [["Take 3 continues for 6.5 s after the end of the song.", "Extend the song to 0:16.5", "16.5"]]);
});

test("what moves faster is named, at most three by name", () => {
    assert.equal(timing.faster(["Zoom"], 2, 30), "At 30 fps, Zoom moves 2 times as fast: its values are steps per frame.");
    assert.match(timing.faster(["A", "B"], 0.5, 7.5), /^At 7.5 fps, A and B move 0.5 times as fast: their/);
    assert.match(timing.faster(["A", "B", "C", "D", "E"], 2, 30), /A, B, C and 2 other lanes move/);
});
