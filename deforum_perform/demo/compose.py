"""Composes the shipped performance and writes it: ``python -m deforum_perform.demo.compose``.

A minute at 120 BPM: intro, build, drop, outro. A Korg NTS-1's knobs through Ableton (7 bit, one float 0..1, sent on
change), an LFO of Live (14 bit), pads with Live's envelope follower, a finger on a tablet's XY pad, and the names of
the clips. The result is oscdump's text, so liblo's ``oscsendfile`` can play it too.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from .score import Step, score_text

SCORE = Path(__file__).with_name("performance.osc")

LENGTH_S = 60.0
BEAT_S = 0.5
BUILD_S, DROP_S, OUTRO_S = 12.0, 28.0, 48.0
KNOB_HZ = 40
STEPS_7_BIT, STEPS_14_BIT = 127, 16383
DECAY_S = 0.16
SEED = 1

Curve = Callable[[float], float]


def eased(low: float, high: float, start_s: float, end_s: float) -> Curve:
    """A knob turned from ``low`` to ``high``: slow, fast, slow; it rests before and after."""

    def curve(time_s: float) -> float:
        part = min(1.0, max(0.0, (time_s - start_s) / (end_s - start_s)))
        return low + (high - low) * (3 - 2 * part) * part * part

    return curve


def cutoff(time_s: float) -> float:
    """Opened over the build, closed quickly at the drop, played through it, closed at the end."""
    if time_s < DROP_S:
        return eased(0.15, 0.45, 2, BUILD_S)(time_s) + eased(0.0, 0.5, 14, DROP_S - 1)(time_s)
    if time_s < OUTRO_S:
        swing = 0.25 * math.sin(2 * math.pi * (time_s - DROP_S) / 4) + 0.08 * math.sin(2 * math.pi * time_s / 0.75)
        return 0.5 + swing
    return eased(0.5, 0.05, OUTRO_S, 58)(time_s)


def reverb(time_s: float) -> float:
    """Fully wet before the drop, dry in it, wide at the end."""
    return (
        eased(0.1, 0.8, 20, DROP_S - 0.5)(time_s)
        - eased(0.0, 0.65, DROP_S - 0.4, DROP_S)(time_s)
        + eased(0.0, 0.6, OUTRO_S, 56)(time_s)
    )


def tweaks(hand: random.Random, spans: list[tuple[float, float]]) -> Curve:
    """An unsteady knob: inside each span a new position every half second or so, constant in between."""
    marks = [(0.0, 0.3)]
    for start_s, end_s in spans:
        at_s = start_s
        while at_s < end_s:
            reach_s = min(end_s, at_s + 0.2 + 0.6 * hand.random())
            marks += [(at_s, marks[-1][1]), (reach_s, hand.random())]
            at_s = reach_s + 0.1 * hand.random()
    return lambda time_s: _along(marks, time_s)


def _along(marks: list[tuple[float, float]], time_s: float) -> float:
    before = max((m for m in marks if m[0] <= time_s), key=lambda m: m[0])
    after = min((m for m in marks if m[0] > time_s), key=lambda m: m[0], default=before)
    return eased(before[1], after[1], before[0], after[0])(time_s) if after[0] > before[0] else after[1]


def knob(
    address: str, curve: Curve, steps: int = STEPS_7_BIT, start_s: float = 0.0, end_s: float = LENGTH_S
) -> Iterator[Step]:
    """A knob of ``steps`` steps that sends when its step changes, at most ``KNOB_HZ`` times per second."""
    sent = None
    for tick in range(int(start_s * KNOB_HZ), int(end_s * KNOB_HZ)):
        step = round(min(1.0, max(0.0, curve(tick / KNOB_HZ))) * steps)
        if step != sent:
            yield Step(tick / KNOB_HZ, address, (step / steps,))
            sent = step


def pad(address: str, hand: random.Random, hits_s: list[float]) -> Iterator[Step]:
    """An envelope follower of a drum pad: up at the hit, then falling until it is silent."""
    for hit_s, next_s in zip(hits_s, [*hits_s[1:], LENGTH_S], strict=True):
        strength, age_s = 0.75 + 0.25 * hand.random(), 0.0
        late_s = 0.012 * hand.random()
        while hit_s + age_s < next_s - 0.03:
            level = strength * math.exp(-age_s / DECAY_S)
            yield Step(hit_s + late_s + age_s, address, (level if level > 0.02 else 0.0,))
            if level <= 0.02:
                break
            age_s += 0.03


def finger(address: str, start_s: float, end_s: float) -> Iterator[Step]:
    """A finger that draws growing circles on a pad with two axes."""
    for tick in range(int(start_s * KNOB_HZ), int(end_s * KNOB_HZ)):
        time_s = tick / KNOB_HZ
        reach, turn = 0.1 + 0.35 * (time_s - start_s) / (end_s - start_s), 2 * math.pi * time_s / 4
        yield Step(time_s, address, (0.5 + reach * math.cos(turn), 0.5 + reach * math.sin(turn)))


def performance() -> list[Step]:
    """All steps of the minute, in time order."""
    hand = random.Random(SEED)
    beats = [DROP_S + BEAT_S * beat for beat in range(int((OUTRO_S - DROP_S) / BEAT_S))]
    bars = [BUILD_S + 2 * bar for bar in range(8)]
    clips = [(0.0, "intro"), (BUILD_S, "build"), (DROP_S, "drop"), (OUTRO_S, "outro")]
    steps = [
        *knob("/nts1/cutoff", cutoff),
        *knob("/nts1/resonance", tweaks(hand, [(8, 11), (20, 24), (33, 37), (44, 47)])),
        *knob("/nts1/shape", tweaks(hand, [(28, 34), (38, 47)])),
        *knob("/nts1/reverb", reverb),
        *knob("/live/lfo", lambda t: 0.5 + 0.45 * math.sin(2 * math.pi * t / 8), STEPS_14_BIT, 12, 52),
        *pad("/pads/kick", hand, [*bars, *beats]),
        *pad("/pads/snare", hand, [beat + BEAT_S for beat in beats[::2]]),
        *finger("/tablet/xy", 30, 46),
        *(Step(time_s, "/live/clip", (name,)) for time_s, name in clips),
    ]
    return sorted(steps, key=lambda step: step.time_s)


if __name__ == "__main__":
    SCORE.write_text(score_text(performance()), encoding="ascii")
