"""Reads a brief as a reader does: its words, its tables, and the figures in a text."""

from __future__ import annotations

import re
from html.parser import HTMLParser


class Words(HTMLParser):
    """Text of the page without that of its head and menu, and its tables, as a reader has them."""

    def __init__(self, text):
        super().__init__()
        self.found, self.tables, self.kinds, self.skipping, self.in_cell = [], [], [], None, False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag in ("style", "title", "nav") and self.skipping is None:
            self.skipping = tag
        elif tag == "table":
            self.tables.append([])
            self.kinds.append(dict(attrs).get("class"))
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        self.in_cell = tag in ("td", "th")

    def handle_endtag(self, tag):
        if tag == self.skipping:
            self.skipping = None
        if tag in ("td", "th"):
            self.in_cell = False

    def handle_data(self, data):
        if self.skipping is None:
            self.found.append(data)
            if self.in_cell:
                self.tables[-1][-1][-1] += data


def figures_in(text, language):
    """Numbers of a text, each with the unit of its last digit that isn't a zero of rounding."""
    found = []
    for sign, digits, million in re.findall(r"(-?)[\u2060]?(?:€\s?)?(\d[\d.,]*\d|\d)(?:\s(milj|mill))?", text):
        plain = digits.replace(".", "").replace(",", ".") if language == "nl" else digits.replace(",", "")
        whole, _, decimals = plain.partition(".")
        zeros = 0 if decimals or not whole.strip("0") else len(whole) - len(whole.rstrip("0"))
        size = 1e6 if million else 1.0
        found.append((float(f"{sign}{plain}") * size, 10.0 ** (zeros - len(decimals)) * size))
    return found


def is_written(figure, exact):
    """Whether a figure of :func:`figures_in` is what a number looks like when it is rounded."""
    value, unit = figure
    return abs(value - exact) <= 0.5 * unit * (1 + 1e-9) + 1e-9
