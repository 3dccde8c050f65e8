"""The kinds of reception problems and their messages: one table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class ReceptionProblem(NamedTuple):
    """``message`` describes it in a take, with its ``source``, ``events`` or ``messages``, ``seconds`` and ``who`` (a
    host).

    ``while_recording`` is shown during the recording, if something was not received. ``said`` fills both in.
    ``of_time``: only the time is wrong, so a take whose events are played at the time they were sent does not have it.
    """

    message: str
    remedy: str
    while_recording: str = ""
    of_time: bool = False


RECEPTION_PROBLEMS: Mapping[str, ReceptionProblem] = MappingProxyType(
    {
        "stall": ReceptionProblem(
            "{source} stalled for {seconds:.2f} s, then sent {events} at once.",
            "Keep the sender's menus closed while you play, or play this part again.",
            of_time=True,
        ),
        "burst": ReceptionProblem(
            "{source} sent {events} at once.",
            "Play this part again if it matters.",
            of_time=True,
        ),
        "gap": ReceptionProblem(
            "{source} sent nothing for {seconds:.2f} s in the middle of a steady stream.",
            "Play this part again if it matters.",
        ),
        "reordered": ReceptionProblem(
            "{events} of {source} arrived after later ones.",
            "Use a cable instead of Wi-Fi, or let the take play by its sender's time.",
            of_time=True,
        ),
        "two_senders": ReceptionProblem(
            "Two programs send {source} at the same time.",
            "Stop one of the programs, or give it another address.",
        ),
        "lost": ReceptionProblem(
            "{messages} {were} lost before {they} could be read.",
            "Send fewer messages, or close other programs.",
            while_recording="{messages} {were} lost in this recording.",
        ),
        "failed": ReceptionProblem(
            "{messages} {were} left out because of an error in Perform.",
            "See the log, and report the error. Play this part again if it matters.",
            while_recording="{messages} {were} left out of this recording because of an error in Perform.",
        ),
        "damaged": ReceptionProblem(
            "The journal of this take is damaged here: {messages} or more {were} lost.",
            "Play this part again if it matters.",
            while_recording="The journal of this take is damaged: {messages} or more {were} lost.",
        ),
        "cut_off": ReceptionProblem(
            "The recording was cut off here, before a stop: what came later is missing.",
            "Record the rest as another take.",
            while_recording=(
                "The take ends at its last event: it was cut off before a stop, and what came later is missing."
            ),
        ),
        "full": ReceptionProblem(
            "The take was full: {messages} {were} left out.",
            "Record the rest as another take.",
            while_recording="This take is full: {messages} {were} left out. Stop, and record the rest as another take.",
        ),
        "refused": ReceptionProblem(
            "{messages} could not be kept: too many sources or texts, or values that are not numbers.",
            "Click OSC to see what was refused.",
            while_recording="{messages} could not be kept in this recording. Click OSC to see why.",
        ),
        "limited": ReceptionProblem(
            "{messages} from {who} {were} left out: it sent more than its limit.",
            "Raise the limit of a sender in the OSC panel, or send fewer messages.",
            while_recording="{who} sends more than its limit: {messages} {were} left out of this recording.",
        ),
        "slept": ReceptionProblem(
            "The computer slept for {count:,} s here.",
            "Play this part again if it matters.",
            while_recording="The computer slept for {count:,} s during this recording.",
        ),
    }
)
"""Of what was not received, the more severe kinds come first."""

UNKNOWN = ReceptionProblem("An unknown reception problem happened here.", "")


def reception_problem(kind: str) -> ReceptionProblem:
    """The row of ``kind``; a generic one for a kind that only a newer Perform has."""
    return RECEPTION_PROBLEMS.get(kind, UNKNOWN)


def said(template: str, count: int, source: str = "", seconds: float = 0.0, who: str = "") -> str:
    """A message of the table for ``count`` events or messages: "1 event", "2,000 events"."""
    one = count == 1
    return template.format(
        count=count,
        events=f"{count:,} event{'' if one else 's'}",
        messages=f"{count:,} message{'' if one else 's'}",
        were="was" if one else "were",
        they="it" if one else "they",
        source=source,
        seconds=seconds,
        who=who,
    )
