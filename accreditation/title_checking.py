"""What the offices find out in a review: a verdict on each check of the four conditions (SX-61, AMB-S13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.actors import Actor
from accreditation.procedures.title_review import ProviderReview
from accreditation.rules.title_review import COUNTED, checks_of
from accreditation.title_papers import ReviewVerdict
from core import clock
from workflow.authority import wrote
from workflow.errors import InvalidInput
from workflow.holding import working_on

State = ProviderReview.State
CHECKED_IN = (State.SUBMITTED, State.CITY_CHECK, State.PROVINCIAL_CHECK, State.DECIDING)


def written_about(case: Any) -> Iterator[QuerySet]:
    """Who wrote a verdict had a part in the case (AMB-G17)."""
    rows = ReviewVerdict.objects.filter(review_id=case)
    yield wrote(rows, "review_id", "officer__person_id", "organization_id", "at")


def record_verdict(
    review: ProviderReview,
    *,
    actor: Actor,
    check: str,
    evidence: str,
    checked_on: dt.date,
    ok: bool | None = None,
    measured: Decimal | None = None,
) -> ReviewVerdict:
    """One check of one body, the newest standing. Raises `InvalidInput` with what to do."""
    if check not in {row["code"] for row in checks_of(review)}:
        raise InvalidInput({"check": ["没有这项核查内容，请刷新页面。"]})
    if (measured is None) == (check in COUNTED) or (ok is None) != (check in COUNTED):
        raise InvalidInput({"check": ["计数的核查项写核实的数，其余写符合或不符合。"]})
    if measured is not None and measured < 0:
        raise InvalidInput({"measured": ["核实的数不能是负数。"]})
    if not 2 <= len(evidence.strip()) <= 300:
        raise InvalidInput({"evidence": ["写明依据，2 至 300 字，如“海关企业信用查询”“第 4 项材料”。"]})
    if checked_on > clock.today():
        raise InvalidInput({"checked_on": ["查询日期不能晚于今天。"]})
    found: dict[str, Any] = {
        "ok": ok,
        "measured": measured,
        "evidence": evidence.strip(),
        "checked_on": checked_on,
        "officer": actor.user,
        "at": clock.now(),
    }
    with working_on(review, actor, states=CHECKED_IN) as fresh:
        verdict, _made = ReviewVerdict.objects.update_or_create(
            review=fresh,
            check_code=check,
            organization=actor.organization,
            defaults=found,
        )
        return verdict
