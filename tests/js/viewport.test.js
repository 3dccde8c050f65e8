import {test} from "node:test";
import assert from "node:assert/strict";
import * as viewport from "../../page/timeline/viewport.js";

const close = (a, b, within = 1e-6) => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);

test("frame to x and back is the same frame", () => {
    const view = {start: 120.5, end: 980.25};
    for (const frame of [0, 120.5, 333, 980.25, 5000]) {
        close(viewport.xToFrame(viewport.frameToX(frame, view, 1116), view, 1116), frame);
    }
});

test("zooming keeps the frame under the pointer where it is", () => {
    let view = {start: 1000, end: 5000};
    const before = viewport.xToFrame(300, view, 1000);
    for (const factor of [0.5, 0.9, 1.4, 0.2]) {
        view = viewport.zoomAt(view, 300, 1000, factor, 30000);
        close(viewport.xToFrame(300, view, 1000), before, 1e-3);
    }
});

test("no zoom and no scroll leaves the song or shows less than a few frames", () => {
    const whole = viewport.fit(300);
    let view = whole;
    for (const [x, factor] of [[0, 0.001], [999, 50], [500, 0.001], [10, 0.5], [990, 1000]]) {
        view = viewport.zoomAt(view, x, 1000, factor, 300);
        assert.ok(view.start >= 0 && view.end <= whole.end + 1e-9);
        assert.ok(view.end - view.start >= 12 - 1e-9);
    }
    view = viewport.scrollBy({start: 10, end: 110}, -1e9, 1000, 300);
    assert.deepEqual(view, {start: 0, end: 100});
    view = viewport.scrollBy(view, 1e9, 1000, 300);
    close(view.end, whole.end);
});

test("the page turns only when the playhead has left it", () => {
    const view = {start: 0, end: 1000};
    assert.equal(viewport.follow(view, 500, 30000), view);
    const next = viewport.follow(view, 995, 30000);
    assert.ok(next.start > 900 && next.start < 995);
    close(next.end - next.start, 1000);
    assert.ok(viewport.follow(next, 10, 30000).start <= 10);
});

test("a jump brings the frame into the middle", () => {
    const view = viewport.centre({start: 0, end: 30000}, 15000, 30000, 15);
    close((view.start + view.end) / 2, 15000);
    assert.ok(view.end - view.start < 200);
});

test("ruler labels never touch and never run out, at any zoom", () => {
    for (const span of [12, 100, 900, 5000, 30000, 200000]) {
        const marks = viewport.ticks({start: span * 0.1, end: span * 1.1}, 1116, 15);
        const majors = marks.filter((mark) => mark.major);
        assert.ok(majors.length >= 1 && majors.length <= 16, `${majors.length} labels over ${span} frames`);
        for (let i = 1; i < majors.length; i += 1) assert.ok(majors[i].x - majors[i - 1].x >= 60);
        assert.ok(marks.length < 120);
    }
});

test("zooming around a frame in sight leaves it where it is", () => {
    for (const [start, end, frame, factor] of [[0, 1010, 400, 0.6], [200, 500, 260, 0.5], [200, 500, 260, 1.3]]) {
        const view = {start, end};
        const next = viewport.zoomAround(view, frame, factor, 1000);
        assert.ok(Math.abs((frame - start) / (end - start) - (frame - next.start) / (next.end - next.start)) < 1e-9);
        assert.ok(Math.abs(next.end - next.start - (end - start) * factor) < 1e-9);
    }
});

test("zooming around a frame out of sight brings it into the middle", () => {
    const next = viewport.zoomAround({start: 100, end: 300}, 700, 0.5, 1000);
    assert.deepEqual([next.start, next.end], [650, 750]);
    const back = viewport.zoomAround({start: 100, end: 300}, 10, 0.5, 1000);
    assert.ok(back.start === 0 && back.end >= 10, "as far as the song goes");
});
