"""Statistics of one population of 40 000: null, n and tolerance (|z| < 5) stand with each test."""

import numpy as np
import pytest
from population.neighbourhoods import START, population

from wijksim.parameters import load_registry
from wijksim.population.columns import Columns, Education, Status, is_paid_work
from wijksim.population.traits import inherited_traits

RESIDENTS = 40_000
LIMIT = 5.0

number = load_registry().number


@pytest.fixture(scope="module")
def columns() -> Columns:
    return population(RESIDENTS).columns


def z_of_mean(values: np.ndarray, null: float) -> float:
    return float((values.mean() - null) / (values.std() / np.sqrt(values.size)))


def z_of_correlation(one: np.ndarray, other: np.ndarray, null: float) -> float:
    """Fisher's transformation: standard error 1 / sqrt(n - 3)."""
    found = np.corrcoef(one, other)[0, 1]
    return float((np.arctanh(found) - np.arctanh(null)) * np.sqrt(one.size - 3))


def test_traits_are_standard_normal(columns: Columns) -> None:
    # Null: mean 0 and variance 1; n = 40 000. Families make the effective n smaller, never larger: half is counted.
    for name in ("frailty", "employability"):
        trait = columns[name].astype(float)
        n = trait.size / 2
        assert abs(trait.mean() * np.sqrt(n)) < LIMIT
        assert abs((trait.var() - 1.0) * np.sqrt(n / 2)) < LIMIT


def test_frailty_and_employability_are_correlated(columns: Columns) -> None:
    # Null: the registry's correlation, among adults of different households; n about 20 000.
    adult = (columns["mother_row"] < 0) & (columns["father_row"] < 0) & (columns["sex"] == 1)
    z = z_of_correlation(
        columns["frailty"][adult], columns["employability"][adult], number("frailty_employability_correlation")
    )
    assert abs(z) < LIMIT


def test_a_population_without_correlation_would_fail(columns: Columns) -> None:
    adult = np.flatnonzero(columns["mother_row"] < 0)
    z = z_of_correlation(
        columns["frailty"][adult],
        np.roll(columns["employability"][adult], 1),
        number("frailty_employability_correlation"),
    )
    assert abs(z) > 8


def test_partners_are_alike_in_employability(columns: Columns) -> None:
    # Null: the registry's correlation; n about 10 000 couples.
    women = (columns["partner_row"] >= 0) & (columns["sex"] == 1)
    z = z_of_correlation(
        columns["employability"][women],
        columns["employability"][columns["partner_row"][women]],
        number("assortative_trait_correlation"),
    )
    assert abs(z) < LIMIT


@pytest.mark.parametrize("trait", ["frailty", "employability"])
def test_children_inherit_traits(columns: Columns, trait: str) -> None:
    # Null: the slope of a child's trait on the mean of its parents' is r; n about 8 000 children with both parents.
    value = columns[trait].astype(float)
    both = (columns["mother_row"] >= 0) & (columns["father_row"] >= 0)
    parents = 0.5 * (value[columns["mother_row"][both]] + value[columns["father_row"][both]])
    child = value[both]
    slope = np.cov(parents, child)[0, 1] / parents.var()
    error = np.sqrt(np.var(child - slope * parents) / (parents.var() * child.size))
    assert abs(slope - number("trait_inheritance")) < LIMIT * error
    shuffled = np.roll(child, child.size // 2)
    assert abs(np.cov(parents, shuffled)[0, 1] / parents.var() - number("trait_inheritance")) > 8 * error


def test_traits_keep_their_variance_over_generations() -> None:
    # Null: variance 1 after ten generations of parents alike by the registry; n = 50 000, se sqrt(2 / n) = .0063.
    n = 50_000
    rng = np.random.default_rng(5)
    likeness = 0.3
    arguments = {"inheritance": 0.9, "correlation": -0.4, "assortment": likeness}
    traits = rng.standard_normal((n, 2))
    for generation in range(10):
        mothers = (traits - traits.mean(axis=0)) / traits.std(axis=0)
        other = rng.standard_normal(n)
        fathers = np.column_stack([other, likeness * mothers[:, 1] + np.sqrt(1 - likeness**2) * rng.standard_normal(n)])
        traits = inherited_traits(generation, np.arange(n), mothers, fathers, **arguments)
        assert np.abs((traits.var(axis=0) - 1.0) / np.sqrt(2 / n)).max() < LIMIT


def test_an_unknown_parent_is_like_the_partner_of_the_known_one() -> None:
    # Null: variance 1 over everybody, n = 50 000. With r = .5 and a mother of 2 the mean is .25 x 2 = .5 for frailty,
    # in which partners aren't alike; in employability the father is .3 x 2 in the mean: .25 x (2 + .6) = .65.
    n = 50_000
    mothers = np.full((n, 2), 2.0)
    traits = inherited_traits(
        3, np.arange(n), mothers, np.full((n, 2), np.nan), inheritance=0.5, correlation=0.0, assortment=0.3
    )
    own_variance = 1.0 - 0.25**2 * np.array([1.0, 1.3**2])
    assert np.abs((traits.mean(axis=0) - [0.5, 0.65]) / np.sqrt(own_variance / n)).max() < LIMIT
    assert np.abs((traits.var(axis=0) / own_variance - 1.0) / np.sqrt(2 / n)).max() < LIMIT


def test_people_on_assistance_are_in_distress_by_selection_more_than_by_lack_of_work(columns: Columns) -> None:
    # Null: raw gap `mental_health_gap_d` within its range (.40 to .60); n about 2 400 and 14 000, se .02.
    # The part by work is psi and no more: at equal frailty, age and education that is what is left.
    assisted = columns["status"] == Status.SOCIAL_ASSISTANCE
    works = is_paid_work(columns["status"])
    gap = columns["mental"][assisted].mean() - columns["mental"][works].mean()
    assert 0.40 < gap < 0.60
    either = assisted | works
    age = (START - columns["birth_month"][either]) // 12
    table = load_registry().table("mental_age_shift")
    design = np.column_stack(
        [
            np.ones(either.sum()),
            works[either],
            columns["frailty"][either],
            table.lookup(age),
            *[columns["education"][either] == level for level in (Education.PRACTICAL, Education.LOW, Education.HIGH)],
        ]
    ).astype(float)
    outcome = columns["mental"][either].astype(float)
    solution, residual, _, _ = np.linalg.lstsq(design, outcome, rcond=None)
    variance = residual[0] / outcome.size * np.linalg.inv(design.T @ design)
    z = (solution[1] + number("mental_work_effect_sd")) / np.sqrt(variance[1, 1])
    assert abs(z) < LIMIT


def test_less_employable_people_are_longer_on_assistance(columns: Columns) -> None:
    # Null of the companion: no difference; n about 2 400, of whom .55 above three years.
    assisted = columns["status"] == Status.SOCIAL_ASSISTANCE
    months = START - columns["status_since"][assisted]
    shares = [(months <= 12).mean(), ((months > 12) & (months <= 36)).mean(), (months > 36).mean()]
    assert shares == pytest.approx([0.18, 0.27, 0.55], abs=0.02)
    ability = columns["employability"][assisted].astype(float)
    long, short = ability[months > 36], ability[months <= 12]
    difference = (long.mean() - short.mean()) / np.sqrt(long.var() / long.size + short.var() / short.size)
    assert difference < -LIMIT


def test_work_runs_in_families(columns: Columns) -> None:
    # Null of the companion: no association; n about 11 000 adults in working age without parents here.
    status = columns["status"]
    orphan = (columns["mother_row"] < 0) & (columns["father_row"] < 0)
    jobless = orphan & (status >= Status.UNEMPLOYMENT_BENEFIT) & (status <= Status.NO_BENEFIT)
    works = orphan & is_paid_work(status)
    workless = columns["generations_without_work"] >= 1
    a, b = workless[jobless].mean(), workless[works].mean()
    log_ratio = np.log(a / b)
    error = np.sqrt((1 - a) / (a * jobless.sum()) + (1 - b) / (b * works.sum()))
    assert abs(log_ratio - np.log(number("parents_workless_odds_workless"))) < LIMIT * error
    assert workless[orphan].mean() == pytest.approx(
        number("parents_workless_share"), abs=LIMIT * 0.24 / np.sqrt(orphan.sum())
    )
    assert 0 < (columns["generations_without_work"] >= 2)[orphan].mean() < 0.01


def test_couples_have_ages_that_go_together(columns: Columns) -> None:
    men = (columns["partner_row"] >= 0) & (columns["sex"] == 0)
    difference = (columns["birth_month"][columns["partner_row"][men]] - columns["birth_month"][men]) / 12
    assert difference.mean() == pytest.approx(number("partner_age_difference"), abs=1.0)
    assert difference.std() < 1.5 * number("partner_age_sd")
    assert np.abs(difference).max() < 40


def test_education_of_children_follows_that_of_parents(columns: Columns) -> None:
    # Null of the companion: no association; n about 1 800 grown-up children at home.
    grown = ((START - columns["birth_month"]) // 12 >= 16) & (columns["mother_row"] >= 0)
    mother = columns["education"][columns["mother_row"][grown]]
    z = z_of_correlation(columns["education"][grown].astype(float), mother.astype(float), 0.0)
    assert z > LIMIT


def test_friends_are_near_and_alike(columns: Columns) -> None:
    # Null of the companion: pairs at random; n about 230 000 held ties.
    state = population(RESIDENTS)
    one, place = np.nonzero(state.ties.rows >= 0)
    other = state.ties.rows[one, place]
    adults = np.unique(one)
    wanted = number("ties_friends_mean") + number("ties_neighbours_mean")
    assert 0.8 * wanted < one.size / adults.size < 1.05 * wanted
    stranger = np.roll(other, 1001)
    for apart in (
        lambda a, b: np.abs(columns["birth_month"][a] - columns["birth_month"][b]),
        lambda a, b: np.abs(columns["education"][a].astype(float) - columns["education"][b]),
        lambda a, b: np.hypot(
            *(axis[columns["home"][a]] - axis[columns["home"][b]] for axis in (state.homes.x, state.homes.y))
        ),
    ):
        near, random = apart(one, other).astype(float), apart(one, stranger).astype(float)
        assert z_of_mean(random - near, 0.0) > 8
    friends = [set(row[row >= 0].tolist()) for row in state.ties.rows[:3000]]
    rows = state.ties.rows
    pairs = [(a, b) for known in friends for a in known for b in known if a < b]
    closed = np.mean([b in rows[a] for a, b in pairs])
    assert closed > 20 * wanted / adults.size
