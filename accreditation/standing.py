"""How a title stands today, as the public is told: on its last day it holds, on the next it does not (SX-59).

The register, the verification page and the certificate say the same because they all ask here. What the office
considers, a revocation it has only announced to the holder, is nobody else's business: the title still holds.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from accreditation.register import Accreditation
from core import clock
from documents.notices import verification
from documents.notices.verification import Standing


@dataclass(frozen=True)
class PublicStanding:
    """`holds` is what counts; the rest is how it is shown. `headline` and `meaning` are whole sentences."""

    holds: bool
    tone: str
    icon: str
    word: str
    headline: str
    meaning: str
    verified_as: Standing


HOLDS = PublicStanding(
    True,
    "green",
    "circle-check",
    "有效",
    "证书真实有效",
    "在有效期内，可享受相关支持措施。",
    Standing.IN_FORCE,
)
UNDER_REVIEW = PublicStanding(
    True,
    "teal",
    "refresh",
    "复核中",
    "证书真实有效，正在三年复核",
    "三年复核进行中，结果公布前称号保留。",
    Standing.IN_FORCE,
)
EXPIRED = PublicStanding(
    False,
    "grey",
    "clock-off",
    "已届满",
    "证书真实，有效期已届满",
    "有效期已满，不再保留称号。",
    Standing.EXPIRED,
)
ENDED = {
    "expired": EXPIRED,
    "review_failed": PublicStanding(
        False,
        "inkx",
        "circle-x",
        "复核未通过",
        "证书已失效：复核未通过",
        "复核未通过，不再保留称号，不再享受扶持政策。",
        Standing.REVOKED,
    ),
    "revoked": PublicStanding(
        False,
        "sealx",
        "ban",
        "已取消",
        "证书已失效：认定资格已取消",
        "认定资格已依规取消，不再保留称号。",
        Standing.REVOKED,
    ),
    "surrendered": PublicStanding(
        False,
        "grey",
        "logout",
        "已放弃",
        "证书已失效：企业已放弃称号",
        "企业自愿放弃称号。",
        Standing.REVOKED,
    ),
    "struck_off": PublicStanding(
        False,
        "grey",
        "circle-minus",
        "已注销",
        "证书已失效：企业主体已终止",
        "企业主体终止，名录登记注销。",
        Standing.REVOKED,
    ),
}


def standing_of(title: Accreditation, today: dt.date) -> PublicStanding:
    """Whatever the sweep has come to: the calendar decides whether the term is over.

    A title whose review was filed in time, or whose revocation is undecided, stands past its last day (AMB-S12).
    """
    if title.state in ENDED:
        return ENDED[title.state]
    if today > title.valid_until and not title.outlasts_its_term():
        return EXPIRED
    return UNDER_REVIEW if title.state == Accreditation.State.UNDER_REVIEW else HOLDS


def ended_on(title: Accreditation, today: dt.date) -> dt.date | None:
    """The first day on which it no longer held; None while it holds."""
    stands = standing_of(title, today)
    if stands.holds:
        return None
    if stands is EXPIRED or title.closed_at is None:
        return title.valid_until + dt.timedelta(days=1)
    return clock.local(title.closed_at).date()


def read_for_verification(case: Any, today: dt.date) -> tuple[Standing, dict[str, Any]]:
    """What a certificate's QR answers, six facts and no personal data (security guide T12)."""
    title = Accreditation.objects.select_related("applicant").get(pk=case.pk)
    stands, holder = standing_of(title, today), title.applicant
    assert holder is not None  # noqa: S101  a title is an enterprise's
    facts: dict[str, Any] = {
        "enterprise": holder.name,
        "uscc": holder.uscc,
        "title_name": title.title_name,
        "certificate_number": title.number,
        "valid_from": title.valid_from,
        "valid_until": title.valid_until,
        "word": stands.word,
    }
    if not stands.holds:
        facts |= {"ended_on": ended_on(title, today), "reason": stands.meaning}
    return stands.verified_as, facts


def register() -> None:
    verification.register_subject("Accreditation", read_for_verification)
