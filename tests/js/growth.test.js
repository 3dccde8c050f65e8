import {test} from "node:test";
import assert from "node:assert/strict";
import * as curves from "../../page/store/curves.js";
import * as state from "../../page/store/state.js";
import * as growth from "../../page/timeline/growth.js";

const lane = (more) => ({id: "a", kind: "float", form: "frame", chooses: false, pick: "zone", choices: [], out_low: 0, out_high: 10, ...more});
const curve = (...values) => curves.build(Float32Array.from(values), new Uint32Array(0), new Float32Array(0));
const model = (values, more) => {
    const made = state.create();
    made.state = {lanes: [lane(more)]};
    made.growth.set("a", {first: 2, values});
    return made;
};

test("extremes follow what comes, and what comes again", () => {
    const known = new Map();
    const made = model([1, 5]);
    assert.deepEqual(growth.measure(made, known).get("a"), {count: 2, low: 1, high: 5});
    made.growth.get("a").values.push(-3);
    assert.deepEqual(growth.measure(made, known).get("a"), {count: 3, low: -3, high: 5});
    made.growth.get("a").values[1] = 2;
    made.again.set("a", [[1, 2]]);
    assert.deepEqual(growth.measure(made, known).get("a"), {count: 3, low: -3, high: 2});
    made.growth.clear();
    assert.equal(growth.measure(made, known).size, 0);
});

test("a row that grows spans what it will span when the curve is written", () => {
    const grown = {first: 2, values: [20, 4]};
    const extent = {count: 2, low: 4, high: 20};
    assert.deepEqual(growth.range(lane(), undefined, grown, extent), [0, 20]);
    assert.deepEqual(growth.range(lane(), curve(-5, 1, 99, 99, 3), grown, extent), [-5, 20], "what is under it is covered");
    assert.deepEqual(growth.range(lane(), curve(-5, 1, 99, 99, 30), grown, extent), [-5, 30], "what is behind it is not");
    assert.deepEqual(growth.range(lane({form: "rate"}), undefined, grown, extent), [4, 20], "a speed is drawn in the field's own unit");
});

test("ranges are distinguished by their numbers", () => {
    const one = new Map([["a", [0, 1]]]);
    assert.equal(growth.alike(one, new Map([["a", [0, 1]]])), true);
    assert.equal(growth.alike(one, new Map([["a", [0, 2]]])), false);
    assert.equal(growth.alike(one, new Map()), false);
});

/** A canvas that notes what was cleared and where lines were drawn. */
function sheet() {
    const cleared = [];
    const points = [];
    const g = {save() {}, restore() {}, beginPath() {}, rect() {}, clip() {}, translate() {}, stroke() {}, setTransform() {},
        clearRect: (x, _y, width) => cleared.push([x, x + width]), moveTo: (x) => points.push(x), lineTo: (x) => points.push(x)};
    return {canvas: {width: 110, height: 70, getContext: () => g}, cleared, points};
}

function scene(values, again) {
    const view = {start: 0, end: 10};
    return {
        width: 110, height: 70, gutter: 10, room: 100, view, scroll: {lanes: 0}, plan: {rows: [{id: "a", top: 22, height: 40}], lanesRoom: 40},
        lanes: [lane()], ranges: new Map([["a", [0, 10]]]), theme: {rec: "#ff0000"}, toX: (frame) => frame * 10,
        growth: new Map([["a", {first: 2, values}]]), again: new Map(again ? [["a", again]] : []),
    };
}

test("what came again is drawn again, and nothing else", () => {
    const drawn = new Map([["a", 6]]);
    const {canvas, cleared, points} = sheet();
    growth.draw(canvas, scene([1, 2, 3, 4, 5, 6], [[2, 4]]), drawn, false);
    assert.equal(cleared.length, 1);
    const [left, right] = cleared[0];
    assert.ok(left <= 10 + 30 && right >= 10 + 60, "from the frame before to the one behind");
    assert.ok(Math.min(...points) <= left && Math.max(...points) >= right, "lines reach over both edges");
    assert.ok(left > 10 + 20 && right < 10 + 70);
});

test("without news nothing is drawn", () => {
    const drawn = new Map([["a", 3]]);
    const {canvas, cleared, points} = sheet();
    growth.draw(canvas, scene([1, 2, 3]), drawn, false);
    assert.deepEqual([cleared, points], [[], []]);
});

test("a new view draws all", () => {
    const drawn = new Map([["a", 3]]);
    const {canvas, points} = sheet();
    growth.draw(canvas, scene([1, 2, 3], [[0, 1]]), drawn, true);
    assert.deepEqual([Math.min(...points), Math.max(...points)], [30, 50]);
    assert.equal(drawn.get("a"), 3);
});
