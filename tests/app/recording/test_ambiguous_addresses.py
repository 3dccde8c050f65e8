"""An address that looks like an argument: a separate source, live, recorded, exported, imported and replayed."""

from __future__ import annotations

from pathlib import Path

from deforum_perform.core.song.song import Song
from deforum_perform.store.songs.store import SongStore
from tests.app.conftest import Hands, osc

ARGUMENT, ADDRESS = "/a[1]", "/a\\[1]"


def recorded(hands: Hands) -> tuple[str, str]:
    """A recording in which the second argument of `/a` and the address `/a[1]` move separately; the lanes of the
    two."""
    hands.send(0.5, osc("/a", 0.0, 0.25), osc("/a[1]", 0.75))
    lanes = hands.lane("zoom", ARGUMENT), hands.lane("angle", ADDRESS)
    hands.at(1.0)
    hands.do("record.start")
    hands.send(2.0, osc("/a", 0.0, 0.1), osc("/a[1]", 0.9))
    hands.send(3.0, osc("/a", 0.0, 0.2), osc("/a[1]", 0.8))
    hands.at(4.0)
    hands.do("record.stop")
    return lanes


def values(hands: Hands, song: Song) -> dict[str, list[float]]:
    """What the song's take holds, by source."""
    take = hands.performer.parts.takes.get(song.id, song.takes[0].id)
    return {name: signal.values.tolist() for name, signal in take.signals.items()}


def test_both_are_received_bound_and_recorded_separately(hands: Hands) -> None:
    """Each lane follows its own source, and the take has each one's own values."""
    lanes = recorded(hands)
    assert [source["name"] for source in hands.performer.snapshot()["sources"]] == ["/a[0]", ARGUMENT, ADDRESS]
    found = values(hands, hands.performer.session.song)
    assert (found[ARGUMENT], found[ADDRESS]) == ([0.1, 0.2], [0.9, 0.8])
    for lane, source in zip(lanes, (ARGUMENT, ADDRESS), strict=True):
        assert [clip["source"] for clip in hands.state_of(lane)["clips"]] == [source]


def test_both_survive_the_disk_and_a_zip(hands: Hands, tmp_path: Path) -> None:
    """Songs and takes, read again from their folder or imported from a zip, keep them apart."""
    recorded(hands)
    before = values(hands, hands.performer.session.song)
    made = hands.performer.export("zip")
    loaded = SongStore(tmp_path).load(hands.performer.session.song.id)
    assert [lane.source for lane in loaded.song.lanes] == [ARGUMENT, ADDRESS]
    hands.performer.import_song(made.data)
    song = hands.performer.session.song
    assert [lane.source for lane in song.lanes] == [ARGUMENT, ADDRESS]
    assert values(hands, song) == before
    assert set(song.takes[0].sources) == {"/a[0]", ARGUMENT, ADDRESS}


def test_both_are_exported_as_what_they_were(hands: Hands) -> None:
    """The text of a take sends the address as one argument, and the argument among those of its address."""
    recorded(hands)
    lines = [line.split(" ", 1)[1] for line in hands.performer.export("oscdump").data.decode().splitlines()]
    assert lines == ["/a fd 0.0 0.1", "/a[1] d 0.9", "/a fd 0.0 0.2", "/a[1] d 0.8"]


def test_a_song_of_0_1_keeps_its_names(hands: Hands) -> None:
    """There the name means the argument, and so it does now: what is recorded and what arrives are one source."""
    lane = recorded(hands)[0]
    hands.send(9.0, osc("/a", 0.0, 0.6))
    live = {source["name"]: source["value"] for source in hands.performer.snapshot()["sources"]}
    assert live[ARGUMENT] == 0.6
    assert hands.state_of(lane)["source"] == ARGUMENT
