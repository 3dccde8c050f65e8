"""What becomes of recordings in the worst of times: ``python -m bench.torture [--minutes 2] [--seed N] [KIND ...]``.

Real processes, commands over HTTP, recordings by OSC. Every event is a number; what was sent while recording was on is
looked for on disk afterwards, read without Perform's own readers. Kinds:

races     recordings of some ten milliseconds against every command of the command table, at once
kills     SIGKILL at random moments: idle, recording, stopping, editing, importing, duplicating, recovering
troubles  full disks (where one may be mounted), folders that vanish, no free file descriptors, in recordings and
          after them (Linux)
damage    bit flips, missing ends, empty and exchanged files

With 12 minutes 10,000 recordings and 200 kills; with fewer or more, as many fewer or more.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.standalone.programs import Serving
from tests.torture.damage import all_damage
from tests.torture.instrument import Served
from tests.torture.kills import kill_again_and_again, started
from tests.torture.player import Pace
from tests.torture.races import race
from tests.torture.verdict import Verdict, at_once

MINUTES, RACES, KILLS, TROUBLES, DAMAGED = 12.0, 10_000, 200, 192, 100
AT_ONCE = 2
MORE_AT_ONCE = 4
RACES_A_RUN = 500

TRACE = re.compile(r"^Traceback .*\n(?:[ ].*\n)+(\S.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Plan:
    """How much, where, and from which seed."""

    folder: Path
    seed: int
    share: float

    def times(self, whole: int) -> int:
        """So many of what there is ``whole`` of in a run of full length."""
        return max(1, round(whole * self.share))


def report(words: str) -> None:
    """Say at once what was found."""
    print(f"    {words[:300]}", flush=True)


def errors_in(log: str) -> list[str]:
    """What a process did not expect itself: the last line of every trace in its log, each once."""
    return sorted(set(TRACE.findall(log)))


def races(plan: Plan) -> Verdict:
    """Recordings against commands, in a new folder after some hundred, as no user has thousands of takes."""
    count = plan.times(RACES)
    runs = [min(RACES_A_RUN, count - first) for first in range(0, count, RACES_A_RUN)]

    def work(worker: int) -> Verdict:
        total = Verdict()
        for place in range(worker, len(runs), AT_ONCE):
            total.add(one_race(plan.folder / f"races-{place}", plan.seed + 100 * place, runs[place]))
        return total

    return at_once(work, min(AT_ONCE, len(runs)))


def one_race(root: Path, seed: int, count: int) -> Verdict:
    """A process, and ``count`` recordings."""
    program = started(root, patience_s=3600)
    try:
        perform = Serving(program)
        program.read_on()
        served = Served(perform.address, perform.osc_port)
        found = race(served, root, seed, count, Pace())
        served.close()
    finally:
        program.close()
    verdict = found.verdict
    verdict.recordings = found.recordings
    verdict.unreported += found.problems + errors_in(program.printed)
    for words in (*verdict.lost, *verdict.doubled, *verdict.unreported):
        report(f"seed {seed}: {words}")
    return verdict


def kills(plan: Plan) -> Verdict:
    """Kills at random moments."""
    counts = [plan.times(KILLS) // AT_ONCE + (worker < plan.times(KILLS) % AT_ONCE) for worker in range(AT_ONCE)]

    def work(worker: int) -> Verdict:
        return kill_again_and_again(plan.folder / f"kills-{worker}", plan.seed + worker, counts[worker], report)

    return at_once(work, AT_ONCE)


def troubles(plan: Plan) -> Verdict:
    """Full disks, vanished folders, no descriptors."""
    if sys.platform != "linux":
        return Verdict(left_out=["troubles: they need Linux."])
    from tests.torture.troubles import all_troubles  # which limits a process as only Linux can

    return all_troubles(plan.folder, plan.seed, plan.times(TROUBLES), MORE_AT_ONCE, report)


def damage(plan: Plan) -> Verdict:
    """Damaged files."""
    return all_damage(plan.folder, plan.seed, plan.times(DAMAGED), MORE_AT_ONCE, report)


KINDS: dict[str, Callable[[Plan], Verdict]] = {"races": races, "kills": kills, "troubles": troubles, "damage": damage}


def main() -> int:
    """Torture, and print what was lost, doubled or unreported."""
    parser = argparse.ArgumentParser("python -m bench.torture", description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"out of {', '.join(KINDS)} (default: all)")
    parser.add_argument(
        "--minutes", type=float, default=2.0, help=f"about how long (default 2; the goal says {MINUTES:g})"
    )
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of all chances (default: a new one)")
    options = parser.parse_args()
    unknown = sorted(set(options.kinds) - set(KINDS))
    if unknown:
        parser.error(f"no kind {unknown[0]!r}; there are {', '.join(KINDS)}")
    print(f"seed {options.seed}")
    rows: dict[str, Verdict] = {}
    with tempfile.TemporaryDirectory(prefix="perform-torture-") as folder:
        plan = Plan(Path(folder), options.seed, options.minutes / MINUTES)
        for name in options.kinds or KINDS:
            begin_s = time.monotonic()
            rows[name] = KINDS[name](plan)
            print(f"{name}: {time.monotonic() - begin_s:.0f} s", flush=True)
    print(f"\n{'kind':<10}{'recordings':>12}{'kills':>8}{'lost':>8}{'doubled':>9}{'hidden':>8}{'shown':>7}")
    for name, row in rows.items():
        print(f"{name:<10}{row.recordings:>12,}{row.kills:>8}", end="")
        print(f"{len(row.lost):>8}{len(row.doubled):>9}{len(row.unreported):>8}{row.reported:>7}")
    for words in (words for row in rows.values() for words in row.left_out):
        print(f"left out: {words}")
    print("lost, doubled, hidden: 0 each is the goal; shown: missing events that a take reports")
    return 0 if all(row.good for row in rows.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
