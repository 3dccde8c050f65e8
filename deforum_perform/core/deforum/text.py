"""Schedule texts as Deforum reads them: ``0:(0.5), 12:(0.75)``.

Deforum takes a number only in the form ``[+-]digits.digits``: an exponent or a bare ``5.`` becomes a formula whose
value holds and then jumps, so everything here is written in fixed point (``animation_key_frames.py`` and
``prompt.py`` of sd-webui-deforum 32242685).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from ..units import MAX_DECIMALS, format_fixed, quantise

_MAX_UNSCALED = 10**15
_GROUP = 10_000
_FOUR_BYTES = np.uint32

Column = NDArray[np.uint32]
"""Four ASCII characters for each key in memory order; zero bytes are left out of the text."""


def keys_to_text(frames: ArrayLike, values: ArrayLike, decimals: int) -> str:
    """Keys as text. ``frames`` (K,) whole numbers, ascending, the first one 0; ``values`` (K,) finite, in the field's
    unit.

    Values are rounded to ``decimals`` digits. Raises InputError if Deforum could not read the text back.
    """
    frame_column, value_column = np.asarray(frames, dtype=np.int64), _checked(values, decimals)
    if frame_column.shape != value_column.shape or frame_column.size == 0:
        raise InputError("A schedule needs one frame for each value, and at least one.")
    if frame_column[0] != 0 or (np.diff(frame_column) <= 0).any():
        raise InputError("The keys of a schedule start at frame 0 and rise.")
    return _written(frame_column, value_column, decimals)


def dense_text(values: ArrayLike, decimals: int) -> str:
    """A key on every frame: ``values`` (N,) finite, in the field's unit, rounded to ``decimals`` digits."""
    column = _checked(values, decimals)
    if column.size == 0:
        raise InputError("A schedule needs at least one frame.")
    return _written(np.arange(column.size), column, decimals)


def _written(frames: NDArray[np.int64], values: NDArray[np.float64], decimals: int) -> str:
    """The text by columns of bytes, or number by number where values are too large for exact whole numbers."""
    unscaled = np.rint(values * 10.0**decimals)
    if np.abs(unscaled).max() >= _MAX_UNSCALED:
        pairs = zip(frames.tolist(), values.tolist())
        return ", ".join(f"{frame}:({format_fixed(value, decimals)})" for frame, value in pairs)
    columns = [*_whole_columns(frames), *_value_columns(unscaled.astype(np.int64), decimals)]
    table = np.empty((frames.size, len(columns)), dtype=_FOUR_BYTES)
    for index, column in enumerate(columns):
        table[:, index] = column
    # Absent digits are zero bytes; deleting them is one operation on the block.
    return table.tobytes().translate(None, b"\0").decode("ascii")[: -len(", ")]


def max_frames_for(frames: int, cadence: int) -> int:
    """The max_frames with which a render writes ``frames`` frames (it writes ``floor((max_frames-1)/c)*c`` for c > 1).
    """
    if frames < 1 or cadence < 1:
        raise InputError("A song has at least one frame, and a cadence is at least 1.")
    return frames if cadence == 1 else -(-frames // cadence) * cadence + 1


def _checked(values: ArrayLike, decimals: int) -> NDArray[np.float64]:
    if not 0 <= decimals <= MAX_DECIMALS:
        raise InputError(f"A schedule is written with 0 to {MAX_DECIMALS} decimals, not {decimals}.")
    column = quantise(values, decimals)
    if column.ndim != 1 or not np.isfinite(column).all():
        raise InputError("The values of a schedule are one column of finite numbers.")
    return column


def _digit_table(keep_zeros: bool) -> NDArray[np.uint8]:
    """(10000, 4) digits of 0..9999 in ASCII; without ``keep_zeros`` the leading zeros are zero bytes (0 is empty)."""
    number = np.arange(_GROUP)
    powers = (1000, 100, 10, 1)
    table = np.stack([number // power % 10 + ord("0") for power in powers], axis=1).astype(np.uint8)
    if not keep_zeros:
        for index, power in enumerate(powers):
            table[number < power, index] = 0
    return table


def _packed(table: NDArray[np.uint8]) -> Column:
    """Four bytes of a row as one number, so that they are looked up and stored in one step."""
    packed: Column = np.ascontiguousarray(table).view(_FOUR_BYTES)[:, 0]
    return packed


def _four(text: str) -> np.uint32:
    """Up to four ASCII characters as one number."""
    return np.uint32(_packed(np.frombuffer(text.encode().ljust(4, b"\0"), dtype=np.uint8)[None, :])[0])


_DIGITS = _digit_table(True)
_FULL, _LEADING = _packed(_DIGITS), _packed(_digit_table(False))
_TRAILING = _packed(np.where(np.cumsum(_DIGITS[:, ::-1] != ord("0"), axis=1)[:, ::-1] > 0, _DIGITS, 0).astype(np.uint8))
_LAST_DIGIT = _LEADING.copy()
_LAST_DIGIT[0] = _packed(np.array([[0, 0, 0, ord("0")]], dtype=np.uint8))[0]
_OPEN, _OPEN_NEGATIVE, _POINT, _CLOSE = _four(":("), _four(":(-"), _four("."), _four("), ")


def _whole_columns(numbers: NDArray[np.int64]) -> list[Column]:
    """ASCII digits of whole numbers >= 0 without leading zeros, in columns of four."""
    groups: list[Column] = []
    rest = numbers
    while True:
        higher = rest // _GROUP if int(rest.max()) >= _GROUP else None
        low = rest if higher is None else rest - higher * _GROUP
        plain = _LAST_DIGIT if not groups else _LEADING
        if higher is None:
            groups.append(plain[low])
            return groups[::-1]
        groups.append(np.where(higher > 0, _FULL[low], plain[low]))
        rest = higher


def _value_columns(unscaled: NDArray[np.int64], decimals: int) -> list[Column]:
    """The bracketed value followed by a comma; ``unscaled`` in units of the last digit."""
    magnitude = np.abs(unscaled)
    whole = magnitude // 10**decimals
    columns = [np.where(unscaled < 0, _OPEN_NEGATIVE, _OPEN), *_whole_columns(whole)]
    if decimals:
        columns += _fraction_columns(magnitude - whole * 10**decimals, decimals)
    return [*columns, np.full(unscaled.size, _CLOSE)]


def _fraction_columns(fraction: NDArray[np.int64], decimals: int) -> list[Column]:
    """The point and the digits after it without trailing zeros; empty for a whole number."""
    groups = -(-decimals // 4)
    rest = fraction * 10 ** (groups * 4 - decimals)
    columns: list[Column] = []
    later = np.zeros(fraction.size, dtype=bool)
    for index in range(groups):
        higher = rest // _GROUP if index + 1 < groups else np.zeros_like(rest)
        low = rest - higher * _GROUP
        columns.append(np.where(later, _FULL[low], _TRAILING[low]) if index else _TRAILING[low])
        later |= low > 0
        rest = higher
    return [np.where(fraction > 0, _POINT, np.uint32(0)), *columns[::-1]]
