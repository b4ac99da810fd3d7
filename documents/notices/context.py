"""The facts a notice prints, frozen as plain data when the step is taken.

Whatever changes afterwards, a name, a default, the law, the notice can be drawn again exactly as it was issued. What
the step says (`ctx.notice`) stands beside the standard parts under its own names.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Model
from django.forms import ChoiceField
from django.utils.functional import Promise

from accounts.models import Organization
from core import clock, defaults
from core.findings import Finding
from documents.attachments.models import Attachment
from documents.attachments.slots import SLOTS
from documents.notices import codes, wording
from documents.notices.kinds import form_of
from workflow.notices import NoticeKind
from workflow.steps import PROCEDURES

NOT_PRINTED = {"kind", "organ", "addressee", "addressees", "clauses"}


class IncompleteNotice(RuntimeError):
    """An adverse notice without its reasons or its clause may not leave the house (workflows.md 0.2, 3)."""


@dataclass(frozen=True)
class Paper:
    """One notice about to be written, and the step it comes from."""

    kind: NoticeKind
    case: Any
    ctx: Any
    organ: Organization
    addressee: Organization | None
    addressee_name: str
    given: Mapping[str, Any]

    def context(self, *, number: str, verification_code: str = "") -> dict[str, Any]:
        """Everything that is printed, as plain data."""
        rules_on, form, clauses = self.case.rules_on, form_of(self.kind.code), self._clauses()
        cited = wording.citations(clauses, self.organ.region.province_code)
        return {
            **self._said(),
            **{name: plain(getattr(self.case, name, None)) for name in form.reads},
            "code": self.kind.code,
            "title": str(self.kind.title),
            "matter": str(self.given.get("matter") or self._matter()),
            "number": number,
            "issued_on": plain(clock.local(self.ctx.now).date()),
            "case": {
                "reference": self.case.reference,
                "title": self.case.title,
                "opened_on": plain(clock.local(self.case.opened_at).date()),
            },
            "organ": {"name": self.organ.name, "phone": self.organ.phone, "address": self.organ.address},
            "addressee": {
                "name": self.addressee_name,
                "uscc": (self.addressee and self.addressee.uscc) or "",
            },
            "enterprise": plain(self.case.applicant) if self.case.applicant else {},
            "clauses": cited,
            "basis": wording.basis(cited),
            "measures": wording.measures(clauses),
            "deadlines": self._deadlines(),
            "by_the_clock": self.ctx.actor.user is None,
            "materials": self._materials() if form.lists_materials else [],
            "promise": self._promise() if self.ctx.step.countersigned_by else {},
            "bar_months": defaults.value("TOLERANT_BAR_MONTHS_AFTER_BREACH", rules_on),
            "remedies": wording.remedies(self.organ, form.act, rules_on) if self.kind.adverse else None,
            "service": wording.served_by_portal(rules_on),
            "seal_mode": defaults.value("NOTICE_SEAL_MODE", rules_on),
            "site": urlsplit(settings.PUBLIC_ORIGIN).netloc,
            "verification_code": verification_code,
            "verification_code_words": codes.in_groups(verification_code),
            "verification_url": codes.verification_url(verification_code) if verification_code else "",
        }

    def _said(self) -> dict[str, Any]:
        """What the step gave, and the words of each choice that was made in its form."""
        said = {name: plain(value) for name, value in self.given.items() if name not in NOT_PRINTED}
        said["reasons"] = said.get("reasons") or said.get("reason") or ""
        for name, form_field in (self.ctx.step.form.base_fields if self.ctx.step.form else {}).items():
            if isinstance(form_field, ChoiceField) and isinstance(said.get(name), str):
                words = {str(choice): str(label) for choice, label in form_field.widget.choices}
                said[f"{name}_words"] = words.get(said[name], said[name])
        return said

    def _clauses(self) -> tuple[str, ...]:
        """The clauses the decision names; else those of the step and of what was found unmet."""
        failed = [finding.clause for finding in self.ctx.findings if finding.ok is False]
        by_analogy = [id for id in self.ctx.step.clauses if id in wording.BY_ANALOGY]
        named = self.given.get("clauses")
        found = tuple([*named, *by_analogy] if named else [*self.ctx.step.clauses, *failed])
        return found if wording.citations(found) else (*found, *form_of(self.kind.code).clauses)

    def _matter(self) -> str:
        """What the whole affair is about: for a consultation or an objection, what its application is about."""
        root = self.case.root or self.case
        return str(PROCEDURES[root.kind]._meta.verbose_name).removesuffix("申请")

    def _deadlines(self) -> dict[str, dict[str, Any]]:
        """The clocks the step started, by code: how many days, until when."""
        live = self.ctx.clocks.live
        return {
            timer.code: {"days": live[timer.code].length, "due_on": plain(live[timer.code].due_on)}
            for timer in (*self.ctx.step.starts, *self.ctx.step.restarts)
            if timer.code in live
        }

    def _materials(self) -> list[dict[str, Any]]:
        slots = Attachment.objects.standing().filter(case_id=self.case.pk).values_list("slot", flat=True)
        files = Counter(slots)
        return [
            {"name": str(slot.label), "files": files[code]} for code, slot in SLOTS.items() if code in files
        ]

    def _promise(self) -> dict[str, Any]:
        """The second signature under the step, the one over the present content: what was declared, by whom, when."""
        signatures = self.case.countersignatures.filter(
            step=self.ctx.step.name, content_digest=self.case.content_digest()
        )
        signed = signatures.select_related("user__person").last()
        if signed is None:
            return {}
        return {
            "text": signed.statement,
            "signed_by": signed.user.display_name,
            "signed_on": plain(clock.local(signed.signed_at).date()),
        }


def require_grounds(context: dict[str, Any], paper: Paper) -> None:
    """Raises `IncompleteNotice` when an adverse notice lacks what makes it one."""
    if paper.kind.adverse and not (context["clauses"] and context["reasons"]):
        raise IncompleteNotice(f"{paper.kind.code} of {paper.case.reference}: no reasons or no clause")


def plain(value: Any) -> Any:
    """A value as JSON keeps it: days in ISO, amounts as written, findings with their clause in words."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str | Promise | Decimal):
        return str(value)
    if isinstance(value, dt.datetime):
        return clock.local(value).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Finding):
        return {"citation": "", "label": "", **(wording.citation(value.clause) or {}), **value.as_dict()}
    if isinstance(value, Organization):
        return {"name": value.name, "uscc": value.uscc or "", "region": str(value.region)}
    if isinstance(value, Mapping):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, Model):
        return str(value)
    return [plain(entry) for entry in value]
