const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 8000;

/** How long to wait before try number n (0 is the first), in milliseconds. @param {number} tries */
export function waitMs(tries) {
    return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries);
}

/**
 * The live stream: one websocket that reconnects automatically.
 * @param {Object} parts
 * @param {string} parts.address
 * @param {(address: string) => WebSocket} parts.connect
 * @param {(message: Message) => void} parts.onMessage
 * @param {(link: Link) => void} parts.onLink
 * @param {(run: () => void, ms: number) => Timer} parts.later
 * @param {(handle: Timer) => void} parts.cancel
 */
export function create(parts) {
    /** @type {WebSocket|null} */
    let socket = null;
    let tries = 0;
    /** @type {Timer|null} */
    let handle = null;
    let open = false;

    function start() {
        open = true;
        dial();
    }

    function dial() {
        handle = null;
        if (!open) return;
        const mine = parts.connect(parts.address);
        socket = mine;
        mine.onmessage = (event) => {
            if (socket === mine) receive(event.data);
        };
        mine.onclose = () => {
            if (socket === mine) retry();
        };
    }

    /** @param {string} text */
    function receive(text) {
        if (tries >= 0) {
            tries = -1;
            parts.onLink("live");
        }
        parts.onMessage(JSON.parse(text));
    }

    function retry() {
        socket = null;
        if (!open) return;
        tries = Math.max(0, tries);
        parts.onLink("lost");
        handle = parts.later(dial, waitMs(tries));
        tries += 1;
    }

    /** Tries at once when the user or the network returns. */
    function hurry() {
        if (!open || socket || handle === null) return;
        parts.cancel(handle);
        tries = 0;
        dial();
    }

    function stop() {
        open = false;
        if (handle !== null) parts.cancel(handle);
        handle = null;
        const mine = socket;
        socket = null;
        if (mine) mine.close();
    }

    return {start, stop, hurry};
}
