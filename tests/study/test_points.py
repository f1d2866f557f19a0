"""Points as values and identities: as computed one by one, and equal for equal points only."""

import hashlib
import json
from dataclasses import replace

from wijksim.study.design import grow
from wijksim.study.factors import PLACEBO, Factor, FactorKind
from wijksim.study.methods import Method
from wijksim.study.points import point_texts, point_values, run_identity

FACTORS = (
    Factor(name="zorg", low=-1.0, high=1.0),
    Factor(name=PLACEBO),
    Factor(name="b.choice", kind=FactorKind.CHOICE, choices=("één", "twee")),
    Factor(name="a.whole", kind=FactorKind.WHOLE, low=1, high=5),
    Factor(name="policy.hiring_frozen", kind=FactorKind.YES_NO),
)
INPUTS = {"wijksim itself": "abc", "the profile": "déf"}


def test_values_are_those_of_each_factor_at_each_point():
    for method in (Method.MORRIS, Method.SOBOL, Method.PAWN):
        design = grow(method, FACTORS, 4, seed=3)
        for point, values in zip(design.points, point_values(design), strict=True):
            expected = {f.name: f.value(float(u)) for f, u in zip(FACTORS, point, strict=True)}
            assert values == expected
            assert {name: type(value) for name, value in values.items()} == {
                name: type(value) for name, value in expected.items()
            }


def test_identity_is_the_hash_of_what_is_read_in_plain_json():
    """Stores of earlier versions hold identities that were made so: a change here loses all their runs."""
    design = grow(Method.SOBOL, FACTORS, 4, seed=3)
    for values, text in zip(point_values(design), point_texts(design), strict=True):
        read = sorted((name, value) for name, value in values.items() if name != PLACEBO)
        plain = json.dumps([read, 2**63 - 1, sorted(INPUTS.items())])
        assert run_identity(text, 2**63 - 1, INPUTS) == hashlib.sha256(plain.encode()).hexdigest()[:32]


def test_points_that_differ_in_the_placebo_alone_are_one_run_and_all_others_differ():
    design = grow(Method.SOBOL, FACTORS[:2], 8, seed=1)
    read = {json.dumps(values["zorg"]) for values in point_values(design)}
    assert len(set(point_texts(design))) == len(read) < len(design.points)


def test_a_seed_or_an_input_that_differs_gives_another_identity():
    (text, *_) = point_texts(grow(Method.MORRIS, FACTORS, 2, seed=1))
    one = run_identity(text, 1, INPUTS)
    assert one != run_identity(text, 2, INPUTS)
    assert one != run_identity(text, 1, INPUTS | {"the profile": "other"})
    renamed = replace(
        grow(Method.MORRIS, FACTORS, 2, seed=1), factors=(replace(FACTORS[0], name="zorg2"), *FACTORS[1:])
    )
    assert one != run_identity(point_texts(renamed)[0], 1, INPUTS)
