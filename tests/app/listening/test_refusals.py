"""What is not OSC is reported to the page by kind, without a request, and not too often."""

from __future__ import annotations

from typing import Any

from tests.app.conftest import SECOND, Hands, osc
from tests.osc.network import until


def kinds(hands: Hands) -> dict[str, Any]:
    """What the page shows of refused datagrams."""
    listener = hands.performer.snapshot()["listener"]
    return {**listener["malformed_kinds"], **listener["refused_kinds"]}


def test_kinds_reach_the_page_without_another_change(hands: Hands) -> None:
    """A datagram that is not OSC changes the state soon, although no source moved."""
    revision = hands.performer.revision
    hands.send(1.0, b"noise")
    until(lambda: hands.performer.revision != revision)
    assert kinds(hands) == {"length": 1}


def test_what_was_read_despite_an_error_is_counted_separately(hands: Hands) -> None:
    """The page shows how many messages break which rule, and that nothing of them was refused."""
    hands.performer.ticker.close()
    hands.send(1.0, b"/a\0x,f\0\0\x3f\0\0\0")
    listener = hands.performer.snapshot()["listener"]
    assert (listener["irregular_kinds"], listener["malformed"], kinds(hands)) == ({"padding": 1}, 0, {})
    assert [(source["name"], source["value"]) for source in hands.performer.snapshot()["sources"]] == [("/a", 0.5)]
    assert hands.performer.parts.reception.has_news(9 * SECOND)
    assert not hands.performer.parts.reception.has_news(19 * SECOND)


def test_a_flood_is_reported_once_a_second(hands: Hands) -> None:
    """Repeated invalid datagrams do not change the state each time; the rest is reported when the second is over."""
    reception, shown = hands.performer.parts.reception, []
    hands.performer.ticker.close()
    for at_s in (1.0, 1.2, 1.9, 2.1, 2.2):
        hands.send(at_s, b"noise")
        shown.append(reception.has_news(round(at_s * SECOND)))
    assert shown == [True, False, False, True, False]
    assert reception.has_news(4 * SECOND)
    assert not reception.has_news(9 * SECOND)
    hands.send(9.0, osc("/a", 0.5))
    assert not reception.has_news(9 * SECOND)
