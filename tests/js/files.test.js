import {test} from "node:test";
import assert from "node:assert/strict";
import * as files from "../../page/apply/files.js";

test("an export of lanes names the chosen ones, one of the song does not", () => {
    assert.equal(files.path("csv", ["lane-1", "a b"]), "/export/csv?lanes=lane-1,a%20b");
    assert.equal(files.path("text", []), "/export/text?lanes=");
    assert.equal(files.path("zip", ["lane-1"]), "/export/zip");
    assert.equal(files.path("oscdump", ["lane-1"]), "/export/oscdump");
    assert.equal(files.path("oscdump", [], "take/2"), "/export/oscdump?take=take%2F2");
    assert.equal(files.path("settings", ["a"], undefined, "9f/"), "/export/settings?lanes=a&tab=9f%2F");
});

test("a download has the name the server gives it, in full", () => {
    assert.equal(files.fileName("attachment; filename=\"N_cht.zip\"; filename*=UTF-8''N%C3%A4cht.zip"), "Nächt.zip");
    assert.equal(files.fileName(null), "export");
});
