"""What a policy changes in the payments of the ledger, by pocket."""

from __future__ import annotations

from wijksim.accounts import CENTS_PER_EURO
from wijksim.report.pockets import POCKETS
from wijksim.report.results import Results

__all__ = ["gross_changes"]


def gross_changes(results: Results, policy: str) -> dict[str, float]:
    """What a policy changes for each pocket, gains and costs of every category added up without sign, in real euro.

    Parameters
    ----------
    results : Results
        Of a comparison.
    policy : str
        Name of one of its policies.

    Returns
    -------
    dict of str to float
        Mean over the runs that both scenarios have.
    """
    import pandas as pd

    ledger = results.ledger
    baseline = results.scenarios[0]
    outcomes = results.outcomes
    runs = [set(outcomes.loc[outcomes["scenario"] == name, "replication"].unique()) for name in (baseline, policy)]
    both = runs[0] & runs[1]
    rows = ledger[ledger["scenario"].isin([baseline, policy]) & ledger["replication"].isin(both)]
    if rows.empty:
        return {}
    real = rows["cents"] * rows["year"].map(results.deflators) / (CENTS_PER_EURO * len(both))
    signed = real.where(rows["scenario"] == policy, -real)
    sides = [
        pd.DataFrame({"party": rows[side].astype(str), "category": rows["category"].astype(str), "euro": sign * signed})
        for side, sign in (("payee", 1), ("payer", -1))
    ]
    changes = pd.concat(sides).groupby(["party", "category"])["euro"].sum().abs().groupby("party").sum()
    return {
        key: float(sum(changes.get(party.name.lower(), 0.0) for party in pocket.parties))
        for key, pocket in POCKETS.items()
    }
