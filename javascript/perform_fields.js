// @ts-check
(function (perform) {
    "use strict";

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

    /** @param {string} name */
    function groupOf(name) {
        const hit = GROUPS.find(([, rule]) => rule.test(name));
        return hit ? hit[0] : "Other";
    }

    /** A field that a knob or a pad can play. @param {any} field */
    function playable(field) {
        return ["float", "int", "choice", "prompt"].includes(field.kind);
    }

    /** ControlNet units share labels: say which unit. @param {any} field */
    function label(field) {
        const unit = /^cn_(\d)_/.exec(field.name);
        const text = perform.format.fieldName(field.label || field.label_forge || field.name);
        return unit && !/ControlNet|unit/i.test(text) ? `Unit ${unit[1]}: ${text}` : text;
    }

    /** What a lane is called: as its field. @param {{field: string, label: string}} lane */
    function ofLane(lane) {
        return label({name: lane.field, label: lane.label});
    }

    /**
     * The fields that match a search, by group, without empty groups. Every word must be found in the
     * label, name, unit, note or group.
     * @param {any[]} fields @param {string} query
     */
    function search(fields, query) {
        const found = perform.format.finder(query);
        const byGroup = new Map(GROUPS.map(([title]) => [title, /** @type {any[]} */ ([])]));
        for (const field of fields) {
            if (!playable(field)) continue;
            const group = groupOf(field.name);
            if (found(`${label(field)} ${field.name} ${field.unit} ${field.note || ""} ${group}`)) /** @type {any[]} */ (byGroup.get(group)).push(field);
        }
        return [...byGroup].filter(([, items]) => items.length > 0).map(([title, items]) => ({title, fields: items}));
    }

    /** "deg/frame · 2D only", "fraction · every frame the cadence reads" @param {any} field */
    function detail(field) {
        const parts = [field.unit];
        const modes = field.modes || [];
        if (modes.length === 1) parts.push(`${modes[0]} only`);
        if (field.reads === "cadence") parts.push("read on cadence frames");
        return parts.filter(Boolean).join(" · ");
    }

    perform.fields = {groupOf, playable, label, ofLane, search, detail};
})(globalThis.perform ??= {});
