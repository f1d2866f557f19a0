"""Reading CBS files as text: encodings, separators, spreadsheets, and files that are no table."""

import openpyxl
import pytest

from wijksim.errors import InputError
from wijksim.population.cbs_table import read_table


@pytest.fixture
def write(tmp_path):
    def _write(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return _write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ","])
def test_every_encoding_and_separator_gives_the_same_table(write, encoding, separator):
    text = "GM_CODE;GM_NAAM\r\nGM0114;  Súdwest  \r\n".replace(";", separator)
    table = read_table(write(text.encode(encoding)))
    assert table.header == ("GM_CODE", "GM_NAAM")
    assert [row.cells for row in table.rows] == [("GM0114", "Súdwest")]
    assert table.rows[0].line == 2


def test_excels_separator_line_is_skipped_and_lines_still_count_right(write):
    table = read_table(write("sep=;\nGM_CODE;A\nGM0114;1\n"))
    assert table.header == ("GM_CODE", "A")
    assert table.rows[0].line == 3


def test_a_spreadsheet_gives_text_without_doubtful_points(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["gwb_code_10", "a_inw", "g_hhgro", None])
    book.active.append(["WK199901", 4000.0, 2.2])
    book.active.append([None, None, None])
    book.save(tmp_path / "table.xlsx")
    table = read_table(tmp_path / "table.xlsx")
    assert table.header == ("gwb_code_10", "a_inw", "g_hhgro")
    assert [row.cells for row in table.rows] == [("WK199901", "4000", "2.2")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("GM_CODE;A\n", "no row under it"),
        ("just words\nand more\n", "no ; or ,"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 20, "save it as xlsx or as CSV"),
        (b"PK\x03\x04 not really a zip", "no readable xlsx"),
        (b"\x89PNG\x00\x00", "no text file"),
    ],
)
def test_what_is_no_table_is_refused(write, content, words):
    with pytest.raises(InputError, match=words):
        read_table(write(content))


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_table(tmp_path / "absent.csv")
    with pytest.raises(InputError, match=r"folder|can't be read"):
        read_table(tmp_path)


def test_a_truncated_file_is_recognised_by_its_last_row(write):
    with pytest.raises(InputError, match="cut off") as caught:
        read_table(write("GM_CODE;A;B\nGM0114;1;2\nGM01"))
    assert caught.value.problems[0].line == 3


def test_w12_an_unquoted_decimal_comma_in_a_comma_file_is_refused_with_its_line(write):
    with pytest.raises(InputError, match="decimal comma without quotes") as caught:
        read_table(write("c,v\nb,2\na,1,5\n"))
    assert caught.value.problems[0].line == 3


def test_a_quoted_decimal_comma_is_one_cell(write):
    assert read_table(write('c,v\na,"1,5"\n')).rows[0].cells == ("a", "1,5")


def test_many_rows_of_wrong_width_are_counted_not_all_listed(write):
    with pytest.raises(InputError, match="3 more rows") as caught:
        read_table(write("c;v\n" + "a;1;2\n" * 8))
    assert len(caught.value.problems) == 6
