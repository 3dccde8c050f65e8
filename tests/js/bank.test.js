import {test} from "node:test";
import assert from "node:assert/strict";
import * as bank from "../../page/inspector/bank.js";

/** A page whose server answers before the state does. */
function page() {
    const lane = {id: "a", kind: "choice", chooses: true, choices: ["one"]};
    const sent = [];
    const api = {command: async (_name, {choices}) => {
        if (choices.includes("wrong")) throw new Error("no such name");
        sent.push(choices);
    }};
    const ctx = {ui: {selected: "a"}, model: {state: {lanes: [lane]}}, api, refresh: () => undefined};
    const add = (text) => bank.actions["bank.add"](ctx, {value: text});
    return {ctx, lane, sent, add};
}

test("choices that are added before the state comes are all kept, in their order", async () => {
    const {sent, add} = page();
    await Promise.all([add("two"), add("three")]);
    await add("four");
    assert.deepEqual(sent.at(-1), ["one", "two", "three", "four"]);
});

test("what the state says later counts, and what the server refused does not", async () => {
    const {ctx, lane, sent, add} = page();
    await Promise.all([add("two"), add("wrong"), add("three")]);
    assert.deepEqual(sent.at(-1), ["one", "two", "three"]);
    ctx.model.state.lanes = [{...lane, choices: ["one", "two", "three"]}];
    await add("four");
    ctx.model.state.lanes = [{...lane, choices: []}];
    await add("five");
    assert.deepEqual(sent.slice(-2), [["one", "two", "three", "four"], ["five"]]);
});
