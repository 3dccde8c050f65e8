"""A Performer inside a WebUI with Deforum, and lanes that are recorded there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deforum_perform.app.host import Interpolated, Standalone
from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.deforum.schedule import parse_schedule
from deforum_perform.core.deforum.tab import DeforumTab
from tests.app.conftest import Hands, opened

COMPLETE = DeforumTab(fields=frozenset(FIELDS), controlnet=True)
"""The tab of a Deforum that has every field."""


@dataclass(frozen=True)
class WithDeforum(Standalone):
    """A WebUI with Deforum, whose schedules Perform reads itself."""

    def deforum(self) -> DeforumTab:
        return COMPLETE


@dataclass(frozen=True)
class WebUi:
    """A WebUI with Deforum, for the rules that need one; ``off_by`` makes its interpolater disagree."""

    kind: str = "a1111"
    tab: DeforumTab = COMPLETE
    off_by: float = 0.0
    problem: str | None = None

    def deforum(self) -> DeforumTab | None:
        return self.tab

    def interpolate(self, text: str, max_frames: int) -> Interpolated | None:
        if self.problem:
            return Interpolated(None, self.problem)
        return Interpolated(parse_schedule(text, max_frames) + self.off_by)

    def remember_listener(self, changed: Mapping[str, Any]) -> None:
        raise AssertionError("not asked for here")


@pytest.fixture
def webui(tmp_path: Path) -> Iterator[Callable[[WebUi], Hands]]:
    """Someone at a Performer inside a WebUI."""
    performers = []

    def make(host: WebUi) -> Hands:
        clock = [0]
        performers.append(opened(tmp_path / str(len(performers)), clock, host))
        return Hands(performers[-1], clock)

    yield make
    for performer in performers:
        performer.close()


def recorded(hands: Hands, *fields: str) -> list[str]:
    """Lanes for ``fields`` with a few seconds recorded."""
    lanes = [hands.lane(field, f"/{field}") for field in fields]
    hands.at(1.0)
    hands.do("record.start")
    for i in range(100):
        for k, field in enumerate(fields):
            hands.play(f"/{field}", (1 + i / 20, np.sin(i / 7 + k)))
    hands.at(6.0)
    hands.do("record.stop")
    return lanes


def with_two_prompts(hands: Hands) -> str:
    """A lane that plays two prompts from 1 s and from 2 s of a song of 6 s at 10 frames a second."""
    lane = hands.lane("prompts", "/pad", choices=["a cat", "a dog"], pick="index")
    hands.do("song.change", fps=10, cadence=1, length_s=6)
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/pad", (2.0, 0), (3.0, 1))
    hands.at(5.0)
    hands.do("record.stop")
    return lane
