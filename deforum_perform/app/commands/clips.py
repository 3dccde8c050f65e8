"""Actions: the clips of lanes, edits over them, and the positions of takes in the song."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...core.errors import DamagedFileError, InputError
from ...core.records import Reader, field_types, plain
from ...core.song.clip import Clip, checked_clip, clip_called, in_place, without_clip
from ...core.song.edit import KINDS, OF_CHOICES, Change, Edit, edit_called, with_edit, without_edit
from ...core.song.retiming import halves, in_unit, moved_to, trimmed, with_offset
from ...core.song.song import Song, next_id, with_clips, with_edits

if TYPE_CHECKING:
    from ..parts import Parts
    from .command import Action


def _comp(parts: Parts, id: str) -> dict[str, Any]:
    song = parts.session.song
    lane = song.lane(id)
    return {"clips": plain(song.clips.get(lane.id, ())), "edits": plain(song.edits.get(lane.id, ()))}


def _set_clip(parts: Parts, lane: str, id: str, **changes: Any) -> dict[str, Any]:
    def changed(song: Song, clip: Clip) -> Clip:
        if "offset_s" in changes:
            clip = with_offset(song, clip, changes["offset_s"])
        if "start_s" in changes or "end_s" in changes:
            clip = trimmed(song, clip, changes.get("start_s", clip.start_s), changes.get("end_s", clip.end_s))
        own = ("fade_in_s", "fade_out_s", "muted")
        return checked_clip(replace(clip, **{name: changes[name] for name in own if name in changes}))

    def edited(song: Song) -> Song:
        clips = song.clips.get(song.lane(lane).id, ())
        return with_clips(song, lane, in_place(clips, changed(song, clip_called(clips, id))))

    _edit(parts, lane, "clip", edited, merge=f"{lane}:{id}:{sorted(changes)}")
    return {}


def _split(parts: Parts, lane: str, id: str, at_s: float) -> dict[str, Any]:
    made: list[str] = []

    def edited(song: Song) -> Song:
        clips = song.clips.get(song.lane(lane).id, ())
        clip = clip_called(clips, id)
        both = halves(song, clip, at_s, next_id("clip", song.clips))
        made[:] = [both[1].id]
        return with_clips(song, lane, tuple(c for known in clips for c in (both if known is clip else (known,))))

    _edit(parts, lane, "split clip", edited)
    return {"id": made[0]}


def _remove_clip(parts: Parts, lane: str, id: str) -> dict[str, Any]:
    def edited(song: Song) -> Song:
        return with_clips(song, lane, without_clip(song.clips.get(song.lane(lane).id, ()), id))

    _edit(parts, lane, "remove clip", edited)
    return {}


def _add_edit(
    parts: Parts,
    lane: str,
    start_s: float,
    end_s: float,
    change: Mapping[str, Any],
    fade_s: float = 0.0,
    on: bool = True,
) -> dict[str, Any]:
    read, made = _change(change), list[str]()

    def edited(song: Song) -> Song:
        _check_suits(song, lane, read)
        made[:] = [next_id("edit", song.edits)]
        edit = Edit(made[0], start_s, end_s, read, on, fade_s)
        return with_edits(song, lane, with_edit(song.edits.get(lane, ()), edit))

    _edit(parts, lane, read.kind, edited)
    return {"id": made[0]}


def _set_edit(parts: Parts, lane: str, id: str, **changes: Any) -> dict[str, Any]:
    if "change" in changes:
        changes["change"] = _change(changes["change"])

    def edited(song: Song) -> Song:
        edits = song.edits.get(song.lane(lane).id, ())
        edit = replace(edit_called(edits, id), **changes)
        _check_suits(song, lane, edit.change)
        return with_edits(song, lane, with_edit(edits, edit))

    _edit(parts, lane, "edit", edited, merge=f"{lane}:{id}:{sorted(changes)}")
    return {}


def _remove_edit(parts: Parts, lane: str, id: str) -> dict[str, Any]:
    def edited(song: Song) -> Song:
        return with_edits(song, lane, without_edit(song.edits.get(song.lane(lane).id, ()), id))

    _edit(parts, lane, "remove edit", edited)
    return {}


def _move(parts: Parts, id: str, start_s: float) -> dict[str, Any]:
    with parts.session.lock:
        number = parts.session.song.take(id).number
        parts.session.edit(f"move take {number}", lambda song: moved_to(song, id, start_s), merge=f"move {id}")
    return {}


def _set_unit(parts: Parts, id: str, unit: str) -> dict[str, Any]:
    with parts.session.lock:
        number = parts.session.song.take(id).number
        parts.session.edit(f"keep take {number} in {unit}", lambda song: in_unit(song, id, unit))
    return {}


def _edit(parts: Parts, lane: str, what: str, fn: Callable[[Song], Song], merge: str | None = None) -> None:
    with parts.session.lock:
        parts.session.edit(f"{parts.session.song.lane(lane).row.title}: {what}", fn, merge=merge)


def _change(given: Mapping[str, Any]) -> Change:
    """The change of an edit; InputError says which value cannot be used."""
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise InputError(f"Unknown kind of edit {str(kind)[:40]!r}. Choose one of: {', '.join(KINDS)}.")
    unknown = sorted(set(given) - set(field_types(KINDS[kind])))
    if unknown:
        raise InputError(f"An edit of kind {kind!r} has no value {unknown[0][:40]!r}.")
    try:
        change: Change = Reader("change").record(KINDS[kind], given, kind)
    except DamagedFileError as error:
        place, _, why = str(error).removeprefix("change is damaged at ").partition(": ")
        raise InputError(f"The change of an edit cannot be used at {place}: {why}") from error
    return change


def _check_suits(song: Song, lane_id: str, change: Change) -> None:
    """InputError for a change that would produce invalid numbers for the lane."""
    lane = song.lane(lane_id)
    if (lane.chooses or lane.counts) and not isinstance(change, OF_CHOICES):
        kinds = ", ".join(kind for kind, made in KINDS.items() if made in OF_CHOICES)
        raise InputError(f"{lane.row.title} plays a list or a count. Its edits can be: {kinds}.")


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "lane.comp": _comp,
        "clip.change": _set_clip,
        "clip.split": _split,
        "clip.remove": _remove_clip,
        "edit.add": _add_edit,
        "edit.change": _set_edit,
        "edit.remove": _remove_edit,
        "take.move": _move,
        "take.set_unit": _set_unit,
    }
)
