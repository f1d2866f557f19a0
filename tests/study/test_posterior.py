"""Draws from the vectors of a calibration: bad files, weights, together, and a comparison with them."""

from __future__ import annotations

import numpy as np
import pytest
from study_building import scenario
from typer.testing import CliRunner

from wijksim.cli import app
from wijksim.errors import InputError
from wijksim.parameters import load_registry
from wijksim.report.words import summary
from wijksim.study.compare import compare
from wijksim.study.draws import drawn_factors, parameter_draws
from wijksim.study.posterior import read_posterior

GOOD = """weight,implausibility,assistance_takeup,true_duration_share
0.75,1,0.6,0.3
0.25,2,0.7,0.4
0,2,0.75,0.5
"""


def write(folder, text):
    path = folder / "posterior.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_vectors_come_whole_by_their_weights_and_all_else_as_before(tmp_path):
    registry = load_registry()
    vectors = read_posterior(write(tmp_path, GOOD), registry)
    plain = parameter_draws(drawn_factors(registry), 64, seed=3)
    drawn = vectors.put_in(plain, 3)
    pairs = [(draw["assistance_takeup"], draw["true_duration_share"]) for draw in drawn]
    assert set(pairs) == {(0.6, 0.3), (0.7, 0.4)}
    assert pairs.count((0.6, 0.3)) == pytest.approx(48, abs=10)  # three standard deviations
    fitted = {"assistance_takeup", "true_duration_share"}
    for before, after in zip(plain, drawn, strict=True):
        assert {k: v for k, v in before.items() if k not in fitted} == {
            k: v for k, v in after.items() if k not in fitted
        }
    assert vectors.put_in(plain[:8], 3) == drawn[:8]
    chosen = [pair[0] for pair in pairs]
    others = [name for name in plain[0] if name not in fitted]
    apart = [abs(np.corrcoef([draw[name] for draw in plain], chosen)[0, 1]) for name in others]
    assert max(apart) < 0.5


def test_what_a_scenario_has_set_is_not_drawn(tmp_path):
    registry = load_registry().with_values({"assistance_takeup": 0.55}, set_by="scenario mine")
    assert read_posterior(write(tmp_path, GOOD), registry).names == ("true_duration_share",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("assistance_takeup\n0.6\n", ['has no column "weight"']),
        ("weight,implausibility\n1,1\n", ["has no column of a parameter"]),
        ("", ['has no column "weight"', "has no column of a parameter"]),
        ("weight,nosuch,assistance_takeup\n1,1,0.6\n", ['has a column "nosuch", which is no parameter']),
        ("weight,assistance_takeup\n", ["has no row with a weight"]),
        ("weight,assistance_takeup\n0,0.6\n", ["has no row with a weight"]),
        (
            "weight,assistance_takeup\n1,0.95\n1,much\n-1,0.6\n",
            ["expected from 0.5 to 0.8", "no number", "the weight -1"],
        ),
    ],
)
def test_a_bad_file_is_told_with_code_2_before_anything_runs(tmp_path, text, expected):
    path = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read_posterior(path, load_registry())
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == len(expected)
    assert all(part in line and str(path) in line for part, line in zip(expected, told, strict=True))
    command = ["compare", "baseline", "woonhulp", "--out", tmp_path / "out", "--parameters", path]
    done = CliRunner().invoke(app, list(map(str, command)))
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_a_posterior_without_draws_is_told():
    with pytest.raises(InputError, match="nothing is drawn"):
        compare(scenario("Zonder"), [scenario("Terrein", plans=2)], posterior="posterior.csv")


def test_a_comparison_says_what_was_drawn_from_vectors(tmp_path):
    path = write(tmp_path, GOOD)
    options = {"replications": 2, "draws": 3, "seed": 1, "workers": 1}
    policies = [scenario("Terrein", plans=2)]
    found = compare(scenario("Zonder"), policies, posterior=path, out=tmp_path / "out", **options)
    assert found.manifest["posterior"]["parameters"] == ["assistance_takeup", "true_duration_share"]
    assert (tmp_path / "out" / "posterior.csv").read_text(encoding="utf-8") == GOOD
    assert "2 of them together from values that known facts don't rule out" in "\n".join(summary(found, "en"))
    assert "2 daarvan samen uit waarden die passen bij bekende cijfers" in "\n".join(summary(found, "nl"))
    plain = compare(scenario("Zonder"), policies, **options)
    assert "posterior" not in plain.manifest
    assert not found.effects.equals(plain.effects)
