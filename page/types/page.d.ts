/** What the parts of the page share. */

/** An element made by the page, typed with the members of all buttons and boxes. */
interface PageElement extends HTMLElement {
    /** An action's element has the data that its action reads. */
    dataset: Record<string, string>;
    value: string;
    checked: boolean;
    disabled: boolean;
    max: string;
    files: FileList | null;
    select(): void;
    parentNode: PageElement;
    children: HTMLCollectionOf<PageElement>;
    firstChild: PageElement;
    lastChild: PageElement;
    nextElementSibling: PageElement | null;
    previousElementSibling: PageElement | null;
    closest(selectors: string): PageElement;
    querySelector(selectors: "canvas"): HTMLCanvasElement;
    querySelector(selectors: string): PageElement;
    querySelectorAll(selectors: string): NodeListOf<PageElement>;
    performParts?: Parts;
}

/** The named parts of an element. */
type Parts = Record<string, PageElement>;

/** The anchor of a popover: an element, or a position of the pointer. */
interface Anchor {
    isConnected: boolean;
    contains(node: Node): boolean;
    focus(options?: FocusOptions): void;
    getBoundingClientRect(): {left: number; bottom: number; top: number};
}

type Timer = ReturnType<typeof setTimeout>;
type Link = "connecting" | "live" | "lost";
type Child = Node | string | null | undefined | false;

/** What an element is made with: attributes and properties, and the names of actions. */
type Options = Record<string, string | number | boolean | null | undefined>;

/** What `el` makes: a canvas is one besides. */
type Made<Tag> = Tag extends "canvas" ? PageElement & HTMLCanvasElement : PageElement;

/** One choice of a row of choices. */
interface Segment {
    value: string;
    text?: string;
    picture?: string;
    title: string;
}

/** What moves of a source. */
interface SourceLive {
    value: number | string | null;
    low: number | null;
    high: number | null;
    rate_hz: number;
    moved: number;
}

/** What moves of a lane; `over`: the playhead has moved away from its position. */
interface LaneLive {
    value: number;
    position: number | null;
    over?: boolean;
}

/** The values of one lane in the current recording. */
interface Growth {
    first: number;
    values: number[];
}

/** The slices of the state as they came, and what is put together from them. */
interface SliceStore {
    shared: Partial<Omit<Slices, "lanes">>;
    /** The ids of the lanes from top to bottom. */
    order: string[];
    slices: Map<string, LaneSlice>;
    /** Lane id -> place -> clip. */
    clips: Map<string, Map<number, ClipSlice>>;
    lanes: Map<string, Lane>;
    takes: Map<string, Take>;
    state: State | null;
}

/** What a message changes. */
interface Changed {
    lanes: Set<string>;
    takes: boolean;
    order: boolean;
}

/** What the page knows. */
interface Model {
    link: Link;
    /** The server's message when it ended the stream; empty before. */
    bye: string;
    /** The server's state. Missing before it has arrived: then nothing is drawn and no action runs. */
    state: State;
    slices: SliceStore;
    /** Its own request: `revision` is that of the state that it was asked for at. */
    songs: SongList & {revision: number | null};
    time_s: number;
    recording: boolean;
    events_per_s: number;
    intake: {received: number; malformed: number; lost: number};
    /** By index. */
    sources: Map<number, SourceLive>;
    /** By lane id. */
    lanes: Map<string, LaneLive>;
    growth: Map<string, Growth>;
    /** The values in `growth` that were sent again, until they are drawn. */
    again: Map<string, [number, number][]>;
    /** Counts live messages; a source's `moved` is the count at its last move. */
    ticks: number;
}

/** Frames that the timeline shows, fractions allowed. */
interface View {
    start: number;
    end: number;
}

/** One step of a pyramid: the extremes of every `size` neighbours. */
interface CurveLevel {
    size: number;
    low: Float32Array;
    high: Float32Array;
}

interface Curve {
    values: Float32Array;
    keys: Uint32Array;
    keyValues: Float32Array;
    levels: CurveLevel[];
    low: number;
    high: number;
}

/** What of a curve decides the range of its row. */
interface CurveRange {
    values: ArrayLike<number>;
    low: number;
    high: number;
}

/** Lowest and highest of the first `count` values. */
interface Extent {
    count: number;
    low: number;
    high: number;
}

/** A reception problem of a sender, with all sources it was seen at. */
interface JoinedProblem extends ReceptionProblem {
    sources: string[];
}

/** A problem to look at before Apply; `lanes` is empty where it concerns all of them. */
interface Finding {
    problem: Problem;
    lanes: Lane[];
}

/** A source to choose; `typed`: its address is typed, and it may not have sent anything. */
type ChosenSource = Pick<Source, "name" | "take_count" | "first_take"> & Partial<Source> & {typed?: boolean};

/** A field to search for, or a lane by its field. */
interface FieldLike {
    name: string;
    label: string;
    note?: string | null;
    unit?: string;
}

interface CurveCache {
    shown: Map<string, Curve>;
    follow(lanes: Pick<Lane, "id" | "curve_id">[]): void;
    hold(): void;
    settled(): boolean;
}

interface LiveStream {
    start(): void;
    stop(): void;
    hurry(): void;
}

interface Api {
    base: string;
    command<Name extends CommandName>(name: Name, args?: object): Promise<Answer<Name>>;
    fields(): Promise<FieldTable>;
    songs(): Promise<SongList>;
    curve(id: string, signal?: AbortSignal): Promise<Curve | null>;
    text(id: string): Promise<string>;
    download(path: string): Promise<Response>;
    importSettings(file: File): Promise<{settings: number; remarks: string[]}>;
    importSong(file: File): Promise<{id: string}>;
}

/** Where everything on the timeline is, top to bottom. */
interface Row {
    id: string;
    top: number;
    height: number;
}

interface PlacedTake {
    take: Take;
    row: number;
}

interface Layout {
    rows: Row[];
    lanesRoom: number;
    overflow: number;
    takes: PlacedTake[];
    lines: number;
    takesTop: number;
    takesOverflow: number;
}

interface Hit {
    kind: "ruler" | "foot" | "lane" | "take" | "plot";
    id?: string;
    take?: Take;
}

interface Tick {
    x: number;
    seconds: number;
    major: boolean;
}

/** Colours and fonts for the canvases. */
interface Theme {
    panel: string;
    well: string;
    line: string;
    text: string;
    dim: string;
    rec: string;
    warn: string;
    take: string;
    lanes: string[];
    font: string;
    mono: string;
}

/** Everything a drawing of the timeline needs. */
interface Scene {
    width: number;
    height: number;
    gutter: number;
    room: number;
    view: View;
    plan: Layout;
    theme: Theme;
    scroll: {lanes: number; takes: number};
    fps: number;
    lanes: Lane[];
    curves: Map<string, Curve>;
    ranges: Map<string, [number, number]>;
    selected: string | null;
    whole: number;
    frames: number;
    end: number | null;
    ticks: Tick[];
    startFrame: number;
    writing: Set<string>;
    played: Set<string>;
    toX(frame: number): number;
}

interface GrowingScene extends Scene {
    growth: Map<string, Growth>;
    again: Map<string, [number, number][]>;
}

interface MovingScene extends Scene {
    recording: boolean;
    frame: number;
    recordingFrame: number;
    takeNumber: number | null;
}

/** A place of the pointer. */
interface Point {
    clientX: number;
    clientY: number;
}

/** The timeline's elements, and what is drawn on them. */
interface Stage {
    node: PageElement;
    stage: PageElement;
    still: HTMLCanvasElement;
    growing: HTMLCanvasElement;
    plot: PageElement;
    /** Lane id -> how many values are drawn. */
    drawn: Map<string, number>;
    extents: Map<string, Extent>;
    fresh: boolean;
    pointer: Point | null;
}

interface Drag {
    kind: "pan" | "seek";
    x: number;
}

/** What a popover shows; `beside`: hangs from this element inside its anchor. */
interface Panel {
    node: PageElement;
    update?(): void;
    live?(): void;
    key?(event: KeyboardEvent, target: PageElement): boolean;
    wide?: boolean;
    focus?: string;
    beside?: PageElement | null;
}

/**
 * `kind`: the last one of a kind replaces the one before; `body`: more than words; `stay`: milliseconds;
 * `holds`: whether it still applies; the message disappears when it does not.
 */
interface ToastOptions {
    level?: Level;
    remedy?: string | null;
    kind?: string;
    act?: string;
    actText?: string;
    actValue?: string;
    body?: Node | null;
    stay?: number;
    holds?(): boolean;
}

/** Popovers and messages above the page. */
interface Layer {
    node: PageElement;
    toasts: PageElement;
    show(title: string, panel: Panel, anchor: Anchor | null): void;
    close(mayGiveBack?: boolean): boolean;
    place(): void;
    fit(): void;
    update(): void;
    follow(): void;
    live(): void;
    key(event: KeyboardEvent, target: PageElement): boolean;
    contains(target: Node): boolean;
    isOpen(): boolean;
    toast(message: string | Node, options?: ToastOptions): void;
}

/** A part of the page; `live` is called 30 times a second. */
interface Band {
    node: PageElement;
    update(): void;
}

interface Bands {
    notices: Band;
    transport: Band;
    lanes: Band & {live(): void};
    monitor: Band & {live(): void};
    inspector: Band & {live(): void};
    timeline: Band & {still(): void; moving(): void};
    check: Band;
    apply: Band;
}

/** The page's own state; none of it is saved. */
interface Ui {
    selected: string | null;
    /** A lane that was selected and is not visible yet. */
    unseen: string | null;
    leftOut: Set<string>;
    texts: Map<string, {curve: string | null; text: string | null}>;
    ignored: Set<string>;
    checked: CheckResult | null;
    checkOpen: boolean;
    checkedOf: string | null;
    checking: boolean;
    applying: boolean;
    applied: boolean;
    view: View | null;
    follow: boolean;
    scroll: number;
    takesScroll: number;
    fields: Field[];
    fieldByName: Map<string, Field>;
    dismissed: Set<string>;
    announced: Set<string> | null;
    opening: number;
    opened: string | null;
    songBefore: {id: string; name: string} | null;
    recordingStart_s: number;
    recordedTake: number | null;
    endShown: number | null;
    visible: boolean;
    listenProblem: {message: string; free_port?: number | null} | null;
    bankSaving: Promise<boolean> | null;
    bankSaved: {lane: string; lists: string[][]} | null;
    bankProblem: {lane: string; index: number | null; message: string} | null;
    lists: Map<string, string[]>;
}

/** What is to be drawn at the next frame. */
interface Dirty {
    bands: boolean;
    live: boolean;
    still: boolean;
    moving: boolean;
}

type DrawnPart = keyof Dirty;

/** A command that the page sends. */
type CommandName = (typeof import("../store/api.js").COMMANDS)[number];

/** An event of the page: typed with the members of all pointer and wheel events. */
interface PageEvent extends Event, Point {
    target: PageElement;
    detail: number;
    button: number;
    pointerId: number;
    deltaX: number;
    deltaY: number;
    deltaMode: number;
    ctrlKey: boolean;
    metaKey: boolean;
    shiftKey: boolean;
}

/** What gradio sends when something happens to one of its components. */
type GradioEvent = CustomEvent<{id?: number | string; event?: string} | undefined>;

interface WindowEventMap {
    gradio: GradioEvent;
}

/** What an element's `data-act`, `data-input` or `data-change` names. Declared as a method, so that an action that no key calls may rely on its element. */
type Action = {act(ctx: Ctx, node: PageElement | null, event: Event): unknown}["act"];
type Actions = Record<string, Action>;

/** The context of all parts of the page. */
interface Ctx {
    root: PageElement;
    page: PageElement;
    model: Model;
    ui: Ui;
    api: Api;
    curves: CurveCache;
    stream: LiveStream;
    layer: Layer;
    bands: Bands;
    stage: Stage;
    /** What was drawn last. Before the first drawing it is missing. */
    scene: Scene;
    /** The id of the song that is shown. */
    song: string | null;
    dirty: Dirty;
    /** The requested animation frame; 0 for none. */
    frame: number;
    /** Key -> the newest arguments that wait, while a command is on its way. */
    flying: Map<string, object | null>;
    colours: Theme | null;
    drag: Drag | null;
    showing: boolean;
    mounted: boolean;
    theme(): Theme;
    fail(error: unknown): void;
    send<Name extends CommandName>(name: Name, args?: object): Promise<Answer<Name> | undefined>;
    sendLatest(key: string, name: CommandName, args: object): Promise<void>;
    refresh(): void;
    redraw(): void;
    select(id: string): void;
    /** Opens or closes the check panel. */
    showCheck(open: boolean): void;
    watchSize(node: Element): void;
    stop(): void;
}
