"""Texts of Deforum's boxes, which come from settings files and from the tab: schedules, names, prompts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deforum_perform.core.deforum.prompts import merged_prompts, parse_prompts, prompts_text, shown
from deforum_perform.core.deforum.reader import parse_names, parse_schedule
from deforum_perform.core.deforum.underlay import underlay
from deforum_perform.core.errors import PerformError
from tests.fuzz.target import Broken, Target

RULE = "a text is read or refused with the reason and the place; no formula takes long or much memory"
FRAMES = 120


def seeds() -> Sequence[bytes]:
    """Numbers, formulas with every kind of operation, names, prompts, and what is none of them."""
    texts = (
        "0:(1.02), 12:(1.5)", "0: (-1), 5: (0.25), 119: (3)", "0:(1+0.1*sin(2*3.14*t/15)), 60:(t**2 % 7)",
        "0:(where(t<5,1,2))", "0:(abs(t-60)//2 if s>0 else max_f)", "0:(~t & 3 | 1 ^ 2 << 1), (max_f-1):(0)",
        '0: ("Euler a"), 30: ("DDIM")', '{"0": "a cat `t/10` --neg b", "max_f": "x"}', "0:(2**64*t), 7:(1.0**t)",
        "", "0", ":", "0:()", "0:(9**9**9**9)", "0:(" + "(" * 90 + "1" + ")" * 91, "0:(not t and 1 or 2)",
        "0:(sum(t) > 1 < 3), 1:(t.real)", "0:(1e400), 3:(-0), 4:(+.5)", "0:('1'), 1:(\"2\"), 2:3",
    )  # fmt: skip
    return [text.encode() for text in texts]


def one_input(data: bytes) -> None:
    """Read it as all that a box can hold."""
    read_everywhere(data.decode("utf-8", "replace"))


def read_everywhere(text: str) -> None:
    """As a schedule, as names and as prompts."""
    try:
        values = underlay(text, FRAMES, FRAMES)
        if values.shape != (FRAMES,) or not np.isfinite(values).all():
            raise Broken("a schedule has another length, or a frame without a number")
        if not np.array_equal(values, np.nan_to_num(parse_schedule(text, FRAMES), nan=0, posinf=0, neginf=0)):
            raise Broken("read again it is another schedule")
    except PerformError as error:
        _placed(error, text)
    try:
        if len(parse_names(text, FRAMES)) != FRAMES:
            raise Broken("a frame has no name")
    except PerformError as error:
        _placed(error, text)
    _read_prompts(text)


def _read_prompts(text: str) -> None:
    try:
        prompts = parse_prompts(text)
        if parse_prompts(prompts_text(prompts)) != prompts:
            raise Broken("written and read again the prompts are others")
        played = merged_prompts(prompts, {0: "played"}, np.arange(FRAMES) < FRAMES // 2)
        if shown(played, 0, FRAMES) != "played":
            raise Broken("what is played does not stand in the box")
        for frame in (0, FRAMES - 1):
            shown(prompts, frame, FRAMES)
    except PerformError as error:
        _placed(error, text)


def _placed(error: PerformError, text: str) -> None:
    place = error.details().get("position", 0)
    if not isinstance(place, int) or not 0 <= place <= len(text):
        raise Broken(f"the place {place} is not in the text") from error


TARGET = Target(RULE, one_input, seeds, max_bytes=4096)
