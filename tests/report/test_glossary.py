"""Words: complete, each its own, and none that the style of the brief avoids."""

from __future__ import annotations

import re

import pytest

from wijksim.report.glossary import load_glossary

TERMS = load_glossary()
AVOIDED = "nulscenario|counterfactual|significant|ruis|stochastisch|monetariseren|kansarm|doelgroep|onderkant|cohort"


@pytest.mark.parametrize("key", TERMS)
def test_a_term_has_labels_and_a_sentence(key):
    term = TERMS[key]
    assert re.fullmatch("[a-z][a-z_]*", key)
    assert (term.label("en"), term.label("nl")) == (term.en, term.nl)
    assert term.en.strip()
    assert term.nl.strip()
    assert term.uitleg.endswith(".")
    assert term.uitleg[0].isupper()
    assert not re.search(rf"\b({AVOIDED})", f"{term.nl} {term.uitleg}".lower())


def test_no_two_terms_have_the_same_label():
    for language in ("en", "nl"):
        labels = [term.label(language) for term in TERMS.values()]
        assert len(set(labels)) == len(labels)
