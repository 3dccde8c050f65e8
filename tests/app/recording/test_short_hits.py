"""Short hits and repeated events, from the message to the schedule."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from deforum_perform.core.deforum.reader import parse_names
from deforum_perform.core.deforum.schedule import parse_schedule
from tests.app.conftest import Hands, osc
from tests.osc.encoder import message

HITS = (1.02, 2.27, 3.4, 4.81)


def pressed(hands: Hands, source: str = "/pad", seconds: float = 0.05) -> None:
    """A recording of six seconds in which a pad is hit four times."""
    hands.do("song.change", fps=15, cadence=5, length_s=6)
    hands.at(100.0)
    hands.do("record.start")
    hands.play(source, *((100 + at + after, value) for at in HITS for after, value in ((0, 1), (seconds, 0))))
    hands.at(106.0)
    hands.do("record.stop")


def read_at(values: Any, time_s: float) -> Any:
    """What a render reads for the step that contains ``time_s``."""
    return values[int(time_s * 15) // 5 * 5]


@pytest.mark.parametrize(("low", "high", "invert"), [(0.45, 0.75, False), (0.75, 0.45, False), (0.45, 0.75, True)])
def test_every_hit_of_a_pad_is_in_the_schedule(hands: Hands, low: float, high: float, invert: bool) -> None:
    """Strength, cadence 5, the default pooling: 50 ms are enough, in a range that is upside down too."""
    hands.play("/pad", (0.0, 0.0), (0.1, 1.0), (0.2, 0.0))
    lane = hands.lane("strength_schedule", "/pad", out_low=low, out_high=high, invert=invert, tolerance=0.0)
    pressed(hands)
    values = parse_schedule(hands.performer.lane_text(lane), 90)
    assert [read_at(values, at) for at in HITS] == [low if invert else high] * 4
    assert np.count_nonzero(values[::5] == (low if invert else high)) == 4
    assert hands.state_of(lane)["saved_hits"] == [34, 51, 72]  # the first one is still held at frame 15


def test_a_prompt_hit_where_the_lane_begins_to_play_is_written_where_deforum_reads_it(hands: Hands) -> None:
    """The first hit is between two frames that are read, and what was typed remains until then."""
    lane = hands.lane("prompts", "/pad", choices=["a cat", "a dog"], in_low=0, in_high=1)
    pressed(hands)
    base = {"zoom": "0:(1)", "prompts": {"0": "mine"}}
    hands.do("settings.import", name="base.txt", settings=base)
    written = json.loads(hands.performer.settings_text(lane)[1])["prompts"]
    assert written == {
        "0": "mine", "15": "a dog", "20": "a cat", "30": "a dog", "35": "a cat", "50": "a dog", "55": "a cat",
        "70": "a dog", "75": "a cat",
    }  # fmt: skip


def test_a_name_and_a_listed_seed_are_chosen_by_a_short_hit(hands: Hands) -> None:
    """A pad that rests on one choice shows the other in the step in which it is hit."""
    name = hands.lane("sampler_schedule", "/pad", choices=["Euler", "Euler a"], in_low=0, in_high=1)
    seed = hands.lane("seed_schedule", "/pad", choices=["7", "9"], in_low=0, in_high=1)
    pressed(hands, seconds=0.01)
    names, seeds = parse_names(hands.performer.lane_text(name), 90), parse_schedule(hands.performer.lane_text(seed), 90)
    assert [(read_at(names, at), read_at(seeds, at)) for at in HITS] == [("Euler a", 9)] * 4
    assert (names[40], seeds[40]) == ("Euler", 7)


def test_a_take_laid_over_another_keeps_the_hits_of_both(hands: Hands) -> None:
    """Each piece has its own rest level: a pad over a knob that rests elsewhere."""
    hands.play("/pad", (0.0, 0.0), (0.1, 1.0), (0.2, 0.0))
    lane = hands.lane("cfg_scale_schedule", "/pad", tolerance=0.0)
    pressed(hands)
    hands.do("seek", time_s=3.0)
    hands.at(200.0)
    hands.do("record.start")
    hands.play("/pad", (200.02, 0.9), (201.04, 0.2), (201.07, 0.9))
    hands.at(203.0)
    hands.do("record.stop")
    values = parse_schedule(hands.performer.lane_text(lane), 90)
    assert [read_at(values, at) for at in HITS[:2]] == [15.0, 15.0]
    assert read_at(values, 4.04) == pytest.approx(7.0)
    assert values[80] == pytest.approx(14.0)


@pytest.mark.parametrize("event", [message("/bang", "I"), osc("/bang", True), osc("/bang", 1), osc("/bang", 1.0)])
def test_four_impulses_are_four_hits(hands: Hands, event: bytes) -> None:
    """A sender without releases: each event counts, also where it was known before with the same value."""
    hands.send(0.0, event)
    seed = hands.lane("seed_schedule", "/bang", pick="step", out_low=100)
    name = hands.lane("sampler_schedule", "/bang", choices=["A", "B", "C"], pick="step")
    hands.do("song.change", fps=10, cadence=1, length_s=6)
    hands.at(100.0)
    hands.do("record.start")
    for at in HITS:
        hands.send(100 + at, event)
    hands.at(106.0)
    hands.do("record.stop")
    assert hands.state_of(seed)["clips"][0]["start_s"] == pytest.approx(HITS[0])
    seeds = parse_schedule(hands.performer.lane_text(seed), 60)
    assert seeds[[10, 12, 23, 34, 50]].tolist() == [100, 101, 102, 103, 104]
    names = parse_names(hands.performer.lane_text(name), 60)
    assert [names[frame] for frame in (0, 12, 23, 34, 50)] == ["A", "B", "C", "A", "B"]


@pytest.mark.parametrize(
    ("source", "sent", "count"),
    [
        ("/p", [(60,), (60,), (60,), (60,)], 4),
        ("/p", [(0.3,), (0.3,), (0.3,), (0.3,)], 4),
        ("/p", [(60,), (62,), (64,), (60,)], 4),
        ("/p[0]", [(60, 100), (60, 0), (60, 90), (60, 0)], 2),
        ("/p[1]", [(60, 100), (60, 0), (60, 20), (60, 0)], 2),
        ("/p[1]", [(60, 100), (60, 90), (60, 110), (60, 80)], 4),
        ("/p", [(True,), (False,), (True,), (False,)], 2),
    ],
)
def test_notes_and_pads_are_counted_by_their_events(
    hands: Hands, source: str, sent: list[tuple[Any, ...]], count: int
) -> None:
    """From the message to the schedule, with the input range that Perform guesses: every event but a release counts."""
    hands.send(0.0, osc("/p", *sent[0]))
    lane = hands.lane("seed_schedule", source, pick="step", out_low=100)
    hands.do("song.change", fps=10, cadence=1, length_s=6)
    hands.at(100.0)
    hands.do("record.start")
    for at, arguments in zip(HITS, sent, strict=True):
        hands.send(100 + at, osc("/p", *arguments))
    hands.at(106.0)
    hands.do("record.stop")
    assert parse_schedule(hands.performer.lane_text(lane), 60)[55] == 100 + count


def test_what_a_pad_held_before_a_lane_begins_is_no_hit(hands: Hands) -> None:
    """A take on top of the first hits counts its own hits only, also in a take that is cut."""
    seed = hands.lane("seed_schedule", "/bang", pick="step", out_low=100)
    hands.do("song.change", fps=10, cadence=1, length_s=6)
    for origin, times in ((100, (1.0, 2.0, 3.0, 5.0)), (200, (2.5, 3.5))):
        hands.at(origin)
        hands.do("record.start")
        for at in times:
            hands.send(origin + at, osc("/bang", True))
        hands.at(origin + (6 if origin == 100 else 4))
        hands.do("record.stop")
    values = parse_schedule(hands.performer.lane_text(seed), 60)
    assert values[[9, 10, 20, 25, 35, 41, 50]].tolist() == [100, 101, 102, 103, 104, 104, 105]
