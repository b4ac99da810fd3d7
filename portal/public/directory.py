"""The register as the public searches it: titles in force, and apart from them those that have ended (SX-23)."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from accounts.models import Region
from accreditation.models import Accreditation, Program, ProviderReview
from core import clock
from core.facts import facts
from documents.models import Notice

PAGE = 24
SHORTEST = 2  # characters of a name; one alone finds half the register
NUMBER = re.compile(r"ZS\d{2}-\d{4}-\d{4,}")
CODE = re.compile(r"[0-9A-Z]{18}")
SERVICES_OFFERED = KeyTextTransform("service_kinds", "parent__providerapplication__profile_snapshot")


@dataclass(frozen=True)
class Search:
    """What was asked for, as it stands in the address. `text` is a name, a code or a certificate number."""

    text: str = ""
    region: str = ""
    service: str = ""
    ended: bool = False
    after: str = ""

    @classmethod
    def of(cls, typed: Any) -> Search:
        """From a query string; anything that means nothing is left out."""
        text = " ".join(unicodedata.normalize("NFKC", typed.get("q", "")).split())[:100]
        known = {row["code"] for row in service_kinds()}
        service = typed.get("service", "")
        return cls(
            text=text,
            region=typed.get("region", "")[:12],
            service=service if service in known else "",
            ended=typed.get("status") == "ended",
            after=typed.get("after", "")[:40],
        )

    @property
    def too_short(self) -> bool:
        return 0 < len(self.text) < SHORTEST

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.region or self.service)


@dataclass(frozen=True)
class Page:
    rows: list[Accreditation]
    next_cursor: str
    is_first: bool


def titles() -> QuerySet[Accreditation]:
    return Accreditation.objects.select_related("applicant", "region", "program")


def undecided() -> Q:
    """What keeps a title past its last day: an undecided revocation, a review filed in time or that still may be, as
    `ProviderReview.keeps_its_title` says of one (SX-63, AMB-S12)."""
    awaited = Q(due_at__isnull=True) | Q(due_at__gt=clock.now())
    reviews = ProviderReview.objects.filter(register_entry=OuterRef("pk"), closed_at=None).filter(
        Q(filed_on__isnull=False) | Q(awaited, state=ProviderReview.State.OPENED)
    )
    return Q(state=Accreditation.State.REVOCATION_PENDING) | Q(Exists(reviews))


def in_force(rows: QuerySet[Accreditation], today: dt.date) -> QuerySet[Accreditation]:
    """Titles that hold today, the last day included; one that is over is not listed, swept or not (SX-23, SX-59)."""
    return rows.filter(Q(valid_until__gte=today) | undecided(), closed_at=None, valid_from__lte=today)


def ended(rows: QuerySet[Accreditation], today: dt.date) -> QuerySet[Accreditation]:
    over = rows.filter(Q(closed_at__isnull=False) | Q(~undecided(), valid_until__lt=today))
    return over.filter(restored_by=None)


def found(asked: Search, today: dt.date) -> QuerySet[Accreditation]:
    """The titles a search finds, the newest first; none for a name too short to mean anything."""
    rows = ended(titles(), today) if asked.ended else in_force(titles(), today)
    if asked.too_short:
        return rows.none()
    upper = asked.text.upper().replace(" ", "")
    if NUMBER.fullmatch(upper):
        rows = rows.filter(number=upper)
    elif CODE.fullmatch(upper):
        rows = rows.filter(applicant__uscc=upper)
    elif asked.text:
        rows = rows.filter(applicant__name__icontains=asked.text)
    if asked.region:
        rows = rows.filter(region_id=asked.region)
    if asked.service:
        # The list is kept as JSON text; a code in quotes cannot be part of another.
        rows = rows.annotate(offered=SERVICES_OFFERED).filter(offered__contains=f'"{asked.service}"')
    return rows.order_by("-valid_from", "-pk")


def page_of(rows: QuerySet[Accreditation], after: str) -> Page:
    """One page after the row a cursor names ("20261124-17"); a cursor that makes no sense is page one."""
    place = _read(after)
    if place:
        day, pk = place
        rows = rows.filter(Q(valid_from__lt=day) | Q(valid_from=day, pk__lt=pk))
    shown = list(rows[: PAGE + 1])
    last = shown[PAGE - 1] if len(shown) > PAGE else None
    return Page(shown[:PAGE], f"{last.valid_from:%Y%m%d}-{last.pk}" if last else "", place is None)


def _read(cursor: str) -> tuple[dt.date, int] | None:
    parts = re.fullmatch(r"([12]\d{3})(\d\d)(\d\d)-(\d{1,18})", cursor, re.ASCII)
    try:
        return (dt.date(*(int(n) for n in parts.groups()[:3])), int(parts[4])) if parts else None
    except ValueError:
        return None


def title_of(number: str) -> Accreditation | None:
    """The entry of a certificate number, with the application that brought it about."""
    rows = titles().select_related("parent__providerapplication__round", "parent__region")
    return rows.filter(number=number).order_by("-pk").first()  # one that was restored is told by its restorer


def service_kinds() -> list[dict[str, Any]]:
    """The nineteen services of the catalogue, in its order (SX-05)."""
    return facts("shanxi_provider")["services"]


def regions() -> list[Region]:
    """Where reviewing bodies sit: the cities and the zone of each province with a program."""
    provinces = Program.objects.values("province_id")
    return list(Region.objects.filter(parent_id__in=provinces).order_by("code"))


def certificate_of(title: Accreditation) -> Notice | None:
    """The certificate that stands, or stood last."""
    return Notice.objects.filter(subject_id=title.pk, kind="certificate").order_by("-pk").first()


def decision_of(title: Accreditation) -> Notice | None:
    return Notice.objects.filter(subject_id=title.pk, kind="accreditation").order_by("-pk").first()
