"""Keep what the host builds, and find Deforum's tab in it.

The host tells of every component it made. They are kept by the outermost Blocks they stand in; the one that holds
"Max frames", "Zoom" and a label that begins with "Strength schedule" is Deforum's.
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
    """Keeps the boxes of the UI being built, by the Blocks they stand in."""

    _groups: dict[int, tuple[Any, list[Box]]] = field(default_factory=dict)

    def see(self, component: Any, **_: Any) -> None:
        """Take in one component; what has no label or no value is not kept."""
        root, kind = compat.current_root(), compat.block_kind(component)
        label = getattr(component, "label", None)
        if root is not None and kind is not None and label:
            box = Box(component, str(label), kind, getattr(component, "value", None))
            self._groups.setdefault(id(root), (root, []))[1].append(box)

    def clear(self) -> None:
        """Forget everything seen."""
        self._groups.clear()

    def deforum(self, arguments: Mapping[str, Mapping[str, Any]]) -> DeforumBoxes | None:
        """Deforum's boxes, or None where no tab has its marks. ``arguments``: the running Deforum's own tables."""
        groups = [group for group in self._groups.values() if is_deforum([box.label for box in group[1]])]
        if not groups:
            return None
        tab, boxes = max(groups, key=lambda group: len(group[1]))
        found = resolve(boxes, arguments)
        return replace(found, tab=tab, saved=saved_boxes(tab, boxes, arguments, found.components))
