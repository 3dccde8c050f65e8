"""Records: written as JSON and read back by their annotations; unknown fields stay, wrong values are named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import DamagedFileError, InputError
from deforum_perform.core.records import Reader, Record, field_types, to_dict


@dataclass(frozen=True)
class Point(Record):
    """A record of plain values."""

    x: float
    name: str = ""


@dataclass(frozen=True)
class Draw(Record):
    """One kind of a union."""

    points: tuple[Point, ...] = ()
    kind: Literal["draw"] = "draw"


@dataclass(frozen=True)
class Scale(Record):
    """Another kind of it."""

    factor: float = 1.0
    between: tuple[tuple[float, str], ...] = ()
    kind: Literal["scale"] = "scale"


@dataclass(frozen=True)
class Drawing(Record):
    """A record of everything that a record can hold."""

    id: str
    count: int = 0
    on: bool = True
    at: Point | None = None
    edits: tuple[Draw | Scale, ...] = ()
    named: Mapping[str, Point] = field(default_factory=dict)
    rows: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    words: tuple[str, ...] = ()


READER = Reader("The drawing")

names = st.text(max_size=5)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | names,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2),
    max_leaves=4,
)
later = st.dictionaries(names.map(lambda name: f"later {name}"), json_values, max_size=2)
points = st.builds(Point, st.floats(-1e9, 1e9), names, unknown=later)
edits = st.builds(Draw, st.lists(points, max_size=2).map(tuple), unknown=later) | st.builds(
    Scale, st.floats(0, 9), st.lists(st.tuples(st.floats(0, 9), names), max_size=2).map(tuple), unknown=later
)
drawings = st.builds(
    Drawing,
    names,
    st.integers(),
    st.booleans(),
    st.none() | points,
    st.lists(edits, max_size=3).map(tuple),
    st.dictionaries(names, points, max_size=2),
    st.dictionaries(names, st.lists(points, max_size=2).map(tuple), max_size=2),
    st.lists(names, max_size=2).map(tuple),
    unknown=later,
)


@given(drawings)
def test_any_record_is_equal_after_json(drawing: Drawing) -> None:
    """Whatever a record holds, at any depth, what a newer version wrote too, it comes back equal."""
    data = json.loads(json.dumps(to_dict(drawing), allow_nan=False))
    assert READER.record(Drawing, data, "") == drawing


@given(drawings, later)
def test_what_a_newer_version_wrote_is_written_back(drawing: Drawing, more: dict[str, Any]) -> None:
    """Unknown fields come back in the file, after a change of a known one too."""
    data = {**to_dict(drawing), **more}
    changed = replace(READER.record(Drawing, data, ""), count=7)
    assert to_dict(changed) == {**data, "count": 7}


@given(drawings)
def test_records_can_be_keys(drawing: Drawing) -> None:
    """A point with fields of a newer version can be hashed, because clips are looked up."""
    assert all(hash(point) == hash(replace(point)) for point in drawing.named.values())


def test_whole_numbers_are_numbers_and_nothing_else_is() -> None:
    """A whole number is read as a float where a float is needed, true and texts are not."""
    assert READER.record(Point, {"x": 3}, "") == Point(3.0)
    for wrong in (True, "3", None, [3], 10**400, float("nan")):
        with pytest.raises(DamagedFileError, match=r"The drawing is damaged at point, x: .* is not a number"):
            READER.record(Point, {"x": wrong}, "point")


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"count": 1}, "drawing: 'id' is missing"),
        ({"id": "a", "count": 1.0}, "drawing, count: '1.0' is not a whole number"),
        ({"id": "a", "on": 1}, "drawing, on: '1' is not true or false"),
        ({"id": "a", "at": {"x": "a"}}, "drawing, at, x: 'a' is not a number"),
        ({"id": "a", "edits": {}}, "drawing, edits: it is not a list"),
        ({"id": "a", "edits": [{"kind": "draw", "points": [{"x": 1}, {}]}]}, "edits 1, points 2: 'x' is missing"),
        ({"id": "a", "edits": [{"kind": "warp"}]}, "edits 1: 'warp' is not one of: draw, scale"),
        ({"id": "a", "edits": [{"kind": ["draw"]}]}, "is not one of: draw, scale"),
        ({"id": "a", "edits": [{"kind": "scale", "between": [[1, "a"], [1]]}]}, "between 2: it has 1 items"),
        ({"id": "a", "edits": [3]}, "edits 1: 'None' is not one of: draw, scale"),
        ({"id": "a", "named": []}, "named: it is not a table"),
        ({"id": "a", "named": {"b": 1}}, "named of b: it is not an object"),
        ({"id": "a", "words": ["b", 1]}, "words 2: '1' is not a text"),
        ([], "drawing: it is not an object"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(data: object, place: str) -> None:
    """The error says where the first wrong value is and what is wrong with it."""
    with pytest.raises(DamagedFileError) as caught:
        READER.record(Drawing, data, "drawing")
    assert place in str(caught.value)


def test_a_check_of_a_record_is_part_of_reading() -> None:
    """A record can be made usable as it is read, or refused, with its place."""

    def positive(point: Point) -> Point:
        if point.x < 0:
            raise InputError("x is below 0.")
        return replace(point, x=min(point.x, 10.0))

    reader = Reader("The drawing", {Point: positive})
    assert reader.record(Drawing, {"id": "a", "at": {"x": 20}}, "").at == Point(10.0)
    with pytest.raises(DamagedFileError, match="at: x is below 0"):
        reader.record(Drawing, {"id": "a", "at": {"x": -1}}, "")


def test_the_fields_are_those_of_the_class() -> None:
    """The names of a record's fields are in order, without what holds the unknown ones."""
    assert list(field_types(Point)) == ["x", "name"]
