"""Profiles from CBS tables in four layouts (cases W08, W10, W11, W12, W13).

The samples in ``tests/data`` describe one made-up municipality, GM1999, in each layout.
"""

from pathlib import Path

import openpyxl
import pytest

from wijksim.errors import InputError
from wijksim.population.cbs import ReadOptions, RegionCodes, import_profile
from wijksim.population.cbs_file import read_cbs_file
from wijksim.population.cbs_match import match_codes
from wijksim.population.profile import Profile, write_profile

DATA = Path(__file__).parents[1] / "data"
MAP_TABLE, STATLINE = DATA / "map_table_2019.csv", DATA / "statline_2019.csv"
SHORT_NAMES, LONG_HEADERS = DATA / "short_names_2019.csv", DATA / "long_headers.csv"
FULL_LAYOUTS = [STATLINE, SHORT_NAMES, LONG_HEADERS]


def write(folder, text, name="table_2019.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def values(profile):
    return {name: figure.value for name, figure in profile.areas[0].figures.items()}


# --- The four layouts ---------------------------------------------------------------------------------


@pytest.mark.parametrize("file", [MAP_TABLE, *FULL_LAYOUTS], ids=lambda path: path.stem)
def test_every_layout_gives_the_same_figures(file):
    profile, report = import_profile(file, "WK199901")
    found = values(profile)
    expected = {
        "inhabitants": 4000,
        "men": 1950,
        "age_0_14_share": 0.15,
        "age_65_plus_share": 0.21,
        "married_share": 0.37,
        "households": 1800,
        "single_household_share": 0.40,
        "household_with_children_share": 0.30,
        "household_size": 2.2,
        "surface_land_hectare": 160,
        "density": 2500,
    }
    if file is not MAP_TABLE:
        expected |= {
            "education_low_share": 0.4,
            "education_high_share": 0.1667,
            "population_15_74": 3000,
            "social_assistance_persons": 200,
            "unemployment_benefit_persons": 70,
            "disability_benefit_persons": 260,
            "state_pension_persons": 800,
            "births": 30,
            "deaths": 45,
            "establishments": 210,
        }
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert all(figure.year == 2019 for figure in profile.areas[0].figures.values())
    assert all("WK199901" in figure.source for figure in profile.areas[0].figures.values())
    assert "separator" in report.lines[0]


def test_names_are_given_without_cbs_numbers_and_with_accents():
    for file in (MAP_TABLE, SHORT_NAMES, LONG_HEADERS):
        source = read_cbs_file(file, ReadOptions())
        assert source.name("WK199902") == "Crèmehof"
        assert source.municipality_name("WK199902") == "Voorbeeldstad"
    profile, _ = import_profile(MAP_TABLE, "WK199902")
    assert profile.areas[0].key == "cremehof"


@pytest.mark.parametrize("number", ["74", "83", "87"])
def test_statlines_running_numbers_do_not_matter(tmp_path, number):
    text = STATLINE.read_text(encoding="utf-8-sig").replace("Bijstand_83", f"Bijstand_{number}")
    profile, _ = import_profile(write(tmp_path, text), "WK199901")
    assert values(profile)["social_assistance_persons"] == 200


def test_a_spreadsheet_gives_the_same_profile_figures(tmp_path):
    book = openpyxl.Workbook()
    for line in SHORT_NAMES.read_text(encoding="cp1252").splitlines():
        cells = [cell.replace(",", ".") for cell in line.split(";")]
        book.active.append([float(cell) if cell.replace(".", "", 1).isdigit() else cell for cell in cells])
    book.save(tmp_path / "kwb-2019.xlsx")
    from_xlsx, _ = import_profile(tmp_path / "kwb-2019.xlsx", "WK199901")
    from_csv, _ = import_profile(SHORT_NAMES, "WK199901")
    assert values(from_xlsx) == values(from_csv)


def test_the_year_is_asked_for_when_nothing_says_it(tmp_path):
    path = write(tmp_path, MAP_TABLE.read_text(encoding="cp1252"), "table.csv")
    with pytest.raises(InputError, match="--year"):
        import_profile(path, "WK199901")
    profile, _ = import_profile(path, "WK199901", reading=ReadOptions(year=2017))
    assert profile.figure("inhabitants").year == 2017


# --- Filling gaps -------------------------------------------------------------------------------------


def test_gaps_are_filled_figure_by_figure_and_say_how():
    profile, report = import_profile(MAP_TABLE, "WK199902", fill_from=LONG_HEADERS)
    figures = profile.areas[0].figures
    assert figures["inhabitants"].grade == "measured"
    # The second table has this wijk's births; the rest comes from the municipality.
    assert (figures["births"].value, figures["births"].grade) == (10, "measured")
    assert figures["education_low_share"].value == pytest.approx(5000 / 15200, abs=1e-4)
    assert "copied from GM1999 (Voorbeeldstad)" in figures["education_low_share"].method
    # 65 to 74 in the municipality: 15 200 less 63 % of 20 000, of the 4 400 of 65 and over.
    population = round(1250 * 0.64 + (15200 - 12600) / 4400 * 250)
    assert figures["population_15_74"].value == population
    assert figures["social_assistance_persons"].value == round(640 * population / 15200)
    assert figures["state_pension_persons"].value == round(4200 * 250 / 4400)
    assert figures["deaths"].value == round(220 * 1250 / 20000)
    for name in ("education_low_share", "social_assistance_persons", "deaths"):
        assert figures[name].grade == "assumption"
        assert any(name in line and figures[name].method in line for line in report.lines)


def test_without_filling_a_gap_stays_a_gap():
    profile, report = import_profile(MAP_TABLE, "WK199902")
    assert "unmarried_share" not in profile.areas[0].figures
    assert "unmarried_share" in report.missing
    assert "Still missing" in report.lines[-1]


def test_the_benefit_factor_is_stated_in_the_profile_and_touches_only_social_assistance():
    plain, _ = import_profile(MAP_TABLE, "WK199902", fill_from=LONG_HEADERS)
    more, _ = import_profile(
        MAP_TABLE, "WK199902", fill_from=LONG_HEADERS, benefit_factor=2.0, benefit_reason="a deprived wijk"
    )
    before, after = plain.areas[0].figures, more.areas[0].figures
    assert after["social_assistance_persons"].value == pytest.approx(
        2 * before["social_assistance_persons"].value, abs=1
    )
    assert "times 2 (a deprived wijk)" in after["social_assistance_persons"].method
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"social_assistance_persons"}


def test_the_benefit_factor_does_not_touch_an_own_number():
    profile, report = import_profile(STATLINE, "WK199901", fill_from=STATLINE, benefit_factor=2, benefit_reason="x")
    assert values(profile)["social_assistance_persons"] == 200
    assert "factor was not used" in str(report)


@pytest.mark.parametrize(("factor", "reason"), [(1.8, " "), (0, "x"), (-1, "x"), (float("nan"), "x")])
def test_a_benefit_factor_without_reason_or_sense_is_refused(factor, reason):
    with pytest.raises(InputError, match="benefit-factor"):
        import_profile(STATLINE, "WK199901", benefit_factor=factor, benefit_reason=reason)


def test_the_region_is_summed_from_its_municipalities():
    region = RegionCodes("Somewhere", ("GM1999",), "made up")
    profile, _ = import_profile(MAP_TABLE, "WK199901", fill_from=LONG_HEADERS, region=region)
    assert profile.region.population_15_74.value == 15200
    assert profile.wijk_share_of_regional_seekers == pytest.approx(3000 / 15200)
    alone, _ = import_profile(MAP_TABLE, "WK199901", fill_from=LONG_HEADERS)
    assert alone.region.population_15_74.grade == "assumption"


def test_needed_figures_that_are_missing_are_named_with_the_remedy(tmp_path):
    text = STATLINE.read_text(encoding="utf-8-sig").replace("720;     540;     540", "  .;       .;       .")
    path = write(tmp_path, text)
    with pytest.raises(InputError, match="single_household_share, household_without_children_share") as caught:
        import_profile(path, "WK199901")
    assert "--fill-from" in str(caught.value)
    profile, _ = import_profile(path, "WK199901", fill_from=LONG_HEADERS)
    assert values(profile)["single_household_share"] == 0.40


def test_two_wijken_make_two_areas():
    profile, _ = import_profile(MAP_TABLE, ["WK199901", "wk199902 "])
    assert [area.code for area in profile.areas] == ["WK199901", "WK199902"]
    assert profile.figure("inhabitants").value == 5250
    assert profile.figure("age_0_14_share").value == pytest.approx((0.15 * 4000 + 0.16 * 1250) / 5250)
    with pytest.raises(InputError, match="missing in area cremehof"):
        profile.figure("married_share")


def test_what_is_written_reads_back_equal(tmp_path):
    profile, _ = import_profile(MAP_TABLE, ["WK199901", "WK199902"], fill_from=LONG_HEADERS)
    write_profile(profile, tmp_path / "profile.toml")
    again = Profile.from_file(tmp_path / "profile.toml")
    assert again == profile
    assert again.digest() == profile.digest()


# --- Bad input ----------------------------------------------------------------------------------------


def test_an_uninhabited_wijk_is_refused():
    with pytest.raises(InputError, match="uninhabited wijk"):
        import_profile(STATLINE, "WK199903", fill_from=STATLINE)
    with pytest.raises(InputError, match="uninhabited wijk"):  # which no filling can mend
        import_profile(STATLINE, "WK199903")


def test_what_only_says_how_to_fill_is_refused_without_a_table_to_fill_from():
    with pytest.raises(InputError) as caught:
        import_profile(
            STATLINE,
            "WK199901",
            fill_code="GM1999",
            benefit_factor=2.0,
            benefit_reason="a deprived wijk",
            region=RegionCodes("Zuid", ("GM1999",), "invented"),
            fill_reading=ReadOptions(year=2019),
        )
    options = [problem.where for problem in caught.value.problems]
    assert options == ["--fill-code", "--benefit-factor", "--region", "--fill-year"]
    assert all("--fill-from" in str(problem) for problem in caught.value.problems)


@pytest.mark.parametrize("code", ["WK19990", "WK199904", "GM0363", "0363"])
def test_an_unknown_code_names_the_nearest(code):
    with pytest.raises(InputError, match=f"no area with code '{code}'") as caught:
        import_profile(MAP_TABLE, code)
    assert "WK199901" in str(caught.value)


def test_other_tables_are_refused(tmp_path):
    with pytest.raises(InputError, match="no column with area codes"):
        read_cbs_file(write(tmp_path, "geslacht,leeftijd\nM,3\n"), ReadOptions())
    with pytest.raises(InputError, match="no figure that a profile needs"):
        read_cbs_file(write(tmp_path, "WijkenEnBuurten;Roker_11\nWK199901;3\n"), ReadOptions())


def test_all_bad_cells_of_an_area_are_told_at_once(tmp_path):
    text = LONG_HEADERS.read_text().replace("4000,1950,2050,15,", "4000,-12,20.5,150,").replace("1800,40", "many,40")
    with pytest.raises(InputError) as caught:
        import_profile(write(tmp_path, text), "WK199901")
    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == 4
    assert all("line 3" in problem for problem in found)
    for words in ("below zero", "whole number", "percentage between 0 and 100", "not a number"):
        assert any(words in problem for problem in found)


def test_a_code_that_stands_twice_is_refused(tmp_path):
    text = "GM_CODE;Aantal inwoners\nGM1999;5\nGM1999;6\n"
    with pytest.raises(InputError, match="lines 2, 3"):
        import_profile(write(tmp_path, text), "GM1999")


def test_two_municipalities_do_not_make_one_profile(tmp_path):
    text = SHORT_NAMES.read_text(encoding="cp1252").replace("WK199902", "WK188802")
    with pytest.raises(InputError, match="another municipality"):
        import_profile(write(tmp_path, text), ["WK199901", "WK188802"])


def test_a_country_is_no_neighbourhood(tmp_path):
    text = STATLINE.read_text(encoding="utf-8-sig").replace("WK199901  ", "NL00      ")
    with pytest.raises(InputError, match="NL00 does not lie in one municipality"):
        import_profile(write(tmp_path, text), "NL00")


def test_areas_with_the_same_name_get_their_codes_as_keys(tmp_path):
    text = SHORT_NAMES.read_text(encoding="cp1252").replace("Crèmehof", "Oude Haven")
    profile, _ = import_profile(write(tmp_path, text), ["WK199901", "WK199902", "WK199902"])
    assert [area.key for area in profile.areas] == ["wk199901", "wk199902"]


# --- Reported trouble ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [("WOZ-waarde (x1000 euro)", "312", 312000), ("WOZ-waarde (x 1 000 euro)", "312", 312000)],
)
def test_w08_woz_in_thousands_is_read_as_euro_when_the_file_says_so(tmp_path, header, cell, expected):
    text = LONG_HEADERS.read_text().replace("WOZ-waarde van woningen (x1000 euro)", header).replace("188", cell)
    profile, _ = import_profile(write(tmp_path, text), "WK199901")
    assert values(profile)["woz_value_euro"] == expected


def test_w08_the_unit_of_woz_is_asked_for_when_the_file_does_not_say_it():
    profile, report = import_profile(STATLINE, "WK199901")
    assert "woz_value_euro" not in values(profile)
    assert any("GemiddeldeWOZWaarde" in line and "--money-unit" in line for line in report.lines)
    stated, _ = import_profile(STATLINE, "WK199901", reading=ReadOptions(money_unit="thousand-euro"))
    assert values(stated)["woz_value_euro"] == 188000


def test_w10_padding_and_capitals_do_not_hinder_a_match():
    first = ["BU01140101  ", "WK011401  ", "GM0114    "]
    second = ["BU01140101", "wk011401", "GM0114", "BU01149999"]
    match = match_codes(first, second)
    assert match.matched == ("BU01140101", "GM0114", "WK011401")
    assert match.only_first == ()
    assert match.only_second == ("BU01149999",)


def test_w10_what_has_no_match_is_counted_and_years_are_shown():
    text = str(import_profile(MAP_TABLE, "WK199901", fill_from=STATLINE, fill_reading=ReadOptions(year=2020))[1])
    assert "4 codes stand in both" in text
    assert "map_table_2019.csv is about 2019, statline_2019.csv about 2020" in text
    assert "Warning: the years differ" in text
    assert "Warning" not in str(import_profile(MAP_TABLE, "WK199901", fill_from=STATLINE)[1])


def test_w10_codes_only_in_one_table_are_listed(tmp_path):
    other = STATLINE.read_text(encoding="utf-8-sig").replace("WK199903  ", "WK199977  ")
    text = str(import_profile(MAP_TABLE, "WK199901", fill_from=write(tmp_path, other))[1])
    assert "1 codes stand only in map_table_2019.csv: WK199903." in text
    assert "1 codes stand only in table_2019.csv: WK199977." in text


def test_w10_tables_without_a_common_area_stop(tmp_path):
    other = STATLINE.read_text(encoding="utf-8-sig").replace("1999", "0363")
    with pytest.raises(InputError, match="no area matches"):
        import_profile(MAP_TABLE, "WK199901", fill_from=write(tmp_path, other, "amsterdam_2018.csv"))


def gaps_file(folder):
    cells = ["120", ".", "x", "-", "", "0", "-99997"]
    rows = [f"BU1999000{place};{cell};50" for place, cell in enumerate(cells)]
    return write(folder, "gwb_code_10;a_inw;a_hh\n" + "\n".join(rows) + "\n")


def test_w11_missing_stays_missing_and_nil_is_zero(tmp_path):
    source = read_cbs_file(gaps_file(tmp_path), ReadOptions())
    found = [source.figures(code).get("inhabitants") for code in source.rows]
    assert [figure and figure.value for figure in found] == [120, None, None, 0, None, 0, None]


def test_w11_the_report_counts_gaps_by_sign_and_area(tmp_path):
    source = read_cbs_file(gaps_file(tmp_path), ReadOptions())
    (line,) = source.missing_lines()
    assert "a_inw (inhabitants): 4 of 7 missing ('.' 1, 'x' 1, empty 1, '-99997' 1)" in line
    assert "BU19990001, BU19990002, BU19990004, BU19990006" in line


def test_w11_an_area_without_inhabitants_figure_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"needed figures are missing: inhabitants"):
        import_profile(gaps_file(tmp_path), "BU19990001")


def test_w12_a_decimal_comma_file_is_read_by_its_own_writing(tmp_path):
    text = SHORT_NAMES.read_text(encoding="cp1252").replace(";4000;", ";4.000;")
    profile, report = import_profile(write(tmp_path, text), "WK199901")
    assert values(profile)["inhabitants"] == 4000
    assert any("was read as 4000" in line for line in report.lines)


def test_w12_a_thousand_with_a_point_in_a_point_file_is_no_whole_number(tmp_path):
    text = LONG_HEADERS.read_text().replace(",4000,1950", ",4.500,1950")
    with pytest.raises(InputError, match=r"'4\.500' is not a whole number"):
        import_profile(write(tmp_path, text), "WK199901")


def test_w13_codes_from_a_table_stay_text(tmp_path):
    text = LONG_HEADERS.read_text().replace("1999", "0363")
    profile, _ = import_profile(write(tmp_path, text), "WK036301")
    assert (profile.municipality_code, profile.areas[0].code) == ("GM0363", "WK036301")


# --- Real files ---------------------------------------------------------------------------------------


def test_the_27_wijken_of_emmen_add_up_to_the_municipality(shared_data):
    source = read_cbs_file(shared_data / "cbs_kwb2017_wijk_raw.csv", ReadOptions())
    emmen = [code for code in source.rows if code.startswith("WK0114")]
    assert len(emmen) == 27
    whole = read_cbs_file(shared_data / "cbs_kwb2017_gemeente_raw.csv", ReadOptions()).figures("GM0114")
    for name in ("inhabitants", "households"):
        total = sum(source.figures(code)[name].value for code in emmen)
        # Each wijk is rounded to a multiple of 5.
        assert abs(total - whole[name].value) <= 27 * 2.5


def test_every_inhabited_real_wijk_makes_a_profile(shared_data):
    file, fill = shared_data / "cbs_kwb2017_wijk_raw.csv", shared_data / "cbs_kwb2020_gemeente.csv"
    for code in ("WK011401", "WK011402", "WK011441", "WK059901"):
        profile, report = import_profile(file, code, fill_from=fill)
        assert report.missing == ("woz_value_euro",)
        assert profile.figure("inhabitants").value > 0
    with pytest.raises(InputError, match="WK051801"):
        import_profile(file, "WK051801", fill_from=fill)


def test_shipped_profiles_agree_with_the_real_files(shared_data):
    folder = Path(__file__).parents[2] / "experiments" / "emmen"
    source = read_cbs_file(shared_data / "cbs_kwb2017_wijk_raw.csv", ReadOptions())
    for name in ("angelslo", "emmerhout", "bargeres", "emmermeer"):
        (area,) = Profile.from_file(folder / f"{name}.toml").areas
        for figure, read in source.figures(area.code).items():
            assert area.figures[figure] == read


@pytest.mark.parametrize(
    "name",
    ["rivm_gezondheid2020_18plus_emmen_raw.csv", "vektis2023_gemeente_by_category.csv", "norms_wwb_wml_2011_2015.csv"],
)
def test_real_files_that_are_no_neighbourhood_table_are_refused(shared_data, name):
    with pytest.raises(InputError, match=r"no column with area codes|no figure that a profile needs"):
        read_cbs_file(shared_data / name, ReadOptions())
