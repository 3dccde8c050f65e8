"""Finds which box of Deforum's tab is which argument: by label, never by position."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .names import UNIT_GATE_LABEL, Wanted, wanted

UNIT_MARK = "Weight schedule"


@dataclass(frozen=True)
class Box:
    """One component as it was made. ``value`` is its initial value, before the host's own defaults."""

    component: Any
    label: str
    kind: str
    value: Any


@dataclass(frozen=True)
class DeforumBoxes:
    """Deforum's tab: argument name -> component, in a fixed order, and why an argument has none; ``tab`` is the Blocks
    that contains them, and ``saved`` name -> component of every setting in a settings file."""

    components: Mapping[str, Any]
    missing: Mapping[str, str]
    tab: Any = None
    saved: Mapping[str, Any] = field(default_factory=dict)

    @property
    def controlnet(self) -> bool:
        """Whether the tab has ControlNet units, which exist only with that extension."""
        return any(name.startswith("cn_") for name in self.components)


MARKS = frozenset({"Max frames", "Zoom"})
MARK_BEGINS = "Strength schedule"
"""The fork's branch "dev" continues with "(normal/tween frames)"."""


def is_deforum(labels: Collection[str]) -> bool:
    """Whether boxes with these labels are those of Deforum's tab."""
    return set(labels) >= MARKS and any(label.startswith(MARK_BEGINS) for label in labels)


def resolve(boxes: Sequence[Box], arguments: Mapping[str, Mapping[str, Any]]) -> DeforumBoxes:
    """Assign every wanted argument its box. An argument with none, or with several equal ones, is left out with the
    reason."""
    units = _units(boxes)
    components: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for want in wanted(arguments):
        place = boxes if not want.unit else units[want.unit - 1] if want.unit <= len(units) else ()
        found = _candidates(place, want)
        if len(found) == 1:
            components[want.name] = found[0].component
        elif found:
            missing[want.name] = f"Deforum's tab has {len(found)} boxes called {found[0].label!r}; expected one."
        elif not want.optional:
            missing[want.name] = _absence(want)
    return DeforumBoxes(components, missing)


def _candidates(boxes: Sequence[Box], want: Wanted) -> list[Box]:
    """The boxes with the most likely label that any has: exactly, otherwise followed by an explanation in brackets."""
    of_kind = [box for box in boxes if box.kind in want.kinds]
    exact = [[box for box in of_kind if box.label == label] for label in want.labels]
    explained = [[box for box in of_kind if box.label.startswith(f"{label} (")] for label in want.labels]
    found = next((group for group in (*exact, *explained) if group), [])
    if want.shared or len(found) > 1:
        alike = [box for box in found if want.value is not None and box.value == want.value]
        return alike if alike or want.shared else found
    return found


def _absence(want: Wanted) -> str:
    if want.unit:
        return f"ControlNet unit {want.unit} is not in Deforum's tab. Install the ControlNet extension to play it."
    return f"This Deforum has no box called {' or '.join(map(repr, want.labels))}."


def _units(boxes: Sequence[Box]) -> list[list[Box]]:
    """ControlNet's boxes, one list per unit: their labels repeat, and units are built one after the other.

    A unit begins at the last "Enable" before its "Weight schedule" and ends where the next begins.
    """
    starts: list[int] = []
    enable = None
    for index, box in enumerate(boxes):
        if box.label == UNIT_GATE_LABEL and box.kind == "checkbox":
            enable = index
        elif box.label == UNIT_MARK:
            starts.append(index if enable is None else enable)
            enable = None
    ends = [*starts[1:], len(boxes)]
    return [list(boxes[start:end]) for start, end in zip(starts, ends)]
