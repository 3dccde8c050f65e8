"""A whole folder of songs made by another program: Perform starts on it, records in it, and starts again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deforum_perform.core.errors import PerformError
from deforum_perform.core.saved.song_file import song_to_dict
from deforum_perform.core.song.document import Document
from deforum_perform.store.exports.settings_file import default_settings
from deforum_perform.store.songs.store import SongStore
from tests.fuzz.examples import a_document, a_take
from tests.fuzz.journals import HEADER, journal_bytes
from tests.fuzz.scratch import scratch
from tests.fuzz.sessions import Session, look
from tests.fuzz.takes import take_bytes, written
from tests.fuzz.target import Broken, Target, as_bytes, recipe_in
from tests.osc import encoder

RULE = "whatever the files hold, Perform starts, what is refused stays as it is, and a recording made there is not lost"
SONG_ID, RECORDING_ID = "song-1", "recording-1"
EVENTS = 8


def seeds() -> Sequence[bytes]:
    """A folder in order, and one where everything is damaged."""
    knob = encoder.message("/nts1/cutoff", "f", [0.5]).decode("latin-1")
    song = song_to_dict(a_document())
    rows = [[1_000_000_000 + k, 0xFFFF, knob] for k in range(3)]
    base = {**{name: default_settings()[name] for name in ("zoom", "prompts", "strength_schedule")}, "fps": 15}
    meta = {"id": "take-1", "number": 1, "start_s": 0.0, "end_s": 2.0, "recorded_at": "", "lost": 0, "format": 1}
    take = {
        "meta": {**meta, "sources": ["/nts1/cutoff"], "texts": {}},
        "offsets": [0, 2],
        "times": [0.5, 1],
        "values": [0, 1],
    }
    whole = {"song": song, "base": base, "take": take, "journal": {"header": HEADER, "records": rows}}
    real = {**whole, "take": written(a_take()).decode("latin-1"), "backup": song}
    half = {"workspace": "[", "history": "{"}
    bad = {**half, "song": "{", "base": "[", "take": "PK", "journal": {}, "lock": "{", "listener": "[["}
    return [json.dumps(recipe).encode() for recipe in (whole, real, bad, {**whole, "base": []}, {**whole, "song": {}})]


def lay_out(root: Path, recipe: dict[str, Any]) -> None:
    """Put the files of a recipe where Perform looks for them."""
    folder = root / "songs" / SONG_ID
    (folder / "takes").mkdir(parents=True)
    (root / "journals").mkdir()
    take, journal = recipe.get("take"), recipe.get("journal")
    files = {
        folder / "song.json": as_bytes(recipe.get("song")),
        folder / "song.backup.json": as_bytes(recipe["backup"]) if "backup" in recipe else None,
        folder / "base_settings.json": as_bytes(recipe["base"]) if "base" in recipe else None,
        folder / "takes" / "take-1.npz": take_bytes(take) if isinstance(take, dict) else as_bytes(take),
        root / "journals" / f"{RECORDING_ID}.journal": journal_bytes(journal) if isinstance(journal, dict) else None,
        folder / "workspace.json": as_bytes(recipe["workspace"]) if "workspace" in recipe else None,
        folder / "history.jsonl": as_bytes(recipe["history"]) if "history" in recipe else None,
        root / "lock": as_bytes(recipe.get("lock")),
        root / "listener.json": as_bytes(recipe["listener"]) if "listener" in recipe else None,
    }
    for path, content in files.items():
        if content is not None:
            path.write_bytes(content)


def one_input(data: bytes) -> None:
    """Start on the folder, work in it, end, and look at what is there."""
    recipe = recipe_in(data)
    if recipe is None:
        return
    with scratch() as root:
        lay_out(root, recipe)
        try:
            session = Session(root)
        except PerformError as error:
            raise Broken("Perform does not start") from error
        try:
            recorded = _work(session, recipe)
            look(session.performer)
        finally:
            session.performer.close()
        _left_behind(root, session.performer.session.document, recorded, as_bytes(recipe.get("song")))


def _work(session: Session, recipe: dict[str, Any]) -> str:
    """Make a recording in the song that opened, then use the rest of it; the id of the new take."""
    song = session.performer.session.song
    before = {take.id for take in song.takes}
    session.step(["record.start", {}])
    for k in range(EVENTS):
        session.step([0.02, "/knob", "f", k / EVENTS])
        session.step([0.0, "/nts1/cutoff", "f", k / EVENTS])
    session.step(["record.stop", {}])
    new = [take for take in session.performer.session.song.takes if take.id not in before]
    if [take.events for take in new] != [2 * EVENTS]:
        raise Broken("the recording is not there as it was played")
    steps = recipe.get("steps")
    for step in (
        ["recording.recover", {"id": RECORDING_ID}],
        ["check", {}],
        *(steps if isinstance(steps, list) else [])[:20],
    ):
        if isinstance(step, list):
            session.step(step)
    return new[0].id


def _left_behind(root: Path, last: Document, recorded: str, original: bytes) -> None:
    store = SongStore(root)
    if store.load(last.id) != last:
        raise Broken("the song is not as it was left")
    takes = list(root.glob(f"songs/*/*/{recorded}.npz"))
    if not takes or store.load_takes(takes[0].parents[1].name, recorded)[0].events != 2 * EVENTS:
        raise Broken("the recording is lost")
    refused = [entry for entry in store.list_songs() if entry.id == SONG_ID and entry.problem is not None]
    if refused and (root / "songs" / SONG_ID / "song.json").read_bytes() != original:
        raise Broken("a song that was refused was written over")


WORDS = (
    "song", "base", "take", "journal", "lock", "listener", "backup", "workspace", "history", "steps",
    "diffusion_cadence", "start_s", "end_s",
    "scale", "sender_times", "sender_time", "marks", "time", "sender", "lane.play_take", "song.stretch", "length_s",
    "undo",
)  # fmt: skip
TARGET = Target(RULE, one_input, seeds, is_json=True, words=WORDS)
