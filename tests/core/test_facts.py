"""The regulations' figures are read where they stand."""

import pytest

from core.facts import REGULATIONS, UnknownFact, fact, facts


@pytest.mark.parametrize(
    ("path", "figure"),
    [
        (("conditions", "C4", "checks", "served_enterprises", "threshold"), 30),
        (("conditions", "C4", "checks", "trade_volume", "threshold"), 50_000_000),
        (("services", 5, "name"), "退税"),
        (("validity", "years"), 3),
    ],
)
def test_a_fact_is_found_by_the_names_on_the_way(path, figure):
    assert fact("shanxi_provider", *path) == figure


@pytest.mark.parametrize(
    "path", [("conditions", "C5"), ("validity", "months"), ("validity", "years", "deep")]
)
def test_a_fact_that_is_not_there_is_our_mistake(path):
    with pytest.raises(UnknownFact, match=f"shanxi_provider: {' / '.join(path)}"):
        fact("shanxi_provider", *path)


@pytest.mark.parametrize("document", sorted(path.stem for path in REGULATIONS.glob("*.yaml")))
def test_every_document_reads(document):
    assert facts(document)["schema_version"] == 1
