"""Results of a study as an xarray dataset (extra ``arrays``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wijksim.errors import InputError

if TYPE_CHECKING:
    from xarray import Dataset

    from wijksim.study.sweep import Study

__all__ = ["dataset"]


def dataset(study: Study, stage: int) -> Dataset:
    """All results of a stage, with the values that were given.

    Parameters
    ----------
    study : Study
        Whose runs.
    stage : int
        0 for the screening of a study in two stages, 1 for the main design.

    Returns
    -------
    Dataset
        ``baseline`` and ``policy`` by point, replication, outcome and period, not a number where there is no result;
        ``pairs`` by point, replication and pair outcome (:meth:`wijksim.study.pair_numbers.PairNumbers.of_points`);
        ``uniform`` by point and parameter; and each parameter as a coordinate along the points. Units stand in the
        coordinate ``unit``, seeds beside the replications.

    Raises
    ------
    InputError
        xarray isn't installed, or the stage has no results.
    """
    try:
        import xarray
    except ImportError:
        hint = "Install it: pip install 'wijksim[arrays]'"
        raise InputError.single("to_xarray", "xarray is not installed.", hint) from None
    plan = study.plan
    with study.reading() as store:
        design = dict(study.designs(store)).get(stage)
        drawn = store.drawn(stage)
        if design is None or not drawn:
            raise InputError.single(str(study.path), f"holds no results of stage {stage}.", "Run the study first.")
        replications = study.replications(store)
        kept = store.pairs(stage, len(drawn), replications, plan.pairs.length)
        outcomes = store.outcomes()
        shape = (len(drawn), replications, len(plan.outcomes), len(plan.periods))
        baseline, policy = (
            part.reshape(shape) if outcomes else np.full(shape, np.nan)
            for part in store.results(stage, len(drawn), replications)
        )
        uniforms = store.uniforms(stage)
    pairs = [values for _, values in plan.pairs.of_points(kept)]
    names = [_label(*outcome) for outcome in plan.outcomes]
    units = {(o.outcome, o.group): o.unit for o in outcomes}
    by_outcome = ("point", "replication", "outcome", "period")
    return xarray.Dataset(
        {
            "baseline": (by_outcome, baseline),
            "policy": (by_outcome, policy),
            "pairs": (
                ("point", "replication", "pair_outcome"),
                np.stack(pairs, axis=-1) if pairs else np.zeros((len(drawn), replications, 0)),
            ),
            "uniform": (("point", "parameter"), uniforms),
        },
        coords={
            "point": np.arange(len(drawn)),
            "seed": ("replication", [study.seed_of(replication) for replication in range(replications)]),
            "outcome": names,
            "unit": ("outcome", [units.get(outcome, "") for outcome in plan.outcomes]),
            "period": list(plan.periods),
            "pair_outcome": [_label(*outcome) for outcome in plan.pair_outcomes],
            "parameter": [factor.name for factor in design.factors],
            **{name: ("point", [point[name] for point in drawn]) for name in drawn[0]},
        },
        attrs={"study": plan.name, "stage": stage, "method": str(design.method)},
    )


def _label(outcome: str, group: str) -> str:
    return f"{outcome}.{group}" if group else outcome
