"""A country of wijken: as many people as asked for, and sums over runs that are those of `wijksim run`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from experiments.netherlands import COUNTED, PROFILES, SimulateWijk, wijken_of
from wijksim import Neighbourhood, Scenario

ROOT = Path(__file__).resolve().parents[1]


def scenarios(months):
    return tuple(Scenario.from_file("baseline", profile=profile, months=months) for profile in PROFILES)


def test_wijken_hold_everybody_once_and_each_has_its_own_seed():
    wijken = wijken_of(40_000, scenarios(1))
    assert sum(wijk.residents for wijk in wijken) == 40_000
    assert len({wijk.seed for wijk in wijken}) == len(wijken) == 6
    assert [wijk.residents for wijk in wijken[:4]] == [7350, 7800, 9060, 6020]


def test_a_wijk_is_a_run_of_its_own():
    told = scenarios(3)
    (wijk,) = wijken_of(300, told)
    done = SimulateWijk(told)(wijk, lambda months: None)
    run = Neighbourhood(Scenario.from_file("baseline", residents=300, months=3), seed=wijk.seed).run()
    assert done.sums.first.tolist() == [run.outcomes.series(name)[0] for name in COUNTED]
    assert done.sums.last.tolist() == [run.outcomes.series(name)[2] for name in COUNTED]
    assert done.sums.cents == sum(posting.cents for posting in run.ledger)


def test_what_cannot_be_asked_is_refused():
    command = [sys.executable, "-m", "experiments.netherlands", "--residents", "0"]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert asked.returncode == 2
    assert "0 is not 1 or more" in asked.stderr
