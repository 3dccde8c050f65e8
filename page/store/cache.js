/** One less than the connections of a browser to one server: a command need not wait for a curve. */
const AT_ONCE = 5;

/**
 * The curves of the lanes as drawn, fetched again when the server says that one has changed. One request a
 * lane at a time: while a slider is dragged only the newest curve is requested. A request for a lane that
 * no longer exists, or is about to be removed, is cancelled; for one that another page removed the answer is null.
 * @param {{fetch: (id: string, signal: AbortSignal) => Promise<Curve|null>, onCurve: (id: string) => void, onError: (error: unknown) => void}} parts
 */
export function create(parts) {
    /** @type {Map<string, Curve>} */
    const shown = new Map();
    /** @type {Map<string, string>} */
    const have = new Map();
    /** @type {Map<string, string>} */
    const want = new Map();
    /** @type {Map<string, AbortController>} */
    const busy = new Map();

    /** @param {Lane[]} lanes */
    function follow(lanes) {
        const ids = new Set(lanes.map((lane) => lane.id));
        for (const id of [...shown.keys(), ...have.keys()]) if (!ids.has(id)) forget(id);
        for (const id of [...busy.keys()]) if (!ids.has(id)) callOff(id);
        want.clear();
        for (const lane of lanes) {
            if (!lane.curve_id) {
                if (shown.has(lane.id)) forget(lane.id);
            } else if (have.get(lane.id) !== lane.curve_id) want.set(lane.id, lane.curve_id);
        }
        pump();
    }

    /** Requests nothing more until the lanes are set again: the current ones may be removed. */
    function hold() {
        want.clear();
        for (const id of [...busy.keys()]) callOff(id);
    }

    /** @param {string} id */
    function callOff(id) {
        const request = busy.get(id);
        busy.delete(id);
        if (request) request.abort();
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
        const request = new AbortController();
        busy.set(id, request);
        want.delete(id);
        try {
            const found = await parts.fetch(id, request.signal);
            if (request.signal.aborted) return;
            if (found) {
                shown.set(id, found);
                have.set(id, curve);
            }
        } catch (error) {
            if (request.signal.aborted) return;
            parts.onError(error);
        }
        // first, so that a callback for the last curve finds the cache settled
        busy.delete(id);
        pump();
        if (have.get(id) === curve) parts.onCurve(id);
    }

    return {shown, follow, hold, settled: () => busy.size === 0 && want.size === 0};
}
