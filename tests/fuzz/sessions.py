"""A whole session: commands as the page sends them, datagrams as they arrive, then an end and a new start."""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from deforum_perform.app.commands.catalog import COMMANDS
from deforum_perform.app.deforum.exports import KINDS
from deforum_perform.app.host import Standalone
from deforum_perform.app.performer import Performer
from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.errors import PerformError
from deforum_perform.core.song.document import Document
from deforum_perform.core.song.song import Song
from deforum_perform.osc.datagrams import Datagrams
from deforum_perform.store.songs.store import SongStore
from deforum_perform.web.answers import to_json
from deforum_perform.web.bodies import parse_arguments
from tests.fuzz.scratch import scratch
from tests.fuzz.target import Broken, Target, as_bytes
from tests.osc import encoder

RULE = "every command is done or refused with the reason; the state is JSON; what was saved is there at the next start"
SECOND = 1_000_000_000
MOST_FRAMES, MOST_STEPS = 5000, 40
ELSEWHERE = frozenset({"listener.change"})
"""Commands that open sockets; they have tests of their own."""

Step = Sequence[Any]


def seeds() -> Sequence[bytes]:
    """Sessions as a user has them."""
    knob = [[0.02, "/knob", "f", k / 10] for k in range(10)]
    lane = ["lane.add", {"field": "zoom", "source": "/knob"}]
    record = [["record.start", {"start_s": 0}], *knob, ["record.stop", {}]]
    shape = ["lane.change", {"id": "$lane0", "out_low": 0.9, "out_high": 1.1, "curve": "s", "smoothing_s": 0.1}]
    choose = [["lane.add", {"field": "seed_schedule"}], ["lane.change", {"id": "$lane1", "choices": ["1", "2"]}]]
    songs = [["song.change", {"fps": 24, "length_s": 10, "cadence": 3}], ["song.duplicate", {"id": "$song0"}]]
    settings = ["settings.import", {"name": "a.txt", "settings": {"zoom": "0:(1.5)", "prompts": {"0": "x"}}}]
    controls = [
        ["", "/perform/record", "i", 1],
        *knob,
        [0.5, "/perform/seek", "f", 3.0],
        ["", "/perform/record", "i", 0],
    ]
    half = [
        ["lane.add", {"field": "sampler_schedule", "source": "/knob"}],
        ["lane.change", {"id": "$lane0", "choices": ["\ud800a", "b"]}],
        ["lane.add", {"field": "prompts", "source": "/knob"}],
        ["lane.change", {"id": "$lane1", "choices": ["\udfffa", "b `t`"], "fade_s": 0.1}],
        ["settings.import", {"name": "\ud800", "settings": {"zoom": "\ud800", "prompts": {"0": "\ud800"}}}],
        ["lane.add", {"field": "zoom", "source": "/\ud800"}],
    ]
    stranger = [["192.168.1.7", "/knob", "f", k / 10] for k in range(4)]
    allowed = [["listener.allow", {"sender": "192.168.1.0/24"}], *stranger, ["192.168.1.7", "/perform/undo", "i", 1]]
    sessions = (
        [lane, ["record.start", {}], *knob, *stranger, *allowed, *knob, ["listener.forbid", {"sender": "192.168.1.7"}]],
        [*half, *record, ["check", {}]],
        [lane, *record, shape, ["lane.fit_input_range", {"id": "$lane0"}], ["check", {}]],
        [lane, *choose, *record, ["take.trash", {"id": "$take0"}], ["undo", {}], ["redo", {}]],
        [*songs, lane, *record, ["song.stretch", {"length_s": 20}], ["song.trash", {"id": "$song0"}]],
        [settings, lane, ["lane.import_schedule", {"id": "$lane0"}], *controls, ["check", {"lanes": ["$lane0"]}]],
        [lane, ["record.wait", {}], *knob, ["play.stop", {}], ["play.start", {}], ["seek", {"time_s": 1}]],
        [
            lane,
            ["lane.learn", {"id": "$lane0"}],
            *knob,
            ["lane.arm_all", {"armed": False}],
            ["record.start", {}],
            *knob,
        ],
        [["song.change", {"fps": 240}], lane, ["seek", {"time_s": 80000}], ["record.start", {}], *knob],
    )
    return [json.dumps({"steps": steps}).encode() for steps in sessions]


class Session:
    """One Performer on a clock that the input turns."""

    def __init__(self, root: Path) -> None:
        self.now_ns = SECOND
        store = SongStore(root)
        store.lock()
        self.performer = Performer(store, Standalone(), clock_ns=lambda: self.now_ns)

    def step(self, step: Step) -> None:
        """A command ``[name, arguments]``, or a message ``[seconds later or sender, address, tags, values ...]``."""
        if len(step) == 2 and isinstance(step[0], str):
            tried(lambda: self.command(step[0], step[1]))
        elif len(step) > 2 and isinstance(step[1], str):
            later_s = step[0] if type(step[0]) in (int, float) and 0 <= step[0] < 1e5 else 0
            self.now_ns += round(later_s * SECOND)
            payload = datagram(step[1], step[2], step[3:])
            sender = (step[0] if isinstance(step[0], str) and step[0] else "127.0.0.1", 5000)
            self.performer.parts.reception.receive(Datagrams([self.now_ns], [payload], [sender]))

    def command(self, name: str, arguments: Any) -> None:
        """As the web package does it, from the bytes of the body to the bytes of the response."""
        if name not in ELSEWHERE:
            to_json(self.performer.command(name, parse_arguments(json.dumps(self._named(arguments)).encode())))

    def _named(self, value: Any) -> Any:
        """``value`` with ``$lane0`` and the like replaced by the ids there are."""
        if isinstance(value, str) and value.startswith("$"):
            ids = {kind: _ids(self.performer.session.song, kind) for kind in ("lane", "take", "song", "recording")}
            for kind, known in ids.items():
                place = value[1 + len(kind) :]
                if value[1:].startswith(kind) and place.isdecimal() and len(place) < 3:
                    return known[int(place)] if int(place) < len(known) else value
        if isinstance(value, dict):
            return {key: self._named(item) for key, item in value.items()}
        return [self._named(item) for item in value] if isinstance(value, list) else value


def _ids(song: Song, kind: str) -> list[str]:
    known = {"lane": [lane.id for lane in song.lanes], "take": [take.id for take in song.takes], "song": [song.id]}
    return known.get(kind, ["recording"])


def datagram(address: str, tags: Any, values: Sequence[Any]) -> bytes:
    """A message where the values fit the tags, else whatever bytes that gives."""
    try:
        return encoder.message(address, str(tags), list(values))
    except (TypeError, ValueError, AttributeError, IndexError, struct.error, OverflowError):
        # what cannot be encoded is sent unchanged
        return address.encode(errors="replace") + as_bytes(tags) + as_bytes(list(values))


def one_input(data: bytes) -> None:
    """Live through the session, look at everything, end, and begin again."""
    try:
        steps = json.loads(data)["steps"]
        rows = [step for step in steps if isinstance(step, list)][:MOST_STEPS]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    with scratch() as root:
        session = Session(root)
        try:
            for step in rows:
                session.step(step)
            look(session.performer)
        finally:
            session.performer.close()
        begin_again(root, session.performer.session.document)


def look(performer: Performer) -> None:
    """All that a page may ask for."""
    state = json.dumps(performer.snapshot(), allow_nan=False)
    if tempfile.gettempdir() in state or "/dev/shm" in state:
        raise Broken("the state holds a path")
    json.dumps(performer.live(None)[0], allow_nan=False)
    song = performer.session.song
    if song.frames > MOST_FRAMES:
        return
    for lane in song.lanes:
        tried(lambda lane=lane: performer.curve_bytes(lane.id))
        tried(lambda lane=lane: performer.lane_text(lane.id))
    for kind in KINDS:
        tried(lambda kind=kind: performer.export(kind))


def tried(act: Callable[[], Any]) -> None:
    """Do it; PerformError may say why not, without a path."""
    try:
        act()
    except PerformError as error:
        if "/dev/shm" in str(error) or tempfile.gettempdir() in str(error):
            raise Broken("a reason holds a path") from error


def begin_again(root: Path, last: Document) -> None:
    """The next start finds the song as it was left, every take of it, and no song that cannot be opened."""
    store = SongStore(root)
    for entry in (*store.list_songs(), *store.list_trash()):
        if entry.problem is not None:
            raise Broken(f"a song cannot be opened any more: {entry.problem}")
    song = store.load(last.id)
    if song != last:
        raise Broken("the song is not as it was left")
    for take in song.song.takes:
        if store.load_takes(song.id, take.id)[0].events != take.events:
            raise Broken("a take has other events")
    if any(path.suffix == ".tmp" for path in root.rglob("*")):
        raise Broken("a half written file was left")


WORDS = (
    *COMMANDS, *list(FIELDS)[:12], "$lane0", "$lane1", "$take0", "$song0", "$recording0", "/knob", "/perform/record",
    "id", "field", "source", "start_s", "time_s", "fps", "length_s", "tempo_bpm", "cadence", "choices", "form", "rate",
    "position", "under", "blend", "add", "multiply", "curve", "pool", "strongest", "tolerance", "hold_s", "fade_s",
    "lines", "pick", "step", "index", "out_low", "out_high", "in_low", "in_high", "name", "settings",
    "lanes", "sender", "192.168.1.7",
    "192.168.1.0/24", "/live/song/get/tempo", "/live/song/get/current_song_time", "sender_time", "time",
)  # fmt: skip
TARGET = Target(RULE, one_input, seeds, is_json=True, words=WORDS)
