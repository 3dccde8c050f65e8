"""The curves that grow while recording: the page shows what would be written now."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.app.recording.changes import KEPT, Changes
from deforum_perform.app.recording.growth import COST_EACH_S, SAVED_UP, Growth
from deforum_perform.app.recording.recording_run import RecordingPlan, RunningRecording
from deforum_perform.app.state.live import MOST_AGAIN, MOST_GROWN
from deforum_perform.core.deforum.tab import DeforumTab
from deforum_perform.core.song.lane import new_lane, with_values
from deforum_perform.core.song.song import Song
from deforum_perform.osc.decode.columns import EventBatch
from tests.app.conftest import SECOND, Hands, osc
from tests.osc.network import until


@dataclass
class Page:
    """A page that is open: it puts the pieces of the stream together as the page does."""

    hands: Hands
    cursor: Any = None
    curves: dict[str, tuple[int, list[float]]] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)

    def look(self) -> None:
        """Process the next message."""
        message, self.cursor = self.hands.performer.live(self.cursor)
        assert message is not None
        self.sizes.append(sum(len(values) for _, _, values in message["growth"]))
        for lane, start, values in message["growth"]:
            first, known = self.curves.setdefault(lane, (start, []))
            at = start - first
            assert 0 <= at <= len(known)
            known[at : at + len(values)] = values

    def curve(self, lane: str) -> np.ndarray:
        """What it shows of a lane, NaN before the first frame."""
        first, values = self.curves[lane]
        return np.concatenate((np.full(first, np.nan), values))


def written(hands: Hands, lane: str) -> np.ndarray:
    """What the lane plays, one value a frame."""
    found = hands.performer.curve_bytes(lane)
    assert found is not None
    frames = struct.unpack_from("<I", found[1])[0]
    return np.frombuffer(found[1], "<f4", frames, 8).astype(float)


def sweep(hands: Hands, start_s: float, end_s: float, page: Page | None = None) -> None:
    """A knob that goes farther and farther up and down, 40 times a second; a page looks 20 times a second."""
    for k, time_s in enumerate(np.arange(start_s + 0.013, end_s, 0.025)):
        value = 60 + (time_s - start_s + 1) * 8 * np.sin(time_s * 5)
        hands.play("/k", (float(time_s), float(value)))
        if page is not None and k % 2:
            page.look()


LANES: list[tuple[str, dict[str, Any]]] = [
    ("angle", {}),
    ("angle", {"curve": "exponential", "invert": True}),
    ("angle", {"smoothing_s": 0.3}),
    ("angle", {"pool": "mean", "smoothing_s": 0.05}),
    ("angle", {"lines": True}),
    ("angle", {"under": "0: (3), 30: (3*sin(t/5))", "blend": "add"}),
    ("strength_schedule", {"out_low": 0.45, "out_high": 0.85}),
    ("strength_schedule", {"pool": "mean"}),
    ("strength_schedule", {"pool": "last", "smoothing_s": 0.1}),
    ("translation_x", {"form": "rate"}),
    ("translation_x", {"form": "position", "smoothing_s": 0.2}),
    ("zoom", {"form": "rate"}),
    ("zoom", {"form": "position"}),
    ("steps_schedule", {}),
    ("steps_schedule", {"pick": "step"}),
    ("sampler_schedule", {"choices": ["Euler a", "DDIM", "UniPC"], "hold_s": 0.2}),
    ("sampler_schedule", {"choices": ["Euler a", "DDIM", "UniPC"], "pick": "step"}),
]


@pytest.mark.parametrize("end_s", [1.21, 4.0])
@pytest.mark.parametrize(("name", "changes"), LANES)
def test_what_is_seen_is_what_would_be_written_now(
    hands: Hands, name: str, changes: dict[str, Any], end_s: float
) -> None:
    """Whenever the recording ends, nothing of the curve that was drawn moves: range, curve, smoothing, form and pooling
    were those that are written, also while the input range was still growing."""
    hands.do("song.change", fps=20, cadence=5, start_s=0.4)
    lane = hands.lane(name, "/k", **changes)
    hands.at(0.4)
    page = Page(hands)
    page.look()
    hands.do("record.start")
    sweep(hands, 1.0, end_s, page)
    hands.at(end_s)
    page.look()
    seen = page.curve(lane)
    hands.do("record.stop")
    after = written(hands, lane)
    assert len(after) - len(seen) in (0, -1)
    start, span = page.curves[lane][0], np.ptp(after) or 1.0
    assert seen[start : len(after)] == pytest.approx(after[start:], abs=2e-5 * span)
    if start and not changes.get("under"):
        assert np.ptp(after[:start]) <= 2e-3 * span  # what comes before it has not changed


@pytest.mark.parametrize("name", ["strength_schedule", "angle"])
def test_what_is_seen_is_read_as_the_tab_says(hands: Hands, name: str) -> None:
    """Where a keyframe distribution of Deforum's tab decides which frames are diffused, what is seen is pooled onto
    these; a field that is read at every frame is not."""
    tab = DeforumTab(
        animation_mode="3D", cadence=5, distribution="Keyframes Only", texts={"prompts": '{"0": "a", "30": "b"}'}
    )
    hands.performer.see_deforum(tab)
    hands.do("song.change", fps=20, set_distribution=False)
    lane = hands.lane(name, "/k")
    hands.at(0.0)
    hands.do("record.start")
    page = Page(hands)
    sweep(hands, 0.3, 3.52, page)
    hands.at(3.52)
    page.look()
    seen, start = page.curve(lane), page.curves[lane][0]
    hands.do("record.stop")
    after = written(hands, lane)
    assert seen[start : len(after)] == pytest.approx(after[start:], abs=1e-4)
    assert (len(set(after.tolist())) <= 3) is (name == "strength_schedule")


def test_notes_are_seen_as_they_are_written(hands: Hands) -> None:
    """While it is recorded, too, a velocity of 0 makes the note of the same message a release."""
    hands.do("song.change", fps=20, cadence=1)
    lane = hands.lane("steps_schedule", "/note[0]", pick="step", out_low=10)
    hands.at(0.4)
    page = Page(hands)
    page.look()
    hands.do("record.start")
    for k, velocity in enumerate([100, 0, 80, 0, 90, 0]):
        hands.send(1.0 + k / 4, osc("/note", 60, velocity))
        page.look()
    hands.at(3.0)
    page.look()
    seen = page.curve(lane)
    hands.do("record.stop")
    after = written(hands, lane)
    assert sorted(set(after)) == [10, 11, 12, 13]
    assert seen[page.curves[lane][0] : len(after)].tolist() == after[page.curves[lane][0] :].tolist()


def test_a_second_recording_is_shown_on_top_of_the_first(hands: Hands) -> None:
    """Earlier recordings continue before, under and after the new one, smoothed with it."""
    hands.do("song.change", fps=20)
    lane = hands.lane("angle", "/k", smoothing_s=0.3)
    hands.at(0.0)
    hands.do("record.start")
    sweep(hands, 0.0, 8.0)
    hands.at(8.0)
    hands.do("record.stop")
    before = written(hands, lane)
    hands.at(100.0)
    hands.do("record.start", start_s=3.0)
    page = Page(hands)
    for time_s in np.arange(100.5, 102.0, 0.05):
        hands.play("/k", (float(time_s), float(60 - 30 * np.cos(time_s))))
        page.look()
    hands.at(102.0)
    page.look()
    seen, start = page.curve(lane), page.curves[lane][0]
    hands.do("record.stop")
    after = written(hands, lane)
    assert seen[start:100] == pytest.approx(after[start:100], abs=1e-4)
    assert after[:start] == pytest.approx(before[:start], abs=0.02)


def test_early_frames_follow_the_range_as_it_grows(hands: Hands) -> None:
    """A knob that went to 10 is at the top of the range until it goes to 100; from then on, at a tenth of it, at once
    and everywhere."""
    hands.do("song.change", fps=10)
    lane = hands.lane("angle", "/k", out_low=0, out_high=100)
    hands.at(0.0)
    hands.do("record.start")
    page = Page(hands)
    hands.play("/k", (0.05, 0.0), (0.15, 10.0))
    hands.at(1.0)
    page.look()
    assert page.curve(lane)[2:] == pytest.approx(100.0)
    hands.play("/k", (1.05, 100.0))
    page.look()
    assert page.curve(lane)[2:10] == pytest.approx(10.0)
    hands.do("lane.change", id=lane, out_high=50)
    page.look()
    assert page.curve(lane)[2:10] == pytest.approx(5.0)


def test_every_page_has_the_same_curve(hands: Hands) -> None:
    """A page that looks often, one that looks seldom and one that comes late show the same in the end."""
    hands.do("song.change", fps=30)
    lanes = [hands.lane("angle", "/k", smoothing_s=0.5), hands.lane("strength_schedule", "/k")]
    hands.at(0.0)
    hands.do("record.start")
    often, seldom = Page(hands), Page(hands)
    for second in range(5):
        sweep(hands, second, second + 1, often)
        seldom.look()
    late = Page(hands)
    for page in (late, often, seldom):
        page.look()
    for lane in lanes:
        assert seldom.curve(lane) == pytest.approx(often.curve(lane), abs=2e-5)
        assert late.curve(lane) == pytest.approx(often.curve(lane), abs=2e-5)


def test_a_changed_curve_comes_again_in_parts(hands: Hands) -> None:
    """However long the recording, no message exceeds its limit; in the end the page has the whole correct curve."""
    hands.do("song.change", fps=100)
    lanes = [hands.lane("angle", "/k", out_low=0, out_high=100) for _ in range(3)]
    hands.at(0.0)
    hands.do("record.start")
    hands.play("/k", (0.0, 0.0), (0.01, 1.0))
    hands.at(100.0)
    page = Page(hands)
    for _ in range(8):
        page.look()
    hands.play("/k", (100.01, 4.0))
    for _ in range(8):
        page.look()
    assert max(page.sizes) <= max(3 * MOST_GROWN, MOST_AGAIN + 3)
    for lane in lanes:
        assert page.curve(lane)[2:10_001] == pytest.approx(25.0)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=KEPT + 10),
    st.integers(0, KEPT + 10),
    st.integers(71, 100),
)
def test_no_change_is_missed(changes: list[tuple[int, int]], version: int, length: int) -> None:
    """What is said to have changed since a version holds every place that did, whenever it was asked for last."""
    log = Changes()
    for first, count in changes:
        log.add(first, first + count)
    start, end = log.since(min(version, log.version), length)
    for first, count in changes[version:]:
        assert start <= first
        assert first + count <= end


# --- long recordings --------------------------------------------------------------------------------------------------

LONG_S, LANES_AT_ONCE, FPS = 1800, 20, 30.0


def long_recording() -> tuple[RunningRecording, Song, list[str]]:
    """Half an hour of 20 sources, of which each moved ten times a second."""
    names = [f"/k/{k}" for k in range(LANES_AT_ONCE)]
    lanes = tuple(new_lane(f"l{k}", "angle", name) for k, name in enumerate(names))
    plan = RecordingPlan("p", "s", 1, 0.0, 0, "", tuple((lane.id, str(lane.source)) for lane in lanes), {})
    playing = RunningRecording(plan)
    playing.receive(events(0.0, LONG_S, 10.0), names)
    return playing, Song("s", fps=FPS, lanes=lanes), names


def events(start_s: float, end_s: float, rate_hz: float) -> EventBatch:
    """What all sources send between two moments."""
    times_s = np.repeat(np.arange(start_s, end_s, 1 / rate_hz), LANES_AT_ONCE)
    count = len(times_s)
    return EventBatch(
        source_index=np.tile(np.arange(LANES_AT_ONCE, dtype=np.int32), count // LANES_AT_ONCE),
        received_ns=np.rint(times_s * SECOND).astype(np.int64),
        values=np.abs(np.sin(times_s)),
        texts=[],
        controls=[],
        tagged=np.empty(0, np.int64),
        timetags=np.empty(0, np.uint64),
        sender_index=np.full(count, -1, np.int32),
    )


def test_a_long_recording_costs_no_more_than_a_short_one() -> None:
    """However long the recording and however often its ranges change, the curves of all lanes stay within their
    computing budget per second, and each has its turn."""
    playing, song, names = long_recording()
    growth, costs, turns = Growth(), [], dict.fromkeys((lane.id for lane in song.lanes), 0)
    for step in range(601):
        widened = tuple(with_values(lane, in_high=1.0 + step) for lane in song.lanes)
        for draft in growth.advance(playing, replace(song, lanes=widened), 1, DeforumTab(), names, LONG_S + step / 30):
            costs.append(draft.cost)
            turns[draft.shape.lane.id] += 1
            growth.accept(draft, np.zeros(draft.frames))
    assert sum(costs) <= SAVED_UP + 20 * COST_EACH_S + max(costs)
    assert min(turns.values()) >= 1
    assert max(turns.values()) - min(turns.values()) <= 1


# --- saving -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("every_s", [0.04, 1.0])
def test_a_range_that_grows_is_saved_once_it_rests(
    hands: Hands, monkeypatch: pytest.MonkeyPatch, every_s: float
) -> None:
    """Fifty moves of which each widens the range do not save the song fifty times, however fast they come: it is saved
    once the range rests, and every half minute until then."""
    lane = hands.lane("angle", "/k")
    performer, saved = hands.performer, []
    save = performer.parts.store.save
    monkeypatch.setattr(performer.parts.store, "save", lambda song: (saved.append(song), save(song)))
    for k in range(50):
        hands.play("/k", (1.0 + every_s * k, float(k)))
        performer.parts.library.save_rested(due=True)
        performer.parts.saver.drain(10.0)
    assert len(saved) <= every_s * 50 / 30
    hands.at(1.0 + every_s * 50 + 3.0)
    until(lambda: bool(saved) and saved[-1].song.lane(lane).binding.in_high == 49.0)
    assert len(saved) <= 1 + every_s * 50 / 30


@pytest.mark.parametrize("how", ["close", "song.new", "import", "listener.allow"])
def test_the_last_range_is_saved_before_anything_else(hands: Hands, how: str) -> None:
    """Closing, another song and any command save first what a pause would have saved."""
    lane = hands.lane("angle", "/k")
    hands.play("/k", (1.0, 1.0), (1.01, 5.0), (1.02, 90.0))
    performer = hands.performer
    song, store = performer.session.song, performer.parts.store
    if how == "close":
        performer.close()
    elif how == "import":
        performer.import_song(performer.export("zip").data)
    else:
        hands.do(how, **({"name": "Another"} if how == "song.new" else {"sender": "10.0.0.1"}))
    assert store.load(song.id).song.lane(lane).binding.in_high == 90.0
