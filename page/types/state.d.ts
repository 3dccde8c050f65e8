/** The state as the server sends it: app/state/snapshot.py makes it. */

type Level = "info" | "warn" | "error";

interface State {
    revision: number;
    version: string;
    host: HostState;
    deforum: DeforumState;
    song: SongState;
    lanes: Lane[];
    takes: Take[];
    sources: Source[];
    transport: TransportState;
    listener: ListenerState;
    notices: Notice[];
    undo: UndoState;
    songs: SongEntry[];
    trashed_songs: SongEntry[];
    unsaved: UnsavedRecording[];
}

interface HostState {
    kind: string;
    apply: "settings" | "deforum";
    deforum: boolean;
    message: string | null;
}

/** `idle`: field -> why it would do nothing as Deforum's tab is set now. */
interface DeforumState {
    mode: string;
    distribution: string | null;
    idle: Record<string, string>;
}

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

interface Lane {
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
    covers: Cover[];
    problems: Problem[];
    learning: boolean;
}

/** A lane plays `source` of `take` from `start_s` to `end_s`. */
interface Cover {
    take: string;
    source: string;
    start_s: number;
    end_s: number;
}

/** `fix`: a setting of the song, its value, and what a button for it says. */
interface Problem {
    code: string;
    message: string;
    remedy?: string | null;
    frame?: number | null;
    blocks?: boolean;
    idle?: boolean;
    fix?: [string, boolean, string] | null;
}

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
    marks: Mark[];
    replaced: Replaced[];
}

interface SenderTimes {
    kind: string;
    largest_shift_s: number;
}

/** A reception problem of one source; `rank`: how many of its kind are worse. */
interface Mark {
    kind: string;
    source: string;
    start_s: number;
    end_s: number;
    count: number;
    mended: boolean;
    who: string;
    rank: number;
}

interface Replaced {
    lane: string;
    title: string;
    takes: number[];
    when: string;
}

/** `index` is below 0 for a source that is only recorded; the values are left out where they come in live messages. */
interface Source {
    index: number;
    name: string;
    text: boolean;
    recorded: number[];
    value?: number | string | null;
    low?: number | null;
    high?: number | null;
    rate_hz?: number;
}

interface TransportState {
    state: string;
    position_s: number;
    take_number: number | null;
    start_s: number | null;
}

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

interface SenderRules {
    allowed: string[];
    controls: boolean;
    limit_hz: number;
    refused: RefusedSender | null;
    limited: {host: string; count: number}[];
    controls_refused: number;
}

interface RefusedSender {
    host: string;
    network: string;
    count: number;
}

interface Notice {
    id: string;
    times: number;
    level: Level;
    message: string;
    remedy: string | null;
    offers: Offer[];
}

interface Offer {
    label: string;
    command: string;
    arguments: Record<string, string>;
    what: string;
}

interface UndoState {
    undo: string | null;
    redo: string | null;
}

/** A song in the list; `fault`: why it cannot be opened. */
interface SongEntry {
    id: string;
    name: string;
    modified: string;
    takes: number;
    seconds: number;
    fault: string | null;
}

/** A recording that no song lists. */
interface UnsavedRecording {
    id: string;
    song: string | null;
    number: number;
    seconds: number;
    events: number;
    recorded_at: string;
    fault: string | null;
    cut_off: boolean;
    file: string;
}
