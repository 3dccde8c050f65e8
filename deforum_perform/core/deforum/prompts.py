"""Prompts picked by a knob or pad: which prompt of a bank is shown when, as the JSON of Deforum's Prompts box.

The box does not contain a schedule: it maps a frame to a prompt that holds until the next one, and text after ``--neg``
is the negative prompt. Deforum evaluates the text between backticks, with ``t`` the frame (``prompt.py`` of
sd-webui-deforum 32242685, ``prepare_prompt``), and the WebUI blends ``A :weight AND B :weight``; a cross-fade is
written with both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, ScheduleTextError
from .expression import ExpressionError, evaluate

NEGATIVE = "--neg"
_FORMULA = re.compile(r"`(.*?)`")
_FRAME = re.compile(r"\s*\d{1,9}\s*")

Index = NDArray[np.int64]


def refused_prompt(prompt: str) -> str | None:
    """Why ``prompt`` cannot be in a bank, or None."""
    if not prompt.strip():
        return "A prompt of the bank is empty. Type one, or remove it."
    if prompt.count(NEGATIVE) > 1:
        return f"A prompt can contain {NEGATIVE} only once."
    if prompt.count("`") % 2:
        return "A backtick ` is missing: Deforum evaluates what is between two of them."
    return None


def prompt_keys(chosen: Index, bank: Sequence[str], fade_frames: int = 0, cadence: int = 1) -> dict[int, str]:
    """Frame -> prompt for per-frame indexes (N,) into ``bank``: a key where the prompt changes, on the cadence grid.

    With ``fade_frames`` a change begins with the old prompt at full weight and ends with the new one that many
    frames later, or when the next change comes.
    """
    seen = chosen[::cadence]
    at = np.concatenate(([0], np.flatnonzero(np.diff(seen)) + 1)) * cadence
    ends = np.append(at[1:], len(chosen))
    keys: dict[int, str] = {0: bank[seen[0]]}
    for frame, end, last, new in zip(at[1:], ends[1:], seen[at[:-1] // cadence], seen[at[1:] // cadence], strict=True):
        over = int(min(frame + max(fade_frames, 0), end))
        if over - frame > 1:
            keys[int(frame)] = cross_fade(bank[last], bank[new], int(frame), over - int(frame))
        if over < end or over - frame <= 1:
            keys[over if over - frame > 1 else int(frame)] = bank[new]
    return keys


def cross_fade(old: str, new: str, start: int, frames: int) -> str:
    """A prompt that is ``old`` at frame ``start`` and ``new`` after ``frames`` more; negative prompts fade likewise."""
    rising = f"`(t-{start})/{frames}`"
    falling = f"`1-(t-{start})/{frames}`"
    (old_positive, old_negative), (new_positive, new_negative) = _parts(old), _parts(new)
    text = f"{old_positive} :{falling} AND {new_positive} :{rising}"
    negative = old_negative if old_negative == new_negative else ", ".join(n for n in (old_negative, new_negative) if n)
    return f"{text} {NEGATIVE} {negative}" if negative else text


def _parts(prompt: str) -> tuple[str, str]:
    positive, _, negative = prompt.partition(NEGATIVE)
    return positive.strip(), negative.strip()


def parse_prompts(text: str) -> dict[str, str]:
    """The content of the Prompts box: frame (or formula) -> prompt. ScheduleTextError gives the position if it is not
    such JSON."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"at line {error.lineno}, column {error.colno}. Correct it there."
        raise ScheduleTextError(f"Deforum's Prompts box is not JSON {where}", error.pos) from error
    except RecursionError as error:
        raise ScheduleTextError("Deforum's Prompts box is nested too deeply. Correct it there.", 0) from error
    if not isinstance(found, dict) or not all(isinstance(prompt, str) for prompt in found.values()):
        raise ScheduleTextError('Deforum\'s Prompts box needs JSON of frame and prompt, such as {"0": "a cat"}.', 0)
    return found


def frame_of(key: str, max_frames: int | None, seed: int = -1) -> int | None:
    """The frame of a key of the box: its number, or the result of its formula, rounded down. None for a formula while
    ``max_frames`` is unknown, and for one that cannot be read."""
    if _FRAME.fullmatch(key):
        return int(key)
    if max_frames is None:
        return None
    try:
        value = evaluate(key, {"s": np.array([seed]), "max_f": np.array([max_frames - 1])})
        return int(value.reshape(-1)[0])
    except (ExpressionError, ValueError, OverflowError):
        return None


def stopping_frame(keys: Iterable[str], max_frames: int, mode: str | None) -> str | None:
    """The first key of the box at which a render stops: one that is not a number, or a formula with a name, such as
    ``max_f/2``, which only Interpolation mode has (``render_animation`` and ``interpolate_prompts``)."""
    known = {"max_f": np.array([max_frames])} if mode == "Interpolation" else {}
    for key in keys:
        try:
            if not key.isdigit():
                int(evaluate(key, known).reshape(-1)[0])
        except (ExpressionError, ValueError, OverflowError):
            return key
    return None


def merged_prompts(
    present: Mapping[str, str],
    keys: Mapping[int, str],
    mask: NDArray[np.bool_],
    max_frames: int | None = None,
    seed: int = -1,
) -> dict[str, str]:
    """The box with ``keys`` written where the lane plays (``mask``, shape (frames,)), and the typed prompts kept
    elsewhere.

    Where the lane stops playing in the middle of the song, the prompt that was typed for that frame returns. A formula
    for a frame counts as that frame (it may use ``max_frames`` and ``seed``) and is kept as it was typed; a key that is
    not a frame stays.
    """
    frames = {key: frame_of(key, max_frames, seed) for key in present}
    typed = {frame: key for key, frame in frames.items() if frame is not None}
    inside = np.flatnonzero(mask)
    if not len(inside):
        return dict(present)
    out = {frame: present[key] for frame, key in typed.items() if not 0 <= frame < len(mask) or not mask[frame]}
    names = {frame: typed[frame] for frame in out}
    starts = inside[np.concatenate(([True], np.diff(inside) > 1))].tolist()
    for frame, prompt in keys.items():
        if mask[frame]:
            out[frame] = prompt
    for start in starts:
        out.setdefault(start, keys[max(frame for frame in keys if frame <= start)])
    ends = (inside[np.concatenate((np.diff(inside) > 1, [True]))] + 1).tolist()
    for end in ends:
        before = [frame for frame in typed if frame <= end]
        if end < len(mask) and before:
            out.setdefault(end, present[typed[max(before)]])
    unread = {key: present[key] for key, frame in frames.items() if frame is None}
    return {**unread, **{names.get(frame, str(frame)): out[frame] for frame in sorted(out)}}


def prompts_text(prompts: Mapping[str, str]) -> str:
    """The text of the Prompts box."""
    return json.dumps(dict(prompts), ensure_ascii=False, indent=4)


def shown(prompts: Mapping[str, str], frame: int, max_frames: int) -> str:
    """The prompt that a render shows at ``frame``, with evaluated formulas. InputError for a formula that cannot be
    evaluated."""
    keys = sorted((int(at), prompt) for at, prompt in prompts.items() if _FRAME.fullmatch(at))
    if not keys:
        raise InputError("The prompts have no frame. Deforum needs one for frame 0.")
    prompt = next((text for at, text in reversed(keys) if at <= frame), keys[0][1])

    def number(match: re.Match[str]) -> str:
        try:
            names = {"t": np.array([frame]), "max_f": np.array([max_frames - 1])}
            return str(float(evaluate(match[1], names).reshape(-1)[0]))
        except ExpressionError as error:
            raise InputError(f"The formula `{match[1]}` in a prompt cannot be read: {error}.") from error

    return _FORMULA.sub(number, prompt)


def check_bank(bank: Sequence[str]) -> None:
    """InputError for a prompt that cannot be in a bank."""
    for prompt in bank:
        reason = refused_prompt(prompt)
        if reason is not None:
            raise InputError(reason)
