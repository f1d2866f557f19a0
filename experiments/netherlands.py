"""Simulates as many people as live in the Netherlands, wijk by wijk, and says what it took.

    python -m experiments.netherlands [--residents 17900000] [--months 12] [--workers 2] [--log FILE]

The four wijken of Emmen that come with wijksim are repeated, each time with other people and other luck, until there
are as many residents as asked for; the last wijk takes what is left. So this is a test of speed and memory, of the
whole model at the size of a country: it is no picture of the Netherlands, which isn't made of these four wijken, and
nobody moves or works from one of these to another. Each wijk is a run of its own, and its outcomes are those of
`wijksim run` with its seed.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wijksim.errors import InputError
from wijksim.model import Neighbourhood
from wijksim.scenario import Scenario
from wijksim.shipped import version_text
from wijksim.study.engines import Lost, Tick, core_count, stream_tasks
from wijksim.study.progress import memory_of_this_process
from wijksim.study.replicate import seed_of

PROFILES = ("emmerhout", "angelslo", "bargeres", "emmermeer")
NETHERLANDS = 17_900_000
COUNTED = ("residents", "employed_15_74", "assistance_persons")
"""Stocks that are added up over all wijken, at the end of the first and the last month."""
HAPPENED = ("births", "deaths", "arrivals", "departures")
"""Events that are added up over wijken and months."""

SEED = 1
CHUNK = 4  # wijken handed to a worker at once
TOLD = 20  # times that it says how far it is
CENTS, MILLION, GIB = 100, 1e6, 2.0**30


class Wijk(NamedTuple):
    """A wijk to be simulated: number of its profile, residents, and seed."""

    profile: int
    residents: int
    seed: int


@dataclass
class Sums:
    """What is added up, over some months of some wijken.

    Parameters
    ----------
    first, last, events : array of float64
        `COUNTED` at the end of the first and the last month, and `HAPPENED` in all.
    cents : int
        All that was paid in these months.
    postings : int
        Lines of all ledgers.
    """

    first: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(COUNTED)))
    last: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(COUNTED)))
    events: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(HAPPENED)))
    cents: int = 0
    postings: int = 0

    def add(self, other: Sums) -> None:
        """Add those of other wijken."""
        for item in fields(self):
            setattr(self, item.name, getattr(self, item.name) + getattr(other, item.name))


class Done(NamedTuple):
    """A wijk that was simulated: sums, the process that did it, and the most memory this has had, bytes or None."""

    sums: Sums
    process: int
    memory: float | None


@dataclass(frozen=True)
class SimulateWijk:
    """The work: a wijk without a plan; sent to each worker once."""

    scenarios: tuple[Scenario, ...]

    def __call__(self, wijk: Wijk, tick: Tick) -> Done:
        """Build a wijk, simulate it, and add up what happened."""
        told = self.scenarios[wijk.profile]
        told = replace(told, settings=replace(told.settings, residents=wijk.residents))
        model = Neighbourhood(told, seed=wijk.seed)
        run = model.run()
        model.close()
        counted = np.array([run.outcomes.series(name)[[0, -1]] for name in COUNTED])
        events = np.array([run.outcomes.series(name).sum() for name in HAPPENED])
        cents = sum(posting.cents for posting in run.ledger)
        sums = Sums(counted[:, 0], counted[:, 1], events, cents, len(run.ledger))
        return Done(sums, os.getpid(), memory_of_this_process())


def wijken_of(residents: int, scenarios: Sequence[Scenario]) -> list[Wijk]:
    """Wijken with so many residents together, the profiles in turns, each as large as its profile but for the last."""
    sizes = [round(scenario.profile.figure("inhabitants").value) for scenario in scenarios]
    wijken: list[Wijk] = []
    while residents > 0:
        profile = len(wijken) % len(sizes)
        size = min(sizes[profile], residents)
        wijken.append(Wijk(profile, size, seed_of(SEED, len(wijken))))
        residents -= size
    return wijken


def simulate(residents: int, months: int, workers: int, tell: Callable[[str], None]) -> None:
    """Simulate, tell how far it is now and then, and what it took.

    Raises
    ------
    RuntimeError
        A wijk failed.
    """
    scenarios = tuple(Scenario.from_file("baseline", profile=profile, months=months) for profile in PROFILES)
    wijken = wijken_of(residents, scenarios)
    sums, memory, began = Sums(), {os.getpid(): memory_of_this_process()}, time.monotonic()
    done = 0

    def each(place: int, result: Done | Lost) -> None:
        nonlocal done
        if isinstance(result, Lost):
            raise RuntimeError(f"wijk {place} failed: {result.reason}\n{result.traceback}")
        sums.add(result.sums)
        memory[result.process] = result.memory
        done += 1
        if done * TOLD // len(wijken) > (done - 1) * TOLD // len(wijken):
            tell(f"{time.monotonic() - began:6.0f} s: {done:,} of {len(wijken):,} wijken")

    names = ", ".join(scenario.profile.name for scenario in scenarios)
    tell(f"{residents:,} residents, {months} months, in {len(wijken):,} wijken ({names} in turns), {workers} workers")
    stream_tasks(SimulateWijk(scenarios), wijken, each, workers=workers, chunk=CHUNK)
    wall = time.monotonic() - began
    own = time.process_time() + sum(os.times()[2:4])
    tell(f"by the clock {wall:,.0f} s; processor time {own:,.0f} s, of all processes, starting and reading included")
    known = [size for size in memory.values() if size is not None]
    if known:
        tell(f"memory, the most of each of {len(memory)} processes added up: {sum(known) / GIB:.2f} GiB")
    tell(f"{residents * months / wall / MILLION:.2f} million resident-months a second by the clock, building included")
    for name, first, last in zip(COUNTED, sums.first, sums.last, strict=True):
        tell(f"{name:20} {first:14,.0f} after the first month, {last:14,.0f} after the last")
    for name, events in zip(HAPPENED, sums.events, strict=True):
        tell(f"{name:20} {events:14,.0f} in {months} months")
    tell(f"{'paid by all to all':20} {sums.cents / CENTS / MILLION:14,.0f} million euro, {sums.postings:,} postings")


def main() -> int:
    """Run as a command."""
    parser = argparse.ArgumentParser(description="Simulate as many people as live in the Netherlands, wijk by wijk.")
    parser.add_argument("--residents", type=_count, default=NETHERLANDS, help="in all (default: %(default)s)")
    parser.add_argument("--months", type=_count, default=12, help="to simulate (default: %(default)s)")
    parser.add_argument("--workers", type=_count, default=core_count(), help="processes (default: one for each core)")
    parser.add_argument("--log", type=Path, help="file to which what is told is written too")
    given = parser.parse_args()
    lines: list[str] = []

    def tell(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
        lines.append(line)

    tell(
        f"wijksim {version_text()}, {datetime.now():%d %B %Y}, Python {platform.python_version()}, {core_count()} cores"
    )
    try:
        simulate(given.residents, given.months, given.workers, tell)
    except (InputError, RuntimeError) as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, InputError) else 1
    finally:
        if given.log is not None:
            given.log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def _count(text: str) -> int:
    """Read a whole number from 1, dots or underscores between thousands allowed as Python has them."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
