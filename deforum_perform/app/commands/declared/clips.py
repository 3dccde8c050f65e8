"""Declared: the clips of lanes, edits over them, and the positions of takes in the song."""

from __future__ import annotations

from ....core.song.edit import KINDS
from ....core.time.time_map import UNITS
from ....core.units import MAX_SECONDS
from ..command import Argument, Command, Result
from ..kinds import Choice as OneOf
from ..kinds import Flag, Kind, Number, Object, Objects, Text
from .samples import CLIP, EDIT, LANE, TAKE

_LANE = Argument("lane", Text(), "The lane")
_CLIP = Argument("id", Text(), "The clip, from `lane.comp`")
_EDIT = Argument("id", Text(), "The edit, from `lane.comp`")
_TIME = Number(0, MAX_SECONDS, "s")
_FADE = Number(0, MAX_SECONDS, "s", clamped=True)
_KINDS = ", ".join(f"`{kind}`" for kind in KINDS)


def _may(name: str, kind: Kind, about: str) -> Argument:
    return Argument(name, kind, about, required=False)


_CHANGE = f"An object with `kind` and the values of that kind: {_KINDS}, see [formats](formats.md)"

COMMANDS = (
    Command(
        "lane.comp",
        "List the clips and the edits of a lane, also those that are muted or off.",
        (Argument("id", Text(), "The lane"),),
        (
            Result("clips", Objects(), "The clips as in song.json; a later one is on top of those before it"),
            Result("edits", Objects(), "The edits as in song.json; each changes what those before it give"),
        ),
        {"id": LANE},
    ),
    Command(
        "clip.change",
        "Change a clip: trim it, move it, fade it or mute it. What is left out stays.",
        (
            _LANE,
            _CLIP,
            _may("offset_s", Number(-MAX_SECONDS, MAX_SECONDS, "s"), "How much later than in the take its events are"),
            _may("start_s", _TIME, "Song time at which it begins; its events stay where they are"),
            _may("end_s", _TIME, "Song time at which it ends"),
            _may("fade_in_s", _FADE, "Length of the fade at its start"),
            _may("fade_out_s", _FADE, "Length of the fade at its end"),
            _may("muted", Flag(), "Whether the lane does not play it"),
        ),
        example={"lane": LANE, "id": CLIP, "fade_in_s": 0.5},
    ),
    Command(
        "clip.split",
        "Make two clips of one. They play what it played.",
        (_LANE, _CLIP, Argument("at_s", _TIME, "Song time of the split, inside the clip")),
        (Result("id", Text(), "The new clip, which is the later one"),),
        {"lane": LANE, "id": CLIP, "at_s": 10.0},
    ),
    Command(
        "clip.remove",
        "Remove a clip from a lane. Its take stays in the song.",
        (_LANE, _CLIP),
        example={"lane": LANE, "id": CLIP},
    ),
    Command(
        "edit.add",
        "Put an edit on top of what a lane plays, over a range of the song. Nothing recorded is changed.",
        (
            _LANE,
            Argument("start_s", _TIME, "Song time at which the range begins"),
            Argument("end_s", _TIME, "Song time at which it ends"),
            Argument("change", Object(), _CHANGE),
            _may("fade_s", _FADE, "Length of the fades inside both ends; left out: none"),
            _may("on", Flag(), "Whether it is applied; left out: it is"),
        ),
        (Result("id", Text(), "The new edit"),),
        {"lane": LANE, "start_s": 1.0, "end_s": 4.0, "change": {"kind": "scale", "factor": 0.5}},
    ),
    Command(
        "edit.change",
        "Change an edit, or switch it on or off. What is left out stays.",
        (
            _LANE,
            _EDIT,
            _may("start_s", _TIME, "Song time at which the range begins"),
            _may("end_s", _TIME, "Song time at which it ends"),
            _may("change", Object(), _CHANGE),
            _may("fade_s", _FADE, "Length of the fades inside both ends"),
            _may("on", Flag(), "Whether it is applied"),
        ),
        example={"lane": LANE, "id": EDIT, "on": False},
    ),
    Command("edit.remove", "Remove an edit from a lane.", (_LANE, _EDIT), example={"lane": LANE, "id": EDIT}),
    Command(
        "take.move",
        "Move a take, with all its clips, to another place in the song.",
        (Argument("id", Text(), "The take"), Argument("start_s", _TIME, "Song time at which it then begins")),
        example={"id": TAKE, "start_s": 2.0},
    ),
    Command(
        "take.set_unit",
        "Choose whether a take keeps its seconds or its beats when the tempo of the song changes.",
        (Argument("id", Text(), "The take"), Argument("unit", OneOf(UNITS), "What it follows")),
        example={"id": TAKE, "unit": "seconds"},
    ),
)
