"""Deforum's Prompts box as Apply will leave it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ...core.checks import DeforumTab, Problem, prompt_frame_problem, prompts_box_problem
from ...core.curve.coverage import covered_steps
from ...core.curve.edits import edited_plays
from ...core.deforum.prompts import frame_of, merged_prompts, parse_prompts, stopping_frame
from ...core.deforum.reading import Reading
from ...core.errors import ScheduleTextError
from ...core.song.lane import Lane
from ...core.song.players import Prompts
from ...core.song.song import Song
from .schedules import Schedules


def merged_box(song: Song, lane: Lane, text: str, present: str, reading: Reading) -> dict[str, str]:
    """The box with the lane's prompts (its schedule ``text``) where it plays, and its ``present`` content elsewhere.

    ScheduleTextError if the box is not JSON.
    """
    keys = {int(frame): prompt for frame, prompt in parse_prompts(text).items()}
    if not present.strip():
        return parse_prompts(text)
    mask = covered_steps(song.clips_of(lane.id), song.fps, song.frames, reading.cadence)
    mask |= edited_plays(np.zeros(song.frames), song.edits_of(lane.id), song.fps) > 0
    box = merged_prompts(parse_prompts(present), keys, mask, reading.max_frames(song.frames), reading.seed)
    return box if "0" in box else {"0": keys[0], **box}


def frames_left(song: Song, written: Iterable[tuple[Lane, str]], present: str, reading: Reading) -> list[str]:
    """The keys of the box with the prompt lanes of ``written`` (lane, schedule text) in it."""
    box = parse_prompts(present) if present.strip() else {"0": ""}
    for lane, text in written:
        box = merged_box(song, lane, text, present, reading)
    return list(box)


def frames_of_prompts(
    song: Song, lanes: Iterable[Lane], schedules: Schedules, present: str, reading: Reading
) -> list[str]:
    """The same for those of ``lanes`` that play prompts."""
    prompting = [lane for lane in lanes if isinstance(lane.player, Prompts) and lane.selection.choices]
    prompting = [lane for lane in prompting if song.plays(lane.id)]
    written = [(lane, schedules.of(song, lane, reading).schedule.text) for lane in prompting]
    return frames_left(song, written, present, reading)


def prompt_problems(
    song: Song, written: Iterable[tuple[Lane, str]], tab: DeforumTab, reading: Reading
) -> Iterator[Problem]:
    """A prompt that stops the render, or a box that does: one that is not JSON prevents prompt lanes from being
    written.

    A Parseq manifest has prompts of its own, and a keyframe distribution that stops at a prompt reports that itself.
    """
    if tab.parseq:
        return
    written, present = list(written), tab.texts.get("prompts", "")
    try:
        keys = frames_left(song, written, present, reading)
    except ScheduleTextError as error:
        yield prompts_box_problem(str(error), blocks=bool(written))
        return
    if "prompts" in tab.texts and not written and not (present.strip() and keys):
        yield prompts_box_problem("Deforum's Prompts box has no prompt. Write one there.")
    if reading.stops is not None:
        return
    frames = reading.max_frames(song.frames)
    key = stopping_frame(keys, frames, tab.animation_mode)
    if key is not None:
        yield prompt_frame_problem(key, frame_of(key, frames, reading.seed))
