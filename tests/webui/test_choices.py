"""The names a WebUI knows, found as its Deforum will look for them."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

from deforum_perform.webui.choices import known_choices


def host(monkeypatch: pytest.MonkeyPatch, **modules: dict[str, object]) -> None:
    """Modules as a host and its Deforum have them; ``__`` in a name means a dot."""
    for name, attributes in modules.items():
        module = ModuleType(name.replace("__", "."))
        module.__dict__.update(attributes)
        monkeypatch.setitem(sys.modules, module.__name__, module)


def test_a_sampler_counts_if_deforum_will_find_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small letters must be a key of Deforum's list, and the host must have the sampler."""
    table = {"euler a": "Euler a", "dpm++ Heun": "DPM++ Heun", "lms": "LMS"}
    samplers = [SimpleNamespace(name=name) for name in ("Euler a", "DPM++ Heun")]
    host(
        monkeypatch,
        deforum_helpers__defaults={"get_samplers_list": lambda: table},
        modules__sd_samplers={"all_samplers": samplers},
    )
    assert known_choices()["sampler_schedule"] == ("Euler a",)


def test_a_sampler_may_carry_its_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    """A1111 takes "DPM++ 2M Karras" apart into sampler and scheduler, so a render does not stop at it."""
    table = {"dpm++ 2m karras": "DPM++ 2M Karras", "lms karras": "LMS Karras"}
    host(
        monkeypatch,
        deforum_helpers__defaults={"get_samplers_list": lambda: table},
        modules__sd_samplers={"all_samplers": [SimpleNamespace(name="DPM++ 2M")]},
        modules__sd_schedulers={"schedulers": [SimpleNamespace(label="Karras")]},
    )
    assert known_choices()["sampler_schedule"] == ("DPM++ 2M Karras",)


def test_a_scheduler_goes_by_its_label_where_that_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forge's Deforum looks up the lower case among the schedulers' names; a different label does not work."""
    table = {"simple": "Simple", "sgm_uniform": "SGM Uniform"}
    host(monkeypatch, deforum_helpers__defaults={"get_schedulers_list": lambda: table})
    assert known_choices()["scheduler_schedule"] == ("Simple", "sgm_uniform")


def test_checkpoints_go_by_their_titles(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the dropdown shows them."""
    models = {"a": SimpleNamespace(title="a.safetensors [1234]")}
    host(monkeypatch, modules__sd_models={"checkpoints_list": models})
    assert known_choices()["checkpoint_schedule"] == ("a.safetensors [1234]",)


def test_without_a_host_nothing_is_known() -> None:
    """Then names are not checked against a list."""
    assert known_choices() == {}
