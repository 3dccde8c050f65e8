"""Takes on disk: bit for bit what was recorded, and a file from elsewhere is believed in nothing."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import ConflictError, DamagedFileError, NotFoundError, StorageError
from deforum_perform.core.signal import Signal, signal
from deforum_perform.core.song.recording import Recording
from deforum_perform.core.song.rounds import takes_of
from deforum_perform.core.song.take import Take, recording_of
from deforum_perform.core.time.time_map import IDENTITY, Segment, TimeMap
from deforum_perform.store.recordings.columns import read_columns, write_columns
from deforum_perform.store.recordings.take_file import read_recording, read_summary, write_recording
from deforum_perform.store.recordings.take_folder import summary_in
from deforum_perform.store.songs.store import SongStore
from tests.fuzz.examples import a_late_take, a_take, same_take
from tests.store.examples import NOON, takes


def _bytes(take: Take) -> bytes:
    file = io.BytesIO()
    write_recording(file, recording_of(take))
    return file.getvalue()


def _read(data: bytes) -> Take:
    (take,) = takes_of(read_recording(io.BytesIO(data), "The take"))
    return take


@given(takes())
def test_any_take_comes_back_bit_for_bit(take: Take) -> None:
    """Whatever was recorded is equal after writing and reading, to the last bit of every time and value."""
    assert same_take(_read(_bytes(take)), take)


@given(takes(), st.floats(0, 1e5), st.floats(0.1, 10))
def test_a_recording_comes_back_with_its_anchors(take: Take, start_s: float, rate: float) -> None:
    """Events in the recording's own time, and where the song was, are equal after writing and reading; and so is the
    take that they make, to the last bit."""
    anchors = TimeMap((Segment(0.0, start_s, rate),))
    recording = replace(recording_of(take), anchors=anchors)
    (made,) = takes_of(recording)
    found = _read(_bytes(made))
    assert found.recording is not None
    assert found.recording.anchors == anchors
    assert same_take(found, made)
    assert same_take(takes_of(replace(found.recording, anchors=IDENTITY))[0], take)


def test_a_recording_keeps_its_own_time_in_the_file() -> None:
    """Recorded ten seconds into the song, the file has times from 0 and an anchor; a summary has its length; under
    another number it is the same recording."""
    own = signal([0.5, 1.0], [0.25, 0.75])
    anchors = TimeMap((Segment(0.0, 10.0),))
    (take,) = takes_of(Recording("r", 3, 0.0, 2.0, {"/k": own}, anchors=anchors))
    with np.load(io.BytesIO(_bytes(take))) as columns:
        assert columns["times"].tolist() == [0.5, 1.0]
        meta = json.loads(columns["meta"].tobytes())
    assert (meta["format"], meta["start_s"], meta["end_s"]) == (3, 0.0, 2.0)
    assert meta["anchors"]["segments"] == [{"recording_s": 0.0, "song": 10.0, "rate": 1.0}]
    summary = read_summary(io.BytesIO(_bytes(take)), "The take")
    assert (summary.seconds, summary.events) == (2.0, 2)
    assert _read(_bytes(replace(take, number=7))).number == 7


def test_thousands_of_sources_come_back() -> None:
    """A take of 5,000 sources, some of them without events, is one small file and comes back whole."""
    take = replace(a_take(), signals={f"/k/{i}": signal(range(i % 4), range(i % 4)) for i in range(5000)})
    assert same_take(_read(_bytes(take)), take)


def test_the_same_take_gives_the_same_bytes() -> None:
    """A file depends on the take alone, not on when it was written."""
    assert _bytes(a_take()) == _bytes(a_take())


def test_numpy_opens_a_take() -> None:
    """Anyone can read a take with numpy.load, without pickle."""
    with np.load(io.BytesIO(_bytes(a_take()))) as columns:
        assert columns["times"].tolist() == [0.0, 0.5, 1.0, 1.5]
        assert columns["values"].tolist() == [0.25, 0.5, 1.0, -3.0]
        assert columns["offsets"].tolist() == [0, 3, 4]
        assert json.loads(columns["meta"].tobytes())["sources"] == ["/nts1/cutoff", "/xy[1]"]


def test_a_take_that_numpy_wrote_is_read() -> None:
    """The format is plain enough that savez_compressed of the same columns gives a file that Perform reads."""
    file = io.BytesIO()
    with np.load(io.BytesIO(_bytes(a_take()))) as columns:
        np.savez_compressed(file, **{name: columns[name] for name in columns.files})
    assert same_take(_read(file.getvalue()), a_take())


@pytest.fixture
def store(tmp_path: Path) -> SongStore:
    """A store in an empty folder."""
    return SongStore(tmp_path, now=lambda: NOON)


def test_a_take_is_never_overwritten(store: SongStore) -> None:
    """Saving another take under an id that is there is refused, and the first stays."""
    song = store.create("Tide")
    store.save_take(song.id, a_take())
    with pytest.raises(ConflictError, match="not overwritten"):
        store.save_take(song.id, replace(a_take(), recorded_at="another pass"))
    assert same_take(store.load_takes(song.id, "take-1")[0], a_take())


def test_the_same_recording_saved_again_keeps_the_first(store: SongStore) -> None:
    """A recording that was saved and then recovered from its journal stays as it was saved, without an error."""
    song = store.create("Tide")
    store.save_take(song.id, a_take())
    store.save_take(song.id, replace(a_take(), signals={}))
    assert same_take(store.load_takes(song.id, "take-1")[0], a_take())


def test_a_missing_take_is_not_found(store: SongStore) -> None:
    """Loading a take without a file is NotFoundError."""
    with pytest.raises(NotFoundError):
        store.load_takes(store.create("Tide").id, "take-9")[0]


def test_a_full_disk_leaves_no_half_take(store: SongStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A take that the disk refuses is StorageError, leaves no file, and can be saved again later."""
    song = store.create("Tide")

    def full(*_args: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("deforum_perform.store.recordings.columns.npy.write_array", full)
        with pytest.raises(StorageError, match="Take 1 could not be saved: the disk is full"):
            store.save_take(song.id, a_take())
    assert list((store.root / "songs" / song.id / "recordings").iterdir()) == []
    store.save_take(song.id, a_take())
    assert same_take(store.load_takes(song.id, "take-1")[0], a_take())


class _FullDisk(io.BytesIO):
    """A file on a disk with space for ``room`` bytes."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, data: bytes) -> int:
        if self.tell() + len(data) > self.room:
            raise OSError(28, "No space left on device")
        return super().write(data)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 0.5, 0.9, 0.99])
def test_a_full_disk_is_an_error_of_the_disk_at_any_byte(share: float) -> None:
    """Wherever in the file the space ends, the disk's own error is raised."""
    with pytest.raises(OSError, match="No space"):
        write_recording(_FullDisk(int(len(_bytes(a_take())) * share)), recording_of(a_take()))


def _with_columns(take: Take | None = None, **changes: object) -> bytes:
    """The file of a take with some of its columns changed; None takes one out."""
    kinds = {"meta": "u1", "offsets": "i8", "times": "f8", "values": "f8"}
    columns = read_columns(io.BytesIO(_bytes(take or a_take())), kinds, 1 << 20, {"sent": "f8"})
    file = io.BytesIO()
    write_columns(file, {k: np.asarray(v) for k, v in {**columns, **changes}.items() if v is not None})
    return file.getvalue()


def _with_meta(take: Take | None = None, **changes: object) -> bytes:
    with np.load(io.BytesIO(_bytes(take or a_take()))) as columns:
        meta = json.loads(columns["meta"].tobytes())
    text = json.dumps({**meta, **changes}).encode()
    return _with_columns(take, meta=np.frombuffer(text, np.uint8))


def test_a_take_without_senders_times_is_what_an_older_perform_reads() -> None:
    """The file of a take that only knows arrival has the columns and the format number that it always had."""
    with np.load(io.BytesIO(_bytes(a_take()))) as columns:
        assert sorted(columns) == ["meta", "offsets", "times", "values"]
        assert json.loads(columns["meta"].tobytes())["format"] == 1
    with np.load(io.BytesIO(_bytes(a_late_take()))) as columns:
        meta = json.loads(columns["meta"].tobytes())
        assert (meta["format"], meta["sent"], meta["sent_by"]) == (2, ["/nts1/cutoff"], "ableton")
        assert columns["sent"].tolist() == [0.0, 0.25, 0.5]


def _with_anchors(*segments: tuple[float, float, float], **more: object) -> bytes:
    rows = [{"recording_s": recording_s, "song": song, "rate": rate} for recording_s, song, rate in segments]
    return _with_meta(format=3, anchors={"segments": rows, **more})


HOSTILE = {
    "anchors that are not a map": lambda: _with_meta(format=3, anchors=[1]),
    "no anchor": lambda: _with_anchors(),
    "anchors out of order": lambda: _with_anchors((1.0, 0.0, 1.0), (0.5, 2.0, 1.0)),
    "anchors that stand still": lambda: _with_anchors((0.0, 0.0, 0.0)),
    "anchors in beats": lambda: _with_anchors((0.0, 0.0, 1.0), unit="beats"),
    "anchors beyond all songs": lambda: _with_anchors((0.0, 1e300, 1.0)),
    "not a zip": lambda: b"PK but not really",
    "empty": lambda: b"",
    "a column missing": lambda: _with_columns(values=None),
    "a column too many": lambda: _with_columns(more=np.zeros(1)),
    "another type": lambda: _with_columns(times=np.zeros(4, np.float32)),
    "two dimensions": lambda: _with_columns(times=np.zeros((2, 2))),
    "shorter times": lambda: _with_columns(times=np.zeros(3)),
    "not finite": lambda: _with_columns(values=np.array([0, 1, np.nan, 2.0])),
    "infinite time": lambda: _with_columns(times=np.array([0, 1, np.inf, 2.0])),
    "not in order": lambda: _with_columns(times=np.array([1, 0, 2.0, 2.0])),
    "offsets fall": lambda: _with_columns(offsets=np.array([0, 5, 4])),
    "offsets begin late": lambda: _with_columns(offsets=np.array([1, 3, 4])),
    "offsets negative": lambda: _with_columns(offsets=np.array([0, -3, 4])),
    "offsets end early": lambda: _with_columns(offsets=np.array([0, 1, 2])),
    "offsets missing": lambda: _with_columns(offsets=np.array([], np.int64)),
    "two sources of a name": lambda: _with_meta(sources=["/a", "/a"]),
    "sources are numbers": lambda: _with_meta(sources=[1, 2]),
    "no format": lambda: _with_meta(format=None),
    "newer format": lambda: _with_meta(format=4),
    "a time that is text": lambda: _with_meta(start_s="0"),
    "a huge time": lambda: _with_meta(end_s=10**400),
    "ends before it starts": lambda: _with_meta(end_s=-1.0),
    "a number that is true": lambda: _with_meta(number=True),
    "texts are a list": lambda: _with_meta(texts=[]),
    "a text without time": lambda: _with_meta(texts={"/s": [["x"]]}),
    "a text of a huge time": lambda: _with_meta(texts={"/s": [[10**400, "x"]]}),
    "times of no source": lambda: _with_columns(sent=np.zeros(0)),
    "times that are missing": lambda: _with_columns(a_late_take(), sent=None),
    "fewer times than events": lambda: _with_columns(a_late_take(), sent=np.zeros(2)),
    "a time that is not finite": lambda: _with_columns(a_late_take(), sent=np.array([0, -np.inf, 0.5])),
    "arrived before it was sent": lambda: _with_columns(a_late_take(), sent=np.array([0, 0.25, 1.5])),
    "times of an unknown source": lambda: _with_meta(a_late_take(), sent=["/other"]),
    "times of a source twice": lambda: _with_meta(a_late_take(), sent=["/xy[1]"] * 3),
    "times of a number": lambda: _with_meta(a_late_take(), sent=[1]),
    "times known by a rumour": lambda: _with_meta(a_late_take(), sent_by="rumour"),
    "meta is not JSON": lambda: _with_columns(meta=np.zeros(3, np.uint8)),
    "meta is a list": lambda: _with_columns(meta=np.frombuffer(b"[]", np.uint8)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_is_no_take_is_refused(kind: str) -> None:
    """Each way in which a file can be wrong is DamagedFileError with a reason."""
    with pytest.raises(DamagedFileError, match=r"The take is (damaged|refused).*: .*[.]"):
        _read(HOSTILE[kind]())


def _bomb(header: bytes, size: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("meta", "offsets", "times", "values"):
            with archive.open(f"{name}.npy", "w") as out:
                out.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
                for _ in range(size >> 20):
                    out.write(bytes(1 << 20))
    return file.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    """A small file that unpacks to more than the limit is refused by its table of contents."""
    data = _bomb(b"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n", 64 << 20)
    assert len(data) < 1 << 20
    with pytest.raises(ValueError, match="more than 100 MB"):
        read_columns(io.BytesIO(data), {"meta": "u1", "offsets": "i8", "times": "f8", "values": "f8"}, 100 << 20)


@pytest.mark.parametrize(
    "header",
    [
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999,), }\n",
        b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (((((((((((((1,), }\n",
        b"__import__('os').system('true')\n",
        b"",
    ],
)
def test_a_lying_header_allocates_nothing(header: bytes) -> None:
    """A column that claims a huge size, objects or code is refused by its header alone."""
    with pytest.raises(DamagedFileError):
        _read(_bomb(header, 0))


def test_a_size_that_cannot_be_is_refused() -> None:
    """A member that says it unpacks to more than deflate can hold is refused."""
    data = bytearray(_bytes(a_take()))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (800 << 20).to_bytes(4, "little")
    with pytest.raises(DamagedFileError):
        _read(bytes(data))


@given(st.data())
def test_a_damaged_byte_is_noticed_or_harmless(data: st.DataObject) -> None:
    """A take with any byte changed or its end cut off is refused, or still the same take."""
    whole = bytearray(_bytes(a_take()))
    at = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        del whole[at:]
    else:
        whole[at] ^= data.draw(st.integers(1, 255))
    try:
        found = _read(bytes(whole))
    except DamagedFileError:
        return
    assert same_take(found, a_take())


def test_a_signal_from_a_file_cannot_be_changed(store: SongStore) -> None:
    """What was recorded is read-only in memory too."""
    song = store.create("Tide")
    store.save_take(song.id, replace(a_take(), signals={"/a": Signal(np.arange(3.0), np.arange(3.0))}))
    loaded = store.load_takes(song.id, "take-1")[0].signals["/a"]
    with pytest.raises(ValueError, match="read-only"):
        loaded.values[0] = 1.0


def test_a_take_in_the_place_of_another_is_refused(tmp_path: Path) -> None:
    """Files that were exchanged are read as neither take; with their names back they are as they were."""
    store = SongStore(tmp_path)
    song = store.create("Tide")
    first, second = (replace(a_take(), id=f"take-{k}", number=k) for k in (1, 2))
    for take in (first, second):
        store.save_take(song.id, take)
    folder = store.folder(song.id) / "recordings"

    def exchange() -> None:
        (folder / "take-1.npz").rename(folder / "other")
        (folder / "take-2.npz").rename(folder / "take-1.npz")
        (folder / "other").rename(folder / "take-2.npz")

    exchange()
    for take in (first, second):
        with pytest.raises(DamagedFileError, match="restore their names"):
            store.load_takes(song.id, take.id)[0]
        with pytest.raises(DamagedFileError, match="restore their names"):
            summary_in(folder.parent, take.id)
    exchange()
    assert same_take(store.load_takes(song.id, "take-1")[0], first)


def test_one_changed_bit_never_gives_another_take() -> None:
    """Whatever bit of a take's file changes, it is refused or read exactly as it was recorded."""
    take = a_late_take()
    data = _bytes(take)
    other = []
    for place in range(0, len(data) * 8, 5):
        changed = bytearray(data)
        changed[place // 8] ^= 1 << place % 8
        try:
            found = _read(bytes(changed))
        except DamagedFileError:
            continue
        other += [] if same_take(found, take) else [place]
    assert other == []
