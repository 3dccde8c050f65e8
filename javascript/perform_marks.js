// @ts-check
(function (perform) {
    "use strict";

    /** Faults on the way to us: the word on a mark, and how it is told in a sentence. @type {Readonly<Record<string, {word: string, tell: (mark: any) => string}>>} */
    const KINDS = Object.freeze({
        stall: {word: "stall", tell: (mark) => `stalled for ${length(mark)}, then ${events(mark)} at once`},
        burst: {word: "burst", tell: (mark) => `${events(mark)} at once`},
        gap: {word: "gap", tell: (mark) => `nothing for ${length(mark)} in a steady stream`},
        reordered: {word: "order", tell: (mark) => `${events(mark)} out of order`},
        two_senders: {word: "2 senders", tell: () => "two programs sent it at the same time"},
        lost: {word: "lost", tell: (mark) => `${perform.format.counted(mark.count, "message")} lost before they could be read`},
        limited: {word: "limited", tell: (mark) => `${perform.format.counted(mark.count, "message")} ${mark.who ? `of ${mark.who} ` : ""}refused: over the limit a second`},
        slept: {word: "slept", tell: (mark) => `this computer slept for ${perform.format.counted(mark.count, "second")}`},
    });

    /** @param {any} mark */
    function events(mark) {
        return perform.format.counted(mark.count, "event");
    }

    /** @param {any} mark */
    function length(mark) {
        return `${(mark.end_s - mark.start_s).toFixed(2)} s`;
    }

    /** @param {string} kind */
    function word(kind) {
        return KINDS[kind] ? KINDS[kind].word : kind.replace(/_/g, " ");
    }

    /** True where the time the take plays by does not have this fault. @param {any} take @param {any} mark */
    function mended(take, mark) {
        return Boolean(mark.mended) && take.time === "sender";
    }

    /** "0:03.5 /nts1/cutoff: stalled for 0.42 s, then 12 events at once" @param {any} take @param {any} mark */
    function text(take, mark) {
        const what = KINDS[mark.kind] ? KINDS[mark.kind].tell(mark) : word(mark.kind);
        return `${perform.format.shortClock(mark.start_s, true)} ${mark.source ? `${mark.source}: ` : ""}${what}${mended(take, mark) ? " (mended by the sender's time)" : ""}`;
    }

    /** The marks near a time, in words; "" where there are none. @param {any} take @param {number} seconds @param {number} reach seconds that are near */
    function near(take, seconds, reach) {
        return (take.marks || []).filter((mark) => seconds >= mark.start_s - reach && seconds <= mark.end_s + reach).slice(0, 4).map((mark) => text(take, mark)).join("\n");
    }

    perform.marks = {KINDS, word, mended, text, near};
})(globalThis.perform ??= {});
