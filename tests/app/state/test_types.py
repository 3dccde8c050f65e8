"""The types of the state: the state has what they say, and the page's types are written from them."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from deforum_perform.app.state.types import FAMILIES, Slices, SongList, State
from docs.state_types import WRITTEN, type_text, written
from tests.app.conftest import Hands, osc


def mismatches(kind: Any, value: Any, place: str) -> Iterator[str]:
    """Where a value is not of its type: members that are missing or unknown too."""
    origin, inner = get_origin(kind), get_args(kind)
    if is_typeddict(kind):
        hints = get_type_hints(kind)
        if not isinstance(value, dict) or not kind.__required_keys__ <= value.keys() <= hints.keys():
            yield f"{place} is {value!r}, and does not have the members {sorted(hints)}"
            return
        for name, item in value.items():
            yield from mismatches(hints[name], item, f"{place}.{name}")
    elif origin in (Union, types.UnionType):
        if all(list(mismatches(each, value, place)) for each in inner):
            yield f"{place} is {value!r}, not {kind}"
    elif origin is Literal:
        if value not in inner:
            yield f"{place} is {value!r}, not one of {inner}"
    elif origin in (list, tuple, dict):
        if not isinstance(value, (list, tuple) if origin is tuple else origin):
            yield f"{place} is {value!r}, not {kind}"
            return
        items = value.values() if isinstance(value, dict) else value
        kinds = inner if origin is tuple else [inner[-1]] * len(items)
        for number, (each, item) in enumerate(zip(kinds, items, strict=True)):
            yield from mismatches(each, item, f"{place}[{number}]")
    elif not isinstance(value, (int, float) if kind is float else kind) or (kind is not bool and value is True):
        yield f"{place} is {value!r}, not {kind}"


@pytest.fixture
def played(hands: Hands) -> Hands:
    """A song with takes that replaced others, problems, notices, texts, a learning lane and a cut-off sender."""
    zoom = hands.lane("zoom", "/a")
    hands.lane("sampler_schedule", "/b", choices=["Euler", "no such sampler"])
    hands.do("listener.allow", sender="10.0.0.0/8")
    for begin in (0.0, 20.0):
        hands.at(begin)
        hands.do("record.start")
        hands.send(begin + 1, osc("/text", "verse"), osc("/b", 0.5))
        hands.play("/a", (begin + 1, 0.1), (begin + 2, 0.9), (begin + 12, 0.2))
        hands.at(begin + 13)
        hands.do("record.stop")
    hands.do("lane.change", id=zoom, in_low=0.4, in_high=0.5)
    hands.do("lane.learn", id=zoom)
    hands.do("settings.import", name="base.txt", settings={"animation_mode": "None", "zoom": "0: (1)"})
    return hands


def test_the_state_is_what_its_types_say(played: Hands) -> None:
    """Every member of the state, of each slice and of the list of songs is there and of its type, and no other is."""
    performer = played.performer
    assert list(mismatches(State, performer.snapshot(), "state")) == []
    assert list(mismatches(SongList, performer.song_list(), "songs")) == []
    slices, kinds = performer.slices(None).slices, get_type_hints(Slices)
    for key, value in slices.items():
        family = key.partition(":")[0] if ":" in key else None
        assert list(mismatches(FAMILIES[family] if family else kinds[key], value, key)) == []
    assert {key.partition(":")[0] for key in slices} == {*FAMILIES, *kinds}


def test_the_types_of_the_page_are_those_of_the_state() -> None:
    """``docs/state_types.py`` was run after the last change of the types."""
    assert WRITTEN.read_text(encoding="utf-8") == written()


def test_a_type_without_a_counterpart_is_refused() -> None:
    """Nothing becomes ``any``."""
    with pytest.raises(TypeError):
        type_text(Any)
    with pytest.raises(TypeError):
        type_text(set[str])
    assert type_text(list[str | None]) == "(string | null)[]"
