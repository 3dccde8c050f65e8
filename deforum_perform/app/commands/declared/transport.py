"""Declared: recording, playing, the playhead and the ranges; the monitor and the notices."""

from __future__ import annotations

from ....core.units import MAX_SECONDS
from ..command import Argument, Command, Result
from ..kinds import Number, Range, Text, Whole

_RANGE = Range(0, MAX_SECONDS, "s")

COMMANDS = (
    Command(
        "record.start",
        "Start recording.",
        (
            Argument(
                "start_s",
                Number(0, MAX_SECONDS, "s"),
                "Song time at which the recording begins; left out or null: the playhead",
                required=False,
                nullable=True,
            ),
        ),
        (Result("take", Whole(1, None), "Number of the take that is being recorded"),),
        {"start_s": 0},
    ),
    Command(
        "record.stop",
        "Stop recording, or stop waiting for the first event.",
        returns=(
            Result(
                "take",
                Whole(1, None),
                "Number of the new take, the last one of a loop; null: nothing was recorded",
                nullable=True,
            ),
        ),
    ),
    Command("record.wait", "Wait: recording starts with the first event that arrives from a source of an armed lane."),
    Command("play.start", "Play from the playhead."),
    Command(
        "play.stop",
        "Stop playing, and recording.",
        returns=(
            Result(
                "take",
                Whole(1, None),
                "Number of the new take where a recording was stopped; null: nothing was recorded",
                nullable=True,
            ),
        ),
    ),
    Command(
        "seek",
        "Move the playhead.",
        (Argument("time_s", Number(0, MAX_SECONDS, "s"), "Song time; beyond the end of the song: its end"),),
        (Result("time_s", Number(0, MAX_SECONDS, "s"), "Song time of the playhead now"),),
        {"time_s": 12.5},
    ),
    Command(
        "workspace.change",
        "Set the given ranges. They are saved with the song; undo does not affect them.",
        (
            Argument("loop", _RANGE, "The range that a loop repeats; null: none", False, True),
            Argument("punch", _RANGE, "The range that a punch recording writes; null: none", False, True),
        ),
        example={"loop": [4, 12.5]},
    ),
    Command("monitor.clear", "Remove all sources from the monitor; each returns with its next event."),
    Command(
        "notice.dismiss",
        "Remove a notice.",
        (Argument("id", Text(), "The notice, from `notices` of the state; an unknown one is ignored"),),
        example={"id": "control"},
    ),
)
