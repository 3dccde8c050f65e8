"""How often something gets a turn."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.pace import Pace

MOMENTS = st.lists(st.integers(0, 10**9), min_size=1).map(sorted)


@given(MOMENTS, st.integers(1, 10**9))
def test_turns_are_apart_and_none_is_withheld(moments: list[int], every_ns: int) -> None:
    """The first moment has a turn, no two turns are closer than the interval, and after that time there is one."""
    pace, turns = Pace(every_ns), [moments[0]]
    given_turns = [moment for moment in moments if pace.turn(moment)]
    for moment in moments[1:]:
        if moment - turns[-1] >= every_ns:
            turns.append(moment)
    assert given_turns == turns
    assert all(later - earlier >= every_ns for earlier, later in pairwise(given_turns))
