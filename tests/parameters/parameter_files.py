"""Small parameter folders for the tests."""

from __future__ import annotations

from pathlib import Path

HEAD = 'format = 1\nsubject = "test"\n'
SAID = 'label = "a label"\nunit = "EUR"\nsource = "a source"\ngrade = "measured"\n'

GOOD = f"""{HEAD}
[wage]
{SAID}value = 10.0
low = 8.0
high = 12.0
distribution = "triangular"

[norm]
{SAID}dated = [{{ from = "2015-01", value = 100.0 }}, {{ from = "2015-07", value = 110.0, grade = "recalled" }}]
low_factor = 0.5
high_factor = 1.5
distribution = "uniform"

[by_age]
{SAID}index = "age"
breaks = [0, 18, 65]
values = [1.0, 2.0, 3.0]
"""


def folder_with(path: Path, **texts: str) -> Path:
    """Write parameter files, named by the keywords, into a folder."""
    for name, text in texts.items():
        (path / f"{name}.toml").write_text(text, encoding="utf-8")
    return path
