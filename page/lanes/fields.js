import * as format from "../widgets/format.js";

/** Groups in the order they are offered; the first rule that takes a name wins. @type {[string, RegExp][]} */
const GROUPS = [
    ["Movement", /^(zoom|angle|translation_[xyz]|transform_center_[xy])$/],
    ["Movement in 3D", /^rotation_3d_/],
    ["Diffusion", /^(strength|cfg_scale|distilled_cfg_scale|noise(?!_mask)|contrast|steps|clipskip|ddim_eta|ancestral_eta|pix2pix_img_cfg_scale|keyframe_strength)/],
    ["Names and prompts", /^(sampler|scheduler|checkpoint|mask|noise_mask)_schedule|^prompts/],
    ["Seed", /seed/],
    ["Lens", /^(fov|near|far|aspect_ratio)_/],
    ["Perspective flip", /^perspective_flip/],
    ["Anti blur", /^(amount|kernel|sigma|threshold)_/],
    ["Flow and hybrid", /^(cadence_flow|redo_flow|hybrid)/],
    ["Guided images", /^(image_strength|blendFactor|tweening|color_correction)/],
    ["ControlNet", /^cn_\d/],
    ["Other", /./],
];

/** Other words for a field that people type. @type {Readonly<Record<string, string>>} */
const ALSO = Object.freeze({
    strength_schedule: "denoising", zoom: "scale", angle: "rotate rotation spin turn", translation_x: "move shift horizontal left right",
    translation_y: "move shift vertical up down", translation_z: "move forward backward dolly zoom 3d", rotation_3d_x: "pitch rotate turn", rotation_3d_y: "yaw rotate turn", rotation_3d_z: "spin rotate turn",
    cfg_scale_schedule: "guidance", fov_schedule: "field of view lens", checkpoint_schedule: "model", subseed_schedule: "variation seed",
    subseed_strength_schedule: "variation strength", prompts: "text", perspective_flip_fv: "tv", color_correction_factor: "colour", amount_schedule: "blur sharpen", tweening_frames_schedule: "guided images",
});

/** @param {string} name */
export function groupOf(name) {
    const hit = GROUPS.find(([, rule]) => rule.test(name));
    return hit ? hit[0] : "Other";
}

/** A field that a knob or a pad can play. @param {Field} field */
export function playable(field) {
    return ["float", "int", "choice", "prompt"].includes(field.kind);
}

/** ControlNet units share labels: add the unit. @param {FieldLike} field */
export function label(field) {
    const unit = /^cn_(\d)_/.exec(field.name);
    const text = format.fieldName(field.label || field.name);
    return unit && !/ControlNet|unit/i.test(text) ? `Unit ${unit[1]}: ${text}` : text;
}

/** What a lane is called: as its field. @param {{field: string, label: string}} lane */
export function ofLane(lane) {
    return label({name: lane.field, label: lane.label});
}

/** The playable fields by group, without empty groups. @param {Field[]} fields */
export function grouped(fields) {
    const groups = GROUPS.map(([title]) => ({title, fields: fields.filter((field) => playable(field) && groupOf(field.name) === title)}));
    return groups.filter((group) => group.fields.length > 0);
}

/** Letters and digits of a text, in small letters, a space between words. @param {string} text */
function plain(text) {
    return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** What a field is called: its label, and its name in Deforum, which ends with "schedule" for most. @param {FieldLike} field */
function names(field) {
    const name = plain(field.name);
    return [plain(label(field)), plain(field.label || ""), name, name.replace(/ schedule$/, "")];
}

/** How a text holds the words of a search: all as beginnings of its words (0), all somewhere (1), or not (2). @param {string} text @param {string[]} words */
function holding(text, words) {
    const spaced = ` ${text}`;
    if (words.every((word) => spaced.includes(` ${word}`))) return 0;
    return words.every((word) => spaced.includes(word)) ? 1 : 2;
}

/**
 * How well a field fits a search, 0 best: its whole name, the beginning of a name, its words, other words for it,
 * then what else is known of it; null where it does not fit. "translationx" is as good as "translation x".
 * @param {FieldLike} field @param {string} query in plain words
 */
function fit(field, query) {
    const called = names(field);
    const compact = called.map((name) => name.replaceAll(" ", ""));
    const whole = query.replaceAll(" ", "");
    if (compact.includes(whole)) return 0;
    if (compact.some((name) => name.startsWith(whole))) return 1;
    const words = query.split(" ");
    const byName = Math.min(...called.map((name) => holding(name, words)));
    const also = plain(`${/** @type {Record<string, string>} */ (ALSO)[field.name] || ""} ${field.note || ""}`);
    const more = holding(`${called.join(" ")} ${also} ${plain(`${field.unit || ""} ${groupOf(field.name)}`)}`, words);
    if (byName === 0) return 2;
    if (holding(`${called.join(" ")} ${also}`, words) === 0) return 3;
    return byName < 2 ? 4 : more < 2 ? 5 + more : null;
}

/**
 * The fields (or lanes, by their field) that fit a search, the best first. Of equally good ones those without an
 * nothing come last, the others stay in order.
 * @template {FieldLike} T @param {T[]} fields @param {string} query @param {(field: T) => boolean} [idle] whether a field would do nothing @returns {T[]}
 */
export function search(fields, query, idle) {
    const wanted = plain(query);
    if (!wanted) return fields;
    const fits = fields.map((field) => ({field, fit: fit(field, wanted)})).filter((item) => item.fit !== null);
    const singular = wanted.replace(/(\p{L}{3,})s\b/gu, "$1");
    if (fits.length === 0 && singular !== wanted) return search(fields, singular, idle);
    const late = (/** @type {T} */ field) => Number(Boolean(idle && idle(field)));
    return fits.sort((a, b) => Number(a.fit) - Number(b.fit) || late(a.field) - late(b.field)).map((item) => item.field);
}

/** "deg/frame · 2D only", "fraction · every frame the cadence reads" @param {Field} field */
export function detail(field) {
    const parts = [field.unit];
    const modes = field.modes || [];
    if (modes.length === 1) parts.push(`${modes[0]} only`);
    if (field.reads === "cadence") parts.push("read on cadence frames");
    return parts.filter(Boolean).join(" · ");
}
