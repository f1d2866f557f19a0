"""Tables of results for a Dutch spreadsheet: semicolons between cells, decimal commas; wijksim reads them back."""

from __future__ import annotations

import shutil
from pathlib import Path

from wijksim.report.folder import files_of_results, prepare_folder
from wijksim.report.results import Results
from wijksim.report.workbook import write_workbooks

__all__ = ["export_results"]


def export_results(results: Results, folder: Path, *, dutch: bool = False, force: bool = False) -> None:
    """Write results in another form, with what their manifest names beside them; other files are not copied.

    Parameters
    ----------
    results : Results
        That were read from a folder.
    folder : Path
        Where to; not the folder that they are in.
    dutch : bool
        Whether tables have semicolons and decimal commas, as a Dutch Excel opens them; with a byte-order mark, so
        that it sees accents. Numbers have all their digits and no point for thousands.
    force : bool
        Replace results that are there.
    """
    with prepare_folder(folder, force) as staging:
        if results.folder is not None:
            for path in files_of_results(results.folder):
                target = staging.path / path.relative_to(results.folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)
        if (staging.path / "parameters.csv").is_file():
            write_workbooks(results, staging.path)
        staging.write(results, dutch=dutch)
        staging.publish()
