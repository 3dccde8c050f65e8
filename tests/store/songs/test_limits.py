"""Whatever is written can be read: one limit for both sides; and small files never unpack to a lot."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from deforum_perform.core.errors import DamagedFileError, InputError, StorageError
from deforum_perform.core.signal import signal
from deforum_perform.core.song.document import Document, edited, with_id
from deforum_perform.core.song.rounds import takes_of
from deforum_perform.core.song.song import with_take
from deforum_perform.core.song.take import Take, recording_of
from deforum_perform.core.song.take_info import TakeInfo, info
from deforum_perform.store.exports import settings_file, zip_file
from deforum_perform.store.exports.zip_file import export_zip, import_zip
from deforum_perform.store.recordings import columns, take_file
from deforum_perform.store.recordings.take_file import read_recording, write_recording
from deforum_perform.store.songs import folder as song_folder
from deforum_perform.store.songs.store import SongStore
from tests.fuzz.examples import a_take, same_take
from tests.store.examples import changed_song


@pytest.fixture
def store(tmp_path: Path) -> SongStore:
    """A store in an empty folder."""
    return SongStore(tmp_path)


def _take(events: int, constant: bool) -> Take:
    times = np.zeros(events) if constant else np.cumsum(np.random.default_rng(1).random(events))
    return Take("take-1", 1, 0.0, 1e6, {"/k": signal(times, np.zeros(events) if constant else np.sin(times))})


def _written(take: Take) -> io.BytesIO:
    file = io.BytesIO()
    write_recording(file, recording_of(take))
    file.seek(0)
    return file


@pytest.mark.parametrize("constant", [True, False])
def test_a_take_above_what_may_be_packed_is_read(monkeypatch: pytest.MonkeyPatch, constant: bool) -> None:
    """A take of many events, of any values, is read as it was written, by the strictest reader too."""
    monkeypatch.setattr(columns, "FOREIGN_BYTES", 2 << 20)
    monkeypatch.setattr(take_file, "ANY_RATIO_BYTES", 2 << 20)
    take = _take(200_000, constant)
    assert same_take(takes_of(read_recording(_written(take), "Take 1"))[0], take)


def test_a_large_take_packed_as_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that says it unpacks to far more than what is recorded does is refused by its table."""
    file = _written(_take(200_000, constant=True))
    monkeypatch.setattr(take_file, "ANY_RATIO_BYTES", 2 << 20)
    with pytest.raises(DamagedFileError, match="needs more than"):
        read_recording(file, "Take 1")


def test_a_take_that_could_not_be_read_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of reading is that of writing."""
    monkeypatch.setattr(take_file, "MAX_TAKE_BYTES", 1000)
    with pytest.raises(StorageError, match="cannot be saved"):
        _written(_take(100, constant=False))


def test_reading_a_take_needs_little_more_than_the_take(tmp_path: Path) -> None:
    """The columns are unpacked where they stay, without a second copy."""
    path = tmp_path / "take.npz"
    with path.open("wb") as file:
        write_recording(file, recording_of(_take(1_000_000, constant=True)))
    tracemalloc.start()
    with path.open("rb") as file:
        read_recording(file, "Take 1")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.5 * 16_000_000


def _large(song: Document, takes: int, sources: int, characters: int) -> Document:
    names = tuple(f"/{number}/{'x' * characters}" for number in range(sources))
    return changed_song(song, takes=tuple(TakeInfo(f"take-{n}", n, 0.0, 1.0, 1, names) for n in range(takes)))


def test_a_song_with_very_many_names_opens(store: SongStore) -> None:
    """Takes of thousands of sources with long addresses are saved, opened, listed and moved to another machine."""
    song = _large(store.create("Tide"), 17, 4096, 500)
    store.save(song)
    assert (store.folder(song.id) / "song.json").stat().st_size > 32 << 20
    other = SongStore(store.root)
    assert other.load(song.id) == song
    assert [entry.problem for entry in other.list_songs()] == [None]
    file = io.BytesIO()
    export_zip(store.folder(song.id), file)
    assert with_id(import_zip(store, file), song.id) == song


def test_a_song_that_could_not_be_opened_is_not_saved(store: SongStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit of reading nothing is written: the last state stays, and the reason says what to do."""
    song = store.create("Tide")
    monkeypatch.setattr(song_folder, "MAX_SONG_BYTES", 5000)
    store.save(_large(song, 1, 10, 10))
    with pytest.raises(StorageError, match="Undo"):
        store.save(_large(song, 1, 100, 100))
    assert SongStore(store.root).load(song.id) == _large(song, 1, 10, 10)


def test_settings_that_could_not_be_read_are_not_kept(store: SongStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A settings file may need more space as Perform writes it than as it came; above the limit it is refused."""
    song = store.create("Tide")
    monkeypatch.setattr(song_folder, "MAX_SETTINGS_BYTES", 1000)
    with pytest.raises(InputError, match="needs more than"):
        store.save_base(song.id, {"zoom": "0: (1)", "list": [[[[0] * 20]]] * 20})
    monkeypatch.setattr(settings_file, "MAX_SETTINGS_BYTES", 100_000)
    with pytest.raises(InputError, match="would be larger"):
        settings_file.write_settings(None, {"zoom": "0: (1)," * 20_000})


def test_a_song_too_large_for_a_zip_says_so(store: SongStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the import would refuse is not exported."""
    song = store.create("Tide")
    monkeypatch.setattr(zip_file, "MAX_ZIP_BYTES", 1000)
    with pytest.raises(InputError, match="Copy the song's folder"):
        export_zip(store.folder(song.id), io.BytesIO())


def test_a_small_zip_cannot_need_much_memory(store: SongStore) -> None:
    """A take that is packed twice, so that 100 KB become 200 MB, is refused without unpacking it."""
    song = edited(store.create("Tide"), lambda song: with_take(song, info(a_take())))
    store.save_take(song.id, a_take())
    store.save(song)
    whole, bomb = io.BytesIO(), io.BytesIO()
    export_zip(store.folder(song.id), whole)
    inner = _written(_take(12_000_000, constant=True)).getvalue()
    with zipfile.ZipFile(whole) as good, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in good.namelist():
            archive.writestr(name, inner if name.startswith("recordings/") else good.read(name))
    assert bomb.seek(0, io.SEEK_END) < 100_000
    tracemalloc.start()
    with pytest.raises(DamagedFileError):
        import_zip(store, bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20
    assert [entry.id for entry in store.list_songs()] == [song.id]


def test_a_take_that_packs_unusually_well_is_moved(store: SongStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large take of values that hardly move is exported and imported; as another packs it, it is refused."""
    for module in (columns, zip_file):
        monkeypatch.setattr(module, "FOREIGN_BYTES", 2 << 20)
    take = _take(200_000, constant=True)
    song = edited(store.create("Tide"), lambda song: with_take(song, info(take)))
    store.save_take(song.id, take)
    store.save(song)
    file = io.BytesIO()
    export_zip(store.folder(song.id), file)
    assert same_take(store.load_takes(import_zip(store, file).id, take.id)[0], take)
    monkeypatch.setattr(columns, "FOREIGN_BYTES", 1 << 30)
    packed = _written(take).getvalue()
    (store.folder(song.id) / "recordings" / "take-1.npz").write_bytes(packed)
    export_zip(store.folder(song.id), file := io.BytesIO())
    with pytest.raises(DamagedFileError, match="needs more than"):
        import_zip(store, file)


@pytest.mark.parametrize("name", ["song.json", "base_settings.json"])
def test_a_small_zip_cannot_hold_a_large_document(store: SongStore, name: str) -> None:
    """A document that unpacks to far more than text does is refused unread."""
    song = store.create("Tide")
    whole, bomb = io.BytesIO(), io.BytesIO()
    export_zip(store.folder(song.id), whole)
    with zipfile.ZipFile(whole) as good, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        files = {"song.json": good.read("song.json"), name: b"[" + b"[]," * 2_000_000 + b"[]]"}
        for member, content in files.items():
            archive.writestr(member, content)
    with pytest.raises(DamagedFileError, match="declares an impossible size"):
        import_zip(store, bomb)


def test_a_document_that_packs_unusually_well_arrives(store: SongStore) -> None:
    """What export writes import takes, however repetitive it is."""
    song = _large(store.create("Tide"), 2000, 3, 400)
    store.save(song)
    file = io.BytesIO()
    export_zip(store.folder(song.id), file)
    assert with_id(import_zip(store, file), song.id) == song


def test_members_that_share_their_bytes_are_refused(store: SongStore) -> None:
    """A zip whose files together claim more bytes than it has is refused unread."""
    song = store.create("Tide")
    whole = io.BytesIO()
    export_zip(store.folder(song.id), whole)
    data = bytearray(whole.getvalue())
    place = data.rindex(b"PK\x01\x02")
    data[place + 20 : place + 24] = (1 << 20).to_bytes(4, "little")
    with pytest.raises(DamagedFileError, match="more data than it can contain"):
        import_zip(store, io.BytesIO(bytes(data)))
