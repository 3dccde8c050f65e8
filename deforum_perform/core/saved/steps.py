"""Undo steps: the patches that a decision of the user made to the song. Undo never deletes takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..song.song import Song, with_take
from .patch import ABSENT, MisfitError, Patch, fits, joined, patched, reversed_patch
from .song_file import SONG_READER


@dataclass(frozen=True)
class Step:
    """What undo reverts at once. ``patches``: one after the other."""

    label: str
    patches: tuple[Patch, ...] = ()


def grown(step: Step, patch: Patch) -> Step:
    """The step with further patches."""
    if not step.patches:
        return replace(step, patches=(patch,))
    return replace(step, patches=(*step.patches[:-1], *joined(step.patches[-1], patch)))


def undone(song: Song, step: Step) -> Song:
    """The song before the step; takes that were recorded in it are in the trash. MisfitError if the song is not in the
    state after the step."""
    return _stepped(song, [reversed_patch(patch) for patch in reversed(step.patches)])


def redone(song: Song, step: Step) -> Song:
    """The song after the step. MisfitError if the song is not in the state before it."""
    return _stepped(song, step.patches)


def advanced(song: Song, patch: Patch) -> Song:
    """The song after a change that was made to it; no take is removed. MisfitError if it was made to another state."""
    if not fits(song, patch):
        raise MisfitError
    after: Song = patched(song, patch, SONG_READER)
    if after.id != song.id:
        raise MisfitError
    return _keeping_takes(after, song)


def _stepped(song: Song, patches: Sequence[Patch]) -> Song:
    before = song
    for patch in patches:
        song = _without_trashed(song, patch)
        if not fits(song, patch):
            raise MisfitError
        song = patched(song, patch, SONG_READER)
    if song.id != before.id:
        raise MisfitError
    return _keeping_takes(song, before)


def _without_trashed(song: Song, patch: Patch) -> Song:
    """The song without the trashed takes that the patch restores."""
    added = {change.path[1] for change in patch if change.path[:1] == ("takes",) and change.before is ABSENT}
    if not added:
        return song
    return replace(song, takes=tuple(take for take in song.takes if not (take.trashed and take.id in added)))


def _keeping_takes(song: Song, before: Song) -> Song:
    """``song``, with the takes that only ``before`` has in the trash; takes are in order of their numbers."""
    if song.takes is before.takes:
        return song
    known = {take.id for take in song.takes}
    song = replace(song, takes=tuple(sorted(song.takes, key=lambda take: take.number)))
    for take in before.takes:
        if take.id not in known:
            song = with_take(song, replace(take, trashed=True))
    return song
