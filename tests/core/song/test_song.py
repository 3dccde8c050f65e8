"""Songs are values: every change makes a new one, and nothing recorded disappears."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import NotFoundError
from deforum_perform.core.song.binding import Binding
from deforum_perform.core.song.clip import Clip
from deforum_perform.core.song.lane import Lane, new_lane
from deforum_perform.core.song.song import (
    EMPTY_SONG_S,
    Song,
    next_take_number,
    silenced,
    with_clip,
    with_lane,
    with_take,
    without_lane,
)
from deforum_perform.core.song.take import Take
from deforum_perform.core.song.take_info import TakeInfo, info
from tests.fuzz.examples import a_take
from tests.store.examples import clips, lanes, songs, takes


def _info(take_id: str, number: int = 1, end_s: float = 10.0, trashed: bool = False) -> TakeInfo:
    return TakeInfo(take_id, number, 0.0, end_s, 5, ("/a",), trashed=trashed)


@given(songs())
def test_the_length_is_what_was_set_or_what_was_played(song: Song) -> None:
    """A set length counts; else the end of the last take that is not in the trash; else a minute."""
    ends = [t.end_s for t in song.takes if not t.trashed]
    wanted = song.length_s if song.length_s is not None else max(ends, default=EMPTY_SONG_S)
    assert song.seconds == wanted
    assert song.frames >= 1
    assert (song.frames - 1) / song.fps < song.seconds + 1e-6


@given(songs(), lanes())
def test_a_lane_is_added_at_the_end_or_replaced_in_its_place(song: Song, lane: Lane) -> None:
    """Setting a lane changes that lane alone and keeps the order."""
    after = with_lane(song, lane)
    before = [old.id for old in song.lanes]
    assert [new.id for new in after.lanes] == (before if lane.id in before else [*before, lane.id])
    assert after.lane(lane.id) == lane
    assert all(after.lane(i) == song.lane(i) for i in before if i != lane.id)
    assert after.clips == song.clips


@given(songs().filter(lambda song: bool(song.lanes)), st.data())
def test_removing_a_lane_keeps_the_takes(song: Song, data: st.DataObject) -> None:
    """A lane that goes takes its clips with it, and no take."""
    gone = data.draw(st.sampled_from(song.lanes)).id
    after = without_lane(song, gone)
    assert gone not in [lane.id for lane in after.lanes]
    assert gone not in after.clips
    assert after.takes == song.takes
    with pytest.raises(NotFoundError):
        without_lane(after, gone)


@given(songs(), clips)
def test_a_clip_goes_on_top_and_can_be_silenced(song: Song, clip: Clip) -> None:
    """A clip on top is the last one; silencing its take takes all of that take's clips out of that lane alone."""
    clip = replace(clip, muted=False)
    song = with_take(with_lane(song, new_lane("extra", "zoom")), _info(clip.take))
    after = with_clip(song, "extra", clip)
    assert after.clips_of("extra")[-1] == clip
    quiet = silenced(after, "extra", clip.take)
    assert all(c.take != clip.take for c in quiet.clips_of("extra"))
    others = [{lane: clips for lane, clips in s.clips.items() if lane != "extra"} for s in (quiet, song)]
    assert others[0] == others[1]


def test_a_take_in_the_trash_is_not_played_and_comes_back() -> None:
    """Trashing a take takes its clips out of what is played, and restoring brings them back as they were."""
    song = with_lane(Song("s"), new_lane("l1", "zoom", "/a"))
    for number, name in enumerate("ab", start=1):
        song = with_clip(with_take(song, _info(name, number)), "l1", Clip("", name, Binding("/a"), 0.0, 5.0 + number))
    played = song.clips_of("l1")
    trashed = with_take(song, _info("b", 2, trashed=True))
    assert [c.take for c in trashed.clips_of("l1")] == ["a"]
    assert with_take(trashed, _info("b", 2)).clips_of("l1") == played


@given(st.lists(st.integers(1, 50), unique=True, max_size=6), st.data())
def test_numbers_are_never_given_twice(numbers: list[int], data: st.DataObject) -> None:
    """The next take's number is higher than every number there ever was, in the trash or not; takes stay in order."""
    song = Song("s")
    for n in numbers:
        song = with_take(song, _info(f"t{n}", n, trashed=data.draw(st.booleans())))
    assert next_take_number(song) == max(numbers, default=0) + 1
    assert [t.number for t in song.takes] == sorted(numbers)


@given(takes())
def test_what_a_song_keeps_of_a_take_is_true(take: Take) -> None:
    """Number of events, span and the names of all sources, of numbers and of texts, are those of the take."""
    kept = info(take)
    assert kept.events == take.events
    assert kept.events == sum(len(s) for s in take.signals.values()) + sum(len(t) for t in take.texts.values())
    assert set(kept.sources) == {*take.signals, *take.texts}
    assert list(kept.sources) == sorted(kept.sources)
    assert (kept.id, kept.number, kept.start_s, kept.end_s, kept.recorded_at, kept.lost, kept.trashed) == (
        take.id, take.number, take.start_s, take.end_s, take.recorded_at, take.lost, False,
    )  # fmt: skip


def test_what_is_not_there_is_not_found() -> None:
    """A lane or take that a song does not have is NotFoundError."""
    song = with_take(Song("s"), info(a_take()))
    assert song.take("take-1").number == 1
    with pytest.raises(NotFoundError):
        song.take("take-2")
    with pytest.raises(NotFoundError):
        song.lane("l1")
    assert song.clips_of("l1") == ()


def test_changing_a_song_leaves_the_old_one() -> None:
    """A song that was changed is another song: the old one can be kept for undo."""
    old = Song("s")
    clip = Clip("", "a", Binding("/a"), 0, 1)
    new = with_clip(with_take(with_lane(old, new_lane("l1", "zoom")), _info("a")), "l1", clip)
    assert new.clips["l1"][0].id == "clip-1"
    assert old == Song("s")
    assert replace(new, clips={}, takes=(), lanes=()) == old
