"""A song file: ``song.json``, as the store reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from deforum_perform.app.deforum.schedules import Schedules
from deforum_perform.app.session.takes import Takes
from deforum_perform.core.errors import PerformError
from deforum_perform.core.saved.song_file import document_from_dict, song_to_dict
from deforum_perform.core.song.document import Document, new_document, renamed
from deforum_perform.core.song.lane import Lane
from deforum_perform.core.song.song import Song
from deforum_perform.store.files import json_bytes, parse_json
from deforum_perform.store.songs.store import SongStore
from tests.fuzz.examples import a_document, a_take
from tests.fuzz.scratch import contents, scratch
from tests.fuzz.target import Broken, Target

RULE = "a song is opened or refused with the reason; what opens comes back as it was saved, and nothing else changes"
SONG_ID = "song-1"
DATA = Path(__file__).parents[1] / "data" / "songs"
"""Songs of format 1, by 0.1 and later."""

MOST_FRAMES = 5000
"""Of a song whose schedules are worked out here: longer ones are as right, and slower."""


def seeds() -> Sequence[bytes]:
    """A full song, an empty one, songs of format 1, and files that are none."""
    full = song_to_dict(a_document())
    return [
        json.dumps(full).encode(),
        json.dumps(song_to_dict(new_document("", "x"))).encode(),
        b"",
        b"{}",
        b"[]",
        b'{"format": 9}',
        *((DATA / name / "song.json").read_bytes() for name in ("v01-seed-glide", "v01-prompts", "sender-times")),
    ]


def one_input(data: bytes) -> None:
    """Open the song, with a good one beside it."""
    with scratch() as root:
        store = SongStore(root)
        good = store.create("good")
        (root / "songs" / SONG_ID / "takes").mkdir(parents=True)
        (root / "songs" / SONG_ID / "song.json").write_bytes(data)
        before = contents(root)
        entry = next(entry for entry in store.list_songs() if entry.id == SONG_ID)
        try:
            document = store.load(SONG_ID)
        except PerformError as error:
            _refused(error, entry.problem, root)
            document = None
        if contents(root) != before or store.load(good.id) != good:
            raise Broken("opening a song changed a file")
        if document is not None:
            _opened(store, document)


def _refused(error: PerformError, listed: str | None, root: Path) -> None:
    if listed is None:
        raise Broken(f"the list has no problem, opening has: {error}")
    if str(root) in str(error):
        raise Broken("the reason holds a path")


def _opened(store: SongStore, document: Document) -> None:
    """It can be saved, comes back the same, and every lane has a schedule or a reason."""
    again = document_from_dict(parse_json(json_bytes(song_to_dict(document)), "It"))
    if replace(again, workspace=document.workspace) != document:
        raise Broken("saved and opened again it is another")
    store.save(renamed(document, document.name + "!"))
    if SongStore(store.root).load(SONG_ID) != renamed(document, document.name + "!"):
        raise Broken("the change was not kept")
    song = document.song
    if song.frames <= MOST_FRAMES:
        schedules = Schedules(Takes(lambda _song, wanted_id: (replace(a_take(), id=wanted_id),)))
        for lane in song.lanes:
            _work_out(schedules, song, lane)


def _work_out(schedules: Schedules, song: Song, lane: Lane) -> None:
    try:
        schedules.of(song, lane, song.cadence or 1)
    except PerformError:
        return


WORDS = (
    "0:(1.02)", "0:(t*2), 3:(1)", "exponential", "logarithmic", "strongest", "mean", "position", "frame", "rate",
    "zoom", "angle", "seed_schedule", "prompts", "sampler_schedule", "multiply", "add", "replace", "zone", "index",
    "step", "take-1", "lane-1", "format", "choices", "under", "lines", "hold_s", "fade_s", "scale", "stretch",
)  # fmt: skip
TARGET = Target(RULE, one_input, seeds, is_json=True, words=WORDS)
