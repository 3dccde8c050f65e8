"""Declared: lanes."""

from __future__ import annotations

from ....core.deforum.fields import PRESETS
from ....core.deforum.motion import FORMS
from ....core.deforum.selection import PICKS
from ....core.deforum.underlay import BLENDS
from ....core.song.players import MAX_HOLD_S
from ....core.song.shaping import CURVES, MAX_DRIFT, MAX_SMOOTHING_S, MAX_TOLERANCE, POOLS
from ..command import Argument, Command, Result
from ..kinds import Choice, Flag, Kind, Number, Text, Texts, Whole
from .samples import LANE, OTHER_LANE, SOURCE

MAX_LANES = 200

_LANE = Argument("id", Text(), "The lane, from `lanes` of the state")
_INPUT = Number(unit="the source's")
_OUTPUT = Number(unit="the lane's")


def _change(name: str, kind: Kind, about: str, *, nullable: bool = False) -> Argument:
    return Argument(name, kind, about, required=False, nullable=nullable)


_CHANGES = (
    _change("source", Text(), "The source that plays the lane; null: none", nullable=True),
    _change("in_low", _INPUT, "Start of the input range; typing it ends `in_auto`"),
    _change("in_high", _INPUT, "End of the input range; typing it ends `in_auto`"),
    _change("in_auto", Flag(), "Whether the input range adapts to the values that arrive"),
    _change("out_low", _OUTPUT, "Value at `in_low`; moved into the field's limits"),
    _change("out_high", _OUTPUT, "Value at `in_high`; moved into the field's limits"),
    _change("invert", Flag(), "Whether the output range is inverted"),
    _change("curve", Choice(CURVES), "How input becomes output"),
    _change("smoothing_s", Number(0, MAX_SMOOTHING_S, "s", clamped=True), "Time constant of the smoothing"),
    _change("armed", Flag(), "Whether the lane is recorded"),
    _change("muted", Flag(), "Whether the lane is left out of everything that is written"),
    _change("pool", Choice(POOLS), "How events inside one frame or cadence step become one value"),
    _change(
        "tolerance",
        Number(0, MAX_TOLERANCE, "of the output range", clamped=True),
        "The largest error of the written keys",
    ),
    _change("exact", Flag(), "Whether the keys are as few as possible; false: as version 0.1 wrote them"),
    _change(
        "drift",
        Number(0, MAX_DRIFT, "of the output range, times frames", clamped=True),
        "The largest sum of the errors of a motion, used with `exact`; 0: any",
    ),
    _change("form", Choice(FORMS), "What the knob means for a motion: steps per frame, a rate or a position"),
    _change("under", Text(empty=True), "A schedule text that is played below what is recorded; empty: none"),
    _change("blend", Choice(BLENDS), "How what is recorded changes the schedule below"),
    _change("choices", Texts(), "The list of a lane that chooses: names, numbers or prompts"),
    _change("pick", Choice(PICKS), "How the source chooses from the list"),
    _change("hold_s", Number(0, MAX_HOLD_S, "s", clamped=True), "The minimum time of a choice"),
    _change("fade_s", Number(0, MAX_HOLD_S, "s", clamped=True), "Fade from one prompt to the next"),
    _change("lines", Flag(), "Whether lines join the steps of a turning knob"),
)

COMMANDS = (
    Command(
        "lane.add",
        f"Add a lane. A song has at most {MAX_LANES}.",
        (
            Argument("field", Text(), "The field's name as Deforum writes it, from `/fields`"),
            Argument("source", Text(), "The source that plays it; left out or null: none", False, True),
        ),
        (Result("id", Text(), "The new lane"),),
        {"field": "translation_z", "source": SOURCE},
    ),
    Command(
        "lane.change",
        "Change the given settings in one undo step. What is recorded plays with the new settings.",
        (_LANE, *_CHANGES),
        example={"id": LANE, "out_low": 0.98, "out_high": 1.05, "curve": "s", "smoothing_s": 0.2},
    ),
    Command("lane.remove", "Remove a lane. Its takes stay in the song.", (_LANE,), example={"id": OTHER_LANE}),
    Command(
        "lane.preset",
        "Give a lane one of the output ranges of its field.",
        (_LANE, Argument("preset", Choice(PRESETS), "The range")),
        example={"id": LANE, "preset": "standard"},
    ),
    Command("lane.learn", "Bind the source that moves next to a lane.", (_LANE,), example={"id": LANE}),
    Command(
        "lane.learn_cancel",
        "Stop waiting for a source that moves.",
        (Argument("id", Text(), "Only if this lane waits; left out or null: any lane", False, True),),
        example={"id": LANE},
    ),
    Command(
        "lane.fit_input_range",
        "Set the input range to the recorded range of the lane, otherwise to the range that its source has sent.",
        (_LANE,),
        (
            Result("in_low", Number(unit="the source's"), "Start of the input range"),
            Result("in_high", Number(unit="the source's"), "End of the input range"),
        ),
        {"id": LANE},
    ),
    Command(
        "lane.import_schedule",
        "Put the text of the lane's box in Deforum's tab, or of the imported settings file, below the lane.",
        (
            _LANE,
            Argument("page", Text(), "The browser page whose Deforum tab is read; left out: the last one", False, True),
        ),
        (Result("under", Text(), "The text"),),
        {"id": LANE},
    ),
    Command(
        "lane.arm_all",
        "Arm or disarm all lanes.",
        (Argument("armed", Flag(), "Whether they are recorded"),),
        example={"armed": True},
    ),
    Command(
        "lane.move",
        "Move a lane in the list. If two lanes play one field, the lower one is written.",
        (_LANE, Argument("index", Whole(0, MAX_LANES - 1), "Its new place, counted from 0")),
        example={"id": LANE, "index": 0},
    ),
)
