"""What was found, in plain words; a plan that costs money is told as plainly as one that gains."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from wijksim.accounts import CENTS_PER_EURO
from wijksim.calendar import absolute_month, year_of
from wijksim.parameters import load_registry
from wijksim.report.additionality import nobody_was_placed, of_hundred, share_range
from wijksim.report.headlines import what_if_note
from wijksim.report.intervals import Uncertainty
from wijksim.report.numbers import Language, decimals_for, euro, number, span
from wijksim.report.pockets import BUDGETS, POCKET_OUTCOME, POCKETS
from wijksim.report.results import PERIOD_LAST_YEAR, PERIOD_TOTAL, Results
from wijksim.report.sentences import Verdict, sentence, verdict

__all__ = ["findings"]

_PEOPLE = {
    "employed_15_74": ("people in paid work", "mensen met betaald werk"),
    "assistance_persons": ("people on social assistance", "mensen in de bijstand"),
    "children_no_work": ("children in households without work", "kinderen in een gezin zonder werk"),
}
_COSTS = {
    "assistance_cost": ("social assistance", "de bijstand"),
    "care_cost": ("insured care", "de verzekerde zorg"),
}
"""Pockets that are told: those whose costs and gains the ledger holds in full; it holds no production of employers."""


_FEW = 2
_HALF = 0.5


def findings(results: Results, language: Language = "en") -> list[str]:
    """Say what a comparison found, line by line.

    Parameters
    ----------
    results : Results
        Of a comparison.
    language : {"en", "nl"}
        Language of the sentences.

    Returns
    -------
    list of str
        The frame, then for each policy its name and what follows from the bounds by rule, then what it all rests on.
    """
    return list(_Teller(results, language).lines())


class _Teller:
    def __init__(self, results: Results, language: Language) -> None:
        self.results = results
        self.language: Language = language
        self.dutch = language == "nl"
        self.rows = results.effects_by_key(Uncertainty.CHANCE)
        self.equal_share = load_registry().number("about_equal_share")
        self.span = span(results.months, language)

    def say(self, key: str, **words: str) -> str:
        return sentence(key, self.language, **words)

    def lines(self) -> Iterator[str]:
        results = self.results
        years = list(results.deflators)
        many = results.replications > 1
        yield self.say(
            "frame",
            profile=results.manifest["profile"]["name"],
            first=str(years[0]),
            last=str(years[-1]),
            runs=_lower_first(self.say("runs" if many else "run", n=str(results.replications))),
            year=str(results.price_year),
        )
        note = what_if_note(results, self.language)
        if note:
            yield note
        if not many:
            yield self.say("one_run")
        for policy in results.policies if many else ():
            yield ""
            yield f"{policy}:"
            yield from (f"- {line}" for line in self.policy_lines(policy))
        yield ""
        if results.failures:
            yield self.say("failures", k=str(len(results.failures)))
        if many:
            yield self.say("range_is_chance")
            yield self.say("capital")
        yield self.say("limit")

    def policy_lines(self, policy: str) -> Iterator[str]:
        for outcome, nouns in _PEOPLE.items():
            yield from self.people(policy, outcome, nouns[self.dutch])
        for outcome, nouns in _COSTS.items():
            yield from self.cost(policy, outcome, nouns[self.dutch])
        yield from self.additionality(policy)
        yield from self.pockets(policy)
        yield from self.paid_by_uwv(policy)
        yield from self.society(policy)

    def people(self, policy: str, outcome: str, noun: str) -> Iterator[str]:
        row = self.rows.get((policy, outcome, "", PERIOD_LAST_YEAR))
        if row is None:
            return
        found = self.judge(row)
        if found is Verdict.ONE_RUN:
            return
        words = self.amounts(row, found, "more", "fewer", as_euro=False)
        yield self.say(f"people.{found}", noun=noun, span=self.span, **words)

    def cost(self, policy: str, outcome: str, noun: str) -> Iterator[str]:
        row = self.rows.get((policy, outcome, "", PERIOD_TOTAL))
        if row is None:
            return
        found = self.judge(row)
        if found is Verdict.ONE_RUN:
            return
        yield self.say(f"cost.{found}", noun=noun, span=self.span, **self.amounts(row, found, "more", "less"))

    def pockets(self, policy: str) -> Iterator[str]:
        flows = gross_changes(self.results, policy)
        payers, gainers = [], []
        for key in BUDGETS:
            row = self.rows.get((policy, POCKET_OUTCOME, key, PERIOD_TOTAL))
            if row is None:
                continue
            found = self.judge(row, flows.get(key, 0.0))
            if found in (Verdict.ONE_RUN, Verdict.NO_CHANGE):
                continue
            party = self.party(key)
            better = round(row["sign_probability"] * row["n"])
            words = {**self.amounts(row, found, "gain", "loss"), "k": str(better), "n": str(row["n"])}
            key_of = {0: "none_gain", row["n"]: "all_gain"} if found is Verdict.UNCERTAIN else {}
            told = [self.say(key_of.get(better, f"pocket.{found}"), party=party, **words)]
            if found is Verdict.BELOW:
                payers.append(party)
                told.append(self.say("never_breaks_even", span=self.span))
            elif found is Verdict.ABOVE:
                gainers.append(party)
                told += self.break_even(policy, key)
            yield " ".join(told)
        if payers or gainers:
            key = "wrong_pocket" if payers and gainers else "only_costs" if payers else "only_gains"
            yield self.say(key, payers=self.listed(payers), gainers=self.listed(gainers))

    def break_even(self, policy: str, key: str) -> Iterator[str]:
        row = self.rows.get((policy, "pocket_break_even_month", key, PERIOD_TOTAL))
        if row is None or not row["effect"] > 0:  # nothing was paid first
            return
        year, month = (int(part) for part in self.results.manifest["start"].split("-"))
        yield self.say("break_even", year=str(year_of(absolute_month(year, month) + int(row["effect"]))))

    def additionality(self, policy: str) -> Iterator[str]:
        pairs = {key[1]: row for key, row in self.rows.items() if key[0] == policy and row["kind"] == "pair"}
        row = pairs.get("deadweight")
        if row is None:
            return
        if nobody_was_placed(self.rows, policy):
            yield self.say("nobody_placed")
        elif math.isnan(row["effect"]):
            yield self.say("no_paid_months")
        elif row["n"] > 1:
            window = int(row["period"].partition("_")[0])
            extra = pairs["additionality"]
            months = of_hundred(row["effect"], pairs["displacement"]["effect"])
            displaced = months["displacement"]
            others = self.say("others_lose" if displaced >= 0 else "others_gain", x=str(abs(displaced)))
            bounds = share_range(extra["low"], extra["high"], self.language)
            yield self.say(
                "of_hundred",
                span=span(window, self.language),
                anyway=str(months["deadweight"]),
                others=_lower_first(others),
                extra=str(months["additionality"]),
                range=self.say("extra_range", range=bounds) if bounds else self.say("extra_too_wide"),
            )

    def paid_by_uwv(self, policy: str) -> Iterator[str]:
        row = self.rows.get((policy, "ww_after_place", "from_assistance", PERIOD_TOTAL))
        if row is not None and row["n"] > 1 and row["effect"] > 0:
            decimals = decimals_for(row["low"], row["high"], row["effect"])
            yield self.say("paid_by_uwv", x=euro(row["effect"], self.language, decimals))

    def society(self, policy: str) -> Iterator[str]:
        row = self.rows.get((policy, "social_balance", "total", PERIOD_TOTAL))
        if row is None:
            return
        found = self.judge(row)
        if found not in (Verdict.ONE_RUN, Verdict.NO_CHANGE):
            yield self.say(f"society.{found}", **self.amounts(row, found, "gain", "loss"))

    def judge(self, row: dict[str, Any], flow: float = 0.0) -> Verdict:
        return verdict(
            row["effect"],
            row["low"],
            row["high"],
            status=row["status"],
            n=row["n"],
            flow=flow,
            equal_share=self.equal_share,
        )

    def amounts(
        self, row: dict[str, Any], found: Verdict, up: str, down: str, *, as_euro: bool = True
    ) -> dict[str, str]:
        """Effect and range: without sign where a verb carries it, else each bound with its direction in words."""
        effect, low, high = row["effect"], row["low"], row["high"]
        write = euro if as_euro else number
        # People are told as whole persons, unless there are too few of them.
        few = max(abs(value) for value in (effect, low, high)) < _FEW or abs(effect) < _HALF
        decimals = decimals_for(low, high, effect) if as_euro else int(few)

        def directed(value: float) -> str:
            x = write(abs(value), self.language, decimals)
            if not any(digit in "123456789" for digit in x):
                return self.say("zero")
            return self.say(up if value > 0 else down, x=x)

        if found in (Verdict.ABOVE, Verdict.BELOW):
            small, large = sorted((abs(low), abs(high)))
            return {
                name: write(value, self.language, decimals)
                for name, value in (("x", abs(effect)), ("low", small), ("high", large))
            }
        return {"x": "", "low": _lower_first(directed(low)), "high": _lower_first(directed(high))}

    def party(self, key: str) -> str:
        return POCKETS[key].name_nl if self.dutch else POCKETS[key].name

    def listed(self, names: list[str]) -> str:
        *first, last = names or [""]
        return f"{', '.join(first)} {'en' if self.dutch else 'and'} {last}" if first else last


def gross_changes(results: Results, policy: str) -> dict[str, float]:
    """What a policy changes for each pocket, gains and costs of every category added up without sign, in real euro.

    Parameters
    ----------
    results : Results
        Of a comparison.
    policy : str
        Name of one of its policies.

    Returns
    -------
    dict of str to float
        Mean over the runs that both scenarios have.
    """
    import pandas as pd

    ledger = results.ledger
    baseline = results.scenarios[0]
    outcomes = results.outcomes
    runs = [set(outcomes.loc[outcomes["scenario"] == name, "replication"].unique()) for name in (baseline, policy)]
    both = runs[0] & runs[1]
    rows = ledger[ledger["scenario"].isin([baseline, policy]) & ledger["replication"].isin(both)]
    if rows.empty:
        return {}
    real = rows["cents"] * rows["year"].map(results.deflators) / (CENTS_PER_EURO * len(both))
    signed = real.where(rows["scenario"] == policy, -real)
    sides = [
        pd.DataFrame({"party": rows[side].astype(str), "category": rows["category"].astype(str), "euro": sign * signed})
        for side, sign in (("payee", 1), ("payer", -1))
    ]
    changes = pd.concat(sides).groupby(["party", "category"])["euro"].sum().abs().groupby("party").sum()
    return {
        key: float(sum(changes.get(party.name.lower(), 0.0) for party in pocket.parties))
        for key, pocket in POCKETS.items()
    }


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
