"""What an enterprise does to its own papers: begins a draft, fills in a material, hands in and takes back
files, answers a correction, asks for the signature.

Papers are written under the lock of the case and only while they are the enterprise's to write: all of them in
a draft, in a correction those that were returned, and a promised one for as long as its promise is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accreditation import selectors
from accreditation.materials import SLOTS_OF, CorrectionItem, Material
from accreditation.procedures.application import ProviderApplication
from accreditation.programs import Program
from core import clock
from documents.attachments import confidentiality
from documents.attachments.gate import examined, recorded
from documents.attachments.models import Attachment
from documents.attachments.slots import SLOTS
from workflow.errors import Conflict, NotYours
from workflow.holding import working_on
from workflow.perform import open_draft
from workflow.relations import Relation

DRAFT, CORRECTION = ProviderApplication.State.DRAFT, ProviderApplication.State.CORRECTION
STATEMENT = "truthfulness_statement"
TEAM = "staff_qualification"
MATERIAL_OF_SLOT = {slot: code for code, slots in SLOTS_OF.items() for slot in slots} | {
    "client_list": "client_list_contracts",
    "trade_records": "trade_volume_proof",
}


def begin(program: Program, actor: Actor) -> ProviderApplication:
    """Open a draft; the second click finds the one already open (feature 7). Raises `NotYours`, `Conflict`."""
    if actor.organization is None or not actor.is_enterprise:
        raise NotYours()
    standing = ProviderApplication.objects.filter(applicant=actor.organization, closed_at=None)
    if (found := standing.first()) is not None:
        return found
    try:
        opened = open_draft(
            ProviderApplication,
            actor=actor,
            parties={Relation.APPLICANT: actor.organization},
            program=program,
            applicant=actor.organization,
            title=actor.organization.name,
        )
    except (Conflict, IntegrityError):
        # Both clicks saw none: the constraint let one of them through, and its draft is the answer to both.
        if (found := standing.first()) is None:
            raise
        return found
    return cast(ProviderApplication, opened)


def editable_codes(application: ProviderApplication) -> frozenset[str]:
    """The materials the enterprise may write now."""
    if application.state == DRAFT:
        return frozenset(spec["code"] for spec in application.program.materials)
    promised = set()
    if application.state in application.PROMISED:
        promised = selectors.open_promises(application)
    if application.state == CORRECTION:
        returned = CorrectionItem.objects.filter(request__application=application, request__resolved_at=None)
        promised |= set(returned.values_list("material", flat=True))
    return frozenset(promised)


@contextmanager
def writing(application: ProviderApplication, actor: Actor, code: str) -> Iterator[ProviderApplication]:
    """Write one material, under the lock of its case. Raises `Conflict` where it is not to be written now."""
    if application.state in (DRAFT, CORRECTION):
        with working_on(application, actor, states=[DRAFT, CORRECTION]) as held:
            fresh = cast(ProviderApplication, held)
            _refuse_locked(fresh, code)
            yield fresh
        return
    if actor.organization_id != application.applicant_id:
        raise NotYours()
    with transaction.atomic():
        rows = ProviderApplication.objects.select_for_update(of=("case_ptr",))
        fresh = rows.get(pk=application.pk)
        _refuse_locked(fresh, code)
        yield fresh


def _refuse_locked(application: ProviderApplication, code: str) -> None:
    if code in editable_codes(application):
        return
    if application.state == CORRECTION:
        raise Conflict(_("这项材料已提交，未被要求修改，不能改动。"))
    raise Conflict(_("本件现为“%(state)s”，材料已提交，不能改动。") % {"state": application.state_label})


def seen_version(material: Material) -> str:
    """What a form carries so that a stale one is noticed; empty while nothing was saved."""
    return material.updated_at.isoformat() if material.pk else ""


def save_material(
    application: ProviderApplication, actor: Actor, code: str, *, seen: str, **content: Any
) -> Material:
    """Save what was typed for a material. Raises `Conflict` when somebody saved it since it was shown."""
    with writing(application, actor, code) as fresh:
        return _saved(fresh, actor, code, seen, content)


def _saved(application, actor: Actor, code: str, seen: str, content: Mapping[str, Any]) -> Material:
    material = application.materials.filter(code=code).select_related("updated_by__person").first()
    material = material or Material(application=application, code=code)
    if seen != seen_version(material):
        raise Conflict(_who_saved(material))
    changed = {name: value for name, value in content.items() if getattr(material, name) != value}
    if changed or material.pk is None:
        for name, value in changed.items():
            setattr(material, name, value)
        material.updated_at, material.updated_by = clock.now(), actor.user
        material.save()
    return material


def _who_saved(material: Material) -> str:
    if not material.pk:
        return _("这一页打开之后，这项材料已被清空。您填写的内容还在，核对后再存一次。")
    return _(
        "没有保存：这一页打开之后，%(who)s 已于 %(when)s 保存过这项材料。您填写的内容还在，核对后再存一次，即以您的为准。"
    ) % {
        "who": material.updated_by or _("同事"),
        "when": clock.local(material.updated_at).strftime("%m-%d %H:%M"),
    }


def save_team(
    application: ProviderApplication,
    actor: Actor,
    members: Sequence[Mapping[str, Any]],
    *,
    seen: str,
    note: str,
) -> Material:
    """The team as the form shows it, whole: who is no longer in it is gone (SX-30, SX-45)."""
    with writing(application, actor, TEAM) as fresh:
        shown = [(m["name"], m["post"], m["qualification"], m["is_insured"]) for m in members]
        kept = list(fresh.team.order_by("id").values_list("name", "post", "qualification", "is_insured"))
        # The list of the team is of the material: the version of the one guards the other.
        material = _saved(fresh, actor, TEAM, seen, {"note": note})
        if shown != kept:
            fresh.team.all().delete()
            for member in members:
                fresh.team.create(**member)
            material.updated_at, material.updated_by = clock.now(), actor.user
            material.save(update_fields=["updated_at", "updated_by"])
        return material


# --- Files ---------------------------------------------------------------------------------------------------
def hand_in(
    application: ProviderApplication,
    actor: Actor,
    slot: str,
    file: UploadedFile,
    *,
    replaces: Attachment | None = None,
    confidential_reason: str = "",
) -> Attachment:
    """Take a file into a slot; an earlier version it replaces is kept. With a reason it is confidential.

    Raises `Rejected` with what to do, `Conflict` when the material is not to be written any more.
    """
    code = MATERIAL_OF_SLOT[slot]
    with writing(application, actor, code):
        pass  # nobody waits for the look into a file that will not be taken
    # The look takes seconds and is not done under the lock; what the file does to others is written under it, should
    # the material still be open then.
    found = examined(
        file,
        SLOTS[slot],
        application,
        actor.user,
        replaces=replaces,
        confidential_reason=confidential_reason,
    )
    with writing(application, actor, code):
        return recorded(found)


def reusable(application: ProviderApplication) -> list[Attachment]:
    """Files of the enterprise's earlier applications that are not in this one yet, the newest first (feature 14)."""
    here = application.attachments.standing().values_list("slot", "sha256")
    known = set(here)
    rows = Attachment.objects.standing().filter(
        case__in=ProviderApplication.objects.filter(applicant=application.applicant_id).exclude(
            pk=application.pk
        ),
        slot__in=[slot for slots in SLOTS_OF.values() for slot in slots],
    )
    found = []
    for row in rows.select_related("case").order_by("-id"):
        if row.is_cleared and (row.slot, row.sha256) not in known:
            known.add((row.slot, row.sha256))
            found.append(row)
    return found


def reuse(application: ProviderApplication, actor: Actor, earlier: Attachment) -> Attachment:
    """Hand in a file again that is on record for an earlier application: a new entry, the same stored object."""
    with writing(application, actor, MATERIAL_OF_SLOT[earlier.slot]) as fresh:
        earlier = Attachment.objects.get(pk=earlier.pk)
        again = fresh.attachments.standing().filter(slot=earlier.slot, sha256=earlier.sha256).first()
        if again is not None:
            if earlier.is_confidential and not again.is_confidential:
                confidentiality.mark(again, reason=earlier.confidential_reason, by=actor.user)
            return again
        taken = Attachment.objects.create(
            case_id=fresh.pk,
            slot=earlier.slot,
            name=earlier.name,
            sha256=earlier.sha256,
            size=earlier.size,
            content_type=earlier.content_type,
            pages=earlier.pages,
            warnings=earlier.warnings,
            scan=earlier.scan,
            uploaded_by=actor.user,
            is_confidential=earlier.is_confidential,
            confidential_reason=earlier.confidential_reason,
        )
        if taken.is_confidential:
            confidentiality.note(taken, actor.user)
        return taken


def state_confidentiality(
    application: ProviderApplication, actor: Actor, attachment: Attachment, reason: str
) -> None:
    """Mark a file as confidential and say why, or without a reason take the mark off (feature 15).

    Raises `Conflict` where the material is not to be written now: what was filed is frozen.
    """
    with writing(application, actor, MATERIAL_OF_SLOT[attachment.slot]):
        current = Attachment.objects.get(pk=attachment.pk)
        if not current.is_standing:
            raise Conflict(_("这份文件已被替换或移除，没有改动。请刷新页面。"))
        if current.confidential_reason != reason:
            confidentiality.mark(current, reason=reason, by=actor.user)


def take_back(application: ProviderApplication, actor: Actor, attachment: Attachment) -> None:
    """A file no longer counts; it stays on record (feature 13)."""
    with writing(application, actor, MATERIAL_OF_SLOT[attachment.slot]):
        attachment.withdraw()


# --- Correction and signature --------------------------------------------------------------------------------
def seen_answer(item: CorrectionItem) -> str:
    """As `seen_version`, of the answer to a point of the correction notice."""
    return item.answered_at.isoformat() if item.answered_at else ""


def answer_defect(
    application: ProviderApplication, actor: Actor, item: CorrectionItem, text: str, *, seen: str
) -> CorrectionItem:
    """What was done about a point of the notice, in words (AMB-G07).

    Raises `Conflict` when a colleague answered it since it was shown.
    """
    with writing(application, actor, item.material):
        current = CorrectionItem.objects.get(pk=item.pk)
        if seen != seen_answer(current):
            raise Conflict(
                _("没有保存：这一页打开之后，同事已写过这一项的补正说明。您填写的内容还在，核对后再存一次。")
            )
        current.answer, current.answered_at = text.strip(), clock.now()
        current.save(update_fields=["answer", "answered_at"])
        return current


def ask_for_signature(application: ProviderApplication, actor: Actor) -> None:
    """The handler tells the legal representative that the file is ready to be signed."""
    asked = {
        "asked_at": clock.local(clock.now()).strftime("%m-%d %H:%M"),
        "asked_by": str(actor.user),
    }
    with working_on(application, actor, states=[DRAFT, CORRECTION]) as held:
        fresh = cast(ProviderApplication, held)
        if fresh.is_signed(signed_step(fresh)):
            raise Conflict(_("法定代表人已对当前内容签署，可以直接提交。"))
        Material.objects.update_or_create(
            application=fresh,
            code=STATEMENT,
            defaults={"text": asked, "updated_at": clock.now(), "updated_by": actor.user},
        )


def signed_step(application: ProviderApplication) -> str:
    """The step the signature is for: each correction needs a new one (SX-47)."""
    return "resubmit" if application.state == CORRECTION else "submit"


def statement_of(application: ProviderApplication) -> str:
    """The words the legal representative signs (SX-47)."""
    files = selectors.standing_files(application)
    pages = sum(file.pages or 0 for file in files)
    return _(
        "我单位申报%(title)s所提供的材料（共 %(files)s 份文件、%(pages)s 页）真实、有效。"
        "如有虚假，接受取消认定资格等处理，并承担相应责任。"
    ) % {"title": application.program.title_name, "files": len(files), "pages": pages}
