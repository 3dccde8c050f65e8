"""A take as oscdump text: what liblo's oscsendfile plays is what was recorded."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.signal import Signal, signal
from deforum_perform.core.song.take import Take
from deforum_perform.core.source_name import source_name
from deforum_perform.osc.decode.events import EventDecoder
from deforum_perform.store.exports.oscdump import take_to_oscdump
from tests.fuzz.examples import a_take, same_signal
from tests.osc import encoder


@pytest.fixture
def oscsendfile(oscsend_path: str) -> str:
    """Path of liblo's oscsendfile, which is beside oscsend."""
    found = shutil.which("oscsendfile", path=str(Path(oscsend_path).parent))
    if found is None:
        pytest.skip("liblo's oscsendfile is not beside oscsend")
    return found


Received = tuple[dict[str, Signal], dict[str, list[tuple[float, str]]]]


def _replayed(oscsendfile: str, text: str, folder: Path) -> Received:
    """What arrives when oscsendfile plays ``text`` a thousand times as fast, timed by the time tags it sends."""
    file = folder / "take.txt"
    file.write_text(text, encoding="utf-8")
    decoder, numbers, texts = EventDecoder(), {}, {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(30)
        target = f"osc.udp://127.0.0.1:{listener.getsockname()[1]}"
        subprocess.run([oscsendfile, target, str(file), "1000"], check=True, timeout=60)
        for _ in range(len({line.split()[0] for line in text.splitlines()})):
            payload = listener.recv(65536)
            decoder.feed_many([payload], [int.from_bytes(payload[8:16], "big") // 2])
    batch = decoder.drain()
    first = int(batch.received_ns.min())
    for index, name in enumerate(decoder.sources):
        mine = batch.source_index == index
        if mine.any():
            numbers[name] = Signal((batch.received_ns[mine] - first) / 2**31 * 1000, batch.values[mine])
    for index, tag, said in batch.texts:
        texts.setdefault(decoder.sources[index], []).append((tag, said))
    assert not decoder.malformed
    return numbers, texts


def test_oscsendfile_plays_what_was_recorded(oscsendfile: str, tmp_path: Path) -> None:
    """Every source comes back by name with the same values, exactly, and with the same distances in time."""
    sent = {
        "/nts1/cutoff": signal([1.0, 1.5, 2.25], [0.1, 1e-7, 127.0]),
        "/xy[0]": signal([1.0, 2.0], [0.25, float(np.float32(0.3))]),
        "/xy[1]": signal([1.0, 2.0], [-3.0, 1e9 + 0.123]),
        "/three[2]": signal([1.25], [5.0]),
        "/hit": signal([1.5, 1.5, 1.5], [1.0, 0.0, 1.0]),
        "/a[0]": signal([1.0], [1.0]),
        "/a[1]": signal([1.0], [2.0]),
        "/a\\[1]": signal([1.0], [3.0]),
        "/a\\[1][0]": signal([1.0], [4.0]),
        "/a\\\\[1]": signal([1.0], [5.0]),
    }
    take = replace(a_take(), signals=sent, texts={"/clip": ((1.1, "verse"), (1.2, 'two "words"'), (1.3, ""))})
    numbers, texts = _replayed(oscsendfile, take_to_oscdump(take), tmp_path)
    assert set(numbers) == set(sent)
    for name, made in sent.items():
        assert np.array_equal(numbers[name].values, made.values), name
        assert numbers[name].times_s == pytest.approx(made.times_s - 1.0, abs=1e-3), name
    assert [text for _, text in texts["/clip"]] == ["verse", 'two_"words"', ""]


def _parsed(text: str) -> Received:
    """The text read as oscsendfile reads it: words split at spaces, type tags, then arguments."""
    numbers: dict[str, list[tuple[float, float]]] = {}
    texts: dict[str, list[tuple[float, str]]] = {}
    for line in text.splitlines():
        assert len(line.encode()) < 1023
        tag, address, tags, *words = line.split(" ")
        assert re.fullmatch(r"[0-9a-f]{8}\.[0-9a-f]{8}", tag)
        assert address.startswith("/")
        seconds, fraction = (int(part, 16) for part in tag.split("."))
        time_s = seconds + fraction / 2**32
        rest = iter(words)
        for index, kind in enumerate(tags):
            name = source_name(address, None if len(tags) == 1 else index)
            if kind == "s":
                texts.setdefault(name, []).append((time_s, next(rest)[1:-1]))
            elif kind != "N":
                word = float(next(rest))
                numbers.setdefault(name, []).append((time_s, float(np.float32(word)) if kind == "f" else word))
        assert list(rest) == []
    return {n: signal(*zip(*rows, strict=True)) for n, rows in numbers.items()}, texts


plain = st.builds(
    source_name,
    st.from_regex(r"/[a-z]{1,4}(/[a-z0-9]{1,3})?\\{0,2}(\[[0-9]\]){0,2}", fullmatch=True),
    st.one_of(st.none(), st.integers(0, 59)),
)


sources = st.dictionaries(plain, st.lists(st.tuples(st.floats(0, 4e5), st.floats(-1e30, 1e30)), min_size=1), max_size=4)


@given(sources)
def test_any_take_is_in_its_text(rows: dict[str, list[tuple[float, float]]]) -> None:
    """Read back by oscsendfile's rules, every value is exact and every time within 2**-32 s."""
    take = replace(
        a_take(), signals={name: signal(*zip(*events, strict=True)) for name, events in rows.items()}, texts={}
    )
    numbers, _ = _parsed(take_to_oscdump(take))
    assert set(numbers) == set(take.signals)
    for name, made in take.signals.items():
        assert same_signal(Signal(made.times_s, numbers[name].values), made)
        assert np.abs(numbers[name].times_s - made.times_s).max() <= 2**-32


def test_a_hit_comes_back_as_a_hit(oscsendfile: str, tmp_path: Path) -> None:
    """A message without arguments is exported as its event of value 1, and played it is the same source's event."""
    decoder = EventDecoder()
    decoder.feed_many([encoder.message("/bang")] * 3, [0, 1, 2])
    batch = decoder.drain()
    take = replace(a_take(), signals={decoder.sources[0]: signal([1.0, 1.5, 2.0], batch.values)}, texts={})
    numbers, _ = _replayed(oscsendfile, take_to_oscdump(take), tmp_path)
    assert list(numbers) == ["/bang"]
    assert numbers["/bang"].values.tolist() == [1.0, 1.0, 1.0]
    assert numbers["/bang"].times_s == pytest.approx([0, 0.5, 1.0], abs=1e-3)


def test_text_that_cannot_be_sent_is_made_fit() -> None:
    """Spaces and line ends in addresses and texts become ``_``, long texts are cut, and no line gets too long."""
    take = Take(
        "t", 1, 0, 1, {"/my knob": signal([0], [1]), **{f"/big[{i}]": signal([0], [1 / 3]) for i in range(99)}},
        {"/say": ((0.0, "a\nb c\td\u2003e" + "é" * 900),)},
    )  # fmt: skip
    numbers, texts = _parsed(take_to_oscdump(take))
    assert "/my_knob" in numbers
    assert texts["/say"][0][1].startswith("a_b_c_d_e")
    assert len(texts["/say"][0][1].encode()) <= 400
    assert "/big[0]" in numbers


def test_an_empty_take_is_an_empty_text() -> None:
    """Without events there is nothing to play."""
    assert take_to_oscdump(replace(a_take(), signals={}, texts={})) == ""
