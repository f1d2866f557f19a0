"""The facilitator's page of groups: opens, names and closes them, shows their addresses, and leads all at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import panel as pn
import segno

from wijksim.errors import InputError
from wijksim.live.everyone import Everyone, Looking
from wijksim.live.group_panel import GoalForm, called, goal_words, name_of, state_words
from wijksim.live.lobby import Full
from wijksim.live.page import page_template
from wijksim.live.ranking import seen
from wijksim.live.roles import roles
from wijksim.live.widgets import button, choice, html_pane, paragraph, text_input
from wijksim.live.words import Words
from wijksim.live.workshop import MOST_GROUPS, Group, TooMany, Workshop
from wijksim.report.numbers import shorten_name
from wijksim.shipped import plain_stem

__all__ = ["desk_page", "zip_of_plans"]

_SECONDS_TO_CONFIRM = 6.0
_SHORT = 40  # letters of a name at its place


class _Closing:
    """A button that closes when it is pressed a second time."""

    def __init__(self, label: str, sure: str, close: Callable[[], None]) -> None:
        self._label, self._sure, self._close = label, sure, close
        self._asked = 0.0
        self.button = button(label, self._pressed)

    def _pressed(self) -> None:
        if self._asked and time.monotonic() - self._asked <= _SECONDS_TO_CONFIRM:
            self._asked = 0.0
            self._close()
        else:
            self._asked = time.monotonic()
            self.button.param.update(label=self._sure, color="danger")

    def look(self) -> None:
        """Forget that it was pressed, after some time."""
        if self._asked and time.monotonic() - self._asked > _SECONDS_TO_CONFIRM:
            self._asked = 0.0
            self.button.param.update(label=self._label, color="default")


class _Card:
    """One group on the desk."""

    def __init__(self, workshop: Workshop, group: Group, address: str, words: Words) -> None:
        self._workshop, self._group, self._address, self._words = workshop, group, address, words
        self._told = html_pane()
        self._trouble = html_pane()
        self._name = text_input(words("desk.name"))
        self._name.value = group.name
        self._name.placeholder = words("group.numbered", n=group.number)
        self._name.param.watch(self._rename, "value")
        labels = {words.either(role.label, role.label_nl): key for key, role in roles().items()}
        role = choice(words("desk.role"), labels, group.role.key)
        role.param.watch(lambda event: workshop.give_role(group, event.new), "value")
        goal = GoalForm(workshop, group, words, lambda: None)
        self.closing = _Closing(words("desk.close"), words("desk.sure"), lambda: workshop.close(group))
        self.view = pn.Column(
            self._told,
            self._name,
            self._trouble,
            role,
            goal.view,
            self.closing.button,
            width=360,
            margin=(4, 12, 12, 0),
            styles={"border": "1px solid #999", "border-radius": "4px", "padding": "0.4em", "background": "#fff"},
        )

    def _rename(self, event: object) -> None:
        try:
            self._workshop.rename(self._group, self._name.value)
        except InputError:
            self._trouble.object = paragraph(self._words("desk.same_name"), "trouble")
        else:
            self._trouble.object = ""

    def show(self) -> None:
        """Say where the group is now."""
        words, group = self._words, self._group
        name = shorten_name(called(group, words), _SHORT)
        link = f'<a href="{escape(self._address)}" target="_blank" rel="noopener">{escape(self._address)}</a>'
        goal = f"{goal_words(group.goal, words)} {state_words(group.goal, group.frame, words)}" if group.goal else ""
        told = (
            f"<h3>{escape(name)}</h3>{paragraph(state_of_group(group, words))}"
            f'<p class="small" style="overflow-wrap:anywhere">{link}</p>{paragraph(goal)}'
        )
        if told != self._told.object:
            self._told.object = told


def state_of_group(group: Group, words: Words) -> str:
    """Say in which month a group is, and how much it has changed."""
    frame = group.frame
    if group.session.ended:
        return words("desk.stopped")
    if frame is None:
        return words("desk.starting")
    changes = words("desk.one_change") if len(frame.moves) == 1 else words("desk.changes", n=len(frame.moves))
    told = [words("desk.at_month", n=frame.month, of=frame.months), changes]
    return ", ".join([*told, words("desk.playing")] if frame.playing else told)


class _Desk:
    """All parts of the page."""

    def __init__(self, workshop: Workshop, words: Words, address_of: Callable[[Group], str], *, shared: bool) -> None:
        self._workshop, self._words, self._address_of, self._shared = workshop, words, address_of, shared
        self._cards: dict[Group, _Card] = {}
        self._place = pn.FlexBox(sizing_mode="stretch_width", align_items="start")
        self._none = html_pane()
        self._trouble = html_pane()
        self._handout = html_pane()
        self._open = button(words("desk.open"), self._open_another, strong=True)
        self._close = _Closing(words("desk.close_all"), words("desk.sure_all"), workshop.close_all)
        save = pn.widgets.FileDownload(
            callback=lambda: zip_of_plans(workshop, words), filename="wijksim.zip", label=words("desk.plans"), margin=3
        )
        everyone = Everyone(workshop, words)
        self.items = {
            "groups": pn.Column(
                pn.FlexBox(self._open, self._close.button, sizing_mode="stretch_width"),
                self._trouble,
                self._none,
                self._place,
                sizing_mode="stretch_width",
                margin=0,
            ),
            "handout": self._handout,
            "everyone": pn.Column(*everyone.items.values(), sizing_mode="stretch_width", margin=0),
            "saving": pn.Column(save, html_pane(paragraph(words("desk.plans_how"), "small")), margin=0),
        }

    def _open_another(self) -> None:
        words = self._words
        try:
            self._workshop.open()
        except TooMany:
            self._trouble.object = paragraph(words("desk.too_many", n=MOST_GROUPS), "trouble")
        except Full as error:
            self._trouble.object = paragraph(words("desk.full", n=error.most), "trouble")
        else:
            self._trouble.object = ""
            self.show()

    def show(self) -> None:
        """Show the groups as they are now."""
        words, groups = self._words, list(self._workshop)
        if list(self._cards) != groups:
            self._cards = {
                group: self._cards.get(group) or _Card(self._workshop, group, self._address_of(group), words)
                for group in groups
            }
            self._place[:] = [card.view for card in self._cards.values()]
            self._trouble.object = ""
        self._none.object = "" if groups else paragraph(words("desk.none"))
        for card in self._cards.values():
            card.show()
        handout = self._handed_out(groups)
        if handout != self._handout.object:
            self._handout.object = handout

    def tick(self) -> None:
        """Forget what was to be confirmed and wasn't."""
        for closing in (self._close, *(card.closing for card in self._cards.values())):
            closing.look()

    def _handed_out(self, groups: list[Group]) -> str:
        words = self._words
        how = words("desk.scan") if self._shared else words("desk.here", n=max(1, len(groups)))
        cards = "".join(self._handed_to(group) for group in groups)
        return f'{paragraph(how)}<div class="cards">{cards}</div>'

    def _handed_to(self, group: Group) -> str:
        words, address = self._words, self._address_of(group)
        picture = segno.make(address).svg_inline(scale=5, border=2) if self._shared else ""
        return (
            f'<div class="card"><h3>{escape(shorten_name(name_of(group, words), 2 * _SHORT))}</h3>{picture}'
            f'<p style="overflow-wrap:anywhere"><a href="{escape(address)}" target="_blank" rel="noopener">'
            f"{escape(address)}</a></p></div>"
        )


def zip_of_plans(workshop: Workshop, words: Words) -> BytesIO:
    """Give the plan of each group, and what it is compared with, as files in a zip."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for group, frame in seen(list(workshop)):
            stem = f"{group.number}_{plain_stem(called(group, words))}"
            archive.writestr(f"{stem}.toml", frame.plan_file)
            archive.writestr(f"{stem}_{words.either('without_plan', 'zonder_plan')}.toml", frame.baseline_file)
    packed.seek(0)
    return packed


def desk_page(
    workshop: Workshop,
    words: Words,
    place: str,
    address_of: Callable[[Group], str],
    links: dict[str, str],
    shared: bool,
) -> pn.Template:
    """Make the page from which groups are led.

    Parameters
    ----------
    workshop : Workshop
        The groups.
    words : Words
        Of the language of the page.
    place : str
        Neighbourhood.
    address_of : callable
        Gives the address of a group.
    links : mapping of str to str
        Addresses of the wall (``wall``), of the page of the facilitator (``page``) and of this page in the other
        language (``other``).
    shared : bool
        Whether other devices can come in.
    """
    desk = _Desk(workshop, words, address_of, shared=shared)
    template = page_template(words, words("desk.title", place=place), "desk.html")
    for name, link in links.items():
        template.add_variable(f"{name}_link", escape(link))
    for name, item in desk.items.items():
        template.add_panel(name, item)
    Looking(workshop, desk.show).begin()
    pn.state.onload(lambda: pn.state.add_periodic_callback(desk.tick, period=1000))
    return template
