"""Deforum's Prompts box as Apply will leave it."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.lane import Lane
from ..core.prompts import merged_prompts, parse_prompts
from ..core.reading import Reading
from ..core.song import Song
from ..core.underlay import covered_steps
from .schedules import Schedules


def merged_box(song: Song, lane: Lane, text: str, present: str, reading: Reading) -> dict[str, str]:
    """The box with the lane's prompts (its schedule ``text``) where it plays, and what is ``present`` elsewhere.

    ScheduleTextError if the box is no JSON.
    """
    keys = {int(frame): prompt for frame, prompt in parse_prompts(text).items()}
    if not present.strip():
        return parse_prompts(text)
    mask = covered_steps(song.covers(lane.id), song.fps, song.frames, reading.cadence)
    box = merged_prompts(parse_prompts(present), keys, mask, reading.max_frames(song.frames), reading.seed)
    return box if "0" in box else {"0": keys[0], **box}


def frames_of_prompts(
    song: Song, lanes: Iterable[Lane], schedules: Schedules, present: str, reading: Reading
) -> list[str]:
    """The keys of the box once the prompt lanes among ``lanes`` are written into it."""
    box = parse_prompts(present) if present.strip() else {"0": ""}
    for lane in lanes:
        if lane.row.kind == "prompt" and lane.choices and song.covers(lane.id):
            text = schedules.of(song, lane, reading).schedule.text
            box = merged_box(song, lane, text, present, reading)
    return list(box)
