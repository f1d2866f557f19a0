"""The part of a group's page that says who it is, what its own budget does, and how its goal stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any

import panel as pn

from wijksim.errors import InputError
from wijksim.live.frames import FEWEST_COURSES, Frame
from wijksim.live.goals import Goal, Measure, State, measures, state_of
from wijksim.live.widgets import button, choice, html_pane, paragraph, text_input
from wijksim.live.words import Words
from wijksim.live.workshop import Group, Workshop
from wijksim.report.numbers import Language, number, shorten_name
from wijksim.report.pockets import BUDGETS

__all__ = ["GoalForm", "GroupPart", "called", "goal_words", "name_of", "read_amount", "state_words"]

_LONGEST_SHOWN = 90  # letters of a name with its role
_MARKS = {
    State.WAITING: "…",
    State.KEPT: "✓",
    State.OVER: "✗",
    State.REACHED: "✓",
    State.NOT_YET: "…",
    State.MISSED: "✗",
}


def called(group: Group, words: Words) -> str:
    """Name of a group; its number where it has no other."""
    return group.name or words("group.numbered", n=group.number)


def name_of(group: Group, words: Words) -> str:
    """Name of a group, with that of its role."""
    return words("group.named", name=called(group, words), role=words.either(group.role.label, group.role.label_nl))


def read_amount(text: str, language: Language) -> float | None:
    """Read an amount as people write it, with marks between thousands and a euro sign; None where it is none."""
    thousands, point = (".", ",") if language == "nl" else (",", ".")
    plain = re.sub(r"[€\s]", "", text)
    grouped = rf"[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+|[0-9]+"
    if not re.fullmatch(rf"(?:{grouped})(?:{re.escape(point)}[0-9]+)?", plain):
        return None
    return float(plain.replace(thousands, "").replace(point, "."))


def _label(measure: Measure, words: Words) -> str:
    return words.either(measure.label, measure.label_nl)


def _pocket(measure: Measure, words: Words) -> str:
    pocket = BUDGETS[measure.key]
    return words.either(pocket.name, pocket.name_nl)


def goal_words(goal: Goal | None, words: Words) -> str:
    """Say a goal."""
    if goal is None:
        return words("group.no_goal")
    measure = goal.measure
    if measure.is_money:
        pocket = _pocket(measure, words)
        told = words("group.told_budget", pocket=pocket, amount=words.plain_euro(goal.amount))
        return told[:1].upper() + told[1:]
    key = "group.told_fewer" if measure.fewer_first else "group.told_more"
    return words(key, what=_label(measure, words), amount=number(goal.amount, words.language))


def state_words(goal: Goal | None, frame: Frame | None, words: Words) -> str:
    """Say how a goal stands; empty where there is none."""
    if goal is None:
        return ""
    state, amount = state_of(goal, frame)
    told = words.plain_euro(words.rounded_euro(amount)) if goal.measure.is_money else number(amount, words.language)
    ended = frame is not None and frame.finished and state in (State.KEPT, State.REACHED)
    return f"{_MARKS[state]} {words(f'group.{state}_end' if ended else f'group.{state}', amount=told)}"


class GoalForm:
    """What a goal is chosen with.

    Parameters
    ----------
    changed : callable
        Told that there is another goal, once it was set.
    """

    def __init__(self, workshop: Workshop, group: Group, words: Words, changed: Callable[[], None]) -> None:
        self._workshop, self._group, self._words, self._changed = workshop, group, words, changed
        goal = group.goal
        self._kind = choice(words("group.goal_kind"), self._kinds(), goal.measure.key if goal else "")
        self._amount = text_input(words("group.goal_amount"))
        self._amount.value = "" if goal is None else number(goal.amount, words.language)
        self._amount.visible = goal is not None
        self._kind.param.watch(lambda event: self._amount.param.update(visible=bool(event.new)), "value")
        self._trouble = html_pane()
        self.view = pn.Column(
            self._kind,
            self._amount,
            self._trouble,
            button(words("group.goal_set"), self._set),
            sizing_mode="stretch_width",
            margin=0,
        )

    def _kinds(self) -> dict[str, str]:
        """Goals to choose from, that of the group's own budget first."""
        words, own = self._words, self._group.role.pocket
        found = {words("group.no_goal"): ""}
        for measure in sorted(measures().values(), key=lambda one: one.key != own):
            if measure.is_money:
                label = words("group.budget", pocket=_pocket(measure, words))
            else:
                label = words("group.fewer" if measure.fewer_first else "group.more", what=_label(measure, words))
            found[label] = measure.key
        return found

    def _set(self) -> None:
        goal = None
        if self._kind.value:
            amount = read_amount(self._amount.value, self._words.language)
            try:
                goal = None if amount is None else Goal(measures()[self._kind.value], amount)
            except InputError:
                goal = None
            if goal is None:
                self._trouble.object = paragraph(self._words("group.no_number"), "trouble")
                return
        self._trouble.object = ""
        self._workshop.set_goal(self._group, goal)
        self._changed()


class GroupPart:
    """Name, role, own budget and goal of the group whose page it is."""

    def __init__(self, workshop: Workshop, group: Group, words: Words) -> None:
        self._workshop, self.group, self._words = workshop, group, words
        self._told = html_pane()
        self._frame: Frame | None = None
        self._form = GoalForm(workshop, group, words, self._show_again)
        self.items: dict[str, Any] = {"group": self._told, "goal": self._form.view}
        self._show_again()

    @property
    def name(self) -> str:
        """Name of the group in words."""
        return called(self.group, self._words)

    @property
    def version(self) -> int:
        """Rises when the facilitator, or somebody of the group, changed something here."""
        return self._workshop.version

    def _show_again(self) -> None:
        words, group = self._words, self.group
        who = words.either(group.role.who, group.role.who_nl)
        name = shorten_name(name_of(group, words), _LONGEST_SHOWN)
        parts = [
            f'<div class="moment">{escape(name)}</div>{paragraph(who, "small")}',
            self._pocket_told(),
            f"<h3>{escape(words('group.goal'))}</h3>{paragraph(goal_words(group.goal, words))}"
            + (f"<p><b>{escape(state_words(group.goal, self._frame, words))}</b></p>" if group.goal else ""),
        ]
        self._told.object = f'<div class="three">{"".join(f"<div>{part}</div>" for part in parts if part)}</div>'

    def _pocket_told(self) -> str:
        words, key, frame = self._words, self.group.role.pocket, self._frame
        if not key:
            return ""
        label = words.either(BUDGETS[key].label, BUDGETS[key].label_nl)
        hidden = frame is None or frame.hidden or not frame.month
        value = "–" if frame is None or hidden else words.signed_euro(frame.pockets[key])
        fan = frame.fan if frame is not None and not hidden else None
        ranged = ""
        if fan is not None and fan.done >= FEWEST_COURSES:
            low, high = (words.signed_euro(bound) for bound in fan.pockets[key])
            ranged = words("group.pocket_range", n=fan.done, low=low, high=high)
        elif fan is None:
            ranged = words("chart.one_course")
        return (
            f"<h3>{escape(words('group.pocket'))}</h3>"
            f'<p><span class="large">{escape(value)}</span></p>'
            f"{paragraph(words('group.pocket_told', pocket=label), 'small')}{paragraph(ranged, 'small')}"
        )

    def show(self, frame: Frame) -> None:
        """Show what a frame says of the own budget and goal."""
        self._frame = frame
        self._show_again()
