"""Measures of validation, on lives and figures written by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from wijksim.accounts import CENTS_PER_EURO
from wijksim.model import Neighbourhood
from wijksim.population.columns import Education, Status, is_paid_work
from wijksim.scenario import Scenario
from wijksim.study.validation.care import _standardised
from wijksim.study.validation.children import Childhood, _grown, child_twin_figures
from wijksim.study.validation.estimates import Verdict, estimate, range_written, verdict_of
from wijksim.study.validation.plans import effects_on_placed
from wijksim.study.validation.runs import bounds_of
from wijksim.study.validation.standards import load_standards
from wijksim.study.validation.wijken import rank_correlation
from wijksim.study.validation.work import (
    _inflow,
    _leavers_of_practical_school,
    _reentry,
    _retention,
    _stock_exits,
    spell_start,
    still_free,
)

SCHOOL = int(Status.SCHOOL)
JOB, SA, NONE, PLACE = (
    int(Status.REGULAR_JOB),
    int(Status.SOCIAL_ASSISTANCE),
    int(Status.NO_BENEFIT),
    int(Status.SUBSIDISED_JOB),
)
GONE = -1


def lives(*people, first_year=2015, died=None):
    """Lives from lists of (status, months); social assistance is the status alone."""
    status = np.array([np.concatenate([np.full(n, s) for s, n in life]) for life in people]).T.astype(np.int8)

    def months_of(year):
        return slice(12 * (year - first_year), 12 * (year - first_year) + 12)

    return SimpleNamespace(
        status=status,
        assisted=status == SA,
        present=status != GONE,
        paid=is_paid_work(status),
        employer=np.where(status == PLACE, 0, -1),
        months=len(status),
        since=np.zeros(status.shape[1], np.int32),
        died=np.zeros(status.shape[1], bool) if died is None else np.array(died),
        uid=np.arange(status.shape[1]),
        months_of=months_of,
    )


def test_a_spell_begins_where_it_began():
    on = np.array([[1, 0], [1, 1], [0, 1], [1, 1]], bool)
    assert spell_start(on, np.array([-7, 0]))[on].tolist() == [-7, -7, 1, 1, 3, 1]


def test_still_free_counts_events_among_those_still_seen():
    """Four start in month 0: one is back in month 1, one leaves in month 2 unseen, one is back in month 3: 3/4, 3/8."""
    event = np.zeros((5, 4), bool)
    event[1, 0] = event[3, 2] = True
    seen = np.ones((5, 4), bool)
    seen[2:, 1] = False
    starts = np.zeros((5, 4), bool)
    starts[0] = True
    assert still_free(event, seen, starts, (1, 2, 4)) == pytest.approx([0.75, 0.75, 0.375])


def test_exits_of_the_stock_by_duration():
    """One long on assistance stays, one is off after a year, one has died, one has moved and isn't counted."""
    panel = lives(
        [(SA, 24)],
        [(SA, 8), (JOB, 16)],
        [(SA, 8), (GONE, 16)],
        [(SA, 8), (GONE, 16)],
        died=[False, False, True, False],
    )
    start = spell_start(panel.assisted, np.array([-40, -3, -13, -3]))
    found = _stock_exits(panel, start)
    assert found["exit_gt3"] == (0.0, 1.0)
    assert found["exit_lt1"] == (1.0, 1.0)
    assert found["exit_1_3"] == (1.0, 1.0)
    assert found["exit_all"] == (2.0, 3.0)


def test_retention_of_those_who_found_a_job():
    """Three leave assistance for a job in month 3: one works on, one is off a month, one is back at 18 months."""
    panel = lives(
        [(SA, 3), (JOB, 33)],
        [(SA, 3), (JOB, 9), (NONE, 1), (JOB, 23)],
        [(SA, 3), (JOB, 10), (SA, 23)],
        [(SA, 3), (JOB, 10), (GONE, 23)],
    )
    found = _retention(panel, (2015,), "")
    assert found["retention_6m"] == (4.0, 4.0)
    assert found["retention_18m"] == (2.0, 3.0)
    assert found["uninterrupted_18m"] == (1.0, 3.0)
    assert found["back_18m"] == (1.0, 3.0)


def test_who_came_back_within_a_year():
    """Of two who leave in month 2 one is back after 7 months; of the one who left for a job nobody is."""
    panel = lives([(SA, 2), (NONE, 7), (SA, 63)], [(SA, 2), (JOB, 70)])
    found = _reentry(panel)
    assert found["reentry_6m"][0] == pytest.approx(0.0)
    assert found["reentry_12m"][0] == pytest.approx(0.5)
    assert found["reentry_work_12m"][0] == pytest.approx(0.0)


def test_those_placed_are_compared_with_themselves():
    """Ten months in a place cost ten months of a job that the person would have had; after it a job comes of it."""
    before = lives([(SA, 2), (JOB, 10), (SA, 28)], [(SA, 40)])
    after = lives([(SA, 2), (PLACE, 10), (JOB, 28)], [(SA, 40)])
    found = effects_on_placed(before, after)
    assert found["effect_start_0_12"] == (-10.0 + 2.0, 12.0)
    assert found["effect_end_0_12"] == (12.0, 12.0)
    assert found["effect_end_24_48"] == (4.0, 4.0)


def family(*children):
    """A mother on assistance, one in work, and children born 14 and 29 years ago of the one, or of the other."""
    panel = lives([(SA, 24 * 12)], [(JOB, 24 * 12)], *children)
    panel.start = 0
    panel.birth_month = np.array([-480, -480, *[-120] * len(children)], np.int32)
    panel.mother = np.array([-1, -1, *[row % 2 for row in range(len(children))]])
    panel.father = np.full(len(panel.mother), -1)
    return panel


def test_children_are_counted_with_the_benefit_of_their_parents():
    """At 16, in month 72, the first and third child have a mother on assistance; the last has gone before 30."""
    stays, gone = [(NONE, 24 * 12)], [(NONE, 12 * 12), (GONE, 12 * 12)]
    found = _grown(family(stays, stays, stays, gone))
    assert found.place.tolist() == [2, 3, 4]
    assert found.month.tolist() == [240, 240, 240]
    assert found.parent_on_benefit.tolist() == [True, False, True]


def test_twins_of_childhood_are_the_same_children():
    """Of two on assistance at 30 without work of parents one isn't with it; other mothers' children don't count."""
    on, off = [(NONE, 230), (SA, 58)], [(NONE, 288)]
    found = child_twin_figures(family(on, on, on), family(off, on, on), family(on, on, on))
    assert found["child_twin_relative"] == (-1.0, 2.0)


def test_a_childhood_with_working_parents_for_all():
    """Without working parents x is 0 for everybody who turns 18 in the run, with them 1."""
    for share in (0.0, 1.0):
        model = Neighbourhood(
            Scenario.from_file("baseline", residents=400), seed=2, before={"upbringing": Childhood(share)}, verify=True
        )
        start = model.state.month
        for _ in range(6):
            model.step()
        columns = model.state.columns
        turned = (columns["birth_month"] + 216 >= start) & (columns["birth_month"] + 216 < start + 6)
        turned &= columns["present"] & (columns["months_observed"] > 0)
        assert turned.any()
        assert (columns["exposure"][turned] == share).all()


def test_inflow_is_counted_of_who_was_not_on_it():
    """Of three who aren't on assistance in January one is a year later; the one who was on it doesn't count."""
    panel = lives([(NONE, 6), (SA, 18)], [(JOB, 24)], [(JOB, 24)], [(SA, 24)])
    panel.distressed = np.zeros(panel.status.shape, bool)
    panel.distressed[0, :2] = True
    panel.age = lambda month: np.full(4, 40)
    found = _inflow(panel)
    assert found["inflow_year"] == (1.0, 3.0)


def test_leavers_of_practical_school_three_months_later():
    """Three leave in month 2: one works three months later, one is on assistance, one has moved; others don't count.

    Neither does who went on to other schooling after it and leaves that at 20.
    """
    panel = lives(
        [(SCHOOL, 2), (NONE, 3), (JOB, 7)],
        [(SCHOOL, 2), (NONE, 2), (SA, 8)],
        [(SCHOOL, 2), (JOB, 2), (GONE, 8)],
        [(SCHOOL, 2), (JOB, 10)],
        [(SCHOOL, 2), (JOB, 10)],
    )
    panel.education = np.full(panel.status.shape, Education.PRACTICAL)
    panel.education[:, 3] = Education.MID
    panel.age = lambda month: np.array([18, 18, 18, 18, 20])
    found = _leavers_of_practical_school(panel)
    assert found == {"pro_leaver_work": (1.0, 2.0), "pro_leaver_benefit": (1.0, 2.0)}


def test_care_is_compared_with_the_country_at_equal_ages_and_sexes():
    """A man of 31 who costs 2 960 and a woman of 72 who costs 5 353; the third left in June and doesn't count."""
    panel = lives([(JOB, 12)], [(NONE, 12)], [(JOB, 6), (GONE, 6)], first_year=2023)
    panel.sex = np.array([0, 1, 0])
    panel.age = lambda month: np.array([31, 72, 40])
    panel.care_cost = np.zeros((12, 3), np.int32)
    panel.care_cost[3] = np.array([2960, 5353, 900]) * CENTS_PER_EURO
    assert _standardised(panel, load_standards()) == (2960.0 + 5353.0, 1480.0 + 5353.0)


def test_order_of_wijken_by_hand():
    """Two neighbours changed places in an order of four: 1 - 6 x 2 / (4 x 15) = .8; without an order there is none."""
    assert rank_correlation(np.array([1.0, 2, 4, 3]), np.array([0.1, 0.2, 0.3, 0.4])) == pytest.approx(0.8)
    assert np.isnan(rank_correlation(np.ones(4), np.arange(4.0)))


def test_an_estimate_by_hand():
    """Sums 3 and 4 give .75; what is left of each seed, .25 and -.25 over 4: sqrt(2 x .125) / 4 x 12.71."""
    found = estimate([(1.0, 1.0), (2.0, 3.0)])
    assert found.value == 0.75
    assert found.high - found.value == pytest.approx(12.706 * np.sqrt(2 * (0.25**2 + 0.25**2)) / 4, rel=1e-4)
    assert np.isnan(estimate([(0.0, 0.0)]).value)


def test_a_ratio_of_estimates_by_hand():
    """.5 over .25 is 2; the second doesn't vary, so the error is that of the first times four."""
    first, second = [(2.0, 5.0), (3.0, 5.0)], [(1.0, 4.0), (1.0, 4.0)]
    found, alone = estimate(first, second), estimate(first)
    assert found.value == pytest.approx(2.0)
    assert found.high - found.value == pytest.approx(4 * (alone.high - alone.value))


def test_a_run_without_anybody_is_left_out_of_both_sides():
    """The second run has nothing to divide by, so only the first counts: .5 over .25."""
    found = estimate([(2.0, 4.0), (1.0, 1.0)], [(1.0, 4.0), (np.nan, 1.0)])
    assert found.value == pytest.approx(2.0)
    assert np.isnan(found.low)


def test_an_empty_run_makes_no_interval():
    """Nobody was placed in the second run: one run is left, which says nothing of chance."""
    found = estimate([(3.0, 4.0), (0.0, 0.0)])
    assert found.value == 0.75
    assert np.isnan(found.low)


def test_an_interval_holds_nothing_that_a_figure_can_not_be():
    """A share isn't below nought and a correlation not beyond one; a difference may be anything."""
    found = estimate([(0.0, 1.0), (0.4, 1.0)])
    assert found.low < 0 < found.value == 0.2
    assert found.between(*bounds_of("retention_6m")).low == 0.0
    assert found.between(*bounds_of("twin_mental_care")) == found
    assert found.between(*bounds_of("wijken_anxiety_rank")).high == 1.0 < found.high
    one = estimate([(0.2, 1.0)])
    assert np.isnan(one.between(0.0, 1.0).low)


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict"),
    [
        (0.2, 0.1, 0.2, Verdict.WITHIN),
        (0.201, 0.1, 0.2, Verdict.OUTSIDE),
        (0.099, 0.1, 0.2, Verdict.OUTSIDE),
        (99.0, 0.1, None, Verdict.WITHIN),
        (-99.0, None, 0.2, Verdict.WITHIN),
        (0.3, None, 0.2, Verdict.OUTSIDE),
        (float("nan"), 0.1, None, Verdict.NOT_COMPUTABLE),
    ],
)
def test_a_verdict_is_that_of_the_mean(value, low, high, verdict):
    assert verdict_of(estimate([(value, 1.0)]), low, high) is verdict


def test_ranges_are_written_in_both_languages():
    assert range_written(0.1, 0.2, "share") == "0.100 to 0.200"
    assert range_written(1000, 1550, "EUR", "nl") == "1.000 tot 1.550"
    assert range_written(None, 0.4, "ratio", "nl") == "hoogstens 0,40"
    assert range_written(1.0, None, "ratio") == "at least 1.00"
