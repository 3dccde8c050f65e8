import {test} from "node:test";
import assert from "node:assert/strict";
import * as curves from "../../page/store/curves.js";
import * as raster from "../../page/timeline/raster.js";

/** The bytes a server sends. */
function bytes(values, keys, keyValues) {
    const buffer = new ArrayBuffer(8 + 4 * values.length + 8 * keys.length);
    const view = new DataView(buffer);
    view.setUint32(0, values.length, true);
    view.setUint32(4, keys.length, true);
    values.forEach((value, i) => view.setFloat32(8 + 4 * i, value, true));
    keys.forEach((key, i) => view.setUint32(8 + 4 * values.length + 4 * i, key, true));
    keyValues.forEach((value, i) => view.setFloat32(8 + 4 * values.length + 4 * keys.length + 4 * i, value, true));
    return buffer;
}

/** The same numbers in every run. */
function noise(length, seed = 7) {
    let state = seed;
    return Float32Array.from({length}, () => {
        state = (state * 1103515245 + 12345) % 2147483648;
        return state / 2147483648;
    });
}

const made = (values) => curves.build(values, new Uint32Array(0), new Float32Array(0));
const extremes = (values, from, to) => [Math.min(...values.slice(from, to)), Math.max(...values.slice(from, to))];

test("a curve is read as it was sent", () => {
    const curve = curves.decode(bytes([0.5, 1, -2], [0, 2], [0.5, -2]));
    assert.deepEqual([...curve.values], [0.5, 1, -2]);
    assert.deepEqual([...curve.keys], [0, 2]);
    assert.deepEqual([...curve.keyValues], [0.5, -2]);
    assert.deepEqual([curve.low, curve.high], [-2, 1]);
});

test("a curve that is cut short or too long is refused", () => {
    const whole = bytes([1, 2, 3], [0], [1]);
    assert.throws(() => curves.decode(whole.slice(0, 6)), RangeError);
    assert.throws(() => curves.decode(whole.slice(0, whole.byteLength - 4)), RangeError);
    const longer = new ArrayBuffer(whole.byteLength + 4);
    new Uint8Array(longer).set(new Uint8Array(whole));
    assert.throws(() => curves.decode(longer), RangeError);
});

test("an empty curve draws nothing and breaks nothing", () => {
    const curve = curves.decode(bytes([], [], []));
    const columns = curves.columns(curve, {start: 0, end: 100}, 50);
    assert.ok([...columns.low].every(Number.isNaN));
    assert.deepEqual(curves.visibleKeys(curve, {start: 0, end: 100}), [0, 0]);
});

test("the pyramid gives the exact extremes of any stretch", () => {
    const values = noise(5003);
    const curve = made(values);
    for (const [from, to] of [[0, 5003], [1, 5002], [17, 18], [255, 1025], [4096, 5003], [63, 65]]) {
        assert.deepEqual(curves.span(curve, from, to), extremes(values, from, to));
    }
});

test("no peak is lost, however far out the view is", () => {
    const values = new Float32Array(30000);
    const peaks = [0, 1, 777, 15001, 29999];
    for (const peak of peaks) values[peak] = 1;
    for (const width of [300, 1116, 2500]) {
        const columns = curves.columns(made(values), {start: 0, end: 30300}, width);
        for (const peak of peaks) {
            const x = Math.floor(peak / 30300 * width);
            const around = [x - 1, x, x + 1].filter((column) => column >= 0 && column < width);
            assert.ok(around.some((column) => columns.high[column] === 1), `the peak at ${peak} is lost at ${width}`);
        }
    }
});

test("neighbouring columns always touch, so that a line has no gaps", () => {
    const curve = made(noise(3000));
    for (const view of [{start: 0, end: 3000}, {start: 100.3, end: 160.9}, {start: 5.5, end: 17.5}, {start: 900, end: 2000}]) {
        const {low, high} = curves.columns(curve, view, 500);
        for (let x = 1; x < 500; x += 1) {
            if (Number.isNaN(low[x]) || Number.isNaN(low[x - 1])) continue;
            assert.ok(low[x] <= high[x - 1] + 1e-6 && high[x] >= low[x - 1] - 1e-6, `a gap at ${x}`);
        }
    }
});

test("columns outside the curve are empty", () => {
    const columns = curves.columns(made(noise(100)), {start: -50, end: 150}, 200);
    assert.ok(Number.isNaN(columns.low[10]));
    assert.ok(!Number.isNaN(columns.low[100]));
    assert.ok(Number.isNaN(columns.low[170]));
});

test("close in, the straight lines between frames are followed", () => {
    const curve = made(Float32Array.from([0, 10, 0]));
    const columns = curves.columns(curve, {start: 0, end: 2}, 200);
    assert.ok(Math.abs(columns.high[50] - 5.05) < 0.1);
    assert.ok(Math.abs(columns.low[150] - 4.95) < 0.1);
});

test("keys inside a view are found by their frames", () => {
    const curve = curves.build(new Float32Array(1000), Uint32Array.from([0, 10, 20, 500, 999]), new Float32Array(5));
    assert.deepEqual(curves.visibleKeys(curve, {start: 10, end: 20}), [1, 3]);
    assert.deepEqual(curves.visibleKeys(curve, {start: 21, end: 400}), [3, 3]);
    assert.deepEqual(curves.visibleKeys(curve, {start: 0, end: 1010}), [0, 5]);
});

test("a value at the top of its range is at the top of its row", () => {
    assert.equal(curves.valueToY(1, 0, 1, 10, 40), 10);
    assert.equal(curves.valueToY(0, 0, 1, 10, 40), 50);
    assert.equal(curves.valueToY(3, 3, 3, 10, 40), 30);
});

test("runs of pixels cover as much ink as their length", () => {
    const pixels = new Uint32Array(3 * 10);
    raster.paint(pixels, 3, 10, Float32Array.from([2.25, NaN, -5]), Float32Array.from([5.5, NaN, 20]), raster.pack("#ff922b"));
    const ink = (x) => Array.from({length: 10}, (_, y) => pixels[y * 3 + x] >>> 24).reduce((sum, alpha) => sum + alpha, 0) / 255;
    assert.ok(Math.abs(ink(0) - 3.25) < 0.02);
    assert.equal(ink(1), 0);
    assert.equal(ink(2), 10);
});

test("colours lie in memory as red, green, blue", () => {
    const bytesOf = new Uint8Array(Uint32Array.from([raster.pack("#ff922b")]).buffer);
    assert.deepEqual([...bytesOf], [0xff, 0x92, 0x2b, 0]);
});
