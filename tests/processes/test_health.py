"""Distress and illness: levels, speed, the effect of work, and selection told apart from it."""

import numpy as np
import pytest
from processes.building import START, make_columns, make_month, make_state, village
from processes.checking import differences_by_uid, keeps_to_its_declaration, run_months, shuffled

from wijksim.parameters import load_registry
from wijksim.population.care import normal_quantiles, quantile
from wijksim.population.columns import Education, Status
from wijksim.population.health import health_equations, start_health
from wijksim.processes import health as health_module
from wijksim.processes import health_month as health_month_module
from wijksim.processes.health import Health
from wijksim.randomness import Stream, draw

PSI = 0.19
EQUATIONS = health_equations(load_registry())


def step_with(process, parameters=None, at=START):
    registry = load_registry().with_values(parameters or {})

    def step(state, index):
        process.step(make_month(state, at=at + index, index=index, registry=registry))

    return step


def people(count, **values):
    """Adults of 40 with mid education, by default pensioners so that the work term is nil."""
    values = {"education": Education.MID, "status": Status.RETIRED} | values
    return make_columns(count, **values)


def started(count, seed=1, **values):
    columns = people(count, **values)
    start_health(columns, load_registry(), START, seed)
    return make_state(columns)


def test_the_numbers_of_the_equations():
    assert EQUATIONS.mental_pull == pytest.approx(1 - 0.1 ** (1 / 6))  # nine tenths in six months
    noise = EQUATIONS.mental_noise**2 / (1 - (1 - EQUATIONS.mental_pull) ** 2)
    assert noise + EQUATIONS.mental_loading**2 == pytest.approx(1.0)  # variance 1 in all
    assert EQUATIONS.work_term[Status.REGULAR_JOB] - EQUATIONS.work_term[Status.SOCIAL_ASSISTANCE] == pytest.approx(
        -PSI
    )
    assert EQUATIONS.work_term[Status.PLACEMENT] - EQUATIONS.work_term[Status.SOCIAL_ASSISTANCE] == pytest.approx(
        -PSI / 2
    )
    assert EQUATIONS.work_term[[Status.CHILD, Status.SCHOOL, Status.RETIRED]].tolist() == [0, 0, 0]


def test_a_month_by_hand():
    """From 0, z moves .3187 of the way to z* = .7746 + .05 and y .0915 of it to y* = .2711 - .2034, plus shocks."""
    state = make_state(people(1, frailty=1.0))
    month = make_month(state)
    Health().step(month)
    mental, physical = (shock(month, stream) for stream in (Stream.MENTAL_SHOCK, Stream.PHYSICAL_SHOCK))
    assert state.columns["mental"][0] == pytest.approx(0.3187 * 0.8246 + 0.4630 * mental, abs=3e-4)
    assert state.columns["physical"][0] == pytest.approx(0.0915 * 0.0677 + 0.4022 * physical, abs=3e-4)


def shock(month, stream):
    return quantile(normal_quantiles(), draw(month.key(stream), month.columns["uid"][0]))


def test_who_is_above_a_threshold_is_ill():
    columns = people(3, mental=[-5.0, 5.0, -5.0], physical=[-5.0, -5.0, 9.0])
    Health().step(make_month(columns))
    assert columns["ill"].tolist() == [False, True, True]


def residual_scores(state):
    """z of mean and variance of distress and illness around their levels; n residents, null: 0 and 1 - l^2."""
    columns, scores = state.columns, {}
    for name, loading, age, spread in (
        ("mental", EQUATIONS.mental_loading, EQUATIONS.mental_age[40], EQUATIONS.mental_spread),
        ("physical", EQUATIONS.physical_loading, EQUATIONS.physical_age[40], EQUATIONS.physical_spread),
    ):
        rest = columns[name].astype(float) - loading * columns["frailty"] - age
        n = rest.size
        scores[f"{name} mean"] = rest.mean() / (spread / np.sqrt(n))
        scores[f"{name} variance"] = (rest.var() / spread**2 - 1) / np.sqrt(2 / n)
    return scores


def test_the_start_is_stationary_and_stays_so():
    """n = 20 000; |z| < 5 at the start and after 24 months."""
    frailty = np.random.default_rng(2).normal(size=20_000)
    state = started(20_000, frailty=frailty)
    later = run_months(step_with(Health()), state, 24)
    for moment in (state, later):
        scores = residual_scores(moment)
        assert max(abs(score) for score in scores.values()) < 5, scores


def test_a_tenth_more_noise_would_be_seen(monkeypatch):
    wider = normal_quantiles() * 1.1
    monkeypatch.setattr(health_module, "normal_quantiles", lambda: wider)
    state = run_months(step_with(Health()), started(20_000, frailty=0.0), 24)
    assert abs(residual_scores(state)["mental variance"]) > 8


@pytest.mark.parametrize(
    ("status", "effect"), [(Status.REGULAR_JOB, 1.0), (Status.SUBSIDISED_JOB, 1.0), (Status.PLACEMENT, 0.5)]
)
def test_twins_differ_by_psi_and_get_there_in_time(status, effect):
    """The same people with and without work: the shocks are common, so the difference is psi (1 - .1^(t/6))."""
    without = started(500, status=Status.SOCIAL_ASSISTANCE)
    with_work = without.copy()
    with_work.columns["status"][:] = status
    for months in (1, 6, 24):
        pair = [run_months(step_with(Health()), state, months).columns for state in (without, with_work)]
        gap = pair[1]["mental"].astype(float) - pair[0]["mental"]
        assert gap == pytest.approx(-PSI * effect * (1 - 0.1 ** (months / 6)), abs=2e-6)
        assert np.array_equal(pair[0]["physical"], pair[1]["physical"])  # no effect on illness


def test_selection_and_effect_are_told_apart():
    """Frail people are on assistance: the raw gap is l * difference in frailty + psi, a twin recovers psi alone.

    n = 2 x 10 000, standard error of the raw gap sqrt(2 / n); |z| < 5 for the sum, > 8 for psi alone.
    """
    n = 10_000
    frailty = np.random.default_rng(4).normal(size=2 * n)
    frailty[n:] += 0.5
    state = started(2 * n, frailty=frailty, status=np.repeat([Status.REGULAR_JOB, Status.SOCIAL_ASSISTANCE], n))
    columns = run_months(step_with(Health()), state, 12).columns
    raw = columns["mental"][n:].mean() - columns["mental"][:n].mean()
    error = np.sqrt(2 / n)
    selection = EQUATIONS.mental_loading * (frailty[n:].mean() - frailty[:n].mean())
    assert abs(raw - selection - PSI) / error < 5
    assert (raw - PSI) / error > 8


def test_the_start_called_twice_moves_only_by_the_work_term():
    columns = people(1_000, status=Status.CHILD)
    start_health(columns, load_registry(), START, 3)
    before = {name: columns[name].copy() for name in ("mental", "physical")}
    columns["status"][:] = Status.REGULAR_JOB
    start_health(columns, load_registry(), START, 3)
    assert columns["mental"] - before["mental"] == pytest.approx(EQUATIONS.work_term[Status.REGULAR_JOB], abs=1e-6)
    assert np.array_equal(columns["physical"], before["physical"])


def village_with_health():
    state = village(300)
    start_health(state.columns, load_registry(), START, 1)
    return state


def test_declarations():
    keeps_to_its_declaration(Health(), make_month(village_with_health()))


def test_the_order_of_rows_changes_nothing():
    state = village_with_health()
    other = shuffled(state)
    assert (
        differences_by_uid(run_months(step_with(Health()), state, 12), run_months(step_with(Health()), other, 12)) == []
    )


def test_the_plain_version_gives_the_same(monkeypatch):
    state = village_with_health()
    compiled = run_months(step_with(Health()), state, 3)
    monkeypatch.setattr(health_module, "health_month", health_month_module.health_month.py_func)
    for name in ("health_states", "care_use"):
        monkeypatch.setattr(health_month_module, name, getattr(health_month_module, name).py_func)
    plain = run_months(step_with(Health()), state, 3)
    assert [name for name in plain.differences(compiled) if name not in ("columns.mental", "columns.physical")] == []
    for name in ("mental", "physical"):
        assert plain.columns[name] == pytest.approx(compiled.columns[name], rel=1e-6)


def test_who_left_is_left_alone():
    state = village_with_health()
    state.columns.leave(np.array([0]))
    before = {name: state.columns[name][0] for name in Health.writes}
    Health().step(make_month(state))
    assert {name: state.columns[name][0] for name in Health.writes} == before


def test_a_child_without_a_level_yet_has_no_shift_for_education():
    """Children carry a code of education before theirs is drawn at 16: the shifts of .12 and .34 are none of theirs."""
    for shift, age in (
        (EQUATIONS.mental_shift, EQUATIONS.mental_age),
        (EQUATIONS.physical_shift, EQUATIONS.physical_age),
    ):
        assert np.array_equal(shift[:, :16], np.broadcast_to(age[:16], (4, 16)))
        assert shift[Education.LOW, 16] > age[16]
