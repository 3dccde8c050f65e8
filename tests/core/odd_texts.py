"""Random schedule texts, good and odd, as people and programs write them into Deforum's boxes."""

from __future__ import annotations

import random

FORMULAS = (
    "t", "s", "max_f", "t*0.5", "-1*t", "t%5", "(t%5)/5", "t//4", "s%7", "s//4", "-t%3", "2**3", "2**-1", "t**2",
    "t**0.5", "2**t", "1/(t+1)", "1/t", "max_f/2", "max_f-t", "sin(t/10)", "cos(3.1416*t/max_f)*2", "abs(sin(t))",
    "exp(-t/20)", "sqrt(t)", "sqrt(t-5)", "log(t)", "tan(t)", "arctan(t)", "floor(t/3)", "ceil(t/3)", "(t>3)*2.5",
    "(t>3)&(t<9)", "~(t>3)", "t>3", "3 if t>2 else 1", "3 if 2>1 else 1", "where(t>3,1,0)", "arctan2(t,3)",
    "min(t)", "pi", "nan", "t+", "(t", "t)", "sin()", "t.real", "t[0]", "t;s", "'t'", '"5"', "1e3", "1e-05", "5.",
    ".5", "+7", "-0.25", "+", "-", "", "007", "1_000", "0x10", "True", "not t", "t and 1", "1 and 2", "0<t<5",
    "1<2<3", "7//2", "-7//2", "7%-3", "t<<2", "1.0025+0.002*sin(1.25*3.14*t/30)", "10/0", "t/0", "9**9", "5 5",
    "--5", "1 - -t", "log10(t+1)", "round(t/4)",
)  # fmt: skip
FRAMES = (
    "max_f",
    '"max_f-1"',
    "max_f/2",
    "(max_f/2)",
    '"max_f/4"',
    "'3'",
    "1.5",
    "-1",
    "+4",
    "s",
    "t",
    "",
    " ",
    "x",
    "2+3",
)
NAMES = (
    "Euler a",
    "DDIM",
    "DPM++ 2M Karras",
    "it's",
    "x,y",
    "a:b",
    "model (v1).ckpt [abc]",
    "123",
    "",
    " spaced ",
    "-5",
)


def odd_text(source: random.Random) -> str:
    """A schedule of numbers and formulas; about half of them Deforum cannot read."""
    pieces = [
        _frame(source, at) + source.choice((":", ": ", " : ")) + _value(source) for at in range(source.randint(1, 7))
    ]
    return _spoilt(source, source.choice((",", ", ", " , ", ",\n")).join(pieces))


def odd_names(source: random.Random) -> str:
    """A schedule of names, as the choice fields have."""
    pieces = [
        f"{_frame(source, at)}: ({source.choice((chr(34), chr(39), ''))}{source.choice(NAMES)})" for at in range(3)
    ]
    return _spoilt(source, ", ".join(pieces))


def _frame(source: random.Random, at: int) -> str:
    if at == 0 and source.random() < 0.9:
        return "0"
    return source.choice(FRAMES) if source.random() < 0.1 else str(source.randint(0, 35))


def _value(source: random.Random) -> str:
    plain = f"{source.uniform(-20, 20):+.{source.randint(0, 4)}f}"
    value = source.choice(FORMULAS) if source.random() < 0.3 else plain.lstrip("+") if source.random() < 0.8 else plain
    return source.choice(("({})", "{}", "( {} )", '"{}"', "(({}))", "({} )", "({})", "{}")).format(value)


def _spoilt(source: random.Random, text: str) -> str:
    roll = source.random()
    if roll < 0.9:
        return text
    place = source.randrange(len(text) + 1)
    if roll < 0.95:
        return text[:place] + source.choice(",:; ()\n'\"5t") + text[place:]
    return text[:place] + text[place + 1 :]
