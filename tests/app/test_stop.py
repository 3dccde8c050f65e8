"""Stop, with the real listener: what was played before it belongs to the take."""

from __future__ import annotations

from pathlib import Path

import pytest

from deforum_perform.app.host import Standalone
from deforum_perform.app.performer import open_performer
from deforum_perform.core.listener import ListenerChoice
from deforum_perform.demo.wire import udp_sender

COUNT = 400


@pytest.mark.parametrize("stop", ["record.stop", "play.stop"])
def test_what_arrived_before_stop_is_recorded(tmp_path: Path, stop: str) -> None:
    """Datagrams that the listener still holds when the button is pressed are not lost, and none of them twice."""
    performer = open_performer(tmp_path, ListenerChoice(port=0), Standalone())
    try:
        for number in range(1, 4):
            performer.command("record.start", {"start_s": 0})
            with udp_sender(performer.listening.host, performer.listening.port) as send:
                for step in range(COUNT):
                    send("/knob", (step / COUNT,))
            performer.command(stop, {})
            take = performer.snapshot()["takes"][-1]
            assert (take["number"], take["events"]) == (number, COUNT)
    finally:
        performer.close()
