"""A folder of songs as a killed process leaves it: what any command can be about is there."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.app.conftest import Hands, opened, osc


def killed_folder(root: Path, source: str) -> Path:
    """Songs, one of them with a backup and one in the trash; lanes, of which one is played by ``source``; a take, a
    recording that was cut off, and imported settings."""
    clock = [0]
    hands = Hands(opened(root, clock), clock)
    hands.do("song.change", tempo_bpm=100)
    hands.do("song.change", tempo_bpm=None)
    hands.do("song.new", name="deleted")
    thrown = hands.performer.session.song.id
    hands.do("song.new", name="main")
    hands.do("song.trash", id=thrown)
    zoom = hands.lane("zoom", source)
    hands.lane("angle")
    hands.send(10.0, osc("/perform/record", 1), osc(source, 0.25))
    hands.send(11.0, osc(source, 0.75))
    hands.send(40.0, osc("/perform/record", 0))
    hands.do("edit.add", lane=zoom, start_s=1.0, end_s=2.0, change={"kind": "shift", "by": 0.01}, on=False)
    hands.do("settings.import", name="base.txt", settings={"zoom": "0:(1.5)", "angle": "0:(2)"})
    hands.send(50.0, osc("/perform/record", 1), osc(source, 0.5))
    killed = killed_now(hands, root)
    hands.performer.close()
    return killed


def killed_now(hands: Hands, root: Path) -> Path:
    """A copy of the songs as a process that is killed now leaves them."""
    journal = hands.performer.recorder.feed.journal
    assert journal is not None
    assert journal.flush(timeout_s=60)
    assert hands.performer.parts.saver.drain(60.0)
    killed = root / "killed"
    shutil.copytree(root, killed, ignore=shutil.ignore_patterns("killed", "lock"))
    return killed
