"""Events of a Live that was held up go back to where they belong, and nothing else moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.osc.timing.ableton import SHORTEST_LATE_NS, SongTimes, lateness_ns, put_back
from tests.osc.live import SECOND, Played, held_up, played

MS = 1_000_000
STALLS = st.lists(st.floats(0.1, 4.0), min_size=1, max_size=3).map(
    lambda lengths: [(2.0 + 6.0 * k, length) for k, length in enumerate(lengths)]
)


def moved(live: Played, song: SongTimes | None = None) -> np.ndarray:
    """Where the events of ``live`` are put."""
    return put_back(live.received_ns, song or live.song(), live.rows)


@given(STALLS, st.floats(40, 200), st.floats(0.01, 0.1), st.floats(-1e-4, 1e-4), st.integers(0, 99))
def test_what_a_stall_held_up_goes_back(
    stalls: list[tuple[float, float]], tempo_bpm: float, tick_s: float, card: float, seed: int
) -> None:
    """However long Live was blocked, at any tempo and with any sound card, each event gets its correct time, within a
    tick of Live."""
    live = played(22.0, stalls, tempo_bpm, tick_s, 0.01, card, seed)
    found = moved(live)
    assert np.abs(found - live.meant_ns).max() <= tick_s * SECOND + SHORTEST_LATE_NS
    assert (live.received_ns - found).max() >= stalls[0][1] * SECOND - tick_s * SECOND - SHORTEST_LATE_NS


@given(st.data())
def test_nothing_is_moved_beyond_its_arrival_or_past_another(data: st.DataObject) -> None:
    """Whatever numbers come as song time, events stay in order and none is later than it arrived."""
    count = data.draw(st.integers(1, 80))
    steps = data.draw(st.lists(st.integers(0, 3 * SECOND), min_size=count, max_size=count))
    received_ns = np.cumsum(np.array(steps, np.int64))
    rows = np.array(sorted(data.draw(st.sets(st.integers(0, count - 1), min_size=1))), np.int64)
    column = st.lists(st.floats(-1e7, 1e7) | st.floats(0, 50), min_size=len(rows), max_size=len(rows))
    beats, tempo = np.array(data.draw(column)), data.draw(st.floats(20, 999))
    run = np.cumsum(data.draw(st.lists(st.integers(0, 1), min_size=len(rows), max_size=len(rows))))
    found = put_back(received_ns, SongTimes(received_ns[rows], beats, np.full(len(rows), tempo), run), rows)
    assert (found <= received_ns).all()
    assert (np.diff(found) >= 0).all()
    assert found.dtype == np.int64


def test_a_song_that_runs_well_moves_nothing() -> None:
    """Without a stall, with Live's timer 20 ms late now and then, arrival stays."""
    live = played(30.0, [], jitter_s=0.02)
    assert (moved(live) == live.received_ns).all()


@pytest.mark.parametrize("pause_s", [0.2, 1.0, 5.0])
def test_a_pause_is_no_delay(pause_s: float) -> None:
    """Stop, wait and continue: song time falls behind the clock permanently, so nothing was late, reported or not."""
    live = played(20.0, [])
    late_ns = np.where(live.meant_ns >= live.meant_ns[0] + 8 * SECOND, round(pause_s * SECOND), 0)
    paused = replace(live, received_ns=live.received_ns + late_ns)
    assert (moved(paused) == paused.received_ns).all()
    shown = (late_ns[live.is_song_time] > 0).astype(np.int64)
    assert (moved(paused, paused.song(shown)) == paused.received_ns).all()


def test_a_pause_and_a_jump_that_makes_up_for_it_are_no_delay() -> None:
    """After a pause and a jump ahead by as much, song time is as without both; what came between them was in time."""
    live = played(30.0, [])
    times_s = (live.received_ns - live.received_ns[0]) / SECOND
    paused = live.received_ns + np.where(times_s >= 8, 3 * SECOND, 0) - np.where(times_s >= 20, 3 * SECOND, 0)
    keep = np.flatnonzero(np.append(np.diff(paused) >= 0, True))
    beats = live.beats[np.isin(live.rows, keep)]
    changed = Played(live.meant_ns[keep], paused[keep], live.is_song_time[keep], beats, np.full(len(beats), 120.0))
    beats[(changed.received_ns[changed.is_song_time] - live.received_ns[0]) / SECOND >= 20] += 6.0
    assert (moved(changed) == changed.received_ns).all()


def test_stops_in_between_are_recognised() -> None:
    """A short stop and a small nudge ahead soon after look like a small delay, unless Live says that it was stopped."""
    live = played(20.0, [])
    seconds = (live.meant_ns - live.meant_ns[0]) / SECOND
    stopped = replace(
        live,
        received_ns=live.received_ns + np.where(seconds >= 8, 150 * MS, 0),
        beats=live.beats + np.where(seconds[live.is_song_time] >= 9, 0.3, 0),
    )
    run = (seconds[live.is_song_time] >= 8).astype(np.int64)
    assert (moved(stopped) < stopped.received_ns).any()
    assert (moved(stopped, stopped.song(run)) == stopped.received_ns).all()


@pytest.mark.parametrize("jump_beats", [-16.0, -1.5, 1.0, 40.0])
def test_a_jump_in_the_song_moves_nothing(jump_beats: float) -> None:
    """A loop, a cue point, a click into the arrangement: song time leaps, and events stay where they are."""
    live = played(20.0, [])
    beats = live.beats + np.where(live.beats > 20, jump_beats, 0)
    assert (moved(replace(live, beats=beats)) == live.received_ns).all()


def test_a_loop_does_not_hide_a_stall() -> None:
    """What is held up while the arrangement loops goes back too."""
    live = played(20.0, [(6.0, 3.0)])
    looped = replace(live, beats=live.beats % 4.0)
    assert np.abs(moved(looped) - live.meant_ns).max() <= 200 * MS


@pytest.mark.parametrize("played_bpm", [114.0, 126.0, 160.0])
def test_an_unknown_tempo_moves_nothing(played_bpm: float) -> None:
    """If the song runs slower or faster than the reported tempo, nothing counts as late."""
    live = played(20.0, [], tempo_bpm=played_bpm)
    assert (moved(replace(live, tempo_bpm=np.full(len(live.beats), 120.0))) == live.received_ns).all()


def test_what_catches_up_slowly_was_not_late() -> None:
    """A pause that a faster, unreported tempo makes up for within half a minute is still a pause."""
    live = played(60.0, [], tempo_bpm=132.0)
    pause = np.where(live.meant_ns >= live.meant_ns[0] + 10 * SECOND, 3 * SECOND, 0)
    paused = replace(live, received_ns=live.received_ns + pause, tempo_bpm=np.full(len(live.beats), 120.0))
    assert (paused.received_ns - moved(paused)).max() <= 250 * MS


def test_a_recording_that_begins_in_a_stall_keeps_the_arrival_of_its_beginning() -> None:
    """With no song time that came in time before them, late ones show no delay."""
    live = played(10.0, [(0.0, 2.0)])
    assert (moved(live) == live.received_ns).all()


def test_a_tempo_that_changes_is_followed() -> None:
    """Half the song at half the tempo: the stall in its second half is found all the same."""
    live = played(20.0, [(14.0, 2.0)])
    slow = live.beats > 20
    beats = np.where(slow, 20 + (live.beats - 20) / 2, live.beats)
    changed = replace(live, beats=beats, tempo_bpm=np.where(slow, 60.0, 120.0))
    assert np.abs(moved(changed) - live.meant_ns).max() <= 60 * MS


def test_a_live_that_drops_what_it_was_held_up_with_moves_nothing() -> None:
    """Song times that were skipped in a stall, and only say the present one after it, show no delay."""
    live = played(20.0, [])
    stall = (live.meant_ns > live.meant_ns[0] + 6 * SECOND) & (live.meant_ns < live.meant_ns[0] + 9 * SECOND)
    keep = ~(stall & live.is_song_time)
    beats = live.beats[~stall[live.is_song_time]]
    skipped = Played(
        live.meant_ns[keep],
        held_up(live.meant_ns, [(6.0, 3.0)])[keep],
        live.is_song_time[keep],
        beats,
        np.full(len(beats), 120.0),
    )
    assert (moved(skipped) == skipped.received_ns).all()


def test_a_stall_that_has_not_ended_moves_nothing_it_does_not_know() -> None:
    """A recording that stops before Live has caught up keeps the arrival times of its last events."""
    live = played(8.0, [(6.0, 1.0)])
    end = np.flatnonzero(live.received_ns >= live.received_ns[0] + 7 * SECOND)[3]
    cut = Played(
        live.meant_ns[:end],
        live.received_ns[:end],
        live.is_song_time[:end],
        live.beats[: live.is_song_time[:end].sum()],
        live.tempo_bpm[: live.is_song_time[:end].sum()],
    )
    assert (moved(cut)[-1] - cut.received_ns[-1]) == 0


def test_a_few_song_times_say_nothing() -> None:
    """Fewer than sixteen song times are too few to know what is usual."""
    live = played(0.7, [(0.2, 0.3)])
    assert len(live.beats) < 16
    assert not lateness_ns(live.song()).any()
