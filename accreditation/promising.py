"""The written promise before a tolerant acceptance: what may come later, its words, its signature (FJ-24, AMB-G08).

The legal representative signs it while the city checks whether the file is complete; the city then accepts without
what was promised (`accept_tolerant`), or does not. Nothing here moves the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accreditation import rules
from accreditation.filing import STATEMENT
from accreditation.materials import WrittenPromise
from accreditation.procedures.application import ProviderApplication
from core import clock, defaults
from core.findings import Finding
from workflow.cases import Countersignature
from workflow.errors import Conflict, NotMet
from workflow.preparing import countersign

STEP = "accept_tolerant"
SUBMITTED = ProviderApplication.State.SUBMITTED


@dataclass(frozen=True)
class Gap:
    """A material that is not complete. What is statutory cannot wait; what is optional is not missed unless asked for."""

    spec: dict[str, Any]
    missing: list[str]
    may_wait: bool
    is_missed: bool

    @property
    def code(self) -> str:
        return self.spec["code"]


def gaps(application: ProviderApplication) -> list[Gap]:
    """What the file lacks, in the order of the regulation."""
    faulted = application.material_verdicts.filter(ok=False).values_list("material", flat=True)
    asked_for = set(faulted)
    found = []
    for spec in application.program.materials:
        missing = rules.missing_of(application, spec)
        if missing and spec["code"] != STATEMENT:
            is_missed = spec["required"] or spec["code"] in asked_for
            found.append(Gap(spec, missing, not rules.is_statutory(spec), is_missed))
    return found


def is_possible(application: ProviderApplication) -> bool:
    """Whether a promise can be given at all now: here it is the practice, and no earlier promise was broken."""
    if application.state != SUBMITTED or not application.program.tolerates_gaps:
        return False
    return all(finding.ok for finding in rules.may_be_promised(application, [], clock.today()))


def promised(application: ProviderApplication) -> list[str]:
    """The materials the promise names, signed or no longer."""
    return sorted(promise.material for promise in application.promises.all())


def statement(application: ProviderApplication, codes: Sequence[str]) -> str:
    """The words of the promise: which items, until when, and what follows when they do not come."""
    names = {spec["code"]: spec["name"] for spec in application.program.materials}
    return _(
        "我单位申请%(title)s，尚缺下列非法定必备材料：%(items)s。我单位承诺自容缺受理之日起 %(days)s 个工作日内补齐上述材料，"
        "知悉补齐之前不予公示，也不作出认定决定。逾期没有补齐的，接受不予认定的处理，%(months)s 个月内不再适用容缺受理。"
    ) % {
        "title": application.program.title_name,
        "items": "、".join(names[code] for code in codes),
        "days": defaults.value("TOLERANT_PROMISE_WORKING_DAYS", application.rules_on),
        "months": defaults.value("TOLERANT_BAR_MONTHS_AFTER_BREACH", application.rules_on),
    }


def sign(
    application: ProviderApplication, actor: Actor, codes: Sequence[str], *, seen: str
) -> Countersignature:
    """The legal representative promises these materials; an earlier promise gives way to it.

    `seen` is the digest of the content that was shown. Raises `NotYours`, `NotMet`, `Conflict`.
    """
    codes = sorted(set(codes))
    with transaction.atomic():
        fresh = ProviderApplication.objects.select_for_update(of=("case_ptr",)).get(pk=application.pk)
        if fresh.state != SUBMITTED:
            raise Conflict(
                _("没有签署：本件现为“%(state)s”，不能再作容缺承诺。") % {"state": fresh.state_label}
            )
        if seen != fresh.content_digest():
            raise Conflict(_("没有签署：这一页打开之后材料或承诺有改动。请重新核对下面的内容，再签署。"))
        findings = [*rules.may_be_promised(fresh, codes, clock.today()), _is_missing(fresh, codes)]
        if failed := [finding for finding in findings if not finding.ok]:
            raise NotMet(failed)
        fresh.promises.exclude(material__in=codes).delete()
        for code in codes:
            WrittenPromise.objects.get_or_create(
                application=fresh, material=code, defaults={"promised_at": clock.now()}
            )
        return countersign(fresh, STEP, actor=actor, statement=statement(fresh, codes))


def _is_missing(application: ProviderApplication, codes: Sequence[str]) -> Finding:
    """What is promised is not there yet, and something is promised (FJ-24)."""
    open_gaps = {gap.code for gap in gaps(application)}
    ok = bool(codes) and open_gaps.issuperset(codes)
    return Finding(
        "FJ-24",
        ok,
        len(codes),
        _("所缺的材料，至少一项"),
        "" if ok else _("请选择要承诺补交的材料；已经齐全的，不用承诺。"),
        "promised_is_missing",
    )


@dataclass(frozen=True)
class SignedPromise:
    """The promise as the parties read it: its words, who signed them and when, what became of each item."""

    signature: Countersignature
    items: list[tuple[dict[str, Any], WrittenPromise]]
    accepted_at: datetime | None


def signed(application: ProviderApplication) -> SignedPromise | None:
    """The promise that binds or can still be accepted; None where none was given, or it came to nothing (FJ-24)."""
    promises = {promise.material: promise for promise in application.promises.all()}
    accepted_at = next((promise.accepted_at for promise in promises.values() if promise.accepted_at), None)
    if accepted_at:
        # Materials have changed since, so the digest no longer tells which one was accepted; its words and time do.
        words = statement(application, sorted(promises))
        before = [one for one in application.signatures(STEP) if one.signed_at <= accepted_at]
        standing = min(before, key=lambda one: one.statement != words, default=None)
    else:
        standing = signature(application) if is_possible(application) else None
    if standing is None:
        return None
    items = [
        (spec, promises[spec["code"]]) for spec in application.program.materials if spec["code"] in promises
    ]
    return SignedPromise(standing, items, accepted_at)


def most_items(application: ProviderApplication) -> int:
    return defaults.value("TOLERANT_MAX_ITEMS", application.rules_on)


def signature(application: ProviderApplication) -> Countersignature | None:
    """The signature that stands: over the content and the promise as they now are."""
    digest = application.content_digest()
    return next((s for s in application.signatures(STEP) if s.content_digest == digest), None)
