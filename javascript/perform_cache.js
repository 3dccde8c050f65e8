// @ts-check
(function (perform) {
    "use strict";

    const AT_ONCE = 3;

    /**
     * The curves of the lanes as drawn, fetched again when the server says that one has changed. One request a
     * lane at a time: while somebody drags a slider only the newest curve is asked for.
     * @param {{fetch: (id: string) => Promise<any>, onCurve: (id: string) => void, onError: (error: unknown) => void}} parts
     */
    function create(parts) {
        /** @type {Map<string, any>} */
        const shown = new Map();
        /** @type {Map<string, string>} */
        const have = new Map();
        /** @type {Map<string, string>} */
        const want = new Map();
        const busy = new Set();

        /** @param {any[]} lanes */
        function follow(lanes) {
            const ids = new Set(lanes.map((lane) => lane.id));
            for (const id of [...shown.keys(), ...have.keys()]) if (!ids.has(id)) forget(id);
            want.clear();
            for (const lane of lanes) {
                if (!lane.curve_id) {
                    if (shown.has(lane.id)) forget(lane.id);
                } else if (have.get(lane.id) !== lane.curve_id) want.set(lane.id, lane.curve_id);
            }
            pump();
        }

        /** @param {string} id */
        function forget(id) {
            shown.delete(id);
            have.delete(id);
        }

        function pump() {
            for (const [id, curve] of want) {
                if (busy.size >= AT_ONCE) return;
                if (!busy.has(id)) load(id, curve);
            }
        }

        /** @param {string} id @param {string} curve */
        async function load(id, curve) {
            busy.add(id);
            want.delete(id);
            try {
                shown.set(id, await parts.fetch(id));
                have.set(id, curve);
            } catch (error) {
                parts.onError(error);
            }
            // first, so that whoever hears of the last curve finds the cache settled
            busy.delete(id);
            pump();
            if (have.get(id) === curve) parts.onCurve(id);
        }

        return {shown, follow, settled: () => busy.size === 0 && want.size === 0};
    }

    perform.cache = {create};
})(globalThis.perform ??= {});
