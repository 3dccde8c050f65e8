"""The messages about a recording while it runs and after its end."""

from __future__ import annotations

from collections.abc import Sequence

from ...osc.decode.source_table import MOST_SOURCES
from ...store import limits
from ..notices import Notice
from .problem_table import RECEPTION_PROBLEMS, said
from .recording_run import Losses, RunningRecording

NOTHING_ARRIVED = Notice(
    "warn",
    "Nothing arrived in this recording.",
    "Move a knob and watch the monitor. If it shows nothing, see Troubleshooting in the documentation.",
)
NO_TAKE = Notice(
    "error",
    "The recording ended, but could not become a take. The log has the details.",
    "What arrived is kept and offered above as soon as it is on disk.",
)
TOO_MANY_SOURCES = Notice(
    "warn",
    f"This recording has {MOST_SOURCES:,} sources. Further ones are not recorded.",
    "Use fixed addresses in the sender, without numbers that count up.",
)

LARGE_RECORDING = Notice(
    "warn",
    f"This recording has {limits.LARGE_EVENTS / 1e6:.0f} million events and needs much memory.",
    "Stop it soon, and record the rest as another take.",
)
NEARLY_FULL_SONG = Notice(
    "warn",
    "This song is nearly full: it has too many takes, sources and reception problems.",
    "Make a new song soon, and record there.",
)


def recording_notice(done: RunningRecording, end_ns: int) -> Notice | None:
    """The message about the reception of a recording that made a take, ended at ``end_ns`` (monotonic)."""
    losses = done.losses_until(end_ns)
    return losses_notice(losses) if losses else None


def losses_notice(losses: Sequence[Losses]) -> Notice:
    """The worst losses of a recording, in words."""
    gravity = list(RECEPTION_PROBLEMS)
    worst = min(losses, key=lambda loss: gravity.index(loss.kind))
    count = sum(loss.count for loss in losses if (loss.kind, loss.who) == (worst.kind, worst.who))
    row = RECEPTION_PROBLEMS[worst.kind]
    return Notice("warn", said(row.while_recording, count, who=worst.who), row.remedy)
