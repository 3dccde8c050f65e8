"""A knob or a pad that chooses from names: samplers, checkpoints, seeds from a list.

``zone``: the input range is divided into one zone per choice; a zone is left only when the knob is clearly inside the
next one. ``step``: every hit moves to the next choice, and from the last to the first, beginning at the first one (see
``hits``). ``index``: the value is the number of the choice, from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError

if TYPE_CHECKING:
    from .schedule import Schedule

PICKS = ("zone", "step", "index")

HYSTERESIS = 0.15
"""How far into the next zone, as a fraction of a zone, the knob has to move: a 7-bit knob that jitters by one step
stays in its zone."""

MANGLED = "()'\",:"
"""Deforum removes the first four from a name, splits the text at a comma, and a name at a colon."""

Array = NDArray[np.float64]
Index = NDArray[np.int64]


def picked(positions: ArrayLike, raw: ArrayLike, how: str, choices: int) -> Index:
    """The choice at each event, shape (N,), 0 to ``choices`` - 1.

    ``positions`` (N,) 0..1 of the source in its input range, ``raw`` (N,) its own values, both in time order.
    """
    where, values = np.asarray(positions, dtype=np.float64), np.asarray(raw, dtype=np.float64)
    if choices < 1:
        raise InputError("The list is empty. Add at least one choice.")
    if how == "index":
        return np.clip(np.rint(values), 0, choices - 1).astype(np.int64)
    return _zones(where, choices)


def stepped(hits: Index, choices: int) -> Index:
    """The choice after so many ``hits`` (N,): the first choice before the first hit, the second after it, and so on;
    after the last choice, the first again."""
    return hits % choices


def _zones(where: Array, choices: int) -> Index:
    if not where.size:
        return np.empty(0, dtype=np.int64)
    scaled = np.clip(where, 0.0, 1.0) * choices

    def follow(zone: int, place: float) -> int:
        if zone - HYSTERESIS <= place <= zone + 1 + HYSTERESIS:
            return zone
        return min(int(place), choices - 1)

    first = min(int(scaled[0]), choices - 1)
    zones: Iterator[int] = accumulate(scaled.tolist(), follow, initial=first)
    return np.fromiter(zones, np.int64, len(scaled) + 1)[1:]


def held(chosen: Index, least: int) -> Index:
    """Per-frame choices (N,) in which each stays for at least ``least`` frames; a change in that time takes effect
    afterwards."""
    if least <= 1 or not chosen.size:
        return chosen.copy()
    out, frame = chosen.copy(), 0
    changes = np.append(np.flatnonzero(np.diff(chosen)) + 1, chosen.size)
    while frame < chosen.size:
        free = frame + least
        out[frame : min(free, chosen.size)] = chosen[frame]
        after = np.searchsorted(changes, free, side="left")
        if free >= chosen.size:
            break
        frame = free if chosen[free] != chosen[frame] else int(changes[after])
        out[free:frame] = out[free - 1]
    return out


def names_text(chosen: Index, choices: Sequence[str], cadence: int = 1) -> str:
    """Deforum's text for per-frame choices (N,): a key only where the name changes, at the frames that Deforum
    reads."""
    seen = chosen[::cadence]
    at = np.concatenate(([0], np.flatnonzero(np.diff(seen)) + 1))
    return ", ".join(f'{frame * cadence}: ("{choices[seen[frame]]}")' for frame in at.tolist())


def choice_schedule(chosen: Index, choices: Sequence[str], cadence: int = 1) -> Schedule:
    """The schedule of per-frame choices (N,); its values are indexes into ``choices``. Checked by reading the text
    back.

    InputError where the text read back gives another name at a frame that a render reads.
    """
    from .reader import parse_names  # only the code that writes schedules needs these two
    from .schedule import Schedule

    text = names_text(chosen, choices, cadence)
    read = parse_names(text, len(chosen))[::cadence]
    wanted = [choices[i] for i in chosen[::cadence].tolist()]
    if read != wanted:
        raise InputError("Deforum would change one of the names. Remove it from the list.")
    seen = chosen[::cadence]
    at = np.concatenate(([0], np.flatnonzero(np.diff(seen)) + 1))
    return Schedule(chosen.astype(np.float64), at * cadence, seen[at].astype(np.float64), 0, text, 0.0, None)


def refused_name(name: str, known: Sequence[str] | None = None, of_file: bool = False) -> str | None:
    """Why Deforum cannot use ``name``, or None. ``known``: the running WebUI's own list, if there is one; ``of_file``:
    it is the name of a file, such as a checkpoint, which can be renamed."""
    remedy = "Rename the file, or leave it out." if of_file else "Type another name, or leave it out."
    bad = " ".join(sorted({character for character in name if character in MANGLED}))
    if not name.strip():
        return "A choice is empty. Type a name, or remove it."
    if bad:
        return f"Deforum would change {name!r}: a name cannot contain {bad}. {remedy}"
    if name.strip().lstrip("+-").replace(".", "", 1).isdigit():
        return f"Deforum would read {name!r} as a number. {remedy}"
    if name != name.strip():
        return f"{name!r} begins or ends with a space, which Deforum removes. Type it without the space."
    if known is not None and name not in known:
        return f"This WebUI does not have {name!r}: a render would stop where it is used. Choose one from the list."
    return None
