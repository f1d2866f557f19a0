"""Widgets of the page: buttons and choices of Panel, texts that are escaped, and a slider that has a name.

Bokeh's own slider has none that a screen reader could tell; this one is the browser's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import panel as pn
import param
from panel.reactive import ReactiveHTML

__all__ = [
    "Fold",
    "RangeInput",
    "absent",
    "ask_button",
    "button",
    "choice",
    "filled",
    "html_pane",
    "items_list",
    "paragraph",
    "text_input",
]

_TEXT_STYLE = """
:host { font-size: 1rem; line-height: 1.35; color: #222; overflow-wrap: break-word; }
p, ul, dl, table { margin: 0.25em 0; }
ul { padding-left: 1.2em; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: right; padding: 0.15em 0.4em; border-bottom: 1px solid #ddd; font-weight: normal; }
th:first-child, td:first-child { text-align: left; }
thead th { font-size: 0.85em; color: #444; }
td.change { font-weight: bold; color: #0072B2; }
dt { font-weight: bold; margin-top: 0.3em; } dd { margin: 0; }
.large { font-size: 2em; font-weight: bold; color: #0072B2; }
.moment { font-size: 1.5em; font-weight: bold; }
.small { font-size: 0.8em; color: #444; font-weight: normal; }
.trouble { background: #fdeee3; border-left: 0.3em solid #D55E00; padding: 0.4em 0.6em; }
.bars th, .bars td { border: 0; padding: 0.1em 0.4em; white-space: nowrap; font-size: 0.85em; }
.bars th { text-align: right; } .bars td.track { width: 60%; }
.track div { position: relative; height: 1.1em; background: linear-gradient(#333, #333) center / 2px 100% no-repeat; }
.track i { position: absolute; display: block; } .track .bar { top: 0; height: 1.1em; }
.track .bounds { top: 0.5em; height: 2px; }
@media (max-width: 600px) { .bars td.track { width: 34%; } .bars th { white-space: normal; } }
.cards { display: grid; gap: 0.8rem; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr)); }
.card { border: 1px dashed #666; padding: 0.6rem; break-inside: avoid; min-width: 0; }
.card h3 { font-size: 1rem; margin: 0; }
.three { display: grid; gap: 0 1.5rem; overflow-wrap: anywhere; }
.three { grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); }
.three h3 { font-size: 1rem; margin: 0.2rem 0 0; }
svg { max-width: 100%; height: auto; }
.legend { list-style: none; margin: 0.2rem 0; padding: 0; display: grid;
  grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: 0 1rem; font-size: 0.8rem; }
.strip { width: auto; } .strip th, .strip td { border: 0; padding: 0 0.15em; text-align: center; line-height: 1.1; }
.strip th:first-child { text-align: left; font-size: 0.8em; padding-right: 0.6em; white-space: nowrap; }
.strip td.new { background: #fdf0d5; outline: 2px solid #E69F00; }
.families { container-type: inline-size; }
@container (max-width: 44rem) { .strip td:nth-last-child(n+19) { display: none; } }
@container (max-width: 28rem) { .strip td:nth-last-child(n+13) { display: none; } }
@container (max-width: 20rem) { .strip td:nth-last-child(n+9) { display: none; } }
progress { width: 100%; max-width: 30em; height: 1.1em; accent-color: #0072B2; }
a { color: #005a93; }
"""
_WIDGET_STYLE = """
:host { --font-size: 1rem; }
.bk-btn { font-size: 1rem; padding: 0.35em 0.7em; min-height: 2.2em; white-space: normal; }
.bk-input, select.bk-input { font-size: 1rem; min-height: 2.2em; color: #222; }
label { font-weight: normal; font-size: 1rem; color: #222; white-space: normal; overflow-wrap: anywhere; }
"""
_ASK_STYLE = """
:host .bk-btn { font-size: 0; padding: 0; width: 1.7rem; height: 1.7rem; min-height: 0; border-radius: 50%; }
:host .bk-btn::before { content: "?"; font-size: 1rem; }
"""
_RANGE_STYLE = """
input { width: 100%; height: 2em; margin: 0; accent-color: #0072B2; cursor: pointer; }
input:focus-visible { outline: 3px solid #E69F00; }
"""

_FOLD_STYLE = """
summary { cursor: pointer; padding: 0.3rem 0; font-size: 1rem; }
summary:focus-visible { outline: 3px solid #E69F00; }
"""


class RangeInput(ReactiveHTML):  # type: ignore[misc]
    """A slider of the browser, with a name.

    What somebody does with it is told to `moved`; `value` also follows what the browser makes of a value between two
    steps, which nobody asked for.

    Parameters
    ----------
    caption : str
        Its name.
    low, high, value : float
        Ends, and where it stands.
    step : float or None
        Between its places; None for any.
    moved : callable
        Told the value when somebody lets it go.
    """

    value = param.Number(default=0.0)
    caption = param.String(default="")
    low = param.Number(default=0.0)
    high = param.Number(default=1.0)
    step = param.String(default="any")

    _template = (
        '<input id="range" type="range" aria-label="{{caption}}" min="{{low}}" max="{{high}}" step="{{step}}"'
        ' value="${value}"></input>'
    )
    _dom_events = {"range": ["change"]}  # noqa: RUF012 (Panel's own form)
    _stylesheets = [_RANGE_STYLE]  # noqa: RUF012

    def __init__(
        self, caption: str, low: float, high: float, step: float | None, value: float, moved: Callable[[float], None]
    ) -> None:
        # What can't stand in an attribute as it is, or means something to the template, is left out of the name.
        plain = re.sub(r"""[<>&"'`${}]+""", " ", caption)
        self._moved = moved
        given = {"low": low, "high": high, "step": "any" if step is None else f"{step:g}", "value": value}
        super().__init__(caption=plain, sizing_mode="stretch_width", margin=(0, 5), **given)

    def _range_change(self, event: Any) -> None:
        """Hear what somebody did; Panel calls this by its name."""
        try:
            value = float(event.data["target"]["value"])
        except (KeyError, TypeError, ValueError):  # a browser may send anything
            return
        self._moved(value)


class Fold(ReactiveHTML):  # type: ignore[misc]
    """What is folded away: its parts are made when somebody opens it for the first time, and not for who never does.

    Parameters
    ----------
    caption : str
        What stands there while it is folded.
    inside : Column
        What comes to light.
    opened : callable, optional
        Told when it is opened for the first time.
    """

    caption = param.String(default="")
    inside = param.ClassSelector(class_=pn.Column)

    _template = '<details id="fold"><summary>{{caption}}</summary><div id="within">${inside}</div></details>'
    _dom_events = {"fold": ["toggle"]}  # noqa: RUF012 (Panel's own form)
    _stylesheets = [_FOLD_STYLE]  # noqa: RUF012

    def __init__(self, caption: str, inside: pn.Column, opened: Callable[[], None] | None = None) -> None:
        self._opened = opened
        super().__init__(caption=caption, inside=inside, sizing_mode="stretch_width", margin=0)

    def _fold_toggle(self, _: Any) -> None:
        """Hear that it was opened or closed; Panel calls this by its name."""
        opened, self._opened = self._opened, None
        if opened is not None:
            opened()


def filled(figure: Any) -> pn.pane.Bokeh:
    """Make a figure that fills the place that the page gives it."""
    return pn.pane.Bokeh(figure, sizing_mode="stretch_both", margin=0)


def absent() -> pn.Column:
    """Make a part of a page whose visitor has no use for it: nothing."""
    return pn.Column(visible=False, margin=0)


class _Text(pn.pane.HTML):  # type: ignore[misc]
    """A text of which only the words change.

    Panel sets all properties anew with each text, styles too, after which Bokeh looks through the whole document for
    what refers to what: of a frame that changes ten texts that was most of what it cost.
    """

    def _update(self, ref: str, model: Any) -> None:
        model.text = self._transform_object(self.object)["object"]


def html_pane(text: str = "") -> pn.pane.HTML:
    """Make a text; `text` is HTML whose words are escaped."""
    return _Text(text, sizing_mode="stretch_width", margin=(0, 5), stylesheets=[_TEXT_STYLE])


def button(label: str, pressed: Callable[[], None], *, strong: bool = False) -> pn.widgets.Button:
    """Make a button."""
    made = pn.widgets.Button(
        label=label, color="primary" if strong else "default", margin=3, stylesheets=[_WIDGET_STYLE]
    )
    made.on_click(lambda _: pressed())
    return made


def ask_button(label: str, pressed: Callable[[], None]) -> pn.widgets.Button:
    """Make a small button that shows a question mark; its label is for who doesn't see it."""
    made = pn.widgets.Button(label=label, margin=0, align="center", stylesheets=[_WIDGET_STYLE, _ASK_STYLE])
    made.on_click(lambda _: pressed())
    return made


def choice(label: str, options: Mapping[str, Any], value: Any) -> pn.widgets.Select:
    """Make a list to choose from."""
    return pn.widgets.Select(
        label=label,
        options=dict(options),
        value=value,
        sizing_mode="stretch_width",
        margin=(0, 5),
        stylesheets=[_WIDGET_STYLE],
    )


def text_input(label: str) -> pn.widgets.TextInput:
    """Make a field for words."""
    return pn.widgets.TextInput(
        label=label, max_length=200, sizing_mode="stretch_width", margin=(0, 5), stylesheets=[_WIDGET_STYLE]
    )


def paragraph(text: str, kind: str = "") -> str:
    """Write words as a paragraph of HTML."""
    return f'<p class="{kind}">{escape(text)}</p>' if text else ""


def items_list(texts: list[str]) -> str:
    """Write words as a list of HTML."""
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"
