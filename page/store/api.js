import * as curves from "./curves.js";

/** Every command the page sends; the server knows these names. */
export const COMMANDS = Object.freeze(/** @type {const} */ ([
    "record.start", "record.stop", "record.wait", "play.start", "play.stop", "seek", "listener.change",
    "lane.add", "lane.change", "lane.remove", "lane.preset", "lane.learn", "lane.learn_cancel", "lane.fit_input_range",
    "lane.arm_all", "lane.move", "take.trash", "take.restore", "lane.play_take", "lane.remove_take", "recording.recover",
    "recording.discard", "song.new", "song.open", "song.rename", "song.duplicate", "song.trash", "song.restore",
    "song.change", "undo", "redo", "monitor.clear", "settings.export", "settings.import", "settings.clear", "check", "notice.dismiss", "lane.import_schedule", "song.open_backup", "song.stretch",
    "listener.allow", "listener.forbid", "take.set_time", "song.keep_speed",
]));

/** Commands that can change the list of lanes. */
export const TAKES_LANES = /^(song\.(new|open|open_backup|duplicate|trash)|lane\.remove|undo|redo)$/;

/** An answer the server refused, with its code and what to do. */
export class ApiError extends Error {
    /** @param {Refusal} body @param {number} status */
    constructor(body, status) {
        super(body.message || `The server answered ${status}.`);
        this.name = "ApiError";
        this.status = status;
        this.code = body.code || "";
        this.extras = body;
    }
}

/** Where the API is: it serves the page's modules below its own path. @param {string} module the address of one */
export function baseOf(module) {
    return module.slice(0, module.lastIndexOf("/page/"));
}

/** http -> ws, https -> wss. @param {string} base @param {string} page the id of this page */
export function streamAddress(base, page) {
    return `${base.replace(/^http/, "ws")}/stream?page=${page}`;
}

/** @param {Response} response */
async function refuse(response) {
    /** @type {Refusal} */
    let body = {};
    try {
        body = (await response.json()).error || {};
    } catch {
        body = {message: `The server answered ${response.status} without a reason.`};
    }
    return new ApiError(body, response.status);
}

/**
 * @param {string} base
 * @param {string} page the id of this page: what the server sends follows Deforum's tab as this browser shows it
 * @param {(input: string, init?: RequestInit) => Promise<Response>} fetchIt
 */
export function create(base, page, fetchIt) {
    /** @param {string} path @param {RequestInit} [init] */
    async function request(path, init) {
        let response;
        try {
            response = await fetchIt(base + path, {credentials: "same-origin", ...init});
        } catch {
            throw new ApiError({code: "offline", message: "Perform's server does not answer.", remedy: "If it was stopped, start it again."}, 0);
        }
        if (!response.ok) throw await refuse(response);
        return response;
    }

    /** @template {CommandName} Name @param {Name} name @param {object} [args] @returns {Promise<Answer<Name>>} */
    async function command(name, args) {
        if (!COMMANDS.includes(name)) throw new ApiError({message: `${name} is not a command.`}, 0);
        const response = await request(`/commands/${name}`, {
            method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(args || {}),
        });
        return (await response.json()).result;
    }

    return {
        base,
        command,
        fields: async () => (await request("/fields")).json(),
        songs: async () => (await request("/songs")).json(),
        /** Null for an unknown lane. @param {string} id @param {AbortSignal} [signal] cancels it */
        curve: async (id, signal) => {
            const answer = await request(`/lanes/${encodeURIComponent(id)}/curve?page=${page}`, {signal});
            return answer.status === 204 ? null : curves.decode(await answer.arrayBuffer());
        },
        /** @param {string} id */
        text: async (id) => (await request(`/lanes/${encodeURIComponent(id)}/text?page=${page}`)).text(),
        /** An export, such as "/export/csv". @param {string} path */
        download: (path) => request(path),
        /** The file goes as it is: only the server reads it. @param {File} file Deforum's settings */
        importSettings: async (file) => (await (await request(`/import/settings?name=${encodeURIComponent(file.name)}`, {method: "POST", headers: {"Content-Type": "application/octet-stream"}, body: file})).json()).result,
        /** @param {File} file a zip */
        importSong: async (file) => (await (await request("/import/song", {method: "POST", headers: {"Content-Type": "application/zip"}, body: file})).json()).result,
    };
}
