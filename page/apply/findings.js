import * as fields from "../lanes/fields.js";
import * as reception from "../takes/reception.js";
import {el} from "../widgets/dom.js";
import * as format from "../widgets/format.js";

/** Problems to look at before Apply: each one once, with all lanes that it concerns. */

/** The largest time, in seconds, between sources for the same reception problem. */
const APART_S = 0.5;

/**
 * The problems of lanes, and of all lanes together, as findings: a stall that affects several lanes is one.
 * @param {{lane: Lane, problem: Problem}[]} items @param {Problem[]} general @param {number} fps @returns {Finding[]}
 */
export function gather(items, general, fps) {
    /** @type {Finding[]} */
    const found = general.map((problem) => ({problem, lanes: []}));
    for (const {lane, problem} of items) {
        const known = found.find((finding) => finding.lanes.length > 0 && !finding.lanes.some((one) => one.id === lane.id) && alike(finding.problem, problem, fps));
        if (known) known.lanes.push(lane);
        else found.push({problem, lanes: [lane]});
    }
    return found.sort((a, b) => Number(Boolean(b.problem.blocks)) - Number(Boolean(a.problem.blocks)));
}

/** @param {Problem} a @param {Problem} b @param {number} fps */
function alike(a, b, fps) {
    if (a.code !== b.code || a.remedy !== b.remedy) return false;
    if (!placed(a) || !placed(b)) return placed(a) === placed(b);
    return a.code in reception.KINDS && Math.abs(Number(a.frame) - Number(b.frame)) <= APART_S * fps;
}

/** Whether a problem is at one frame. @param {Problem} problem */
export function placed(problem) {
    return problem.frame !== null && problem.frame !== undefined;
}

/** "Ready", "1 thing to look at", "2 things to look at". @param {number} count */
export function verdict(count) {
    return count === 0 ? "Ready" : `${format.counted(count, "thing")} to look at`;
}

/** The problem in words; one lane is named if its message does not name it. @param {Finding} finding */
export function words(finding) {
    const {problem, lanes} = finding;
    const name = lanes.length === 1 ? fields.ofLane(lanes[0]) : "";
    return !name || problem.message.includes(name) ? problem.message : `${name}: ${problem.message}`;
}

/** Where there are several lanes, their names. @param {Finding} finding */
export function names(finding) {
    return finding.lanes.length > 1 ? finding.lanes.map((lane) => fields.ofLane(lane)).join(", ") : "";
}

/** A finding as a row of the check panel. @param {Finding} finding */
export function row(finding) {
    const {problem, lanes} = finding;
    const all = names(finding);
    const text = `▲ ${words(finding)}`;
    return el("div", {class: "perform-finding"},
        placed(problem) ? el("button", {class: "perform-problem", act: "jump", lane: lanes.length > 0 ? lanes[0].id : null, "data-value": problem.frame, title: "Show it on the timeline"}, text) : el("div", {class: "perform-problem"}, text),
        all ? el("div", {class: "perform-finding-lanes"}, `${format.counted(lanes.length, "lane")}: ${all}`) : null,
        problem.remedy ? el("div", {class: "perform-dim"}, problem.remedy) : null,
        problem.fix ? el("button", {class: "perform-button perform-button-small", act: "finding.fix", "data-value": JSON.stringify({[problem.fix[0]]: problem.fix[1]})}, problem.fix[2]) : null);
}
