"""The words of an explanation, English and Dutch."""

from __future__ import annotations

from wijksim.population.codes import Education, Sex

__all__ = ["COLUMNS", "DIMENSIONS", "EDUCATION", "GROUPS", "PEOPLE", "PROCESSES", "TEXTS"]

TEXTS = {
    "title": ("{policy} minus {baseline}: {outcome}, {period}", "{policy} min {baseline}: {outcome}, {period}"),
    "pair": (
        "One pair of runs with the same luck (seed {seed}), run again: its outcomes are those in the folder, bit for"
        " bit.",
        "Eén paar doorrekeningen met hetzelfde toeval (seed {seed}), opnieuw doorgerekend: de uitkomsten zijn precies"
        " die in de map.",
    ),
    "effect": (
        "{baseline}: {x0}. {policy}: {x1}. Difference: {effect}.",
        "{baseline}: {x0}. {policy}: {x1}. Verschil: {effect}.",
    ),
    "mean": (
        "The mean difference of all {n} pairs in the folder is {mean}; this is one of them.",
        "Het gemiddelde verschil van alle {n} paren in de map is {mean}; dit is er één van.",
    ),
    "where": ("Where they part", "Waar ze uit elkaar gaan"),
    "never": (
        "The two never part: in all {months} months everybody's life is the same in both.",
        "De twee gaan nooit uit elkaar: in alle {months} maanden is ieders leven in beide gelijk.",
    ),
    "nothing_differs": ("Nor do the books of any party.", "Ook de boeken van alle partijen zijn gelijk."),
    "books": (
        "Money or decisions of institutions differ from {month} on.",
        "Geld of besluiten van instellingen verschillen vanaf {month}.",
    ),
    "part_one": (
        "The first life that differs: {month}, in \"{process}\". Before that everybody's life is the same in both.",
        "Het eerste leven dat verschilt: {month}, bij \"{process}\". Daarvoor is ieders leven in beide gelijk.",
    ),
    "part_many": (
        "The first lives that differ: {month}, in \"{process}\", {n} residents. Before that everybody's life is the"
        " same in both.",
        "De eerste levens die verschillen: {month}, bij \"{process}\", {n} bewoners. Daarvoor is ieders leven in beide"
        " gelijk.",
    ),
    "part_after": (
        "At the end of that month {n} differ in something.",
        "Aan het eind van die maand verschillen er {n} in iets.",
    ),
    "resident": ("resident", "bewoner"),
    "in_what": ("differs in", "verschilt in"),
    "spread": (
        "Residents in another situation than in the other run",
        "Bewoners met een andere situatie dan in de andere doorrekening",
    ),
    "month": ("month", "maand"),
    "now": ("then", "op dat moment"),
    "ever": ("ever so far", "ooit tot dat moment"),
    "who": ("Who adds what", "Wie wat bijdraagt"),
    "adds_up": (
        "What groups add is exact and adds up to the difference, but for rounding here. Groups that add nothing are"
        " left out; the CSV file has them all.",
        "Wat groepen bijdragen is precies en telt op tot het verschil, op afronding na. Groepen die niets bijdragen"
        " staan er niet bij; het CSV-bestand heeft ze allemaal.",
    ),
    "ratio": (
        "The outcome is a share or a mean. Somebody above it raises it and somebody below it lowers it: a group adds"
        " its people times how far they are from the mean of both runs, with the plan less without it.",
        "De uitkomst is een aandeel of een gemiddelde. Wie erboven zit, verhoogt het; wie eronder zit, verlaagt het:"
        " een groep telt zwaarder als er meer mensen in zitten en als die verder van het gemiddelde van beide"
        " doorrekeningen af zitten. Wat zij bijdraagt is dat met het plan min dat zonder.",
    ),
    "units": (
        "A benefit unit counts at the person who stands for it.",
        "Een bijstandseenheid telt bij de persoon die voor haar staat.",
    ),
    "no_difference": ("There is no difference to take apart.", "Er is geen verschil om uit elkaar te halen."),
    "cancel": (
        "The difference is zero, yet groups differ: what they add cancels out.",
        "Het verschil is nul, maar groepen verschillen wel: wat zij bijdragen heft elkaar op.",
    ),
    "group": ("group", "groep"),
    "people": ("people", "mensen"),
    "adds": ("adds", "draagt bij"),
    "together": ("all together", "alles samen"),
    "lives": ("Some lives", "Enkele levens"),
    "illustration": (
        "An illustration, not evidence: one course of chance, few people, nobody real.",
        "Een illustratie, geen bewijs: één mogelijk toeval, weinig mensen, niemand die echt bestaat.",
    ),
    "chosen_adding": (
        "Chosen from residents who add to the difference and whose situation differs in some month ({n} in all), in the"
        " order of how many months differ (equal: by identity): the first, and then others at equal distances.",
        "Gekozen uit bewoners die aan het verschil bijdragen en van wie de situatie in een of meer maanden verschilt"
        " ({n} in totaal), op volgorde van hoeveel maanden dat zijn (gelijk: op identiteit): de eerste, en daarna"
        " anderen op gelijke afstand.",
    ),
    "chosen_any": (
        "Nobody whose situation differs adds to the difference in this period. Chosen from residents whose situation"
        " differs in some month ({n} in all), in the order of how many months differ (equal: by identity): the first,"
        " and then others at equal distances.",
        "Niemand van wie de situatie verschilt draagt in deze tijd aan het verschil bij. Gekozen uit bewoners van wie"
        " de situatie in een of meer maanden verschilt ({n} in totaal), op volgorde van hoeveel maanden dat zijn"
        " (gelijk: op identiteit): de eerste, en daarna anderen op gelijke afstand.",
    ),
    "nobody": ("Nobody's situation differs in any month.", "Van niemand verschilt de situatie, in geen enkele maand."),
    "life": (
        "{person} ({uid}), from {month} on: {n} of {months} months differ",
        "{person} ({uid}), vanaf {month}: {n} van de {months} maanden verschillen",
    ),
    "more": ("{n} more stretches: see the Markdown file", "nog {n} stukken: zie het Markdown-bestand"),
    "until": ("{first} to {last}", "{first} t/m {last}"),
    "place_at": ("place at {name}", "werkplek bij {name}"),
    "away": ("doesn't live here", "woont hier niet"),
    "of_age": ("{who} of {age}", "{who} van {age}"),
    "columns": ("other columns", "andere kolommen"),
    "yes": ("yes", "ja"),
    "no": ("no", "nee"),
    "one": ("one", "de ene"),
    "another": ("another", "een andere"),
}  # fmt: skip

PEOPLE = {(Sex.MALE, True): ("man", "man"), (Sex.FEMALE, True): ("woman", "vrouw"),
           (Sex.MALE, False): ("boy", "jongen"), (Sex.FEMALE, False): ("girl", "meisje")}  # fmt: skip
EDUCATION = {
    Education.PRACTICAL: ("practical education", "praktijkonderwijs"),
    Education.LOW: ("low education", "lage opleiding"),
    Education.MID: ("middle education", "middelbare opleiding"),
    Education.HIGH: ("high education", "hoge opleiding"),
}
PROCESSES = {
    "demography": ("births, deaths and moves", "geboorte, sterfte en verhuizing"),
    "labour_market": ("losing and finding work and places", "werk en werkplekken verliezen en vinden"),
    "benefits": ("wages, benefits and allowances", "loon, uitkeringen en toeslagen"),
    "health": ("health and care", "gezondheid en zorg"),
    "upbringing": ("childhood, education and work norm", "jeugd, opleiding en houding tegenover werk"),
    "services": ("work of social enterprises", "het werk van sociale ondernemingen"),
    "settlement": ("budgets and yearly decisions", "budgetten en jaarlijkse besluiten"),
    "measurement": ("counting", "tellen"),
}
DIMENSIONS = {
    "place": (
        "By place at a social enterprise, up to then",
        "Naar werkplek bij een sociale onderneming, tot dat moment",
    ),
    "age": ("By age then", "Naar leeftijd op dat moment"),
    "education": ("By education at the start", "Naar opleiding bij het begin"),
    "household": ("By household at the start", "Naar huishouden bij het begin"),
    "status": ("By situation at the start", "Naar situatie bij het begin"),
    "duration": ("By time without work at the start", "Naar tijd zonder werk bij het begin"),
}
GROUPS = {
    "place_policy": ("have or had a place ({policy})", "hebben of hadden een werkplek ({policy})"),
    "place_baseline": ("only in {baseline}", "alleen in {baseline}"),
    "no_place": ("never had a place", "hadden nooit een werkplek"),
    "newcomer": ("came to live here later", "kwamen later hier wonen"),
    "born": ("born since the start", "geboren na het begin"),
    "one_run": ("of the start, live here in one run only", "van het begin, wonen hier in maar één doorrekening"),
    "child": ("children at the start", "kinderen bij het begin"),
    "alone": ("live alone", "alleenwonend"),
    "couple": ("couple, no children under 18", "paar, geen kinderen onder 18"),
    "couple_children": ("couple with children under 18", "paar met kinderen onder 18"),
    "single_parent": ("single parent with children under 18", "alleenstaande ouder met kinderen onder 18"),
    "other_household": ("other household", "ander huishouden"),
    "working": ("in paid work", "met betaald werk"),
    "short": ("without work, below {a} months", "zonder werk, korter dan {a} maanden"),
    "middle": ("without work, {a} to {b} months", "zonder werk, {a} tot {b} maanden"),
    "long": ("without work, {b} months or more", "zonder werk, {b} maanden of langer"),
    "not_searching": ("child, at school, disabled or retired", "kind, op school, arbeidsongeschikt of AOW"),
    "age_between": ("{first} to {last}", "{first} tot en met {last}"),
    "age_last": ("{first} and older", "{first} en ouder"),
}
COLUMNS = {
    "present": ("lives here", "woont hier"),
    "status": ("situation", "situatie"),
    "household": ("household", "huishouden"),
    "partner_row": ("partner", "partner"),
    "education": ("education", "opleiding"),
    "wage": ("gross wage", "brutoloon"),
    "net_earnings": ("net earnings", "nettoloon"),
    "benefit": ("net benefit", "netto-uitkering"),
    "assistance": ("social assistance", "bijstand"),
    "income": ("income of the month", "inkomen van de maand"),
    "ill": ("health hinders work", "gezondheid hindert werk"),
    "mental": ("mental ill health", "psychische klachten"),
    "physical": ("physical ill health", "lichamelijke klachten"),
    "mental_care": ("in mental care", "in de ggz"),
    "gp_contacts": ("GP contacts", "contacten met de huisarts"),
    "care_cost": ("cost of care", "zorgkosten"),
    "norm": ("work norm", "houding tegenover werk"),
    "hours_share": ("hours, of full time", "uren, van voltijd"),
}
