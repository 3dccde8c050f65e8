"""What is looked at before Apply: what would make Deforum ignore a lane, or fail hours into a render."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray

from .known_names import ANIMATION_MODES, did_you_mean, unknown_name
from .lane import Lane
from .selection import refused_name
from .signal import Signal

SMALLEST_EXCESS = 0.001
"""Of the input range: what a lane without a tolerance may still be beyond it."""


@dataclass(frozen=True)
class Problem:
    """Something to know before Apply. ``blocks``: nothing is filled while it stands. ``frame``: where, if at one
    place."""

    code: str
    message: str
    remedy: str = ""
    frame: int | None = None
    blocks: bool = False

    def to_dict(self) -> dict[str, object]:
        """JSON-able."""
        return asdict(self)


@dataclass(frozen=True)
class DeforumTab:
    """What Deforum's tab says now, as one browser sees it; None where it is not known.

    ``fields``: the names of the schedules it has; ``parseq``: a Parseq manifest stands in the Init tab, which overrides
    every field; ``controlnet``: the ControlNet extension is installed; ``choices``: field -> the names this WebUI
    knows; ``texts``: field -> what stands in its box. ``seed``: the Seed box, -1 for a random one.
    ``distribution``: the keyframe distribution of the Forge fork, and ``render_mode`` what its branch "dev" has in its
    place. ``reader_fault``: why Deforum's own reader reads nothing at all.
    ``unread``: setting -> a value of it that no render can use.
    """

    fields: frozenset[str] | None = None
    animation_mode: str | None = None
    cadence: int | None = None
    parseq: bool = False
    controlnet: bool | None = None
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None
    seed_behavior: str | None = None
    distribution: str | None = None
    render_mode: str | None = None
    reader_fault: str | None = None
    unread: Mapping[str, str] = field(default_factory=dict)


def tab_problems(tab: DeforumTab) -> Iterator[Problem]:
    """What concerns all lanes."""
    yield from (problem for problem in [mode_problem(tab.animation_mode)] if problem is not None)
    for name, value in tab.unread.items():
        yield Problem(
            "unread",
            f"Deforum's {name} is {value}, and no render can use that.",
            f"Perform takes its default instead. Correct {name} in Deforum's tab or in the settings file.",
        )
    if tab.parseq:
        yield Problem(
            "parseq",
            "A Parseq manifest stands in Deforum's Init tab and overrides every schedule.",
            "Empty the Parseq box there, or the lanes do nothing.",
        )
    if tab.controlnet is False:
        yield Problem(
            "controlnet_missing",
            "The ControlNet extension is not installed: this Deforum stops at Generate with 'cn_1_weight'.",
            "Install sd-webui-controlnet and restart the WebUI.",
        )


def mode_problem(mode: str | None) -> Problem | None:
    """A problem where the animation mode of a settings file is none that Deforum has."""
    if mode is None or mode in ANIMATION_MODES:
        return None
    return Problem(
        "unknown_mode",
        f"Deforum has no animation mode {mode!r}, so nothing would be rendered.{did_you_mean(mode, ANIMATION_MODES)}",
        f"Set it to one of {', '.join(ANIMATION_MODES[:4])}.",
    )


def lane_problems(lane: Lane, tab: DeforumTab, recorded: bool) -> Iterator[Problem]:
    """What concerns one lane. ``recorded``: whether it plays any take."""
    row = lane.row
    if tab.fields is not None and row.name not in tab.fields:
        yield Problem(
            "unknown_field",
            f"This WebUI's Deforum has no box for {row.title}.",
            "The lane is left out. Update Deforum, or play another field.",
            blocks=True,
        )
    if tab.animation_mode is not None and not row.acts_in(tab.animation_mode):
        wanted = " or ".join(mode for mode in ("2D", "3D") if row.acts_in(mode))
        yield Problem(
            "mode",
            f"{row.title} acts only in {wanted} mode; Deforum is set to {tab.animation_mode}.",
            f"Set the animation mode to {wanted} in Deforum's Keyframes tab, or mute this lane.",
        )
    yield from _name_problems(lane, tab.choices.get(row.name))
    if not recorded:
        yield Problem(
            "nothing_recorded",
            f"{row.title} has nothing recorded.",
            "Arm it, press Record and move its knob; or mute it.",
            blocks=True,
        )


def _name_problems(lane: Lane, known: tuple[str, ...] | None) -> Iterator[Problem]:
    """What the running WebUI does not know blocks the lane; without one, what neither host knows is a warning."""
    for name in lane.choices if lane.row.kind == "choice" else ():
        files = lane.row.names_files
        reason = unknown_name(lane.field, name) if known is None else refused_name(name, known, files)
        if reason is not None:
            remedy = "Correct it in the lane's list, or take it out."
            yield Problem("unknown_name", reason, remedy, blocks=known is not None)


def clipped_problem(lane: Lane, raw: Signal, fps: float) -> Problem | None:
    """A problem, at its first frame, where what was sent (``raw``, in the source's unit) left the lane's input range.

    By more than the lane's tolerance: less is no more than its keys may leave out.
    """
    low, high = sorted((lane.in_low, lane.in_high))
    margin = max(SMALLEST_EXCESS, lane.tolerance) * (high - low)
    outside = np.flatnonzero((raw.values < low - margin) | (raw.values > high + margin))
    if not outside.size or lane.pick == "index":
        return None
    return Problem(
        "clipped",
        f"{lane.source or 'The source'} went from {raw.values.min():g} to {raw.values.max():g}, "
        f"beyond the input range {low:g} to {high:g}.",
        "Press Fit to take in all of it.",
        frame=max(0, int(raw.times_s[outside[0]] * fps)),
    )


def still_problem(lane: Lane, values: NDArray[np.float64]) -> Problem | None:
    """A problem where a lane never moves: shape (frames,), the field's unit."""
    if len(values) > 1 and float(values.min()) == float(values.max()):
        return Problem(
            "still", f"{lane.row.title} stays at {values[0]:g} for the whole song.", "Check its input range."
        )
    return None
