"""The branch "dev" of Tok/sd-forge-deforum: its tab is found, and its modes are read."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.webui.choices import known_choices
from deforum_perform.webui.components import is_deforum, resolve
from deforum_perform.webui.deforum_form import DeforumForm
from deforum_perform.webui.names import running_arguments
from tests.webui.dev_boxes import WITHOUT, dev_arguments, dev_boxes, dev_tables


def loaded(monkeypatch: pytest.MonkeyPatch, name: str, **functions: Any) -> None:
    """A module of the package ``deforum`` that defines the functions, beside one that only imports them."""
    module, reader = ModuleType(name), ModuleType(f"{name}_again")
    for label, function in functions.items():
        if hasattr(function, "__module__"):
            function.__module__ = name
        setattr(module, label, function)
        setattr(reader, label, function)
    monkeypatch.setitem(sys.modules, reader.__name__, reader)
    monkeypatch.setitem(sys.modules, name, module)


@pytest.mark.parametrize("with_tables", [True, False])
def test_every_argument_finds_its_box(with_tables: bool) -> None:
    """By the table's label, by one of this branch, or by a label with an explanation behind it."""
    found = resolve(dev_boxes(), dev_arguments() if with_tables else {})
    for name, component in found.components.items():
        assert component == ("animation_prompts" if name == "prompts" else name)
    shared = set() if with_tables else {"image_strength_schedule"}
    absent = {name for name in found.missing if not name.endswith("_enabled")}
    assert absent == WITHOUT | shared
    assert found.components["strength_schedule"] == "strength_schedule"
    assert found.components["keyframe_strength_schedule"] == "keyframe_strength_schedule"
    assert found.components["render_mode"] == "render_mode"
    assert found.components["animation_mode"] == "animation_mode"


def test_the_tab_is_found_though_its_strength_has_another_label() -> None:
    """The labels "Max frames", "Zoom" and one that begins with "Strength schedule" are together in one tab only."""
    labels = [box.label for box in dev_boxes()]
    assert is_deforum(labels)
    assert not is_deforum([label for label in labels if label != "Max frames"])
    assert not is_deforum(["Max frames", "Zoom", "Image strength schedule"])


def test_apply_and_undo_reach_its_boxes(start: Any, look_at: Any) -> None:
    """In a host that has this Deforum: found, filled with what makes it go by the cadence, and given back."""
    from tests.webui.performance import boxes, make_lanes, record

    host = start(given=dev_tables())
    screen = look_at(host.url)
    screen.open()
    before = boxes(host, screen)
    lanes = make_lanes(screen, {"/knob/strength": ("strength_schedule",), "/knob/zoom": ("translation_x",)})
    record(screen, host.osc_port)
    screen.bridge("read")
    assert screen.state()["deforum"]["distribution"] == "New 3D"
    screen.command("song.change", set_distribution=True)
    answer = screen.bridge("apply", {"lanes": list(lanes.values()), "set_fps": False})
    after = boxes(host, screen)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"strength_schedule", "translation_x", "max_frames", "render_mode"} == set(answer["applied"])
    assert after["render_mode"] == "Classic 3D"
    screen.bridge("undo")
    assert boxes(host, screen) == before
    assert host.look()["errors"] == []


def test_its_tables_and_lists_are_read_from_its_own_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever in ``deforum`` they are defined; a class of the same name that is not a table is skipped."""

    def anim() -> dict[str, Any]:
        return {"zoom": {"label": "Zoom", "value": "0: (1.0)"}, "contrast_schedule": "0: (1.0)"}

    def samplers() -> dict[str, str]:
        return {"euler": "Euler", "gone": "Gone"}

    class Model:
        """A dataclass that the branch had under the name of a table."""

    loaded(monkeypatch, "deforum.models.data_models", DeforumAnimArgs=Model)
    loaded(monkeypatch, "deforum.config.args", DeforumAnimArgs=anim)
    loaded(monkeypatch, "deforum.config.defaults", get_samplers_list=samplers)
    host = ModuleType("modules.sd_samplers")
    host.__dict__["all_samplers"] = [SimpleNamespace(name="Euler")]
    monkeypatch.setitem(sys.modules, "modules.sd_samplers", host)
    assert running_arguments() == {"zoom": {"label": "Zoom", "value": "0: (1.0)"}}
    assert known_choices()["sampler_schedule"] == ("Euler",)


def test_its_mode_and_fields_are_recognised() -> None:
    """The render mode that is set, and the fields there are: hybrid video, contrast and ControlNet are not."""
    found = resolve(dev_boxes(), dev_arguments())
    tab = DeforumForm(tuple(found.components), found.missing, found.controlnet).tab(
        {"render_mode": "Keyframes Only", "animation_mode": "3D", "diffusion_cadence": 5}
    )
    assert tab.fields == set(FIELDS) - WITHOUT
    assert tab.keyframes is not None
    setting = tab.keyframes
    assert (setting.name, setting.value, setting.off) == ("render_mode", "Keyframes Only", "Classic 3D")
