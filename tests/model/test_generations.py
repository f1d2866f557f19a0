"""Sixty years: three generations lived inside the run, counted again from the simulated histories."""

import numpy as np
import pytest
from model.lives import lives

from wijksim.population.columns import Education, is_paid_work
from wijksim.settings import Matching

RESIDENTS, MONTHS, CHILDHOOD = 1_500, 720, 216


@pytest.fixture(scope="module")
def sixty():
    fields = ("exposure", "generations_without_work", "education", "household")
    return lives(fields, months=MONTHS, residents=RESIDENTS, seed=1, matching=Matching.TIGHTNESS)


def born_here(panel):
    """Who was born in the wijk within the run."""
    first = panel.birth_month - panel.start
    return (first >= 0) & panel.present[np.maximum(first, 0), np.arange(panel.uid.size)]


def test_three_generations_live_inside_the_run(sixty):
    """A child born in the wijk, of a parent who was born in the wijk within the run, of one who lived here too."""
    panel, model = sixty
    inside, lived = set(panel.uid[born_here(panel)].tolist()), set(panel.uid.tolist())
    parents = {
        uid: (mother, father)
        for uid, mother, father in zip(panel.uid.tolist(), panel.mother.tolist(), panel.father.tolist(), strict=True)
    }
    chains = [
        (uid, parent, grandparent)
        for uid in inside
        for parent in parents[uid]
        if parent in inside
        for grandparent in parents[parent]
        if grandparent in lived
    ]
    assert len({child for child, _, _ in chains}) > 20
    months = dict(zip(panel.uid.tolist(), panel.birth_month.tolist(), strict=True))
    for generations in chains:
        born = [months[uid] for uid in generations]
        assert born[0] - born[1] >= 15 * 12
        assert born[1] - born[2] >= 15 * 12
    lineage = model.state.lineage
    assert (lineage.places_of(np.array(chains).ravel()) >= 0).all()


def test_every_child_of_the_run_has_a_mother_of_an_age_for_it(sixty):
    panel, model = sixty
    lineage = model.state.lineage
    inside = born_here(panel)
    mother = lineage.places_of(panel.mother[inside])
    assert inside.sum() > 300
    assert (mother >= 0).all()
    age = (panel.birth_month[inside] - lineage.birth_month[mother]) / 12
    assert age.min() >= 15
    assert age.max() < 51


def test_exposure_and_generations_are_those_of_the_histories(sixty):
    """For everybody born here who turned 18 here: months with a parent here, and with one of them in paid work."""
    panel, _ = sixty
    place_of = {uid: place for place, uid in enumerate(panel.uid.tolist())}
    first = panel.birth_month - panel.start
    last = first + CHILDHOOD
    grown = np.flatnonzero((first >= 0) & (last < panel.months))
    grown = grown[panel.present[last[grown], grown] & panel.present[first[grown], grown]]
    paid = is_paid_work(panel.status)
    compared = workless = 0
    for child in grown:
        months = np.arange(first[child], last[child])
        parents = [place_of[uid] for uid in (panel.mother[child], panel.father[child]) if uid in place_of]
        seen = np.zeros(CHILDHOOD, bool)
        worked = np.zeros(CHILDHOOD, bool)
        for parent in parents:
            seen |= panel.present[months, parent]
            worked |= panel.present[months, parent] & paid[months, parent]
        expected = worked.sum() / seen.sum() if seen.any() else -1.0
        assert panel.exposure[last[child], child] == pytest.approx(expected, abs=1e-6)
        at = last[child]
        above = [int(panel.generations_without_work[at, p]) for p in parents if panel.present[at, p]]
        known = [one for one in above if one >= 0]
        if expected < 0:
            generations = -1
        elif expected >= 0.2:
            generations = 0
        else:
            workless += 1
            generations = 1 + (min(known) if len(known) == 2 else max([0, *known]))
        assert panel.generations_without_work[at, child] == generations
        compared += 1
    assert compared > 100
    assert workless > 5


def test_people_are_conserved_over_sixty_years(sixty):
    """From the histories: who is here is who was here, was born, came, less who died or left."""
    panel, model = sixty
    series = model.result().outcomes.series
    change = np.diff(series("residents"))
    flows = series("births") + series("arrivals") - series("deaths") - series("departures")
    assert np.array_equal(change, flows[1:])
    assert np.array_equal(panel.present.sum(axis=1), series("residents"))


def test_sixty_years_do_not_drift_to_absurdity(sixty):
    """Wide bounds, on means of the last ten years: what lies outside them no wijk has ever been."""
    panel, model = sixty
    series = model.result().outcomes.series
    late = slice(MONTHS - 120, MONTHS)
    assert 0.5 * RESIDENTS < series("residents")[late].mean() < 2 * RESIDENTS
    assert 0.40 < np.nanmean(series("employment_rate")[late]) < 0.75
    ages = np.concatenate([panel.age(month)[panel.present[month]] for month in range(MONTHS - 120, MONTHS, 12)])
    assert 0.08 < (ages < 15).mean() < 0.25
    assert 0.15 < (ages >= 65).mean() < 0.40
    assert 0.02 < (panel.assisted[late].sum() / panel.present[late].sum()) < 0.15
    levels = panel.education[-1][panel.present[-1] & (panel.age(MONTHS - 1) >= 25)]
    assert (np.bincount(levels, minlength=4) / levels.size)[[Education.LOW, Education.MID, Education.HIGH]].min() > 0.05
    now = panel.present[-1]
    for trait in (panel.frailty[now], panel.employability[now]):
        assert abs(trait.mean()) < 0.5
        assert 0.8 < trait.std() < 1.2
    _, size = np.unique(panel.household[-1][now], return_counts=True)
    assert 1.7 < size.mean() < 2.8
    chains = panel.generations_without_work[-1][now & (panel.age(MONTHS - 1) >= 18)]
    assert (chains >= 3).mean() < 0.01
    for name, low, high in (("gp_contacts", 300, 700), ("income_per_resident", 500, 3_000)):
        assert low < series(name)[late].mean() < high
