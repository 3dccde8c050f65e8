/** The state put together from its slices. What did not change stays the same object, so that `===` says so. */

/** @returns {SliceStore} */
export function create() {
    return {shared: {}, order: [], slices: new Map(), clips: new Map(), lanes: new Map(), takes: new Map(), state: null};
}

/**
 * Takes in a message (in place) and gives the state.
 * @param {SliceStore} store @param {StateMessage} message @returns {State}
 */
export function takeIn(store, message) {
    if (message.full) Object.assign(store, create());
    /** @type {Changed} */
    const changed = {lanes: new Set(), takes: message.full, order: message.full};
    for (const key of message.removed) put(store, key, undefined, changed);
    for (const [key, value] of Object.entries(message.slices)) put(store, key, value, changed);
    for (const id of changed.lanes) putTogether(store, id);
    const before = store.state;
    const lanes = before && changed.lanes.size === 0 && !changed.order ? before.lanes : store.order.flatMap((id) => store.lanes.get(id) ?? []);
    const takes = before && !changed.takes ? before.takes : [...store.takes.values()].sort((a, b) => a.number - b.number);
    store.state = /** @type {State} */ ({...store.shared, revision: message.revision, lanes, takes});
    return store.state;
}

/**
 * One slice, or `undefined` for one that is gone.
 * @param {SliceStore} store @param {string} key @param {unknown} value @param {Changed} changed
 */
function put(store, key, value, changed) {
    const [kind, id] = named(key);
    if (kind === "lane") {
        set(store.slices, id, /** @type {LaneSlice|undefined} */ (value));
        changed.lanes.add(id);
    } else if (kind === "clip") {
        const cut = id.lastIndexOf(":");
        const lane = id.slice(0, cut);
        const clips = store.clips.get(lane) ?? new Map();
        set(clips, Number(id.slice(cut + 1)), /** @type {ClipSlice|undefined} */ (value));
        set(store.clips, lane, clips.size > 0 ? clips : undefined);
        changed.lanes.add(lane);
    } else if (kind === "take") {
        set(store.takes, id, /** @type {Take|undefined} */ (value));
        changed.takes = true;
    } else if (key === "lanes") {
        store.order = /** @type {string[]} */ (value);
        changed.order = true;
    } else store.shared = {...store.shared, [key]: value};
}

/** "lane:x" -> its kind and the rest; a key without a kind has none. @param {string} key @returns {[string, string]} */
function named(key) {
    const cut = key.indexOf(":");
    return cut < 0 ? ["", key] : [key.slice(0, cut), key.slice(cut + 1)];
}

/** @template K, V @param {Map<K, V>} map @param {K} key @param {V|undefined} value */
function set(map, key, value) {
    if (value === undefined) map.delete(key);
    else map.set(key, value);
}

/** A lane with its clips, the newest last. @param {SliceStore} store @param {string} id */
function putTogether(store, id) {
    const slice = store.slices.get(id);
    const clips = [...store.clips.get(id) ?? []].sort(([a], [b]) => a - b).map(([, clip]) => clip);
    set(store.lanes, id, slice && {...slice, clips});
}
