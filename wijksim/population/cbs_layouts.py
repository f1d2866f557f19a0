"""The four layouts of CBS's *Kerncijfers wijken en buurten*: which column holds which figure, and how."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wijksim.errors import InputError
from wijksim.population.cbs_table import Table

__all__ = ["Column", "Layout", "Reading", "column_places", "key", "recognise"]

Reading = Literal["count", "percent", "number", "money", "part of inhabitants", "part of households", "education"]


@dataclass(frozen=True)
class Column:
    """A column that holds a figure: its name in the layout (see `Layout.key`) and how it is read."""

    name: str
    reading: Reading


@dataclass(frozen=True)
class Layout:
    """One of the ways CBS figures are spread.

    Parameters
    ----------
    name : str
        What it is called in messages.
    source : str
        The publication, for sources.
    codes : tuple of str
        Columns with the area's code, the smallest area first.
    names : tuple of str
        Columns with the area's name, matching `codes`; empty where there is none.
    municipality : str
        Column with the municipality's name; empty where there is none.
    year : str
        Column with the year; empty where there is none.
    water : str
        Column that says JA for water; empty where there is none.
    columns : mapping of str to tuple of Column
        For each figure the columns it may stand in, the best first.
    """

    name: str
    source: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    municipality: str
    year: str
    water: str
    columns: Mapping[str, tuple[Column, ...]]


def key(header: str) -> str:
    """Make headers comparable: without unit in brackets, StatLine's running number, capitals and blanks."""
    text = re.sub(r"\([^)]*\)", "", header).strip()
    text = re.sub(r"_\d+$", "", text) if re.fullmatch(r"(?:k_)?[A-Za-z0-9]+_\d+", text) else text
    return re.sub(r"\s+", " ", text).lower()


def _columns(**names: tuple[Reading, str]) -> Mapping[str, tuple[Column, ...]]:
    """Spell out a layout: figure = (reading, names separated by |)."""
    return {
        figure: tuple(Column(key(name), reading) for name in alternatives.split("|"))
        for figure, (reading, alternatives) in names.items()
    }


MAP_TABLE = Layout(
    name="wijk- en buurtkaart",
    source="CBS Wijk- en Buurtkaart",
    codes=("bu_code", "wk_code", "gm_code"),
    names=("bu_naam", "wk_naam", "gm_naam"),
    municipality="gm_naam",
    year="",
    water="water",
    columns=_columns(
        inhabitants=("count", "AANT_INW"),
        men=("count", "AANT_MAN"),
        women=("count", "AANT_VROUW"),
        age_0_14_share=("percent", "P_00_14_JR"),
        age_15_24_share=("percent", "P_15_24_JR"),
        age_25_44_share=("percent", "P_25_44_JR"),
        age_45_64_share=("percent", "P_45_64_JR"),
        age_65_plus_share=("percent", "P_65_EO_JR"),
        unmarried_share=("percent", "P_ONGEHUWD"),
        married_share=("percent", "P_GEHUWD"),
        divorced_share=("percent", "P_GESCHEID"),
        widowed_share=("percent", "P_VERWEDUW"),
        households=("count", "AANTAL_HH"),
        single_household_share=("percent", "P_EENP_HH"),
        household_without_children_share=("percent", "P_HH_Z_K"),
        household_with_children_share=("percent", "P_HH_M_K"),
        household_size=("number", "GEM_HH_GR"),
        woz_value_euro=("money", "WOZ"),
        surface_land_hectare=("number", "OPP_LAND"),
        density=("number", "BEV_DICHTH"),
    ),
)

STATLINE = Layout(
    name="StatLine export",
    source="CBS StatLine Kerncijfers wijken en buurten",
    codes=("codering", "wijkenenbuurten"),
    names=("", ""),
    municipality="gemeentenaam",
    year="perioden",
    water="",
    columns=_columns(
        inhabitants=("count", "AantalInwoners"),
        men=("count", "Mannen"),
        women=("count", "Vrouwen"),
        age_0_14_share=("part of inhabitants", "k_0Tot15Jaar"),
        age_15_24_share=("part of inhabitants", "k_15Tot25Jaar"),
        age_25_44_share=("part of inhabitants", "k_25Tot45Jaar"),
        age_45_64_share=("part of inhabitants", "k_45Tot65Jaar"),
        age_65_plus_share=("part of inhabitants", "k_65JaarOfOuder"),
        unmarried_share=("part of inhabitants", "Ongehuwd"),
        married_share=("part of inhabitants", "Gehuwd"),
        divorced_share=("part of inhabitants", "Gescheiden"),
        widowed_share=("part of inhabitants", "Verweduwd"),
        households=("count", "HuishoudensTotaal"),
        single_household_share=("part of households", "Eenpersoonshuishoudens"),
        household_without_children_share=("part of households", "HuishoudensZonderKinderen"),
        household_with_children_share=("part of households", "HuishoudensMetKinderen"),
        household_size=("number", "GemiddeldeHuishoudensgrootte"),
        education_low_share=("education", "OpleidingsniveauLaag|BasisonderwijsVmboMbo1"),
        education_mid_share=("education", "OpleidingsniveauMiddelbaar|HavoVwoMbo24"),
        education_high_share=("education", "OpleidingsniveauHoog|HboWo"),
        social_assistance_persons=("count", "PersonenPerSoortUitkeringBijstand"),
        unemployment_benefit_persons=("count", "PersonenPerSoortUitkeringWW"),
        disability_benefit_persons=("count", "PersonenPerSoortUitkeringAO"),
        state_pension_persons=("count", "PersonenPerSoortUitkeringAOW"),
        births=("count", "GeboorteTotaal"),
        deaths=("count", "SterfteTotaal"),
        mean_income_per_inhabitant_euro=("money", "GemiddeldInkomenPerInwoner"),
        woz_value_euro=("money", "GemiddeldeWOZWaardeVanWoningen|GemiddeldeWoningwaarde"),
        establishments=("count", "BedrijfsvestigingenTotaal"),
        surface_land_hectare=("number", "OppervlakteLand"),
        density=("number", "Bevolkingsdichtheid"),
    ),
)

SHORT_NAMES = Layout(
    name="short-name spreadsheet",
    source="CBS Kerncijfers wijken en buurten",
    codes=("gwb_code_10", "gwb_code"),
    names=("regio", "regio"),
    municipality="gm_naam",
    year="jaar",
    water="",
    columns=_columns(
        inhabitants=("count", "a_inw"),
        men=("count", "a_man"),
        women=("count", "a_vrouw"),
        age_0_14_share=("part of inhabitants", "a_00_14"),
        age_15_24_share=("part of inhabitants", "a_15_24"),
        age_25_44_share=("part of inhabitants", "a_25_44"),
        age_45_64_share=("part of inhabitants", "a_45_64"),
        age_65_plus_share=("part of inhabitants", "a_65_oo"),
        unmarried_share=("part of inhabitants", "a_ongeh"),
        married_share=("part of inhabitants", "a_gehuwd"),
        divorced_share=("part of inhabitants", "a_gesch"),
        widowed_share=("part of inhabitants", "a_verwed"),
        households=("count", "a_hh"),
        single_household_share=("part of households", "a_1p_hh"),
        household_without_children_share=("part of households", "a_hh_z_k"),
        household_with_children_share=("part of households", "a_hh_m_k"),
        household_size=("number", "g_hhgro"),
        education_low_share=("education", "a_opl_lg|a_opl_bvm"),
        education_mid_share=("education", "a_opl_md|a_opl_hvm"),
        education_high_share=("education", "a_opl_hg|a_opl_hw"),
        social_assistance_persons=("count", "a_soz_wb"),
        unemployment_benefit_persons=("count", "a_soz_ww"),
        disability_benefit_persons=("count", "a_soz_ao"),
        state_pension_persons=("count", "a_soz_ow"),
        births=("count", "a_geb"),
        deaths=("count", "a_ste"),
        mean_income_per_inhabitant_euro=("money", "g_ink_pi"),
        woz_value_euro=("money", "g_wozbag|g_woz"),
        establishments=("count", "a_bedv"),
        surface_land_hectare=("number", "a_lan_ha"),
        density=("number", "bev_dich"),
    ),
)

LONG_HEADERS = Layout(
    name="long Dutch headers",
    source="CBS Kerncijfers wijken en buurten",
    codes=("bu_code", "wk_code", "gm_code"),
    names=("bu_naam", "wk_naam", "gm_naam"),
    municipality="gm_naam",
    year="jaar",
    water="h2o",
    columns=_columns(
        inhabitants=("count", "Aantal inwoners"),
        men=("count", "Aantal mannen"),
        women=("count", "Aantal vrouwen"),
        age_0_14_share=("percent", "Personen 0 tot 15 jaar"),
        age_15_24_share=("percent", "Personen 15 tot 25 jaar"),
        age_25_44_share=("percent", "Personen 25 tot 45 jaar"),
        age_45_64_share=("percent", "Personen 45 tot 65 jaar"),
        age_65_plus_share=("percent", "Personen 65 jaar en ouder"),
        unmarried_share=("percent", "Ongehuwd"),
        married_share=("percent", "Gehuwd"),
        divorced_share=("percent", "Gescheiden"),
        widowed_share=("percent", "Verweduwd"),
        households=("count", "Aantal huishoudens"),
        single_household_share=("percent", "Eenpersoonshuishoudens"),
        household_without_children_share=("percent", "Huishoudens zonder kinderen"),
        household_with_children_share=("percent", "Huishoudens met kinderen"),
        household_size=("number", "Gemiddelde huishoudensgrootte"),
        education_low_share=("education", "Aantal personen met laag opleidingsniveau"),
        education_mid_share=("education", "Aantal personen met middelbaar opleidingsniveau"),
        education_high_share=("education", "Aantal personen met hoog opleidingsniveau"),
        social_assistance_persons=("count", "Aantal algemene bijstandsuitkeringen"),
        unemployment_benefit_persons=(
            "count",
            "Aantal werkloosheiduitkeringen|Aantal werkloosheidsuitkeringen",
        ),
        disability_benefit_persons=("count", "Aantal arbeidsongeschiktheidsuitkeringen"),
        state_pension_persons=("count", "Aantal AOW-uitkeringen"),
        births=("count", "Totaal aantal geboortes"),
        deaths=("count", "Totaal aantal sterfte"),
        mean_income_per_inhabitant_euro=("money", "Gemiddeld inkomen per inwoner"),
        woz_value_euro=(
            "money",
            "Gemiddelde WOZ-waarde|Gemiddelde WOZ-waarde van woningen|Gemiddelde woningwaarde",
        ),
        establishments=("count", "Aantal totale bedrijfsvestigingen"),
        surface_land_hectare=("number", "Oppervlakte land"),
        density=("number", "Bevolkinsdichtheid|Bevolkingsdichtheid"),
    ),
)

_LAYOUTS = (MAP_TABLE, STATLINE, SHORT_NAMES, LONG_HEADERS)


def column_places(table: Table) -> Mapping[str, int]:
    """Give the place of each column by its name in a layout; of two alike the first."""
    places: dict[str, int] = {}
    for place, header in enumerate(table.header):
        places.setdefault(key(header), place)
    return places


def recognise(table: Table, where: str) -> Layout:
    """Tell in which layout a table is.

    Raises
    ------
    InputError
        It is in none of the four: no column with codes, or no figure that wijksim knows.
    """
    headers = set(column_places(table))
    with_codes = [layout for layout in _LAYOUTS if headers.intersection(layout.codes)]
    if not with_codes:
        raise InputError.single(
            where,
            "this is no CBS table: there is no column with area codes.",
            f"Expected one of GM_CODE, WK_CODE, BU_CODE, gwb_code_10, WijkenEnBuurten; found {_some(table.header)}.",
        )
    known = {layout.name: _known(layout, headers) for layout in with_codes}
    best = max(with_codes, key=lambda layout: known[layout.name])
    if not known[best.name]:
        raise InputError.single(
            where,
            "this CBS table holds no figure that a profile needs.",
            f"Expected columns such as AANT_INW, a_inw, AantalInwoners_5 or 'Aantal inwoners'; "
            f"found {_some(table.header)}.",
        )
    return best


def _known(layout: Layout, headers: set[str]) -> int:
    return sum(any(column.name in headers for column in columns) for columns in layout.columns.values())


def _some(header: tuple[str, ...]) -> str:
    shown = ", ".join(header[:6])
    return f"{shown} and {len(header) - 6} more" if len(header) > 6 else shown
