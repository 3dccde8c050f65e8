"""A song's zip file from elsewhere: the import takes all of it, or nothing."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from deforum_perform.core.errors import DamagedFileError, PerformError
from deforum_perform.core.saved.song_file import song_to_dict, workspace_to_dict
from deforum_perform.core.song.document import Document
from deforum_perform.store.exports.settings_file import default_settings
from deforum_perform.store.exports.zip_file import export_zip, import_zip
from deforum_perform.store.songs.store import SongStore
from tests.fuzz.examples import a_document, a_take
from tests.fuzz.scratch import contents, scratch
from tests.fuzz.takes import take_bytes, written
from tests.fuzz.target import Broken, Target, as_bytes, cut, recipe_in

RULE = "a refused zip leaves no trace; one that is taken makes one song folder and touches nothing else"
TAKE = "recordings/take-1.npz"


def seeds() -> Sequence[bytes]:
    """What export writes, recipes of it, names that would leave the folder, and no zip at all."""
    song, real = song_to_dict(a_document()), written(a_take()).decode("latin-1")
    workspace = workspace_to_dict(a_document().workspace)
    about = {"workspace.json": workspace, "history.jsonl": "{}\n"}
    files = {**about, "song.json": song, "base_settings.json": {"zoom": default_settings()["zoom"]}, TAKE: real}
    outside = {"song.json": song, "../secret.txt": "x", "/neighbour/song.json": "x", "takes/../../../secret.txt": "x"}
    recipes = [{"files": files}, {"files": outside}, {"files": {"song.json": song}, "stored": True}, {"files": {}}]
    return [_exported(), *(json.dumps(recipe).encode() for recipe in recipes), b"PK\x05\x06" + b"\0" * 18, b""]


def _exported() -> bytes:
    with scratch() as root:
        store, file = SongStore(root), io.BytesIO()
        song = store.add(a_document(), lambda folder: (folder / TAKE).write_bytes(written(a_take())) and None)
        export_zip(store.folder(song.id), file)
        return file.getvalue()


def zip_bytes(recipe: dict[str, Any]) -> bytes:
    """The zip that a recipe describes; a file ``{"take": {...}}`` is made as the takes' target does."""
    file, files = io.BytesIO(), recipe.get("files")
    packing = zipfile.ZIP_STORED if recipe.get("stored") else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, value in (files if isinstance(files, dict) else {}).items():
            is_take = isinstance(value, dict) and isinstance(value.get("take"), dict)
            letters = name.encode("utf-8", "replace").decode()[:500]
            content = take_bytes(value["take"]) if is_take else as_bytes(value)
            archive.writestr(zipfile.ZipInfo(letters), content, packing)
    return cut(file.getvalue(), recipe)


def one_input(data: bytes) -> None:
    """Import it beside another song."""
    recipe = recipe_in(data)
    file = io.BytesIO(data if recipe is None else zip_bytes(recipe))
    with scratch() as root:
        store = SongStore(root)
        store.create("good")
        before = contents(root)
        try:
            song = import_zip(store, file)
        except PerformError as error:
            if contents(root) != before:
                raise Broken("a refused zip left something behind") from error
            if str(root) in str(error):
                raise Broken("the reason holds a path") from error
            return
        after = contents(root)
        if {path: what for path, what in after.items() if not path.startswith(f"songs/{song.id}")} != before:
            raise Broken("the import touched another song")
        _imported(store, song)


def _imported(store: SongStore, song: Document) -> None:
    """It opens, its takes can be read or are not there, and it can be given away again."""
    if store.load(song.id) != song:
        raise Broken("opened it is another song")
    with suppress(DamagedFileError):  # a song may name a settings file that the zip does not hold
        store.load_base(song.song)
    for take in song.song.takes:
        if (store.folder(song.id) / "recordings" / f"{take.id}.npz").exists():
            store.load_takes(song.id, take.id)[0]
    again = io.BytesIO()
    export_zip(store.folder(song.id), again)
    import_zip(store, again)


WORDS = (
    "files", "take", TAKE, "song.json", "base_settings.json", "recordings/con.npz", "recordings/",
    "takes/take-1.npz", "..", "stored", "cut", "flip",
)  # fmt: skip
TARGET = Target(RULE, one_input, seeds, is_json=True, words=WORDS)
