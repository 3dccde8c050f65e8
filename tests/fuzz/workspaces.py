"""A workspace file: ``workspace.json``, beside a song that can be read."""

from __future__ import annotations

import json
from collections.abc import Sequence

from deforum_perform.core.saved.song_file import workspace_to_dict
from deforum_perform.core.song.document import Document, starting_at, with_id
from deforum_perform.core.song.workspace import Workspace
from deforum_perform.store.songs.folder import DAMAGED_WORKSPACE, WORKSPACE, workspace_problem_in
from deforum_perform.store.songs.store import SongStore
from tests.fuzz.examples import a_document
from tests.fuzz.scratch import contents, scratch
from tests.fuzz.target import Broken, Target

RULE = "whatever the workspace holds, its song opens unchanged; what cannot be read is named, and kept beside a new one"


def seeds() -> Sequence[bytes]:
    """A full workspace, an empty one, one of a newer version, and files that are none."""
    full = workspace_to_dict(a_document().workspace)
    values = [full, {"format": 1}, {**full, "format": 9}, {**full, "later": [1], "checksum": "0"}, [], None]
    return [*(json.dumps(value).encode() for value in values), b"", b"{", b"\xff\xfe"]


def one_input(data: bytes) -> None:
    """Open the song with this workspace, change something, and open it again."""
    with scratch() as root:
        store = SongStore(root)
        saved = store.add(a_document())
        folder = store.folder(saved.id)
        (folder / WORKSPACE).write_bytes(data)
        before = contents(root)
        document, problem = store.load(saved.id), workspace_problem_in(folder)
        if contents(root) != before:
            raise Broken("opening a song changed a file")
        if document.song != saved.song or document.info != saved.info:
            raise Broken("the workspace changed the song")
        if problem is not None and (document.workspace != Workspace() or str(root) in problem):
            raise Broken("a workspace that was refused is used, or the reason holds a path")
        _changed(store, document, None if problem is None else data)


def _changed(store: SongStore, document: Document, refused: bytes | None) -> None:
    """Save it with another start; what was refused is still there."""
    changed = starting_at(document, 1.25)
    store.save(changed)
    again = SongStore(store.root).load(document.id)
    if again != with_id(changed, document.id):
        raise Broken("saved and opened again it is another")
    kept = store.folder(document.id) / DAMAGED_WORKSPACE
    if refused is not None and kept.read_bytes() != refused:
        raise Broken("a workspace that was refused was written over")


WORDS = ("format", "start_s", "lanes", "armed", "muted", "lane-1", "checksum", "unknown")
TARGET = Target(RULE, one_input, seeds, is_json=True, words=WORDS)
