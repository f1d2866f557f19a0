"""The parts of the page below the picture: predict first, assumptions, and save and share."""

from __future__ import annotations

from html import escape
from io import StringIO
from typing import Any

import panel as pn

from wijksim.live.frames import Frame, Guess
from wijksim.live.hand import Hand
from wijksim.live.moves import PARAMETER
from wijksim.live.orders import Kind
from wijksim.live.picture import Picture
from wijksim.live.widgets import RangeInput, button, choice, html_pane, items_list, paragraph, text_input
from wijksim.live.words import Words
from wijksim.parameters import Number, Passport, load_registry
from wijksim.report.parameter_words import grade_text, label_text, setting_unit
from wijksim.shipped import plain_stem

__all__ = ["Assumptions", "Prediction", "Saving"]

_GO_THERE = "document.getElementById('assume-0').scrollIntoView()"  # the address alone moves no page that is open
_DIGITS = 3  # of a value that a slider gives; its ends are kept as they are
_SHOWN = 6


class Prediction:
    """Guesses of the groups before the line is shown.

    Parameters
    ----------
    whose : str
        Name of the group whose page it is; empty where several groups share one.
    """

    def __init__(self, hand: Hand, words: Words, picture: Picture, whose: str = "") -> None:
        self._hand, self._words, self._picture, self._whose = hand, words, picture, whose
        self._ask, self._guesses = html_pane(), html_pane()
        hide, form = ([one] for one in self._hands()) if hand.may_move else ([], [])
        self.items = {"prediction": pn.Column(*hide, self._ask, *form, self._guesses, sizing_mode="stretch_width")}

    def _hands(self) -> list[Any]:
        """Make what hides the line and writes guesses down."""
        hand, words, whose = self._hand, self._words, self._whose
        self._hide = button(words("predict.start"), lambda: hand.order(Kind.HIDE))
        self._group, self._value = text_input(words("predict.group")), text_input(words("predict.value"))
        self._group.value = whose
        self._trouble = html_pane()
        save = button(words("predict.save"), self._save)
        show = button(words("predict.show"), lambda: hand.order(Kind.REVEAL), strong=True)
        self._form = pn.Column(
            self._group, self._value, self._trouble, pn.FlexBox(save, show), sizing_mode="stretch_width", visible=False
        )
        return [self._hide, self._form]

    def _save(self) -> None:
        try:
            value = float(self._value.value.strip().replace(",", "."))
        except ValueError:
            self._trouble.object = paragraph(self._words("predict.no_number"), "trouble")
            return
        self._trouble.object = ""
        self._hand.order(Kind.GUESS, Guess(self._group.value, value, self._picture.outcome_key))
        self._value.value = ""
        self._group.value = self._whose

    def show(self, frame: Frame) -> None:
        """Show the guesses, and the form while the line is hidden."""
        words = self._words
        if self._hand.may_move:
            self._hide.visible, self._form.visible = not frame.hidden, frame.hidden
        self._ask.object = paragraph(words("predict.ask", what=self._picture.outcome)) if frame.hidden else ""
        guesses = [
            words(
                "predict.guessed",
                group=guess.group,
                value=words.signed(guess.value),
                what=self._picture.named(guess.outcome),
            )
            for guess in frame.guesses
        ]
        none = "" if self._hand.may_move else paragraph(words("plan.no_moves"))
        self._guesses.object = items_list(guesses) if guesses else none


class Assumptions:
    """Where a number of the model comes from, and another value for it."""

    def __init__(self, hand: Hand, words: Words) -> None:
        self._hand, self._words = hand, words
        self._registry = hand.session.scenario.registry
        labels = {
            label_text(one.name, one.label, words.language): one.name
            for one in sorted(self._registry.values(), key=lambda one: one.label)
        }
        self._all = dict(sorted(labels.items(), key=lambda pair: pair[0].lower()))
        self._search = text_input(words("assume.search"))
        self._which = choice(words("assume.which"), self._all, next(iter(self._all.values())))
        self._about, self._behind = html_pane(), html_pane()
        self._every = button(words("assume.every"), lambda: self._offer(self._all))
        self._every.visible = False
        self._jump = pn.widgets.Checkbox(visible=False)  # the browser goes there whenever it changes
        self._jump.jscallback(value=_GO_THERE)
        self._jumps = 0
        self._place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._search.param.watch(self._narrow, "value_input")
        self._which.param.watch(lambda _: self._lay_out(), "value")
        self._set: dict[str, float] = {}
        self._slider: RangeInput | None = None
        self._lay_out()
        self.items = {
            "assumptions": pn.Column(
                self._behind, self._every, self._search, self._which, self._about, self._place, self._jump,
                sizing_mode="stretch_width",
            )
        }  # fmt: skip

    def open(self, names: tuple[str, ...], number: str) -> None:
        """Offer what stands behind a number of the page, what can be moved first, and go there."""
        movable = [name for name in names if self._registry[name].bounds[0] < self._registry[name].bounds[1]]
        label_of = {name: label for label, name in self._all.items()}
        self._offer({label_of[name]: name for name in dict.fromkeys([*movable, *names])})
        self._behind.object = paragraph(self._words("assume.behind", what=number, n=len(names)))
        self._every.visible = True
        if pn.state.location is not None:
            self._jumps += 1  # an address that stays the same makes no browser go there
            pn.state.location.hash = f"#assume-{self._jumps % 2}"
        self._jump.value = not self._jump.value

    def _offer(self, labels: dict[str, str]) -> None:
        self._search.value = self._search.value_input = ""
        self._behind.object, self._every.visible = "", False
        self._which.options = dict(labels)
        self._which.value = next(iter(labels.values()))

    def _narrow(self, event: Any) -> None:
        if not event.new and self._every.visible:
            return
        self._behind.object, self._every.visible = "", False
        wanted = event.new.lower().split()
        found = {
            label: name
            for label, name in self._all.items()
            if all(word in f"{label} {name}".lower() for word in wanted)
        }
        if found:
            self._which.options = found
            if self._which.value not in found.values():
                self._which.value = next(iter(found.values()))

    @property
    def _passport(self) -> Passport:
        return self._registry[self._which.value]

    def _lay_out(self) -> None:
        words, one = self._words, self._passport
        low, high = one.bounds
        self._slider = None
        if low == high:
            self._place[:] = [html_pane(paragraph(words("assume.fixed"), "small"))]
        elif not self._hand.may_move:
            self._place[:] = []
        else:
            self._slider = RangeInput(words("assume.move"), low, high, None, self._value(), self._moved)
            told = [paragraph(words("assume.move")), paragraph(words("assume.holds"), "small")]
            self._place[:] = [html_pane(told[0]), self._slider, html_pane(told[1])]
        self._tell()

    def _value(self) -> float:
        return self._set.get(self._passport.name, self._passport.setting)

    def _tell(self) -> None:
        words, one = self._words, self._passport
        low, high = one.bounds
        shipped = load_registry()[one.name].setting
        value = self._write(self._value())
        if self._value() != shipped:
            value = f"{value} (wijksim: {self._write(shipped)})"
        if isinstance(one, Number) or self._value() != shipped or low != high:
            value = f"{value} {setting_unit(one.name, words.language)}"
        rows = {
            "assume.value": value,
            "assume.range": words("chart.range", low=self._write(low), high=self._write(high)) if low < high else "–",
            "assume.grade": grade_text(one.grade, words.language),
            "assume.source": one.source,
            "assume.name": one.name,
        }
        listed = "".join(f"<dt>{escape(words(key))}</dt><dd>{escape(text)}</dd>" for key, text in rows.items())
        self._about.object = f"<dl>{listed}</dl>"

    def _write(self, value: float) -> str:
        return f"{value:.{_SHOWN}g}".replace(".", self._words.either(".", ","))

    def _moved(self, value: float) -> None:
        self._hand.move([(f"{PARAMETER}{self._passport.name}", self._short(value))])

    def _short(self, value: float) -> float:
        low, high = self._passport.bounds
        return min(max(float(f"{value:.{_DIGITS}g}"), low), high)

    def show(self, frame: Frame) -> None:
        """Show the values that hold."""
        if frame.answered < self._hand.sent:
            return
        now = {
            path.removeprefix(PARAMETER): value
            for move in frame.moves
            for path, value in move.changes
            if path.startswith(PARAMETER)
        }
        if now != self._set:
            self._set = now
            if self._slider is not None:
                self._slider.value = self._value()
            self._tell()


class Saving:
    """The plan as a file, and the address to look along.

    Parameters
    ----------
    address : str
        Where others can look along; empty where they can't.
    code : str
        The address as a picture to scan, SVG.
    """

    def __init__(self, hand: Hand, words: Words, address: str, code: str) -> None:
        self._words = words
        self._frame: Frame | None = None
        self._how = html_pane()
        downloads = [
            pn.widgets.FileDownload(
                callback=lambda side=side: StringIO(self._file(side)),
                filename=f"{side}.toml",
                label=words(f"save.{side}"),
                margin=3,
            )
            for side in ("plan", "baseline")
        ]
        self._plan = downloads[0]
        look = html_pane(paragraph(words("save.look", address=address)) + code if address else "")
        self.items = {"saving": pn.Column(*downloads, self._how, look, sizing_mode="stretch_width")}

    def _file(self, side: str) -> str:
        if self._frame is None:
            return ""
        return self._frame.plan_file if side == "plan" else self._frame.baseline_file

    def show(self, frame: Frame) -> None:
        """Keep what is to be saved."""
        if self._frame is None or frame.seed != self._frame.seed:
            self._how.object = paragraph(self._words("save.how", seed=frame.seed), "small")
        self._plan.filename = f"{plain_stem(frame.scenario)}.toml"
        self._frame = frame
