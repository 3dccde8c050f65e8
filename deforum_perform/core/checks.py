"""Checks before Apply: what would make Deforum ignore a lane, or fail hours into a render."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from .deforum.diffused import KNOWN, OFF, reads
from .deforum.field_row import Field
from .deforum.fields import FIELDS
from .deforum.known_names import ANIMATION_MODES, did_you_mean, unknown_name
from .deforum.reading import Reading
from .deforum.selection import refused_name
from .deforum.tab import DeforumTab
from .signal import Signal
from .song.binding import Binding
from .song.lane import Lane

__all__ = [
    "DeforumTab",
    "Problem",
    "clipped_problem",
    "distribution_problems",
    "even_problem",
    "guidance_problem",
    "idle_problem",
    "lane_problems",
    "mode_problem",
    "prompts_box_problem",
    "schedule_problem",
    "seed_problem",
    "still_problem",
    "tab_problems",
]

SET_DISTRIBUTION = "set_distribution"
"""The song setting with which Apply sets the keyframe distribution so that only the cadence counts."""

SMALLEST_EXCESS = 0.001
"""Fraction of the input range by which a lane without a tolerance may still exceed it."""


@dataclass(frozen=True)
class Problem:
    """A problem to report before Apply. ``blocks``: nothing is filled while it exists. ``frame``: the frame, if it
    concerns only one. ``idle``: what is filled has no effect. ``short``: the message in a word or two, for a list.
    ``fix``: a song setting that solves it, the value to set, and the label of a button for it."""

    code: str
    message: str
    remedy: str = ""
    frame: int | None = None
    blocks: bool = False
    idle: bool = False
    short: str = ""
    fix: tuple[str, bool, str] | None = None

    def to_dict(self) -> dict[str, object]:
        """JSON-able."""
        return asdict(self)


def tab_problems(tab: DeforumTab, played: Collection[str] = ()) -> Iterator[Problem]:
    """Problems that concern all lanes; ``played``: the fields that will be written, and their gates."""
    if tab.reader_problem is not None:
        yield Problem("reader", *tab.reader_problem)
    yield from (problem for problem in [mode_problem(tab.animation_mode)] if problem is not None)
    for name, value in tab.unread.items():
        if name not in played and (tab.fields is None or name not in FIELDS or name in tab.fields):
            yield unread_problem(name, value)
    if tab.parseq:
        yield Problem(
            "parseq",
            "Deforum's Init tab contains a Parseq manifest, which overrides every schedule.",
            "Empty the Parseq box there, or the lanes have no effect.",
            idle=True,
        )
    if tab.controlnet is False:
        yield Problem(
            "controlnet_missing",
            "The ControlNet extension is not installed: this Deforum stops at Generate with 'cn_1_weight'.",
            "Install sd-webui-controlnet and restart the WebUI.",
        )


def unread_problem(name: str, value: str) -> Problem:
    """A setting with a value of a type that Deforum cannot use; ``value``: as in ``DeforumTab.unread``."""
    remedy = f"Correct {name} in Deforum's tab or in the settings file."
    if name == "diffusion_cadence":
        remedy += " Until then Perform uses a cadence of 2, Deforum's default."
    return Problem("unread", f"Deforum's {name} is {value}: a render stops at it or uses another value.", remedy)


def schedule_problem(title: str, reason: str, only_with: str = "") -> Problem:
    """A schedule that no lane plays and that stops the render; ``only_with``: what the render needs to read it."""
    return Problem(
        "unreadable",
        f"Deforum cannot read the schedule of {title}: {reason} A render{only_with} stops at it.",
        f"Correct {title} in Deforum's tab or in the settings file, or play it with a lane.",
    )


def mode_problem(mode: str | None) -> Problem | None:
    """A problem if Deforum does not have the animation mode of a settings file."""
    if mode is None or mode in ANIMATION_MODES:
        return None
    return Problem(
        "unknown_mode",
        f"Deforum has no animation mode {mode!r}, so nothing would be rendered.{did_you_mean(mode, ANIMATION_MODES)}",
        f"Set it to one of {', '.join(ANIMATION_MODES[:4])}.",
    )


def idle_problem(row: Field, tab: DeforumTab, reading: Reading | None = None) -> Problem | None:
    """Why the field would have no effect in the render that is set, or None."""
    if tab.fields is not None and row.name not in tab.fields:
        return Problem(
            "unknown_field",
            f"This WebUI's Deforum has no box for {row.title}.",
            "The lane is left out. Update Deforum, or play another field.",
            blocks=True,
            idle=True,
            short="not in this Deforum",
        )
    if tab.animation_mode is not None and not row.acts_in(tab.animation_mode):
        wanted = " or ".join(mode for mode in ("2D", "3D") if row.acts_in(mode))
        return Problem(
            "mode",
            f"{row.title} acts only in {wanted} mode; Deforum is set to {tab.animation_mode}.",
            f"Set the animation mode to {wanted} in Deforum's Keyframes tab, or mute this lane."
            if tab.render_mode is None
            else f"This Deforum has no such mode. Mute this lane, or play a field that acts in {tab.animation_mode}.",
            idle=True,
            short=f"{wanted} only",
        )
    setting = tab.keyframes
    if setting is None or reading is None or reading.distribution is None:
        return None
    if reads(row.name, reading.distribution, setting.first):
        return None
    value = setting.off if reading.distribution == OFF else setting.value
    return Problem(
        "distribution_idle",
        f"{row.title} is not read by a render with {setting.label} {value!r}.",
        f"Choose another {setting.label.lower()} in Deforum's tab, or mute this lane.",
        idle=True,
        short=f"not read with {value!r}",
    )


def distribution_problems(tab: DeforumTab, reading: Reading, frames: int, lanes: Iterable[Lane]) -> Iterator[Problem]:
    """The effects of a keyframe distribution of the Forge fork on ``lanes``."""
    setting = tab.keyframes
    if setting is None or setting.kind == OFF:
        return
    there = f"{setting.label} is {setting.value!r}"
    if reading.distribution == OFF and reading.stops is None:
        message = f"{there}; Apply sets it to {setting.off!r}, so that frames are diffused by the cadence."
        done = f"set {setting.label} to {setting.off!r}"
        yield Problem("distribution_set", message, short=done, fix=(SET_DISTRIBUTION, False, f"Keep {setting.value}"))
        return
    off = (SET_DISTRIBUTION, True, f"Set it to {setting.off}")
    remedy = f"After {off[2]!r}, Apply and exports set that box too, and Undo Apply restores it."
    if reading.stops is not None:
        yield Problem("distribution_stops", f"{there}, and a render stops at once. {reading.stops}", remedy, fix=off)
        return
    if setting.unknown:
        there = f"{there}, which the Forge fork does not know: it renders as with {setting.kind!r}"
    rows = [lane.row for lane in lanes]
    diffusing, moving = ([row for row in rows if row.reads == when] for when in ("cadence", "frame"))
    said = []
    if reading.distribution not in KNOWN and diffusing:
        said.append("The frames that this diffuses are unknown: values are written for every frame.")
    elif reading.diffused is not None and diffusing:
        read = [row.title for row in diffusing if reads(row.name, setting.kind, setting.first)]
        count = f"{len(reading.diffused.starts):,} of {frames:,}"
        said.append(f"Only {count} frames are diffused{_only_there(read)}.")
    if tab.moves_only_diffused and moving:
        said.append(f"In {tab.still_in} no motion is applied to the frames between those that are diffused.")
    if said or setting.unknown:
        yield Problem("distribution", " ".join([f"{there}.", *said]), remedy, fix=off)


def _only_there(titles: Sequence[str]) -> str:
    """Which fields are read only at the diffused frames, as the end of a sentence about them."""
    if not titles:
        return ""
    more = len(titles) - 1
    return f", and {titles[0]} and {more} more are read only there" if more else f", and {titles[0]} is read only there"


def seed_problem() -> Problem:
    """Two renders of one settings file differ: with scheduled seeds, the noise of each frame gets a random seed
    (``next_seed`` and ``add_noise`` in Deforum's ``render.py``)."""
    return Problem(
        "not_repeatable",
        "With seed behavior 'schedule' and noise above 0 no two renders are alike: Deforum adds the noise of each "
        "frame with a random seed.",
        "To repeat a render, set the noise schedule to 0: (0), or play no seed and choose another seed behavior.",
    )


def guidance_problem(unit: int, start: float, end: float, frame: int) -> Problem:
    """ControlNet refuses a unit that begins after it ends (``guidance_check`` in its ``args.py``)."""
    return Problem(
        "guidance",
        f"ControlNet {unit} would begin at {start:.3g} of the steps and end at {end:.3g}: the render stops there.",
        "Make the range of the starting step end below that of the ending step.",
        frame=frame,
        blocks=True,
    )


def even_problem(row: Field, value: int, frame: int) -> Problem:
    """An even value in a schedule that was typed into Deforum's tab stops the render (``cv2.GaussianBlur``)."""
    return Problem(
        "even",
        f"{row.title} is {value} at frame {frame:,} in Deforum's tab, and an even one stops the render where "
        "anti-blur is on.",
        f"Type odd whole numbers only into the box of {row.title}.",
    )


def prompt_frame_problem(key: str, frame: int | None) -> Problem:
    """A prompt in the Prompts box stops the render. ``frame``: the frame that the formula seems to mean, or None."""
    return Problem(
        "prompt_frame",
        f"The Prompts box has a prompt for frame {key!r}, which Deforum cannot evaluate: the render stops at once.",
        "Write the frame as a number." if frame is None else f"Write the frame as a number: {frame}.",
    )


def prompts_box_problem(reason: str, blocks: bool = False) -> Problem:
    """The Prompts box as a whole stops the render."""
    return Problem(
        "prompts_box",
        reason,
        'A render stops before its first frame. It needs frames and prompts, such as {"0": "a cat"}.',
        blocks=blocks,
    )


def lane_problems(lane: Lane, tab: DeforumTab, recorded: bool, reading: Reading | None = None) -> Iterator[Problem]:
    """Problems that concern one lane. ``recorded``: whether it plays any take; ``reading``: how a render reads it."""
    idle = idle_problem(lane.row, tab, reading)
    if idle is not None:
        yield idle
    yield from _name_problems(lane, tab.choices.get(lane.field))
    if not recorded:
        yield Problem(
            "nothing_recorded",
            f"{lane.row.title} has nothing recorded.",
            "Arm it, press Record and move its knob; or mute it.",
            blocks=True,
        )


def _name_problems(lane: Lane, known: tuple[str, ...] | None) -> Iterator[Problem]:
    """A name that the running WebUI does not have blocks the lane; without a WebUI, a name that neither host has is a
    warning."""
    for name in lane.selection.choices if lane.row.kind == "choice" else ():
        files = lane.row.names_files
        reason = unknown_name(lane.field, name) if known is None else refused_name(name, known, files)
        if reason is not None:
            remedy = "Correct it in the lane's list, or remove it."
            yield Problem("unknown_name", reason, remedy, blocks=known is not None)


def clipped_problem(lane: Lane, binding: Binding, raw: Signal, fps: float) -> Problem | None:
    """A problem, at its first frame, where the values that were sent (``raw``, in the source's unit) left the input
    range of their ``binding``.

    Only by more than the lane's tolerance, since the keys may differ by that much anyway.
    """
    low, high = sorted((binding.in_low, binding.in_high))
    margin = max(SMALLEST_EXCESS, lane.shaping.tolerance) * (high - low)
    outside = np.flatnonzero((raw.values < low - margin) | (raw.values > high + margin))
    if not outside.size or lane.selection.pick == "index":
        return None
    return Problem(
        "clipped",
        f"{binding.source or 'The source'} sent values from {raw.values.min():g} to {raw.values.max():g}, "
        f"outside the input range {low:g} to {high:g}.",
        "Press Fit to include them all.",
        frame=max(0, int(raw.times_s[outside[0]] * fps)),
    )


def still_problem(lane: Lane, values: NDArray[np.float64]) -> Problem | None:
    """A problem if a lane never moves: shape (frames,), the field's unit, or places in the lane's list."""
    if len(values) < 2 or float(values.min()) != float(values.max()):
        return None
    stays, remedy, choices = f"{values[0]:g}", "Check its input range.", lane.selection.choices
    if choices:
        place = min(max(int(values[0]), 0), len(choices) - 1)
        stays, remedy = f"“{_short(choices[place])}”", "Check its list and its input range."
    return Problem("still", f"{lane.row.title} stays at {stays} for the whole song.", remedy)


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
