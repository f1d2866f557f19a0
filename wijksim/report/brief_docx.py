"""The brief as a Word document, for who must edit it: made from the HTML of the brief, so its words are the same."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from html.parser import HTMLParser
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from wijksim.report.numbers import Language, shorten_name

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["as_docx"]

_NO_TIME = datetime(1980, 1, 1)
_LANGUAGES = {"en": "en-GB", "nl": "nl-NL"}
_A4_MM = (210, 297)
_MARGIN_MM = 15
_PICTURE_MM = 170
_BODY_POINTS, _TABLE_POINTS, _SMALL_POINTS = 10, 8, 7
_HEADINGS = {"h1": "Subtitle", "h2": "Heading 1", "h3": "Heading 2", "h4": "Heading 3"}
_LONGEST_TITLE = 255
"""Letters that a property of a document may have."""
_WIDE = 7
"""Columns from which on a table gets the smallest letters."""
_BETWEEN = re.compile(r"\b(van|tot|to|from|miljoen|million)\b")
"""Words that stand between figures."""
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DATA = "data:image/png;base64,"
_SKIPPED = ("style", "title", "nav")
_LEAST_LETTERS, _MOST_LETTERS, _LONGEST_WORD = 8, 32, 40
_CELL_MARGIN_LETTERS = 4
"""Room that the margins of a cell take, so that short columns don't break their words."""
_TWENTIETHS_A_MM = 1440 / 25.4
_FONT = "Arial"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def as_docx(html: str, language: Language) -> bytes:
    """Turn the HTML of a brief into a Word document (.docx) on A4, with headings, tables and pictures of Word.

    Parameters
    ----------
    html : str
        As :func:`wijksim.report.brief.brief` gives it.
    language : {"en", "nl"}
        Language of the text, for the spelling check and for screen readers.

    Returns
    -------
    bytes
        The file; the same HTML gives the same bytes.
    """
    document = _empty(language)
    writer = _Writer(document)
    writer.feed(html)
    writer.close()
    document.core_properties.title = shorten_name(writer.title, _LONGEST_TITLE)
    return _saved(document)


def _empty(language: Language) -> Document:
    from docx import Document
    from docx.oxml import parse_xml
    from docx.shared import Mm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(size) for size in _A4_MM)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(_MARGIN_MM))
    styles = document.styles
    styles["Normal"].font.size, styles["Normal"].font.name = Pt(_BODY_POINTS), _FONT
    styles["Normal"].paragraph_format.space_after = Pt(4)
    styles["Normal"].element.get_or_add_rPr().append(
        parse_xml(f'<w:lang xmlns:w="{_WORD}" w:val="{_LANGUAGES[language]}"/>')
    )
    properties = document.core_properties
    properties.author, properties.comments = "wijksim", ""
    properties.language = _LANGUAGES[language]
    properties.created = properties.modified = _NO_TIME
    paragraph = section.footer.paragraphs[0]
    paragraph._p.append(
        parse_xml(f'<w:fldSimple xmlns:w="{_WORD}" w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    )
    return document


class _Writer(HTMLParser):
    """Writes each block of the brief as a block of Word."""

    def __init__(self, document: Document) -> None:
        super().__init__(convert_charrefs=True)
        self.document = document
        self.title = ""
        self.text: list[str] = []
        self.lists: list[str] = []
        self.rows: list[list[str]] = []
        self.header_rows = 0
        self.skipping = ""
        self.page_break = False
        self.numbering: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag in _SKIPPED and not self.skipping:
            self.skipping = tag
        elif tag in ("article", "section"):
            self.page_break = bool(self.document.tables) or bool(self.document.inline_shapes)
        elif tag in ("ul", "ol"):
            self.lists.append(tag)
            self.numbering = self.new_numbering() if tag == "ol" else None
        elif tag == "table":
            self.rows, self.header_rows = [], 0
        elif tag == "tr":
            self.rows.append([])
        elif tag == "br":
            self.text.append("\n")
        elif tag == "img":
            self.picture(about)
        elif tag in ("p", "li", "td", "th", "pre", *_HEADINGS) or about.get("class") == "grid":
            self.text = []

    def handle_endtag(self, tag: str) -> None:
        if tag == self.skipping:
            self.skipping = ""
        elif tag in _HEADINGS:
            self.paragraph(_HEADINGS[tag])
        elif tag == "p":
            self.paragraph()
        elif tag == "pre":
            self.paragraph("No Spacing", small=True)
        elif tag == "li":
            self.paragraph("List Number" if self.lists[-1] == "ol" else "List Bullet")
        elif tag in ("ul", "ol"):
            self.lists.pop()
        elif tag in ("td", "th"):
            self.rows[-1].append(self.taken())
        elif tag == "thead":
            self.header_rows = len(self.rows)
        elif tag == "table":
            self.table()
        elif tag == "div" and self.text:
            self.paragraph()

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.text.append(data)

    def taken(self) -> str:
        """The text so far, which begins anew; spaces of the template are one space."""
        text, self.text = _UNFIT.sub("", "".join(self.text)), []
        return "\n".join(re.sub(r"[ \t]+", " ", line).strip(" ") for line in text.strip().split("\n"))

    def paragraph(self, style: str = "Normal", *, small: bool = False) -> None:
        from docx.shared import Pt

        text = self.taken()
        if not text:
            return
        made = self.document.add_paragraph(text, style)
        if style == "List Number" and self.numbering is not None:
            numbers = made._p.get_or_add_pPr().get_or_add_numPr()
            numbers.get_or_add_ilvl().val, numbers.get_or_add_numId().val = 0, self.numbering
        if small:
            made.runs[0].font.size = Pt(_SMALL_POINTS)
        if style == "Heading 1":
            self.title = self.title or text
            made.paragraph_format.page_break_before = self.page_break
            self.page_break = False

    def new_numbering(self) -> int:
        """A numbering of Word that begins at 1: lists of one style else count on."""
        numbering = self.document.part.numbering_part.numbering_definitions._numbering
        style: Any = self.document.styles["List Number"].element
        of_style = numbering.num_having_numId(style.pPr.numPr.numId.val)
        number = numbering.add_num(of_style.abstractNumId.val)
        number.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(number.numId)

    def picture(self, about: dict[str, str]) -> None:
        from docx.shared import Mm

        data = BytesIO(base64.b64decode(about["src"].removeprefix(_DATA)))
        shape = self.document.add_picture(data, width=Mm(_PICTURE_MM))
        shape._inline.docPr.set("descr", about["alt"])

    def table(self) -> None:
        """A table of Word, made as text: cell by cell python-docx takes seconds for hundreds of rows."""
        from docx.oxml import parse_xml

        width = max((len(row) for row in self.rows), default=0)
        if not width:
            return
        widths = _widths(self.rows, width)
        grid = "".join(f'<w:gridCol w:w="{size}"/>' for size in widths)
        half_points = 2 * (_SMALL_POINTS if width >= _WIDE else _TABLE_POINTS)
        body = "".join(
            self.row(row, widths, half_points, header=place < self.header_rows) for place, row in enumerate(self.rows)
        )
        borders = (
            '<w:insideH w:val="single" w:sz="4" w:color="CCCCCC"/><w:bottom w:val="single" w:sz="4" w:color="CCCCCC"/>'
        )
        element = parse_xml(
            f'<w:tbl xmlns:w="{_WORD}"><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            f"<w:tblBorders>{borders}</w:tblBorders>"
            f'<w:tblLook w:firstRow="1" w:firstColumn="1"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
        )
        end: Any = self.document.add_paragraph()  # Word wants a paragraph between two tables
        end._p.addprevious(element)

    def row(self, cells: list[str], widths: list[int], half_points: int, *, header: bool) -> str:
        properties = "<w:cantSplit/>" + ("<w:tblHeader/>" if header else "")
        letters = ("<w:b/>" if header else "") + f'<w:sz w:val="{half_points}"/>'
        texts = (
            f'<w:tc><w:tcPr><w:tcW w:w="{widths[place]}" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:spacing w:after="0"/>'
            + (f'<w:jc w:val="{"left" if place == 0 or not _is_figure(text) else "right"}"/>')
            + f'</w:pPr><w:r><w:rPr>{letters}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:tc>'
            for place, text in enumerate(cells)
        )
        return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(texts)}</w:tr>"


def _widths(rows: list[list[str]], columns: int) -> list[int]:
    """Width of each column, in twentieths of a point: as its texts need, so that figures stay on one line."""
    longest = [_LEAST_LETTERS] * columns
    for row in rows:
        for place, text in enumerate(row):
            word = max((len(word) for word in text.split(" ")), default=0)
            longest[place] = max(longest[place], min(len(text), _MOST_LETTERS), min(word, _LONGEST_WORD))
    longest = [letters + _CELL_MARGIN_LETTERS for letters in longest]
    whole = round((_A4_MM[0] - 2 * _MARGIN_MM) * _TWENTIETHS_A_MM)
    return [round(whole * letters / sum(longest)) for letters in longest]


def _is_figure(text: str) -> bool:
    """Whether a cell is a number or an amount, which stands at the right."""
    return not re.search(r"[^\W\d_]", _BETWEEN.sub("", text))


def _saved(document: Document) -> bytes:
    """Save without the time of saving, so that the same brief gives the same file."""
    made, out = BytesIO(), BytesIO()
    document.save(made)
    with ZipFile(made) as parts, ZipFile(out, "w", ZIP_DEFLATED) as file:
        for name in parts.namelist():
            file.writestr(ZipInfo(name, _NO_TIME.timetuple()[:6]), parts.read(name), ZIP_DEFLATED)
    return out.getvalue()
