"""The undo history of a song: ``history.jsonl``, beside a song that can be read."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from deforum_perform.app.session.history import History
from deforum_perform.core.saved.song_file import document_from_dict, song_to_dict
from deforum_perform.core.song.document import Document
from deforum_perform.core.song.song import Song
from deforum_perform.store.checksum import checksum_in
from deforum_perform.store.songs.folder import HISTORY, SONG
from deforum_perform.store.songs.store import SongStore
from tests.fuzz.examples import a_document
from tests.fuzz.scratch import contents, scratch
from tests.fuzz.target import Broken, Target, cut, recipe_in

RULE = "whatever the history holds, opening writes nothing; every state that it leads to can be saved and opened"
MOST_STEPS = 30


def seeds() -> Sequence[bytes]:
    """The log of some work, steps that fit nothing, lines of unknown kinds, and files that are not a log."""
    header = {"format": 1, "of": a_document().info.created_at}
    changes = [
        {"path": ["fps"], "before": 24.0, "after": 12.5},
        {"path": ["lanes", "lane-1", "shaping", "curve"], "before": "linear", "after": "s"},
        {"path": ["lanes", "lane-9"], "before": {"id": "lane-9", "field": "angle"}},
        {"path": ["takes", "take-1"], "after": {"id": "take-1", "number": 1}},
        {"path": ["lanes", None], "before": ["lane-2"], "after": ["lane-1"]},
        {"path": ["lanes", "lane-1", "unknown"], "before": 3, "after": {}},
        {"path": ["id"], "before": "other", "after": "song-1"},
        {"path": []},
        {},
    ]
    steps = [{"step": f"step {k}", "changes": [change]} for k, change in enumerate(changes)]
    every = [header, *steps, {"more": changes[:2]}, {"undo": 1}, {"redo": 1}, {"undo": 1}, {"later": 1}, 3]
    saved = {"saved": True}
    ahead = [[header, saved, step, {"undo": [change]}] for step, change in zip(steps, changes, strict=True)]
    ahead += [[header, saved, *steps], [header, steps[0], saved, {"more": changes[:1]}, saved, {"redo": changes[1:2]}]]
    ahead += [[header, saved, {"more": [{"path": ["takes", None], "before": [None], "after": [None]}]}]]
    logs = [[header, steps[0], {"undo": 1}], [header, *(step for step in steps)], every, [*every, *every], [steps[1]]]
    logs += ahead
    return [_worked(), *(json.dumps({"lines": lines}).encode() for lines in logs), b"", b"{}\n{}\n", b"\n" * 9]


def _worked() -> bytes:
    """What Perform writes when lanes are changed, moved and removed, with undo."""
    with scratch() as root:
        store = SongStore(root)
        document = store.add(a_document())
        history = History(document)
        for fn in (
            lambda song: replace(song, fps=20.0),
            lambda song: replace(song, lanes=song.lanes[::-1]),
            lambda song: replace(song, lanes=song.lanes[1:]),
        ):
            history.edit("change", fn)
        history.undo()
        unwritten = history.unwritten()
        store.save_history(document, unwritten.entries, whole=True)
        return (store.folder(document.id) / HISTORY).read_bytes()


def log_bytes(recipe: dict[str, Any], checksum: str | None) -> bytes:
    """The log with these ``lines``, each with its checksum, cut and changed as the recipe says; a line ``saved`` names
    the song's file, which has this ``checksum``."""
    lines = recipe.get("lines")
    lines = lines if isinstance(lines, list) else []
    named = ({"saved": checksum} if line == {"saved": True} else line for line in lines)
    return cut(b"".join(map(_line, named)), recipe)


def _line(values: Any) -> bytes:
    text = json.dumps(values, separators=(",", ":")).encode()
    return text[:-1] + f',"crc":"{zlib.crc32(text):08x}"}}\n'.encode()


def one_input(data: bytes) -> None:
    """Open the song with this history, undo and redo all of it, change something, and undo that after a restart."""
    recipe = recipe_in(data)
    with scratch() as root:
        store = SongStore(root)
        document = store.add(a_document())
        path = store.folder(document.id) / HISTORY
        checksum = checksum_in((store.folder(document.id) / SONG).read_bytes())
        path.write_bytes(data if recipe is None else log_bytes(recipe, checksum))
        before = contents(root)
        _can_be_opened(SongStore(root).load(document.id), document)
        history = History(document, store.load_history(document))
        if history.document != document or contents(root) != before:
            raise Broken("opening the history changed something")
        for go in (history.undo, history.redo, history.undo):
            for _ in range(MOST_STEPS):
                if go() is None:
                    break
                _can_be_opened(history.document, document)
        _goes_on(store, history)


def _can_be_opened(found: Document, opened: Document) -> None:
    if found.song.id != opened.song.id or found.info != opened.info or found.workspace != opened.workspace:
        raise Broken("a step of undo changed more than the song")
    if {take.id for take in found.song.takes} < {take.id for take in opened.song.takes}:
        raise Broken("a take was undone away")
    again = document_from_dict(json.loads(json.dumps(song_to_dict(found), allow_nan=False)))
    if again.song != found.song:
        raise Broken("a state that undo leads to is another one when it is opened")


def _goes_on(store: SongStore, history: History) -> None:
    before = history.song
    history.edit("tempo", _faster)
    unwritten = history.unwritten()
    store.save(history.document)
    store.save_history(history.document, unwritten.entries, unwritten.whole)
    document = SongStore(store.root).load(history.document.id)
    again = History(document, store.load_history(document))
    if again.undo() != "tempo" or again.song != before:
        raise Broken("a change that was made then cannot be undone after a restart")


def _faster(song: Song) -> Song:
    return replace(song, fps=song.fps / 2)


WORDS = (
    "lines", "step", "changes", "more", "undo", "redo", "path", "before", "after", "format", "of", "lanes", "takes",
    "lane-1", "lane-2", "take-1", "clips", "shaping", "fps", "id", "unknown", "trashed", "crc", "cut", "flip", "saved",
)  # fmt: skip
TARGET = Target(RULE, one_input, seeds, is_json=True, words=WORDS)
