/** Addresses of this computer that senders can use. */

/** @param {string} host */
export function isLocal(host) {
    return host === "localhost" || host === "::1" || /^127\./.test(host);
}

/** Addresses that others can send to: the one that is listened on, or all there are. @param {ListenerState} listener @returns {string[]} */
export function reachable(listener) {
    const every = listener.host === "0.0.0.0" || listener.host === "::" || isLocal(listener.host);
    const own = listener.addresses || [];
    return every ? own : [listener.host];
}

/** What a sender needs: never 0.0.0.0, which is not a destination. @param {ListenerState} listener */
export function target(listener) {
    const host = isLocal(listener.host) ? listener.host : reachable(listener)[0] || listener.host;
    return where(host, listener.port);
}

/** An IPv6 address is in brackets before a port. @param {string} host @param {number} port */
export function where(host, port) {
    return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
