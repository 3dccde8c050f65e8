"""Coverage-guided fuzzing: ``python -m tests.fuzz NAME --seconds 600``; ``python3 dev.py fuzz`` makes its environment.

Needs atheris. What was found interesting is kept in ``.fuzz/NAME`` and is where the next run begins; an input that
breaks a rule is written to ``.fuzz/NAME-found`` and belongs, made small, into ``tests/fuzz/found/NAME``.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
import warnings
from pathlib import Path

import atheris

from tests.fuzz.json_mutator import mutated
from tests.fuzz.names import NAMES, found
from tests.fuzz.target import Target

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".fuzz"
LONGEST_S, MOST_MB = 20, 2048
"""What one input may take: instrumented code is about ten times as slow as usual."""


def main() -> None:
    """Run one target until a rule breaks or the time is over."""
    options = arguments()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", RuntimeWarning)  # a number that numpy could not hold
    with atheris.instrument_imports(include=["deforum_perform", "zipfile", "json", "ast"]):
        target: Target = importlib.import_module(f"tests.fuzz.{options.name}").TARGET
    print(f"{options.name}: {target.rule}", flush=True)
    flags = [
        f"-max_total_time={options.seconds}",
        f"-timeout={LONGEST_S}",
        f"-rss_limit_mb={MOST_MB}",
        f"-max_len={target.max_bytes}",
        f"-artifact_prefix={folder(f'{options.name}-found')}/",
        "-print_final_stats=1",
    ]
    command = [sys.argv[0], *flags, *options.flags, str(corpus(options.name, target))]
    if target.is_json:
        atheris.Setup(command, target.one_input, custom_mutator=mutator(target))
    else:
        atheris.Setup(command, target.one_input)
    atheris.Fuzz()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--seconds", type=int, default=600, help="how long (default 600)")
    parser.add_argument("flags", nargs="*", help="further flags of libFuzzer, after --")
    return parser.parse_args()


def corpus(name: str, target: Target) -> Path:
    """The folder of inputs to start from: seeds, what was found once, and what earlier runs kept."""
    kept = folder(name)
    for number, data in enumerate((*target.seeds(), *found(name).values())):
        (kept / f"seed-{number:03d}").write_bytes(data)
    return kept


def folder(name: str) -> Path:
    made = WORK / name
    made.mkdir(parents=True, exist_ok=True)
    return made


def mutator(target: Target):
    """Changes JSON by its values, and bytes as libFuzzer does."""

    def change(data: bytes, max_size: int, seed: int) -> bytes:
        changed = mutated(bytes(data), seed, target.words, lambda raw: atheris.Mutate(raw, max_size))
        return changed if len(changed) <= max_size else bytes(data)

    return change


if __name__ == "__main__":
    main()
