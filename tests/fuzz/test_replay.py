"""Every fuzz target without the fuzzer: its seeds, what broke a rule once, and a few hundred changed inputs."""

from __future__ import annotations

import importlib
import warnings
from random import Random

import pytest

from tests.fuzz.json_mutator import mutated
from tests.fuzz.names import NAMES, found
from tests.fuzz.target import Target

CHANGED = {"sessions": 3, "folders": 3, "zips": 20, "songs": 20}
"""Changed inputs of each seed, where one takes long; elsewhere 40."""


def target(name: str) -> Target:
    found_target: Target = importlib.import_module(f"tests.fuzz.{name}").TARGET
    return found_target


def cases(name: str) -> list[tuple[str, bytes]]:
    """Name of the case and input: the seeds and the regressions of a target."""
    seeds = [(f"seed {number}", data) for number, data in enumerate(target(name).seeds())]
    return [*seeds, *found(name).items()]


def run(name: str, data: bytes) -> None:
    """One input; the messages of Python's own parser about formulas do not count, a number that numpy could not hold
    does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        target(name).one_input(data)


@pytest.mark.parametrize("name", NAMES)
def test_seeds_and_former_failures_keep_the_rules(name: str) -> None:
    """No seed, and nothing that broke a rule once, breaks a rule of its target."""
    for case, data in cases(name):
        try:
            run(name, data)
        except Exception as error:
            raise AssertionError(f"{name}, {case}: {target(name).rule}") from error


@pytest.mark.parametrize("name", NAMES)
def test_changed_inputs_keep_the_rules(name: str) -> None:
    """Seeds cut, changed byte by byte or value by value, the same ones in every run, break no rule."""
    random = Random(name)

    def bytes_changed(data: bytes) -> bytes:
        out = bytearray(data[: random.randrange(len(data) + 1)] if random.random() < 0.3 else data)
        for _ in range(random.randrange(4) if out else 0):
            out[random.randrange(len(out))] = random.randrange(256)
        return bytes(out)

    for _case, data in cases(name):
        for seed in range(CHANGED.get(name, 40)):
            is_json = target(name).is_json
            changed = mutated(data, seed, target(name).words, bytes_changed) if is_json else bytes_changed(data)
            try:
                run(name, changed)
            except Exception as error:
                raise AssertionError(f"{name}: {changed!r}") from error


def test_a_broken_rule_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The targets can fail: a decoder that invents a value is found by its seeds."""
    packets = importlib.import_module("tests.fuzz.packets")
    monkeypatch.setattr(packets, "expected_values", lambda _data: [0.125])
    with pytest.raises(packets.Broken):
        packets.one_input(packets.seeds()[0])
