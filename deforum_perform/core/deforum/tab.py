"""The values in Deforum's tab, as seen by one browser or one settings file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .diffused import CLASSIC, DEV_FIRST, KEYFRAMES_ONLY, MAIN_FIRST, NEW_3D, OFF


@dataclass(frozen=True)
class Distribution:
    """The setting of the Forge fork that decides which frames are diffused: the ``name`` of its box and its ``label``,
    the current ``value``, the value that uses only the cadence, what the current value means (``kind``: a
    distribution), and the number of the render core's first frame. ``unknown``: the fork does not know the value and
    uses ``kind``."""

    name: str
    label: str
    value: str
    off: str
    kind: str
    first: int
    unknown: bool = False


@dataclass(frozen=True)
class DeforumTab:
    """The current values in Deforum's tab, as seen by one browser; None where unknown.

    ``fields``: the names of its schedules; ``parseq``: the Init tab contains a Parseq manifest, which overrides every
    field; ``controlnet``: the ControlNet extension is installed; ``choices``: field -> the names that this WebUI has;
    ``texts``: field -> the text in its box. ``seed``: the Seed box, -1 for a random one. ``sampler`` and ``scheduler``:
    the boxes that count without their schedules. ``distribution``: the keyframe distribution of the Forge fork, and
    ``render_mode`` its replacement in the branch "dev"; ``depth_warping`` and ``depth_maps``: the boxes for which it
    loads a depth model. ``gates``: the gates that are set as their fields need them. ``reader_problem``: why Deforum's
    own reader cannot read anything, and the remedy. ``unread``: setting -> a value of the wrong type, and the expected
    type.
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
    sampler: str | None = None
    scheduler: str | None = None
    distribution: str | None = None
    render_mode: str | None = None
    depth_warping: bool | None = None
    depth_maps: bool | None = None
    gates: frozenset[str] = frozenset()
    reader_problem: tuple[str, str] | None = None
    unread: Mapping[str, str] = field(default_factory=dict)

    @property
    def moves_only_diffused(self) -> bool:
        """Whether the Forge fork with a keyframe distribution moves only the diffused frames: it warps the others if it
        has a depth model (``advance`` in ``turbo_utils.py``), and it loads one for 3D with depth warping, or to save
        depth maps (``animation_mode.py``)."""
        without = self.animation_mode == "2D" or (self.animation_mode == "3D" and self.depth_warping is False)
        return without and not self.depth_maps

    @property
    def still_in(self) -> str:
        """The settings for which ``moves_only_diffused`` holds."""
        return "2D mode" if self.animation_mode == "2D" else "3D mode without depth warping"

    @property
    def keyframes(self) -> Distribution | None:
        """What decides which frames are diffused besides the cadence; None for a Deforum that has only the cadence."""
        if self.render_mode is not None:
            kinds = {CLASSIC: OFF, NEW_3D: NEW_3D, KEYFRAMES_ONLY: KEYFRAMES_ONLY}
            kind, unknown = kinds.get(self.render_mode, KEYFRAMES_ONLY), self.render_mode not in kinds
            return Distribution("render_mode", "Render mode", self.render_mode, CLASSIC, kind, DEV_FIRST, unknown)
        if self.distribution is not None:
            name, label = "keyframe_distribution", "Keyframe distribution"
            return Distribution(name, label, self.distribution, OFF, self.distribution, MAIN_FIRST)
        return None
