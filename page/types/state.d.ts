/**
 * The state as the server sends it. Written by docs/state_types.py from deforum_perform/app/state/types.py: change it
 * there.
 */

type Level = "info" | "warn" | "error";

/** Where Perform runs, and how schedules are output. */
interface HostState {
    kind: string;
    apply: "settings" | "deforum";
    deforum: boolean;
    message: string | null;
}

/** The settings in Deforum's tab. `idle`: field -> why it would have no effect there, in a word or two. */
interface DeforumState {
    mode: string | null;
    distribution: string | null;
    idle: Record<string, string>;
}

/** The song without its lanes and takes. `cadence` is the song's setting, `cadence_used` the effective one. */
interface SongState {
    id: string;
    name: string;
    fps: number;
    length_s: number | null;
    frames: number;
    seconds: number;
    start_s: number;
    cadence: number | null;
    cadence_used: number;
    tempo_bpm: number | null;
    set_fps: boolean;
    set_distribution: boolean;
    sender_time: boolean;
    max_frames: number;
    base_settings: string | null;
}

/** The loop and punch ranges, as start and end in song time; null where not set. */
interface WorkspaceState {
    loop: [number, number] | null;
    punch: [number, number] | null;
}

/** `fix`: a setting of the song, its value, and the label of a button for it. */
interface Problem {
    code: string;
    message: string;
    remedy: string;
    frame: number | null;
    blocks: boolean;
    idle: boolean;
    short: string;
    fix: [string, boolean, string] | null;
}

/** A lane without its clips. `curve_id` changes with its curve; it is null while the lane plays nothing. */
interface LaneSlice {
    id: string;
    field: string;
    source: string | null;
    in_low: number;
    in_high: number;
    in_auto: boolean;
    out_low: number;
    out_high: number;
    invert: boolean;
    curve: string;
    smoothing_s: number;
    armed: boolean;
    muted: boolean;
    pool: string;
    tolerance: number;
    exact: boolean;
    drift: number;
    form: string;
    under: string;
    blend: string;
    choices: string[];
    pick: string;
    hold_s: number;
    fade_s: number;
    lines: boolean;
    label: string;
    unit: string;
    forms: string[];
    kind: string;
    reads: string;
    hard: [number, number] | null;
    preset: string | null;
    chooses: boolean;
    known_choices: string[];
    curve_id: string | null;
    keys: number;
    largest_error: number;
    characters: number;
    saved_hits: number[];
    saved_hits_count: number;
    final: boolean;
    problems: Problem[];
    learning: boolean;
}

/** A lane plays `source` of `take` from `start_s` to `end_s`. */
interface ClipSlice {
    take: string;
    source: string;
    start_s: number;
    end_s: number;
}

/** A lane with what it plays, the newest last. */
interface Lane extends LaneSlice {
    clips: ClipSlice[];
}

/** Where the sender's times come from, and the largest delay of an event. */
interface SenderTimes {
    kind: string;
    largest_shift_s: number;
}

/** A reception problem of one source, or of all if `source` is empty; `rank`: how many of its kind are worse. */
interface ReceptionProblem {
    kind: string;
    source: string;
    start_s: number;
    end_s: number;
    count: number;
    corrected: boolean;
    who: string;
    rank: number;
}

/** On the lane `title` the take plays instead of those with the numbers `takes`, in these spans of song time. */
interface Replaced {
    lane: string;
    title: string;
    takes: number[];
    spans: [number, number][];
    when: string;
}

/** `sources`: the first of its sources, and all that a lane uses; `source_count`: how many there are. */
interface Take {
    id: string;
    number: number;
    start_s: number;
    end_s: number;
    events: number;
    sources: string[];
    source_count: number;
    recorded_at: string;
    trashed: boolean;
    lost: number;
    time: string;
    sender_times: SenderTimes | null;
    problems: ReceptionProblem[];
    replaced: Replaced[];
}

/** `index` is below 0 for a source that is only recorded; `take_count`: how many takes contain it; `first_take`: the number of the first of them. */
interface SourceSlice {
    index: number;
    name: string;
    text: boolean;
    take_count: number;
    first_take: number | null;
}

/** The values of a source that the stream sends in live messages. */
interface SourceValues {
    value?: number | string | null;
    low?: number | null;
    high?: number | null;
    rate_hz?: number;
}

/** A source that was received or is recorded. */
interface Source extends SourceSlice, SourceValues {}

/** The position in song time. `start_s` and `take_number`: of the current recording. */
interface TransportState {
    state: string;
    position_s: number;
    take_number: number | null;
    start_s: number | null;
}

/** The sender that was refused last. `network`: the network around it. */
interface RefusedSender {
    host: string;
    network: string;
    count: number;
}

/** A sender that sent more than the limit. */
interface LimitedSender {
    host: string;
    count: number;
}

/** The allowed senders, and the refused ones. */
interface SenderRules {
    allowed: string[];
    controls: boolean;
    limit_hz: number;
    refused: RefusedSender | null;
    limited: LimitedSender[];
    controls_refused: number;
}

/** The listener: its address, its statistics, and what could not be used, by kind. */
interface ListenerState {
    host: string;
    port: number;
    state: "listening" | "error";
    message: string | null;
    free_port: number | null;
    received: number;
    malformed: number;
    lost: number;
    truncated: number;
    stamps: string;
    stamp_error_ms: number | null;
    receiver: string;
    buffered: number;
    network: boolean;
    malformed_kinds: Record<string, number>;
    irregular_kinds: Record<string, number>;
    refused_kinds: Record<string, number>;
    addresses: string[];
    senders: SenderRules;
}

/** A button beside a notice: `label` says what the `command` does, `what` to what. */
interface Offer {
    label: string;
    command: string;
    arguments: Record<string, string>;
    what: string;
}

/** A notice, shown until it no longer applies or is dismissed. `times`: how often it appeared. */
interface Notice {
    id: string;
    times: number;
    level: Level;
    message: string;
    remedy: string | null;
    offers: Offer[];
}

/** The labels of the steps for undo and redo. */
interface UndoState {
    undo: string | null;
    redo: string | null;
}

/** A recording that no song lists. `song`: null if it no longer exists; `file`: its path in the folder of songs. */
interface UnsavedRecording {
    id: string;
    song: string | null;
    number: number;
    seconds: number;
    events: number;
    recorded_at: string;
    problem: string | null;
    cut_off: boolean;
    file: string;
}

/** Another `revision` means that the list of songs has changed: request it again. */
interface SongsState {
    revision: number;
}

/** A song in the list. `problem`: why it cannot be opened. */
interface SongEntry {
    id: string;
    name: string;
    modified: string;
    takes: number;
    seconds: number;
    problem: string | null;
}

/** The answer of `GET /songs`: the songs and those in the trash, the last changed first. */
interface SongList {
    songs: SongEntry[];
    trashed: SongEntry[];
}

/** The slices that exist once. */
interface Shared {
    version: string;
    host: HostState;
    deforum: DeforumState;
    song: SongState;
    workspace: WorkspaceState;
    transport: TransportState;
    listener: ListenerState;
    notices: Notice[];
    undo: UndoState;
    unsaved: UnsavedRecording[];
    songs: SongsState;
}

/** The whole state, as returned by `GET /state`. */
interface State extends Shared {
    revision: number;
    lanes: Lane[];
    takes: Take[];
    sources: Source[];
}

/** All slices by their keys; `lanes`: the ids of the lanes from top to bottom. */
interface Slices extends Shared {
    lanes: string[];
    sources: SourceSlice[];
    [key: `lane:${string}`]: LaneSlice;
    [key: `take:${string}`]: Take;
    [key: `clip:${string}`]: ClipSlice;
}
