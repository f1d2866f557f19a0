"""A brief of a room's plan: what `compare` makes of both files, marked as from a workshop; the session goes on."""

from __future__ import annotations

import errno
import multiprocessing
import time
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

pytest.importorskip("panel", reason="the extra live is not installed")

from wijksim.live import brief_work
from wijksim.live.brief_maker import FILES, BriefMaker, file_of
from wijksim.live.brief_order import BriefOrder, News, Step
from wijksim.live.brief_work import make_brief
from wijksim.live.frames import Guess
from wijksim.live.orders import Kind, Order
from wijksim.live.pair import Pair
from wijksim.live.session import NotAllowed, Session, _brief_order
from wijksim.report.brief_workshop import workshop_lines, workshop_notes
from wijksim.report.folder import load_results
from wijksim.scenario import Scenario
from wijksim.study.compare import compare

MONTHS, RESIDENTS, SEED = 3, 150, 5
SECONDS = 400
GRANT = "policy.grant_share"

pytestmark = pytest.mark.timeout(600)  # the process of a brief gives way to all else on a busy machine


@pytest.fixture(autouse=True)
def _no_mark_on_this_process(monkeypatch):
    """What `make_brief` does to its own process stays with it: here it is called in that of all tests."""
    monkeypatch.setattr(brief_work.os, "nice", lambda _: 0)
    monkeypatch.setattr(brief_work.signal, "signal", lambda *_: None)


@pytest.fixture(scope="module")
def plan():
    return Scenario.from_file("woonhulp", months=MONTHS, residents=RESIDENTS)


@pytest.fixture(scope="module")
def ordered(plan):
    """What a room with a moved lever, a moved assumption and a guess orders."""
    pair = Pair(plan, SEED)
    orders = (
        (Kind.MOVE, ((GRANT, 0.5), ("parameter.assistance_takeup", 0.75))),
        (Kind.GUESS, Guess("<b>Tafel 1</b>", 7.5, "employed_15_74")),
    )
    for number, (kind, value) in enumerate(orders, 1):
        pair.do(Order(number, kind, value))
    order = _brief_order(pair.frame())
    pair.close()
    return BriefOrder(order.plan, order.baseline, order.name, order.seed, order.guesses, runs=2, draws=0)


def until(met):
    end = time.monotonic() + SECONDS
    while not met():
        assert time.monotonic() < end, "it didn't come in time"
        time.sleep(0.02)


def told(order, folder):
    """All that the process of a brief says, here."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    make_brief(theirs, order, folder)
    news = []
    while ours.poll():
        try:
            news.append(ours.recv())
        except EOFError:
            break
    return news


def test_the_brief_is_what_compare_makes_of_both_files_and_says_that_it_is_from_a_workshop(ordered, tmp_path):
    maker = BriefMaker()
    assert maker.start(lambda: ordered)
    assert not maker.start(lambda: ordered), "one at a time"
    until(lambda: not maker.state.step.goes_on)
    assert maker.state.step is Step.DONE, maker.state.why
    code = maker.state.made.code
    paths = {name: file_of(code, name) for name in FILES}
    assert all(paths.values())
    for other, name in ((code, "manifest.json"), ("x", "brief_nl.html"), (code[:-1], "results.zip")):
        assert file_of(other, name) is None
    for name, text in (("a", ordered.baseline), ("b", ordered.plan)):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    files = [Scenario.from_file(tmp_path / f"{name}.toml") for name in "ab"]
    expected = compare(files[0], files[1:], replications=2, seed=SEED, workers=1)
    with ZipFile(paths["results.zip"]) as archive:
        archive.extractall(tmp_path / "results")
    found = load_results(tmp_path / "results")
    assert found.effects.equals(expected.effects)
    day = date.today()
    for language, said in (("en", "From a workshop"), ("nl", "Uit een werksessie")):
        page = paths[f"brief_{language}.html"].read_text(encoding="utf-8")
        mark = page.index(f"<strong>{said}</strong>, {day.day} ")
        assert mark < page.index('<article class="policy')
        assert f" {day.year}. " in page[mark : mark + 100]
        assert "&lt;b&gt;Tafel 1&lt;/b&gt;: +7" in page
        assert "<b>Tafel 1" not in page
        assert "0,75" in page or "0.75" in page, "the assumption that was moved"
        assert str(Path(tmp_path).anchor) + "tmp" not in found.manifest["command"]
    folder = paths["results.zip"].parent
    maker.close()
    assert (file_of(code, "brief_nl.html"), folder.exists(), maker.start(lambda: ordered)) == (None, False, False)


def test_a_plan_that_changes_nothing_gets_no_brief(ordered, tmp_path):
    same = ordered.baseline.replace('name = "Zonder plan', 'name = "Leeg plan')
    order = BriefOrder(same, ordered.baseline, "leeg", SEED)
    assert told(order, tmp_path) == [News(Step.SAME)]


def test_a_full_disk_and_a_run_that_fails_are_told_apart(ordered, tmp_path, monkeypatch):
    def full(*_):
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError:
            raise ValueError("this folder can't be written") from None

    monkeypatch.setattr(brief_work, "run_study", full)
    (news,) = told(ordered, tmp_path)
    assert news.step is Step.FULL
    monkeypatch.setattr(brief_work, "run_study", lambda *_: 1 / 0)
    (news,) = told(ordered, tmp_path)
    assert (news.step, news.why) == (Step.FAILED, "division by zero")


def test_a_brief_is_stopped_and_the_session_answers_meanwhile(plan):
    with Session(plan, seed=SEED) as session:
        session.wait(session.viewer)
        with pytest.raises(NotAllowed):
            session.make_brief(session.viewer)
        token = session.facilitator
        assert session.make_brief(token)
        until(lambda: session.brief.state.done)
        before = multiprocessing.active_children()
        assert session.wait(token, session.order(token, "step"), seconds=10).month == 1
        session.cancel_brief(token)
        assert session.brief.state.step is Step.CANCELLED
        until(lambda: len(multiprocessing.active_children()) < len(before))
        assert session.brief.state.made is None
        assert session.make_brief(token)
    until(lambda: not multiprocessing.active_children())


def test_a_process_that_dies_is_told(ordered, monkeypatch):
    maker = BriefMaker(work=_dies)
    maker.start(lambda: ordered)
    until(lambda: not maker.state.step.goes_on)
    assert (maker.state.step, "enough memory" in maker.state.why) == (Step.FAILED, True)
    maker.start(lambda: 1 / 0)
    until(lambda: not maker.state.step.goes_on)
    assert (maker.state.step, maker.state.why) == (Step.FAILED, "division by zero")


_dies = multiprocessing.connection.Connection.close  # ends without a word, and can be sent to a process


def test_the_mark_of_a_workshop_says_how_much_was_computed():
    texts = {"month_names": "|".join("abcdefghijkl"), "workshop": "{date} {runs}", "workshop_draws": "{draws}"}
    manifest = {"replications": 10, "draws": 20, **workshop_notes(date(2026, 11, 29), [("x", "", -2.5)])}
    assert workshop_lines(manifest, "nl", texts) == ("29 k 2026 10 20", ["x: -2,5"])
    assert workshop_lines({"replications": 10}, "nl", texts) is None
