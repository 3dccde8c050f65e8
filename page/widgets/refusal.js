/** The message of an error from the server, the bridge, or the browser. @param {unknown} error @returns {Refusal & {message: string}} */
export function refusalOf(error) {
    const {message, extras} = /** @type {{message?: string, extras?: Refusal}} */ (error ?? {});
    return {...extras, message: message || String(error)};
}
