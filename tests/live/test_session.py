"""A live session: its moves make a scenario that a batch run repeats bit for bit, and undo leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import fields, replace

import numpy as np
import pytest

from wijksim.errors import InputError
from wijksim.live import pair as pair_module
from wijksim.live.frames import SERIES, Guess, Situation
from wijksim.live.levers import with_partner
from wijksim.live.moves import checked, with_moves
from wijksim.live.orders import Kind, Order
from wijksim.live.pair import Pair
from wijksim.live.session import NotAllowed, Session, SessionEnded
from wijksim.model import Neighbourhood
from wijksim.processes.settlement import Settlement
from wijksim.scenario import Scenario
from wijksim.shipped import find_file

MONTHS, RESIDENTS, SEED = 30, 300, 5
PLACES = "enterprise.terreinbeheer.places"
GRANT = "policy.grant_share"


@pytest.fixture(scope="module")
def plan():
    return Scenario.from_file("beide", months=MONTHS, residents=RESIDENTS)


class Room:
    """Gives orders to a pair in this process, in turn."""

    def __init__(self, plan, seed=SEED):
        self.pair, self.number = Pair(plan, seed), 0

    def __call__(self, kind, value=None, event=""):
        self.number += 1
        self.pair.do(Order(self.number, Kind(kind), value, event))
        while self.pair.playing:
            self.pair.step()
        return self.pair.frame()

    def move(self, path, value, event=""):
        return self("move", ((path, value),), event)


@pytest.fixture
def room(plan):
    made = Room(plan)
    yield made
    made.pair.close()


def seen(frame):
    """All of a frame that the runs make, as bytes."""
    arrays = [*frame.series.values(), frame.baseline.situation, frame.policy.situation, frame.policy.x]
    return [np.asarray(array).tobytes() for array in arrays] + [repr(frame.pockets)]


def batch(text, folder, seed):
    path = folder / "export.toml"
    path.write_text(text, encoding="utf-8")
    scenario = Scenario.from_file(path)
    return Neighbourhood(scenario, seed=seed).run()


# ---------------------------------------------------------------- the same numbers as the batch
def test_an_exported_session_run_as_a_batch_gives_the_same_outcomes_to_the_last_bit(room, tmp_path):
    room.move("policy.participation_budget_euro_per_year", 400_000)
    room("jump", 7)
    room.move(PLACES, 4)
    room.move("enterprise.terreinbeheer.target_group", "anyone")
    room.move("parameter.assistance_takeup", 0.75)
    room("jump", 19)
    room.move(GRANT, 0.5, "Subsidie gehalveerd / grant halved")
    room.move("policy.unemployment_factor", 1.6)
    frame = room("jump", MONTHS)
    for side, text in enumerate((frame.baseline_file, frame.plan_file)):
        run = batch(text, tmp_path, SEED)
        values = room.pair._policy.values()[1] if side else room.pair._baseline.values()[1]
        assert values.tobytes() == run.outcomes.values.tobytes()
        for outcome in SERIES:
            assert frame.series[outcome][side].tobytes() == run.outcomes.series(outcome).tobytes()
    assert (frame.series["in_place"][1] != frame.series["in_place"][0]).any()
    assert frame.plan_file.count("[[event]]") == 4
    assert frame.baseline_file.count("[[event]]") == 1, "unemployment holds without the plan too"


@pytest.mark.parametrize("month", [0, 3])
def test_who_moves_only_the_scale_moves_no_budget(month):
    """With both at that scale nothing is left: another rule for the State's budget is nothing that a plan brings."""
    room = Room(Scenario.from_file("baseline", months=MONTHS, residents=RESIDENTS))
    room("jump", month)
    room.move("policy.policy_scale", "national", "Alle gemeenten doen dit / all towns do this" if month else "")
    frame = room("jump", MONTHS)
    assert set(frame.pockets.values()) == {0.0}
    assert "national" in frame.plan_file
    assert "national" in frame.baseline_file
    room.pair.close()


def test_a_file_of_a_profile_beside_the_scenario_can_be_run_from_anywhere(tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "wijk.toml").write_text(find_file("emmerhout", "profile").read_text("utf-8"), encoding="utf-8")
    text = find_file("woonhulp", "scenario").read_text("utf-8").replace('"emmerhout"', '"wijk.toml"')
    (mine / "plan.toml").write_text(text, encoding="utf-8")
    room = Room(Scenario.from_file(mine / "plan.toml", months=2, residents=RESIDENTS))
    frame = room("jump", 2)
    assert batch(frame.plan_file, tmp_path, SEED).outcomes.series("in_place").tolist() == list(
        frame.series["in_place"][1]
    )


def test_a_move_into_an_event_of_the_same_month_takes_its_place(plan):
    halved = Scenario.from_file("subsidie_gehalveerd", months=40, residents=RESIDENTS)
    room = Room(halved)
    room("jump", 30)
    room.move(GRANT, 0.25)
    (event,) = with_moves(halved, room.pair.frame().moves).settings.events
    assert (event.month, dict(event.changes)) == (30, {GRANT: 0.25})


# ---------------------------------------------------------------- undo, redo, reset, jump
def test_undo_and_redo_are_exact(room):
    room("jump", 14)
    before = room("pause")
    moved = room.move(PLACES, 0)
    later = room("jump", 26)
    back = room("undo")
    assert (back.month, back.moves) == (26, ())
    untouched = Room(room.pair._history[0].source)
    assert seen(untouched("jump", 26)) == seen(back)
    assert seen(room("redo")) == seen(later)
    assert seen(room("undo")) != seen(later)
    assert seen(room("jump", 14)) == seen(before) == seen(moved)


def test_a_move_shows_from_its_month_on_and_not_before(room):
    plain = room("jump", MONTHS)
    room("jump", 12)
    room.move(PLACES, 0)
    moved = room("jump", MONTHS)
    places = [frame.series["in_place"][1] for frame in (plain, moved)]
    assert (places[0][:12] == places[1][:12]).all()
    assert (places[0][12:] != places[1][12:]).any()
    assert seen(plain)[0][: 8 * MONTHS] == seen(moved)[0][: 8 * MONTHS], "nothing changes without the plan"


def test_after_each_reset_it_stands_still_in_the_first_month_with_what_was_chosen(room):
    room("jump", 9)
    room.move(PLACES, 3)
    for _ in range(2):
        frame = room("reset")
        assert (frame.month, frame.playing, frame.finished) == (0, False, False)
        assert {plan.key: plan.places for plan in frame.enterprises}["terreinbeheer"] == 3
        assert frame.policy.situation.max() > Situation.EMPTY
    assert room("step").month == 1
    assert [move.month for move in room("undo").moves] == [9]


def test_an_event_stays_where_it_was_when_all_begins_again(room):
    room("jump", 9)
    room.move(GRANT, 0.5, "halved")
    assert [move.month for move in room("reset").moves] == [9]


def test_a_later_move_of_the_same_lever_gives_way_to_an_earlier_one(room):
    room("jump", 9)
    room.move(PLACES, 3)
    room("jump", 4)
    assert [(move.month, move.changes) for move in room.move(PLACES, 5).moves] == [(4, ((PLACES, 5),))]


def test_replay_goes_through_the_last_change_once_more_and_ends_where_it_was(room):
    room("jump", 6)
    room.move(PLACES, 0)
    was = room("jump", 20)
    room.number += 1
    room.pair.do(Order(room.number, Kind.REPLAY))
    assert (room.pair.month, room.pair.playing, room.pair.speed) == (6, True, 14 / 3)
    while room.pair.playing:
        room.pair.step()
    again = room.pair.frame()
    assert (again.month, seen(again)) == (20, seen(was))
    assert again.speed == was.speed


def test_another_chance_gives_another_course_and_undo_the_first(room):
    first = room("jump", 8)
    other = room("seed", 77)
    assert (other.month, other.seed) == (8, 77)
    assert seen(other) != seen(first)
    assert seen(room("undo")) == seen(first)


def test_a_preset_is_another_plan_from_the_first_month(room):
    room("jump", 8)
    room.move(PLACES, 3)
    frame = room("preset", Scenario.from_file("terreinbeheer", months=MONTHS, residents=RESIDENTS))
    assert (frame.month, frame.scenario, frame.moves) == (0, "Terreinbeheer", ())
    assert [plan.key for plan in frame.enterprises] == ["terreinbeheer"]
    assert "Beide" in room("undo").scenario


# ---------------------------------------------------------------- what can't be
@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (PLACES, -1, "from 0"),
        (PLACES, True, "expected"),
        (PLACES, "many", "expected"),
        (PLACES, float("nan"), "expected"),
        (GRANT, 1.5, "from 0 to 1"),
        ("enterprise.niemand.places", 3, "no such lever"),
        ("enterprise.woonhulp.sector", "houses", "expected"),
        ("enterprise.woonhulp.area", "nergens", "nergens"),
        ("enterprise.woonhulp.name", "Hulp", "no such lever"),
        ("parameter.assistance_takeup", 40, "expected from"),
        ("parameter.__class__", 1, "not a known parameter"),
        ("policy.insurer_co_funding", 1, "true or false"),
        ("policy.temporary_hiring_subsidy_share", 0.5, "needs its months too"),
    ],
)
def test_a_move_that_can_not_be_is_refused_and_changes_nothing(room, path, value, said):
    frame = room.move(path, value)
    assert said in frame.refused
    assert (frame.moves, frame.can_undo, frame.error) == ((), False, "")
    assert room("step").refused == ""


def test_a_number_goes_to_the_nearest_step_of_its_lever(plan):
    def moved(path, value):
        return checked([(path, value)], ["woonhulp", "terreinbeheer"], plan.registry)[0][1]

    assert moved(GRANT, 0.33) == 0.35
    assert moved("policy.participation_budget_euro_per_year", 123_456) == 120_000
    assert moved("enterprise.woonhulp.hours_share", 0.01) == 0.01, "zero hours are outside the range"
    assert isinstance(moved(PLACES, 7), int)


def test_nothing_can_be_moved_at_the_end(room):
    room("jump", MONTHS)
    assert "at its end" in room.move(PLACES, 3).refused


def test_what_an_enterprise_is_founded_with_is_chosen_before_the_first_month_only(room, tmp_path):
    sector, opens = "enterprise.woonhulp.sector", "enterprise.woonhulp.opens_in_month"
    room("move", ((sector, "grounds"), (opens, 4)))
    frame = room("jump", 6)
    (plan, _) = frame.enterprises
    assert (plan.sector, plan.opens_in_month, frame.refused) == ("grounds", 4, "")
    placed = batch(frame.plan_file, tmp_path, SEED).outcomes.series("in_place")
    assert placed[:6].tobytes() == frame.series["in_place"][1].tobytes()
    assert "before the first month only" in room.move(opens, 9).refused
    assert room.move(opens, 9).enterprises[0].opens_in_month == 4


def test_a_hiring_subsidy_takes_share_and_months_and_ends_with_either(room):
    share, months = "policy.temporary_hiring_subsidy_share", "policy.temporary_hiring_subsidy_months"
    room("jump", 3)
    for path, value in ((share, 0.5), (months, 0), (months, 6), (share, 0.25), (share, 0)):
        frame = room("move", with_partner(path, value, room.pair.frame().levers))
        assert frame.refused == ""
        levers = frame.levers
        assert (
            (levers.temporary_hiring_subsidy_share > 0) == (levers.temporary_hiring_subsidy_months > 0) == (value > 0)
        )
    room("move", with_partner(share, 0.5, levers))
    kept = room("move", with_partner(months, 6, room.pair.frame().levers)).levers
    assert (kept.temporary_hiring_subsidy_share, kept.temporary_hiring_subsidy_months) == (0.5, 6)


def test_guesses_hide_the_plan_until_they_are_revealed(room):
    assert room("hide").hidden
    for group in range(pair_module.MOST_GUESSES):
        room("guess", Guess(f"<b>{group}", group))
    frame = room("guess", Guess("one too many", 1.0))
    assert (len(frame.guesses), "groups already" in frame.refused) == (8, True)
    assert room("guess", Guess("<b>0", 5.0)).guesses[0] == Guess("<b>0", 5.0)
    assert not room("reveal").hidden


def test_an_error_in_a_step_is_told_and_play_stops_in_the_last_good_month(room, monkeypatch):
    good = room("jump", 13)
    step = Settlement.step

    def breaks(process, month):
        step(process, month)
        if month.index == 14 and month.plans:
            raise ArithmeticError("the plan can't be carried out")

    monkeypatch.setattr(Settlement, "step", breaks)
    frame = room("play")
    assert (frame.month, frame.playing) == (14, False)
    assert frame.error == "ArithmeticError: the plan can't be carried out"
    assert room("play").month == 14
    monkeypatch.setattr(Settlement, "step", step)
    assert seen(room("jump", 13)) == seen(good)
    assert (room("step").error, room("jump", 16).month) == ("", 16)


# ---------------------------------------------------------------- other courses
def test_other_courses_are_the_replications_of_a_batch(monkeypatch):
    from wijksim.live import courses as courses_module
    from wijksim.study.replicate import seed_of

    short = Scenario.from_file("beide", months=3, residents=RESIDENTS)
    made = courses_module.Courses(short, short, SEED, wanted=2)
    while not made.finished:
        made.advance()
    fan = made.fan()
    runs = [Neighbourhood(short, seed=seed_of(SEED, k)).run().outcomes.series("employed_15_74") for k in (1, 2)]
    low, high = np.quantile(runs, [0.05, 0.95], axis=0)
    np.testing.assert_allclose(fan.bands["employed_15_74"][1], [low, high])
    assert (fan.bands["employed_15_74"][2] == 0).all(), "a plan beside itself differs in nothing"
    assert set(fan.pockets.values()) == {(0.0, 0.0)}


def test_courses_after_a_move_run_a_baseline_again_only_where_it_reads_what_was_moved(monkeypatch):
    from wijksim.live import courses as courses_module
    from wijksim.live.moves import Move, without_plan

    begun = []

    class Counted(courses_module.Course):
        def __init__(self, scenario, seed):
            begun.append(not scenario.settings.enterprises)
            super().__init__(scenario, seed)

    monkeypatch.setattr(courses_module, "Course", Counted)
    plan, wanted, seen = Scenario.from_file("beide", months=14, residents=RESIDENTS), 2, courses_module.BaselinesSeen()

    def fan_of(moves, seed, baselines):
        with_plan = with_moves(plan, [Move(1, month, changes) for month, changes in moves])
        made = courses_module.Courses(without_plan(with_plan), with_plan, seed, wanted, baselines)
        while not made.finished:
            made.advance()
        return made.fan()

    def written(fan):
        """All of it to the last bit."""
        parts = (getattr(fan, one.name) for one in fields(fan))
        return [
            [(key, np.asarray(value).tobytes()) for key, value in part.items()] if isinstance(part, dict) else part
            for part in parts
        ]

    grant, supervisors = [(0, ((GRANT, 0.5),))], [(0, (("parameter.supervisor_ratio", 6.0),))]
    finding = [(0, (("parameter.ww_job_finding_month", 0.05),))]
    worse = [(3, (("policy.unemployment_factor", 1.25),))]
    found = []
    for moves, seed, baselines in (
        ([], SEED, wanted),
        (grant, SEED, 0),
        (supervisors, SEED, 0),  # read where there are enterprises
        (finding, SEED, wanted),
        (worse, SEED, wanted),  # befalls the neighbourhood without the plan too
        ([], SEED + 1, wanted),
        (grant, SEED, 0),  # again, after all these
    ):
        begun.clear()
        found.append(fan_of(moves, seed, seen))
        assert (sum(begun), len(begun)) == (baselines, wanted + baselines), moves
        alone = fan_of(moves, seed, None)
        assert written(found[-1]) == written(alone)
    assert len({tuple(one.pockets.items()) for one in found}) == len(found) - 1, "each move does something"


# ---------------------------------------------------------------- in a process of its own
@pytest.fixture(scope="module")
def session(plan):
    with Session(plan, seed=SEED) as made:
        made.wait(made.viewer)
        yield made


def test_a_session_in_its_process_says_the_same_as_the_pair_here(session, plan):
    token = session.facilitator
    session.order(token, "jump", 5)
    session.wait(token, 1, still=True)
    session.move(token, [(PLACES, 20)])
    frame = session.wait(token, session.order(token, "jump", 9), still=True)
    room = Room(plan)
    room("jump", 5)
    room.move(PLACES, 20)
    assert seen(room("jump", 9)) == seen(frame)
    assert session.scenario_toml(session.viewer) == frame.plan_file


def test_two_sessions_know_nothing_of_each_other(session, plan):
    with Session(replace(plan, settings=replace(plan.settings, months=6)), seed=1) as other:
        token = other.facilitator
        was = session.latest(session.viewer)
        other.move(token, [(GRANT, 0.0)])
        frame = other.wait(token, other.order(token, "jump", 6), still=True)
        assert (frame.month, frame.levers.grant_share) == (6, 0.0)
        now = session.latest(session.viewer)
        assert (now.month, now.moves, now.levers) == (was.month, was.moves, was.levers)
        with pytest.raises(NotAllowed):
            other.latest(session.facilitator)


def test_viewers_look_and_do_not_move(session):
    assert session.latest(session.viewer) is not None
    for token in (session.viewer, "", "é"):
        with pytest.raises(NotAllowed):
            session.move(token, [(PLACES, 1)])
        with pytest.raises(NotAllowed):
            session.order(token, "play")
    with pytest.raises(NotAllowed):
        session.latest("nobody")


def test_an_order_that_is_none_never_reaches_the_worker(session):
    with pytest.raises(InputError):
        session.move(session.facilitator, [(PLACES, 100_000_000)])
    with pytest.raises(InputError):
        session.order(session.facilitator, "explode")
    assert session.wait(session.viewer, session.order(session.facilitator, "speed", 1e9)).refused


def test_frames_come_at_most_four_times_a_second_and_the_latest_is_kept(session):
    token = session.facilitator
    session.wait(token, session.order(token, "jump", 0), still=True)
    first = session.latest(token).number
    began = time.monotonic()
    session.order(token, "jump", MONTHS)
    while not session.latest(token).finished:
        time.sleep(0.01)
    took = time.monotonic() - began
    assert session.latest(token).number - first <= 2 + took / 0.25 < MONTHS


def running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_closing_ends_the_worker_and_says_so_afterwards(plan):
    made = Session(plan)
    made.wait(made.viewer)
    pid = made._process.pid
    assert running(pid)
    made.close()
    made.close()
    assert not running(pid)
    with pytest.raises(SessionEnded):
        made.order(made.facilitator, "play")


def test_a_worker_that_is_killed_is_told(plan):
    with Session(plan) as made:
        made.wait(made.viewer)
        made._process.kill()
        made._process.join()
        with pytest.raises(SessionEnded):
            made.wait(made.viewer, 1)
        assert "has ended" in made.latest(made.viewer).error


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a process can't be killed outright here")
def test_no_worker_outlives_the_process_that_holds_it():
    code = (
        "import time\nfrom wijksim.live.session import Session\nfrom wijksim.scenario import Scenario\n"
        "if __name__ == '__main__':\n"
        f"    made = Session(Scenario.from_file('beide', months=3, residents={RESIDENTS}))\n"
        "    made.wait(made.viewer)\n    print(made._process.pid, flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        assert running(pid)
        parent.kill()
    until = time.monotonic() + 10
    while running(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not running(pid)
