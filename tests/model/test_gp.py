"""The GP in whole runs: some people never come in a year, because people differ and stay different."""

import numpy as np
import pytest
from model.lives import beyond_bounds, lives

ALIKE = {"gp_gamma_shape": 1e5, "gp_z_slope": 0.0, "gp_y_slope": 0.0}


@pytest.mark.parametrize(("values", "low", "high"), [({}, 0.19, 0.25), (ALIKE, 0.0, 0.06)], ids=["default", "alike"])
def test_a_fifth_has_no_contact_in_a_year(values, low, high):
    """Nivel: .22 without any contact; if all of an age were alike, almost nobody. n = 6 600, chance is .005."""
    panel, _ = lives(("gp_contacts",), months=12, residents=7_000, registry=beyond_bounds(**values))
    whole = panel.present.all(axis=0)
    none = (panel.gp_contacts[:, whole].sum(axis=0) == 0).mean()
    assert low <= none <= high
    assert np.count_nonzero(whole) > 6_000
