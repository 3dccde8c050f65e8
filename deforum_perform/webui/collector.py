"""Collects the components that the host builds, and finds Deforum's tab among them.

The host reports every component it made. They are grouped by their outermost Blocks; the one that contains "Max
frames", "Zoom" and a label that begins with "Strength schedule" is Deforum's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from . import compat
from .components import Box, DeforumBoxes, is_deforum, resolve
from .saved import saved_boxes


@dataclass
class Collector:
    """Collects the boxes of the UI being built, by their Blocks."""

    _groups: dict[int, tuple[Any, list[Box]]] = field(default_factory=dict)

    def see(self, component: Any, **_: Any) -> None:
        """Add one component; those without a label or a value are ignored."""
        root, kind = compat.current_root(), compat.block_kind(component)
        label = getattr(component, "label", None)
        if root is not None and kind is not None and label:
            box = Box(component, str(label), kind, getattr(component, "value", None))
            self._groups.setdefault(id(root), (root, []))[1].append(box)

    def clear(self) -> None:
        """Forget all components."""
        self._groups.clear()

    def deforum(self, arguments: Mapping[str, Mapping[str, Any]]) -> DeforumBoxes | None:
        """Deforum's boxes, or None if no tab has the identifying labels. ``arguments``: the running Deforum's own
        tables."""
        groups = [group for group in self._groups.values() if is_deforum([box.label for box in group[1]])]
        if not groups:
            return None
        tab, boxes = max(groups, key=lambda group: len(group[1]))
        found = resolve(boxes, arguments)
        return replace(found, tab=tab, saved=saved_boxes(tab, boxes, arguments, found.components))
