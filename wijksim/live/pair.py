"""A plan beside no plan, month by month: what the room decided, its undoing, and what is shown of it.

It knows no process and no clock (`worker.py`), and no page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from wijksim.calendar import year_of
from wijksim.errors import InputError
from wijksim.live.apart import homes_apart
from wijksim.live.course import Course, last_of
from wijksim.live.courses import BaselinesSeen, Courses
from wijksim.live.frames import SERIES, Frame, Guess, Household
from wijksim.live.moves import (
    PARAMETER,
    Move,
    checked,
    faults_of,
    from_the_start,
    is_founding,
    with_move,
    with_moves,
    without_plan,
)
from wijksim.live.orders import Kind, Order
from wijksim.live.works import works_of
from wijksim.scenario import Scenario
from wijksim.scenario.template import profile_named, scenario_copy

__all__ = ["MOST_GUESSES", "Pair"]

MOST_GUESSES = 8
_SLOWEST, _FASTEST = 0.1, 1000.0  # months a second
_REPLAY_SECONDS = 3.0
_USUAL_SPEED = 4.0
_LARGEST_SEED = 2**53
_LONGEST_GROUP = 200
_LARGEST_GUESS = 1e9
_NOTE = """\
# Uit een werksessie met wijksim. Dezelfde uitkomsten geeft: wijksim run BESTAND --seed {seed} --out MAP
# From a workshop with wijksim. The same outcomes come from: wijksim run FILE --seed {seed} --out FOLDER
"""


@dataclass(frozen=True)
class _Version:
    """What the two runs are made of; each change makes another, and undo goes back to the one before."""

    source: Scenario
    moves: tuple[Move, ...]
    seed: int


class Pair:
    """Two runs on the same luck, without and with a plan, that orders change.

    Parameters
    ----------
    scenario : Scenario
        The plan to begin with.
    seed : int
        Of both runs.
    """

    def __init__(self, scenario: Scenario, seed: int = 1) -> None:
        self._history = [_Version(scenario, (), seed)]
        self._place = 0
        self.playing, self.speed = False, _USUAL_SPEED
        self._until = scenario.settings.months
        self._speed_afterwards: float | None = None
        self._hidden = False
        self._guesses: dict[tuple[str, str], Guess] = {}
        self._home: int | None = None
        self._refused = self._error = ""
        self._answered = self._number = 0
        self._courses: Courses | None = None
        self._baselines = BaselinesSeen()
        self._begin()

    @property
    def _version(self) -> _Version:
        return self._history[self._place]

    @property
    def month(self) -> int:
        """Months simulated of both runs."""
        return min(self._baseline.month, self._policy.month)

    @property
    def months(self) -> int:
        """Length of the runs."""
        return self._version.source.settings.months

    def _begin(self) -> None:
        """Make both runs of the version anew, in their first month."""
        plan = with_moves(self._version.source, self._version.moves)
        self._baseline = Course(without_plan(plan), self._version.seed)
        self._policy = Course(plan, self._version.seed)
        self._write_files()

    def _write_files(self) -> None:
        profile = profile_named(self._version.source)
        note = _NOTE.format(seed=self._version.seed)
        self._plan_file, self._baseline_file = (
            note + scenario_copy(course.scenario, course.scenario.name, profile)
            for course in (self._policy, self._baseline)
        )

    def close(self) -> None:
        """Release what Mesa keeps of the runs."""
        self._baseline.close()
        self._policy.close()
        if self._courses is not None:
            self._courses.close()

    # ------------------------------------------------------------------ going on by itself
    def step(self) -> None:
        """Simulate one month of both runs; a failure is told in the frame, and play stops."""
        if self.month >= self.months:
            self.playing = False
            return
        try:
            self._go_to(self.month + 1)
        except Exception as error:  # whatever a model does, the session goes on
            self._fail(error)
        if self.month >= self._until:
            self._stop()

    def compute_course(self) -> bool:
        """Simulate a month of the other courses, where they are wanted; whether one was completed."""
        if self._courses is None or self._courses.finished:
            return False
        before = self._courses.fan().done
        try:
            self._courses.advance()
        except Exception as error:
            self._courses = None
            self._fail(error)
            return True
        return self._courses.fan().done > before

    @property
    def has_courses_to_compute(self) -> bool:
        """Whether other courses are wanted and not all computed."""
        return self._courses is not None and not self._courses.finished

    def _go_to(self, month: int) -> None:
        for course in (self._baseline, self._policy):
            course.go_to(month)

    def _fail(self, error: Exception) -> None:
        """Stop, in the last month that both runs have."""
        self._stop()
        self._error = f"{type(error).__name__}: {error}"
        self._go_to(self.month)

    def _stop(self) -> None:
        self.playing = False
        if self._speed_afterwards is not None:
            self.speed, self._speed_afterwards = self._speed_afterwards, None

    # ------------------------------------------------------------------ versions
    def _go_on(self, version: _Version) -> None:
        """Make a version the present one, unless it contradicts itself."""
        faults = faults_of(with_moves(version.source, version.moves))
        if faults:
            raise InputError(faults)
        self._history[self._place + 1 :] = [version]
        self._show(self._place + 1)

    def _show(self, place: int) -> None:
        """Bring both runs to the month shown with another version."""
        self._error = ""
        month, before = self.month, self._version
        self._place = place
        version = self._version
        plan = with_moves(version.source, version.moves)
        if version.seed == before.seed and _what_moves_leave(plan) == _what_moves_leave(self._policy.scenario):
            self._policy.change(plan)
            self._baseline.change(without_plan(plan))
            self._write_files()
        else:
            self._baseline.close()
            self._policy.close()
            self._begin()
            self._go_to(min(month, self.months))
        self._until = self.months
        if self._courses is not None:
            self._on_courses(Order(self._answered, Kind.COURSES, True))

    # ------------------------------------------------------------------ orders
    def do(self, order: Order) -> None:
        """Carry out an order; one that can't be is refused in the frame, and changes nothing."""
        self._answered = order.number
        self._refused = ""
        try:
            getattr(self, f"_on_{order.kind}")(order)
        except InputError as error:
            self._refused = str(error)
        except Exception as error:  # whatever a model does, the session goes on
            self._fail(error)

    def _on_move(self, order: Order) -> None:
        version = self._version
        keys = [plan.key for plan in version.source.settings.enterprises]
        changes = checked(order.value, keys, version.source.registry)
        if self.month >= self.months and not all(path.startswith(PARAMETER) for path, _ in changes):
            raise InputError.single("move", "the run is at its end.", "Go back to an earlier month first.")
        founding = [path for path, _ in changes if is_founding(path)]
        if self.month and founding:
            raise InputError.single(founding[0], "can be chosen before the first month only.", "Reset first.")
        move = Move(order.number, self.month, changes, order.event)
        self._go_on(replace(version, moves=with_move(version.moves, move)))

    def _on_play(self, _: Order) -> None:
        self._start(self.months)

    def _start(self, until: int) -> None:
        self._until = until
        self.playing = self.month < until and not self._error

    def _on_pause(self, _: Order) -> None:
        self._stop()

    def _on_step(self, _: Order) -> None:
        self._stop()
        self._error = ""
        self.step()

    def _on_speed(self, order: Order) -> None:
        self.speed = _number(order.value, "speed", _SLOWEST, _FASTEST)
        self._speed_afterwards = None

    def _on_reset(self, _: Order) -> None:
        self._stop()
        self._error = ""
        self._go_to(0)
        moves = from_the_start(self._version.moves)
        if moves != self._version.moves:
            self._go_on(replace(self._version, moves=moves))

    def _on_jump(self, order: Order) -> None:
        self._stop()
        month = round(_number(order.value, "month", 0, self.months))
        if month <= self.month:
            self._error = ""
            self._go_to(month)
        else:
            self._hurry(month, _FASTEST)

    def _hurry(self, until: int, speed: float) -> None:
        """Play up to a month at another speed: between the months orders are heard."""
        self._start(until)
        if self.playing:
            self._speed_afterwards, self.speed = self.speed, speed

    def _on_undo(self, _: Order) -> None:
        if self._place == 0:
            raise InputError.single("undo", "there is nothing to undo.")
        self._show(self._place - 1)

    def _on_redo(self, _: Order) -> None:
        if self._place + 1 == len(self._history):
            raise InputError.single("redo", "there is nothing to do again.")
        self._show(self._place + 1)

    def _on_replay(self, _: Order) -> None:
        self._stop()
        if not self._version.moves:
            raise InputError.single("replay", "nothing was changed yet.")
        last = max(self._version.moves, key=lambda move: move.number)
        until = self.month if self.month > last.month else self.months
        self._go_to(last.month)
        self._hurry(until, max(1, until - last.month) / _REPLAY_SECONDS)

    def _on_seed(self, order: Order) -> None:
        self._go_on(replace(self._version, seed=round(_number(order.value, "seed", 0, _LARGEST_SEED))))

    def _on_preset(self, order: Order) -> None:
        if not isinstance(order.value, Scenario):
            raise InputError.single("preset", f"is {order.value!r}; expected a scenario.")
        self._stop()
        self._go_to(0)
        self._go_on(replace(self._version, source=order.value, moves=()))

    def _on_courses(self, order: Order) -> None:
        if self._courses is not None:
            self._courses.close()
        wanted = bool(order.value)
        scenarios = self._baseline.scenario, self._policy.scenario
        self._courses = Courses(*scenarios, self._version.seed, seen=self._baselines) if wanted else None

    def _on_hide(self, _: Order) -> None:
        self._hidden, self._guesses = True, {}

    def _on_guess(self, order: Order) -> None:
        if not isinstance(order.value, Guess):
            raise InputError.single("guess", f"is {order.value!r}; expected a Guess.")
        group = str(order.value.group).strip()[:_LONGEST_GROUP]
        if not group:
            raise InputError.single("guess", "has no name of a group.", "Fill in whose guess it is.")
        value = _number(order.value.value, "guess", -_LARGEST_GUESS, _LARGEST_GUESS)
        if len({group, *(one for one, _ in self._guesses)}) > MOST_GUESSES:
            raise InputError.single("guess", f"there are {MOST_GUESSES} groups already.")
        outcome = order.value.outcome if order.value.outcome in SERIES else ""
        self._guesses[group, outcome] = Guess(group, value, outcome)

    def _on_reveal(self, _: Order) -> None:
        self._hidden = False

    def _on_look(self, order: Order) -> None:
        homes = self._policy.street_plan().x.size
        self._home = None if order.value is None else round(_number(order.value, "home", 0, homes - 1))

    # ------------------------------------------------------------------ what is shown
    def _household(self) -> Household | None:
        if self._home is None:
            return None
        return Household(self._home, self._baseline.members_of(self._home), self._policy.members_of(self._home))

    def frame(self) -> Frame:
        """Give what is to be shown now."""
        self._number += 1
        version, settings = self._version, self._policy.scenario.settings
        without, with_plan = self._baseline.pockets_by_month(), self._policy.pockets_by_month()
        gained = {pocket: with_plan[pocket] - without[pocket] for pocket in without}
        levers, enterprises = settings.plan_at(min(self.month, self.months - 1))
        return Frame(
            number=self._number,
            answered=self._answered,
            scenario=settings.name,
            start=settings.start,
            months=self.months,
            month=self.month,
            seed=version.seed,
            price_year=year_of(settings.start),
            baseline=self._baseline.street_plan(),
            policy=self._policy.street_plan(),
            apart=homes_apart(self._baseline.state, self._policy.state),
            families=(self._baseline.families, self._policy.families),
            series={
                outcome: np.array([course.series(outcome) for course in (self._baseline, self._policy)])
                for outcome in SERIES
            },
            pockets={pocket: last_of(sums) for pocket, sums in gained.items()},
            pockets_by_month=gained,
            works=works_of(self._policy.state, enterprises),
            levers=levers,
            enterprises=enterprises,
            moves=version.moves,
            playing=self.playing,
            finished=self.month >= self.months,
            hidden=self._hidden,
            can_undo=self._place > 0,
            can_redo=self._place + 1 < len(self._history),
            speed=self.speed if self._speed_afterwards is None else self._speed_afterwards,
            guesses=tuple(self._guesses.values()),
            household=self._household(),
            fan=self._courses.fan() if self._courses is not None else None,
            refused=self._refused,
            error=self._error,
            plan_file=self._plan_file,
            baseline_file=self._baseline_file,
        )


def _what_moves_leave(scenario: Scenario) -> tuple[object, ...]:
    """Give what decides a run and no move in a run can change."""
    settings = scenario.settings
    keys = [plan.key for plan in settings.enterprises]
    frame = (settings.start, settings.months, settings.residents, settings.structure, dict(settings.processes))
    return keys, frame, scenario.profile.digest(), scenario.registry.digest()


def _number(value: object, what: str, low: float, high: float) -> float:
    """Give a number in its bounds.

    Raises
    ------
    InputError
        It is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise InputError.single(what, f"is {value!r}; expected a number from {low:g} to {high:g}.")
    return float(value)
