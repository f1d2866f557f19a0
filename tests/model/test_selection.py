"""Selection and effect told apart in whole runs: exits that fall with duration, care of people in and out of work."""

import numpy as np
import pytest
from model.lives import LARGEST_Z, ONLY_STATUS_AND_DURATION, beyond_bounds, lives

from wijksim.model import Neighbourhood
from wijksim.population.columns import Status
from wijksim.scenario import Scenario
from wijksim.study.validation.care import Twins, matched_gap, twins

SEEDS = (1, 2, 3, 4, 5, 6)


# ------------------------------------------------------------------ duration
def exits_by_duration(registry):
    """Person-months on social assistance and jobs found, of those out of work below a year and from three years on."""
    return np.sum([_exits(registry, seed) for seed in (1, 2, 3)], axis=0)


def _exits(registry, seed):
    panel, _ = lives(("out_of_work_since", "last_wage"), months=120, residents=7_000, seed=seed, registry=registry)
    waited = np.arange(1, panel.months)[:, np.newaxis] + panel.start - panel.out_of_work_since[:-1]
    at_risk = (panel.status[:-1] == Status.SOCIAL_ASSISTANCE) & panel.present[1:] & (panel.last_wage[:-1] > 0)
    counts = []
    for within in (waited < 12, waited >= 36):
        group = at_risk & within
        counts.append((int(group.sum()), int((group & panel.paid[1:]).sum())))
    return counts


def z_of_the_difference(counts):
    """Null: one chance in both groups."""
    (n, found), (m, found_late) = counts
    pooled = (found + found_late) / (n + m)
    return (found / n - found_late / m) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))


def test_composition_alone_makes_exits_fall_with_duration():
    """Without true duration dependence the able go first: three wijken of 7 000 in ten years, z > 5."""
    counts = exits_by_duration(beyond_bounds(true_duration_share=0.0))
    assert z_of_the_difference(counts) > LARGEST_Z


def test_without_differences_between_people_nothing_makes_them_fall():
    """All alike and no true dependence: one chance at any duration, |z| < 5; the cycle has no effect."""
    registry = beyond_bounds(**ONLY_STATUS_AND_DURATION, true_duration_share=0.0, matching_elasticity=0.0)
    assert abs(z_of_the_difference(exits_by_duration(registry))) < LARGEST_Z


# ------------------------------------------------------------------ mental care
@pytest.fixture(scope="module")
def care():
    """Twins of six wijken in December 2016: people on assistance with and without a job for two years."""
    found = []
    for seed in SEEDS:
        told = Scenario.from_file("baseline", months=72)
        model = Neighbourhood(told, seed=seed)
        for _ in range(24):
            model.step()
        found.append(twins(model.state, told, seed))
    return Twins.together(found)


def test_the_raw_gap_in_mental_care_is_about_three_times_the_effect_of_work(care):
    """CPB-SCP 2021: .07 of the .21 between benefit and work is causal. n = 2 700 on assistance, 14 000 in work.

    Null: raw = 3 x effect; the standard error of both together comes from persons (those on assistance are in both).
    """
    raw = care.use[care.assisted].mean() - care.use[care.works].mean()
    effect = (care.use - care.use_with_work)[care.assisted].mean()
    each = care.use[care.assisted] - 3 * (care.use - care.use_with_work)[care.assisted]
    error = np.sqrt(each.var() / each.size + care.use[care.works].var() / care.works.sum())
    assert abs(raw - 3 * effect) / error < LARGEST_Z
    alone = (care.use - care.use_with_work)[care.assisted]
    assert effect / (alone.std() / np.sqrt(alone.size)) > LARGEST_Z
    assert (raw - effect) / error > LARGEST_Z  # selection is there
    assert 0.055 <= effect <= 0.085  # .07 within three standard errors of six wijken
    assert 0.15 <= effect / raw <= 0.50


def test_a_matched_comparison_finds_the_effect_and_not_the_gap(care):
    """People on assistance against workers alike in frailty, employability, age and level; |z| < 5."""
    matched, error = matched_gap(care)
    effect = (care.use - care.use_with_work)[care.assisted].mean()
    raw = care.use[care.assisted].mean() - care.use[care.works].mean()
    assert abs(matched - effect) / error < LARGEST_Z
    assert (raw - matched) / error > LARGEST_Z


def test_physical_illness_knows_no_effect_of_work(care):
    assert np.array_equal(care.illness, care.illness_with_work)
