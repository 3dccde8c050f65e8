"""Declared: takes, the lanes they play on, and recordings that were cut off."""

from __future__ import annotations

from ....core.time.time_map import TIMES
from ..command import Argument, Command, Result
from ..kinds import Choice, Text, Whole
from .samples import LANE, RECORDING, SOURCE, TAKE

_LANE = Argument("id", Text(), "The lane, from `lanes` of the state")
_TAKE = Argument("id", Text(), "The take, from `takes` of the state")
_RECORDING = Argument("id", Text(), "The recording, from `unsaved` of the state")

COMMANDS = (
    Command("take.trash", "Move a take to the trash. Lanes no longer play it.", (_TAKE,), example={"id": TAKE}),
    Command("take.restore", "Restore a take from the trash.", (_TAKE,), example={"id": TAKE}),
    Command(
        "lane.play_take",
        "Play a take on a lane, on top of what the lane plays there.",
        (
            _LANE,
            Argument("take", Text(), "The take, from `takes` of the state"),
            Argument(
                "source",
                Text(),
                "Which of the take's sources; left out or null: the one that played the lane, or the lane's own",
                False,
                True,
            ),
        ),
        example={"id": LANE, "take": TAKE, "source": SOURCE},
    ),
    Command(
        "lane.remove_take",
        "Remove a take from a lane. The take stays in the song.",
        (_LANE, Argument("take", Text(), "The take, from `takes` of the state")),
        example={"id": LANE, "take": TAKE},
    ),
    Command(
        "take.set_time",
        "Play a take by the times at which its events arrived, or by those their sender gave them, where known.",
        (_TAKE, Argument("time", Choice(TIMES), "Which times")),
        example={"id": TAKE, "time": "arrival"},
    ),
    Command(
        "recording.recover",
        "Make a take from a recording that no song lists, such as one that was cut off.",
        (_RECORDING,),
        (Result("take", Whole(1, None), "Number of the take"),),
        {"id": RECORDING},
    ),
    Command(
        "recording.discard",
        "Move a recording that no song lists to the folder of discarded ones.",
        (_RECORDING,),
        example={"id": RECORDING},
    ),
)
