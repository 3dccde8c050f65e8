import {test} from "node:test";
import assert from "node:assert/strict";
import * as check from "../../page/apply/check.js";
import * as choosing from "../../page/lanes/choosing.js";
import * as forms from "../../page/inspector/forms.js";

const sampler = {id: "a", kind: "choice", chooses: true, choices: ["Euler a", "DDIM", "UniPC"], pick: "zone", clips: [], out_low: 0, out_high: 0};
const seeds = {...sampler, kind: "int", choices: ["7", "2024"], hard: [-1, 4294967295]};
const hits = {...sampler, kind: "int", chooses: false, choices: [], pick: "step", out_low: 5, out_high: 9, hard: [1, 200]};
const zoom = {...sampler, kind: "float", chooses: false, choices: []};
const model = (more) => ({state: {transport: {state: "stopped"}}, lanes: new Map(), growth: new Map(), ...more});
const playing = {state: {transport: {state: "playing"}}};

test("a lane holds one value and then another where it chooses or counts hits", () => {
    assert.deepEqual([sampler, seeds, hits, zoom].map(choosing.holds), [true, true, true, false]);
    assert.deepEqual([sampler, seeds, hits, zoom].map(choosing.counts), [false, false, true, false]);
});

test("prompts and chosen seeds can fade into the next, and nothing else", () => {
    const seed = {...seeds, field: "seed_schedule"};
    const all = [{...sampler, kind: "prompt"}, seed, {...hits, field: "seed_schedule"}, sampler, hits, {...zoom, field: "seed_schedule"}];
    assert.deepEqual(all.map(choosing.fades), [true, true, true, false, false, false]);
});

test("an index says a name, and one beyond the list the last of it", () => {
    assert.equal(choosing.name(sampler, 1.2), "DDIM");
    assert.equal(choosing.name(sampler, 9), "UniPC");
    assert.equal(choosing.name({...sampler, choices: []}, 0), "–");
    assert.equal(choosing.name(seeds, 2024), "2024");
});

test("what is played from a list of numbers is an index, what is written are the numbers", () => {
    assert.equal(choosing.drawn(seeds, 1), 2024);
    assert.equal(choosing.drawn(sampler, 1), 1);
    assert.equal(choosing.drawn(hits, 6), 6);
    const now = {value: 1, position: 0.9};
    assert.deepEqual(choosing.shown(model(), seeds, now, null), {text: "2024", fill: 1});
    const written = {...seeds, clips: [{take: "t"}]};
    assert.deepEqual(choosing.shown(model(playing), written, {value: 7, position: 0}, null), {text: "7", fill: 0.5});
});

test("the meter is filled up to the zone that is chosen", () => {
    assert.deepEqual(choosing.shown(model(), sampler, {value: 0, position: 0.1}, null), {text: "Euler a", fill: 1 / 3});
    assert.deepEqual(choosing.shown(model(), sampler, undefined, null), {text: "–", fill: null});
});

test("an empty list fills no meter", () => {
    assert.deepEqual(choosing.shown(model(), {...sampler, choices: []}, {value: 0, position: 0.5}, null), {text: "–", fill: null});
});

test("where a pad has come to comes from the recording, or from what is written, never guessed from one hit", () => {
    const pad = {...sampler, pick: "step"};
    const hit = {value: 0, position: 1};
    assert.equal(choosing.shown(model(), pad, hit, null).text, "–");
    assert.equal(choosing.shown(model(), pad, hit, {value: 2}).text, "UniPC");
    assert.equal(choosing.shown(model({growth: new Map([["a", {first: 0, values: [0, 1]}]])}), pad, hit, null).text, "DDIM");
});

test("a row spans its list, and a count what it reached", () => {
    const curve = (low, high) => ({values: [low, high], low, high});
    assert.deepEqual(choosing.range(sampler, curve(1, 1)), [0, 2]);
    assert.deepEqual(choosing.range({...sampler, choices: ["one"]}, null), [-0.5, 0.5]);
    assert.deepEqual(choosing.range(seeds, null), [7, 2024]);
    assert.deepEqual(choosing.range(hits, curve(5, 11)), [5, 11]);
    assert.deepEqual(choosing.range(hits, null), [5, 6]);
});

test("stretches of one value end where the next begins, and lie inside the view", () => {
    const values = [0, 0, 2, 2, 2, 1];
    assert.deepEqual(choosing.runs(values, {start: 0, end: 6}), [{value: 0, from: 0, to: 2}, {value: 2, from: 2, to: 5}, {value: 1, from: 5, to: 6}]);
    assert.deepEqual(choosing.runs(values, {start: 2.5, end: 3.2}), [{value: 2, from: 2, to: 5}]);
    assert.deepEqual(choosing.runs([], {start: 0, end: 9}), []);
});

test("moving a choice keeps all others in order, and stops at the ends", () => {
    const list = ["a", "b", "c"];
    assert.deepEqual(choosing.moved(list, 2, -1), ["a", "c", "b"]);
    assert.deepEqual(choosing.moved(list, 0, 1), ["b", "a", "c"]);
    assert.deepEqual(choosing.moved(list, 0, -1), list);
    assert.deepEqual(choosing.moved(list, 2, 1), list);
    assert.deepEqual(list, ["a", "b", "c"]);
});

test("a search for a name needs every word", () => {
    const known = ["DPM++ 2M", "DPM++ 2M SDE", "Euler a"];
    assert.deepEqual(choosing.search(known, "2m sde"), ["DPM++ 2M SDE"]);
    assert.deepEqual(choosing.search(known, ""), known);
    assert.deepEqual(choosing.search(known, "heun"), []);
});

test("a lane of whole numbers plays a range, a list or counts, and its list is not forgotten", () => {
    const plain = {...hits, pick: "zone"};
    assert.deepEqual([plain, seeds, hits].map(forms.plays), ["range", "list", "next"]);
    assert.deepEqual(forms.playing(seeds, "range", undefined), {choices: [], pick: "zone"});
    assert.deepEqual(forms.playing(seeds, "next", undefined), {choices: [], pick: "step"});
    assert.deepEqual(forms.playing(plain, "list", undefined), {choices: ["5"], pick: "zone"});
    assert.deepEqual(forms.playing({...seeds, out_low: -1}, "list", undefined).choices, ["0"]);
    assert.deepEqual(forms.playing(plain, "list", ["7", "8"]).choices, ["7", "8"]);
});

test("an error above zero is explained: rounding, or the tolerance", () => {
    assert.equal(check.why({largest_error: 0}), "exact");
    assert.equal(check.why({largest_error: 0.00005}), "rounding to 4 digits");
    assert.equal(check.why({largest_error: 0.003}), "within the tolerance you set");
});
