"""One row of the field table."""

from __future__ import annotations

from dataclasses import dataclass

Range = tuple[float, float]

ANY = frozenset({"2D", "3D", "Video Input", "Interpolation"})
BOTH = frozenset({"2D", "3D"})
ONLY_2D = frozenset({"2D"})
ONLY_3D = frozenset({"3D"})

PRESETS = ("gentle", "standard", "wild")

FROM_NOISE = frozenset({"Interpolation"})
NEW_FRAMES = frozenset({"Interpolation", "Video Input"})
"""Modes that make every frame from noise or from a video instead of the frame before it."""


@dataclass(frozen=True)
class Gate:
    """A box in Deforum's tab without which Deforum ignores the field: its name and the required value."""

    name: str
    value: bool | str


@dataclass(frozen=True)
class Field:
    """A Deforum schedule that can be played.

    ``kind``: float, int, choice (a name) or prompt. ``rest``: the value that has no effect, in ``unit``. ``reads``:
    ``frame`` if a render applies it at every frame, ``cadence`` if only at multiples of the cadence. ``modes``: the
    animation modes in which it acts, except those of ``idle``, which ignore it. ``gentle``, ``standard``, ``wild``:
    output ranges; ``hard``: the field limits, since beyond them a render stops or shows nothing. ``odd``: only odd
    whole numbers, since an even one stops the render. ``names_files``: its names are those of files, which can be
    renamed.
    """

    name: str
    label: str
    default: str
    kind: str
    reads: str
    modes: frozenset[str]
    label_forge: str = ""
    unit: str = ""
    rest: float = 0.0
    rest_text: str = ""
    gate: Gate | None = None
    gentle: Range | None = None
    standard: Range | None = None
    wild: Range | None = None
    hard: Range | None = None
    note: str = ""
    heading: str = ""
    odd: bool = False
    names_files: bool = False
    idle: frozenset[str] = frozenset()

    @property
    def is_number(self) -> bool:
        """Whether a lane of numbers can play it."""
        return self.kind in ("float", "int")

    @property
    def title(self) -> str:
        """The displayed label: the host's own, without the word that all labels share."""
        label = self.label or self.label_forge.split(" (")[0]
        return self.heading or TITLES.get(self.name) or label.removesuffix(" schedule").removesuffix(" Schedule")

    def acts_in(self, mode: str) -> bool:
        """Whether a render in the animation mode ``mode`` uses the field; if only some fork has the mode, this is
        unknown, and only motion and related fields count as unused."""
        known = mode in ANY
        return (mode in self.modes or (self.modes == ANY and not known)) and mode not in self.idle

    def preset(self, name: str) -> Range | None:
        """The output range called ``name``, or None if the table has none."""
        return {"gentle": self.gentle, "standard": self.standard, "wild": self.wild}.get(name)

    def first_range(self) -> Range:
        """The range with which a new lane starts: standard, otherwise the next one available."""
        for found in (self.standard, self.gentle, self.wild, self.hard):
            if found is not None:
                return found
        return (0.0, 1.0)


TITLES = {
    "checkpoint_schedule": "Checkpoint",
    "amount_schedule": "Anti-blur amount",
    "kernel_schedule": "Anti-blur kernel",
    "sigma_schedule": "Anti-blur sigma",
    "threshold_schedule": "Anti-blur threshold",
    "perspective_flip_fv": "Perspective flip fv",
}
