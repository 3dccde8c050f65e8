"""Songs and takes for tests, fixed ones and any."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from hypothesis import strategies as st

from deforum_perform.core.deforum.fields import PRESETS, number_fields
from deforum_perform.core.signal import Signal, signal
from deforum_perform.core.song.binding import Binding
from deforum_perform.core.song.clip import Clip, Stretch
from deforum_perform.core.song.document import Document, edited
from deforum_perform.core.song.edit import Draw, Edit, Flatten, Hold, Point, Quantise, Scale, Shift, Smooth
from deforum_perform.core.song.info import SongInfo
from deforum_perform.core.song.lane import Lane, checked
from deforum_perform.core.song.players import Range
from deforum_perform.core.song.shaping import CURVES, POOLS, Shaping
from deforum_perform.core.song.song import Song
from deforum_perform.core.song.take import Take
from deforum_perform.core.song.take_info import AsRecorded, SenderTimes, TakeInfo, TakeProblem
from deforum_perform.core.song.workspace import LaneState, Workspace
from deforum_perform.core.time.tempo_map import Tempo, TempoMap
from deforum_perform.core.time.time_map import TIMES, UNITS, Segment, TimeMap

NOON = datetime(2026, 1, 31, 12, 0, 0, tzinfo=timezone.utc)

ids = st.from_regex(r"[a-z0-9][a-z0-9-]{0,12}", fullmatch=True)
addresses = st.from_regex(r"/[a-z0-9_/äß ]{0,10}(\[[0-9]\])?", fullmatch=True)
times = st.floats(0, 1e5)
values = st.floats(-1e6, 1e6)
kinds = st.sampled_from(["stall", "gap", "reordered", "two_senders", "lost", "full", "refused", "limited", "slept"])
counts = st.integers(0, 10**7)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@st.composite
def signals(draw: st.DrawFn) -> Signal:
    """Any signal, empty ones too."""
    events = draw(st.lists(st.tuples(times, values), max_size=12))
    return signal(*(zip(*events, strict=True) if events else ((), ())))


@st.composite
def takes(draw: st.DrawFn) -> Take:
    """Any take that a recording could make."""
    start, length = draw(times), draw(times)
    received = draw(st.dictionaries(addresses, signals(), max_size=4))
    reported = [name for name in received if draw(st.booleans())]
    sent = {name: received[name].times_s - draw(st.floats(0, 5)) for name in reported}
    return Take(
        draw(ids),
        draw(st.integers(1, 99)),
        start,
        start + length,
        received,
        draw(st.dictionaries(addresses, st.lists(st.tuples(times, texts), max_size=3).map(tuple), max_size=2)),
        draw(texts),
        draw(st.integers(0, 10**9)),
        sent,
        draw(st.sampled_from(["timetags", "ableton"])) if sent else "",
    )


@st.composite
def lanes(draw: st.DrawFn) -> Lane:
    """Any lane that the page could make."""
    row = draw(st.sampled_from(number_fields()))
    low, high = draw(st.sampled_from([r for r in (*map(row.preset, PRESETS), row.hard) if r is not None]))
    number = st.floats(-1e6, 1e6)
    in_low, in_high = draw(st.tuples(number, number).filter(lambda ends: ends[0] != ends[1]))
    return checked(
        Lane(
            draw(ids),
            row.name,
            Binding(draw(st.none() | addresses), in_low, in_high, draw(st.booleans())),
            Range(draw(st.floats(low, high)), draw(st.floats(low, high))),
            shaping=Shaping(
                invert=draw(st.booleans()),
                curve=draw(st.sampled_from(CURVES)),
                smoothing_s=draw(st.floats(0, 5)),
                pool=draw(st.sampled_from(POOLS)),
                tolerance=draw(st.floats(0, 0.25)),
            ),
        )
    )


bindings = st.builds(Binding, addresses, st.floats(-9, 0), st.floats(1, 9), st.booleans())
clips = st.builds(
    Clip,
    ids,
    ids,
    bindings,
    st.floats(0, 20),
    st.floats(0, 20),
    st.floats(-5, 5),
    st.floats(0, 2),
    st.floats(0, 2),
    st.booleans(),
    st.none() | st.builds(Stretch, st.floats(0, 20), st.floats(0, 20)),
)
changes = st.one_of(
    st.builds(Draw, st.lists(st.builds(Point, st.floats(0, 9), values), min_size=1, max_size=1).map(tuple)),
    st.builds(Scale, values, st.none() | values),
    st.builds(Shift, values),
    st.builds(Flatten, st.none() | values),
    st.builds(Quantise, st.floats(0.1, 9), values),
    st.builds(Hold, st.floats(0.1, 9), st.sampled_from(UNITS)),
    st.builds(Smooth, st.floats(0.1, 9)),
)
edits = st.builds(Edit, ids, st.floats(0, 9), st.floats(9.1, 20), changes, st.booleans(), st.floats(0, 0.05))
maps = st.builds(
    TimeMap,
    st.builds(Segment, times, times, st.floats(0.1, 9)).map(lambda segment: (segment,)),
    st.sampled_from(UNITS),
    st.sampled_from(TIMES),
)
tempos = st.floats(20, 300).map(lambda bpm: TempoMap((Tempo(0.0, bpm),)))


@st.composite
def songs(draw: st.DrawFn) -> Song:
    """Any song that the page could make."""
    unique = {"unique_by": lambda item: item.id}
    rows = draw(st.lists(lanes(), max_size=3, **unique))
    info = st.builds(
        TakeInfo,
        ids,
        st.integers(1, 99),
        st.floats(0, 100),
        st.floats(100, 200),
        st.integers(0, 10**7),
        st.lists(addresses, max_size=3).map(tuple),
        texts,
        st.booleans(),
        st.integers(0, 9),
        marks=st.lists(
            st.builds(TakeProblem, kinds, addresses, times, times, counts, texts, st.booleans()), max_size=2
        ).map(tuple),
        map=maps,
        recorded=st.none() | st.builds(AsRecorded, times, times),
        sender_times=st.none() | st.builds(SenderTimes, st.sampled_from(["timetags", "ableton"]), times),
    )
    return Song(
        draw(ids),
        draw(st.floats(0.5, 240)),
        draw(st.none() | st.floats(0.01, 4000)),
        draw(st.none() | tempos),
        draw(st.none() | st.integers(1, 50)),
        draw(st.booleans()),
        draw(st.none() | texts),
        tuple(rows),
        tuple(draw(st.lists(info, max_size=3, **unique))),
        {lane.id: tuple(draw(st.lists(clips, max_size=3, **unique))) for lane in rows},
        {lane.id: tuple(draw(st.lists(edits, max_size=2, **unique))) for lane in rows},
        draw(st.booleans()),
        draw(st.none() | ids),
    )


infos = st.builds(SongInfo, texts, texts, st.none() | ids, st.integers(0, 99))
spans = st.none() | st.builds(Stretch, st.floats(0, 100), st.floats(101, 200))
workspaces = st.builds(
    Workspace,
    st.floats(0, 100),
    st.dictionaries(ids, st.builds(LaneState, st.booleans(), st.booleans()), max_size=3),
    spans,
    spans,
)
documents = st.builds(Document, infos, songs(), workspaces)


def changed_song(document: Document, **changes: Any) -> Document:
    """The document with some values of its song changed."""
    return edited(document, lambda song: replace(song, **changes))
