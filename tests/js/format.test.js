import {test} from "node:test";
import assert from "node:assert/strict";
import * as format from "../../page/widgets/format.js";

test("song time has two digits of hundredths and never jumps in width below an hour", () => {
    assert.equal(format.clock(0), "00:00.00");
    assert.equal(format.clock(42.13), "00:42.13");
    assert.equal(format.clock(125.999), "02:05.99");
    assert.equal(format.clock(3723.5), "1:02:03.50");
    assert.equal(format.clock(null), "00:00.00");
    for (const seconds of [0, 9.99, 59.999, 600, 3599]) assert.equal(format.clock(seconds).length, 8);
});

test("a typed time is read back to the hundredth that was shown", () => {
    for (const seconds of [0, 0.07, 42.13, 61.5, 599.99, 3723.5]) {
        assert.ok(Math.abs(format.parseClock(format.clock(seconds)) - seconds) < 0.0101);
    }
    assert.equal(format.parseClock("1:23.5"), 83.5);
    assert.equal(format.parseClock(" 90 "), 90);
});

test("an invalid time is refused, not guessed", () => {
    for (const text of ["", "abc", "1:-3", "1:2:3:4", "1e3", "::"]) assert.equal(format.parseClock(text), null);
});

test("thousands are set apart", () => {
    assert.equal(format.count(0), "0");
    assert.equal(format.count(999), "999");
    assert.equal(format.count(2700), "2,700");
    assert.equal(format.count(1234567), "1,234,567");
    assert.equal(format.counted(1, "key"), "1 key");
    assert.equal(format.counted(1200, "key"), "1,200 keys");
});

test("a range decides how many decimals its values show", () => {
    assert.equal(format.decimalsFor(0, 127), 1);
    assert.equal(format.decimalsFor(-8, 8), 2);
    assert.equal(format.decimalsFor(-2, 2), 3);
    assert.equal(format.decimalsFor(0.45, 0.75), 4);
    assert.equal(format.decimalsFor(0, 100000), 0);
    assert.equal(format.decimalsFor(1, 1), 3);
});

test("a value has the decimals asked for and no negative zero", () => {
    assert.equal(format.fixed(1.5, 3), "1.500");
    assert.equal(format.fixed(-0.00001, 2), "0.00");
    assert.equal(format.fixed(null, 2), "–");
    assert.equal(format.fixed(NaN, 2), "–");
});

test("a range in a small place is short and never looks like another number", () => {
    assert.equal(format.range(0, 127), "0 … 127");
    assert.equal(format.range(0.0000013, 0.99993), "0 … 1");
    assert.equal(format.range(0.25, 0.75), "0.25 … 0.75");
    assert.equal(format.range(-32345.67, -7654), "-32.3k … -7700");
    assert.equal(format.range(-16384, 16384), "-16.4k … 16.4k");
    assert.equal(format.range(0.0001, 0.00123), "0.0001 … 0.0012");
    assert.equal(format.range(3e6, 4e6), "3M … 4M");
    assert.equal(format.range(5, 5), "5 … 5");
    for (const [low, high] of [[-1e38, 1e38], [-0.000001, 0], [123456.7, 123457.1], [-99999, 99.99], [1e-30, 2e-30]]) assert.ok(format.range(low, high).length <= 19, format.range(low, high));
    assert.equal(format.short(null), "–");
});

test("a number in a box has no exponent and no trailing zeros", () => {
    assert.equal(format.plain(0.45), "0.45");
    assert.equal(format.plain(1e-5), "0.00001");
    assert.equal(format.plain(-0.000001), "0");
    assert.equal(format.plain(4294967295), "4294967295");
    assert.equal(format.plain(100), "100");
    assert.equal(format.plain(null), "");
});

test("a typed number may have a comma and must be nothing but a number", () => {
    assert.equal(format.parseNumber("0,5"), 0.5);
    assert.equal(format.parseNumber("-.5"), -0.5);
    for (const text of ["", "1e3", "1 2", "0x10", "nan", "1,2,3"]) assert.equal(format.parseNumber(text), null);
});

test("an error shows two significant digits", () => {
    assert.equal(format.error(0), "0");
    assert.equal(format.error(0.0031234), "0.0031");
    assert.equal(format.error(0.08), "0.08");
    assert.equal(format.error(12.34), "12");
});

test("field names lose the word schedule and nothing else", () => {
    assert.equal(format.fieldName("Strength schedule"), "Strength");
    assert.equal(format.fieldName("Zoom"), "Zoom");
});

test("a long address keeps both its ends", () => {
    assert.equal(format.middle("/short", 10), "/short");
    const cut = format.middle("/a/very/long/address/of/a/knob", 13);
    assert.equal(cut.length, 13);
    assert.ok(cut.startsWith("/a/ver") && cut.endsWith("a/knob"));
});
