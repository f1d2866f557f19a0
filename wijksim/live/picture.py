"""The part of the page that is watched: charts, what they say in words, and the balances."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import panel as pn
from numpy.typing import NDArray

from wijksim.live.charts import BalanceBars, Difference, Levels
from wijksim.live.frames import FEWEST_COURSES, SERIES, Fan, Frame
from wijksim.live.hand import Hand
from wijksim.live.orders import Kind
from wijksim.live.origins import MONEY, Asked, behind
from wijksim.live.widgets import ask_button, button, choice, filled, html_pane, paragraph
from wijksim.live.words import Words
from wijksim.outcomes import OUTCOMES
from wijksim.report.numbers import number
from wijksim.report.pockets import BUDGETS

__all__ = ["Picture"]


class Picture:
    """Charts and tables of a frame."""

    def __init__(self, hand: Hand, words: Words, asked: Asked) -> None:
        self._hand, self._words = hand, words
        names = {outcome: words.either(OUTCOMES[outcome].label, OUTCOMES[outcome].label_nl) for outcome in SERIES}
        self._names = names
        self._outcome = choice(words("chart.outcome"), {label: outcome for outcome, label in names.items()}, SERIES[0])
        self._outcome.param.watch(self._other_outcome, "value")
        self._levels = Levels(words("map.without"), words("map.with"))
        self._difference = Difference()
        self._headline = html_pane()
        self._table = html_pane()
        self._fan_note = html_pane()
        self._courses = button(words("chart.courses"), self._ask_courses)
        self._courses.visible = hand.may_move
        pockets = {key: words.either(pocket.label, pocket.label_nl) for key, pocket in BUDGETS.items()}
        self._bars = BalanceBars(pockets, words.signed_euro)
        self._money = html_pane()
        self._frame: Frame | None = None
        chart = f"{words('assume.ask')} {words('chart.heading')}"
        of_outcome = ask_button(chart, lambda: asked(behind(self.outcome_key), self.outcome))
        of_money = ask_button(words("assume.ask_money"), lambda: asked(behind(MONEY), words("money.heading")))
        self.items: dict[str, Any] = {
            "outcome": pn.Row(self._outcome, of_outcome, sizing_mode="stretch_width", margin=0),
            "headline": self._headline,
            "levels": filled(self._levels.figure),
            "difference": filled(self._difference.figure),
            "table": self._table,
            "courses": pn.FlexBox(self._courses, self._fan_note, sizing_mode="stretch_width"),
            "money": pn.Row(self._money, of_money, sizing_mode="stretch_width", margin=0),
        }

    def _ask_courses(self) -> None:
        self._hand.order(Kind.COURSES, self._frame is None or self._frame.fan is None)

    def _other_outcome(self, _: object) -> None:
        self._levels.begin_anew()
        self._difference.begin_anew()
        if self._frame is not None:
            self._show_course(self._frame)

    @property
    def outcome_key(self) -> str:
        """Name of the outcome that is watched, in the tables."""
        return str(self._outcome.value)

    @property
    def outcome(self) -> str:
        """Name of the outcome that is watched, in words."""
        return self._names[self.outcome_key]

    def named(self, outcome: str) -> str:
        """Name of an outcome in words; of one that isn't known the one that is watched."""
        return self._names.get(outcome, self.outcome)

    def show(self, frame: Frame) -> None:
        """Draw a frame."""
        before, self._frame = self._frame, frame
        if before is not None and before.scenario != frame.scenario:
            self._other_outcome(None)
        self._show_course(frame)
        words = self._words
        fan = _enough(frame.fan)
        bars = "" if frame.hidden else self._bars.html(frame.pockets, fan.pockets if fan else {})
        hidden = paragraph(words("chart.hidden")) if frame.hidden else ""
        axis = paragraph(words("money.axis", year=frame.price_year), "small")
        self._money.object = hidden + bars + axis + paragraph(words("money.note"), "small")
        self._courses.label = words("chart.courses" if frame.fan is None else "chart.no_courses")

    def _show_course(self, frame: Frame) -> None:
        outcome = self._outcome.value
        both, fan = frame.series[outcome], _enough(frame.fan)
        band = None if fan is None else fan.bands[outcome]
        for drawn in (self._levels, self._difference):
            drawn.show(frame.start, frame.months, both, band, frame.hidden)
        self._table.object = self._in_words(frame)
        self._headline.object = self._in_large(both, frame.hidden, band)
        self._fan_note.object = self._of_courses(frame.fan)

    def _in_large(self, both: NDArray[np.float64], hidden: bool, band: NDArray[np.float64] | None) -> str:
        words = self._words
        change = float(both[1, -1] - both[0, -1]) if both.size else 0.0
        told = "?" if hidden else f"{'+' if change > 0 else ''}{number(change, words.language)}"
        text = words("chart.hidden" if hidden else "chart.by_the_plan", what=self.outcome)
        if band is not None and both.size and not hidden:
            text += f" ({words(_verdict(band[2][:, both.shape[1] - 1]))})"
        return f'<p><span class="large">{escape(told)}</span> {escape(text)}</p>'

    def _of_courses(self, fan: Fan | None) -> str:
        words = self._words
        if fan is None:
            return paragraph(words("chart.one_course"), "small")
        text = words("chart.courses_done", n=fan.done, of=fan.wanted)
        if _enough(fan) is None:
            return paragraph(f"{text}. {words('chart.too_few', n=FEWEST_COURSES)}", "small")
        without, with_plan = (number(mean, words.language, 1) for mean in fan.firsts)
        firsts = words("chart.firsts", n=fan.done, **{"without": without, "with": with_plan})
        return paragraph(f"{text}. {words('chart.band')} {firsts}", "small")

    def _in_words(self, frame: Frame) -> str:
        words = self._words
        fan = _enough(frame.fan) if frame.month else None
        heads = [words("chart.table_outcome"), words("map.without"), words("map.with"), words("chart.table_difference")]
        if fan is not None:
            heads.append(words("chart.table_courses", n=fan.done))
        rows = "".join(self._row(outcome, frame, fan) for outcome in SERIES)
        head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def _row(self, outcome: str, frame: Frame, fan: Fan | None) -> str:
        words, language = self._words, self._words.language
        label = f'<th scope="row">{escape(self._names[outcome])}</th>'
        if not frame.month:
            return f"<tr>{label}<td>–</td><td>–</td><td>–</td></tr>"
        without, with_plan = (float(value) for value in frame.series[outcome][:, -1])
        cells = [number(without, language)]
        if frame.hidden:
            cells += ["?", "?"]
        else:
            change = with_plan - without
            cells += [number(with_plan, language), f"{'+' if change > 0 else ''}{number(change, language)}"]
        told = "".join(
            f'<td class="{"change" if place == len(cells) - 1 else ""}">{escape(cell)}</td>'
            for place, cell in enumerate(cells)
        )
        if fan is None:
            return f"<tr>{label}{told}</tr>"
        low, high = np.round(fan.bands[outcome][2][:, frame.month - 1]) + 0.0
        verdict = words(_verdict((low, high)))
        bounds = words("chart.range", low=number(low, language), high=number(high, language))
        text = "?" if frame.hidden else f"{bounds} ({verdict})"
        return f'<tr>{label}{told}<td class="small">{escape(text)}</td></tr>'


def _verdict(bounds: Sequence[float] | NDArray[np.float64]) -> str:
    """Key of what is said of an effect whose other courses lie between these bounds, to the whole person."""
    low, high = np.round(bounds)
    return "chart.lost" if low <= 0 <= high else "chart.clear"


def _enough(fan: Fan | None) -> Fan | None:
    """Give the other courses, once there are enough of them to say anything."""
    return fan if fan is not None and fan.done >= FEWEST_COURSES else None
