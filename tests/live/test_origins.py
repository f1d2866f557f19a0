"""What stands behind each number of the page is there, and can be asked for."""

from __future__ import annotations

import pytest

pytest.importorskip("panel", reason="the extra live is not installed")

from wijksim.live.frames import SERIES
from wijksim.live.levers import controls_of
from wijksim.live.origins import FAMILIES, MONEY, behind
from wijksim.parameters import load_registry
from wijksim.scenario import Scenario
from wijksim.scenario.cautions import PARAMETER_OF_LEVER


def test_behind_each_number_are_numbers_of_the_model_of_which_some_can_be_moved():
    registry = load_registry()
    for number in (*SERIES, MONEY, FAMILIES):
        names = behind(number)
        assert len(names) == len(set(names))
        assert any(registry[name].bounds[0] < registry[name].bounds[1] for name in names), number
    found = {
        control.path.rpartition(".")[2]: behind(control.path)
        for controls in controls_of(Scenario.from_file("beide"))
        for control in controls
        if behind(control.path)
    }
    assert found == dict(PARAMETER_OF_LEVER)
    assert behind("policy.grant_share") == ()
