"""The demo's performance: text in the form of liblo's oscdump."""

from __future__ import annotations

from collections.abc import Sequence

from deforum_perform.core.errors import PerformError
from deforum_perform.demo.score import Step, read_score, score_text
from deforum_perform.store.exports.oscdump import take_to_oscdump
from tests.fuzz.examples import a_take
from tests.fuzz.target import Broken, Target

RULE = "every line is a message or the first that is none is named; what is read is written and read the same"


def seeds() -> Sequence[bytes]:
    """A performance, a take as oscdump, and lines with one thing wrong."""
    steps = [Step(0.5, "/knob", (0.25, 1, "verse")), Step(61.0, "/pad", (1,))]
    good = score_text(steps)
    lines = ("00000000.80000000 /a f 1e400", "00000000.8 /a f 1", "00000000.80000000 /a fi 1", "", "x" * 99)
    return [good.encode(), take_to_oscdump(a_take()).encode(), *(f"{good}{line}\n".encode() for line in lines)]


def one_input(data: bytes) -> None:
    """Read the steps, write them, read them again."""
    try:
        steps = read_score(data.decode("utf-8", "replace"))
    except PerformError:
        return
    again = read_score(score_text(steps))
    if [(s.time_s, s.address) for s in again] != [(s.time_s, s.address) for s in steps]:
        raise Broken("written and read again it is another performance")


TARGET = Target(RULE, one_input, seeds, max_bytes=2048)
