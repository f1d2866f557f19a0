"""Outcomes of pairs at design points: by hand, as a comparison gives them, and never an index where they lack."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest
from study.made_up_studies import MadeUpStudy, factors, index, plan

from wijksim.errors import InputError
from wijksim.scenario import Scenario
from wijksim.study.compare import compare
from wijksim.study.factors import PLACEBO
from wijksim.study.pair_numbers import FROM_PLACEMENT, PairNumbers, pair_outcome_names
from wijksim.study.schema import plan_from_file
from wijksim.study.sensitivity import SOMETHING_SHOWN
from wijksim.study.store import Outcome
from wijksim.study.sweep import Study
from wijksim.study.sweep_run import Done

MONTH, REACHED = ("pocket_break_even_month", "municipality"), ("pocket_break_even_reached", "municipality")


def found(numbers, kept):
    return {outcome.outcome: values for outcome, values in numbers.of_points(np.array(kept, float))}


def test_additionality_of_a_point_is_the_ratio_of_sums_over_its_pairs():
    """Pairs (10, 4, -1, 0) and (30, 6, -2, -1): deadweight 10/40, displacement 4/40, extra (40 - 10 - 4)/40.

    About it a pair's part: 1/4 + (4 - 10/4)/20 = 0.325 and 1/4 + (6 - 30/4)/20 = 0.175.
    """
    numbers = PairNumbers((("deadweight", ""), ("displacement", ""), ("additionality", "")), months=24)
    assert (numbers.need_histories, numbers.length) == (True, 4)
    values = found(numbers, [[(10, 4, -1, 0), (30, 6, -2, -1)]])
    assert values["deadweight"] == pytest.approx(np.array([[0.325, 0.175]]))
    assert values["displacement"].mean() == pytest.approx(0.1)
    assert values["additionality"].mean() == pytest.approx(0.65)


def test_nobody_placed_with_paid_work_is_no_number():
    values = found(
        PairNumbers((("deadweight", ""),), 24), [[(0, 0, 1, 0), (0, 0, -1, 0)], [(5, 1, 0, 0), (5, 1, 0, 0)]]
    )
    assert np.isnan(values["deadweight"][0]).all()
    assert values["deadweight"][1] == pytest.approx([0.2, 0.2])


def test_break_even_of_a_point_is_that_of_its_mean_path():
    """Alone the first pair never breaks even and the second at once; their mean -0.5, 0.5, 1 stays up from month 1.

    Left out in turn: month 0 and never, counted as month 3; pseudo-values 1 + (0 - 3/2) x -1 = 2.5 and -0.5.
    """
    numbers = PairNumbers((MONTH, REACHED), months=3)
    assert (numbers.need_histories, numbers.length) == (False, 3)
    values = found(numbers, [[(-2, -2, -4), (1, 3, 6)], [(-1, -1, -1), (0, -2, -3)]])
    assert values["pocket_break_even_month"][0] == pytest.approx([2.5, -0.5])
    assert values["pocket_break_even_month"][0].mean() == 1.0
    assert np.isinf(values["pocket_break_even_month"][1]).all()
    assert values["pocket_break_even_reached"].tolist() == [[0, 1], [0, 0]]


def test_paths_stand_behind_sums_and_a_missing_pair_is_no_number():
    numbers = PairNumbers((("deadweight", ""), ("break_even_month", "state_tax"), MONTH), months=2)
    assert numbers.length == 4 + 2 + 2
    values = found(numbers, [[(10, 2, 0, 0, -1, 1, 1, 1)], [(math.nan,) * 8]])
    assert values["deadweight"][0] == pytest.approx(0.2)
    assert (values["break_even_month"][0], values["pocket_break_even_month"][0]) == (1, 0)
    assert all(np.isnan(value[1]).all() for value in values.values())


@dataclass(frozen=True)
class MadeUpPairs:
    """A balance that turns in the month that the first factor says, or not at all above a limit."""

    limit: float

    def __call__(self, task, tick):
        late, size = (value for name, value in task.values if name != PLACEBO)
        path = np.full(12, -size)
        if late <= self.limit:
            path[int(12 * late) :] = size
        none = np.zeros(0)
        return Done(0.0, (), none, none, pair=path)


def made_up(path, limit):
    made = replace(plan("sobol", factors("ab", 0.0, 0.9), 64, outcomes=()), pair_outcomes=(MONTH, REACHED))
    return MadeUpStudy(made, path, MadeUpPairs(limit))


def test_a_month_that_is_always_reached_has_indices(tmp_path):
    study = made_up(tmp_path / "s.sqlite", limit=1.0)
    assert study.run(workers=1)[0].complete
    result = study.analyse()
    rows = index(result, "ST", outcome="pocket_break_even_month")
    assert rows.loc["a", "value"] == pytest.approx(1.0, abs=0.1)
    assert rows.loc["b", "verdict"] not in SOMETHING_SHOWN
    assert set(index(result, "ST", outcome="pocket_break_even_reached")["verdict"]) == {"did not vary"}


def test_a_month_not_reached_somewhere_has_no_index_and_the_notes_say_where(tmp_path):
    study = made_up(tmp_path / "s.sqlite", limit=0.6)
    study.run(workers=1)
    result = study.analyse()
    rows = index(result, "ST", outcome="pocket_break_even_month")
    assert set(rows["verdict"]) == {"not reached at every point"}
    assert rows["value"].isna().all()
    known = result.noise.set_index("outcome").loc["pocket_break_even_month", "share_of_points"]
    assert 0.5 < known < 0.8  # a is even between 0 and 0.9, and reached up to 0.6
    told = [note for note in result.notes if note.startswith("effect on pocket_break_even_month.municipality")]
    assert len(told) == 1
    assert f"is reached at {round(known * 320)} of 320 points" in told[0]
    assert "analyse pocket_break_even_reached.municipality" in told[0]
    assert index(result, "ST", outcome="pocket_break_even_reached").loc["a", "verdict"] in SOMETHING_SHOWN


STUDY = """
format = 1
name = "Pairs"
baseline = "baseline"
policy = "woonhulp"
months = 36
residents = 400
method = "regression"
samples = 3
replications = 2
seed = 5
outcomes = ["employment_rate", "deadweight", "displacement", "additionality", "pocket_break_even_month.state",
    "pocket_break_even_month.municipality", "break_even_month.insurers"]
years = [2017]

[[parameter]]
name = "deadweight_share"
"""


def test_a_point_gives_what_a_comparison_with_its_values_gives(tmp_path):
    file = tmp_path / "pairs.toml"
    file.write_text(STUDY, encoding="utf-8")
    study = Study.from_file(file, tmp_path / "s.sqlite")
    assert study.run(workers=1)[0].complete
    scenarios = []
    drawn = study.values(study.designs_now()[0][1])[1]["deadweight_share"]
    for name in ("baseline", "woonhulp"):
        scenario = Scenario.from_file(name, months=36, residents=400)
        registry = scenario.registry.with_values({"deadweight_share": drawn})
        scenarios.append(replace(scenario, registry=registry))
    effects = compare(scenarios[0], scenarios[1:], replications=2, seed=5, workers=1).effects
    effects = effects[(effects["kind"] == "pair") & (effects["uncertainty"] == "precision")]
    expected = {(row["outcome"], row["group"]): row["effect"] for row in effects.to_dict("records")}
    assert math.isfinite(expected["additionality", ""])
    assert expected["additionality", ""] != 1.0
    for outcome, group in study.plan.pair_outcomes:
        period = FROM_PLACEMENT if not group else "total"
        with study.reading() as store:
            (number,) = [
                values
                for made, values in study.plan.pairs.of_points(store.pairs(1, 3, 2, study.plan.pairs.length))
                if made == Outcome(outcome, group, period, made.unit)
            ]
        at_point, told = number.mean(axis=1)[1], expected[outcome, group]
        assert at_point == pytest.approx(told) or (math.isinf(at_point) and math.isnan(told)), (outcome, group)


def test_outcomes_of_pairs_need_a_policy_and_their_full_name(tmp_path):
    file = tmp_path / "pairs.toml"
    file.write_text(STUDY.replace("break_even_month.state", "break_even_month"), encoding="utf-8")
    with pytest.raises(InputError, match=r"Name one of its groups: pocket_break_even_month\.municipality"):
        plan_from_file(file)
    text = STUDY.replace('policy = "woonhulp"', 'quantities = ["baseline"]')
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match='"deadweight" is of a baseline and a policy'):
        plan_from_file(file)
    assert ("displacement", "") in pair_outcome_names()
