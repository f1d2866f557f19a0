"""Study files: every fault at once with its line and remedy; what is drawn is what was asked for."""

from __future__ import annotations

import collections
import math

import numpy as np
import pytest

from wijksim.errors import InputError
from wijksim.parameters import Distribution, load_registry
from wijksim.structure import READ_BY_VARIANT
from wijksim.study.design import grow
from wijksim.study.factors import PLACEBO, Factor, FactorKind, registry_factor
from wijksim.study.methods import Method, Quantity
from wijksim.study.schema import plan_from_file
from wijksim.study.study_template import STUDY_TEMPLATE

HEAD = """\
format = 1
name = "Try"
baseline = "baseline"
policy = "woonhulp"
months = 36
residents = 200
method = "{method}"
samples = {samples}
outcomes = ["employment_rate"]
"""
SHOPS = """
[[parameter]]
name = "enterprise.woonhulp.places"
kind = "whole"
low = 1
high = 4
"""


def read(tmp_path, text):
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return plan_from_file(path)


def faults(tmp_path, text):
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    return [str(problem) for problem in caught.value.problems]


def test_a_study_is_read_with_what_its_file_leaves_out(tmp_path):
    plan = read(tmp_path, HEAD.format(method="morris", samples=10) + '[[parameter]]\nname = "deadweight_share"\n')
    factor, placebo = plan.factors
    passport = load_registry()["deadweight_share"]
    assert (factor.low, factor.high) == passport.bounds
    assert (factor.distribution, factor.mode) == (passport.distribution, passport.setting)
    assert placebo.name == PLACEBO
    assert plan.quantities == (Quantity.EFFECT,)
    assert plan.periods == ("2015", "2016", "2017")
    assert plan.baseline.settings.months == 36


def test_the_template_is_a_study(tmp_path):
    plan = read(tmp_path, STUDY_TEMPLATE)
    assert len(plan.factors) > 100
    kinds = {factor.name: factor.kind for factor in plan.factors}
    assert kinds["matching"] is FactorKind.CHOICE
    assert kinds["enterprise.woonhulp.places"] is FactorKind.WHOLE


def test_all_parameters_of_a_grade_but_those_left_out(tmp_path):
    text = (
        HEAD.format(method="morris", samples=4) + 'all_of_grades = ["assumption"]\nleave_out = ["deadweight_share"]\n'
    )
    names = {factor.name for factor in read(tmp_path, text).factors}
    registry = load_registry()
    expected = {n for n, p in registry.items() if p.grade == "assumption" and p.distribution is not Distribution.fixed}
    expected -= set(READ_BY_VARIANT)  # the scenarios have the usual structure, which doesn't read them
    assert names == (expected - {"deadweight_share"}) | {PLACEBO}


# ------------------------------------------------------------------------------------------------- W05, W06, W14
def test_every_fault_is_told_at_once_with_its_line(tmp_path):
    text = (
        HEAD.format(method="sobol", samples=100).replace("employment_rate", "employmnt_rate")
        + 'years = [2014]\n[[parameter]]\nname = "deadwieght_share"\n[[parameter]]\nname = "matching_elasticity"\n'
        + 'low = 0.5\nhigh = 0.4\n[[parameter]]\nname = "matching_elasticity"\n'
    )
    told = faults(tmp_path, text)
    assert [part in "\n".join(told) for part in ("Did you mean", "Take 64 or 128", "2014 is not simulated")] == [
        True
    ] * 3
    joined = "\n".join(told)
    assert "deadweight_share" in joined
    assert "employment_rate" in joined
    assert "matching_elasticity: low 0.5 is not below high 0.4" in joined
    assert '"matching_elasticity" stands twice' in joined
    assert all("study.toml" in problem for problem in told)


@pytest.mark.parametrize(
    ("parameter", "told"),
    [
        ('name = "rent_subsdy"', "is no parameter and no lever"),
        ('name = "deadweight_share"\nlow = 0.0\nhigh = 0.9', "goes beyond its passport"),
        ('name = "minimum_wage_month"', "has no range"),
        ('name = "matching"\nkind = "choice"\nchoices = []', "needs two or more names"),
        (
            'name = "matching"\nkind = "choice"\nchoices = ["none", "some"]',
            "'some' is no value of matching. Expected",
        ),
        ('name = "enterprise.woonhulp.places"\nkind = "whole"\nlow = 1.5\nhigh = 3', "must be whole"),
        ('name = "enterprise.woonhulp.places"\nkind = "whole"\nlow = -1\nhigh = 3', "Expected from 0 to 100000."),
        ('name = "enterprise.woonhulp.places"\nkind = "whole"', "no range of its own. It may be from 0 to 100000."),
        ('name = "enterprise.woonhulp.places"\nlow = 1\nhigh = 4', 'Whole numbers need kind = "whole".'),
        ('name = "policy.unemployment_factor"\nlow = 0\nhigh = 9', "Expected from 0.1 to 5."),
        ('name = "enterprise.bakkerij.places"\nkind = "whole"\nlow = 1\nhigh = 3', "no lever of the policy"),
        ('name = "deadweight_share"\nkind = "yes_no"', "is a number, not a yes_no"),
        ('name = "deadweight_share"\nlow = nan', "nan is not a finite number"),
        ('name = "deadweight_share"\nlwo = 0.2', "this key is not known here"),
        ('name = "deadweight_share"\nchoices = ["a"]', "is of no use with kind number"),
    ],
)
def test_a_wrong_parameter_is_refused(tmp_path, parameter, told):
    assert told in "\n".join(
        faults(tmp_path, HEAD.format(method="morris", samples=4) + f"[[parameter]]\n{parameter}\n")
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("policy =", "polcy ="), "this key is not known here"),
        (('policy = "woonhulp"', ""), "need a policy"),
        (('["employment_rate"]', "[]"), "outcomes"),
        (('["employment_rate"]', '["balance"]'), "Name one of its groups"),
        (("samples = 4", "samples = 0"), "samples"),
        (("samples = 4", "samples = 4\nsecond_order = true"), "of no use with this method"),
        (("samples = 4", "samples = 4\nscreen_samples = 4"), "of no use with this method"),
        (('"morris"', '"screen_then_sobol"'), "screen_samples"),
        (('"woonhulp"', '"wonhulp"'), "woonhulp"),
        (("format = 1", "format = 9"), "format"),
        (("samples = 4", "samples = 4\nyears = 2019"), "study.toml: years, line 9: 2019 is neither a list nor 'all'."),
        (("samples = 4", 'samples = 4\nyears = ["2019"]'), 'years[1], line 9: "2019" is not a whole number.'),
        (('method = "morris"\n', ""), "'method' is missing; expected one of"),
    ],
)
def test_a_wrong_study_is_refused(tmp_path, change, told):
    text = HEAD.format(method="morris", samples=4) + '[[parameter]]\nname = "deadweight_share"\n'
    assert change[0] in text
    assert told in "\n".join(faults(tmp_path, text.replace(*change)))


def test_groups_need_a_method_that_has_indices_of_groups(tmp_path):
    text = HEAD.format(method="pawn", samples=40) + '[[parameter]]\nname = "deadweight_share"\ngroup = "g"\n'
    assert "no indices of groups" in faults(tmp_path, text)[0]


def test_a_fault_in_a_key_of_several_kinds_is_told_once(tmp_path):
    text = HEAD.format(method="morris", samples=4) + '[[parameter]]\nname = "deadweight_share"\n'
    for years in ("2019", '["2019"]', "[2019.5]"):
        (told,) = faults(tmp_path, text.replace("samples = 4", f"samples = 4\nyears = {years}"))
        assert "tuple" not in told
        assert "literal" not in told


def test_a_scenario_is_no_study_and_is_told_where_it_goes(tmp_path):
    with pytest.raises(InputError) as caught:
        plan_from_file("woonhulp")
    assert str(caught.value) == (
        "woonhulp: is a scenario; a study was expected. A scenario goes to: wijksim run or wijksim compare."
    )
    with pytest.raises(
        InputError, match=r"there is no such file.*Studies that come with wijksim: .*; wijksim study new writes"
    ):
        plan_from_file("nothing_like_it")


def test_a_study_that_varies_nothing_is_refused(tmp_path):
    assert "varies nothing" in faults(tmp_path, HEAD.format(method="morris", samples=4))[0]


def test_mixed_kinds_get_each_of_their_values_equally_often():
    factors = [
        Factor("shops", FactorKind.WHOLE, 1, 4),
        Factor("subsidy", FactorKind.YES_NO),
        Factor("policy", FactorKind.CHOICE, choices=("a", "b", "c")),
        Factor("rate", low=0.0, high=0.5),
    ]
    for method in (Method.SOBOL, Method.PAWN):
        design = grow(method, factors, 256, seed=3)
        drawn = [[f.value(float(u)) for f, u in zip(factors, point, strict=True)] for point in design.points]
        shops, subsidy, policy, rate = zip(*drawn, strict=True)
        counts = collections.Counter(shops)
        assert set(counts) == {1, 2, 3, 4}
        assert all(0.2 <= count / len(shops) <= 0.3 for count in counts.values())
        assert {type(value) for value in shops} == {int}
        assert {type(value) for value in subsidy} == {bool}
        assert set(policy) == {"a", "b", "c"}
        assert all(0.0 <= value <= 0.5 and math.isfinite(value) for value in rate)


@pytest.mark.parametrize("distribution", list(Distribution)[1:])
def test_values_follow_their_distribution_and_stay_within_bounds(distribution):
    """Checked against the distribution function at quantiles, both ends included."""
    factor = Factor("x", low=1.0, high=9.0, distribution=distribution, mode=3.0)
    uniforms = np.linspace(0.0, 1.0, 101)
    values = np.array([factor.value(float(u)) for u in uniforms])
    assert (values[0], values[-1]) == (pytest.approx(1.0), pytest.approx(9.0))
    assert (np.diff(values) > 0).all()
    if distribution is Distribution.uniform:
        expected = (values - 1) / 8
    elif distribution is Distribution.loguniform:
        expected = np.log(values) / math.log(9)
    else:
        expected = np.where(values < 3, (values - 1) ** 2 / 16, 1 - (9 - values) ** 2 / 48)
    assert uniforms == pytest.approx(expected)


def test_a_uniform_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="not between 0 and 1"):
        Factor("x").value(1.5)


def test_a_dated_rule_varies_by_one_factor():
    registry = load_registry()
    name = next(n for n, p in registry.items() if not hasattr(p, "value") and p.bounds[0] < p.bounds[1])
    factor = registry_factor(registry, name)
    assert (factor.low, factor.high) == registry[name].bounds
    assert factor.low < 1.0 or factor.high > 1.0
