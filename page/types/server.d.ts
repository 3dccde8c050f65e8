/** What the server answers and sends besides its state. */

/** A row of the field table. */
interface Field {
    name: string;
    label: string;
    kind: string;
    unit: string;
    rest: number | null;
    reads: string;
    modes: string[];
    presets: Record<string, [number, number] | null>;
    hard: [number, number] | null;
    gate: {name: string; value: number | string | boolean} | null;
    note: string | null;
}

interface FieldTable {
    fields: Field[];
    curves: string[];
    pools: string[];
}

/** What moved since the last message; `full`: everything. */
interface LiveMessage {
    type: "live";
    full?: boolean;
    time_s: number | null;
    recording: boolean;
    events_per_s: number;
    received: number;
    malformed: number;
    lost: number;
    /** Index, value, lowest, highest, events a second. */
    sources?: [number, number | string | null, number | null, number | null, number][];
    /** Lane id, value, position in its range. */
    lanes?: [string, number, number][];
    /** Lane id, first frame, values. */
    growth?: [string, number, number[]][];
}

/** The slices that have changed, and the keys of those that are gone. `full`: these are all there are. */
interface StateMessage {
    type: "state";
    revision: number;
    full: boolean;
    slices: Partial<Slices>;
    removed: string[];
}

interface ByeMessage {
    type: "bye";
    reason?: string;
}

type Message = StateMessage | LiveMessage | ByeMessage;

/** What the command `check` found. */
interface CheckResult {
    /** The id of this check. */
    check: string;
    revision: number;
    frames: number;
    max_frames: number;
    fps: number;
    cadence: number;
    /** The reader that read the texts back. */
    checked_by: string;
    lanes: CheckedLane[];
    problems: Problem[];
    acting: number;
    can_apply: boolean;
}

/** What Apply checks and writes. `check`: the id of the check that the user saw; `ask`: whether to write nothing if no lane would do anything. */
interface ApplyRequest {
    lanes: string[];
    check: string | null;
    ask: boolean;
}

/** The check of what Apply wrote, or of what it did not write. */
interface ApplyResult extends CheckResult {
    outcome: "written" | "asks" | "refused";
    checked_again: boolean;
}

/** The same, with the settings file that was made. */
interface SettingsExport extends ApplyResult {
    file: {name: string; text: string; remarks: string[]} | null;
}

interface CheckedLane {
    id: string;
    field: string;
    label: string;
    keys: number;
    characters: number;
    largest_error: number;
    error_frame: number | null;
    tolerance: number;
    /** Of a motion: the largest sum of its errors, and the bound on it. */
    largest_drift: number | null;
    drift: number | null;
    blocked: boolean;
    idle: boolean;
    problems: Problem[];
}

/** What a click on one of the hidden buttons of the WebUI's tab answers. */
interface BridgeAnswer {
    id?: number;
    error?: Refusal;
    held?: number[];
    undo_steps: number;
    tab?: string;
}

/** The same of a click that also checks. */
interface CheckedAnswer extends BridgeAnswer {
    checked: CheckResult;
}

/** The same of a click on Apply. `notice`: what to show where boxes were filled. */
interface AppliedAnswer extends BridgeAnswer, ApplyResult {
    id: number;
    notice: {level: Level; message: string; remedy: string; fix: [string, boolean, string] | null} | null;
    skipped: {name: string; message: string}[];
}

/** Why the server refused something. */
interface Refusal {
    code?: string;
    message?: string;
    remedy?: string;
    free_port?: number | null;
}

/** The step that was undone or redone, and the revision of the state after it. */
interface UndoneStep {
    label: string;
    revision: number;
}

/** The answers of commands that the page reads; others are empty. */
interface Answers {
    "check": CheckResult;
    "settings.export": SettingsExport;
    "lane.add": {id: string};
    "lane.import_schedule": {under: string};
    "listener.change": {host: string; port: number};
    "undo": UndoneStep;
    "redo": UndoneStep;
    "song.new": {id: string};
    "song.open": {id: string};
    "song.open_backup": {id: string};
    "song.duplicate": {id: string};
    "song.trash": {id: string};
    "song.change": {start_s?: number; speed?: {lanes: string[]; factor: number; from_fps: number}};
}

type Answer<Name extends string> = Name extends keyof Answers ? Answers[Name] : {id?: string};
