"""Sentences by rule: what may be said follows from the bounds, never from a writer (`pages.md` 6.1 and 9)."""

from __future__ import annotations

import math
from enum import StrEnum

from wijksim.report.intervals import EffectStatus
from wijksim.report.numbers import Language, require_language

__all__ = ["SENTENCES", "Verdict", "sentence", "verdict"]


class Verdict(StrEnum):
    """What a range allows to be said."""

    ABOVE = "above"
    BELOW = "below"
    ABOUT_EQUAL = "about_equal"
    ALL_ABOVE = "all_above"
    NONE_ABOVE = "none_above"
    TOUCHES = "touches"
    UNCERTAIN = "uncertain"
    NO_CHANGE = "no_change"
    NOT_COMPUTABLE = "not_computable"
    ONE_RUN = "one_run"


def verdict(
    effect: float,
    low: float,
    high: float,
    *,
    status: str,
    n: int,
    above_share: float = math.nan,
    flow: float = 0.0,
    equal_share: float = 0.0,
) -> Verdict:
    """Tell what may be said of an effect.

    Parameters
    ----------
    effect, low, high : float
        Expected effect and range.
    status : str
        Of the effect.
    n : int
        Pairs of runs.
    above_share : float
        Share of the pairs whose effect is above zero; not a number where that isn't known. When all runs agree this
        is told with the range, also where the range spans zero: that of few runs supposes normal differences.
    flow : float
        Benefits plus costs, of which a range across zero must be a small part to be called about equal.
    equal_share : float
        How small.
    """
    if n == 1:
        return Verdict.ONE_RUN
    if status == EffectStatus.DID_NOT_VARY:
        return Verdict.NO_CHANGE
    if status != EffectStatus.OK or not low <= high:
        return Verdict.NOT_COMPUTABLE
    if low > 0 and effect > 0:
        return Verdict.ABOVE
    if high < 0 and effect < 0:
        return Verdict.BELOW
    if low <= 0 <= high and high - low < equal_share * flow:
        return Verdict.ABOUT_EQUAL
    if low <= 0 <= high and above_share == 1 and effect > 0:
        return Verdict.ALL_ABOVE
    if low <= 0 <= high and above_share == 0 and effect < 0:
        return Verdict.NONE_ABOVE
    if (low == 0) != (high == 0):
        return Verdict.TOUCHES
    return Verdict.UNCERTAIN


def sentence(key: str, language: Language, **words: str) -> str:
    """Fill in a sentence; its first letter becomes a capital. The plan is "the plan" unless it is named."""
    require_language(language)
    dutch = language == "nl"
    text = SENTENCES[key][dutch].format(**{"plan": "het plan" if dutch else "the plan", **words})
    return text[:1].upper() + text[1:]


SENTENCES: dict[str, tuple[str, str]] = {
    # people: {noun} is what is counted, {x} without sign, {low} and {high} without sign from small to large
    # title of a brief: people in paid work at the end
    "title.above": (
        "{policy}: about {x} more people in paid work in {profile} after {span}",
        "{policy}: na {span} naar verwachting {x} meer mensen met betaald werk in {profile}",
    ),
    "title.below": (
        "{policy}: about {x} fewer people in paid work in {profile} after {span}",
        "{policy}: na {span} naar verwachting {x} minder mensen met betaald werk in {profile}",
    ),
    "title.all_above": (
        "{policy}: more people in paid work in {profile} after {span} in all {n} runs",
        "{policy}: na {span} in alle {n} doorrekeningen meer mensen met betaald werk in {profile}",
    ),
    "title.none_above": (
        "{policy}: more people in paid work in {profile} after {span} in none of the {n} runs",
        "{policy}: na {span} in geen van de {n} doorrekeningen meer mensen met betaald werk in {profile}",
    ),
    "title.touches": (
        "{policy}: from {low} to {high} in the number of people in paid work in {profile} after {span}",
        "{policy}: na {span} van {low} tot {high} in het aantal mensen met betaald werk in {profile}",
    ),
    "title.uncertain": (
        "{policy}: we cannot say whether more or fewer people work in {profile} after {span}",
        "{policy}: we kunnen niet zeggen of er na {span} meer of minder mensen werken in {profile}",
    ),
    "title.no_change": (
        "{policy}: no difference in the number of people in paid work in {profile}",
        "{policy}: geen verschil in het aantal mensen met betaald werk in {profile}",
    ),
    "title.not_computable": (
        "{policy}: what it changes for work in {profile} cannot be computed",
        "{policy}: wat het verandert aan werk in {profile} is niet uit te rekenen",
    ),
    "title.one_run": (
        "{policy}: one possible course in {profile}",
        "{policy}: één mogelijk verloop in {profile}",
    ),
    "people.above": (
        "With {plan} there are about {x} more {noun} after {span}. The range is {low} to {high}.",
        "Met {plan} zijn er na {span} naar verwachting {x} meer {noun}. De bandbreedte loopt van {low} tot {high}.",
    ),
    "people.below": (
        "With {plan} there are about {x} fewer {noun} after {span}. The range is {low} to {high}.",
        "Met {plan} zijn er na {span} naar verwachting {x} minder {noun}. De bandbreedte loopt van {low} tot {high}.",
    ),
    "people.uncertain": (
        "We cannot say whether there are more or fewer {noun} after {span}: {by} one wijk may see from {low} to"
        " {high}."
        " More in {k} of the {n} runs.",
        "We kunnen niet zeggen of er na {span} meer of minder {noun} zijn: {by} kan één wijk {low} tot {high} zien."
        " Meer in {k} van de {n} doorrekeningen.",
    ),
    "people.all_above": (
        "In all {n} runs there are more {noun} after {span}, {typical} {x}{doubt}: {by} one wijk may see from"
        " {low} to {high}.",
        "In alle {n} doorrekeningen zijn er na {span} meer {noun}, {typical} {x}{doubt}: {by} kan één wijk {low}"
        " tot {high} zien.",
    ),
    "people.none_above": (
        "In none of the {n} runs are there more {noun} after {span}, {typical} {x} fewer{doubt}: {by} one wijk"
        " may see from {low} to {high}.",
        "In geen van de {n} doorrekeningen zijn er na {span} meer {noun}, {typical} {x} minder{doubt}: {by} kan"
        " één wijk {low} tot {high} zien.",
    ),
    "people.touches": (
        "{by} one wijk may see from {low} to {high} in the number of {noun} after {span}.",
        "{by} kan één wijk {low} tot {high} zien in het aantal {noun} na {span}.",
    ),
    "people.no_change": (
        "{plan} does not change the number of {noun}.",
        "Het aantal {noun} verandert niet door {plan}.",
    ),
    "people.not_computable": (
        "The number of {noun} cannot be computed, because too few runs gave it.",
        "Het aantal {noun} kunnen we niet uitrekenen, omdat te weinig doorrekeningen het gaven.",
    ),
    # cost of a provision over the whole period: {noun} is the provision
    "cost.above": (
        "Over {span} {noun} costs {x} more. The range is {low} to {high}.",
        "Over {span} kost {noun} naar verwachting {x} meer. De bandbreedte loopt van {low} tot {high}.",
    ),
    "cost.below": (
        "Over {span} {noun} costs {x} less. The range is {low} to {high}.",
        "Over {span} kost {noun} naar verwachting {x} minder. De bandbreedte loopt van {low} tot {high}.",
    ),
    "cost.uncertain": (
        "We cannot say whether {noun} costs more or less: {by} one wijk may see from {low} to {high}."
        " More in {k} of the {n} runs.",
        "We kunnen niet zeggen of {noun} meer of minder kost: {by} kan één wijk {low} tot {high} zien."
        " Meer in {k} van de {n} doorrekeningen.",
    ),
    "cost.all_above": (
        "In all {n} runs {noun} costs more over {span}, {typical} {x}{doubt}: {by} one wijk may see from {low} to"
        " {high}.",
        "In alle {n} doorrekeningen kost {noun} over {span} meer, {typical} {x}{doubt}: {by} kan één wijk {low}"
        " tot {high} zien.",
    ),
    "cost.none_above": (
        "In none of the {n} runs {noun} costs more over {span}, {typical} {x} less{doubt}: {by} one wijk may see"
        " from {low} to {high}.",
        "In geen van de {n} doorrekeningen kost {noun} over {span} meer, {typical} {x} minder{doubt}: {by} kan"
        " één wijk {low} tot {high} zien.",
    ),
    "cost.touches": (
        "{by} one wijk may see from {low} to {high} in what {noun} costs.",
        "{by} kan één wijk {low} tot {high} zien in wat {noun} kost.",
    ),
    "cost.no_change": ("{plan} does not change what {noun} costs.", "{plan} verandert niet wat {noun} kost."),
    "cost.not_computable": (
        "The cost of {noun} cannot be computed, because too few runs gave it.",
        "Wat {noun} kost kunnen we niet uitrekenen, omdat te weinig doorrekeningen het gaven.",
    ),
    # pockets: {party} within the sentence
    "pocket.above": (
        "{plan} is expected to bring {party} {x}. The range is {low} to {high}.",
        "{plan} levert {party} naar verwachting {x} op. De bandbreedte loopt van {low} tot {high}.",
    ),
    "pocket.below": (
        "{plan} is expected to cost {party} {x}. The range is {low} to {high}.",
        "{plan} kost {party} naar verwachting {x}. De bandbreedte loopt van {low} tot {high}.",
    ),
    "pocket.about_equal": (
        "For {party} benefits are about equal to costs.",
        "Voor {party} zijn de baten ongeveer gelijk aan de kosten.",
    ),
    "pocket.uncertain": (
        "We cannot say whether {plan} brings or costs {party} money: {by} one wijk may see from {low} to"
        " {high}. A gain in {k} of the {n} runs.",
        "We kunnen niet zeggen of {plan} {party} geld oplevert of kost: {by} kan één wijk {low} tot {high}"
        " zien. Een voordeel in {k} van de {n} doorrekeningen.",
    ),
    "pocket.all_above": (
        "{plan} brings {party} money in all {n} runs, {typical} {x}{doubt}: {by} one wijk may see from {low} to"
        " {high}.",
        "{plan} levert {party} geld op in alle {n} doorrekeningen, {typical} {x}{doubt}: {by} kan één wijk {low}"
        " tot {high} zien.",
    ),
    "pocket.none_above": (
        "{plan} brings {party} money in none of the {n} runs and costs {typical} {x}{doubt}: {by} one wijk may"
        " see from {low} to {high}.",
        "{plan} levert {party} in geen van de {n} doorrekeningen geld op en kost {typical} {x}{doubt}: {by} kan"
        " één wijk {low} tot {high} zien.",
    ),
    "pocket.touches": (
        "For {party} one wijk may {by} see from {low} to {high}.",
        "Voor {party} kan één wijk {by} {low} tot {high} zien.",
    ),
    "pocket.no_change": (
        "{plan} does not change the balance of {party}.",
        "Het saldo van {party} verandert niet door {plan}.",
    ),
    "pocket.not_computable": (
        "The balance of {party} cannot be computed, because too few runs gave it.",
        "Het saldo van {party} kunnen we niet uitrekenen, omdat te weinig doorrekeningen het gaven.",
    ),
    # society as a whole: real resources, transfers left out
    "society.above": (
        "Leaving out money that only changes hands, {plan} is expected to bring society {x}. The range is {low} to"
        " {high}. Regular jobs that are won or lost are not in it.",
        "Zonder geld dat alleen van hand wisselt, levert {plan} de samenleving naar verwachting {x} op. De"
        " bandbreedte loopt van {low} tot {high}. Gewone banen die erbij komen of verdwijnen, tellen niet mee.",
    ),
    "society.below": (
        "Leaving out money that only changes hands, {plan} is expected to cost society {x}. The range is {low} to"
        " {high}. Regular jobs that are won or lost are not in it.",
        "Zonder geld dat alleen van hand wisselt, kost {plan} de samenleving naar verwachting {x}. De bandbreedte"
        " loopt van {low} tot {high}. Gewone banen die erbij komen of verdwijnen, tellen niet mee.",
    ),
    "society.uncertain": (
        "Leaving out money that only changes hands, we cannot say whether society gains: {by} one wijk may see"
        " from {low} to {high}. Regular jobs that are won or lost are not in it."
        " A gain in {k} of the {n} runs.",
        "Zonder geld dat alleen van hand wisselt, kunnen we niet zeggen of de samenleving voordeel heeft: {by}"
        " kan één wijk {low} tot {high} zien. Gewone banen die erbij komen of verdwijnen, tellen niet mee."
        " Een voordeel in {k} van de {n} doorrekeningen.",
    ),
    "society.all_above": (
        "Leaving out money that only changes hands, society gains in all {n} runs, {typical} {x}{doubt}: {by} one"
        " wijk may see from {low} to {high}. Regular jobs that are won or lost are not in it.",
        "Zonder geld dat alleen van hand wisselt, heeft de samenleving in alle {n} doorrekeningen voordeel, {typical}"
        " {x}{doubt}: {by} kan één wijk {low} tot {high} zien. Gewone banen die erbij komen of verdwijnen,"
        " tellen niet mee.",
    ),
    "society.none_above": (
        "Leaving out money that only changes hands, society gains in none of the {n} runs and loses {typical}"
        " {x}{doubt}: {by} one wijk may see from {low} to {high}. Regular jobs that are won or lost are not in"
        " it.",
        "Zonder geld dat alleen van hand wisselt, heeft de samenleving in geen van de {n} doorrekeningen voordeel en"
        " {typical} een nadeel van {x}{doubt}: {by} kan één wijk {low} tot {high} zien. Gewone banen die erbij"
        " komen of verdwijnen, tellen niet mee.",
    ),
    "society.touches": (
        "Leaving out money that only changes hands, {by} one wijk may see from {low} to {high} for society."
        " Regular jobs that are won or lost are not in it.",
        "Zonder geld dat alleen van hand wisselt, kan één wijk {by} {low} tot {high} zien voor de samenleving."
        " Gewone banen die erbij komen of verdwijnen, tellen niet mee.",
    ),
    "society.no_change": (
        "Leaving out money that only changes hands, {plan} makes no difference for society.",
        "Zonder geld dat alleen van hand wisselt, maakt {plan} geen verschil voor de samenleving.",
    ),
    "society.not_computable": (
        "What {plan} brings society cannot be computed, because too few runs gave it.",
        "Wat {plan} de samenleving oplevert kunnen we niet uitrekenen, omdat te weinig doorrekeningen het gaven.",
    ),
    "paid_by_uwv": (
        "UWV pays on average {x} of unemployment or sickness benefit (WW, ZW) to people whose place ended and who had"
        " social assistance before: a saving of the municipality that UWV pays.",
        "UWV betaalt gemiddeld {x} aan WW of Ziektewet voor mensen van wie de werkplek eindigde en die daarvoor"
        " bijstand hadden: een besparing van de gemeente die UWV betaalt.",
    ),
    # what {x} is in a sentence of all runs: their mean, or where their figures were drawn that at our best figures
    "typical_of_runs": ("on average", "gemiddeld"),
    "typical_at_best": ("at our best figures", "met onze beste getallen"),
    # why all runs agree and the range yet spans zero: {other} is the direction that no run took
    "doubt": (
        ", but they differ so much that {other} is possible",
        ", maar ze verschillen zo veel dat ook {other} kan",
    ),
    "other.more": ("more", "meer"),
    "other.fewer": ("fewer", "minder"),
    "other.less": ("less", "minder"),
    "other.gain": ("a gain", "een voordeel"),
    "other.loss": ("a loss", "een nadeel"),
    "fails": (
        "In {k} of the {n} runs{best} a social enterprise goes bankrupt; on average {x} places are lost by it.",
        "In {k} van de {n} doorrekeningen{best} gaat een sociale onderneming failliet; gemiddeld verdwijnen daardoor"
        " {x} werkplekken.",
    ),
    "fails_in_both": (
        "With {plan} a social enterprise goes bankrupt in {k} of the {n} runs{best}, with {baseline} in {k_baseline}.",
        "Met {plan} gaat een sociale onderneming failliet in {k} van de {n} doorrekeningen{best}, met {baseline} in"
        " {k_baseline}.",
    ),
    "compared_with": ("{policy}, compared with {baseline}:", "{policy}, vergeleken met {baseline}:"),
    "without": ("the neighbourhood without a plan", "de wijk zonder plan"),
    "plans_among_each_other": (
        "Each plan is compared with {baseline}. To say which plan is better, compare the plans with each other: the"
        " difference between two plans then has a range too.",
        "Elk plan is vergeleken met {baseline}. Om te zeggen welk plan beter is, vergelijkt u de plannen met elkaar:"
        " dan heeft ook het verschil tussen twee plannen een bandbreedte.",
    ),
    "gain": ("a gain of {x}", "een voordeel van {x}"),
    "loss": ("a loss of {x}", "een nadeel van {x}"),
    "zero": ("no difference", "geen verschil"),
    "more": ("{x} more", "{x} meer"),
    "fewer": ("{x} fewer", "{x} minder"),
    "less": ("{x} less", "{x} minder"),
    "break_even": ("Expected to break even in {year}.", "De kosten zijn naar verwachting terug in {year}."),
    "never_breaks_even": ("This is not earned back within {span}.", "Dit is binnen {span} niet terugverdiend."),
    "wrong_pocket": (
        "Wrong pocket: the costs fall on {payers}; the gains go to {gainers}.",
        "Verkeerde portemonnee: de kosten zijn voor {payers}, het voordeel is voor {gainers}.",
    ),
    "only_costs": (
        "No budget gains for certain; the costs fall on {payers}.",
        "Geen enkele portemonnee heeft zeker voordeel; de kosten zijn voor {payers}.",
    ),
    "only_gains": (
        "No budget loses for certain; the gains go to {gainers}.",
        "Geen enkele portemonnee heeft zeker nadeel; het voordeel is voor {gainers}.",
    ),
    "of_hundred": (
        "Of every 100 months of paid work of those placed, in the first {span}: {anyway} would have been worked anyway,"
        " {others}, {extra} are really extra. {range}",
        "Van elke 100 maanden betaald werk van wie een plek kreeg, in de eerste {span}: {anyway} ook zonder plan"
        " gewerkt, {others}, {extra} echt extra. {range}",
    ),
    "extra_range": (
        "{by} one wijk may see {range} really extra.",
        "{by} kan één wijk {range} echt extra zien.",
    ),
    "extra_too_wide": (
        "That is the mean of all runs: too few people are placed to say it of one wijk.",
        "Dat is het gemiddelde van alle doorrekeningen: voor één wijk krijgen te weinig mensen een plek om dit te"
        " zeggen.",
    ),
    "nobody_placed": (
        "How much is really extra cannot be computed, because nobody was placed.",
        "Hoeveel echt extra is kunnen we niet uitrekenen, omdat niemand een plek kreeg.",
    ),
    "others_lose": ("{x} are lost by others", "{x} verloren door anderen"),
    "others_gain": ("others work {x} more", "anderen werken er {x} meer"),
    "no_paid_months": (
        "How much is really extra cannot be computed, because nobody placed had paid work.",
        "Hoeveel echt extra is kunnen we niet uitrekenen, omdat niemand met een plek betaald werk had.",
    ),
    "failures": (
        "{k} runs failed and are left out; manifest.json says which and why.",
        "{k} doorrekeningen zijn mislukt en tellen niet mee; in manifest.json staat welke en waarom.",
    ),
    "one_run": (
        "This is one possible course. Draw no conclusion from it.",
        "Dit is één mogelijk verloop. Trek er geen conclusie uit.",
    ),
    "frame": (
        "{profile}, {first} to {last}; {runs} with and without each plan, with the same chance; amounts in euro of"
        " {year}.",
        "{profile}, {first} tot en met {last}; {runs} met en zonder elk plan, met hetzelfde toeval; bedragen in euro"
        " van {year}.",
    ),
    "frame_of_plans": (
        "{profile}, {first} to {last}; {runs} of each plan, with the same chance; amounts in euro of {year}.",
        "{profile}, {first} tot en met {last}; {runs} van elk plan, met hetzelfde toeval; bedragen in euro van {year}.",
    ),
    "runs": ("{n} runs", "{n} doorrekeningen"),
    "run": ("one run", "één doorrekening"),
    "range_is_chance": (
        "A range is what one wijk may see by chance (90%). How much the assumptions may be off is not in it yet.",
        "Een bandbreedte is wat één wijk door toeval kan zien (90%). Hoeveel de aannames ernaast kunnen zitten, zit er"
        " nog niet in.",
    ),
    "range_is_told": (
        "A range is what one wijk may see by chance and by assumptions (90%): in each of {draws} pairs of runs every"
        " figure that nobody knows well was drawn from its range. Expected numbers are those at our best figures.",
        "Een bandbreedte is wat één wijk door toeval en door aannames kan zien (90%): in elk van {draws} paren"
        " doorrekeningen is elk getal dat niemand goed weet, getrokken uit zijn bandbreedte. Wat naar verwachting"
        " gebeurt, hoort bij onze beste getallen.",
    ),
    "range_is_fitted": (
        "A range is what one wijk may see by chance and by assumptions (90%): in each of {draws} pairs of runs every"
        " figure that nobody knows well was drawn from its range, {fitted} of them together from values that known"
        " facts don't rule out. Expected numbers are those at our best figures.",
        "Een bandbreedte is wat één wijk door toeval en door aannames kan zien (90%): in elk van {draws} paren"
        " doorrekeningen is elk getal dat niemand goed weet, getrokken uit zijn bandbreedte, {fitted} daarvan samen uit"
        " waarden die passen bij bekende cijfers. Wat naar verwachting gebeurt, hoort bij onze beste getallen.",
    ),
    "by_chance": ("by chance", "door toeval"),
    "by_chance_and_assumptions": ("by chance and assumptions", "door toeval en aannames"),
    "precise": (
        "{n} runs are enough. The mean difference in people in paid work, in people on social assistance and in the"
        " money of the municipality is known to within {level} of the level, or {effect} of the difference.",
        "{n} doorrekeningen zijn genoeg. Het gemiddelde verschil in mensen met betaald werk, in mensen in de bijstand"
        " en in het geld van de gemeente is bekend tot op {level} van het niveau, of {effect} van het verschil.",
    ),
    "not_precise": (
        "{n} runs are few. The mean difference in people in paid work, in people on social assistance or in the money"
        " of the municipality is not yet known to within {level} of the level, or {effect} of the difference. More"
        " runs (--max-replications) make that error smaller, and no range.",
        "{n} doorrekeningen zijn weinig. Het gemiddelde verschil in mensen met betaald werk, in mensen in de bijstand"
        " of in het geld van de gemeente is nog niet bekend tot op {level} van het niveau, of {effect} van het"
        " verschil. Meer doorrekeningen (--max-replications) maken die rekenfout kleiner, en geen bandbreedte.",
    ),
    "narrowed": (
        "Because both runs of a pair have the same chance, the mean difference in {outcome} is known {x} times as"
        " precisely as with separate chance.",
        "Doordat beide doorrekeningen van een paar hetzelfde toeval hebben, is het gemiddelde verschil in {outcome} {x}"
        " keer zo precies bekend als met apart toeval.",
    ),
    "capital": (
        "The balance of the social enterprises leaves out their starting capital.",
        "Het saldo van de sociale ondernemingen is zonder hun startkapitaal.",
    ),
    "limit": (
        "This is a model, not a prediction. It shows what a plan changes if the assumptions hold. It is not yet"
        " validated.",
        "Dit is een rekenmodel en geen voorspelling. Het laat zien wat een plan verandert als de aannames kloppen. Het"
        " is nog niet getoetst.",
    ),
}
"""English and Dutch form of each sentence."""
