"""A run in a process of its own, for tests of what must not depend on the process: prints or saves what came out.

python -m model.one_run FILE RESIDENTS MONTHS SEED
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from model.building import scenario

from wijksim.kernels import COMPILED
from wijksim.model import Neighbourhood


def save(path: Path, residents: int, months: int, seed: int) -> None:
    """Save all columns, postings and outcomes of a run of the scenario *beide*."""
    model = Neighbourhood(scenario("beide", months=months, residents=residents), seed=seed)
    result = model.run()
    columns = {f"columns.{name}": model.state.columns[name] for name in model.state.columns.names}
    np.savez(
        path,
        compiled=np.array(COMPILED),
        outcomes=result.outcomes.values,
        names=np.array([" ".join(name) for name in result.outcomes.names]),
        ledger=np.array([tuple(map(int, posting)) for posting in result.ledger]),
        ties=model.state.ties.rows,
        homes_x=model.state.homes.x,
        homes_y=model.state.homes.y,
        lineage_uid=model.state.lineage.uid,
        **columns,
    )


if __name__ == "__main__":
    save(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
