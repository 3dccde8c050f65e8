"""Tempo maps: beats to seconds and back."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import InputError
from deforum_perform.core.time.tempo_map import Tempo, TempoMap, beats_at, constant_tempo, seconds_at, tempo_map

tempo_maps = st.lists(st.tuples(st.floats(0.5, 64), st.floats(10, 999)), min_size=1, max_size=5).map(
    lambda rows: tempo_map(
        Tempo(beat, bpm)
        for beat, (_, bpm) in zip(accumulate([0.0, *(step for step, _ in rows[1:])]), rows, strict=True)
    )
)


@given(tempo_maps, st.lists(st.floats(-10, 1000)))
def test_beats_become_seconds_and_beats_again(tempos: TempoMap, beats: list[float]) -> None:
    """There and back is the same beat."""
    assert np.allclose(beats_at(tempos, seconds_at(tempos, beats)), beats, atol=1e-7)


@given(tempo_maps, st.floats(0, 1000), st.floats(0, 1000))
def test_a_later_beat_is_later(tempos: TempoMap, one: float, other: float) -> None:
    """Time never decreases while beats increase, even across changes of the tempo."""
    early, late = sorted((one, other))
    assert seconds_at(tempos, early) <= seconds_at(tempos, late) + 1e-9


def test_the_tempo_counts_from_its_beat_on() -> None:
    """Four beats at 120 take 2 s, the next four at 60 another 4 s."""
    tempos = tempo_map([Tempo(0, 120), Tempo(4, 60)])
    assert seconds_at(tempos, [0, 2, 4, 6, 8]).tolist() == [0, 1, 2, 4, 6]
    assert beats_at(tempos, [1, 2, 6]).tolist() == [2, 4, 8]
    assert tempos.bpm == 120
    assert constant_tempo(90).bpm == 90


@pytest.mark.parametrize(
    "changes", [[], [Tempo(1, 120)], [Tempo(0, 120), Tempo(0, 60)], [Tempo(0, 1000)], [Tempo(0, 9)]]
)
def test_a_tempo_map_that_cannot_be_counted_is_refused(changes: list[Tempo]) -> None:
    """It begins at beat 0, its changes are in order, and each tempo can be played."""
    with pytest.raises(InputError):
        tempo_map(changes)
