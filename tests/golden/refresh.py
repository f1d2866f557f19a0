"""The golden run: what one run of *woonhulp* gives, kept to the cent, so that no change of it goes unseen.

``make golden`` writes it again, after a change of model or parameters that is meant. Look at the difference that
git then shows: the monthly outcomes stand in the file in full.
"""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wijksim.model import Neighbourhood
from wijksim.record import Run
from wijksim.scenario import Scenario
from wijksim.state import State

FILE = Path(__file__).parent / "woonhulp.json"
SCENARIO, RESIDENTS, MONTHS, SEED = "woonhulp", 300, 24, 1
DIGITS = 12


def golden_run() -> dict[str, Any]:
    """Run, and give digests of what is exact and the values of what is not: sums of sizes, and monthly outcomes."""
    told = Scenario.from_file(SCENARIO, residents=RESIDENTS, months=MONTHS)
    model = Neighbourhood(told, seed=SEED)
    result = model.run()
    parts = {name: _sha256(arrays) for name, arrays in exact_parts(model.state, result).items()}
    return {
        "run": {"scenario": SCENARIO, "residents": RESIDENTS, "months": MONTHS, "seed": SEED},
        "inputs": told.digest(),
        "digest": hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest(),
        "parts": parts,
        "columns": {
            name: _rounded(float(np.abs(values).sum(dtype=np.float64)))
            for name in model.state.columns.names
            if (values := model.state.columns[name]).dtype.kind == "f"
        },
        "outcomes": {
            " ".join(filter(None, name)): [_rounded(value) for value in result.outcomes.values[:, column].tolist()]
            for column, name in enumerate(result.outcomes.names)
        },
    }


def exact_parts(state: State, result: Run) -> dict[str, list[NDArray[Any]]]:
    """Whole numbers in which no difference is allowed on any machine."""
    columns, lineage = state.columns, state.lineage
    whole = [name for name in columns.names if columns[name].dtype.kind in "iub"]
    return {
        "residents": [columns[name] for name in sorted(whole)],
        "lineage": [lineage.uid, lineage.mother, lineage.father, lineage.birth_month, lineage.left_month],
        "ties": [state.ties.rows],
        "ledger": [np.array([tuple(map(int, posting)) for posting in result.ledger], np.int64)],
    }


def _sha256(arrays: list[NDArray[Any]]) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array, "<i8").tobytes())
        digest.update(b"\0")
    return digest.hexdigest()


def _rounded(value: float) -> float | None:
    """Number with 12 significant digits; nothing for a month without value."""
    return None if math.isnan(value) else float(f"{value:.{DIGITS}g}")


def write(golden: dict[str, Any], path: Path = FILE) -> None:
    """Write the golden file, a line for each outcome."""
    rows = {
        key: json.dumps(value)
        if not isinstance(value, dict)
        else "{\n" + ",\n".join(f"  {json.dumps(name)}: {json.dumps(item)}" for name, item in value.items()) + "\n }"
        for key, value in golden.items()
    }
    text = ",\n".join(f" {json.dumps(key)}: {row}" for key, row in rows.items())
    path.write_text("{\n" + text + "\n}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(golden_run())
