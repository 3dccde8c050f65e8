"""The commands as data: what is declared is what is checked and carried out."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.app.commands.catalog import COMMANDS
from deforum_perform.app.commands.command import Argument, Command
from deforum_perform.app.commands.declared import samples
from deforum_perform.app.commands.kinds import Choice, Flag, Number, Objects, Range, SettingsFile, Text, Texts, Whole
from deforum_perform.app.commands.table import ACTIONS
from deforum_perform.core.errors import InputError
from tests.app.conftest import Hands
from tests.app.schema import fits

KINDS = (
    Number(), Number(0, 10, "s"), Number(-1, 1, clamped=True), Whole(1, 5), Whole(0, None), Text(), Text(empty=True),
    Choice(("a", "b")), Flag(), Texts(), SettingsFile(), Objects(),
    Range(0, 10, "s"),
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-12, 12) | st.floats(-12, 12)
    | st.sampled_from(["", " ", "a", "x", "\u2003"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
    max_leaves=4,
)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_an_action_takes_what_its_command_declares(name: str) -> None:
    """An action's parameters are the declared arguments; those that may be left out have a default."""
    parameters = list(inspect.signature(ACTIONS[name]).parameters.values())[1:]
    kinds = {parameter.name: parameter.kind for parameter in parameters}
    declared = {argument.name: argument.required for argument in COMMANDS[name].arguments}
    named = {p.name: p.default is p.empty for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD}
    assert named == {name: required for name, required in declared.items() if name in named}
    if inspect.Parameter.VAR_KEYWORD in kinds.values():
        assert not any(required for name, required in declared.items() if name not in named)
    else:
        assert named == declared


def test_every_action_is_declared() -> None:
    """The table of actions and the commands as data have the same names."""
    assert set(ACTIONS) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_a_command_says_what_it_does_and_its_example_is_taken(command: Command) -> None:
    """One line with a full stop; each argument and result is described; the example is valid for the command."""
    assert command.about.endswith(".")
    assert "\n" not in command.about
    described = [*command.arguments, *command.returns]
    assert [part.name for part in described if not part.about or part.about.endswith(".")] == []
    command.read(command.example or {})
    assert bool(command.example) or not any(argument.required for argument in command.arguments)


@pytest.mark.parametrize("kind", KINDS, ids=repr)
@given(value=VALUES)
def test_what_is_read_is_what_the_schema_describes(kind: Any, value: Any) -> None:
    """A value is taken if, and only if, it fits the JSON Schema of its kind; what is taken can be taken again."""
    try:
        taken = kind.read("x", value)
    except InputError as error:
        assert not fits(kind.schema, value)
        assert str(error).startswith(f"x needs {kind.words}, not ")
    else:
        assert fits(kind.schema, value)
        assert kind.read("x", taken) == taken


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "time_s needs a number from 0 to 86400. It is missing."),
        ({"time_s": "soon"}, "time_s needs a number from 0 to 86400, not 'soon'."),
        ({"time_s": None}, "time_s needs a number from 0 to 86400, not null."),
        ({"time_s": -1}, "time_s needs a number from 0 to 86400, not -1."),
        ({"time_s": 1, "Time": 2}, "The command seek has no argument 'Time'. Its arguments are: time_s."),
    ],
)
def test_a_refused_argument_is_named_with_what_is_needed(given: dict[str, Any], message: str) -> None:
    """A missing, unsuitable or unknown argument is named, with what the command takes."""
    with pytest.raises(InputError) as caught:
        COMMANDS["seek"].read(given)
    assert str(caught.value) == message


def test_null_is_taken_only_where_it_means_something() -> None:
    """null means "none" or "the default" where that is declared, and is refused elsewhere."""
    assert COMMANDS["song.change"].read({"length_s": None}) == {"length_s": None}
    with pytest.raises(InputError, match=r"fps needs a number from 0\.1 to 240, not null"):
        COMMANDS["song.change"].read({"fps": None})


def test_a_long_value_is_cut_in_the_message() -> None:
    """What was sent is quoted, but never by the page."""
    with pytest.raises(InputError) as caught:
        Argument("name", Choice(("a",)), "x").read("y" * 1000)
    assert len(str(caught.value)) < 100


@pytest.mark.parametrize("argument", COMMANDS["lane.change"].arguments[1:], ids=lambda argument: argument.name)
def test_every_declared_part_of_a_lane_can_be_changed(hands: Hands, argument: Argument) -> None:
    """Each argument of lane.change is an attribute of a lane; setting it to its value in the state is valid."""
    lane = hands.lane("zoom", samples.SOURCE)
    shown = hands.state_of(lane)
    hands.do("lane.change", id=lane, **{argument.name: shown[argument.name]})
    assert hands.state_of(lane)[argument.name] == shown[argument.name]


@pytest.mark.parametrize("argument", COMMANDS["song.change"].arguments, ids=lambda argument: argument.name)
def test_every_declared_part_of_a_song_can_be_changed(hands: Hands, argument: Argument) -> None:
    """Each argument of song.change is a part of the song that the state shows."""
    shown = hands.performer.snapshot()["song"]
    hands.do("song.change", **{argument.name: shown[argument.name]})
    assert hands.performer.snapshot()["song"][argument.name] == shown[argument.name]
