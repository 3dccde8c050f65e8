"""Patches: the differences between two states of a song, in both directions.

A change names a place in the song by its path, field by field. Items of a list that have an id, such as lanes, takes
and clips, are named by it; any other list is one value. The order of items is a separate change, with None in place of
an id; its values are the ids that follow each other where the order differs, after the one before them, or after None
at the beginning of the list. The values of a change are those of the song's file, so a patch can be written as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args, get_origin

from ..errors import DamagedFileError
from ..identity import by_identity
from ..records import UNKNOWN, Reader, Record, field_types, plain

Path = tuple[str | None, ...]

SORTED = ("takes",)
"""Fields of a song whose items have an order."""


class _Absent:
    """The value at a place that does not exist."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()


class MisfitError(Exception):
    """A patch does not fit the song, because it was made for another state."""


@dataclass(frozen=True)
class Change:
    """At ``path`` the value ``before`` became ``after``; ABSENT if there is none."""

    path: Path
    before: Any
    after: Any

    @property
    def reversed(self) -> Change:
        """The reverse change."""
        return Change(self.path, self.after, self.before)


Patch = tuple[Change, ...]


def joined(patch: Patch, later: Patch) -> tuple[Patch, ...]:
    """The two patches in a row, as one if both only change the same values."""
    first = {change.path: change for change in patch}
    plain_values = all(ABSENT not in (change.before, change.after) for change in (*patch, *later))
    if not plain_values or first.keys() != {change.path for change in later}:
        return patch, later
    if any(change.path[-1] is None and change.before != first[change.path].after for change in later):
        return patch, later  # the order of different items
    return (tuple(Change(change.path, first[change.path].before, change.after) for change in later),)


def reversed_patch(patch: Patch) -> Patch:
    """The patch that reverts ``patch``."""
    return tuple(change.reversed for change in patch)


# --- finding ----------------------------------------------------------------------------------------------------------


def difference(before: Record, after: Record) -> Patch:
    """The patch from ``before`` to ``after``, two records of one type. Shared objects cost nothing."""
    return tuple(_of_records((), before, after))


def _of_records(path: Path, before: Record, after: Record) -> Iterator[Change]:
    for name, wanted in (*field_types(type(before)).items(), (UNKNOWN, Any)):
        yield from _of_values((*path, name), wanted, getattr(before, name), getattr(after, name))


def _of_values(path: Path, wanted: Any, before: Any, after: Any) -> Iterator[Change]:
    if before is after:
        return
    if isinstance(before, Record) and type(before) is type(after):
        yield from _of_records(path, before, after)
    elif (item := _item_type(wanted)) is not None:
        yield from _of_lists(path, item, before, after)
    elif get_origin(wanted) is not None and isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_tables(path, get_args(wanted)[1], before, after)
    elif before != after:
        yield Change(path, plain(before), plain(after))


def _of_tables(path: Path, wanted: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key in (*before, *(key for key in after if key not in before)):
        if key in before and key in after:
            yield from _of_values((*path, key), wanted, before[key], after[key])
        else:
            yield Change((*path, key), _plain_at(before, key), _plain_at(after, key))


def _plain_at(table: Mapping[str, Any], key: str) -> Any:
    return plain(table[key]) if key in table else ABSENT


def _of_lists(path: Path, item: type[Record], before: Sequence[Any], after: Sequence[Any]) -> Iterator[Change]:
    """The changes of two lists of items with ids. What is the same at their beginning and end costs little."""
    first, last = _same(before, after)
    before_ids, after_ids = ([i.id for i in items[first : len(items) - last]] for items in (before, after))
    yield from _of_tables(
        path, item, _by_id(before[first : len(before) - last]), _by_id(after[first : len(after) - last])
    )
    more = last > 0
    if path != SORTED and (_moves(before_ids, after_ids, more) or _moves(after_ids, before_ids, more)):
        anchor = before[first - 1].id if first else None
        yield Change((*path, None), [anchor, *before_ids], [anchor, *after_ids])


def _same(before: Sequence[Any], after: Sequence[Any]) -> tuple[int, int]:
    """How many items at the beginning are the same objects, and how many at the end."""
    shorter = min(len(before), len(after))
    first = next((place for place in range(shorter) if before[place] is not after[place]), shorter)
    last = next((n for n in range(shorter - first) if before[-1 - n] is not after[-1 - n]), shorter - first)
    return first, last


def _moves(present: list[str], wanted: list[str], more: bool) -> bool:
    """Whether the order differs from that of removing items and adding others at the end of the list; ``more``: others
    follow in it."""
    return _joined(present, wanted) != wanted or (more and not set(wanted) <= set(present))


def _joined(present: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The order of the items in ``wanted``, if those that are not ``present`` were added at the end."""
    there, asked = set(present), set(wanted)
    return [key for key in present if key in asked] + [key for key in wanted if key not in there]


def _item_type(wanted: Any) -> type[Record] | None:
    """The type of the items of a list whose items have ids; None for any other type."""
    inner = get_args(wanted)
    is_list = get_origin(wanted) is tuple and inner[1:] == (...,)
    item = inner[0] if is_list and isinstance(inner[0], type) and issubclass(inner[0], Record) else None
    return item if item is not None and "id" in field_types(item) else None


def _by_id(items: Iterable[Any]) -> dict[str, Any]:
    return {item.id: item for item in items}


# --- applying ---------------------------------------------------------------------------------------------------------


def fits(record: Record, patch: Patch) -> bool:
    """Whether the record is in the state for which the patch was made, as far as the patch contains its values."""
    try:
        return all(_is_at(record, change.path, change.before) for change in patch)
    except MisfitError:
        return False


def _is_at(record: Record, path: Path, wanted: Any) -> bool:
    found = _found(record, path)
    return _contains_run(found, wanted) if path[-1] is None else bool(found == wanted)


def _contains_run(ids: list[str], run: Any) -> bool:
    """Whether the ids of a run follow each other."""
    if not isinstance(run, list) or not run:
        return False
    if run[0] is None:
        return ids[: len(run) - 1] == run[1:]
    if run[0] not in ids:
        return False
    place = ids.index(run[0])
    return ids[place : place + len(run)] == run


def _found(value: Any, path: Path) -> Any:
    for name in path:
        if name is None:
            return list(_table(value))
        if isinstance(value, Record):
            if name not in field_types(type(value)) and name != UNKNOWN:
                raise MisfitError
            value = getattr(value, name)
        else:
            table = value if isinstance(value, Mapping) else _table(value)
            value = table.get(name, ABSENT)
    return plain(value)


def _table(value: Any) -> Mapping[str, Any]:
    """The items of a list by their ids; MisfitError for anything else."""
    if not isinstance(value, tuple) or not all(hasattr(item, "id") for item in value[:1]):
        raise MisfitError
    return _items_by_id(value)


@by_identity(64)
def _items_by_id(items: tuple[Any, ...]) -> Mapping[str, Any]:
    return _by_id(items)


@dataclass
class _Node:
    """The effect of a patch at one place: it sets ``value`` there, or changes what is ``inside``."""

    value: Any = None
    puts: bool = False
    inside: dict[str | None, _Node] = field(default_factory=dict)


def patched(record: Record, patch: Patch, reader: Reader) -> Any:
    """The record after the patch; its values are read and validated by ``reader``. MisfitError if it does not fit, or
    if the result is invalid."""
    root = _Node()
    for change in patch:
        node = root
        for name in change.path:
            node = node.inside.setdefault(name, _Node())
        node.value, node.puts = change.after, True
    try:
        return _put(record, type(record), root, reader)
    except DamagedFileError as error:
        raise MisfitError(str(error)) from error


def _put(value: Any, wanted: Any, node: _Node, reader: Reader) -> Any:
    if node.puts:
        return ABSENT if node.value is ABSENT else reader.value(wanted, node.value, "a change")
    if isinstance(value, Record):
        return _in_record(value, node, reader)
    item = _item_type(wanted)
    if item is not None and isinstance(value, tuple):
        return _in_list(value, item, node, reader)
    if isinstance(value, Mapping):
        return _in_table(value, get_args(wanted)[1] if get_origin(wanted) else Any, node, reader)
    raise MisfitError


def _in_record(value: Record, node: _Node, reader: Reader) -> Record:
    known = {**field_types(type(value)), UNKNOWN: Mapping[str, Any]}
    values: dict[str, Any] = {}
    for name, inner in node.inside.items():
        if name is None or name not in known:
            raise MisfitError
        values[name] = _put(getattr(value, name), known[name], inner, reader)
        if values[name] is ABSENT:
            raise MisfitError
    return reader.checked(replace(value, **values), "a change")


def _in_table(value: Mapping[str, Any], wanted: Any, node: _Node, reader: Reader) -> dict[str, Any]:
    table = dict(value)
    for key, inner in node.inside.items():
        if key is None:
            raise MisfitError
        made = _put(table.get(key, ABSENT), wanted, inner, reader)
        if made is ABSENT:
            table.pop(key, None)
        else:
            table[key] = made
    return table


def _in_list(value: tuple[Any, ...], item: type[Record], node: _Node, reader: Reader) -> tuple[Any, ...]:
    order = node.inside.pop(None, None)
    table = _in_table(_table(value), item, node, reader)
    if any(key in table and table[key].id != key for key in node.inside):
        raise MisfitError
    if order is None:
        return tuple(table.values())
    return tuple(table[key] for key in _with_run(list(table), order.value))


def _with_run(ids: list[str], run: Any) -> list[str]:
    """The ids with those of a run after its first one, or at the beginning."""
    if not isinstance(run, list) or not run or any(not isinstance(key, str) for key in run[run[0] is None :]):
        raise MisfitError
    anchor, wanted = run[0], set(run[1:])
    others = [key for key in ids if key not in wanted]
    if not len(run) - 1 == len(wanted) == len(ids) - len(others) or (anchor is not None and anchor not in others):
        raise MisfitError
    place = 0 if anchor is None else others.index(anchor) + 1
    return [*others[:place], *run[1:], *others[place:]]
