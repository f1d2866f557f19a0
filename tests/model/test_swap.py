"""Swapping two scenarios flips the sign and the bounds of outcomes of kind level (`contracts.md` 11 d)."""

from dataclasses import replace

import numpy as np
import pytest
from model.building import GROUNDS, HELP, scenario

from wijksim.study.compare import compare

KEYS = ["outcome", "group", "period", "uncertainty"]


def effects(baseline, policy):
    table = compare(baseline, [policy], replications=4, seed=5, workers=1).effects
    level = table[table["kind"] == "level"]
    return level.astype({key: str for key in KEYS}).set_index(KEYS).sort_index()


@pytest.fixture(scope="module")
def there_and_back():
    told = scenario(months=30, residents=300)
    policy = replace(told, settings=replace(told.settings, name="Plan", enterprises=(HELP, GROUNDS)))
    return effects(told, policy), effects(policy, told)


def test_the_sign_of_every_level_effect_flips_exactly(there_and_back):
    there, back = there_and_back
    assert there.index.equals(back.index)
    assert (there["effect"] != 0).sum() > 100
    assert np.array_equal(there["effect"], -back["effect"], equal_nan=True)
    assert np.array_equal(there["baseline"], back["policy"], equal_nan=True)
    assert np.array_equal(there["policy"], back["baseline"], equal_nan=True)
    assert (there["status"].astype(str) == back["status"].astype(str)).all()


def test_the_bounds_swap(there_and_back):
    there, back = there_and_back
    known = there["low"].notna()
    assert known.sum() > 100
    assert np.array_equal(known, back["high"].notna())
    scale = there.loc[known, ["low", "high"]].abs().max(axis=1)
    for low, high in ((there["low"], back["high"]), (there["high"], back["low"])):
        assert (np.abs(low[known] + high[known]) <= 1e-12 * scale).all()


def test_the_same_scenario_twice_has_no_effect():
    told = scenario(months=30, residents=300, enterprises=(HELP,))
    same = effects(told, replace(told, settings=replace(told.settings, name="Zelfde")))
    known = same["effect"].notna()
    assert known.sum() > 100
    assert (same.loc[known, ["effect", "low", "high"]].fillna(0.0) == 0.0).all(axis=None)
    assert set(same.loc[known, "status"].astype(str)) == {"did_not_vary"}
