// @ts-check
(function (perform) {
    "use strict";

    /** Numbers of a song that are times; the others are plain. */
    const TIMES = ["length_s", "start_s"];

    /** The song menu. @param {any} ctx */
    function menu(ctx) {
        const {el, icon} = perform.dom;
        const list = el("div", {class: "perform-menu-list", part: "list"});
        const node = el("div", {class: "perform-menu"},
            el("label", {class: "perform-menu-name"}, el("span", {class: "perform-dim"}, "Name"),
                el("input", {class: "perform-input", part: "name", change: "song.rename", maxlength: 120, "aria-label": "Name of this song"})),
            el("div", {class: "perform-menu-row"},
                el("button", {class: "perform-button", act: "song.new", title: "Start an empty song"}, icon("plus"), "New song"),
                el("button", {class: "perform-button", act: "file.pick", "data-value": "song", title: "Open a song from a zip that Perform wrote, on this machine or another"}, icon("file"), "Import…"),
                el("button", {class: "perform-button", act: "song.duplicate", title: "Copy this song with its takes"}, icon("copy"), "Duplicate"),
                el("button", {class: "perform-button", act: "song.trash", title: "Move this song to the trash; it can be restored"}, icon("trash"), "To trash")),
            el("div", {class: "perform-menu-title"}, "Open"),
            list,
            el("div", {class: "perform-menu-title", part: "trashTitle"}, "Trash"),
            el("div", {class: "perform-menu-list", part: "trash"}));
        return {node, update: () => updateMenu(ctx, node), focus: ".perform-menu-item"};
    }

    /** @param {any} ctx @param {any} node */
    function updateMenu(ctx, node) {
        const part = perform.dom.parts(node);
        const state = ctx.model.state;
        perform.dom.setValue(part.name, state.song.name);
        const key = (song) => song.id;
        perform.dom.keyed(part.list, state.songs, (song) => `${song.id}${song.fault ? " damaged" : ""}`, (song) => item(song, song.fault ? "song.backup" : "song.open"), (row, song) => {
            updateItem(row, song);
            perform.dom.setClass(row, "perform-on", song.id === state.song.id);
        });
        perform.dom.keyed(part.trash, state.trashed_songs, key, (song) => item(song, "song.restore"), updateItem);
        part.trashTitle.hidden = state.trashed_songs.length === 0;
    }

    /** @param {any} song @param {string} act */
    function item(song, act) {
        const {el} = perform.dom;
        const restore = act === "song.restore";
        return el("button", {class: "perform-menu-item", act, "data-value": song.id, title: song.fault || (restore ? "Take it out of the trash" : "Open this song")},
            el("span", {part: "name", class: "perform-menu-item-name"}),
            el("span", {part: "detail", class: "perform-dim perform-number"}),
            song.fault ? el("span", {class: "perform-link"}, "Open as it was before") : null,
            restore ? el("span", {class: "perform-link"}, "Restore") : null);
    }

    /** @param {any} row @param {any} song */
    function updateItem(row, song) {
        const part = perform.dom.parts(row);
        perform.dom.setText(part.name, song.name);
        perform.dom.setText(part.detail, song.fault ? "damaged" : `${perform.format.shortClock(song.seconds)} · ${perform.format.counted(song.takes, "take")} · ${perform.format.moment(song.modified)}`);
    }

    /** The song's numbers. @param {any} ctx */
    function settings(ctx) {
        const {el} = perform.dom;
        const {row} = perform.boxes;
        const number = (part, act, attribute, more) => el("input", {class: "perform-input perform-input-number", part, change: act, input: "box.typed", "data-value": attribute, autocomplete: "off", ...more});
        const node = el("div", {class: "perform-form"},
            row("Fps", number("fps", "song.change", "fps", {inputmode: "decimal"}), "frames a second of the video"),
            row("Length", number("length", "song.change", "length_s", {placeholder: "auto"}), "as long as its takes when empty", "lengthText"),
            row("Start", number("start", "song.change", "start_s"), "where Record and Play begin"),
            row("Cadence", number("cadence", "song.change", "cadence", {placeholder: "auto", inputmode: "numeric"}), "", "cadenceText"),
            row("Tempo", number("tempo", "song.change", "tempo_bpm", {placeholder: "none", inputmode: "decimal"}), "beats a minute, optional"),
            row("New tempo", number("newTempo", "song.stretch", "tempo_bpm", {inputmode: "decimal", title: "Type the tempo of the new version: everything recorded moves with it. Z undoes it"}), "moves all that is recorded to this tempo", "newTempoText"),
            row("New length", number("newLength", "song.stretch", "length_s", {title: "Type the length of the new version: everything recorded is stretched to it. Z undoes it"}), "stretches all that is recorded to this length"),
            el("label", {class: "perform-check"},
                el("input", {type: "checkbox", part: "set", change: "song.setFps"}), el("span", {part: "setText"}, "Also set Deforum's fps when applying")),
            el("label", {class: "perform-check", part: "senderRow", title: "Where the sender says when its events were meant: by time tags in its bundles. Each take can be set the other way in its own menu"},
                el("input", {type: "checkbox", part: "sender", change: "song.senderTime"}), "New takes play by their sender's time where it is known"));
        return {node, update: () => updateSettings(ctx, node), focus: "input"};
    }

    /** @param {any} ctx @param {any} node */
    function updateSettings(ctx, node) {
        const part = perform.dom.parts(node);
        const {setText} = perform.dom;
        const {set} = perform.boxes;
        const {song, host} = ctx.model.state;
        set(part.fps, perform.format.plain(song.fps));
        set(part.length, song.length_s === null ? "" : perform.format.clock(song.length_s));
        setText(part.lengthText, song.length_s === null ? `as long as its takes: ${perform.format.clock(song.seconds)}` : "empty: as long as its takes");
        set(part.start, perform.format.clock(song.start_s));
        set(part.cadence, song.cadence === null ? "" : String(song.cadence));
        const from = host.deforum ? "Deforum's tab" : "Deforum's default";
        setText(part.cadenceText, song.cadence === null ? `${song.cadence_used} from ${from}` : `typed; empty takes ${from}`);
        set(part.tempo, perform.format.plain(song.tempo_bpm));
        part.newTempo.disabled = song.tempo_bpm === null;
        setText(part.newTempoText, song.tempo_bpm === null ? "needs the tempo it was played at, above" : "moves all that is recorded to this tempo");
        part.set.checked = song.set_fps;
        setText(part.setText, host.apply === "deforum" ? "Also set Deforum's fps when applying" : "Also write fps into the settings file");
        part.senderRow.hidden = song.sender_time === undefined;
        part.sender.checked = song.sender_time;
    }

    /** What stands in a box: null where nothing does, undefined where it cannot be read, which is said below it. @param {any} box */
    function read(box) {
        const text = box.value.trim();
        if (text === "") return null;
        const time = TIMES.includes(box.dataset.value);
        const value = time ? perform.format.parseClock(text) : perform.format.parseNumber(text);
        if (value !== null) return value;
        perform.boxes.refuse(box, `“${text}” is not ${time ? "a time such as 1:23.5" : "a number"}.`);
        return undefined;
    }

    /** An empty box means "by itself". @param {any} ctx @param {any} box */
    async function change(ctx, box) {
        const value = read(box);
        if (value !== undefined) await perform.boxes.send(ctx, box, "song.change", {[box.dataset.value]: value});
    }

    /** Another tempo or length with all that is recorded; the box is empty again when it was done. @param {any} ctx @param {any} box */
    async function stretch(ctx, box) {
        const value = read(box);
        if (value === null) perform.boxes.accept(box);
        else if (value !== undefined && await perform.boxes.send(ctx, box, "song.stretch", {[box.dataset.value]: value})) box.value = "";
    }

    const actions = {
        /** @param {any} ctx @param {any} node */
        "songs.open": (ctx, node) => ctx.layer.show("Songs", menu(ctx), node),
        /** @param {any} ctx @param {any} node */
        "song.settings": (ctx, node) => ctx.layer.show("Song settings", settings(ctx), node),
        /** @param {any} ctx @param {any} node */
        "song.rename": (ctx, node) => node.value.trim() ? ctx.send("song.rename", {name: node.value.trim()}) : undefined,
        /** @param {any} ctx */
        "song.new": (ctx) => {
            ctx.layer.close();
            return ctx.send("song.new", {name: "New song"});
        },
        /** @param {any} ctx @param {any} node */
        "song.open": (ctx, node) => {
            ctx.layer.close();
            return ctx.send("song.open", {id: node.dataset.value});
        },
        /** A damaged song as it was before its last change. @param {any} ctx @param {any} node */
        "song.backup": (ctx, node) => {
            ctx.layer.close();
            return ctx.send("song.open_backup", {id: node.dataset.value});
        },
        /** @param {any} ctx */
        "song.duplicate": (ctx) => ctx.send("song.duplicate", {id: ctx.model.state.song.id}),
        /** @param {any} ctx */
        "song.trash": (ctx) => ctx.send("song.trash", {id: ctx.model.state.song.id}),
        /** @param {any} ctx @param {any} node */
        "song.restore": (ctx, node) => ctx.send("song.restore", {id: node.dataset.value}),
        "song.change": change,
        "song.stretch": stretch,
        /** @param {any} ctx @param {any} node */
        "song.setFps": (ctx, node) => ctx.send("song.change", {set_fps: node.checked}),
        /** @param {any} ctx @param {any} node */
        "song.senderTime": (ctx, node) => ctx.send("song.change", {sender_time: node.checked}),
    };

    perform.songs = {menu, settings, actions};
})(globalThis.perform ??= {});
