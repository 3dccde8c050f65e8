"""A full song and small takes to begin with, and whether two takes are the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from deforum_perform.core.signal import Signal, signal
from deforum_perform.core.song.binding import Binding
from deforum_perform.core.song.clip import Clip
from deforum_perform.core.song.document import Document
from deforum_perform.core.song.edit import Draw, Edit, Point
from deforum_perform.core.song.info import SongInfo
from deforum_perform.core.song.lane import changed, new_lane
from deforum_perform.core.song.song import Song
from deforum_perform.core.song.take import ABLETON, Take
from deforum_perform.core.song.take_info import TakeProblem, info
from deforum_perform.core.song.workspace import LaneState, Workspace
from deforum_perform.core.time.tempo_map import constant_tempo


def a_take(take_id: str = "take-1", number: int = 1) -> Take:
    """A small take of two sources and a text."""
    return Take(
        take_id,
        number,
        0.0,
        2.0,
        {"/nts1/cutoff": signal([0.0, 0.5, 1.0], [0.25, 0.5, 1.0]), "/xy[1]": signal([1.5], [-3.0])},
        {"/clip": ((0.25, "verse"), (1.0, "chorus"))},
        "2026-01-31T12:00:00+00:00",
        3,
    )


def a_late_take() -> Take:
    """The small take with one source whose events were meant earlier than they arrived."""
    return replace(a_take(), sent={"/nts1/cutoff": np.array([0.0, 0.25, 0.5])}, sent_by=ABLETON)


def same_take(one: Take, other: Take) -> bool:
    """Whether two takes are equal, bit for bit, in the same order of sources."""
    plain = ("id", "number", "start_s", "end_s", "recorded_at", "lost", "sent_by")
    return (
        all(getattr(one, name) == getattr(other, name) for name in plain)
        and list(one.signals) == list(other.signals)
        and dict(one.texts) == dict(other.texts)
        and all(same_signal(s, other.signals[name]) for name, s in one.signals.items())
        and list(one.sent) == list(other.sent)
        and all(times_s.tobytes() == other.sent[name].tobytes() for name, times_s in one.sent.items())
    )


def same_signal(one: Signal, other: Signal) -> bool:
    """Whether two signals are equal, bit for bit."""
    return one.times_s.tobytes() == other.times_s.tobytes() and one.values.tobytes() == other.values.tobytes()


def a_song() -> Song:
    """A song with lanes of every kind, a take with reception problems, and a lane that plays it."""
    take = a_take()
    lanes = (
        changed(
            new_lane("lane-1", "zoom", "/nts1/cutoff"),
            {"smoothing_s": 0.1, "curve": "s", "under": "0:(1.02)", "blend": "add"},
        ),
        changed(new_lane("lane-2", "translation_x", "/xy[1]"), {"form": "rate"}),
        changed(new_lane("lane-3", "sampler_schedule", "/xy[1]"), {"choices": ["Euler", "DDIM"], "pick": "step"}),
        changed(new_lane("lane-4", "seed_schedule"), {"choices": ["1", "2"], "fade_s": 0.5}),
        changed(new_lane("lane-5", "prompts", "/xy[1]"), {"choices": ["a cat --neg b", "a dog"]}),
    )
    clips = {
        "lane-1": (Clip("clip-1", take.id, Binding("/nts1/cutoff"), 0.0, 2.0, fade_in_s=0.25),),
        "lane-3": (Clip("clip-2", take.id, Binding("/xy[1]"), 0.5, 2.0, 0.25, muted=True),),
    }
    edits = {"lane-1": (Edit("edit-1", 0.5, 1.0, Draw((Point(0.5, 1.0), Point(1.0, 1.1)))),)}
    tempo = constant_tempo(120.0)
    marks = (TakeProblem("gap", "/nts1/cutoff", 0.5, 1.0, 3), TakeProblem("lost", "", 0.25, 0.25, 1))
    return Song("", 12.5, 3.0, tempo, 2, True, "a.txt", lanes, (info(take, marks),), clips, edits)


def a_document() -> Document:
    """The song with a name and a workspace."""
    lanes = {"lane-1": LaneState(muted=True), "lane-2": LaneState(armed=False)}
    return Document(SongInfo("Überlauf", "2026-01-31T12:00:00+00:00"), a_song(), Workspace(0.5, lanes))
