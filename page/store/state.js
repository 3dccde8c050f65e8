/** What the page knows: the server's own state, and what the stream adds to it. */

import * as songList from "./song_list.js";
import * as slices from "./slices.js";

const MOST_AGAIN = 4;

/** What of the state the timeline's canvases show. */
const SCENE = Object.freeze(/** @type {const} */ (["song", "lanes", "takes", "transport"]));

/** @returns {Model} */
export function create() {
    return {
        link: "connecting", bye: "", state: /** @type {State} */ (/** @type {unknown} */ (null)), time_s: 0, recording: false, events_per_s: 0,
        intake: {received: 0, malformed: 0, lost: 0},
        sources: new Map(), lanes: new Map(), growth: new Map(), again: new Map(), ticks: 0,
        slices: slices.create(), songs: songList.create(),
    };
}

/**
 * Takes one message of the stream into the model (in place: this runs 30 times a second) and says
 * which parts moved: "state", "scene" (what the timeline shows of the state), "live", "growth", "bye", or nothing.
 * @param {Model} model @param {Message} message @returns {string[]}
 */
export function reduce(model, message) {
    if (!message || typeof message !== "object") return [];
    if (message.type === "state") return reduceState(model, message);
    if (message.type === "live") return reduceLive(model, message);
    if (message.type !== "bye") return [];
    model.bye = String(message.reason || "");
    return ["bye"];
}

/** @param {Model} model @param {StateMessage} message */
function reduceState(model, message) {
    const before = model.state;
    if (!message.slices || !message.full && (!before || message.revision < before.revision)) return [];
    if (message.full) model.songs = {...model.songs, revision: null};
    const state = slices.takeIn(model.slices, message);
    if (before?.song.id !== state.song.id) model.growth.clear();
    const begins = state.transport.state === "recording" && !model.recording;
    if (begins) model.growth.clear();
    forgetLanes(model, state);
    model.state = state;
    model.bye = "";
    model.recording = state.transport.state === "recording";
    model.time_s = state.transport.position_s;
    Object.assign(model.intake, pickIntake(state.listener));
    if (state.sources !== before?.sources) syncSources(model, before ? before.sources : [], state.sources);
    return SCENE.some((name) => state[name] !== before?.[name]) ? ["state", "scene"] : ["state"];
}

/** What decides a lane's value, apart from that of its source and the time. */
const MAPPING = Object.freeze(/** @type {const} */ (["source", "in_low", "in_high", "out_low", "out_high", "invert", "curve", "form", "choices", "pick", "clips"]));

/**
 * A played or recorded value ends with playing or recording, or when the playhead is moved: then a lane shows
 * its value there as soon as its curve is known, until its source moves. One without a curve that follows a
 * source which sent nothing has no value yet.
 * @param {Model} model @param {State} state the next one
 */
function forgetLanes(model, state) {
    const before = model.state;
    if (!before) return;
    const stopped = !["playing", "recording"].includes(state.transport.state);
    const moved = before.transport.state !== state.transport.state || before.transport.position_s !== state.transport.position_s;
    const mapping = (/** @type {Lane} */ one) => JSON.stringify(MAPPING.map((name) => one[name]));
    const known = new Map(before.lanes.map((one) => [one.id, one]));
    const index = new Map(state.sources.map((one) => [one.name, one.index]));
    // the live message with the lane's new value may have come before the state with the change
    const sent = (/** @type {string|null} */ name) => typeof model.sources.get(index.get(name || "") ?? NaN)?.value === "number";
    for (const now of state.lanes) {
        const old = known.get(now.id);
        const other = old && old !== now && (mapping(old) !== mapping(now) || Boolean(old.curve_id) !== Boolean(now.curve_id));
        const live = model.lanes.get(now.id);
        if (live && (other || stopped && moved) && now.curve_id) live.over = true;
        else if (live && other && !sent(now.source)) model.lanes.delete(now.id);
    }
}

/** @param {Model["intake"]} listener */
function pickIntake(listener) {
    return {received: listener.received, malformed: listener.malformed, lost: listener.lost};
}

/** A source that was not listed before may come from a live message that overtook this state: it stays. @param {Model} model @param {Source[]} before @param {Source[]} sources */
function syncSources(model, before, sources) {
    const seen = new Set(sources.map((source) => source.index));
    for (const {index} of before) if (!seen.has(index)) model.sources.delete(index);
    for (const {index} of sources) {
        if (!model.sources.has(index)) model.sources.set(index, {value: null, low: null, high: null, rate_hz: 0, moved: 0}); // its values arrive in live messages
    }
}

/** @param {Model} model @param {LiveMessage} message */
function reduceLive(model, message) {
    const changed = ["live"];
    model.ticks += 1;
    if (message.time_s !== null && message.time_s !== undefined) model.time_s = message.time_s;
    if (message.recording && !model.recording) model.growth.clear();
    model.recording = Boolean(message.recording);
    model.events_per_s = message.events_per_s || 0;
    Object.assign(model.intake, pickIntake(message));
    for (const [index, value, low, high, rate] of message.sources || []) {
        model.sources.set(index, {value, low, high, rate_hz: rate, moved: message.full ? 0 : model.ticks});
    }
    for (const [id, value, position] of message.lanes || []) if (!message.full || running(model) || !lane(model, id)?.curve_id) model.lanes.set(id, {value, position});
    if (message.full) model.growth.clear();
    for (const [id, first, values] of message.growth || []) noteAgain(model.again, id, grow(model.growth, id, first, values));
    if (message.full || (message.growth || []).length > 0) changed.push("growth");
    return changed;
}

/**
 * Writes new per-frame values after (or over) those of a lane; a gap is filled by holding the last one.
 * @param {Map<string, Growth>} growth @param {string} id @param {number} first @param {number[]} values
 * @returns {[number, number]} the range that was overwritten, the second excluded
 */
export function grow(growth, id, first, values) {
    const known = growth.get(id);
    if (!known || first < known.first) {
        growth.set(id, {first, values: values.slice()});
        return [0, known ? known.values.length : 0];
    }
    const at = first - known.first;
    const {length} = known.values;
    while (known.values.length < at) known.values.push(known.values[known.values.length - 1]);
    for (let i = 0; i < values.length; i += 1) known.values[at + i] = values[i];
    return [at, Math.min(length, at + values.length)];
}

/** Many stretches are joined: drawing too much is cheaper than keeping them. @param {Map<string, [number, number][]>} again @param {string} id @param {[number, number]} stretch */
function noteAgain(again, id, stretch) {
    if (stretch[0] >= stretch[1]) return;
    const all = [...(again.get(id) || []), stretch];
    const hull = /** @type {[number, number]} */ ([Math.min(...all.map((one) => one[0])), Math.max(...all.map((one) => one[1]))]);
    again.set(id, all.length > MOST_AGAIN ? [hull] : all);
}

/** @param {Model} model @param {string|null} id */
export function lane(model, id) {
    return model.state ? model.state.lanes.find((item) => item.id === id) || null : null;
}

/** @param {Model} model @param {string|undefined} id */
export function take(model, id) {
    return model.state ? model.state.takes.find((item) => item.id === id) || null : null;
}

/** @param {Model} model @param {string|null} name */
export function sourceByName(model, name) {
    return model.state ? model.state.sources.find((item) => item.name === name) || null : null;
}

/** The frame under the playhead. @param {Model} model */
export function frame(model) {
    return model.state ? Math.floor(model.time_s * model.state.song.fps + 1e-6) : 0;
}

/** @param {Model} model */
export function transport(model) {
    return model.state ? model.state.transport.state : "stopped";
}

/** True while time runs. @param {Model} model */
export function running(model) {
    const now = transport(model);
    return now === "playing" || now === "recording";
}
