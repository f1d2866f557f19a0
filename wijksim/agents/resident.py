"""A resident as Mesa users expect one: an agent whose attributes read and write its row of the columns."""

from __future__ import annotations

from typing import Any

import mesa

from wijksim.population.columns import NO_ROW, RESIDENT_COLUMNS, LeaveReason, ResidentLeft
from wijksim.state import State

__all__ = ["Resident"]


class Resident(mesa.Agent):  # type: ignore[misc]
    """A view on one row; nothing inside wijksim uses it.

    Every column is an attribute: `resident.status`, `resident.income`. The row is looked up at each read, since
    rows move when people leave.

    Parameters
    ----------
    model : Neighbourhood
        The model, whose `state` holds the columns.
    uid : int
        Identity of the resident; Mesa's own `unique_id` is another number.
    """

    def __init__(self, model: mesa.Model, uid: int) -> None:
        super().__init__(model)
        self.uid = uid

    def _row(self) -> int:
        state: State = self.model.state
        row = state.columns.row_of(self.uid)
        if row == NO_ROW or not state.columns["present"][row]:
            place = int(state.lineage.places_of_one(self.uid))
            reason = LeaveReason(int(state.lineage.left_reason[place]))
            raise ResidentLeft(self.uid, int(state.lineage.left_month[place]), reason)
        return row

    def read(self, name: str) -> Any:
        """Value of a column, those of plug-in processes too.

        Raises
        ------
        ResidentLeft
            The resident died or moved away.
        """
        row = self._row()
        return self.model.state.columns[name][row].item()

    def write(self, name: str, value: Any) -> None:
        """Set the value of a column."""
        row = self._row()
        self.model.state.columns[name][row] = value

    @property
    def age(self) -> int:
        """Age in whole years."""
        return int((self.model.state.month - self.read("birth_month")) // 12)


def _attribute(name: str, meaning: str) -> property:
    def read(self: Resident) -> Any:
        return self.read(name)

    def write(self: Resident, value: Any) -> None:
        self.write(name, value)

    return property(read, write, doc=meaning)


for _column in RESIDENT_COLUMNS:
    if _column.name != "uid":
        setattr(Resident, _column.name, _attribute(_column.name, _column.meaning))
