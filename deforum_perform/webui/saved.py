"""The settings of Deforum's tab that its "Save Settings" writes, and the box of each.

Their names come from Deforum's own list, and their boxes from the event of the button, which has them in the same order
(``ui_right.py`` and ``args.py`` of sd-webui-deforum and of sd-forge-deforum's branch main). If a label does not match
its name, or there is no such event, as in the branch "dev", boxes are identified by their labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from . import compat
from .components import Box
from .running import running

BUTTON = "deforum_save_settings_btn"
KINDS = frozenset({"textbox", "checkbox", "number", "slider", "radio", "dropdown"})
"""Components with a value of plain JSON; a picture or a file is not a setting."""

NOT_SAVED = frozenset(
    {"override_settings_with_file", "custom_settings_file", "image_path", "outdir", "perlin_w", "perlin_h"}
)
"""Boxes that Deforum leaves out of its files."""

Tables = Mapping[str, Mapping[str, Any]]


def saved_boxes(tab: Any, boxes: Sequence[Box], arguments: Tables, known: Mapping[str, Any]) -> dict[str, Any]:
    """Name in a settings file -> component of the Blocks ``tab``, whose ``boxes`` were found.

    ``arguments``: the running Deforum's tables; ``known``: the components that Perform has found for its own names.
    """
    found = _of_button(tab, arguments) or {**_by_label(boxes, arguments), **known}
    return {
        name: component
        for name, component in found.items()
        if compat.block_kind(component) in KINDS and name not in NOT_SAVED
    }


def _of_button(tab: Any, arguments: Tables) -> dict[str, Any]:
    """From the event of Deforum's button; empty if this Deforum saves in another way."""
    list_names = running("args", "get_settings_component_names")
    button = compat.block_of(tab, BUTTON)
    event = next(
        (each for each in compat.events(tab) if button is not None and each.starts_with(button, "click")), None
    )
    if event is None or not callable(list_names):
        return {}
    names = list(list_names())
    for first in (1, 0):  # the path of the file comes first, if it is a box too
        components = event.inputs[first : first + len(names)]
        if len(components) == len(names) and _fit(names, components, arguments):
            return dict(zip(names, components))
    return {}


def _fit(names: Sequence[str], components: Sequence[Any], arguments: Tables) -> bool:
    """Whether each component has the label that Deforum's tables give its name; at least one must be in them."""
    labels = {name: row["label"] for name, row in arguments.items() if row.get("label")}
    known = [
        (labels[name], str(component.label))
        for name, component in zip(names, components)
        if name in labels and hasattr(component, "label")
    ]
    return bool(known) and all(label == shown for label, shown in known)


def _by_label(boxes: Sequence[Box], arguments: Tables) -> dict[str, Any]:
    """The boxes whose label belongs to one argument and to no other box."""
    labels = {name: str(row["label"]) for name, row in arguments.items() if row.get("label")}
    of_arguments, of_boxes = Counter(labels.values()), Counter(box.label for box in boxes)
    components = {box.label: box.component for box in boxes}
    return {
        name: components[label]
        for name, label in labels.items()
        if of_arguments[label] == 1 and of_boxes[label] == 1
    }
