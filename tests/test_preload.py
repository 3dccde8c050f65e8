"""preload.py: the flags Perform adds to the WebUI's command line."""

from __future__ import annotations

import argparse
import runpy
from pathlib import Path

import pytest

PRELOAD = Path(__file__).parents[1] / "preload.py"


@pytest.fixture
def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(exit_on_error=False)
    runpy.run_path(str(PRELOAD))["preload"](made)
    return made


def test_without_flags_settings_decide(parser: argparse.ArgumentParser) -> None:
    """No flag given leaves every value None."""
    assert set(vars(parser.parse_args([])).values()) == {None}


def test_flags_are_read(parser: argparse.ArgumentParser) -> None:
    """Host and port arrive as they were typed; the port as a number."""
    given = parser.parse_args(["--perform-osc-host", "0.0.0.0", "--perform-osc-port", "9001"])
    assert (given.perform_osc_host, given.perform_osc_port) == ("0.0.0.0", 9001)


def test_senders_are_read(parser: argparse.ArgumentParser) -> None:
    """The allowed senders arrive as they were typed; an empty text counts as given too, and allows no senders."""
    typed = "192.168.1.7, 10.0.0.0/8 fe80::1"
    assert parser.parse_args(["--perform-osc-allow", typed]).perform_osc_allow == typed
    assert parser.parse_args(["--perform-osc-allow", ""]).perform_osc_allow == ""


@pytest.mark.parametrize("text", ["tablet.local", "192.168.1.", "192.168.1.0/33", "10.0.0.1,everybody", "*"])
def test_senders_that_are_none_are_refused(parser: argparse.ArgumentParser, text: str) -> None:
    """Anything but addresses and networks is refused with the reason."""
    with pytest.raises(argparse.ArgumentError, match="neither an address nor a network"):
        parser.parse_args(["--perform-osc-allow", text])


def test_names_are_read(parser: argparse.ArgumentParser) -> None:
    """The flag may be given for each name."""
    given = parser.parse_args(["--perform-name", "studio.example", "--perform-name", "Box_2"])
    assert given.perform_name == ["studio.example", "Box_2"]


@pytest.mark.parametrize("text", ["http://studio.example", "studio.example:7860", "a,b", "", "*", "stüdio.example"])
def test_a_name_that_is_none_is_refused(parser: argparse.ArgumentParser, text: str) -> None:
    """Anything that cannot be a name in a browser's address is refused with the reason."""
    with pytest.raises(argparse.ArgumentError, match="not a name"):
        parser.parse_args(["--perform-name", text])


@pytest.mark.parametrize("text", ["0", "65536", "-1", "9e3", "", "nine", "٣", "80 "])
def test_a_port_that_is_none_is_refused(parser: argparse.ArgumentParser, text: str) -> None:
    """Anything but a whole number from 1 to 65535 is refused with the reason."""
    with pytest.raises(argparse.ArgumentError, match="not a port"):
        parser.parse_args([f"--perform-osc-port={text}"])
