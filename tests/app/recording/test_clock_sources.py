"""A recording goes by its clock source: where that has the song is where its events are."""

from __future__ import annotations

from pathlib import Path

import pytest

from deforum_perform.app.recording.ended import Ended, ended, with_recording
from deforum_perform.app.recording.recording_run import RecordingPlan, RunningRecording
from deforum_perform.core.song.lane import new_lane
from deforum_perform.core.song.song import Song, with_lane
from deforum_perform.core.time.clock_source import ClockSource, InternalClock, ManualClock
from deforum_perform.osc.decode.events import EventDecoder
from deforum_perform.store.songs.store import SongStore
from tests.app.conftest import osc
from tests.fuzz.examples import same_take

ORIGIN_NS, SECOND = 5_000_000_000, 1_000_000_000


def recorded(clock: ClockSource | None) -> tuple[Ended, RunningRecording]:
    """Two events of a source of an armed lane, one and three seconds after the start, in a recording of four."""
    plan = RecordingPlan("r1", "s", 1, 10.0, ORIGIN_NS, "", (("lane", "/k"),), {})
    playing, decoder = RunningRecording(plan, clock), EventDecoder()
    for after_s, value in ((1, 0.25), (3, 0.75)):
        decoder.feed_many([osc("/k", value)], [ORIGIN_NS + after_s * SECOND])
    playing.receive(decoder.drain(), decoder.sources)
    (found,) = ended(playing, decoder.sources, ORIGIN_NS + 4 * SECOND)
    return found, playing


def test_without_a_clock_source_the_computers_clock_counts() -> None:
    """Events are as long after the start of the recording in the song as they arrived."""
    found, playing = recorded(None)
    take = found.take
    assert take.signals["/k"].times_s.tolist() == [11.0, 13.0]
    assert (take.start_s, take.end_s) == (10.0, 14.0)
    assert isinstance(playing.clock, InternalClock)
    assert playing.clock.name == "internal"


def test_a_clock_source_places_events_and_clips(tmp_path: Path) -> None:
    """By a clock that runs at half the rate from its second second on, events, the take's end and the clip of the lane
    that wrote are there, after saving and reading too; the recording itself keeps its own time."""
    clock = ManualClock().set(ORIGIN_NS, 10.0).set(ORIGIN_NS + 2 * SECOND, 12.0, 0.5)
    made, _ = recorded(clock)
    take = made.take
    assert clock.name == "manual"
    assert take.signals["/k"].times_s.tolist() == [11.0, 12.5]
    assert (take.start_s, take.end_s) == (10.0, 13.0)
    assert take.recording is not None
    assert take.recording.signals["/k"].times_s.tolist() == [1.0, 3.0]
    song = with_recording(with_lane(Song("s"), new_lane("lane", "zoom", "/k")), [made])
    (clip,) = song.clips_of("lane")
    assert (clip.start_s, clip.end_s) == pytest.approx((11.0, 13.0))
    store = SongStore(tmp_path)
    tide = store.create("Tide")
    store.save_take(tide.id, take)
    found = store.load_takes(tide.id, "r1")[0]
    assert same_take(found, take)
    assert found.recording is not None
    assert found.recording.anchors == take.recording.anchors
