"""The six support measures as a title carries them: which items are open, on what evidence, what became of requests.

Measures, items, departments and limits are facts of the document (SX-11 to SX-20). Nothing is kept about an item that
nobody asked for: whether it is open follows from the title and its evidence, so it ends the day the title ends.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actors import Actor
from accounts.models import Organization
from accounts.roles import Role
from accreditation.register import Accreditation
from accreditation.standing import standing_of
from accreditation.support_papers import ListDelivery, ListSubscriber, SupportEvidence, SupportRequest
from core import calendar, clock, defaults
from core.facts import facts
from workflow.errors import Conflict, InvalidInput, NotYours

Kind = SupportEvidence.Kind
# What each eligibility of the fact file asks for beside the title.
NEEDS: dict[str, tuple[str, ...]] = {
    "accredited": (),
    "accredited_and_aeo": (Kind.AEO,),
    "qualified": (Kind.TAX_CONFIRMED,),
    "tax_class_one_and_notice61": (Kind.TAX_CLASS_ONE, Kind.NOTICE_61),
    "accredited_and_huifa11": (Kind.HUIFA_11,),
    "good_credit_and_in_need": (Kind.GOOD_CREDIT,),
}
# Whose knowledge a fact is: the departments of the measure that asks for it, and the province.
MEASURE_OF = {
    Kind.AEO: "M2_CUSTOMS",
    Kind.TAX_CONFIRMED: "M3_TAX_REFUND",
    Kind.TAX_CLASS_ONE: "M3_TAX_REFUND",
    Kind.NOTICE_61: "M3_TAX_REFUND",
    Kind.HUIFA_11: "M4_SETTLEMENT",
    Kind.GOOD_CREDIT: "M4_SETTLEMENT",
}


@dataclass(frozen=True)
class Item:
    """One item of a measure. `limit` is the stated number of working days from acceptance, if any."""

    code: str
    name: str
    needs: tuple[str, ...]
    measure: str
    departments: tuple[str, ...]
    limit: int | None = None


@dataclass(frozen=True)
class Measure:
    code: str
    number: int
    name: str
    departments: tuple[str, ...]
    items: tuple[Item, ...]
    source: str


@cache
def measures(facts_name: str) -> tuple[Measure, ...]:
    """The measures of a document, in its order."""
    return tuple(_measure(row) for row in facts(facts_name)["support_measures"])


def _measure(row: dict[str, Any]) -> Measure:
    limits = {sla["code"]: int(sla["value"]) for sla in row["sla"]}
    items = []
    for number, told in enumerate(row["items"], 1):
        item = told if isinstance(told, dict) else {"name": told}
        code = item.get("code", f"{row['code'].partition('_')[0].lower()}_{number}")
        needs = NEEDS[item.get("eligibility", "accredited")]
        items.append(
            Item(code, item["name"], needs, row["code"], tuple(row["departments"]), limits.get(code))
        )
    return Measure(
        row["code"], row["number"], row["name"], tuple(row["departments"]), tuple(items), row["source"]
    )


@dataclass
class Entitlement:
    """How an item stands for a holder. `state` is open, locked, stale or suspended; `why` says what is missing."""

    item: Item
    state: str
    why: str = ""
    request: SupportRequest | None = None


@dataclass
class Standing:
    """All measures of a title on a day; none of a title that does not hold."""

    measures: list[tuple[Measure, list[Entitlement]]] = field(default_factory=list)

    @property
    def open_items(self) -> int:
        return sum(e.state == "open" for _m, items in self.measures for e in items)


def entitlements(title: Accreditation, today: dt.date) -> Standing:
    """What a holder may use today (SX-11, SX-13 to SX-18, SX-20); nothing from the day the title ends (SX-62)."""
    if not standing_of(title, today).holds:
        return Standing()
    evidence = {
        one.kind: one for one in SupportEvidence.objects.filter(title=title)
    }  # the newest of each kind stands
    requests = {one.item: one for one in SupportRequest.objects.filter(title=title)}
    suspended = title.revocations.filter(closed_at=None, support_suspended_at__isnull=False).exists()
    return Standing(
        [
            (measure, [_standing(item, evidence, requests, today, suspended) for item in measure.items])
            for measure in measures(title.program.facts_name)
        ]
    )


def _standing(item: Item, evidence, requests, today: dt.date, suspended: bool) -> Entitlement:
    state, why = (
        ("suspended", "取消案件办理期间，已按决定暂停") if suspended else missing(item, evidence, today)
    )
    return Entitlement(item, state, why, requests.get(item.code))


def missing(item: Item, evidence: dict[str, Any], today: dt.date) -> tuple[str, str]:
    """The state of an item on its evidence, and in words what it lacks (SX-13, SX-14, SX-15, SX-16, SX-17, SX-18)."""
    lacking = [Kind(kind).label for kind in item.needs if kind not in evidence or not evidence[kind].holds]
    if lacking:
        return "locked", f"需要：{'、'.join(map(str, lacking))}"
    limit = int(defaults.value("AEO_STATUS_MAX_AGE_DAYS", today))
    if Kind.AEO in item.needs and (today - evidence[Kind.AEO].checked_on).days > limit:
        return "stale", f"AEO 状态核对于 {evidence[Kind.AEO].checked_on}，待更新"
    return "open", ""


# --- Evidence ------------------------------------------------------------------------------------------------
def may_record(actor: Actor, title: Accreditation, kind: str) -> bool:
    """The department whose measure asks for the fact, and the province; nobody else (SX-14 to SX-18)."""
    body = actor.organization
    if body is None or not actor.roles & {Role.DEPARTMENT, Role.PROV_OFFICER}:
        return False
    if body.pk == title.body_id(Role.PROV_OFFICER):
        return True
    named = next(
        m for m in measures(title.program.facts_name) if m.code == MEASURE_OF[Kind(kind)]
    ).departments
    return body in responsible(title, named)


def record_evidence(
    title: Accreditation, *, actor: Actor, kind: str, holds: bool, source: str, checked_on: dt.date
) -> SupportEvidence:
    """What is known of a holder on a day; earlier statements stay on record. Raises `NotYours`, `InvalidInput`."""
    if not may_record(actor, title, kind):
        raise NotYours()
    if checked_on > clock.today():
        raise InvalidInput({"checked_on": ["核对日期不能晚于今天。"]})
    if not 2 <= len(source.strip()) <= 200:
        raise InvalidInput({"source": ["写明来源，2 至 200 字，如“海关企业信用公示平台”。"]})
    said: dict[str, Any] = {"officer": actor.user, "recorded_by": actor.organization}
    return SupportEvidence.objects.create(
        title=title, kind=kind, holds=holds, source=source.strip(), checked_on=checked_on,
        recorded_at=clock.now(), **said,
    )  # fmt: skip


# --- Requests ------------------------------------------------------------------------------------------------
def responsible(title: Accreditation, names: tuple[str, ...]) -> list[Organization]:
    """The departments of the province by the names the document uses, in its order."""
    rows = list(Organization.objects.filter(region_id=title.program.province_id).exclude(kind="enterprise"))
    return [body for name in names for body in rows if _goes_by(body, name)]


def _goes_by(body: Organization, name: str) -> bool:
    """The document leaves the province out of a name: 省商务厅 is 山西省商务厅."""
    return name in (body.short_name, *body.aliases) or body.name.endswith(name)


def due_of(item: Item, accepted_on: dt.date) -> dt.date | None:
    """The last day of the stated limit, the day of acceptance not counted; none where none is stated (SX-16, AMB-S19)."""
    return None if item.limit is None else calendar.add_working_days(accepted_on, item.limit)


def request(title: Accreditation, *, actor: Actor, item: str, note: str = "") -> SupportRequest:
    """A holder asks for an item; it goes to the first responsible department. Raises `NotYours`, `Conflict`."""
    if not actor.is_enterprise or actor.organization_id != title.applicant_id:
        raise NotYours()
    today = clock.today()
    found = next(
        (e for _m, items in entitlements(title, today).measures for e in items if e.item.code == item), None
    )
    if found is None:
        raise Conflict("没有这个扶持事项，或者称号已不再有效。")
    if found.state != "open":
        raise Conflict(f"“{found.item.name}”现在不能申请。{found.why}。")
    bodies = responsible(title, found.item.departments)
    if not bodies:
        raise Conflict("责任单位还没有在本平台登记，暂时不能申请。请联系平台运行管理单位。")
    said: dict[str, Any] = {"requested_by": actor.user}
    try:
        with transaction.atomic():
            return SupportRequest.objects.create(
                title=title, item=item, department=bodies[0], note=note.strip()[:1000],
                requested_on=today, due_on=due_of(found.item, today), **said,
            )  # fmt: skip
    except IntegrityError:
        raise Conflict("这个事项已申请，等责任单位答复。") from None


def answer(asked: SupportRequest, *, actor: Actor, granted: bool, text: str) -> None:
    """The department's answer, which the holder reads; declined, it may ask again."""
    if actor.organization_id != asked.department_id or not actor.roles & {Role.DEPARTMENT, Role.PROV_OFFICER}:
        raise NotYours()
    if not 2 <= len(text.strip()) <= 1000:
        raise InvalidInput({"answer": ["写明办理情况或不同意的理由，2 至 1000 字。"]})
    outcome = SupportRequest.Outcome.GRANTED if granted else SupportRequest.Outcome.DECLINED
    changed = SupportRequest.objects.filter(pk=asked.pk, outcome="").update(
        outcome=outcome, answer=text.strip(), answered_on=clock.today(), answered_by=actor.user
    )
    if not changed:
        raise Conflict("这件申请已经答复过。请刷新页面。")


# --- The list for financial institutions ---------------------------------------------------------------------
def deliver_lists() -> int:
    """The daily run: each institution gets each change once, a title that came in or went out (SX-19)."""
    return sum(_deliver(one) for one in ListSubscriber.objects.filter(is_active=True).order_by("id"))


def _deliver(subscriber: ListSubscriber) -> int:
    now = clock.now()
    titles = Accreditation.objects.filter(program__province_id=subscriber.province_id)
    got = ListDelivery.objects.filter(subscriber=subscriber)
    came_in = got.filter(change="in").values("title_id")
    coming = titles.filter(closed_at=None).exclude(pk__in=came_in)
    going = titles.filter(closed_at__isnull=False, pk__in=came_in).exclude(
        pk__in=got.filter(change="out").values("title_id")
    )
    rows = [
        ListDelivery(subscriber=subscriber, title=title, change=change, delivered_at=now)
        for change, found in (("out", going), ("in", coming))
        for title in found.order_by("id")
    ]
    made = ListDelivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(made)
