"use strict";
const {test} = require("node:test");
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const {load, FOLDER} = require("./load");

const ROOT = path.join(FOLDER, "..");
const names = fs.readdirSync(FOLDER).filter((name) => name.endsWith(".js"));
const sources = Object.fromEntries(names.map((name) => [name, fs.readFileSync(path.join(FOLDER, name), "utf8")]));
const all = Object.values(sources).join("\n");
const perform = load(...names.map((name) => name.replace(/^perform_|\.js$/g, "")));
const every = (text, rule) => new Set([...text.matchAll(rule)].map((match) => match[1]));

/** All files of a folder of the package, as one text. */
function python(folder) {
    const found = [];
    for (const entry of fs.readdirSync(path.join(ROOT, folder), {withFileTypes: true})) {
        if (entry.isDirectory()) found.push(python(path.join(folder, entry.name)));
        else if (entry.name.endsWith(".py")) found.push(fs.readFileSync(path.join(ROOT, folder, entry.name), "utf8"));
    }
    return found.join("\n");
}

test("every element id the scripts look for is made by a script or by the WebUI's tab", () => {
    const made = every(all, /\bid: "(perform_\w+)"/g);
    const tab = python("deforum_perform");
    const wanted = new Set([...every(all, /#(perform_\w+)/g), ...Object.values(perform.bridge.IDS), perform.page.ROOT_ID]);
    assert.ok(wanted.size >= 8);
    for (const id of wanted) {
        const verb = id.replace("perform_", "");
        const there = made.has(id) || tab.includes(`"${id}"`) || tab.includes('elem_id=f"perform_{verb}"') && tab.includes(`"${verb}"`);
        assert.ok(there, `${id} is looked for and never made`);
    }
});

test("every command that is sent is one the server knows", () => {
    const known = every(python("deforum_perform/app"), /"([a-z]+(?:\.[a-z_]+)?)": ?(?:partial\()?_/g);
    assert.ok(known.has("lane.add"), "the server's table of commands was not found");
    for (const name of perform.api.COMMANDS) assert.ok(known.has(name), `the server has no command ${name}`);
    const sent = new Set([...every(all, /\.send\("([^"]+)"/g), ...every(all, /sendLatest\([^,]+, "([^"]+)"/g), ...every(all, /api\.command\("([^"]+)"/g)]);
    assert.ok(sent.size > 20);
    for (const name of sent) assert.ok(perform.api.COMMANDS.includes(name), `${name} is sent and not listed`);
});

test("every action an element or a key names exists", () => {
    const actions = Object.assign({}, ...perform.page.ACTING.map((name) => perform[name].actions));
    const named = new Set([
        ...every(all, /\b(?:act|input|change): "([^"]+)"/g), ...every(all, /segments\("([^"]+)"/g), ...every(all, /slider\("([^"]+)"/g),
        ...every(all, /dataset\.act = [^;]*?"([^"]+)"/g), ...perform.keys.KEYS.map((entry) => entry.act),
    ]);
    assert.ok(named.size > 40);
    for (const name of named) assert.ok(actions[name], `no action is called ${name}`);
});

test("every class the scripts give has its place in the style sheet", () => {
    const style = fs.readFileSync(path.join(ROOT, "style.css"), "utf8");
    const used = new Set([...all.matchAll(/class: "([^"$]+)"/g)].flatMap((match) => match[1].split(" ")));
    const bare = new Set(["perform-banner-warn", "perform-lanes", "perform-monitor", "perform-pill-osc"]);
    for (const name of used) assert.ok(style.includes(`.${name}`) || bare.has(name), `${name} has no rule`);
});

test("the style sheet touches nothing outside the page", () => {
    const style = fs.readFileSync(path.join(ROOT, "style.css"), "utf8").replace(/\/\*[^]*?\*\//g, "");
    const selectors = [...style.matchAll(/([^{}]+)\{/g)].map((match) => match[1].trim()).filter((text) => !text.startsWith("@") && !/^(\d+%|from|to)$/.test(text));
    for (const selector of selectors.flatMap((text) => text.split(",").map((part) => part.trim()))) {
        assert.match(selector, /^(\.dark )?#perform_root|^\.perform-/, `${selector} is not scoped`);
    }
});

test("one file owns listeners, timers and animation frames", () => {
    for (const [name, text] of Object.entries(sources)) {
        if (name === "perform_page.js") continue;
        assert.doesNotMatch(text, /addEventListener|setTimeout|setInterval|requestAnimationFrame|\.on(click|input|change|keydown)\s*=/, name);
    }
    assert.doesNotMatch(all, /setInterval/);
});

test("only the bridge knows gradio, and no text becomes markup", () => {
    for (const [name, text] of Object.entries(sources)) {
        if (name !== "perform_bridge.js") assert.doesNotMatch(text, /gradioApp/, name);
        assert.doesNotMatch(text, /innerHTML|insertAdjacentHTML|outerHTML|document\.write|svelte-/, name);
    }
});

test("every script is one closed function that is type-checked, and none is too long", () => {
    for (const [name, text] of Object.entries(sources)) {
        assert.match(text, /^\/\/ @ts-check\n\(function \(perform\) \{\n {4}"use strict";\n/, name);
        assert.match(text, /\n\}\)\(globalThis\.perform \?\?= \{\}\);\n$/, name);
        assert.ok(text.split("\n").length <= 401, `${name} is too long`);
    }
});
