"""Sentences by rule: what may be said follows from the bounds, never from a writer (`pages.md` 6.1 and 9)."""

from __future__ import annotations

from enum import StrEnum

from wijksim.report.intervals import EffectStatus
from wijksim.report.numbers import Language

__all__ = ["SENTENCES", "Verdict", "sentence", "verdict"]


class Verdict(StrEnum):
    """What a range allows to be said."""

    ABOVE = "above"
    BELOW = "below"
    ABOUT_EQUAL = "about_equal"
    UNCERTAIN = "uncertain"
    NO_CHANGE = "no_change"
    NOT_COMPUTABLE = "not_computable"
    ONE_RUN = "one_run"


def verdict(
    effect: float, low: float, high: float, *, status: str, n: int, flow: float = 0.0, equal_share: float = 0.0
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
    return Verdict.UNCERTAIN


def sentence(key: str, language: Language, **words: str) -> str:
    """Fill in a sentence; its first letter becomes a capital."""
    text = SENTENCES[key][language == "nl"].format(**words)
    return text[:1].upper() + text[1:]


SENTENCES: dict[str, tuple[str, str]] = {
    # people: {noun} is what is counted, {x} without sign, {low} and {high} without sign from small to large
    "people.above": (
        "With the plan there are about {x} more {noun} after {span}. The range is {low} to {high}.",
        "Met het plan zijn er na {span} naar verwachting {x} meer {noun}. De bandbreedte loopt van {low} tot {high}.",
    ),
    "people.below": (
        "With the plan there are about {x} fewer {noun} after {span}. The range is {low} to {high}.",
        "Met het plan zijn er na {span} naar verwachting {x} minder {noun}. De bandbreedte loopt van {low} tot {high}.",
    ),
    "people.uncertain": (
        "We cannot say whether there are more or fewer {noun} after {span}: by chance one wijk may see from {low} to"
        " {high}.",
        "We kunnen niet zeggen of er na {span} meer of minder {noun} zijn: door toeval kan één wijk {low} tot {high}"
        " zien.",
    ),
    "people.no_change": (
        "The plan does not change the number of {noun}.",
        "Het aantal {noun} verandert niet door het plan.",
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
        "We cannot say whether {noun} costs more or less: by chance one wijk may see from {low} to {high}.",
        "We kunnen niet zeggen of {noun} meer of minder kost: door toeval kan één wijk {low} tot {high} zien.",
    ),
    "cost.no_change": ("The plan does not change what {noun} costs.", "Het plan verandert niet wat {noun} kost."),
    "cost.not_computable": (
        "The cost of {noun} cannot be computed, because too few runs gave it.",
        "Wat {noun} kost kunnen we niet uitrekenen, omdat te weinig doorrekeningen het gaven.",
    ),
    # pockets: {party} within the sentence
    "pocket.above": (
        "The plan is expected to bring {party} {x}. The range is {low} to {high}.",
        "Het plan levert {party} naar verwachting {x} op. De bandbreedte loopt van {low} tot {high}.",
    ),
    "pocket.below": (
        "The plan is expected to cost {party} {x}. The range is {low} to {high}.",
        "Het plan kost {party} naar verwachting {x}. De bandbreedte loopt van {low} tot {high}.",
    ),
    "pocket.about_equal": (
        "For {party} benefits are about equal to costs.",
        "Voor {party} zijn de baten ongeveer gelijk aan de kosten.",
    ),
    "pocket.uncertain": (
        "We cannot say whether the plan brings or costs {party} money: by chance one wijk may see from {low} to"
        " {high}. A gain in {k} of the {n} runs.",
        "We kunnen niet zeggen of het plan {party} geld oplevert of kost: door toeval kan één wijk {low} tot {high}"
        " zien. Een voordeel in {k} van de {n} doorrekeningen.",
    ),
    "pocket.no_change": (
        "The plan does not change the balance of {party}.",
        "Het saldo van {party} verandert niet door het plan.",
    ),
    "pocket.not_computable": (
        "The balance of {party} cannot be computed, because too few runs gave it.",
        "Het saldo van {party} kunnen we niet uitrekenen, omdat te weinig doorrekeningen het gaven.",
    ),
    # the same where all runs are on one side of zero
    "all_gain": (
        "The plan brought {party} money in all {n} runs, but these differ so much that a loss is possible: by chance"
        " one wijk may see from {low} to {high}.",
        "Het plan leverde {party} geld op in alle {n} doorrekeningen, maar die verschillen zo veel dat ook een nadeel"
        " kan: door toeval kan één wijk {low} tot {high} zien.",
    ),
    "none_gain": (
        "The plan brought {party} money in none of the {n} runs, but these differ so much that a gain is possible: by"
        " chance one wijk may see from {low} to {high}.",
        "Het plan leverde {party} in geen van de {n} doorrekeningen geld op, maar die verschillen zo veel dat ook een"
        " voordeel kan: door toeval kan één wijk {low} tot {high} zien.",
    ),
    # society as a whole: real resources, transfers left out
    "society.above": (
        "Leaving out money that only changes hands, the plan is expected to bring society {x}. The range is {low} to"
        " {high}. Regular jobs that are won or lost are not in it.",
        "Zonder geld dat alleen van hand wisselt, levert het plan de samenleving naar verwachting {x} op. De"
        " bandbreedte loopt van {low} tot {high}. Gewone banen die erbij komen of verdwijnen, tellen niet mee.",
    ),
    "society.below": (
        "Leaving out money that only changes hands, the plan is expected to cost society {x}. The range is {low} to"
        " {high}. Regular jobs that are won or lost are not in it.",
        "Zonder geld dat alleen van hand wisselt, kost het plan de samenleving naar verwachting {x}. De bandbreedte"
        " loopt van {low} tot {high}. Gewone banen die erbij komen of verdwijnen, tellen niet mee.",
    ),
    "society.uncertain": (
        "Leaving out money that only changes hands, we cannot say whether society gains: by chance one wijk may see"
        " from {low} to {high}. Regular jobs that are won or lost are not in it.",
        "Zonder geld dat alleen van hand wisselt, kunnen we niet zeggen of de samenleving voordeel heeft: door toeval"
        " kan één wijk {low} tot {high} zien. Gewone banen die erbij komen of verdwijnen, tellen niet mee.",
    ),
    "society.no_change": (
        "Leaving out money that only changes hands, the plan makes no difference for society.",
        "Zonder geld dat alleen van hand wisselt, maakt het plan geen verschil voor de samenleving.",
    ),
    "society.not_computable": (
        "What the plan brings society cannot be computed, because too few runs gave it.",
        "Wat het plan de samenleving oplevert kunnen we niet uitrekenen, omdat te weinig doorrekeningen het gaven.",
    ),
    "paid_by_uwv": (
        "UWV pays on average {x} of unemployment benefit (WW) to people whose place ended and who had social assistance"
        " before: a saving of the municipality that UWV pays.",
        "UWV betaalt gemiddeld {x} aan WW voor mensen van wie de werkplek eindigde en die daarvoor bijstand hadden: een"
        " besparing van de gemeente die UWV betaalt.",
    ),
    "gain": ("a gain of {x}", "een voordeel van {x}"),
    "loss": ("a loss of {x}", "een nadeel van {x}"),
    "zero": ("zero", "nul"),
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
        "By chance one wijk may see {range} really extra.",
        "Door toeval kan één wijk {range} echt extra zien.",
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
    "runs": ("{n} runs", "{n} doorrekeningen"),
    "run": ("one run", "één doorrekening"),
    "range_is_chance": (
        "A range is what one wijk may see by chance (90%). How much the assumptions may be off is not in it yet.",
        "Een bandbreedte is wat één wijk door toeval kan zien (90%). Hoeveel de aannames ernaast kunnen zitten, zit er"
        " nog niet in.",
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
