"""An analysis replaces nothing but an earlier analysis."""

from __future__ import annotations

import pytest
from study.made_up_studies import ishigami_study
from typer.testing import CliRunner

from wijksim.cli import app
from wijksim.errors import InputError
from wijksim.study import sensitivity_tables
from wijksim.study.sensitivity_tables import write_sensitivity


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setattr(sensitivity_tables, "draw_sensitivity", lambda study, found, folder: [])
    made = ishigami_study(tmp_path / "s.sqlite", samples=8)
    made.run(workers=1)
    return made


def test_an_earlier_analysis_is_replaced(study, tmp_path):
    found = study.analyse()
    out = tmp_path / "found"
    written = write_sensitivity(study, found, out)
    (out / "indices.csv").write_text((out / "indices.csv").read_text().splitlines()[0] + "\nhalf\n")
    assert write_sensitivity(study, found, out) == written
    assert "half" not in (out / "indices.csv").read_text()


@pytest.mark.parametrize("name", ["notes.txt", "summary.csv", "indices.csv", "brief.docx"])
def test_a_folder_of_the_user_is_refused(study, tmp_path, name):
    out = tmp_path / "mine"
    out.mkdir()
    (out / name).write_text("van mij", encoding="utf-8")
    with pytest.raises(InputError, match=f"holds no analysis of a study .it has {name}.*such as .*analysis"):
        write_sensitivity(study, study.analyse(), out)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in out.iterdir()] == [(name, "van mij")]


def test_the_command_refuses_before_it_reads_the_study(tmp_path):
    (tmp_path / "brief.docx").touch()
    result = CliRunner().invoke(app, ["study", "analyse", "no_such_study", "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert "not empty and holds no analysis" in result.stderr
    result = CliRunner().invoke(app, ["study", "analyse", "no_such_study", "--out", str(tmp_path / "brief.docx")])
    assert "this is a file; a folder was expected" in result.stderr
