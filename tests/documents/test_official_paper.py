"""Every notice measures up to GB/T 9704-2012, by a checker that knows nothing of how it was drawn."""

from __future__ import annotations

from io import BytesIO

import pytest

from documents.notices.render import render_pdf
from tests.checkers.official_document import check
from tests.documents.papers import facts


@pytest.mark.parametrize(
    ("kind", "paper"), [("receipt", "plain"), ("acceptance", "plain"), ("certificate", "certificate")]
)
def test_a_notice_measures_up(kind, paper):
    report = check(BytesIO(render_pdf(f"notices/{kind}.html", facts())), paper)

    assert report.failed_ids() == []
