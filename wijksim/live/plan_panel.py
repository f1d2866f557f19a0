"""The part of the page where the plan is made: levers, undo and redo, replay, other chance, other plans and events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

import panel as pn

from wijksim.live.frames import Frame
from wijksim.live.hand import Hand
from wijksim.live.levers import Control, controls_of, paths_of, value_of, with_partner
from wijksim.live.moves import PARAMETER, Move, is_founding
from wijksim.live.orders import Kind
from wijksim.live.origins import Asked, behind
from wijksim.live.roles import Role
from wijksim.live.widgets import Fold, RangeInput, absent, ask_button, button, choice, html_pane, items_list, paragraph
from wijksim.live.words import Words, event_cards
from wijksim.live.workshop import Group
from wijksim.parameters import load_registry
from wijksim.report.parameter_words import label_text
from wijksim.report.scenario_words import change_words
from wijksim.scenario import Scenario
from wijksim.settings import EnterprisePlan, Levers

__all__ = ["PlanPanel"]


def _in_words(control: Control, value: Any, words: Words) -> str:
    """Name and value of a lever, as HTML."""
    label, told = control.label(words.language), control.told(value, words.language)
    figure, _, unit = (told, "", "") if control.choices else told.partition(" ")
    return f'<p>{escape(label)}: <b>{escape(figure)}</b> <span class="small">{escape(unit)}</span></p>'


class _LeverView:
    """One lever for who may move it: its name and value in words, and what moves it."""

    def __init__(self, control: Control, hand: Hand, words: Words, value: Any, asked: Asked) -> None:
        self._control, self._hand, self._words = control, hand, words
        self._shown, self._levers = value, Levers()
        label = control.label(words.language)
        self._told = html_pane()
        self._widget: Any
        if control.choices:
            options = {control.choice_label(one, words.language): one for one in control.choices}
            self._widget = choice(label, options, value)
            self._widget.param.watch(lambda event: self._changed(event.new), "value")
            parts = [self._widget]
        else:
            self._widget = RangeInput(label, control.low, control.high, control.step, value, self._changed)
            names = behind(control.path)
            ask = ask_button(f"{words('assume.ask')} {label}", lambda: asked(names, label)) if names else None
            told = pn.Row(self._told, ask, sizing_mode="stretch_width", margin=0) if ask else self._told
            parts = [told, self._widget]
        self.view = pn.Column(*parts, sizing_mode="stretch_width", margin=(0, 0, 4, 0))
        self._tell()

    def _changed(self, value: Any) -> None:
        if value != self._shown:
            self._hand.move(with_partner(self._control.path, value, self._levers))

    def show(self, value: Any, levers: Levers, month: int) -> None:
        """Show a value that holds; what an enterprise is founded with is gone once it can't be chosen any more."""
        changed, self._shown, self._levers = value != self._shown, value, levers
        self.view.visible = not (month and is_founding(self._control.path))
        self._widget.value = value
        if changed:
            self._tell()

    def _tell(self) -> None:
        self._told.object = _in_words(self._control, self._shown, self._words)


class _LeversTold:
    """Levers for who may look only: one text, where a room of phones would get a hundred parts that do nothing."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._controls: list[Control] = []
        self.view = html_pane()

    def lay_out(self, controls: list[Control]) -> None:
        """Tell other levers from now on."""
        self._controls = controls

    def show(self, frame: Frame, scenario: Scenario) -> None:
        """Tell the values that hold; what an enterprise is founded with is gone once it can't be chosen any more."""
        told = [
            _in_words(one, value_of(one.path, frame.levers, frame.enterprises, scenario), self._words)
            for one in self._controls
            if not (frame.month and is_founding(one.path))
        ]
        self.view.object = "".join(told)


class PlanPanel:
    """Levers and what surrounds them.

    Parameters
    ----------
    presets : mapping of str to callable
        Other plans by name, and what reads each.
    asked : callable
        Told when somebody asks where the default of a lever comes from.
    group : Group, optional
        Whose page it is: its role says which levers come first, and its chance is that of all groups.
    """

    def __init__(
        self,
        hand: Hand,
        words: Words,
        presets: Mapping[str, Callable[[], Scenario]],
        asked: Asked,
        group: Group | None = None,
    ) -> None:
        self._hand, self._words, self._presets, self._asked, self._group = hand, words, presets, asked, group
        self._scenario = hand.session.scenario
        self._scenarios = {self._scenario.name: self._scenario}
        self._views: dict[str, _LeverView] = {}
        self._texts: tuple[_LeversTold, ...] = ()
        self._of: tuple[list[tuple[str, str]], Role | None] | None = None
        self._frame: Frame | None = None
        self._folded: (
            list[Control] | None
        ) = []  # levers under *more* that nobody asked for yet; None once it was opened
        self._front = pn.Column(sizing_mode="stretch_width", margin=0)
        self._more = pn.Column(sizing_mode="stretch_width", margin=0)
        self._seed_shown = 0
        self._cards = {card.text: card for card in event_cards()}
        self._moves = html_pane()
        self.items: dict[str, Any] = {"moves": self._moves}
        if hand.may_move:
            self._make_hands()
        else:
            self._make_eyes()
        founded = html_pane(paragraph(words("plan.founded"), "small"))
        folded = pn.Column(founded, self._more, sizing_mode="stretch_width", margin=0)
        self.items["more"] = Fold(words("plan.more"), folded, self._open)

    def _make_hands(self) -> None:
        """Make what moves the plan."""
        hand, words = self._hand, self._words
        self._undo = button(words("plan.undo"), lambda: hand.order(Kind.UNDO))
        self._redo = button(words("plan.redo"), lambda: hand.order(Kind.REDO))
        self._replay = button(words("plan.replay"), lambda: hand.order(Kind.REPLAY))
        seed = button(words("plan.seed"), lambda: hand.order(Kind.SEED, self._seed_shown + 1))
        turns = [self._undo, self._redo, self._replay, *([seed] if self._group is None else [])]
        none = {f"({words('plan.choose')})": ""}
        self._preset = choice(words("plan.preset"), {**none, **{name: name for name in self._presets}}, "")
        self._preset.param.watch(self._take_preset, "value")
        cards = {words.either(card.label, card.label_nl): card.text for card in self._cards.values()}
        self._event = choice(words("plan.event"), {**none, **cards}, "")
        self._event.param.watch(self._take_event, "value")
        hint = html_pane(paragraph(words("plan.from_now"), "small"))
        self.items |= {
            "levers": pn.Column(self._front, hint, sizing_mode="stretch_width"),
            "changes": pn.FlexBox(*turns, sizing_mode="stretch_width"),
            "choices": pn.Column(self._event, self._preset, sizing_mode="stretch_width"),
        }

    def _make_eyes(self) -> None:
        """Make what tells the plan to who may look only, and where its numbers come from."""
        words = self._words
        self._texts = _LeversTold(words), _LeversTold(words)
        for place, text in zip((self._front, self._more), self._texts, strict=True):
            place[:] = [text.view]
        self._nothing = {f"({words('plan.choose')})": ""}
        self._which = choice(words("assume.ask"), self._nothing, "")
        self._which.param.watch(self._take_question, "value")
        hint = html_pane(paragraph(words("plan.from_now"), "small"))
        self.items |= {
            "levers": pn.Column(self._front, hint, self._which, sizing_mode="stretch_width"),
            "changes": absent(),
            "choices": absent(),
        }

    def _take_question(self, event: Any) -> None:
        if event.new:
            path, label = event.new
            self._asked(behind(path), label)
            self._which.value = ""

    def _take_preset(self, event: Any) -> None:
        if event.new:
            scenario = self._presets[event.new]()
            self._scenarios[scenario.name] = scenario
            self._hand.order(Kind.PRESET, scenario)
            self._preset.value = ""

    def _take_event(self, event: Any) -> None:
        if event.new:
            self._hand.move(self._cards[event.new].changes, event.new)
            self._event.value = ""

    def show(self, frame: Frame) -> None:
        """Show the levers in force and what was changed."""
        if frame.answered < self._hand.sent:
            return
        self._seed_shown = frame.seed
        if self._hand.may_move:
            self._undo.disabled, self._redo.disabled = not frame.can_undo, not frame.can_redo
            self._replay.disabled = not frame.moves
        self._frame = frame
        scenario = self._scenarios.get(frame.scenario, self._scenario)
        founded = _founded(frame.enterprises)
        role = None if self._group is None else self._group.role
        if self._of != (founded, role):
            self._of = (founded, role)
            self._lay_out(scenario, frame)
        for path, view in self._views.items():
            view.show(value_of(path, frame.levers, frame.enterprises, scenario), frame.levers, frame.month)
        for told in self._texts:
            told.show(frame, scenario)
        texts = [self._told(move, scenario) for move in frame.moves]
        words = self._words
        listed = items_list(texts) if texts else paragraph(words("plan.no_moves"))
        self._moves.object = listed

    def _lay_out(self, scenario: Scenario, frame: Frame) -> None:
        self._views = {}
        # Of the plan as it began, so that who comes later sees the same sliders; of one that isn't known, as it is.
        known = _founded(scenario.settings.enterprises) == _founded(frame.enterprises)
        own = () if self._group is None else self._group.role.levers
        both = controls_of(scenario, None if known else frame.enterprises, own)
        if not self._hand.may_move:
            for text, controls in zip(self._texts, both, strict=True):
                text.lay_out(controls)
            language = self._words.language
            told = [one for one in (*both[0], *both[1]) if behind(one.path)]
            asked = {one.label(language): (one.path, one.label(language)) for one in told}
            self._which.options = {**self._nothing, **asked}
            return
        self._put(self._front, both[0], scenario, frame)
        if self._folded is None:
            self._put(self._more, both[1], scenario, frame)
        else:
            self._folded = both[1]
        if self._group is not None and self._group.role.pocket:
            self._part_own(both[0], paths_of(own, [plan.key for plan in frame.enterprises]))

    def _put(self, place: pn.Column, controls: list[Control], scenario: Scenario, frame: Frame) -> None:
        """Make levers, in their place."""
        for control in controls:
            value = value_of(control.path, frame.levers, frame.enterprises, scenario)
            view = _LeverView(control, self._hand, self._words, value, self._asked)
            view.show(value, frame.levers, frame.month)
            self._views[control.path] = view
        place[:] = [self._views[control.path].view for control in controls]

    def _open(self) -> None:
        """Make the levers under *more*, which is opened for the first time."""
        folded, self._folded = self._folded, None
        if folded and self._frame is not None:
            scenario = self._scenarios.get(self._frame.scenario, self._scenario)
            self._put(self._more, folded, scenario, self._frame)

    def _part_own(self, front: list[Control], own: list[str]) -> None:
        """Tell what a role decides apart from what others do."""
        words = self._words
        views = list(self._front)
        mine = sum(control.path in own for control in front)
        heads = [html_pane(f"<p><b>{escape(words('group.own_levers' if mine else 'group.no_levers'))}</b></p>")]
        if mine < len(front):
            heads.append(html_pane(paragraph(words("group.other_levers"))))
        self._front[:] = [heads[0], *views[:mine], *heads[1:], *views[mine:]]

    def _told(self, move: Move, scenario: Scenario) -> str:
        words = self._words
        if move.event:
            card = self._cards.get(move.event)
            what = words.either(card.label, card.label_nl) if card else move.event
            return words("plan.moved", n=move.month + 1, what=what)
        texts = []
        for path, value in move.changes:
            if path.startswith(PARAMETER):
                name = path.removeprefix(PARAMETER)
                texts.append(f"{label_text(name, load_registry()[name].label, words.language)}: {value:g}")
            else:
                texts.append(change_words(path, value, scenario.settings, words.language))
        whole = all(path.startswith(PARAMETER) for path, _ in move.changes)
        told = "; ".join(texts)
        return words("plan.whole_run", what=told) if whole else words("plan.moved", n=move.month + 1, what=told)


def _founded(plans: Iterable[EnterprisePlan]) -> list[tuple[str, str]]:
    """Give what decides which levers enterprises have."""
    return [(plan.key, str(plan.sector)) for plan in plans]
