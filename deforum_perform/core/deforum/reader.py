"""Reading schedule texts exactly as Deforum's ``FrameInterpolater`` does, to verify what is written.

The rules, from ``animation_key_frames.py`` and ``prompt.py`` of sd-webui-deforum 32242685: the text is split at every
comma and each piece at its colons; brackets and quotes are removed from a value, and if the rest is a plain number the
frames up to the next key are a straight line, otherwise the value is a formula that holds from its frame to the next
key. There must be a key for frame 0; keys outside 0..max_frames-1 are dropped; of two keys for one frame the last one
counts. Where Deforum raises, ScheduleTextError is raised with the position in the text; formulas of dropped keys are
not evaluated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, ScheduleTextError
from ..units import MAX_FRAMES
from .expression import ExpressionError, evaluate
from .fast_reader import number_columns

_NUMBER = re.compile(r"^(?=.)[+-]?[0-9]*(\.[0-9]+)?$")
_MARKS = str.maketrans("", "", "'\"()")
MAX_FORMULAS = 100_000
"""Of one text: Perform evaluates them in seconds, Deforum takes minutes four times a render."""
_MOST_SHOWN, _MOST_DIGITS = 60, 4000


@dataclass(frozen=True)
class _Piece:
    """One ``frame: value`` of a text; the positions count characters from 0."""

    frame: int
    frame_is_formula: bool
    value: str
    frame_position: int
    value_position: int

    @property
    def number_text(self) -> str | None:
        """The value without brackets and quotes if Deforum takes it for a plain number, otherwise None."""
        bare = self.value.translate(_MARKS)
        return bare if _NUMBER.match(bare) else None


def parse_schedule(text: str, max_frames: int, seed: int = -1) -> NDArray[np.float64]:
    """The values (max_frames,) that Deforum reads from ``text``, bit for bit for plain numbers.

    ``seed`` is ``s`` in formulas. Values that a formula leaves undefined (NaN) are interpolated linearly, as Deforum
    does. Raises ScheduleTextError (with position and reason) if Deforum cannot read the text.
    """
    _check_frames(max_frames)
    columns = number_columns(text)
    if columns is not None:
        frames, values = columns
        inside = (frames >= 0) & (frames < max_frames)
        if bool((frames[inside] == 0).any()):
            return _join(frames[inside], values[inside], max_frames)
    return _read(_pieces(text, max_frames, seed), max_frames, seed)


def parse_names(text: str, max_frames: int, seed: int = -1) -> list[str]:
    """The names, one per frame, that Deforum reads from the text of a choice field (sampler, checkpoint, mask).

    Brackets and quotes are lost from a name; a name of digits only is skipped for the one before it.
    """
    _check_frames(max_frames)
    keys = _keys_inside(_pieces(text, max_frames, seed), max_frames)
    names: list[str] = []
    for key, following in zip(keys, [*(key.frame for key in keys[1:]), max_frames]):
        if key.number_text is not None and not names:
            raise ScheduleTextError(
                f'"{_shown(key.value)}" is a number, and Deforum needs a name at frame 0.', key.value_position
            )
        name = names[-1] if key.number_text is not None else key.value.translate(_MARKS)
        names += [name] * (following - key.frame)
    return names


def _check_frames(max_frames: int) -> None:
    if not 1 <= max_frames <= 2 * MAX_FRAMES:
        raise InputError(f"max_frames is at least 1 and at most {2 * MAX_FRAMES}, not {max_frames}.")


def _read(pieces: list[_Piece], max_frames: int, seed: int) -> NDArray[np.float64]:
    keys = _keys_inside(pieces, max_frames)
    _check_formulas(sum(key.number_text is None for key in keys))
    values = np.full(max_frames, np.nan)
    for key, following in zip(keys, [*(key.frame for key in keys[1:]), max_frames]):
        number = key.number_text
        if number is None:
            values[key.frame : following] = _formula(key, np.arange(key.frame, following), max_frames, seed)
        else:
            values[key.frame] = _plain_number(number, key)
    valid = np.flatnonzero(~np.isnan(values))
    if valid.size == 0:
        raise ScheduleTextError("No frame of this schedule has a value.", keys[0].value_position)
    return _join(valid, values[valid], max_frames)


def _plain_number(number: str, key: _Piece) -> float:
    try:
        return float(number)
    except ValueError:
        raise ScheduleTextError(f'"{_shown(key.value)}" is a sign without a number.', key.value_position) from None


def _join(frames: NDArray[np.int64], values: NDArray[np.float64], max_frames: int) -> NDArray[np.float64]:
    """Straight lines between valid frames, held outside them: what pandas' linear ``interpolate`` (itself np.interp)
    gives.
    """
    table = np.full(max_frames, np.nan)
    table[frames] = values
    valid = np.flatnonzero(~np.isnan(table))
    if valid.size == max_frames:
        return table
    gaps = np.flatnonzero(np.isnan(table))
    with np.errstate(all="ignore"):
        table[gaps] = np.interp(gaps, valid, table[valid])
    return table


def _keys_inside(pieces: list[_Piece], max_frames: int) -> list[_Piece]:
    """The keys that Deforum uses, by frame; the last of two for the same frame. Raises if there is none for frame 0."""
    by_frame = {piece.frame: piece for piece in pieces}
    if 0 not in by_frame:
        raise ScheduleTextError("There is no key for frame 0; Deforum needs one.", pieces[0].frame_position)
    return [by_frame[frame] for frame in sorted(by_frame) if 0 <= frame < max_frames]


def _pieces(text: str, max_frames: int, seed: int) -> list[_Piece]:
    pieces: list[_Piece] = []
    start = formulas = 0
    for part in text.split(","):
        pieces.append(_piece(part, start, max_frames, seed))
        start += len(part) + 1
        formulas += pieces[-1].frame_is_formula
        _check_formulas(formulas)
    return pieces


def _check_formulas(count: int) -> None:
    if count > MAX_FORMULAS:
        raise ScheduleTextError(f"It has more than {MAX_FORMULAS:,} formulas.", 0)


def _shown(text: str) -> str:
    """Enough of ``text`` to find it."""
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def _piece(part: str, start: int, max_frames: int, seed: int) -> _Piece:
    cut = part.split(":")
    frame_position = start + len(cut[0]) - len(cut[0].lstrip())
    is_formula = not _NUMBER.match(cut[0].strip().translate(_MARKS))
    frame = _frame_number(cut[0], is_formula, frame_position, max_frames, seed)
    if len(cut) < 2:
        reason = f'"{_shown(part.strip())}" has no ":" and value; commas inside a formula split it.'
        raise ScheduleTextError(reason, frame_position)
    value_position = start + len(cut[0]) + 1 + len(cut[1]) - len(cut[1].lstrip())
    return _Piece(frame, is_formula, cut[1].strip(), frame_position, value_position)


def _frame_number(raw: str, is_formula: bool, position: int, max_frames: int, seed: int) -> int:
    if not is_formula:
        try:
            # An endless row of digits would block a Python older than 3.10.7.
            return int(raw.translate(_MARKS) if len(raw) < _MOST_DIGITS else "")
        except ValueError:
            raise ScheduleTextError(f'"{_shown(raw.strip())}" is not a whole frame number.', position) from None
    formula = _without_outer_quotes(raw.strip())
    if not formula.strip():
        raise ScheduleTextError("A key is missing here (an empty text, or a comma too many).", position)
    try:
        value = evaluate(formula, {"s": np.array([seed]), "max_f": np.array([max_frames - 1])})
        return int(value.reshape(-1)[0])
    except (ExpressionError, ValueError, OverflowError) as error:
        place = position + (error.offset if isinstance(error, ExpressionError) else 0)
        raise ScheduleTextError(f'The frame "{_shown(raw.strip())}" cannot be read: {error}.', place) from error


def _without_outer_quotes(text: str) -> str:
    """The text without its first and its last quote of each kind, as Deforum removes them from a frame formula."""
    for mark in "'\"":
        text = text.replace(mark, "", 1)
    for mark in "'\"":
        head, found, tail = text.rpartition(mark)
        text = head + tail if found else tail
    return text


def _formula(key: _Piece, frames: NDArray[np.int64], max_frames: int, seed: int) -> NDArray[np.float64]:
    names = {"t": frames, "s": np.array([seed]), "max_f": np.array([max_frames - 1])}
    try:
        return evaluate(key.value, names)
    except ExpressionError as error:
        raise ScheduleTextError(
            f'"{_shown(key.value)}" cannot be read: {error}.', key.value_position + error.offset
        ) from error
