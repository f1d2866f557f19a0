"""What was found, in plain words; a plan that costs money is told as plainly as one that gains."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from wijksim.calendar import absolute_month, year_of
from wijksim.parameters import load_registry
from wijksim.report.additionality import nobody_was_placed, of_hundred, share_range
from wijksim.report.flows import gross_changes
from wijksim.report.headlines import what_if_note
from wijksim.report.intervals import Uncertainty
from wijksim.report.numbers import Language, decimals_for, euro, number, percent, span, visible
from wijksim.report.pockets import BUDGETS, POCKET_OUTCOME, POCKETS
from wijksim.report.results import PERIOD_LAST_YEAR, PERIOD_TOTAL, Results
from wijksim.report.sentences import Verdict, sentence, verdict

__all__ = ["findings", "for_the_brief", "summary"]

_PEOPLE = {
    "employed_15_74": ("people in paid work", "mensen met betaald werk"),
    "assistance_persons": ("people on social assistance", "mensen in de bijstand"),
    "children_no_work": ("children in households without work", "kinderen in een gezin zonder werk"),
}
_COSTS = {
    "assistance_cost": ("social assistance", "de bijstand"),
    "care_cost": ("insured care", "de verzekerde zorg"),
}
_FIRST_POCKET = "municipality"
"""Told in the summary: it decides on the plan."""

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


def summary(results: Results, language: Language = "en") -> list[str]:
    """Say in a few lines for each policy whether it works and for whom it pays; part of :func:`findings`."""
    return list(_Teller(results, language).lines(short=True))


def for_the_brief(results: Results, policy: str, language: Language) -> tuple[str, list[str], list[str]]:
    """Give the title of a brief as a statement, its three sentences, and what is told of money.

    The sentences say whether the plan works, for whom it pays and how sure that is.
    """
    teller = _Teller(results, language)
    teller.heading(policy)
    return teller.title(policy), teller.three(policy), teller.money(policy)


class _Teller:
    def __init__(self, results: Results, language: Language) -> None:
        self.results = results
        self.language: Language = language
        self.dutch = language == "nl"
        self.rows = results.effects_by_key(results.told)
        drawn = results.told is Uncertainty.CHANCE_AND_PARAMETERS
        self.drawn = drawn
        key = "by_chance_and_assumptions" if drawn else "by_chance"
        self.by = _lower_first(sentence(key, language))
        self.typical = _lower_first(sentence("typical_at_best" if drawn else "typical_of_runs", language))
        fitted = results.manifest.get("posterior", {}).get("parameters", ())
        self.fitted = str(len(fitted))
        self.range = ("range_is_fitted" if fitted else "range_is_told") if drawn else "range_is_chance"
        self.equal_share = load_registry().number("about_equal_share")
        self.span = span(results.months, language)
        self.named: dict[str, str] = {}  # the plan, where it must be told from another one

    def say(self, key: str, **words: str) -> str:
        return sentence(key, self.language, **{"by": self.by, "typical": self.typical, **self.named, **words})

    def lines(self, *, short: bool = False) -> Iterator[str]:
        results = self.results
        years = list(results.deflators)
        many = results.replications > 1
        yield self.say(
            "frame_of_plans" if results.baseline_is_a_plan else "frame",
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
            yield self.heading(policy)
            yield from (f"- {line}" for line in (self.short_lines if short else self.policy_lines)(policy))
        self.named = {}
        yield ""
        if results.failures:
            yield self.say("failures", k=str(len(results.failures)))
        if many:
            yield self.sureness()
            if not short:
                yield from self.precision()
                yield self.say("capital")
            if len(results.policies) > 1:
                without = results.scenarios[0] if results.baseline_is_a_plan else self.say("without")
                yield self.say("plans_among_each_other", baseline=without)
        yield self.say("limit")

    def heading(self, policy: str) -> str:
        if not self.results.baseline_is_a_plan:
            return f"{policy}:"
        self.named = {"plan": policy}
        return self.say("compared_with", policy=policy, baseline=self.results.scenarios[0])

    def sureness(self) -> str:
        return self.say(self.range, draws=str(self.results.draws), fitted=self.fitted)

    def precision(self) -> Iterator[str]:
        """Say whether the runs were enough for the means, and what it was worth that pairs share their chance."""
        manifest = self.results.manifest
        judged = manifest.get("precision")
        if judged is None:
            return
        level, effect = (_share(judged[name], self.language) for name in ("of_level", "of_effect"))
        key = "precise" if judged["reached"] else "not_precise"
        yield self.say(key, n=str(self.results.replications), level=level, effect=effect)
        for outcome, times in manifest["narrowing"].items():
            noun = _PEOPLE[outcome][self.dutch]
            yield self.say("narrowed", outcome=noun, x=number(times, self.language, 1))

    def title(self, policy: str) -> str:
        words = {"policy": policy, "profile": self.results.manifest["profile"]["name"], "span": self.span}
        row = self.rows.get((policy, "employed_15_74", "", PERIOD_LAST_YEAR))
        if row is None:
            return self.say(f"title.{Verdict.NOT_COMPUTABLE}", **words)
        # Of one run at our best figures the figure beside a range of draws is one course.
        found = Verdict.ONE_RUN if self.results.replications == 1 else self.judge(row)
        amounts = {} if found is Verdict.ONE_RUN else self.amounts(row, found, "more", "fewer", as_euro=False)
        return self.say(f"title.{found}", **{**words, **amounts})

    def three(self, policy: str) -> list[str]:
        if self.results.replications == 1:
            return [self.say("one_run"), self.say("limit")]
        pockets, conclusion = self.pockets(policy)
        pays = [told for key, told in pockets.items() if key == _FIRST_POCKET] + conclusion
        works = list(self.people(policy, "employed_15_74", _PEOPLE["employed_15_74"][self.dutch]))
        works += self.failures(policy)
        sure = [self.sureness(), self.say("limit")]
        return [" ".join(part) for part in (works, pays, sure) if part]

    def money(self, policy: str) -> list[str]:
        if self.results.replications == 1:
            return []
        return [*self.pockets(policy)[1], *self.paid_by_uwv(policy), *self.society(policy), self.say("capital")]

    def short_lines(self, policy: str) -> Iterator[str]:
        yield from self.people(policy, "employed_15_74", _PEOPLE["employed_15_74"][self.dutch])
        yield from self.failures(policy)
        pockets, conclusion = self.pockets(policy)
        yield from (told for key, told in pockets.items() if key == _FIRST_POCKET)
        yield from conclusion
        yield from self.society(policy)

    def policy_lines(self, policy: str) -> Iterator[str]:
        for outcome, nouns in _PEOPLE.items():
            yield from self.people(policy, outcome, nouns[self.dutch])
        for outcome, nouns in _COSTS.items():
            yield from self.cost(policy, outcome, nouns[self.dutch])
        yield from self.failures(policy)
        yield from self.additionality(policy)
        pockets, conclusion = self.pockets(policy)
        yield from (*pockets.values(), *conclusion)
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

    def failures(self, policy: str) -> Iterator[str]:
        """Say in how many runs an enterprise went bankrupt, where any did."""
        lost = self.results.totals_by_run(policy, "failed_places")
        failures = self.results.totals_by_run(policy, "failed_enterprises") or lost  # results of before it was kept
        failed = sum(enterprises > 0 for enterprises in failures.values())
        baseline = self.results.scenarios[0]
        before = self.results.totals_by_run(baseline, "failed_enterprises")
        before = before or self.results.totals_by_run(baseline, "failed_places")
        failed_before = sum(enterprises > 0 for run, enterprises in before.items() if run in lost)
        if not failed and not failed_before:
            return
        best = f" {self.typical}" if self.drawn else ""  # of the runs with drawn figures no failures are kept
        words = {"k": str(failed), "n": str(len(lost)), "best": best}
        if self.results.baseline_has_places:
            yield self.say("fails_in_both", **words, baseline=baseline, k_baseline=str(failed_before))
        else:
            mean = sum(lost.values()) / len(lost)
            yield self.say("fails", **words, x=number(mean, self.language, 1))

    def pockets(self, policy: str) -> tuple[dict[str, str], list[str]]:
        """Give what is told of each pocket that changes, and who pays and who gains together."""
        flows = gross_changes(self.results, policy)
        lines: dict[str, str] = {}
        payers, gainers = [], []
        for key in BUDGETS:
            row = self.rows.get((policy, POCKET_OUTCOME, key, PERIOD_TOTAL))
            if row is None:
                continue
            found = self.judge(row, flows.get(key, 0.0))
            if found in (Verdict.ONE_RUN, Verdict.NO_CHANGE):
                continue
            party = self.party(key)
            words = self.amounts(row, found, "gain", "loss")
            told = [self.say(f"pocket.{found}", party=party, **words)]
            if found is Verdict.BELOW:
                payers.append(party)
                told.append(self.say("never_breaks_even", span=self.span))
            elif found is Verdict.ABOVE:
                gainers.append(party)
                told += self.break_even(policy, key)
            lines[key] = " ".join(told)
        if not payers and not gainers:
            return lines, []
        key = "wrong_pocket" if payers and gainers else "only_costs" if payers else "only_gains"
        return lines, [self.say(key, payers=self.listed(payers), gainers=self.listed(gainers))]

    def break_even(self, policy: str, key: str) -> Iterator[str]:
        row = self.rows.get((policy, "pocket_break_even_month", key, PERIOD_TOTAL))
        if row is None or not row["effect"] > 0:  # nothing was paid first
            return
        year, month = (int(part) for part in self.results.manifest["start"].split("-"))
        yield self.say("break_even", year=str(year_of(absolute_month(year, month) + int(row["effect"]))))

    def additionality(self, policy: str) -> Iterator[str]:
        """Say how much work is really extra; where the baseline has places too that can't be told."""
        pairs = {key[1]: row for key, row in self.rows.items() if key[0] == policy and row["kind"] == "pair"}
        row = pairs.get("deadweight")
        if row is None or self.results.baseline_has_places:
            return
        if nobody_was_placed(self.rows, policy):
            yield self.say("nobody_placed")
        elif math.isnan(row["effect"]):
            yield self.say("no_paid_months")
        elif row["n"] > 1:
            window = min(int(row["period"].partition("_")[0]), self.results.months)  # no longer than was seen
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
            yield self.say("paid_by_uwv", x=self.write(row["effect"], row, as_euro=True))

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
            above_share=row["sign_probability"],
            flow=flow,
            equal_share=self.equal_share,
        )

    def amounts(
        self, row: dict[str, Any], found: Verdict, up: str, down: str, *, as_euro: bool = True
    ) -> dict[str, str]:
        """Effect and range: without sign where a verb carries it, else each bound with its direction in words."""
        low, high = row["low"], row["high"]
        texts = {name: self.write(row[name], row, as_euro=as_euro) for name in ("effect", "low", "high")}
        above = round(row["sign_probability"] * row["n"])
        words = {"x": texts["effect"], "n": str(row["n"]), "k": str(above)}
        if found is Verdict.ABOVE:
            return {**words, "low": texts["low"], "high": texts["high"]}
        if found is Verdict.BELOW:  # from small to large
            return {**words, "low": texts["high"], "high": texts["low"]}

        def directed(value: float, text: str) -> str:
            if not any(digit in "123456789" for digit in text):
                return self.say("zero")
            return self.say(up if value > 0 else down, x=text)

        other = {Verdict.ALL_ABOVE: (down, low < 0), Verdict.NONE_ABOVE: (up, high > 0)}
        direction, possible = other.get(found, ("", False))
        doubt = self.say("doubt", other=_lower_first(self.say(f"other.{direction}"))) if possible else ""
        return {
            **words,
            "low": _lower_first(directed(low, texts["low"])),
            "high": _lower_first(directed(high, texts["high"])),
            "doubt": doubt,
        }

    def write(self, value: float, row: dict[str, Any], *, as_euro: bool) -> str:
        """Write a value of a row without its sign: whole euros, whole persons unless there are too few of them."""
        effect, low, high = row["effect"], row["low"], row["high"]
        few = max(abs(bound) for bound in (effect, low, high)) < _FEW or abs(effect) < _HALF
        decimals = min(decimals_for(low, high, effect), 0) if as_euro else int(few)
        return (euro if as_euro else number)(abs(value), self.language, visible(value, decimals))

    def party(self, key: str) -> str:
        return POCKETS[key].name_nl if self.dutch else POCKETS[key].name

    def listed(self, names: list[str]) -> str:
        *first, last = names or [""]
        return f"{', '.join(first)} {'en' if self.dutch else 'and'} {last}" if first else last


def _share(share: float, language: Language) -> str:
    """Write a share as a percentage with the decimals that it has, two at most."""
    decimals = next((d for d in range(2) if math.isclose(100 * share, round(100 * share, d))), 2)
    return percent(share, language, decimals)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
