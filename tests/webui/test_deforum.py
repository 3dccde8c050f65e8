"""The WebUI as the place Perform runs in, without a running WebUI."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from deforum_perform.core.deforum.schedule import parse_schedule
from deforum_perform.core.errors import InputError
from deforum_perform.core.listener import SenderRules
from deforum_perform.webui.components import DeforumBoxes
from tests.webui.deforum_arguments import tables

STANDIN = Path(__file__).with_name("standin")
OURS = ("deforum_perform.webui.options", "deforum_perform.webui.deforum")
THEIRS = ("modules", "deforum_helpers")


def forget(*names: str) -> None:
    """Take modules out of memory, with those below them."""
    for loaded in [*sys.modules]:
        if loaded in names or loaded.startswith(tuple(f"{name}." for name in names)):
            del sys.modules[loaded]
            parent, _, last = loaded.rpartition(".")
            vars(sys.modules.get(parent, ModuleType("none"))).pop(last, None)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ModuleType]:
    """The module under test, in a process that has the stand-in's ``modules``."""
    (tmp_path / "arguments.json").write_text(json.dumps(tables(fork=False)), encoding="utf-8")
    monkeypatch.setenv("STANDIN_DATA", str(tmp_path))
    monkeypatch.setenv("STANDIN_ARGUMENTS", str(tmp_path / "arguments.json"))
    monkeypatch.syspath_prepend(str(STANDIN))
    forget(*OURS, *THEIRS)
    yield importlib.import_module("deforum_perform.webui.deforum")
    forget(*OURS, *THEIRS)


def test_without_deforum_nothing_is_known_and_nothing_is_read(place: ModuleType) -> None:
    """No Deforum in the process: no tab, and a text is not read by anybody."""
    webui = place.WebUI()
    assert webui.deforum() is None
    assert webui.interpolate("0: (1)", 10) is None


def test_deforum_reads_the_text(place: ModuleType) -> None:
    """With Deforum loaded its interpolater reads, and agrees with Perform's own reading."""
    importlib.import_module("deforum_helpers.animation_key_frames")
    text = "0: (1.5), 4: (2), 9: (-0.25)"
    read = place.WebUI().interpolate(text, 10)
    assert np.allclose(read.values, parse_schedule(text, 10))


@pytest.mark.parametrize("text", ["", "5: (0)", "0: (1e-05)", "0: (1),", "nonsense"])
def test_what_deforum_cannot_read_is_a_problem_with_its_message(place: ModuleType, text: str) -> None:
    """Whatever Deforum raises becomes a displayed error, never an exception."""
    importlib.import_module("deforum_helpers.animation_key_frames")
    read = place.WebUI().interpolate(text, 10)
    assert read.values is None
    assert "Error" in read.problem


def test_a_reader_that_reads_nothing_is_reported_once_and_not_used(
    place: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With pandas 3 Deforum's reader raises for any text: that is one problem with its remedy, and it is not called
    again."""

    class Reader:
        def __init__(self, max_frames: int, seed: int = -1) -> None:
            self.max_frames = max_frames

        def parse_inbetweens(self, value: str, filename: str = "", is_single_string: bool = False) -> Any:
            raise TypeError("Invalid value '0' for dtype 'float64'")

    module, pandas = ModuleType("deforum_helpers.animation_key_frames"), ModuleType("pandas")
    module.__dict__["FrameInterpolater"], pandas.__dict__["__version__"] = Reader, "3.1.1"
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(sys.modules, "pandas", pandas)
    webui = place.WebUI(DeforumBoxes({"zoom": 1}, {}))
    message, remedy = webui.deforum().reader_problem
    assert "pandas 3.1.1" in message
    assert 'pip install "pandas<3"' in remedy
    assert webui.interpolate("0: (1)", 10) is None


def test_a_reader_of_the_branch_dev_is_found(place: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever in the package ``deforum`` the class is defined."""
    found = importlib.import_module("deforum_helpers.animation_key_frames").FrameInterpolater
    module = ModuleType("deforum.core.keyframes")
    module.__dict__["FrameInterpolater"] = type("FrameInterpolater", (found,), {"__module__": module.__name__})
    forget("deforum_helpers")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    read = place.WebUI(DeforumBoxes({"zoom": 1}, {})).interpolate("0: (1), 4: (3)", 5)
    assert list(read.values) == [1.0, 1.5, 2.0, 2.5, 3.0]


def test_forge_is_recognised_by_its_package(place: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forge's own package in the process makes it Forge."""
    assert place.WebUI().kind == "a1111"
    monkeypatch.setitem(sys.modules, "modules_forge", ModuleType("modules_forge"))
    assert place.WebUI().kind == "forge"


def test_the_fields_of_the_tab_are_listed(place: ModuleType) -> None:
    """Schedules with a box are known fields; gates and settings are not fields."""
    boxes = DeforumBoxes({"zoom": 1, "max_frames": 2, "use_mask": 3}, {})
    tab = place.WebUI(boxes).deforum()
    assert tab.fields == frozenset({"zoom"})
    assert tab.controlnet is False


def options(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """The options module, and the stand-in's ``shared`` to which it writes."""
    found = importlib.import_module("deforum_perform.webui.options")
    shared = importlib.import_module("modules.shared")
    found.add(lambda: None)
    return found, shared


def test_flags_win_over_settings(place: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flag on the command line decides; without one the Settings do; without both the default."""
    found, shared = options(monkeypatch)
    assert found.address() == ("127.0.0.1", 9000)
    shared.opts.set("perform_osc_port", 9100)
    assert found.address() == ("127.0.0.1", 9100)
    monkeypatch.setattr(shared.cmd_opts, "perform_osc_port", 9200, raising=False)
    assert found.address() == ("127.0.0.1", 9200)


def test_allowed_senders_come_from_the_settings_unless_a_flag_sets_them(
    place: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No senders in the network at first; the Settings' senders, switch and limit; a flag overrides them, an empty one
    too."""
    found, shared = options(monkeypatch)
    no_sender = {"host": "127.0.0.1", "port": 9000, "allowed": [], "controls": True, "limit_hz": 5000}
    assert found.listener().to_dict() == no_sender
    shared.opts.set("perform_osc_allow", "192.168.1.7/24, 10.0.0.5")
    shared.opts.set("perform_osc_controls", False)
    shared.opts.set("perform_osc_limit", 100.0)
    chosen = found.listener().to_dict()
    assert (chosen["allowed"], chosen["controls"], chosen["limit_hz"]) == (["192.168.1.0/24", "10.0.0.5"], False, 100)
    monkeypatch.setattr(shared.cmd_opts, "perform_osc_allow", "fe80::/64", raising=False)
    assert found.listener().to_dict()["allowed"] == ["fe80::/64"]
    monkeypatch.setattr(shared.cmd_opts, "perform_osc_allow", "")
    assert found.listener().to_dict()["allowed"] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("perform_osc_allow", "the tablet"),
        ("perform_osc_allow", "192.168.1.0/33"),
        ("perform_osc_limit", 0),
        ("perform_osc_limit", "many"),
        ("perform_osc_limit", float("nan")),
        ("perform_osc_limit", 10**9),
    ],
)
def test_settings_that_are_none_are_refused(
    place: ModuleType, monkeypatch: pytest.MonkeyPatch, name: str, value: Any
) -> None:
    """Unreadable settings allow no sender by accident: they are an error with the reason."""
    found, shared = options(monkeypatch)
    shared.opts.set(name, value)
    with pytest.raises(InputError):
        found.listener()


def test_what_the_page_changes_is_kept_on_disk(
    place: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The WebUI's own file has the parts that were chosen, and only these; a WebUI's flags stay out of it."""
    found, shared = options(monkeypatch)
    monkeypatch.setattr(shared.cmd_opts, "perform_osc_port", 9400, raising=False)
    place.WebUI().remember_listener({"host": "0.0.0.0", "allowed": ["10.0.0.5", "192.168.1.0/24"]})
    kept = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    assert (kept["perform_osc_host"], kept["perform_osc_port"]) == ("0.0.0.0", 9000)
    assert kept["perform_osc_allow"] == "10.0.0.5, 192.168.1.0/24"
    assert found.listener().to_dict()["allowed"] == ["10.0.0.5", "192.168.1.0/24"]
    place.WebUI().remember_listener({"controls": False, "limit_hz": 250, "allowed": []})
    assert found.listener().senders == SenderRules((), False, 250)


def test_frozen_settings_are_left_alone(place: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A WebUI that refuses to change its settings does not cause a failure."""
    _, shared = options(monkeypatch)

    def refuse(*_: Any) -> None:
        raise AssertionError("changing settings is disabled")

    monkeypatch.setattr(type(shared.opts), "save", refuse)
    place.WebUI().remember_listener({"host": "127.0.0.1", "port": 9500})


def test_songs_live_in_the_data_folder(place: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a choice songs are below the WebUI's data folder."""
    found, _ = options(monkeypatch)
    assert found.songs_folder() == tmp_path / "perform"
