"""A workshop with groups: each has a session, a role and a goal of its own, by the same start and seed as the others.

It knows no page. Groups share nothing but how they began: each session computes in a process of its own.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from wijksim.errors import InputError
from wijksim.live.frames import Frame
from wijksim.live.goals import Goal
from wijksim.live.lobby import Lobby
from wijksim.live.orders import Kind
from wijksim.live.roles import Role, roles
from wijksim.live.session import Session, SessionEnded

__all__ = ["MOST_GROUPS", "SECONDS_GROUP_KEPT", "Apart", "Group", "TooMany", "Workshop"]

MOST_GROUPS = 8
SECONDS_GROUP_KEPT = 7200.0
"""How long a group stays when nobody of it looks: a break, or a device that went to sleep, costs no plan."""

LONGEST_NAME = 200
_CODE_BYTES = 12


class TooMany(RuntimeError):
    """There are as many groups as a workshop may have."""


class Apart(RuntimeError):
    """The groups are at different months, or have none left, and so nothing can befall them all."""


@dataclass(eq=False)
class Group:
    """A group of a workshop; its session's code of who may move is the group's access code.

    Parameters
    ----------
    number : int
        From one on; a number isn't used twice in a workshop.
    session : Session
        Its plan.
    role : Role
        What it decides first, and which budget is its own.
    name : str
        As the facilitator wrote it; empty for its number alone.
    goal : Goal or None
        A budget to keep to, or a target to reach.
    """

    number: int
    session: Session
    role: Role
    name: str = ""
    goal: Goal | None = None

    @property
    def code(self) -> str:
        """Who has it may move the plan of this group."""
        return self.session.facilitator

    @property
    def frame(self) -> Frame | None:
        """The latest frame; None before the first."""
        return self.session.latest(self.session.viewer)


class Workshop:
    """Up to eight groups of one server.

    Parameters
    ----------
    lobby : Lobby
        Opens and ends sessions.

    Attributes
    ----------
    code : str
        Who has it leads the workshop.
    version : int
        Rises whenever something of a group was changed here.
    """

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self.code = secrets.token_urlsafe(_CODE_BYTES)
        self.version = 0
        self._groups: list[Group] = []
        self._opened = 0

    def lets_in(self, code: str) -> bool:
        """Whether a code is that of who leads the workshop."""
        return hmac.compare_digest(code.encode(), self.code.encode())

    def __iter__(self) -> Iterator[Group]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)

    def group_of(self, session: Session) -> Group | None:
        """Give the group that a session belongs to; None where it is somebody's own."""
        return next((group for group in self._groups if group.session is session), None)

    # ------------------------------------------------------------------ opening and closing
    def open(self) -> Group:
        """Open another group, with the next role.

        Raises
        ------
        TooMany
            There are eight.
        Full
            The server has no room for another session.
        """
        if len(self._groups) >= MOST_GROUPS:
            raise TooMany(f"a workshop has at most {MOST_GROUPS} groups")
        session = self._lobby.open(keep=SECONDS_GROUP_KEPT)
        self._opened += 1
        group = Group(self._opened, session, self._next_role())
        self._groups.append(group)
        self.version += 1
        return group

    def _next_role(self) -> Role:
        """Give the first role that no group has; all parties together once each is taken."""
        taken = {group.role.key for group in self._groups}
        return next((role for role in roles().values() if role.key not in taken), list(roles().values())[-1])

    def close(self, group: Group) -> None:
        """End a group; its plan is gone."""
        if group in self._groups:
            self._groups.remove(group)
            self._lobby.end(group.session)
            self.version += 1

    def close_all(self) -> None:
        """End all groups."""
        for group in list(self._groups):
            self.close(group)

    # ------------------------------------------------------------------ what is agreed with a group
    def rename(self, group: Group, name: str) -> None:
        """Give a group another name; an empty one is its number.

        Raises
        ------
        InputError
            Another group has that name.
        """
        name = " ".join(name.split())[:LONGEST_NAME]
        if name and any(other is not group and other.name.casefold() == name.casefold() for other in self._groups):
            raise InputError.single("name", f"{name!r} is the name of another group.", "Take another name.")
        group.name = name
        self.version += 1

    def give_role(self, group: Group, key: str) -> None:
        """Give a group another role.

        Raises
        ------
        InputError
            There is no such role.
        """
        if key not in roles():
            raise InputError.single("role", f"is {key!r}; expected one of {', '.join(roles())}.")
        group.role = roles()[key]
        self.version += 1

    def set_goal(self, group: Group, goal: Goal | None) -> None:
        """Give a group a goal, or take it away."""
        group.goal = goal
        self.version += 1

    # ------------------------------------------------------------------ all at once
    def order(self, kind: Kind, value: Any = None) -> None:
        """Send an order to all groups; one whose session has ended hears none."""
        for group in self._groups:
            _tell(group, kind, value)

    def draw_again(self) -> None:
        """Give all groups the same other chance."""
        seeds = [frame.seed for group in self._groups if (frame := group.frame) is not None]
        self.order(Kind.SEED, max(seeds, default=0) + 1)

    def befall(self, changes: Iterable[tuple[str, Any]], event: str) -> None:
        """Let something happen to the plans of all groups, in the month that all are at.

        Raises
        ------
        Apart
            They are at different months, still start, or are at the end.
        """
        frames = [group.frame for group in self._groups if not group.session.ended]
        known = [frame for frame in frames if frame is not None]
        months = {frame.month for frame in known}
        if len(known) < len(frames) or len(months) != 1 or any(frame.finished for frame in known):
            raise Apart("bring all groups to the same month, before the end")
        changes = list(changes)
        for group in self._groups:
            if not group.session.ended:
                group.session.move(group.code, changes, event)


def _tell(group: Group, kind: Kind, value: Any) -> None:
    try:
        group.session.order(group.code, kind, value)
    except SessionEnded:
        return
