"""The command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deforum_perform.standalone.arguments import parse
from deforum_perform.standalone.browser import has_screen
from deforum_perform.standalone.places import songs_folder

SONGS = Path("/somewhere/songs")


@pytest.mark.parametrize("words", [[], ["serve"], ["--no-browser"], ["--port", "7870"]])
def test_no_command_means_the_page(words: list[str]) -> None:
    """The page on loopback at its usual port; of OSC only what a flag says, the rest is kept with the songs."""
    options = parse(words, SONGS)
    assert (options.command, options.host, options.port) == ("serve", "127.0.0.1", 7870)
    assert (options.osc_host, options.osc_port, options.osc_allow, options.songs) == (None, None, None, SONGS)


def test_options_of_each_command() -> None:
    """The options of each command."""
    demo = parse(["demo", "--out", "there", "--fast", "--no-browser"], SONGS)
    assert (demo.command, demo.out, demo.fast, demo.no_browser) == ("demo", Path("there"), True, True)
    record = parse(["record", "--port", "9001", "--seconds", "2.5", "--out", "song"], SONGS)
    assert (record.command, record.port, record.seconds, record.out) == ("record", 9001, 2.5, Path("song"))
    assert (record.host, record.allow) == ("127.0.0.1", ())


def test_the_page_may_have_names() -> None:
    """None, one or several, each with the flag."""
    assert parse([], SONGS).name == []
    assert parse(["--name", "studio.example", "--name", "box"], SONGS).name == ["studio.example", "box"]


def test_senders_are_networks() -> None:
    """Addresses and networks in one word or several; an empty list allows none, which differs from no flag."""
    serve = parse(["--osc-allow", "192.168.1.7/24,10.0.0.5"], SONGS)
    assert [str(network) for network in serve.osc_allow] == ["192.168.1.0/24", "10.0.0.5/32"]
    assert parse(["--osc-allow", ""], SONGS).osc_allow == ()
    record = parse(["record", "--seconds", "2", "--out", "song", "--allow", "fe80::/64"], SONGS)
    assert [str(network) for network in record.allow] == ["fe80::/64"]


@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--port", "65536"],
        ["serve", "--osc-port", "-1"],
        ["serve", "--port", "eight"],
        ["record", "--seconds", "0", "--out", "x"],
        ["record", "--seconds", "nan", "--out", "x"],
        ["record", "--seconds", "inf", "--out", "x"],
        ["record", "--seconds", "5"],
        ["serve", "--osc-allow", "the tablet"],
        ["serve", "--name", "http://studio.example"],
        ["record", "--seconds", "5", "--out", "x", "--allow", "10.0.0.0/33"],
        ["dance"],
    ],
)
def test_mistakes_end_with_the_reason(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, and the error on stderr."""
    with pytest.raises(SystemExit) as ended:
        parse(words, SONGS)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["-h"], ["serve", "-h"], ["demo", "--help"], ["record", "--help"], ["--version"]])
def test_help_is_there(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Every command explains itself, whatever the folder of songs is called."""
    with pytest.raises(SystemExit) as ended:
        parse(words, Path("100 % mine"))
    assert ended.value.code == 0
    assert capsys.readouterr().out


def test_help_without_a_command_shows_what_needs_none(capsys: pytest.CaptureFixture[str]) -> None:
    """The first help shows every option that works without a command, which the documents promise of it."""
    helps = []
    for words in (["--help"], ["serve", "--help"]):
        with pytest.raises(SystemExit):
            parse(words, SONGS)
        helps.append(capsys.readouterr().out)
    first, serve = (set(re.findall(r"^  (--[a-z-]+)", text, re.MULTILINE)) for text in helps)
    assert first - {"--version"} == serve
    documents = "".join(path.read_text("utf-8") for path in (Path(__file__).parents[2] / "docs").glob("*.md"))
    assert {"--songs", "--osc-host", "--osc-port", "--osc-allow", "--host", "--name"} <= serve
    assert [option for option in serve if option not in documents and option not in ("--port", "--no-browser")] == []


@pytest.mark.parametrize(
    ("platform", "environment", "screen"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"BROWSER": "firefox"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_no_browser_for_terminals_is_started(platform: str, environment: dict[str, str], screen: bool) -> None:
    """A machine without a screen opens nothing."""
    assert has_screen(platform, environment) is screen


HOME = Path("/home/ada")


@pytest.mark.parametrize(
    ("platform", "environment", "folder"),
    [
        ("linux", {}, HOME / ".local/share/deforum-perform"),
        ("linux", {"XDG_DATA_HOME": "/data"}, Path("/data/deforum-perform")),
        ("linux", {"XDG_DATA_HOME": "relative"}, HOME / ".local/share/deforum-perform"),
        ("darwin", {}, HOME / "Library/Application Support/deforum-perform"),
        ("win32", {"APPDATA": "/roaming"}, Path("/roaming/deforum-perform")),
        ("win32", {}, HOME / "AppData/Roaming/deforum-perform"),
    ],
)
def test_songs_lie_where_the_system_keeps_data(platform: str, environment: dict[str, str], folder: Path) -> None:
    """The folder follows each system's own rule."""
    assert songs_folder(platform, environment, HOME) == folder
