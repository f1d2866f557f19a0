"""One run that can go back: a model with a snapshot of each year, from which any month is reached again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wijksim.calendar import MONTHS_PER_YEAR
from wijksim.live.families import Before, Family, new_families
from wijksim.live.frames import Member, StreetPlan, members_of
from wijksim.model import Neighbourhood
from wijksim.outcomes import outcome_names
from wijksim.report.pockets import POCKETS
from wijksim.scenario import Scenario
from wijksim.state import State
from wijksim.study.effects import Frame as MoneyFrame
from wijksim.study.effects import real_money, with_pockets
from wijksim.study.replicate import Reduced, capital_by_month, series_of

__all__ = ["Course", "last_of"]

Floats = NDArray[np.float64]


class Course:
    """A run of one scenario and seed, at one of its months.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    seed : int
        Of the run.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario, self.seed = scenario, seed
        self._model = Neighbourhood(scenario, seed=seed)
        self._rows: list[list[float]] = []
        self._capital: list[float] = []
        self._families: list[Family] = []
        self._booked = 0
        self._snapshots: dict[int, State] = {0: self._model.snapshot()}

    @property
    def month(self) -> int:
        """Months simulated."""
        return self._model.index

    def step(self) -> None:
        """Simulate a month; when that fails the run is in the month before, as if nothing had been tried."""
        month, before = self.month, Before.of(self._model.state)
        try:
            self._model.step()
        except Exception:
            self._restore(month)
            raise
        full = round(self.scenario.registry.number("first_job_months"))
        self._families += new_families(self._model.state, before, self.month, full)
        names = self._model.recorder.names
        self._rows.append([self._model.recorder.last(place) for place in range(len(names))])
        booked = self._model.state.ledger.postings(self._booked)
        month_of_run = self.scenario.settings.start + month
        self._capital.append(float(capital_by_month(booked, month_of_run, 1)[0]))
        self._booked += len(booked)
        if self.month % MONTHS_PER_YEAR == 0:
            self._snapshots[self.month] = self._model.snapshot()

    def go_to(self, month: int) -> None:
        """Go on, or back by the last snapshot before, to a month."""
        if month < self.month:
            self._restore(month)
        while self.month < month:
            self.step()

    def change(self, scenario: Scenario) -> None:
        """Take another scenario that differs in policy only, and come back to the same month with it."""
        month, first = self.month, _first_difference(self.scenario, scenario)
        self.scenario = scenario
        if first is None or first > month:
            self._take(self._model.snapshot(), month)
            return
        kept = max(at for at in self._snapshots if at <= first)
        self._snapshots = {at: state for at, state in self._snapshots.items() if at <= kept}
        self._take(self._snapshots[kept], kept)
        self.go_to(month)

    def _restore(self, month: int) -> None:
        kept = max(at for at in self._snapshots if at <= month)
        self._take(self._snapshots[kept], kept)
        self.go_to(month)

    def _take(self, state: State, month: int) -> None:
        """Go on from a state with the scenario as it now is; what was recorded after it is forgotten."""
        self._model.close()
        self._model = Neighbourhood.from_state(state, self.scenario, seed=self.seed)
        del self._rows[month:], self._capital[month:]
        self._families = [family for family in self._families if family.month <= month]
        self._booked = state.ledger.posted

    def close(self) -> None:
        """Release what Mesa keeps."""
        self._model.close()

    # ------------------------------------------------------------------ what is seen
    def street_plan(self) -> StreetPlan:
        """Street plan of the month."""
        return StreetPlan.of(self._model.state)

    @property
    def state(self) -> State:
        """State of the month; not to be changed."""
        return self._model.state

    @property
    def families(self) -> tuple[Family, ...]:
        """Families whose first generation in work appeared up to now."""
        return tuple(self._families)

    def members_of(self, home: int) -> tuple[Member, ...]:
        """Give who lives in a home."""
        return members_of(self._model.state, home)

    def values(self) -> tuple[tuple[tuple[str, str], ...], Floats]:
        """Outcome and group of each series, and their values up to now, shape (months, series)."""
        names = self._model.recorder.names
        return names, np.array(self._rows, np.float64).reshape(-1, len(names))

    def series(self, outcome: str) -> Floats:
        """Values of an outcome up to now, shape (months,)."""
        place = outcome_names().index((outcome, ""))
        return np.array([row[place] for row in self._rows], np.float64)

    def pockets(self) -> dict[str, float]:
        """What each pocket received less what it paid up to now, euro of the price year."""
        return {pocket: last_of(sums) for pocket, sums in self.pockets_by_month().items()}

    def pockets_by_month(self) -> dict[str, Floats]:
        """The same up to the end of each month, each of shape (months,)."""
        if not self._rows:
            return {pocket: np.zeros(0) for pocket in POCKETS}
        names, values = self.values()
        frame = MoneyFrame.of(self.scenario.settings.start, self.month, self.scenario.registry)
        declared = {outcome.name: outcome for process in self._model.processes for outcome in process.outcomes}
        series = series_of(names, declared)
        capital = np.array(self._capital)
        real = real_money(Reduced(series, values, {}, capital), frame)
        found, columns = with_pockets(series, real, capital * frame.monthly_deflators())
        sums = columns[:, -len(POCKETS) :].cumsum(axis=0)
        return dict(zip((one.group for one in found[-len(POCKETS) :]), sums.T, strict=True))


def last_of(sums: Floats) -> float:
    """Give the last of sums by month; zero before the first."""
    return float(sums[-1]) if sums.size else 0.0


def _first_difference(one: Scenario, other: Scenario) -> int | None:
    """First month in which the settings of two scenarios differ; None where they are the same."""
    a, b = one.settings, other.settings
    if (a.levers, a.enterprises) != (b.levers, b.enterprises):
        return 0
    mine, theirs = (
        {(event.month, path, value) for event in settings.events for path, value in event.changes}
        for settings in (a, b)
    )
    return min((month for month, _, _ in mine ^ theirs), default=None)
