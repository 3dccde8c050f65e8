/** The only owner of timers: all end when the page is unmounted. */

/** @type {Set<Timer>} */
const timers = new Set();

/** A timer that unmounting ends. @param {() => void} run @param {number} ms */
export function later(run, ms) {
    const handle = setTimeout(() => {
        timers.delete(handle);
        run();
    }, ms);
    timers.add(handle);
    return handle;
}

/** @param {Timer} handle */
export function cancel(handle) {
    clearTimeout(handle);
    timers.delete(handle);
}

/** Ends all that wait. */
export function cancelAll() {
    for (const handle of timers) clearTimeout(handle);
    timers.clear();
}
