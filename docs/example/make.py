"""Make the worked example again: `python docs/example/make.py` (`make example`), after a change of model or brief."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from wijksim.report.brief import brief_file
from wijksim.report.numbers import LANGUAGES
from wijksim.report.results import Results
from wijksim.scenario import Scenario
from wijksim.study.compare import compare

HERE = Path(__file__).parent
BASELINE, PLAN = "baseline", "beide"
REPLICATIONS, DRAWS = 10, 20  # as `wijksim demo`
TABLES = ("effects.csv", "ledger.csv")


def made_in(folder: Path) -> Results:
    """Compare as the demo does, and write all files of the results in a folder."""
    scenarios = [Scenario.from_file(name) for name in (BASELINE, PLAN)]
    return compare(scenarios[0], scenarios[1:], replications=REPLICATIONS, draws=DRAWS, out=folder)


def files_of(folder: Path) -> list[Path]:
    """Files of the example among those of the results."""
    names = [*TABLES, *(brief_file(language) for language in LANGUAGES)]
    return [*(folder / name for name in names), *sorted((folder / "scenarios").glob("*.toml"))]


def main() -> None:
    """Replace the files that stand here."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "example"  # its name stands in the brief
        made_in(folder)
        for path in files_of(folder):
            shutil.copyfile(path, HERE / path.name)


if __name__ == "__main__":
    main()
