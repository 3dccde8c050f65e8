import assert from "node:assert/strict";
import {test} from "node:test";

import {nameY} from "../../page/timeline/steps.js";

test("the name of a choice is inside its row, below a high line and above a low one", () => {
    for (const height of [22, 24, 40, 104]) {
        const row = {id: "a", top: 100, height};
        for (let y = row.top + 6; y <= row.top + height - 7; y += 1) {
            const at = nameY(y, row);
            assert.ok(at - 7 >= row.top && at + 7 <= row.top + height - 2, `${height} px, line at ${y}: ${at}`);
        }
        if (height >= 40) {
            assert.ok(nameY(row.top + 6, row) > row.top + 6 + 7);
            assert.ok(nameY(row.top + height - 7, row) < row.top + height - 7 - 7);
        }
    }
});
