"""Explaining a difference: the right pair, where it parts, contributions that add up, and nothing when it isn't so."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from string import Formatter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from wijksim.calendar import absolute_month, month_text
from wijksim.cli import app
from wijksim.errors import InputError
from wijksim.model import Neighbourhood
from wijksim.population.columns import Column, Status
from wijksim.report import explanation_texts, plots
from wijksim.report.explanation import ABSENT, AT_PLACE
from wijksim.report.explanation_words import blocks, explanation_markdown
from wijksim.report.folder import load_results, replace_file
from wijksim.scenario import Scenario
from wijksim.study import compare as compare_module
from wijksim.study import explain as explain_module
from wijksim.study.compare import compare
from wijksim.study.contributions import DIMENSIONS, GROUPS, Added, Contributions, Groups
from wijksim.study.explain import explain
from wijksim.study.kept_inputs import NotTheSame
from wijksim.study.parting import differences
from wijksim.study.person_sums import PERSON_SUMS, AfterBenefits, PersonSum, Residents

MONTHS, RESIDENTS, OPENS = 26, 700, 2
START = absolute_month(2015, 1)
PLAN = 'Plan <script>| "x" *'
FIRM = "Firma <b>|" + "x" * 190
JOBLESS = (Status.UNEMPLOYMENT_BENEFIT, Status.SOCIAL_ASSISTANCE, Status.NO_BENEFIT)
FRAME = f'format = 1\nprofile = "emmerhout"\nstart = "2015-01"\nmonths = {MONTHS}\nresidents = {RESIDENTS}\n'
ENTERPRISE = f"""
[[enterprise]]
key = "firma"
name = '{FIRM}'
sector = "home_help"
places_are = "paid_jobs"
target_group = "anyone"
places = 9
opens_in_month = {OPENS}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A comparison of a baseline with a plan and with a twin of the baseline, without charts, briefs and workbooks."""
    place = tmp_path_factory.mktemp("explain")
    for name, more in (("Zonder", ""), (PLAN, ENTERPRISE), ("Tweeling", "")):
        (place / f"{len(name)}.toml").write_text(f"name = '{name}'\n{FRAME}{more}", encoding="utf-8")
    scenarios = [Scenario.from_file(place / f"{len(name)}.toml") for name in ("Zonder", PLAN, "Tweeling")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plots, "draw_charts", lambda *_: None)
        patch.setattr(compare_module, "write_workbooks", lambda *_: None)
        patch.setattr(compare_module, "write_briefs", lambda *_: None)
        compare(scenarios[0], scenarios[1:], replications=2, seed=3, workers=1, out=place / "found")
    return place / "found"


@pytest.fixture
def folder(made, tmp_path):
    """A copy that may be changed."""
    return shutil.copytree(made, tmp_path / "found")


def change(folder, name, old, new):
    """Change a file of results, and its hash in the manifest as if it had always been so."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    if name == "manifest.json":
        return
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][name]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def model(folder, place):
    (path,) = (folder / "scenarios").glob(f"{place}_*.toml")
    return Neighbourhood(Scenario.from_file(path), seed=3)


# ------------------------------------------------------------------------------------------ what is declared
def test_what_residents_add_is_what_the_model_counts_in_every_month():
    kept = AfterBenefits()
    run = Neighbourhood(Scenario.from_file("beide", months=24, residents=900), seed=5, after={"benefits": kept})
    counted = set()
    while run.running:
        run.step()
        here = Residents(run, kept)
        for key, outcome in PERSON_SUMS.items():
            part = int(outcome.part(here).astype(np.int64).sum())
            whole = 0 if outcome.whole is None else int(outcome.whole(here).astype(np.int64).sum())
            value, recorded = outcome.value(part, whole), run.recorder.last(run.recorder.names.index(key))
            assert value == recorded or (np.isnan(value) and np.isnan(recorded)), (key, run.index)
            counted |= {key} if part else set()
    assert {("assistance_cost", ""), ("placed", ""), ("gp_contacts", ""), ("disability_benefit", "")} <= counted
    assert len(counted) > 0.8 * len(PERSON_SUMS)


# ------------------------------------------------------------------------------------------ contributions
@dataclass
class _Drawn:
    """Groups of people as drawn, in place of those of a neighbourhood."""

    codes: dict

    def of(self, uids, in_both, birth_month, at):
        return {name: code[uids] for name, code in self.codes.items()}


def _run(draw, people):
    here = np.flatnonzero(draw(st.lists(st.booleans(), min_size=people, max_size=people)))
    here = here if here.size else np.array([0])
    whole = np.array(draw(st.lists(st.integers(0, 3), min_size=here.size, max_size=here.size)))
    whole[0] = max(1, whole[0])
    part = np.array(draw(st.lists(st.integers(-50, 10**9), min_size=here.size, max_size=here.size)))
    return Added(here.astype(np.int64), np.zeros(here.size, np.int64), part.astype(np.int64), whole.astype(np.int64))


@given(st.data())
@settings(max_examples=60)
def test_contributions_add_up_to_the_difference_exactly(data):
    people = data.draw(st.integers(1, 8))
    ratio, is_flow = data.draw(st.booleans()), data.draw(st.booleans())
    outcome = PersonSum(lambda _: None, (lambda _: None) if ratio else None, times=1e-6 if ratio else 1.0, per=100.0)
    codes = {
        name: np.array(data.draw(st.lists(st.integers(0, 2), min_size=people, max_size=people))) for name in DIMENSIONS
    }
    months = data.draw(st.integers(1, 3))
    found = Contributions(outcome, months, is_flow=is_flow)
    plain = Fraction(0)
    for month in range(months):
        runs = (_run(data.draw, people), _run(data.draw, people))
        price = data.draw(st.floats(0.5, 1.5))
        found.add(runs, _Drawn(codes), month, price)
        (part, whole), (part_plan, whole_plan) = (run.sums for run in runs)
        difference = Fraction(part_plan, whole_plan) - Fraction(part, whole) if ratio else part_plan - part
        plain += Fraction(price) * outcome.scale * difference / (1 if is_flow else months)
    shares = list(found.shares())
    assert found.values[1] - found.values[0] == plain
    for dimension in DIMENSIONS:
        assert sum(share.contribution for share in shares if share.dimension == dimension) == plain


def test_who_is_above_the_mean_raises_a_ratio_and_who_is_below_lowers_it():
    """Half of two people work; a third who doesn't makes it a third: all of that fall is that person's."""
    two = Added(np.array([0, 1]), np.zeros(2, np.int64), np.array([1, 0]), np.array([1, 1]))
    three = Added(np.array([0, 1, 2]), np.zeros(3, np.int64), np.array([1, 0, 0]), np.array([1, 1, 1]))
    found = Contributions(PersonSum(lambda _: None, lambda _: None), 1, is_flow=False)
    found.add((two, three), _Drawn({"place": np.array([1, 1, 0])}), 0, 1.0)
    newcomer, others = (share.contribution for share in found.shares())
    mean = (Fraction(1, 2) + Fraction(1, 3)) / 2
    assert newcomer == -mean / 3
    assert newcomer + others == Fraction(1, 3) - Fraction(1, 2)


@pytest.mark.parametrize(
    ("outcome", "when"),
    [
        ("employed_15_74", {}),
        ("employment_rate", {"month": "2016-03"}),
        ("assistance_cost", {"year": 2016}),  # money of 2016 in euro of 2015
        ("balance.residents", {"year": 2017}),
        ("gp_contacts", {"year": 2016}),
        ("placed", {"year": 2015}),
    ],
)
def test_the_effect_is_that_of_the_folder_and_groups_add_up_to_it(made, outcome, when):
    results = load_results(made)
    told = explain(results, outcome=outcome, policy=PLAN, **when)
    assert told.effect != 0
    assert float(told.effect) == pytest.approx(told.pair_effects[0], rel=1e-9, abs=1e-9)
    assert len(told.pair_effects) == 2
    for dimension in DIMENSIONS:
        of_it = [share for share in told.shares if share.dimension == dimension]
        assert sum(share.contribution for share in of_it) == told.effect
        assert sum(share.people[1] for share in of_it) == pytest.approx(sum(s.people[1] for s in told.shares) / 6)


def test_groups_are_what_people_were_at_the_start(made):
    start = model(made, 0)
    state, registry = start.state.copy(), start.source.registry
    columns = state.columns
    groups = Groups(columns, registry, START)
    groups.see((state, state), START)
    uids = np.sort(columns["uid"])
    rows = columns.rows_of(uids)
    away = uids == uids[0]  # of the start, and away in one of the runs
    stranger = np.union1d(uids, uids.max() + 1)
    found = groups.of(stranger, np.append(~away, True), np.append(columns["birth_month"][rows], START), START)
    assert GROUPS["status"][found["status"][0]] == "one_run"
    assert GROUPS["education"][found["education"][-1]] == "newcomer"
    for place in range(1, uids.size):
        row = rows[place]
        home = np.flatnonzero(columns["household"] == columns["household"][row])
        ages = (START - columns["birth_month"][home]) // 12
        kind = GROUPS["household"][found["household"][place]]
        assert (kind == "alone") == (home.size == 1 and ages[0] >= 18)
        assert (kind in ("couple_children", "single_parent")) <= bool((ages < 18).any())
        assert GROUPS["status"][found["status"][place]] == Status(columns["status"][row]).name.lower()
        jobless = GROUPS["duration"][found["duration"][place]] in ("short", "middle", "long")
        assert jobless == (columns["status"][row] in (Status.PLACEMENT, *JOBLESS))


# ------------------------------------------------------------------------------------------ where they part
def test_the_first_lives_that_differ_are_those_taken_on_when_the_enterprise_hires(made):
    """It opens in month 2 and hires from the next: checked with two models stepped by hand."""
    told = explain(load_results(made), outcome="employed_15_74", policy=PLAN)
    baseline, policy = model(made, 0), model(made, 1)
    for _ in range(OPENS + 1):
        baseline.step()
        policy.step()
        assert not (policy.state.columns["employer"] >= 0).any()
        assert np.array_equal(policy.state.columns["income"], baseline.state.columns["income"])
    baseline.step()
    policy.step()
    columns = policy.state.columns
    taken_on = np.sort(columns["uid"][columns["present"] & (columns["employer"] >= 0)])
    assert taken_on.size
    parting = told.parting
    assert (month_text(parting.month), parting.process) == ("2015-04", "labour_market")
    assert parting.people == taken_on.size
    assert [one.person.uid for one in parting.examples] == taken_on[:5].tolist()
    for one in parting.examples:
        first = one.changes[0]
        before = baseline.state.columns["status"][baseline.state.columns.row_of(one.person.uid)]
        assert (first.column, first.policy) == ("status", AT_PLACE)
        assert first.baseline in (before, Status.NO_BENEFIT, Status.SOCIAL_ASSISTANCE)  # benefits may resolve it
        assert one.person.age == (START + OPENS + 1 - columns["birth_month"][columns.row_of(one.person.uid)]) // 12
    assert told.books_part == START  # the enterprise is there before it opens


def test_without_a_difference_in_plan_the_two_never_part(made):
    told = explain(load_results(made), outcome="employed_15_74", policy="Tweeling")
    assert (told.parting, told.books_part, told.effect, told.lives) == (None, -1, 0, ())
    assert not any(share.contribution for share in told.shares)
    assert not any(one.now or one.ever for one in told.spread)
    text = explanation_markdown(blocks(told, "en", ("a", "b")))
    assert "never part" in text
    assert "Nor do the books" in text


def test_lives_are_those_of_the_runs_side_by_side(made):
    told = explain(load_results(made), outcome="employed_15_74", policy=PLAN, histories=4)
    assert len(told.lives) == min(4, told.candidates) > 1
    assert told.of_the_difference
    assert [life.months for life in told.lives] == sorted((life.months for life in told.lives), reverse=True)
    runs = [model(made, place) for place in (0, 1)]
    courses = [{life.person.uid: [] for life in told.lives} for _ in runs]
    for run, course in zip(runs, courses, strict=True):
        while run.running:
            run.step()
            columns = run.state.columns
            for uid, one in course.items():
                row = columns.row_of(uid)
                here = row >= 0 and columns["present"][row]
                at_place = here and columns["employer"][row] >= 0
                one.append(AT_PLACE if at_place else int(columns["status"][row]) if here else ABSENT)
    for life in told.lives:
        pairs = list(zip(*(course[life.person.uid] for course in courses), strict=True))
        for one in life.stretches:
            assert set(pairs[one.first - START : one.last - START + 1]) == {(one.baseline, one.policy)}
        assert sum(first != second for first, second in pairs) == life.months > 0


def test_residents_are_compared_by_whom_they_refer_to_and_not_by_row(made):
    run = model(made, 0)
    columns = run.state.columns
    moved = columns.copy()
    moved.reorder(np.arange(len(columns))[::-1])
    assert differences(columns, moved).uids.size == 0
    extra = moved.with_columns([Column("own", "i4", 1, "count", "Of one run alone.")])
    assert differences(extra, columns).uids.size == 0
    partner = int(np.flatnonzero(moved["partner_row"] >= 0)[0])
    moved["partner_row"][partner] = moved["head_row"][0] if moved["partner_row"][partner] else 1
    moved["mental"][3] += 1.0
    found = differences(columns, moved)
    assert found.by_column["mental"].tolist() == [moved["uid"][3]]
    assert found.by_column["partner_row"].tolist() == [moved["uid"][partner]]
    moved.leave(np.array([5]))
    assert differences(columns, moved).by_column["present"].tolist() == [moved["uid"][5]]


# ------------------------------------------------------------------------------------------ refused
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"outcome": "liveability"}, "no sum over residents.*employed_15_74"),
        ({"outcome": "balance.municipality_wmo"}, "no sum over residents"),
        ({"outcome": "pocket_balance.municipality"}, "no sum over residents"),
        ({"outcome": "additionality"}, "no sum over residents"),
        ({"outcome": "people_by_status"}, "has groups.*people_by_status.retired"),
        ({"outcome": "employed_15_75"}, "Did you mean 'employed_15_74'"),
        ({"policy": None}, "several plans"),
        ({"policy": "X"}, "no plan 'X'"),
        ({"seed": 4}, "no pair of runs has seed 4"),
        ({"month": "2015-13"}, "YYYY-MM, from 2015-01 to 2017-02"),
        ({"year": 2018}, "expected a year"),
        ({"year": 2015, "month": "2015-01"}, "both given"),
        ({"histories": -1}, "0 or more"),
    ],
)
def test_what_can_not_be_explained_is_told_before_anything_runs(made, monkeypatch, asked, told):
    monkeypatch.setattr(explain_module, "_Pair", None)
    with pytest.raises(InputError, match=f"(?s){told}"):
        explain(load_results(made), **{"outcome": "employed_15_74", "policy": PLAN, **asked})


def ask(folder):
    return explain(load_results(folder), outcome="employed_15_74", policy=PLAN)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [("profile.toml", "value = 7", "value = 8"), ("scenarios/0_zonder.toml", "start =", 'matching = "none"\nstart =')],
)
def test_changed_inputs_are_refused(folder, name, old, new):
    change(folder, name, old, new)
    with pytest.raises(InputError, match="read from it is not the one that was run"):
        ask(folder)
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("# and without a hash that says it was always so\n")
    with pytest.raises(InputError, match="was changed after it was made"):
        ask(folder)
    (folder / name).unlink()
    with pytest.raises(InputError, match="is missing"):
        ask(folder)


def test_another_figure_another_version_or_other_parameters_explain_nothing(folder, monkeypatch):
    path = folder / "outcomes.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(
        k for k, line in enumerate(lines) if line.startswith("Zonder,0,3,2016-01,care_cost,") and ".0," not in line
    )
    before = lines[place].split(",")[6]
    after = repr(np.nextafter(float(before), np.inf).item())
    change(folder, "outcomes.csv", lines[place], lines[place].replace(before, after))
    with pytest.raises(NotTheSame, match=rf"1 of .* The first, care_cost in 2016-01: {after} there, {before} here"):
        ask(folder)
    version = load_results(folder).manifest["versions"]["wijksim"]
    change(folder, "parameters.csv", "deadweight_share,", "deadweight_share_of_old,")
    change(
        folder, "manifest.json", json.loads((folder / "manifest.json").read_text())["parameters"]["digest"], "0" * 64
    )
    with pytest.raises(NotTheSame, match=r"other parameters than those here \(deadweight_share_of_old, "):
        ask(folder)
    monkeypatch.setattr("wijksim.study.kept_inputs.version_text", lambda: "0.0.1")
    with pytest.raises(NotTheSame, match=rf"made with wijksim {version}; this is 0\.0\.1"):
        ask(folder)


def test_residents_that_do_not_add_up_are_a_failure(made, monkeypatch):
    wrong = PersonSum(lambda here: here.working_age)
    monkeypatch.setitem(PERSON_SUMS, ("employed_15_74", ""), wrong)
    with pytest.raises(ArithmeticError, match="residents add up to"):
        ask(made)


# ------------------------------------------------------------------------------------------ told and written
@pytest.mark.parametrize("language", ["en", "nl"])
def test_command_writes_text_and_table_beside_the_results(folder, language):
    command = ["explain", str(folder), "--outcome", "assistance_cost", "--policy", PLAN, "--language", language]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert {"en": "not evidence", "nl": "geen bewijs"}[language] in " ".join(done.output.split())
    text = (folder / "explain" / "explain_assistance_cost.md").read_text(encoding="utf-8")
    assert "<" not in text
    assert "Plan &lt;script&gt;\\|" in text
    assert max(len(line) for line in text.splitlines() if line.startswith("| 2015")) < 200  # long names are shortened
    with (folder / "explain" / "explain_assistance_cost.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sums = {
        dimension: sum(float(row["contribution"]) for row in rows if row["dimension"] == dimension)
        for dimension in DIMENSIONS
    }
    told = explain(load_results(folder), outcome="assistance_cost", policy=PLAN)  # still whole, by their manifest
    assert all(total == pytest.approx(float(told.effect)) for total in sums.values())


def test_command_says_what_is_wrong_and_writes_nothing(folder, tmp_path):
    def run(*more):
        return CliRunner().invoke(app, ["explain", str(folder), "--policy", PLAN, *more])

    assert run("--outcome", "liveability").exit_code == 2
    out = tmp_path / "told.md"
    assert run("--outcome", "employed_15_74", "--out", str(out), "--month", "2016-01").exit_code == 0
    assert out.exists()
    assert out.with_suffix(".csv").exists()
    assert run("--outcome", "employed_15_74", "--out", str(out)).exit_code == 2  # nothing is overwritten
    assert run("--outcome", "employed_15_74", "--out", str(tmp_path / "told_2.csv")).exit_code == 2
    change(folder, "manifest.json", '"wijksim": "', '"wijksim": "9')
    done = run("--outcome", "employed_15_74")
    assert done.exit_code == 1
    assert "was made with wijksim 9" in done.output
    assert not (folder / "explain").exists()


def test_a_file_that_can_not_be_put_in_place_leaves_the_earlier_one_and_whole_results(folder, monkeypatch):
    replace_file(folder, "explain/x.md", b"earlier")

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match="No space left"):
        replace_file(folder, "explain/x.md", b"later")
    assert [path.name for path in (folder / "explain").iterdir()] == ["x.md"]
    assert (folder / "explain" / "x.md").read_bytes() == b"earlier"
    load_results(folder)


@pytest.mark.parametrize("table", ["TEXTS", "PEOPLE", "EDUCATION", "PROCESSES", "DIMENSIONS", "GROUPS", "COLUMNS"])
def test_both_languages_say_the_same_things(table):
    for key, (english, dutch) in getattr(explanation_texts, table).items():
        names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (english, dutch)]
        assert names[0] == names[1], key
        assert english
        assert dutch
