// @ts-check
(function (perform) {
    "use strict";

    /** Every command the page sends; the server knows these names. */
    const COMMANDS = Object.freeze([
        "record.start", "record.stop", "record.wait", "play.start", "play.stop", "seek", "listener.change",
        "lane.add", "lane.change", "lane.remove", "lane.preset", "lane.learn", "lane.learn_cancel", "lane.fit",
        "lane.arm_all", "lane.move", "take.trash", "take.restore", "take.play", "take.silence", "pass.recover",
        "pass.discard", "song.new", "song.open", "song.rename", "song.duplicate", "song.trash", "song.restore",
        "song.change", "undo", "redo", "source.forget", "settings.import", "settings.clear", "check", "notice.dismiss", "lane.import", "song.open_backup", "song.stretch",
        "listener.allow", "listener.forbid", "take.time", "song.keep_speed",
    ]);

    /** Commands after which there may be other lanes. */
    const TAKES_LANES = /^(song\.(new|open|open_backup|duplicate|trash)|lane\.remove|undo|redo)$/;

    /** An answer the server refused, with its code and what to do. */
    class ApiError extends Error {
        /** @param {any} body @param {number} status */
        constructor(body, status) {
            super(body.message || `The server answered ${status}.`);
            this.name = "ApiError";
            this.status = status;
            this.code = body.code || "";
            this.extras = body;
        }
    }

    /** The path of the API below the folder of the page. */
    const API = "perform/v1";

    /**
     * Where the API is: below the folder of the page. A proxy may serve that folder at a path which the server does
     * not know, or the WebUI at the path given by --subpath, which is then the beginning of `path`.
     * @param {string} path such as "/perform/v1" or "/studio/perform/v1", or a whole address
     * @param {{protocol: string, host: string, pathname: string}} location
     */
    function resolveBase(path, location) {
        if (/^https?:\/\//.test(path)) return path.replace(/\/+$/, "");
        const told = `/${path.replace(/^\/+|\/+$/g, "")}`;
        const subpath = told.slice(0, -API.length);
        const {pathname} = location;
        const bare = subpath !== "/" && `${pathname}/`.endsWith(subpath);
        const folder = bare ? `${pathname}/` : pathname.replace(/[^/]*$/, "");
        return `${location.protocol}//${location.host}${folder.endsWith(subpath) ? folder : subpath}${API}`;
    }

    /** http -> ws, https -> wss. @param {string} base */
    function streamAddress(base) {
        return `${base.replace(/^http/, "ws")}/stream`;
    }

    /** @param {Response} response */
    async function refuse(response) {
        let body = /** @type {any} */ ({});
        try {
            body = (await response.json()).error || {};
        } catch {
            body = {message: `The server answered ${response.status} without a reason.`};
        }
        return new ApiError(body, response.status);
    }

    /**
     * @param {string} base
     * @param {(input: string, init?: RequestInit) => Promise<Response>} fetchIt
     */
    function create(base, fetchIt) {
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

        /** @param {string} name @param {any} [args] */
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
            state: async () => (await request("/state")).json(),
            /** Null for a lane that is gone. @param {string} id @param {AbortSignal} [signal] calls it off */
            curve: async (id, signal) => {
                const answer = await request(`/lanes/${encodeURIComponent(id)}/curve`, {signal});
                return answer.status === 204 ? null : perform.curves.decode(await answer.arrayBuffer());
            },
            /** @param {string} id */
            text: async (id) => (await request(`/lanes/${encodeURIComponent(id)}/text`)).text(),
            /** An export, such as "/export/csv". @param {string} path */
            download: (path) => request(path),
            /** The file goes as it is: only the server reads it. @param {File} file Deforum's settings */
            importSettings: async (file) => (await (await request(`/import/settings?name=${encodeURIComponent(file.name)}`, {method: "POST", headers: {"Content-Type": "application/octet-stream"}, body: file})).json()).result,
            /** @param {File} file a zip */
            importSong: async (file) => (await (await request("/import/song", {method: "POST", headers: {"Content-Type": "application/zip"}, body: file})).json()).result,
        };
    }

    perform.api = {COMMANDS, TAKES_LANES, ApiError, resolveBase, streamAddress, create};
})(globalThis.perform ??= {});
