"""Groups of a workshop: apart, by the same start; their codes, roles and goals; and how the wall puts them."""

from __future__ import annotations

import hmac
import io
import math
import tomllib
import zipfile
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

pytest.importorskip("panel", reason="the extra live is not installed")

from wijksim.cli import app
from wijksim.errors import InputError
from wijksim.live import lobby as lobby_module
from wijksim.live import workshop as workshop_module
from wijksim.live.desk import zip_of_plans
from wijksim.live.frames import FEWEST_COURSES, SERIES, Fan, Frame, Guess
from wijksim.live.goals import Goal, State, measures, state_of
from wijksim.live.group_panel import goal_words, name_of, read_amount, state_words
from wijksim.live.levers import controls_of, paths_of
from wijksim.live.lobby import Full, Lobby
from wijksim.live.orders import Kind
from wijksim.live.ranking import common_month, others_circumstances, ranked, seen
from wijksim.live.roles import roles
from wijksim.live.server import Live
from wijksim.live.session import Session, SessionEnded
from wijksim.live.wall import Wall
from wijksim.live.words import Words, group_texts
from wijksim.live.workshop import MOST_GROUPS, Apart, Group, TooMany, Workshop
from wijksim.model import Neighbourhood
from wijksim.report.pockets import BUDGETS
from wijksim.scenario import Scenario

PACK = Path(__file__).resolve().parents[2] / "docs" / "workshop"
WORK, MONEY, ASSISTANCE = (measures()[key] for key in ("employed_15_74", "municipality", "assistance_persons"))
LANGUAGES = [Words("en"), Words("nl")]
LONG = "<script>alert(1)</script> " + "'Tafel' " * 40


class Made:
    """Stands for a session: frames that a test gives it, and what it was told."""

    def __init__(self, _=None, seed=1):
        self.ended, self.frame, self.heard = False, None, []
        self.facilitator, self.viewer = f"f{id(self)}", f"v{id(self)}"

    def latest(self, _):
        return self.frame

    def may_look(self, token):
        return token in (self.facilitator, self.viewer)

    def order(self, token, kind, value=None, event=""):
        assert token == self.facilitator
        if self.ended:
            raise SessionEnded("gone")
        self.heard.append((kind, value))

    def move(self, token, changes, event=""):
        self.order(token, "move", tuple(changes), event)

    def close(self):
        self.ended = True


def frame(change=0.0, money=0.0, month=12, months=24, **told):
    """A frame whose plan brings `change` people into work, as many off assistance, and `money` each month."""
    series = np.stack([np.full(month, 100.0), np.full(month, 100.0 + change)])
    fallen = np.stack([np.full(month, 100.0), np.full(month, 100.0 - change)])
    flow = np.arange(1, month + 1) * money
    given = {
        "series": {**dict.fromkeys(SERIES, series), "assistance_persons": fallen},
        "pockets_by_month": dict.fromkeys(BUDGETS, flow),
        "pockets": dict.fromkeys(BUDGETS, float(flow[-1]) if month else 0.0),
        "month": month, "months": months, "start": 2015 * 12, "price_year": 2015, "finished": month == months,
        "hidden": False, "fan": None, "moves": (), "baseline_file": "same", "guesses": (), "seed": 1, "number": 1,
        "playing": False, "plan_file": "plan",
    }  # fmt: skip
    made = object.__new__(Frame)
    for name, value in {**given, **told}.items():
        object.__setattr__(made, name, value)
    return made


def fan(low, high, months=24):
    bands = np.zeros((3, 2, months))
    bands[2, 0], bands[2, 1] = low, high
    changes = np.linspace(low, high, FEWEST_COURSES)
    return Fan(
        FEWEST_COURSES,
        30,
        dict.fromkeys(measures(), bands),
        dict.fromkeys(BUDGETS, (low, high)),
        dict.fromkeys(measures(), np.repeat(changes[:, None], months, axis=1)),
        dict.fromkeys(BUDGETS, changes),
    )


@pytest.fixture
def workshop(monkeypatch):
    monkeypatch.setattr(lobby_module, "Session", Made)
    return Workshop(Lobby(None))


def pairs(neighbours):
    return [(one.group.number, two.group.number) for one, two in neighbours]


def opened(workshop, *frames):
    groups = [workshop.open() for _ in frames]
    for group, given in zip(groups, frames, strict=True):
        group.session.frame = given
    return groups


# ---------------------------------------------------------------- opening and closing
def test_eight_groups_with_codes_of_their_own_and_no_ninth(workshop):
    groups = [workshop.open() for _ in range(MOST_GROUPS)]
    assert len({group.code for group in groups} | {workshop.code}) == MOST_GROUPS + 1
    with pytest.raises(TooMany):
        workshop.open()
    assert [group.role.key for group in groups] == [*roles(), "all"], "each role once, then all parties together"
    workshop.close(groups[2])
    again = workshop.open()
    assert (again.role, again.number) == (groups[2].role, MOST_GROUPS + 1), "a number isn't given twice"
    workshop.close_all()
    assert (len(workshop), all(group.session not in workshop._lobby._sessions for group in groups)) == (0, True)


def test_a_server_without_room_says_so(monkeypatch):
    monkeypatch.setattr(lobby_module, "Session", Made)
    workshop = Workshop(Lobby(None, most=1))
    workshop.open()
    with pytest.raises(Full):
        workshop.open()
    assert len(workshop) == 1


def test_codes_are_compared_in_constant_time(workshop, monkeypatch):
    compared, compare = [], hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda one, other: compared.append(one) or compare(one, other))
    assert workshop.lets_in(workshop.code)
    assert not any(map(workshop.lets_in, ("", "é", workshop.code[:-1], workshop.code + "x")))
    assert len(compared) == 5


def test_a_group_stays_through_a_break_and_others_end(workshop):
    group = workshop.open()
    lobby = workshop._lobby
    other = lobby.open()
    for session in (group.session, other):
        lobby.enter(session)
        lobby.leave(session)
    lobby.sweep(0.0)
    assert (lobby.find(group.code), lobby.find(other.facilitator)) == (group.session, None)
    lobby._left[group.session] = -math.inf
    lobby.sweep()
    assert lobby.find(group.code) is None, "a group that everybody left for hours ends too"


def test_names_are_kept_apart_and_can_be_anything(workshop):
    one, two = workshop.open(), workshop.open()
    workshop.rename(one, f"  {LONG}\n")
    assert one.name.startswith("<script>")
    assert len(one.name) <= workshop_module.LONGEST_NAME
    with pytest.raises(InputError, match="another group"):
        workshop.rename(two, one.name.upper())
    workshop.rename(one, "")
    assert [name_of(one, words) for words in LANGUAGES] == ["Group 1: Municipality", "Tafel 1: Gemeente"]


def test_only_who_leads_the_shared_session_leads_groups_and_each_address_has_its_code(monkeypatch):
    monkeypatch.setattr(lobby_module, "Session", Made)
    plan = Scenario.from_file("beide", months=2, residents=300)
    shared, own = Live(plan, port=5, share=True, groups=2), Live(plan, port=5)
    assert shared.address == f"http://localhost:5/groups?w={shared.workshop.code}"
    for group in shared.workshop:
        assert shared.address_of(group).endswith(f":5/?s={group.code}")
        assert shared.workshop.group_of(shared.lobby.find(group.code)) is group
    assert shared._leads(shared.shared.token)
    assert not any(map(shared._leads, ("", shared.shared.code, *(group.code for group in shared.workshop))))
    assert own.address == "http://localhost:5/"
    assert own._leads("anybody on this machine")


# ---------------------------------------------------------------- all at once
def test_all_groups_hear_what_is_said_to_all_and_one_that_ended_hinders_nobody(workshop):
    groups = opened(workshop, frame(), frame(), frame())
    groups[1].session.ended = True
    workshop.order(Kind.JUMP, 7)
    assert [group.session.heard for group in groups] == [[("jump", 7)], [], [("jump", 7)]]
    groups[2].session.frame = frame(seed=4)
    workshop.draw_again()
    assert [group.session.heard[-1] for group in (groups[0], groups[2])] == [("seed", 5)] * 2


def test_an_event_befalls_all_groups_in_one_month_or_none(workshop):
    groups = opened(workshop, frame(month=12), frame(month=11))
    changes = [("policy.grant_share", 0.5)]
    for other in (frame(month=11), frame(month=24), None):
        groups[1].session.frame = other
        with pytest.raises(Apart):
            workshop.befall(changes, "halved")
    groups[1].session.frame = frame(month=12)
    workshop.befall(changes, "halved")
    assert [group.session.heard for group in groups] == [[("move", (("policy.grant_share", 0.5),))]] * 2


# ---------------------------------------------------------------- goals
@pytest.mark.parametrize(
    ("goal", "given", "state", "amount"),
    [
        (Goal(MONEY, 500.0), frame(money=-40.0), State.KEPT, 20.0),
        (Goal(MONEY, 400.0), frame(money=-40.0), State.OVER, 80.0),
        (Goal(MONEY, 0.0), frame(money=40.0), State.KEPT, 480.0),
        (Goal(WORK, 5.0), frame(5.0), State.REACHED, 0.0),
        (Goal(WORK, 5.0), frame(3.0), State.NOT_YET, 2.0),
        (Goal(WORK, 5.0), frame(3.0, month=24), State.MISSED, 2.0),
        (Goal(ASSISTANCE, 4.0), frame(3.0), State.NOT_YET, 1.0),
        (Goal(ASSISTANCE, 4.0), frame(4.0), State.REACHED, 0.0),
        (Goal(WORK, 5.0), frame(9.0, month=0), State.WAITING, 0.0),
        (Goal(WORK, 5.0), frame(9.0, hidden=True), State.WAITING, 0.0),
        (Goal(WORK, 5.0), None, State.WAITING, 0.0),
    ],
)
def test_a_goal_stands_as_the_plan_does(goal, given, state, amount):
    assert state_of(goal, given) == (state, amount)
    for words in LANGUAGES:
        assert goal_words(goal, words)
        assert state_words(goal, given, words)


def test_a_goal_is_told_in_plain_words():
    words, woorden = LANGUAGES
    over = frame(money=-10_000.0)
    assert goal_words(Goal(MONEY, 100_000.0), woorden) == "Het plan kost de gemeente hoogstens € 100.000."
    assert state_words(Goal(MONEY, 100_000.0), over, woorden) == "✗ € 20.000 over het budget heen."
    assert state_words(Goal(MONEY, 100_000.0), over, words) == "✗ Over budget by €20,000."
    assert state_words(Goal(WORK, 5.0), frame(3.0), words) == "… Not yet: 2 short."
    assert state_words(Goal(WORK, 3.0), frame(3.0, month=24), woorden) == "✓ Gehaald."


@pytest.mark.parametrize("amount", [-1.0, math.nan, math.inf, 1e12])
def test_a_goal_that_cant_be_is_refused(amount):
    with pytest.raises(InputError):
        Goal(MONEY, amount)


@pytest.mark.parametrize(
    ("text", "language", "amount"),
    [
        ("€ 100.000", "nl", 100_000.0), ("100.000,50", "nl", 100_000.5), ("€100,000", "en", 100_000.0),
        ("25", "nl", 25.0),
        ("1 500", "en", 1500.0), ("2,5", "nl", 2.5), ("2.5", "en", 2.5), ("2.5", "nl", None), ("1,00", "en", None),
        ("", "nl", None), ("-5", "en", None), ("veel", "nl", None), ("1e9", "en", None), ("٣", "en", None),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text, language, amount):
    assert read_amount(text, language) == amount


# ---------------------------------------------------------------- the order on the wall
def told(table):
    return [(line.group.number, line.value, line.rank) for line in table.lines]


def test_groups_are_ranked_at_the_latest_month_that_all_have_reached(workshop):
    groups = opened(workshop, frame(2.0, 100.0, month=24), frame(7.0, -300.0, month=6), frame(2.0, 5.0))
    shown = seen(groups)
    assert common_month(shown) == 6
    work = ranked(WORK, shown)
    assert [(line.group.number, line.value, line.rank) for line in work.lines] == [
        (2, 7.0, 1),
        (1, 2.0, 2),
        (3, 2.0, 2),
    ]
    money = ranked(MONEY, shown)
    assert [(line.group.number, line.value, line.rank) for line in money.lines] == [
        (1, 600.0, 1),
        (3, 0.0, 2),
        (2, -1800.0, 3),
    ]
    fewer = ranked(ASSISTANCE, shown)
    assert told(fewer) == [(2, -7.0, 1), (1, -2.0, 2), (3, -2.0, 2)]


def test_who_has_not_begun_ended_or_hides_the_plan_is_not_ranked(workshop):
    groups = opened(workshop, frame(1.0), frame(2.0, hidden=True), None, frame(3.0))
    groups[3].session.ended = True
    assert told(ranked(WORK, seen(groups))) == [(1, 1.0, 1)]
    groups[2].session.frame = frame(month=0)
    assert ranked(WORK, seen(groups)).lines == ()


def test_chance_is_told_where_other_courses_are_known(workshop):
    groups = opened(
        workshop, frame(9.0, fan=fan(6.0, 12.0)), frame(4.0, fan=fan(-1.0, 7.0)), frame(1.0, fan=fan(0.5, 2.0))
    )
    table = ranked(WORK, seen(groups))
    assert table.ranges_known
    assert [line.lost_in_chance for line in table.lines] == [False, True, True], "the last rounds to 0 to 2"
    assert pairs(table.unsure) == [(2, 3)], "of 1 and 2 ranges overlap, and in each course 1 is ahead by 5 to 7"
    assert not ranked(MONEY, seen(groups)).ranges_known, "of money bounds are known for the whole run only"
    groups[1].session.frame = frame(9.0, fan=fan(6.0, 12.0))
    table = ranked(WORK, seen(groups))
    assert pairs(table.neighbours) == [(1, 3), (2, 3)]
    assert table.unsure == (), "who has the same place isn't in another's"
    groups[0].session.frame = frame(9.0)
    assert not ranked(WORK, seen(groups)).ranges_known


@pytest.mark.parametrize(("seed", "money", "expected"), [(1, 3.0, []), (2, 3.0, [(1, 2)]), (2, 50.0, [])])
def test_courses_are_compared_one_by_one_where_luck_is_the_same_and_else_their_ranges(workshop, seed, money, expected):
    best, next_ = (frame(1.0, money=-1000.0 * n, month=24) for n in (0, 1))
    for one, (low, high) in ((best, (money - 9.0, money + 9.0)), (next_, (-9.0, 9.0))):
        object.__setattr__(one, "fan", fan(low, high))
    object.__setattr__(next_, "seed", seed)
    groups = opened(workshop, best, next_)
    table = ranked(MONEY, seen(groups))
    assert pairs(table.neighbours) == [(1, 2)]
    assert pairs(table.unsure) == expected


def test_other_circumstances_are_told_and_the_same_are_not(workshop):
    groups = opened(workshop, frame(), frame(), frame(baseline_file="other"))
    assert others_circumstances(seen(groups)) == {groups[2]: 0}
    groups[2].session.frame = frame()
    assert others_circumstances(seen(groups)) == {}


@pytest.mark.parametrize("words", LANGUAGES, ids=["en", "nl"])
def test_the_wall_tells_months_chance_goals_and_predictions_and_escapes_names(workshop, words):
    guesses = (Guess("x", 20.0, "employed_15_74"),)
    groups = opened(workshop, frame(2.0, month=24, guesses=guesses), frame(7.0, month=12, baseline_file="o"), None)
    workshop.rename(groups[0], LONG)
    workshop.set_goal(groups[0], Goal(WORK, 5.0))
    wall = Wall(workshop, words)
    wall.show()
    month, tables, agreed = (wall.items[name].object for name in ("month", "tables", "agreed"))
    assert words("wall.apart", moment=words.moment(2015 * 12 + 11), n=12, of=24) in month
    assert words("group.numbered", n=3) in month, "who still starts is named"
    assert words("wall.one_course") in tables
    assert words("wall.other_luck") in tables
    assert tables.count('<div class="one">') == 3
    assert "+20" in agreed
    assert "+2<" in agreed, "what came out stands beside the prediction"
    assert words("group.missed", amount="3") in agreed
    for html in (month, tables, agreed):
        assert "<script>" not in html
    wall.items["choose"].value = []
    assert words("wall.nothing_chosen") in wall.items["tables"].object


# ---------------------------------------------------------------- words and roles
def test_each_text_of_groups_is_there_in_both_languages():
    for section, entries in group_texts().items():
        for name, text in entries.items():
            if section == "role":
                text = [*text["label"], *text["who"]]
            assert all(isinstance(one, str) and one for one in text), f"{section}.{name}"
            assert len(text) % 2 == 0, f"{section}.{name}"


def test_roles_decide_what_their_cards_in_the_pack_say_and_own_a_budget():
    cards = tomllib.loads((PACK / "roles.toml").read_text(encoding="utf-8"))["role"]
    playing = [role for role in roles().values() if role.pocket]
    assert [role.label for role in playing] == [card["title"][0] for card in cards]
    for role, card in zip(playing, cards, strict=True):
        assert [role.who, role.who_nl] == card["who"]
        assert list(role.levers) == [lever["path"] for lever in card.get("lever", [])]
        assert role.pocket in BUDGETS


@pytest.mark.parametrize("role", roles().values(), ids=list(roles()))
def test_levers_of_a_role_come_first(role):
    scenario = Scenario.from_file("beide")
    front, more = controls_of(scenario, None, role.levers)
    mine = paths_of(role.levers, [plan.key for plan in scenario.settings.enterprises])
    own = [control.path in mine for control in front]
    assert own == sorted(own, reverse=True)
    assert len({control.path for control in front + more}) == len(front + more)
    assert not any(control.path in mine for control in more) or all(own), "none is put behind a lever of another"


# ---------------------------------------------------------------- the command, and the same numbers as the batch
def test_a_number_of_groups_that_cant_be_is_told():
    for wrong in ("9", "-1"):
        told = CliRunner().invoke(app, ["live", f"--groups={wrong}", "--no-browser"])
        assert told.exit_code == 2
        assert "expected a number from 1 to 8" in told.stderr


@pytest.mark.timeout(600)
def test_groups_begin_alike_go_apart_and_give_what_a_batch_of_their_files_gives(tmp_path):
    plan = Scenario.from_file("beide", months=14, residents=300)
    with Session(plan, seed=3) as one, Session(plan, seed=3) as two:
        lobby = Lobby.__new__(Lobby)
        workshop = Workshop(lobby)
        workshop._groups = [Group(1, one, roles()["municipality"], "A/é"), Group(2, two, roles()["enterprise"])]
        first, second = workshop
        two.move(two.facilitator, [("enterprise.woonhulp.places", 0), ("enterprise.terreinbeheer.places", 0)])
        workshop.order(Kind.JUMP, 14)
        for group in workshop:
            group.session.wait(group.code, group.session._number, still=True, seconds=500)
        shown = seen([first, second])
        assert [given.month for _, given in shown] == [14, 14]
        assert others_circumstances(shown) == {}
        for outcome in shown[0][1].series:
            assert shown[0][1].series[outcome][0].tobytes() == shown[1][1].series[outcome][0].tobytes()
        assert not shown[1][1].series["in_place"].any()
        assert shown[0][1].series["in_place"][1].any()
        with zipfile.ZipFile(io.BytesIO(zip_of_plans(workshop, LANGUAGES[0]).getvalue())) as packed:
            names = packed.namelist()
            packed.extractall(tmp_path)
        assert names == ["1_a_e.toml", "1_a_e_without_plan.toml", "2_group_2.toml", "2_group_2_without_plan.toml"]
        for (_, given), name in zip(shown, names[::2], strict=True):
            run = Neighbourhood(Scenario.from_file(tmp_path / name), seed=3).run()
            for outcome, series in given.series.items():
                assert series[1].tobytes() == run.outcomes.series(outcome).tobytes()
        two.move(two.facilitator, [("parameter.assistance_takeup", 0.75)])
        two.wait(two.facilitator, two._number, seconds=500)
        assert others_circumstances(seen([first, second])) == {second: 1}
