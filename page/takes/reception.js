import * as format from "../widgets/format.js";

/** Reception problems: the label of a marker, and the sentence. @type {Readonly<Record<string, {word: string, text: (problem: ReceptionProblem) => string}>>} */
export const KINDS = Object.freeze({
    stall: {word: "stall", text: (problem) => `stalled for ${length(problem)}, then ${events(problem)} at once`},
    burst: {word: "burst", text: (problem) => `${events(problem)} at once`},
    gap: {word: "gap", text: (problem) => `nothing for ${length(problem)} in a steady stream`},
    reordered: {word: "order", text: (problem) => `${events(problem)} out of order`},
    two_senders: {word: "2 senders", text: () => "two programs sent it at the same time"},
    lost: {word: "lost", text: (problem) => `${format.counted(problem.count, "message")} lost before they could be read`},
    failed: {word: "failed", text: (problem) => `${format.counted(problem.count, "message")} left out because of an error in Perform`},
    damaged: {word: "damaged", text: (problem) => `${format.counted(problem.count, "message")} or more lost: its journal is damaged`},
    cut_off: {word: "cut off", text: () => "cut off here, before a stop: what came later is missing"},
    full: {word: "full", text: (problem) => `${format.counted(problem.count, "message")} left out: the take was full`},
    refused: {word: "refused", text: (problem) => `${format.counted(problem.count, "value")} could not be kept`},
    limited: {word: "limited", text: (problem) => `${format.counted(problem.count, "message")} ${problem.who ? `of ${problem.who} ` : ""}refused: over the limit per second`},
    slept: {word: "slept", text: (problem) => `this computer slept for ${format.counted(problem.count, "second")}`},
});

/** @param {ReceptionProblem} problem */
function events(problem) {
    return format.counted(problem.count, "event");
}

/** @param {ReceptionProblem} problem */
function length(problem) {
    return `${(problem.end_s - problem.start_s).toFixed(2)} s`;
}

/** @param {string} kind */
export function word(kind) {
    return KINDS[kind] ? KINDS[kind].word : kind.replace(/_/g, " ");
}

/** True if the problem does not exist in the time by which the take plays. @param {Take} take @param {ReceptionProblem} problem */
export function corrected(take, problem) {
    return Boolean(problem.corrected) && take.time === "sender";
}

/** The largest distance between the entries of one problem: sources arrive one after the other. */
const APART_S = 0.25;
/** The reception problems of a take, joined over its sources: used at every drawing. @type {WeakMap<ReceptionProblem[], JoinedProblem[]>} */
const known = new WeakMap();

/** The reception problems of a take in time order. If a sender stalls, all its sources stall: they are one problem with all its events. @param {Take} take @returns {JoinedProblem[]} problems with `sources` */
export function problems(take) {
    const each = take.problems || [];
    if (!known.has(each)) known.set(each, grouped(each));
    return /** @type {JoinedProblem[]} */ (known.get(each));
}

/** @param {ReceptionProblem[]} each */
function grouped(each) {
    /** @type {JoinedProblem[]} */
    const found = [];
    for (const problem of [...each].sort((a, b) => a.start_s - b.start_s)) {
        const joined = found.find((item) => same(item, problem));
        if (joined) Object.assign(joined, {end_s: Math.max(joined.end_s, problem.end_s), count: joined.count + problem.count, rank: Math.min(joined.rank, problem.rank), sources: [...joined.sources, problem.source]});
        else found.push({...problem, sources: [problem.source]});
    }
    return found;
}

/** @param {JoinedProblem} joined @param {ReceptionProblem} problem */
function same(joined, problem) {
    const alike = joined.kind === problem.kind && Boolean(joined.corrected) === Boolean(problem.corrected) && joined.who === problem.who;
    const another = problem.source !== "" && !joined.sources.includes(problem.source) && !joined.sources.includes("");
    return alike && another && Math.abs(joined.start_s - problem.start_s) <= APART_S && Math.abs(joined.end_s - problem.end_s) <= APART_S;
}

/** The worst of each kind, in time order. @param {Take} take @param {number} most how many */
export function worst(take, most) {
    const kept = new Set([...problems(take)].sort((a, b) => a.rank - b.rank).slice(0, most));
    return problems(take).filter((joined) => kept.has(joined));
}

/** "0:03.5 /nts1/cutoff: stalled for 0.42 s, then 12 events at once" @param {Take} take @param {JoinedProblem} problem */
export function text(take, problem) {
    const what = KINDS[problem.kind] ? KINDS[problem.kind].text(problem) : word(problem.kind);
    const who = problem.sources && problem.sources.length > 1 ? `${problem.sources.length} sources` : problem.source;
    return `${format.shortClock(problem.start_s, true)} ${who ? `${who}: ` : ""}${what}${corrected(take, problem) ? " (corrected by the sender's time)" : ""}`;
}

/** The problems near a time, in words; "" if there are none. @param {Take} take @param {number} seconds @param {number} reach seconds that are near */
export function near(take, seconds, reach) {
    return problems(take).filter((problem) => seconds >= problem.start_s - reach && seconds <= problem.end_s + reach).slice(0, 4).map((problem) => text(take, problem)).join("\n");
}
