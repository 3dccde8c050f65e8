"""The names that this WebUI has, as Deforum looks them up when a frame uses them: samplers, schedulers, checkpoints.

Deforum converts a scheduled sampler or scheduler to lower case and looks it up in its own lists (``defaults.py``,
``generate.py`` of sd-webui-deforum 32242685 and sd-forge-deforum 424dd333): a name counts only if its lower case is
such a key, and the host has it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from .running import running


def known_choices() -> dict[str, tuple[str, ...]]:
    """Field -> names, for the lists that the loaded host has. An empty list, as without a model, is left out."""
    models = getattr(sys.modules.get("modules.sd_models"), "checkpoints_list", {})
    found = {
        "sampler_schedule": _samplers(),
        "scheduler_schedule": _schedulers(),
        "checkpoint_schedule": tuple(info.title for info in models.values()),
    }
    return {field: names for field, names in found.items() if names}


def _samplers() -> tuple[str, ...]:
    host = _names(getattr(sys.modules.get("modules.sd_samplers"), "all_samplers", ()), "name")
    schedulers = _names(getattr(sys.modules.get("modules.sd_schedulers"), "schedulers", ()), "label")
    # the host accepts a scheduler after the sampler's name (``get_sampler_and_scheduler``)
    known = host | {f"{sampler} {scheduler}" for sampler in host for scheduler in schedulers}
    return tuple(name for key, name in _table("get_samplers_list").items() if name.casefold() == key and name in known)


def _schedulers() -> tuple[str, ...]:
    table = _table("get_schedulers_list")
    return tuple(label if label.casefold() in table else key for key, label in table.items())


def _names(rows: Iterable[Any], attribute: str) -> frozenset[str]:
    return frozenset(str(getattr(row, attribute)) for row in rows if hasattr(row, attribute))


def _table(function: str) -> Mapping[str, str]:
    return (running("defaults", function) or dict)()
