"""Deforum's settings files, as they are imported: every value may be anything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from deforum_perform.app.deforum.base_tab import tab_of
from deforum_perform.app.deforum.crossing import Render, render_problems
from deforum_perform.app.deforum.unread_fields import unread_problems
from deforum_perform.core.checks import DeforumTab, tab_problems
from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.deforum.reading import Reading
from deforum_perform.core.deforum.settings.older import CONVERTED, RENAMED, upgraded
from deforum_perform.core.errors import PerformError
from deforum_perform.store.exports.settings_file import default_settings, import_settings, read_settings, write_settings
from deforum_perform.store.files import json_bytes, parse_json
from tests.fuzz.schedules import read_everywhere
from tests.fuzz.target import Broken, Target

RULE = "a file is taken or refused with the reason; what is taken has today's names, and keeps them in an export"


def seeds() -> Sequence[bytes]:
    """Deforum's own kind, one with formulas and prompts, a Parseq manifest, and what is none."""
    formulas = {"zoom": "0:(1.02), 10:(1+0.1*sin(t/5))", "prompts": {"0": "a", "5": "b `t` --neg c"}, "fps": 1.5}
    older = {"flip_2d_perspective": True, "hybrid_composite": True, "cn_1_weight": 0.8, "animation_prompts": {"0": "a"}}
    odd = {"zoom": 1, "diffusion_cadence": "3", "prompts": ["a"], "kernel_schedule": "0:(t/0)", "seed": "9"}
    files = [default_settings(), formulas, {**older, "angle": "0:(1)"}, {"rendered_frames": []}, odd, [1]]
    return [*(json.dumps(file).encode() for file in files), b"", b"\xef\xbb\xbf{}", b'{"zoom": 1e999}']


def one_input(data: bytes) -> None:
    """Import it, keep it, export it with a lane filled in."""
    try:
        read = import_settings(data)
    except PerformError:
        return
    base = read.settings
    if upgraded(base).settings != base:
        raise Broken("imported again it is another file")
    if parse_json(json_bytes(base), "It") != base:
        raise Broken("kept with the song it is another file")
    tab = tab_of(base)
    for text in [*tab.texts.values()][:20]:
        read_everywhere(text)
    _checked(tab)
    _exported(base)


def _checked(tab: DeforumTab) -> None:
    """What Check says of the fields that are not played."""
    reading = Reading(tab.cadence or 2, -1 if tab.seed is None else tab.seed)
    render = Render({"angle": "0:(1)"}, tab, reading, 50)
    problems = [*tab_problems(tab), *render_problems(render), *unread_problems(render)]
    if any(problem.blocks for problem in problems):
        raise Broken("a field that is not played keeps the others from being written")


def _exported(base: dict[str, Any]) -> None:
    text = write_settings(base, {"zoom": "0:(1.5)"})
    again = read_settings(text.encode())
    touched = {"zoom", "prompts", "reroll_blank_frames", "noise_type"}
    if {k: v for k, v in again.items() if k not in touched} != {k: v for k, v in base.items() if k not in touched}:
        raise Broken("a name that was not chosen changed")
    if again["zoom"] != "0:(1.5)" or list(again)[: len(base)] != list(base):
        raise Broken("the chosen name is not there, or the order changed")


FORMULAS = ("0:(sin(t)*max_f)", "0:(`t`)")
OLD = (*RENAMED, *CONVERTED, "animation_prompts")
WORDS = (*list(FIELDS)[:60], *OLD, "diffusion_cadence", "animation_mode", *FORMULAS)
TARGET = Target(RULE, one_input, seeds, is_json=True, words=WORDS, max_bytes=1 << 15)
