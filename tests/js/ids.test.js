import {test} from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {ACTIONS} from "../../page/actions.js";
import * as bridge from "../../page/host/bridge.js";
import {COMMANDS} from "../../page/store/api.js";
import {KEYS} from "../../page/widgets/keys.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const every = (text, rule) => new Set([...text.matchAll(rule)].map((match) => match[1]));

/** Name below the root -> text, of all files of a folder with this ending. */
function files(folder, ending) {
    const found = {};
    for (const entry of fs.readdirSync(path.join(ROOT, folder), {withFileTypes: true})) {
        const name = `${folder}/${entry.name}`;
        if (entry.isDirectory()) Object.assign(found, files(name, ending));
        else if (name.endsWith(ending)) found[name] = fs.readFileSync(path.join(ROOT, name), "utf8");
    }
    return found;
}

const modules = files("page", ".js");
const styles = files("page/styles", ".css");
const all = Object.values(modules).join("\n");
const style = Object.values(styles).join("\n").replace(/\/\*[^]*?\*\//g, "");
const python = (folder) => Object.values(files(folder, ".py")).join("\n");
const others = (...names) => Object.entries(modules).filter(([name]) => !names.includes(name));

test("every element id the modules look for is made by a module or by the WebUI's tab", () => {
    const made = every(all, /\bid: "(perform_\w+)"/g);
    const tab = python("deforum_perform");
    const wanted = new Set([...every(all, /#(perform_\w+)/g), ...Object.values(bridge.IDS), bridge.ROOT_ID]);
    assert.ok(wanted.size >= 8);
    for (const id of wanted) {
        const verb = id.replace("perform_", "");
        const there = made.has(id) || tab.includes(`"${id}"`) || tab.includes('elem_id=f"perform_{verb}"') && tab.includes(`"${verb}"`);
        assert.ok(there, `${id} is looked for and never made`);
    }
});

test("every command that is sent is listed, and the list is used", () => {
    const sent = new Set([...every(all, /\.send\("([^"]+)"/g), ...every(all, /sendLatest\([^,]+, "([^"]+)"/g), ...every(all, /api\.command\("([^"]+)"/g)]);
    assert.ok(sent.size > 20);
    for (const name of sent) assert.ok(COMMANDS.includes(name), `${name} is sent and not listed`);
});

test("every action an element or a key names exists", () => {
    const named = new Set([
        ...every(all, /\b(?:act|input|change): "([^"]+)"/g), ...every(all, /segments\("([^"]+)"/g), ...every(all, /slider\("([^"]+)"/g),
        ...every(all, /dataset\.act = [^;]*?"([^"]+)"/g), ...KEYS.map((entry) => entry.act),
    ]);
    assert.ok(named.size > 40);
    for (const name of named) assert.ok(ACTIONS[name], `no action is called ${name}`);
});

test("every class the modules give has its place in the style sheets", () => {
    const used = new Set([...all.matchAll(/class: "([^"$]+)"/g)].flatMap((match) => match[1].split(" ")));
    const bare = new Set(["perform-banner-warn", "perform-lanes", "perform-monitor", "perform-pill-osc"]);
    for (const name of used) assert.ok(style.includes(`.${name}`) || bare.has(name), `${name} has no rule`);
});

/** The selectors and at-rules of a style sheet that are inside nothing else. */
function outermost(text) {
    let depth = 0;
    let begun = "";
    const found = [];
    for (const letter of text) {
        if (letter === "{" && depth === 0) found.push(begun.trim());
        depth += letter === "{" ? 1 : letter === "}" ? -1 : 0;
        begun = depth > 0 || letter === "}" || letter === ";" ? "" : begun + letter;
    }
    assert.equal(depth, 0);
    return found;
}

test("the style sheets touch nothing outside the page", () => {
    for (const selector of outermost(style).filter((text) => !text.startsWith("@")).flatMap((text) => text.split(","))) {
        assert.match(selector.trim(), /^(\.dark )?#perform_root|^\.perform-/, `${selector} is not scoped`);
    }
    assert.deepEqual(outermost(style).filter((text) => text.startsWith("@")).map((text) => text.split(/[\s(]/)[0]).filter((rule) => !["@property", "@supports", "@media", "@keyframes"].includes(rule)), []);
});

test("one style sheet names all others, each once", () => {
    const named = [...styles["page/styles/page.css"].matchAll(/^@import "([^"]+)";$/gm)].map((match) => `page/styles/${match[1]}`);
    assert.deepEqual([...named, "page/styles/page.css"].sort(), Object.keys(styles).sort());
});

test("one module each owns listeners, timers and animation frames", () => {
    for (const [name, text] of others("page/events.js")) assert.doesNotMatch(text, /addEventListener|\.on(click|input|change|keydown)\s*=/, name);
    for (const [name, text] of others("page/widgets/timers.js")) assert.doesNotMatch(text, /setTimeout\(|setInterval/, name);
    for (const [name, text] of others("page/drawing.js")) assert.doesNotMatch(text, /requestAnimationFrame/, name);
});

test("only the bridge knows gradio, and no text becomes markup", () => {
    for (const [name, text] of others("page/host/bridge.js")) assert.doesNotMatch(text, /gradioApp/, name);
    assert.doesNotMatch(all, /innerHTML|insertAdjacentHTML|outerHTML|document\.write|svelte-/);
});

test("nothing is left untyped: no any, and no check that is switched off", () => {
    for (const [name, text] of [...Object.entries(modules), ...Object.entries(files("page/types", ".d.ts"))]) {
        assert.doesNotMatch(text, /[{<,|:(]\s*any\b(?!\w|-)|@ts-(ignore|nocheck|expect-error)/, name);
    }
});

/** Module -> the modules it imports. */
const imports = new Map(Object.entries(modules).map(([name, text]) => [
    name, [...text.matchAll(/^import [^\n]*from "(\.[^"]+)";$/gm)].map((match) => path.posix.join(path.posix.dirname(name), match[1])),
]));

/** A way from a place back to it, or nothing. */
function cycle(graph) {
    const done = new Set();
    const walk = (name, way) => {
        if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
        if (done.has(name)) return null;
        for (const next of graph.get(name) || []) {
            const found = walk(next, [...way, name]);
            if (found) return found;
        }
        done.add(name);
        return null;
    };
    return [...graph.keys()].map((name) => walk(name, [])).find(Boolean) || null;
}

test("imports lead to files that are there, and in no circle, of modules or of folders", () => {
    for (const [name, to] of imports) for (const other of to) assert.ok(modules[other], `${name} imports ${other}`);
    assert.equal(cycle(imports), null);
    const folders = new Map();
    for (const [name, to] of imports) {
        const folder = path.posix.dirname(name);
        if (!folders.has(folder)) folders.set(folder, new Set());
        for (const other of to) if (path.posix.dirname(other) !== folder) folders.get(folder).add(path.posix.dirname(other));
    }
    assert.equal(cycle(folders), null);
    assert.deepEqual(cycle(new Map([["a", ["b"]], ["b", ["a"]]])), ["a", "b", "a"]);
});

test("modules are short and folders are small", () => {
    for (const [name, text] of [...Object.entries(modules), ...Object.entries(styles)]) assert.ok(text.split("\n").length <= 401, `${name} is too long`);
    const sizes = new Map();
    for (const name of [...Object.keys(modules), ...Object.keys(styles)]) sizes.set(path.posix.dirname(name), (sizes.get(path.posix.dirname(name)) || 0) + 1);
    for (const [folder, count] of sizes) assert.ok(count <= 20, `${folder} has ${count} files`);
});

test("the boot script is all that the WebUI loads: short, and one closed function", () => {
    const scripts = files("javascript", ".js");
    assert.deepEqual(Object.keys(scripts), ["javascript/perform.js"]);
    const [text] = Object.values(scripts);
    assert.match(text, /^\/\*\*[^*]*\*\/\n\(function \(\) \{\n {4}"use strict";\n[^]*\n\}\)\(\);\n$/);
    assert.ok(text.split("\n").length <= 30);
});
