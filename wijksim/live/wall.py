"""The comparison wall: groups in order of what the room chose, at the latest month that all have reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import panel as pn

from wijksim.live.charts import stroke
from wijksim.live.everyone import Everyone, Looking
from wijksim.live.frames import Frame
from wijksim.live.goals import Measure, change_of, measures
from wijksim.live.group_panel import called, goal_words, name_of, state_words
from wijksim.live.page import page_template
from wijksim.live.ranking import Line, Table, common_month, others_circumstances, ranked, seen
from wijksim.live.widgets import paragraph
from wijksim.live.words import Words
from wijksim.live.workshop import Group, Workshop
from wijksim.report.numbers import number, shorten_name
from wijksim.report.style import GAIN, INK, LOSS

__all__ = ["Wall", "wall_page"]

Shown = tuple[Group, Frame]

_CHOSEN = ("employed_15_74", "assistance_persons", "municipality")
_AGREED = ("month", "goal", "goal_state", "predicted", "came_out")
_SHORT = 44  # letters of a name
_CHOICE_STYLE = """
:host { font-size: 1rem; }
.bk-input-group { flex-wrap: wrap; gap: 0.2rem 1.4rem; }
label { font-size: 1rem; color: #222; }
input:focus-visible { outline: 3px solid #E69F00; }
"""
_WALL_STYLE = """
:host { font-size: 1rem; line-height: 1.3; color: #222; }
p { margin: 0.2em 0; } h2 { font-size: 1.1rem; margin: 0; }
.tables { display: grid; gap: 0.8rem 1.6rem; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); }
.one { min-width: 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.2em 0.4em; border-bottom: 1px solid #ddd; font-weight: normal; }
th, td { overflow-wrap: anywhere; }
thead th { font-size: 0.8em; color: #444; overflow-wrap: normal; white-space: nowrap; }
td.place { width: 1.8em; font-weight: bold; text-align: right; }
td.figure { text-align: right; font-weight: bold; white-space: nowrap; }
.agreed td { white-space: pre-line; }
td.track { width: 30%; min-width: 5em; }
.track div { position: relative; height: 1em; background: linear-gradient(#333, #333) center / 2px 100% no-repeat; }
.track i { position: absolute; top: 0; height: 1em; display: block; } .track i.bounds { top: 0.4em; height: 0.2em; }
.role, .small { font-size: 0.8em; color: #444; }
.moment { font-size: 1.3em; font-weight: bold; }
.trouble { background: #fdeee3; border-left: 0.3em solid #D55E00; padding: 0.3em 0.6em; }
@media (max-width: 600px) { td.track { display: none; } .agreed thead { display: none; }
  .agreed td, .agreed th { display: block; border: 0; padding: 0.1em 0; } .agreed th { font-weight: bold; }
  .agreed td::before { content: attr(data-head) ": "; color: #444; }
  .agreed tr { display: block; border-bottom: 1px solid #999; padding: 0.3em 0; } }
"""


def _pane() -> pn.pane.HTML:
    return pn.pane.HTML("", sizing_mode="stretch_width", margin=(0, 5), stylesheets=[_WALL_STYLE])


class Wall:
    """Tables of the wall."""

    def __init__(self, workshop: Workshop, words: Words) -> None:
        self._workshop, self._words = workshop, words
        self._month, self._tables, self._agreed = _pane(), _pane(), _pane()
        self._labels = {words.either(one.label, one.label_nl): key for key, one in measures().items()}
        self._choose = pn.widgets.CheckBoxGroup(
            options=self._labels,
            value=list(_CHOSEN),
            inline=True,
            sizing_mode="stretch_width",
            stylesheets=[_CHOICE_STYLE],
        )
        self._choose.param.watch(lambda _: self.show(), "value")
        self.items = {
            "month": self._month,
            "tables": self._tables,
            "agreed": self._agreed,
            "choose": self._choose,
        }

    # ------------------------------------------------------------------ all
    def show(self) -> None:
        """Show the groups as they are now."""
        groups = list(self._workshop)
        shown = seen(groups)
        self._month.object = self._months(groups, shown)
        chosen = [measures()[key] for key in measures() if key in self._choose.value]
        if not chosen:
            self._tables.object = paragraph(self._words("wall.nothing_chosen"))
        elif not common_month(shown):
            self._tables.object = ""
        else:
            tables = "".join(self._table(ranked(measure, shown), shown) for measure in chosen)
            self._tables.object = f'<div class="tables">{tables}</div>{self._notes(shown)}'
        self._agreed.object = self._agreements(groups)

    def _names(self, groups: Iterable[Group]) -> str:
        return ", ".join(shorten_name(called(group, self._words), _SHORT) for group in groups)

    def _months(self, groups: Sequence[Group], shown: Sequence[Shown]) -> str:
        words, month = self._words, common_month(shown)
        if not groups:
            return paragraph(words("desk.none"))
        there = [group for group, _ in shown]
        stopped = [group for group in groups if group.session.ended]
        starting = [group for group in groups if group not in there and group not in stopped]
        told = []
        if month:
            frame = shown[0][1]
            apart = len({frame.month for _, frame in shown}) > 1
            text = words(
                "wall.apart" if apart else "wall.same_month",
                moment=words.moment(frame.start + month - 1),
                n=month,
                of=frame.months,
            )
            told.append(f'<p class="moment">{escape(text)}</p>')
        elif shown:
            told.append(paragraph(words("wall.before", names=self._names(g for g, frame in shown if not frame.month))))
        hidden = [group for group, frame in shown if frame.hidden and month]
        for key, which in (("wall.hidden", hidden), ("wall.starting", starting), ("wall.stopped", stopped)):
            if which:
                told.append(paragraph(words(key, names=self._names(which))))
        return "".join(told)

    # ------------------------------------------------------------------ one measure
    def _value(self, measure: Measure, value: float) -> str:
        words = self._words
        if measure.is_money:
            return words.signed_euro(value)
        return f"{'+' if value > 0 else ''}{number(value, words.language)}"

    def _table(self, table: Table, shown: Sequence[Shown]) -> str:
        words, measure = self._words, table.measure
        label = words.either(measure.label, measure.label_nl)
        title = words("wall.money" if measure.is_money else "wall.people", what=label)
        order = "best_first" if measure.is_money else "fewest_first" if measure.fewer_first else "most_first"
        below = [words(f"wall.{order}")]
        if measure.is_money:
            below.insert(0, words("wall.money_unit", year=shown[0][1].price_year))
        else:
            below.insert(0, self._without(measure, table.month, shown))
        reach = max([1.0, *(abs(end) for line in table.lines for end in (line.value, *(line.bounds or ())))])
        rows = "".join(self._row(line, measure, reach) for line in table.lines)
        heads = "".join(
            f'<th scope="col"{wide}>{escape(words(key))}</th>'
            for key, wide in (("wall.rank", ""), ("wall.group", ""), ("wall.value", ' colspan="2"'))
        )
        return (
            f'<div class="one"><h2>{escape(title)}</h2>{paragraph("; ".join(filter(None, below)), "small")}'
            f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{self._chance(table)}</div>"
        )

    def _without(self, measure: Measure, month: int, shown: Sequence[Shown]) -> str:
        """Say the level without plan, where it is the same for all."""
        levels = {float(frame.series[measure.key][0][month - 1]) for _, frame in shown}
        return self._words("wall.without", value=number(levels.pop(), self._words.language)) if len(levels) == 1 else ""

    def _row(self, line: Line, measure: Measure, reach: float) -> str:
        words = self._words
        role = words.either(line.group.role.label, line.group.role.label_nl)
        good = (line.value < 0) if measure.fewer_first else (line.value > 0)
        drawn = stroke("bar", 0.0, line.value, reach, GAIN if good else LOSS)
        ranged = ""
        if line.bounds is not None:
            drawn += stroke("bounds", *line.bounds, reach, INK)
            low, high = (self._value(measure, bound) for bound in line.bounds)
            verdict = words("wall.lost" if line.lost_in_chance else "wall.clear")
            ranged = f"{words('wall.range', low=low, high=high)} ({verdict})"
        return (
            f'<tr><td class="place">{line.rank}</td><th scope="row">'
            f"{escape(shorten_name(called(line.group, words), _SHORT))}"
            f' <span class="role">{escape(role)}</span>{paragraph(ranged, "small")}</th>'
            f'<td class="track"><div>{drawn}</div></td>'
            f'<td class="figure">{escape(self._value(measure, line.value))}</td></tr>'
        )

    def _chance(self, table: Table) -> str:
        words = self._words
        if not table.lines:
            return ""
        if not table.ranges_known:
            some = any(line.bounds is not None for line in table.lines)
            return paragraph(words("wall.some_courses" if some else "wall.one_course"), "small")
        if not table.neighbours:
            return ""
        if not table.unsure:
            return paragraph(words("wall.order_sure"), "small")
        if table.unsure == table.neighbours:
            return paragraph(words("wall.order_unsure"), "small")
        pairs = [words("wall.and", one=self._names([a.group]), two=self._names([b.group])) for a, b in table.unsure]
        return paragraph(words("wall.pairs_unsure", pairs="; ".join(pairs)), "small")

    # ------------------------------------------------------------------ notes
    def _notes(self, shown: Sequence[Shown]) -> str:
        words = self._words
        notes = [paragraph(words("wall.no_score"), "small")]
        going = [(group, frame.fan) for group, frame in shown if frame.fan and frame.fan.done < frame.fan.wanted]
        if going:
            told = ", ".join(f"{self._names([group])} {fan.done}/{fan.wanted}" for group, fan in going)
            notes.append(paragraph(words("wall.courses_going", told=told), "small"))
        for group, moved in others_circumstances(shown).items():
            text = words("wall.other_assumptions", n=moved) if moved else words("wall.other_luck")
            notes.append(paragraph(f"{self._names([group])}: {text}", "trouble"))
        return "".join(notes)

    def _agreements(self, groups: Sequence[Group]) -> str:
        words = self._words
        if not groups:
            return ""
        heads = "".join(f'<th scope="col">{escape(words(f"wall.{key}"))}</th>' for key in ("group", *_AGREED))
        rows = "".join(self._agreement(group) for group in groups)
        return f'<table class="agreed"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'

    def _agreement(self, group: Group) -> str:
        words, frame = self._words, group.frame
        guesses = self._guesses(frame) if frame is not None else []
        cells = [
            "" if frame is None else f"{frame.month}",
            goal_words(group.goal, words) if group.goal else "",
            state_words(group.goal, frame, words),
            *("\n".join(guess[side] for guess in guesses) for side in (0, 1)),
        ]
        told = "".join(
            f'<td data-head="{escape(words(f"wall.{key}"))}">{escape(cell or "–")}</td>'
            for key, cell in zip(_AGREED, cells, strict=True)
        )
        return f'<tr><th scope="row">{escape(shorten_name(name_of(group, words), 2 * _SHORT))}</th>{told}</tr>'

    def _guesses(self, frame: Frame) -> list[tuple[str, str]]:
        """Say what a group predicted for the end, and what came out or holds now."""
        words, found = self._words, []
        for guess in frame.guesses:
            measure = measures().get(guess.outcome)
            if measure is None:
                continue
            came = "?"
            if not frame.hidden and frame.month:
                value = self._value(measure, change_of(measure, frame, frame.month))
                came = value if frame.finished else words("wall.now", value=value)
            label = words.either(measure.label, measure.label_nl)
            found.append((f"{label}: {words.signed(guess.value)}", came))
        return found


def wall_page(workshop: Workshop, words: Words, place: str, links: dict[str, str]) -> pn.Template:
    """Make the page that compares groups, for a large screen.

    Parameters
    ----------
    workshop : Workshop
        The groups.
    words : Words
        Of the language of the page.
    place : str
        Neighbourhood.
    links : mapping of str to str
        Addresses of the facilitator's page of groups (``desk``), and of this page in the other language (``other``).
    """
    wall, everyone = Wall(workshop, words), Everyone(workshop, words)
    template = page_template(words, words("wall.title", place=place), "wall.html")
    for name, link in links.items():
        template.add_variable(f"{name}_link", escape(link))
    for items in (wall.items, everyone.items):
        for name, item in items.items():
            template.add_panel(name, item)
    Looking(workshop, wall.show).begin()
    return template
