import {test} from "node:test";
import assert from "node:assert/strict";
import * as sources from "../../page/lanes/sources.js";

const received = (name, index, more) => ({name, index, text: false, take_count: 0, first_take: null, ...more});
const ALL = [
    received("/nts1/cutoff", 0), received("/nts1/resonance", 1, {take_count: 1, first_take: 1}), received("/clip", 2, {text: true}),
    received("/nts1/lfo", -1, {take_count: 2, first_take: 1}), received("/a\\[1]", -2, {take_count: 1, first_take: 2}),
];
const listed = (query) => sources.groups(ALL, query).map((group) => [group.title, group.sources.map((source) => source.name)]);

test("received sources come before those that are only recorded, and text is not offered", () => {
    assert.deepEqual(listed(""), [["Received", ["/nts1/cutoff", "/nts1/resonance"]], ["Recorded in this song", ["/nts1/lfo", "/a\\[1]"]]]);
});

test("letters narrow the list, and what is typed can be used as an address", () => {
    assert.deepEqual(listed("lfo"), [["Recorded in this song", ["/nts1/lfo"]], ["Not received yet", ["/lfo"]]]);
    assert.deepEqual(listed("NTS1 cut"), [["Received", ["/nts1/cutoff"]]]);
    assert.deepEqual(listed("/knob/9"), [["Not received yet", ["/knob/9"]]]);
    assert.deepEqual(listed(" / "), [["Received", ["/nts1/cutoff", "/nts1/resonance"]], ["Recorded in this song", ["/nts1/lfo", "/a\\[1]"]]]);
});

test("an address that is typed in full is the best match, with or without its slash", () => {
    for (const typed of ["/nts1/lfo", "nts1/lfo"]) assert.deepEqual(listed(typed), [["Best match", ["/nts1/lfo"]]]);
});

test("a recorded source says in which take it is, or in how many", () => {
    assert.equal(sources.recorded(ALL[0]), "");
    assert.equal(sources.recorded(ALL[1]), "recorded in take 1");
    assert.equal(sources.recorded(ALL[3]), "recorded in 2 takes");
});
