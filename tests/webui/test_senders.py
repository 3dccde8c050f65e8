"""Allowed senders in a WebUI: the Settings, the page and the flag agree, and each overrides the others where it
should."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from tests.webui.page import Screen
from tests.webui.performance import record
from tests.webui.process import StandIn


def change(host: StandIn, name: str, value: str) -> bool:
    """A change in the Settings; whether the WebUI took it."""
    return bool(host.post(f"settings/{name}/{quote(value)}")["changed"])


def senders(screen: Screen) -> dict[str, Any]:
    """The state of the page."""
    return dict(screen.state()["listener"]["senders"])


def test_the_settings_set_the_allowed_senders_at_once(start: Any, look_at: Any) -> None:
    """Senders, switch and limit take effect without a restart; what is none is refused, and the old setting stays."""
    host = start()
    screen = look_at(host.url)
    screen.open()
    assert (senders(screen)["allowed"], senders(screen)["controls"]) == ([], True)
    assert change(host, "perform_osc_allow", "192.168.1.7/24, 10.0.0.5")
    assert senders(screen)["allowed"] == ["192.168.1.0/24", "10.0.0.5"]
    assert change(host, "perform_osc_controls", "False")
    assert change(host, "perform_osc_limit", "100")
    assert (senders(screen)["controls"], senders(screen)["limit_hz"]) == (False, 100)
    for name, value in (("perform_osc_allow", "the tablet"), ("perform_osc_limit", "0")):
        before = host.look()["options"][name]
        assert not change(host, name, value)
        assert host.look()["options"][name] == before
    assert senders(screen)["allowed"] == ["192.168.1.0/24", "10.0.0.5"]
    record(screen, host.osc_port, 5)  # this computer is accepted and may send commands, whatever the rules
    assert len(screen.state()["takes"]) == 1


def test_the_page_sets_the_allowed_senders_in_the_settings_too(start: Any, look_at: Any) -> None:
    """What the page allows is what the Settings show, holds over Reload UI, and at the next start."""
    host = start()
    screen = look_at(host.url)
    screen.open()
    port = screen.state()["listener"]["port"]
    screen.command("listener.allow", sender="192.168.1.0/24")
    screen.command("listener.allow", sender="10.0.0.5")
    screen.command("listener.change", host="127.0.0.1", port=port, controls=False, limit_hz=77)
    options = host.look()["options"]
    assert options["perform_osc_allow"] == "192.168.1.0/24, 10.0.0.5"
    assert (options["perform_osc_controls"], options["perform_osc_limit"]) == (False, 77)
    assert options["perform_osc_port"] == 9000, "the flag of this start is not a choice of the user"
    host.reload()
    screen.open()
    assert senders(screen)["allowed"] == ["192.168.1.0/24", "10.0.0.5"]
    host.kill()
    host.restart()
    screen.open()
    found = senders(screen)
    assert (found["allowed"], found["controls"], found["limit_hz"]) == (["192.168.1.0/24", "10.0.0.5"], False, 77)


def test_the_flag_wins_over_the_settings(start: Any, look_at: Any) -> None:
    """--perform-osc-allow applies at every start, and the Settings keep their value."""
    host = start("--osc-allow", "192.168.7.0/24")
    (host.folder / "config.json").write_text(json.dumps({"perform_osc_allow": "10.0.0.5"}), encoding="utf-8")
    host.kill()
    host.restart()
    screen = look_at(host.url)
    screen.open()
    assert senders(screen)["allowed"] == ["192.168.7.0/24"]
    assert host.look()["options"]["perform_osc_allow"] == "10.0.0.5"


def test_settings_that_cannot_be_read_allow_no_sender(start: Any, look_at: Any) -> None:
    """A settings file edited by hand: the WebUI and the page start, this computer may send, and the page says why."""
    host = start()
    (host.folder / "config.json").write_text(json.dumps({"perform_osc_allow": "everyone"}), encoding="utf-8")
    host.kill()
    host.restart()
    screen = look_at(host.url)
    screen.open()
    state = screen.state()
    assert (state["listener"]["state"], state["listener"]["senders"]["allowed"]) == ("listening", [])
    assert any("'everyone' is neither" in notice["message"] for notice in state["notices"])
    record(screen, host.osc_port, 5)
    assert change(host, "perform_osc_allow", "10.0.0.5")
    assert not any("everyone" in notice["message"] for notice in screen.state()["notices"])
