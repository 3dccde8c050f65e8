import {test} from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import * as addresses from "../../page/listener/addresses.js";
import * as allowed from "../../page/listener/allowed.js";
import * as intake from "../../page/listener/intake.js";
import * as reception from "../../page/takes/reception.js";

const source = (...parts) => fs.readFileSync(new URL(`../../deforum_perform/${parts.join("/")}`, import.meta.url), "utf8");

test("every kind of error that is counted has words on the page", () => {
    const malformed = [...source("osc", "decode", "packet_problems.py").matchAll(/^ {8}"(\w+)": "/gm)].map((match) => match[1]);
    const refused = [...source("osc", "decode", "events.py").matchAll(/refused\["(\w+)"\]/g)].map((match) => match[1]);
    assert.ok(malformed.length >= 20 && refused.length >= 4);
    for (const kind of [...malformed, ...refused]) assert.ok(intake.WORDS[kind], `${kind} has no words`);
});

test("every kind of problem has a word and a sentence", () => {
    const kinds = [...source("app", "recording", "problem_table.py").matchAll(/^ {8}"(\w+)": ReceptionProblem/gm)].map((match) => match[1]);
    assert.ok(kinds.length >= 8, kinds.join());
    for (const kind of kinds) assert.ok(reception.KINDS[kind], `${kind} has no words`);
});

test("what was refused is listed by kind, the most first", () => {
    const lines = intake.lines({malformed_kinds: {length: 2, empty: 12}, refused_kinds: {not_finite: 5, odd_thing: 1, text_dropped: 0}});
    assert.deepEqual(lines, ["12 × empty", "5 × value is not a finite number", "2 × length not a multiple of four", "1 × odd thing"]);
    assert.deepEqual(intake.lines({}), []);
    const both = intake.lines({malformed_kinds: {padding: 1}, irregular_kinds: {padding: 4, text_encoding: 0}});
    assert.deepEqual(both, ["4 × padding is not zero; the rest was read", "1 × padding is not zero"]);
});

test("how much can wait is said in time at the present rate, and in messages while nothing is sent", () => {
    assert.equal(intake.survives(38754, 0), "38,754 messages can wait");
    assert.equal(intake.survives(38754, 1200), "32 s of messages can wait");
    assert.equal(intake.survives(38754, 20000), "1.9 s of messages can wait");
    assert.equal(intake.survives(38754, 100), "6 min of messages can wait");
    assert.equal(intake.survives(38754, 1), "11 h of messages can wait");
    assert.equal(intake.survives(undefined, 10), "–");
});

test("stamps are shown with what was measured, once it was", () => {
    assert.equal(intake.stamps({stamps: "kernel", stamp_error_ms: 0.0234}), "by the system, to 0.023 ms");
    assert.equal(intake.stamps({stamps: "python", stamp_error_ms: null}), "by Perform");
});

test("a problem is described with when, what and who", () => {
    const take = {time: "arrival"};
    const problem = (kind, more) => ({kind, source: "/a", start_s: 61, end_s: 61.5, count: 3, who: "", corrected: false, ...more});
    assert.equal(reception.text(take, problem("stall")), "1:01.0 /a: stalled for 0.50 s, then 3 events at once");
    assert.equal(reception.text(take, problem("limited", {source: "", who: "10.0.0.7"})), "1:01.0 3 messages of 10.0.0.7 refused: over the limit per second");
    assert.equal(reception.text(take, problem("slept", {source: "", count: 3600})), "1:01.0 this computer slept for 3,600 seconds");
    assert.equal(reception.text(take, problem("new_kind")), "1:01.0 /a: new kind");
});

test("a problem that the sender's time corrects is shown only while the take plays by arrival", () => {
    const problem = {kind: "stall", source: "/a", start_s: 1, end_s: 2, count: 3, corrected: true};
    assert.equal(reception.corrected({time: "arrival"}, problem), false);
    assert.equal(reception.corrected({time: "sender"}, problem), true);
    assert.match(reception.text({time: "sender"}, problem), /corrected/);
});

test("a problem of all a sender's sources is one, with all its events; others stay apart", () => {
    const problem = (kind, name, start_s, end_s, more) => ({kind, source: name, start_s, end_s, count: 10, who: "", corrected: false, ...more});
    const take = {time: "arrival", problems: [
        problem("stall", "/a", 1, 1.8), problem("stall", "/a", 5, 5.4), problem("stall", "/b", 1.03, 1.82), problem("burst", "/b", 1.03, 1.82),
        problem("stall", "/c", 1.01, 2.6), problem("stall", "/d", 1, 1.8, {corrected: true}), problem("lost", "", 1, 1), problem("lost", "", 1.1, 1.1),
    ]};
    const joined = reception.problems(take);
    assert.deepEqual(joined.map((problem) => [problem.kind, problem.sources.join()]), [
        ["stall", "/a,/b"], ["stall", "/d"], ["lost", ""], ["stall", "/c"], ["burst", "/b"], ["lost", ""], ["stall", "/a"],
    ]);
    assert.equal(reception.text(take, joined[0]), "0:01.0 2 sources: stalled for 0.82 s, then 20 events at once");
    assert.equal(take.problems[0].count, 10);
});

test("the worst of each kind are shown before the minor ones, in order of time", () => {
    const problem = (kind, start_s, rank) => ({kind, source: "/a", start_s, end_s: start_s, count: 1, who: "", rank});
    const trifles = Array.from({length: 40}, (_, i) => problem("burst", i / 5, i + 1));
    const take = {time: "arrival", problems: [...trifles, problem("burst", 8, 0), problem("stall", 9, 0), problem("reordered", 10, 0)]};
    assert.deepEqual(reception.worst(take, 3).map((problem) => [problem.kind, problem.start_s]), [["burst", 8], ["stall", 9], ["reordered", 10]]);
});

test("only problems near a time are shown", () => {
    const problem = (start_s, end_s) => ({kind: "burst", source: "/a", start_s, end_s, count: 9});
    const take = {time: "arrival", problems: [problem(1, 1.5), problem(3, 3), problem(3.05, 3.05)]};
    assert.equal(reception.near(take, 2, 0.1), "");
    assert.equal(reception.near(take, 1.2, 0.1), "0:01.0 /a: 9 events at once");
    assert.equal(reception.near(take, 3, 0.1).split("\n").length, 2);
});

test("no instruction names an address that means all of them", () => {
    const of = (host, own) => addresses.target({host, port: 9000, addresses: own});
    assert.equal(of("127.0.0.1", ["192.168.1.20"]), "127.0.0.1:9000");
    assert.equal(of("0.0.0.0", ["192.168.1.20", "fd00::2"]), "192.168.1.20:9000");
    assert.equal(of("::", ["fd00::2"]), "[fd00::2]:9000");
    assert.equal(of("192.168.1.20", ["192.168.1.20", "10.0.0.1"]), "192.168.1.20:9000");
    assert.deepEqual(addresses.reachable({host: "192.168.1.20", addresses: ["192.168.1.20", "10.0.0.1"]}), ["192.168.1.20"]);
    assert.equal(addresses.where("::1", 9), "[::1]:9");
});

test("a refused sender asks until it is allowed or put away", () => {
    const ctx = (refused, ignored) => ({model: {state: {listener: {senders: {refused}}}}, ui: {ignored: new Set(ignored)}});
    assert.equal(allowed.asking(ctx({host: "10.0.0.7", count: 2}, [])).host, "10.0.0.7");
    assert.equal(allowed.asking(ctx({host: "10.0.0.7", count: 2}, ["10.0.0.7"])), null);
    assert.equal(allowed.asking(ctx(null, [])), null);
    assert.equal(allowed.asking({model: {state: {listener: {}}}, ui: {ignored: new Set()}}), null);
});
