import {test} from "node:test";
import assert from "node:assert/strict";
import * as fields from "../../page/lanes/fields.js";
import * as findings from "../../page/apply/findings.js";
import * as format from "../../page/widgets/format.js";
import * as plan from "../../page/apply/plan.js";
import * as playing from "../../page/lanes/playing.js";
import * as recipes from "../../page/listener/recipes.js";
import * as rows from "../../page/timeline/rows.js";
import * as sliders from "../../page/inspector/sliders.js";
import * as written from "../../page/lanes/written.js";

const lane = (id, more) => ({id, curve_id: "c", keys: 10, muted: false, largest_error: 0.01, problems: [], clips: [], source: "/a", ...more});

test("Apply takes lanes that hold something, are not muted and were not left out", () => {
    const lanes = [lane("a"), lane("b", {muted: true}), lane("c", {curve_id: null, keys: 0}), lane("d")];
    assert.deepEqual(plan.chosen(lanes, new Set(["d"])).map((item) => item.id), ["a"]);
    assert.equal(plan.reason(lanes[1], []), "muted");
    assert.equal(plan.reason(lanes[2], []), "not armed");
});

const take = (number, more) => ({id: `t${number}`, number, sources: ["/a"], trashed: false, ...more});

test("a lane that holds nothing says why, and what to do next", () => {
    const none = (more, takes = [], state = {}) => {
        const model = {recording: false, growth: new Map(), state: {takes, transport: {state: "stopped"}}, ...state};
        return written.text(model, lane("a", {curve_id: null, keys: 0, armed: true, final: true, ...more}), false);
    };
    assert.equal(none({}), "nothing yet (press R, move the knob)");
    assert.equal(none({armed: false}), "nothing: not armed (arm the lane, press R)");
    assert.equal(none({source: null}), "nothing: no source (press Learn, move a knob)");
    assert.equal(none({source: null, learning: true}), "nothing yet: move a knob");
    assert.equal(none({chooses: true, choices: []}), "nothing: the list is empty");
    assert.equal(none({}, [take(1)]), "nothing: take 1 is not played here (click it under Takes)");
    assert.equal(none({}, [take(1), take(2, {trashed: true}), take(3)]), "nothing: takes 1, 3 are not played here (click it under Takes)");
    assert.equal(none({}, [take(2, {trashed: true})]), "nothing: take 2 is in the trash (restore it from the list of takes)");
    assert.equal(none({problems: [{code: "damaged_take", message: "m", blocks: true}]}, [take(1)]), "nothing: its take cannot be read (see below)");
    assert.equal(none({}, [], {recording: true}), "waits for a move");
    assert.equal(none({}, [], {recording: true, growth: new Map([["a", {}]])}), "recording…");
    assert.equal(none({source: null}, [], {recording: true}), "nothing: no source (press Learn, move a knob)");
    assert.equal(none({}, [], {state: {takes: [], transport: {state: "waiting"}}}), "recording starts at a move");
});

test("a lane that holds something says its keys, and whether they are written", () => {
    const has = (more, leftOut = false, state = {}) => written.text(
        {recording: false, growth: new Map(), state: {takes: [take(1)], transport: {state: "stopped"}}, ...state}, lane("a", {armed: true, final: true, ...more}), leftOut);
    assert.equal(has({}), "10 keys · largest error 0.01");
    assert.equal(has({muted: true}), "10 keys · largest error 0.01 · muted: not written");
    assert.equal(has({}, true), "10 keys · largest error 0.01 · not ticked in Check: not written");
    assert.equal(has({problems: [{code: "x", message: "m", blocks: true}]}), "10 keys · largest error 0.01 · cannot be written: see below");
    assert.equal(has({}, false, {recording: true}), "waits for a move · before: 10 keys");
    assert.equal(has({armed: false}, false, {recording: true}), "10 keys · largest error 0.01");
});

test("the bar says why there is nothing to write", () => {
    const none = lane("a", {curve_id: null, keys: 0, armed: true});
    assert.equal(plan.emptyText([none], []), "Nothing to write yet.");
    assert.equal(plan.emptyText([none], [take(1)]), "Nothing to write: take 1 is not played here.");
    assert.equal(plan.emptyText([none, lane("b", {muted: true})], []), "Everything recorded is muted.");
    assert.equal(plan.emptyText([none, lane("b")], []), "No lane is ticked in Check.");
});

const span = (item) => Math.abs(item.out_high - item.out_low);

test("the summary counts the chosen lanes only", () => {
    const lanes = [lane("a", {keys: 5}), lane("b", {keys: 7, problems: [{code: "x", message: "m"}]}), lane("c", {muted: true, largest_error: 9})];
    const sum = plan.summary(lanes, new Set(), () => 1);
    assert.deepEqual([sum.lanes, sum.of, sum.keys, sum.problems.length], [2, 3, 12, 1]);
});

test("the largest error is a share of its own lane's range: units are never compared", () => {
    const lanes = [
        lane("pixels", {out_low: -8, out_high: 8, largest_error: 0.08}), lane("factor", {out_low: 0.98, out_high: 1.04, largest_error: 0.0006}),
        lane("still", {out_low: 1, out_high: 1, largest_error: 0}), lane("left", {muted: true, out_low: 0, out_high: 1, largest_error: 9}),
    ];
    const {worst} = plan.summary(lanes, new Set(), span);
    assert.equal(worst.lane.id, "factor");
    assert.equal(format.percent(worst.share), "1 %");
    assert.equal(plan.summary([lanes[2]], new Set(), span).worst, null);
    assert.equal(format.percent(0.00512), "0.51 %");
});

test("typed numbers never leave the hard limits", () => {
    assert.equal(sliders.clampHard(1.4, [0, 1]), 1);
    assert.equal(sliders.clampHard(-3, [0, 1]), 0);
    assert.equal(sliders.clampHard(0.3, [0, 1]), 0.3);
    assert.equal(sliders.clampHard(99, null), 99);
});

test("sliders give back the value they were set from", () => {
    for (const seconds of [0, 0.05, 0.5, 2, 5]) {
        assert.ok(Math.abs(sliders.smoothingFromSlider(sliders.smoothingToSlider(seconds)) - seconds) < 0.006);
    }
    for (const tolerance of [0.0005, 0.001, 0.005, 0.02, 0.1]) {
        const back = sliders.toleranceFromSlider(sliders.toleranceToSlider(tolerance));
        assert.ok(Math.abs(back / tolerance - 1) < 0.02, `${tolerance} came back as ${back}`);
    }
    assert.equal(sliders.toleranceFromSlider(sliders.toleranceToSlider(0.005)), 0.005);
});

test("a typed drift is a percentage of 0 or more, and is shown as it was typed", () => {
    for (const typed of ["0", "0.05", "5", "12.5", "100", "1234.5"]) {
        const drift = sliders.driftFromPercent(typed);
        assert.ok(Math.abs(drift * 100 - Number(typed)) < 1e-9);
        assert.equal(sliders.driftToPercent(drift), typed);
    }
    for (const wrong of ["", "little", "-1"]) assert.equal(sliders.driftFromPercent(wrong), null);
});

test("a broken tolerance is more than full", () => {
    assert.ok(plan.toleranceUsed({largest_error: 0.02, tolerance: 0.01}) > 1);
    assert.equal(plan.toleranceUsed({largest_error: 0, tolerance: 0}), 0);
    assert.ok(plan.toleranceUsed({largest_error: 0.1, tolerance: 0}) > 1);
});

test("a lane offers the takes of its source and those it plays, newest first", () => {
    const takes = [
        {id: "t1", number: 1, sources: ["/a"], trashed: false}, {id: "t2", number: 2, sources: ["/b"], trashed: false},
        {id: "t3", number: 3, sources: ["/a"], trashed: true}, {id: "t4", number: 4, sources: ["/b"], trashed: false},
    ];
    const items = playing.laneTakes(lane("a", {clips: [{take: "t2"}]}), takes);
    assert.deepEqual(items.map((item) => [item.take.id, item.plays]), [["t2", true], ["t1", false]]);
    assert.equal(playing.playsText(lane("a", {clips: [{take: "t2"}]}), takes), "plays take 2");
    assert.equal(playing.playsText(lane("a"), takes), "");
});

test("a lane that a problem blocks is chosen and not ready", () => {
    const blocked = lane("b", {problems: [{code: "unknown_field", message: "m", blocks: true}]});
    const sum = plan.summary([lane("a", {final: true}), blocked, lane("c", {muted: true})], new Set(), () => 1);
    assert.deepEqual([sum.of, sum.lanes, sum.ready, sum.final], [3, 2, 1, false]);
});

test("keys say whether they may still become fewer", () => {
    assert.equal(written.keysText(1, true, "live"), "1 key");
    assert.equal(written.keysText(1206, false, "live"), "1,206 keys, refining…");
    assert.equal(written.keysText(1206, false, "lost"), "1,206 keys");
});

const problem = (code, more) => ({code, message: `${code} here`, remedy: "Do it.", frame: null, ...more});
const named = (field, problems) => problems.map((one) => ({lane: {id: field, field, label: field}, problem: one}));

test("one reception problem of several lanes is one finding, another one later is another", () => {
    const items = [
        ...named("zoom", [problem("stall", {frame: 60}), problem("clipped", {frame: 60})]), ...named("angle", [problem("stall", {frame: 63}), problem("clipped", {frame: 60})]),
        ...named("fov", [problem("stall", {frame: 300})]),
    ];
    const found = findings.gather(items, [], 15);
    assert.deepEqual(found.map((one) => [one.problem.code, one.lanes.map((lane) => lane.id)]), [
        ["stall", ["zoom", "angle"]], ["clipped", ["zoom"]], ["clipped", ["angle"]], ["stall", ["fov"]],
    ]);
    assert.equal(findings.names(found[0]), "zoom, angle");
    assert.equal(findings.words(found[1]), "zoom: clipped here");
});

test("what is the same for several lanes is one finding, what blocks comes first, what concerns all has no lanes", () => {
    const items = [...named("zoom", [problem("mode")]), ...named("angle", [problem("mode"), problem("still")]), ...named("fov", [problem("mode", {remedy: "Other."}), problem("refused", {blocks: true})])];
    const found = findings.gather(items, [problem("parseq")], 15);
    assert.deepEqual(found.map((one) => [one.problem.code, one.lanes.length]), [["refused", 1], ["parseq", 0], ["mode", 2], ["still", 1], ["mode", 1]]);
});

test("a lane's two problems of one kind are two findings", () => {
    assert.equal(findings.gather(named("zoom", [problem("unknown_name", {message: "a"}), problem("unknown_name", {message: "b"})]), [], 15).length, 2);
});

test("the verdict counts", () => {
    assert.deepEqual([0, 1, 2].map(findings.verdict), ["Ready", "1 thing to look at", "2 things to look at"]);
});

const table = [
    {name: "zoom", label: "Zoom", kind: "float", unit: "factor/frame", modes: ["2D"], reads: "frame", note: "multiplicative"},
    {name: "strength_schedule", label: "Strength", kind: "float", unit: "fraction", modes: ["2D", "3D"], reads: "cadence", note: null},
    {name: "rotation_3d_y", label: "Rotation 3D Y", kind: "float", unit: "deg/frame", modes: ["3D"], reads: "frame", note: "pan"},
    {name: "sampler_schedule", label: "Sampler", kind: "choice", unit: "name", modes: ["2D"], reads: "cadence", note: null},
    {name: "cn_2_weight", label: "Weight", kind: "float", unit: "factor", modes: ["2D", "3D"], reads: "cadence", note: null},
];

const names = (query) => fields.search(table, query).map((field) => field.name);

test("fields are found by label, unit, note and group, all words needed", () => {
    assert.deepEqual(names("pan"), ["rotation_3d_y"]);
    assert.deepEqual(names("controlnet weight"), ["cn_2_weight"]);
    assert.deepEqual(names("zoom pan"), []);
    assert.equal(names("").length, 5);
});

test("a whole name comes before a beginning, a beginning before a word, whole words before letters inside one", () => {
    const list = [
        {name: "a", label: "Fine", note: "less noise"}, {name: "b", label: "Film noise"}, {name: "noise_multiplier_schedule", label: "Noise multiplier"},
        {name: "noise_schedule", label: "Grain"}, {name: "e", label: "Denoise"},
    ];
    assert.deepEqual(fields.search(list, "Noise").map((field) => field.label), ["Grain", "Noise multiplier", "Film noise", "Fine", "Denoise"]);
    assert.deepEqual(fields.search(list, "noise-mult").map((field) => field.label), ["Noise multiplier"]);
    assert.deepEqual(fields.search(list, "films").map((field) => field.label), ["Film noise"]);
});

test("names and prompts stand in a group of their own, and what no knob can play is not offered", () => {
    assert.deepEqual(fields.grouped([...table, {name: "switch", kind: "switch"}]).map((group) => [group.title, group.fields.length]), [
        ["Movement", 1], ["Movement in 3D", 1], ["Diffusion", 1], ["Names and prompts", 1], ["ControlNet", 1],
    ]);
});

test("units of ControlNet are distinguished", () => {
    assert.equal(fields.label(table[4]), "Unit 2: Weight");
});

test("takes that overlap lie on lines of their own, others share one", () => {
    const takes = [{id: 1, number: 1, start_s: 0, end_s: 10}, {id: 2, number: 2, start_s: 5, end_s: 8}, {id: 3, number: 3, start_s: 10, end_s: 12}, {id: 4, number: 4, start_s: 0, end_s: 99, trashed: true}];
    const {placed, lines} = rows.pack(takes);
    assert.deepEqual(placed.map((item) => item.row), [0, 1, 0]);
    assert.equal(lines, 2);
});

const ids = (count) => Array.from({length: count}, (_, i) => `l${i}`);
const still = {lanes: 0, takes: 0};

test("rows fill the height while they fit and scroll when they do not", () => {
    const few = rows.layout(["a", "b"], [], 300, false);
    assert.equal(few.overflow, 0);
    const many = rows.layout(ids(20), [], 300, false);
    assert.ok(many.overflow > 0);
    assert.ok(many.rows.every((row) => row.height >= 22));
    for (let i = 1; i < many.rows.length; i += 1) assert.equal(many.rows[i].top, many.rows[i - 1].top + many.rows[i - 1].height);
});

test("takes stay in sight below the lanes, however many lanes there are", () => {
    const takes = [1, 2, 3].map((number) => ({id: `t${number}`, number, start_s: 0, end_s: 10}));
    for (const count of [1, 3, 9, 40]) {
        const shown = rows.layout(ids(count), takes, 220, true);
        assert.equal(shown.takesOverflow, 0);
        assert.ok(rows.takeTop(shown.takesTop, 3) + rows.TAKE <= 220 - rows.FOOT);
        assert.ok(shown.takesTop >= rows.RULER + Math.min(shown.lanesRoom, count * 22));
    }
});

test("many takes leave space for the lanes, and scroll", () => {
    const takes = Array.from({length: 30}, (_, i) => ({id: `t${i}`, number: i, start_s: 0, end_s: 10}));
    const shown = rows.layout(ids(4), takes, 300, false);
    assert.ok(shown.lanesRoom > 150);
    assert.ok(shown.takesOverflow > 0);
    assert.equal(rows.hit(shown, 5, shown.takesTop + 2, still, 300, (s) => s).take.id, "t0");
    const last = {lanes: 0, takes: shown.takesOverflow};
    assert.equal(rows.hit(shown, 5, 300 - rows.FOOT - 4, last, 300, (s) => s).take.id, "t29");
});

test("a lane that is selected comes wholly into sight, and moves nothing if it is", () => {
    const shown = rows.layout(ids(20), [{id: "t", number: 1, start_s: 0, end_s: 1}], 220, false);
    assert.equal(rows.reveal(shown, "l0", 0), 0);
    const down = rows.reveal(shown, "l19", 0);
    assert.equal(down, shown.overflow);
    assert.equal(rows.reveal(shown, "l18", down), down);
    assert.equal(rows.reveal(shown, "l0", down), 0);
    assert.equal(rows.reveal(shown, "gone", 33), 33);
});

test("what is under the pointer is found, scrolled or not", () => {
    const takes = [{id: "t", number: 1, start_s: 2, end_s: 4}];
    const shown = rows.layout(["a", "b"], takes, 200, false);
    const toX = (seconds) => seconds * 10;
    assert.equal(rows.hit(shown, 50, 5, still, 200, toX).kind, "ruler");
    assert.equal(rows.hit(shown, 50, 198, still, 200, toX).kind, "foot");
    assert.equal(rows.hit(shown, 50, rows.RULER + 1, still, 200, toX).id, "a");
    assert.equal(rows.hit(shown, 50, rows.RULER + 1, {lanes: shown.rows[0].height, takes: 0}, 200, toX).id, "b");
    assert.equal(rows.hit(shown, 30, shown.takesTop + 2, still, 200, toX).take.id, "t");
    assert.equal(rows.hit(shown, 50, shown.takesTop + 2, still, 200, toX).kind, "plot");
});

test("a recording beyond the end makes the timeline longer in steps, never in every frame", () => {
    assert.equal(rows.shownFrames(900, 100, 15), 900);
    assert.equal(rows.shownFrames(900, 900, 15), rows.shownFrames(900, 1000, 15));
    assert.ok(rows.shownFrames(900, 1300, 15) > 1300);
    assert.equal(rows.shownFrames(0, 0, 15), 150);
});

test("what to type into a sender names the address Perform listens on", () => {
    const found = (host, port) => recipes.recipes({host, port, addresses: ["192.168.1.20"]});
    assert.match(found("127.0.0.1", 9123).map((recipe) => recipe.code).join("\n"), /oscsend 127\.0\.0\.1 9123 /);
    assert.ok(found("127.0.0.1", 9000).some((recipe) => /network first/.test(recipe.steps)));
    const tablet = found("0.0.0.0", 9000).find((recipe) => recipe.name === "TouchOSC");
    assert.match(tablet.steps, /Host 192\.168\.1\.20, Send port 9000/);
    assert.ok(!found("0.0.0.0", 9000).some((recipe) => /0\.0\.0\.0/.test(recipe.steps)));
});
