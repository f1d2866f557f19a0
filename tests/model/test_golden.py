"""The golden run gives what it gave: whole numbers exactly, floats within 1e-9 relative (`contracts.md` 10)."""

import json
from copy import deepcopy

import numpy as np
import pytest
from golden.refresh import FILE, exact_parts, golden_run, write

from wijksim.accounts import Posting
from wijksim.model import Neighbourhood
from wijksim.scenario import Scenario

RELATIVE = 1e-9
SINGLE = 1e-6  # sums of float32 columns, which hold 7 digits


def differences(kept, now):
    """What differs between two golden runs, in words."""
    found = [f"{part} (exact)" for part in kept["parts"] if kept["parts"][part] != now["parts"].get(part)]
    if kept["digest"] != now["digest"] and not found:
        found.append("digest")
    for what, tolerance in (("columns", SINGLE), ("outcomes", RELATIVE)):
        if kept[what].keys() != now[what].keys():
            found.append(f"{what}: {sorted(kept[what].keys() ^ now[what].keys())} came or went")
        for name in kept[what].keys() & now[what].keys():
            mine, theirs = (np.array(golden[what][name], np.float64) for golden in (kept, now))
            if not np.allclose(mine, theirs, rtol=tolerance, atol=0.0, equal_nan=True):
                found.append(f"{what}: {name}")
    return sorted(found)


@pytest.fixture(scope="module")
def kept():
    return json.loads(FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def now():
    return golden_run()


@pytest.mark.core
def test_the_golden_run_is_as_it_was(kept, now):
    found = differences(kept, now)
    why = "the parameters, profile or scenario" if kept["inputs"] != now["inputs"] else "the model"
    assert found == [], (
        f"{why} changed, and with it {', '.join(found)}. If that is meant, write the golden run again with"
        " `make golden`, look at what differs, and commit it with the change."
    )


def test_the_file_holds_what_was_written(now, tmp_path):
    write(now, tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text(encoding="utf-8")) == now


def test_people_are_placed_in_the_golden_run(now):
    assert max(now["outcomes"]["in_place"]) > 0
    assert sum(now["outcomes"]["births"]) > 0


def test_a_difference_in_a_float_is_seen(now):
    for name, factor in (("work_norm", 1 + 1e-8), ("care_cost", 1 - 1e-8)):
        other = deepcopy(now)
        other["outcomes"][name][-1] *= factor
        assert differences(now, other) == [f"outcomes: {name}"]


def test_a_cent_and_a_status_are_seen_and_rounding_of_the_last_bits_is_not(now):
    told = Scenario.from_file("woonhulp", residents=60, months=2)
    model = Neighbourhood(told, seed=1)
    result = model.run()
    parts = exact_parts(model.state, result)
    before = {name: [array.copy() for array in arrays] for name, arrays in parts.items()}
    model.state.columns["status"][0] += 1
    result.ledger[0] = Posting(*result.ledger[0][:-1], result.ledger[0].cents + 1)
    after = exact_parts(model.state, result)
    changed = {
        name for name in before if any(not np.array_equal(a, b) for a, b in zip(before[name], after[name], strict=True))
    }
    assert changed == {"residents", "ledger"}
    other = deepcopy(now)
    other["outcomes"]["care_cost"] = [value * (1 + 1e-12) for value in other["outcomes"]["care_cost"]]
    assert differences(now, other) == []
