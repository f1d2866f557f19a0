"""Structural variants: each does what it says, by direction and size, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from model.building import HELP, scenario
from processes.building import START, make_columns, make_month, make_state
from processes.test_labour_market import month_of

from wijksim.accounts import Category, Party
from wijksim.agents import HealthInsurer
from wijksim.model import Neighbourhood, population_of
from wijksim.parameters import load_registry
from wijksim.population.columns import Status
from wijksim.processes.health import Health
from wijksim.processes.labour_market import LabourMarket
from wijksim.settings import CHOICE_LABELS, Levers
from wijksim.structure import READ_BY_VARIANT, STRUCTURES, USUAL, HealthVariant, InsurerVariant, UpbringingVariant
from wijksim.study.draws import drawn_factors

EFFECT, REFERENCE = 0.06, load_registry().number("work_share_reference")


# ---------------------------------------------------------------------------------------------- health
@pytest.mark.parametrize(
    ("variant", "effect"), [(HealthVariant.MENTAL, 0.0), (HealthVariant.MENTAL_AND_PHYSICAL, EFFECT)]
)
def test_work_lowers_physical_illness_in_one_variant_alone(variant, effect):
    """y* = -effect x (w - w0); 1 - (1 - pull)^60 of the way after 60 months, shocks being the same."""
    statuses = [Status.REGULAR_JOB, Status.PLACEMENT, Status.SOCIAL_ASSISTANCE, Status.RETIRED]
    state = make_state(make_columns(4, uid=7, status=statuses))  # one luck for all
    process = Health()
    for index in range(60):
        process.step(make_month(state, at=START + index, index=index, health=variant))
    physical = state.columns["physical"].astype(float) - float(state.columns["physical"][3])
    pull = 1 - 0.1 ** (1 / load_registry().number("physical_adjustment_months"))
    wanted = -effect * (np.array([1.0, 0.5, 0.0, REFERENCE]) - REFERENCE) * (1 - (1 - pull) ** 60)
    assert physical == pytest.approx(wanted, abs=1e-5)


def test_the_start_has_the_effect_that_lasts_and_is_made_for_each_variant():
    """Only y differs at the start, by the work term of everybody's status; residents are the same people."""
    usual, other = (
        population_of(scenario(residents=600, health=variant), 3).start.columns for variant in HealthVariant
    )
    adults = ~np.isin(usual["status"], [Status.CHILD, Status.SCHOOL, Status.RETIRED])
    work = np.isin(
        usual["status"], [Status.REGULAR_JOB, Status.SUBSIDISED_JOB, Status.SHELTERED_JOB, Status.SELF_EMPLOYED]
    )
    assert other["status"].tolist() == usual["status"].tolist()
    assert other["mental"].tolist() == usual["mental"].tolist()
    apart = (other["physical"] - usual["physical"])[adults & (usual["status"] != Status.PLACEMENT)]
    wanted = -EFFECT * (work - REFERENCE)[adults & (usual["status"] != Status.PLACEMENT)]
    assert apart == pytest.approx(wanted, abs=1e-6)
    assert not (other["physical"] - usual["physical"])[usual["status"] == Status.CHILD].any()


# ---------------------------------------------------------------------------------------------- upbringing
def search_of(variant, unemployment=1.0, **values):
    """Hazard at tightness 1 of people of 22 on assistance."""
    columns = make_columns(2, birth_month=START - 22 * 12, status=Status.SOCIAL_ASSISTANCE, last_wage=1, **values)
    month = month_of(columns, levers=Levers(unemployment_factor=unemployment))
    object.__setattr__(month.settings, "upbringing", variant)
    _, intensity, mass = LabourMarket()._search(month)
    assert mass.sum() == pytest.approx(intensity.sum(), rel=1e-9)
    return intensity


@pytest.mark.parametrize(
    ("variant", "scarce", "plenty"),
    [
        (UpbringingVariant.EXPOSURE, 0.9, 0.9),
        (UpbringingVariant.EXPOSURE_AND_DEMAND, 1 - 0.1 * (0.105 - 0.04) / 0.06, 1.0),
        (UpbringingVariant.EXPOSURE_DEMAND_AND_NORM, 1 - 0.1 * (0.105 - 0.04) / 0.06, 1.0),
    ],
)
def test_parents_without_work_count_everywhere_or_where_jobs_are_scarce(variant, scarce, plenty):
    """M by hand at U = .105 (2015) and below .04; the norm of both is the same."""
    for unemployment, wanted in ((1.0, scarce), (0.38, plenty)):
        without, with_work = search_of(variant, unemployment, exposure=[0.0, 1.0])
        assert without / with_work == pytest.approx(wanted)


def test_who_holds_work_to_be_less_usual_searches_less_in_one_variant_alone():
    """1 - .2 (w0 - w) / .15 around the mean .5 of the two who search: .6 and .4 give 1 +- .1333."""
    apart = {variant: search_of(variant, norm=[0.4, 0.6]) for variant in UpbringingVariant}
    assert apart[UpbringingVariant.EXPOSURE][0] == apart[UpbringingVariant.EXPOSURE][1]
    usual = apart[UpbringingVariant.EXPOSURE_AND_DEMAND]
    by_norm = apart[UpbringingVariant.EXPOSURE_DEMAND_AND_NORM] / usual
    assert usual[0] == usual[1]
    assert by_norm == pytest.approx([1 - 0.2 * 0.1 / 0.15, 1 + 0.2 * 0.1 / 0.15], rel=1e-6)


# ---------------------------------------------------------------------------------------------- insurers
def balance_of_insurers(ledger):
    return sum(post.cents * ((post.payee is Party.INSURERS) - (post.payer is Party.INSURERS)) for post in ledger)


def test_without_equalisation_insurers_keep_all_of_a_saving_and_nothing_else_changes():
    told = {variant: scenario(months=12, enterprises=(HELP,), insurer=variant) for variant in InsurerVariant}
    runs = {variant: Neighbourhood(one, seed=2).run() for variant, one in told.items()}
    equal, apart = runs.values()
    flow = Category.RISK_EQUALISATION
    assert not [post for post in apart.ledger if post.category is flow]
    assert balance_of_insurers(apart.ledger) == balance_of_insurers([p for p in equal.ledger if p.category is not flow])
    series = [name for name in equal.outcomes.names if name[0] != "balance"]
    columns = [equal.outcomes.names.index(name) for name in series]
    assert np.array_equal(equal.outcomes.values[:, columns], apart.outcomes.values[:, columns], equal_nan=True)


def test_without_equalisation_insurers_offer_more():
    """With all of a saving kept in place of a quarter, four times as much is worth while before the cap."""
    levers = Levers(insurer_co_funding=True, measurement_quality_share=0.0)
    offered = []
    for variant in InsurerVariant:
        model = Neighbourhood(scenario(months=1, enterprises=(HELP,), insurer=variant, levers=levers), seed=2)
        model.run()
        offered.append(sum(i.memory.co_funding_per_place_year for i in model.agents_by_type[HealthInsurer]))
    assert offered[1] == pytest.approx(4 * offered[0])
    assert offered[0] > 0


# ---------------------------------------------------------------------------------------------- all
def test_every_choice_is_in_words_and_its_parameters_are_drawn_where_it_is_made():
    registry = load_registry()
    for name, choice in STRUCTURES.items():
        assert USUAL[name] is choice.default
        assert all(all(CHOICE_LABELS[variant]) for variant in choice.kind)
    for parameter, (key, variant) in READ_BY_VARIANT.items():
        drawn = [
            parameter in {factor.name for factor in drawn_factors(registry, {**USUAL, key: one})}
            for one in STRUCTURES[key].kind
        ]
        assert drawn == [one is variant for one in STRUCTURES[key].kind]
