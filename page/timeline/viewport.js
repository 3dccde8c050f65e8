const MIN_SPAN_FRAMES = 12;
const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

/** Frame -> x in CSS pixels. @param {number} frame @param {View} view @param {number} width */
export function frameToX(frame, view, width) {
    return (frame - view.start) / (view.end - view.start) * width;
}

/** x in CSS pixels -> frame, not rounded. @param {number} x @param {View} view @param {number} width */
export function xToFrame(x, view, width) {
    return view.start + x / width * (view.end - view.start);
}

/** The whole song with a small margin after it. @param {number} frames @returns {View} */
export function fit(frames) {
    const length = Math.max(frames, MIN_SPAN_FRAMES);
    return {start: 0, end: length * 1.01};
}

/** Keeps a view inside the song, never narrower than a few frames. @param {View} view @param {number} frames @returns {View} */
export function clampView(view, frames) {
    const whole = fit(frames).end;
    const span = Math.min(Math.max(view.end - view.start, MIN_SPAN_FRAMES), whole);
    const start = Math.min(Math.max(view.start, 0), whole - span);
    return {start, end: start + span};
}

/**
 * Zooms so that the frame under x stays under x.
 * @param {View} view @param {number} x @param {number} width @param {number} factor above 1 shows more frames @param {number} frames
 */
export function zoomAt(view, x, width, factor, frames) {
    const anchor = xToFrame(x, view, width);
    const whole = fit(frames).end;
    const span = Math.min(Math.max((view.end - view.start) * factor, MIN_SPAN_FRAMES), whole);
    const start = anchor - x / width * span;
    return clampView({start, end: start + span}, frames);
}

/**
 * Zooms around a frame: it keeps its place, or moves to the middle if it was not visible.
 * @param {View} view @param {number} frame @param {number} factor above 1 shows more frames @param {number} frames
 */
export function zoomAround(view, frame, factor, frames) {
    const place = (frame - view.start) / (view.end - view.start);
    const share = place >= 0 && place <= 1 ? place : 0.5;
    const span = Math.min(Math.max((view.end - view.start) * factor, MIN_SPAN_FRAMES), fit(frames).end);
    const start = frame - share * span;
    return clampView({start, end: start + span}, frames);
}

/** @param {View} view @param {number} pixels @param {number} width @param {number} frames */
export function scrollBy(view, pixels, width, frames) {
    const shift = pixels / width * (view.end - view.start);
    return clampView({start: view.start + shift, end: view.end + shift}, frames);
}

/** Turns the page when the playhead leaves it; the same view while it is inside. @param {View} view @param {number} frame @param {number} frames */
export function follow(view, frame, frames) {
    const span = view.end - view.start;
    if (frame >= view.start && frame <= view.end - span * 0.02) return view;
    const start = frame - span * 0.05;
    return clampView({start, end: start + span}, Math.max(frames, frame + span));
}

/** Centres a frame, zoomed in enough to see it. @param {View} view @param {number} frame @param {number} frames @param {number} fps */
export function centre(view, frame, frames, fps) {
    const span = Math.min(view.end - view.start, Math.max(fps * 8, MIN_SPAN_FRAMES * 4));
    return clampView({start: frame - span / 2, end: frame + span / 2}, frames);
}

/**
 * Ticks of the time ruler. Labels are at least about 70 pixels apart; four or five small ticks are between them.
 * @param {View} view @param {number} width @param {number} fps
 * @returns {{x: number, seconds: number, major: boolean}[]}
 */
export function ticks(view, width, fps) {
    const from = view.start / fps;
    const to = view.end / fps;
    const wanted = (to - from) / Math.max(1, width / 84);
    const step = STEPS_S.find((candidate) => candidate >= wanted) || STEPS_S[STEPS_S.length - 1];
    const parts = String(step).includes("2") && step !== 0.2 ? 4 : 5;
    const small = step / parts;
    const marks = [];
    for (let k = Math.ceil(from / small - 1e-9); k * small <= to + 1e-9; k += 1) {
        marks.push({x: frameToX(k * small * fps, view, width), seconds: k * small, major: k % parts === 0});
    }
    return marks;
}
