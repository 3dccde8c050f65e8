import * as format from "../widgets/format.js";

/** Reception problems: the label of a marker, and the sentence. @type {Readonly<Record<string, {word: string, tell: (mark: Mark) => string}>>} */
export const KINDS = Object.freeze({
    stall: {word: "stall", tell: (mark) => `stalled for ${length(mark)}, then ${events(mark)} at once`},
    burst: {word: "burst", tell: (mark) => `${events(mark)} at once`},
    gap: {word: "gap", tell: (mark) => `nothing for ${length(mark)} in a steady stream`},
    reordered: {word: "order", tell: (mark) => `${events(mark)} out of order`},
    two_senders: {word: "2 senders", tell: () => "two programs sent it at the same time"},
    lost: {word: "lost", tell: (mark) => `${format.counted(mark.count, "message")} lost before they could be read`},
    failed: {word: "failed", tell: (mark) => `${format.counted(mark.count, "message")} left out because of an error in Perform`},
    damaged: {word: "damaged", tell: (mark) => `${format.counted(mark.count, "message")} or more lost: its journal is damaged`},
    cut_off: {word: "cut off", tell: () => "cut off here, before a stop: what came later is missing"},
    full: {word: "full", tell: (mark) => `${format.counted(mark.count, "message")} left out: the take was full`},
    refused: {word: "refused", tell: (mark) => `${format.counted(mark.count, "value")} could not be kept`},
    limited: {word: "limited", tell: (mark) => `${format.counted(mark.count, "message")} ${mark.who ? `of ${mark.who} ` : ""}refused: over the limit per second`},
    slept: {word: "slept", tell: (mark) => `this computer slept for ${format.counted(mark.count, "second")}`},
});

/** @param {Mark} mark */
function events(mark) {
    return format.counted(mark.count, "event");
}

/** @param {Mark} mark */
function length(mark) {
    return `${(mark.end_s - mark.start_s).toFixed(2)} s`;
}

/** @param {string} kind */
export function word(kind) {
    return KINDS[kind] ? KINDS[kind].word : kind.replace(/_/g, " ");
}

/** True if the problem does not exist in the time by which the take plays. @param {Take} take @param {Mark} mark */
export function mended(take, mark) {
    return Boolean(mark.mended) && take.time === "sender";
}

/** The largest distance between the entries of one problem: sources arrive one after the other. */
const APART_S = 0.25;
/** The reception problems of a take, joined over its sources: used at every drawing. @type {WeakMap<Mark[], ReceptionProblem[]>} */
const known = new WeakMap();

/** The reception problems of a take in time order. If a sender stalls, all its sources stall: they are one problem with all its events. @param {Take} take @returns {ReceptionProblem[]} problems with `sources` */
export function faults(take) {
    const marks = take.marks || [];
    if (!known.has(marks)) known.set(marks, grouped(marks));
    return /** @type {ReceptionProblem[]} */ (known.get(marks));
}

/** @param {Mark[]} marks */
function grouped(marks) {
    /** @type {ReceptionProblem[]} */
    const found = [];
    for (const mark of [...marks].sort((a, b) => a.start_s - b.start_s)) {
        const fault = found.find((item) => same(item, mark));
        if (fault) Object.assign(fault, {end_s: Math.max(fault.end_s, mark.end_s), count: fault.count + mark.count, rank: Math.min(fault.rank, mark.rank), sources: [...fault.sources, mark.source]});
        else found.push({...mark, sources: [mark.source]});
    }
    return found;
}

/** @param {ReceptionProblem} fault @param {Mark} mark */
function same(fault, mark) {
    const alike = fault.kind === mark.kind && Boolean(fault.mended) === Boolean(mark.mended) && fault.who === mark.who;
    const another = mark.source !== "" && !fault.sources.includes(mark.source) && !fault.sources.includes("");
    return alike && another && Math.abs(fault.start_s - mark.start_s) <= APART_S && Math.abs(fault.end_s - mark.end_s) <= APART_S;
}

/** The worst of each kind, in time order. @param {Take} take @param {number} most how many */
export function worst(take, most) {
    const kept = new Set([...faults(take)].sort((a, b) => a.rank - b.rank).slice(0, most));
    return faults(take).filter((fault) => kept.has(fault));
}

/** "0:03.5 /nts1/cutoff: stalled for 0.42 s, then 12 events at once" @param {Take} take @param {ReceptionProblem} mark */
export function text(take, mark) {
    const what = KINDS[mark.kind] ? KINDS[mark.kind].tell(mark) : word(mark.kind);
    const who = mark.sources && mark.sources.length > 1 ? `${mark.sources.length} sources` : mark.source;
    return `${format.shortClock(mark.start_s, true)} ${who ? `${who}: ` : ""}${what}${mended(take, mark) ? " (corrected by the sender's time)" : ""}`;
}

/** The problems near a time, in words; "" if there are none. @param {Take} take @param {number} seconds @param {number} reach seconds that are near */
export function near(take, seconds, reach) {
    return faults(take).filter((mark) => seconds >= mark.start_s - reach && seconds <= mark.end_s + reach).slice(0, 4).map((mark) => text(take, mark)).join("\n");
}
