"""A finding says what was measured against what, under which clause."""

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from core.clauses import UnknownClause
from core.findings import Finding


def test_a_finding_carries_its_clause():
    finding = Finding("SX-37", ok=False, measured=29, required=30)

    assert (finding.cited.label, finding.cited.source) == (
        "服务企业30家以上",
        "晋商规〔2025〕3号 附件一（四）",
    )


def test_a_finding_under_an_unknown_clause_cannot_be_made():
    with pytest.raises(UnknownClause, match="SX-99"):
        Finding("SX-99", ok=True)


def test_a_finding_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Finding("SX-37", ok=False).ok = True


@pytest.mark.parametrize(("ok", "needs_a_person"), [(True, False), (False, False), (None, True)])
def test_what_a_machine_cannot_tell_needs_a_person(ok, needs_a_person):
    assert Finding("SX-28", ok=ok).needs_a_person is needs_a_person


def test_a_finding_travels_as_plain_words_and_numbers():
    finding = Finding(
        "SX-38", ok=False, measured=Decimal("49999999.99"), required=date(2025, 6, 9), code="volume"
    )

    assert finding.as_dict() == {
        "clause": "SX-38",
        "ok": False,
        "measured": "49999999.99",
        "required": "2025-06-09",
        "message": "",
        "code": "volume",
    }
