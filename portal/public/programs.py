"""申报项目: may I, what do I hand in, how does it go, how long, on what ground; in this order, and a self-test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import LOOK_UPS, limited
from accreditation import clocks, samples
from accreditation.eligibility import NAMES, TITLES, mark_of
from accreditation.materials import SLOT_OF_PART, SLOTS_OF
from accreditation.programs import Program
from accreditation.rules import MATERIAL_CLAUSES
from accreditation.sheets import SHEETS
from core import clock, defaults
from core.findings import Finding
from core.money import WAN
from documents.attachments.slots import SLOTS
from documents.spreadsheets.writing import write_template
from portal.public import selftest
from portal.public.front import standing_of
from publicity.clocks import OBJECTION
from workflow.clocks import Clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Where each material comes from, for who has to get it.
FROM = {
    "application_report": _("本企业编写"),
    "service_process_proof": _("本企业编写，附业务单证"),
    "client_list_contracts": _("本企业填表，附与客户签订的合同"),
    "trade_volume_proof": _("海关（报关单）或线上交易平台（成交记录）"),
    "platform_description": _("本企业编写；授权证明由平台方出具"),
    "licence_and_legal_rep_id": _("市场监管部门、公安机关核发"),
    "staff_qualification": _("发证机构；社保经办机构"),
    "audit_report": _("会计师事务所"),
    "truthfulness_statement": _("法定代表人签署"),
    "other_proof": _("视情况"),
}
LIMITS: tuple[tuple[Clock, str | Promise], ...] = (
    (clocks.COMPLETENESS, _("市级审核单位")),
    (clocks.CORRECTION, _("企业")),
    (clocks.CITY_REVIEW, _("市级审核单位")),
    (clocks.PEER_REPLY, _("同级部门")),
    (clocks.PROVINCE_EVALUATION, _("省商务厅")),
    (clocks.JOINT_REPLY, _("会同部门")),
    (OBJECTION, _("省商务厅")),
    (clocks.DECISION, _("省商务厅")),
    (clocks.PLAQUE, _("省商务厅")),
)


@dataclass(frozen=True)
class Shown:
    """A finding of the self-test, worded for the page."""

    finding: Finding
    name: str
    gauge: tuple[float, float, str] | None = None  # measured, required, the requirement in words


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    return render(
        request,
        "portal/public/programs.html",
        {"programs": [standing_of(program, today) for program in Program.objects.order_by("pk")]},
    )


@require_safe
def program(request: HttpRequest, code: str) -> HttpResponse:
    found, today = get_object_or_404(Program, code=code), clock.today()
    standing = standing_of(found, today)
    context = {
        **standing,
        "steps_of_program": standing,
        "conditions": [
            (
                TITLES[condition["code"]][0],
                condition["name"],
                condition["checks"],
                CLAUSES_OF[condition["code"]],
            )
            for condition in found.facts["conditions"]
        ],
        "materials": [_material(spec) for spec in found.materials],
        "limits": [(timer, defaults.value(timer.setting, today), who) for timer, who in LIMITS],
        "publicity_days": (
            defaults.value("PUBLICITY_MIN_WORKING_DAYS", today),
            defaults.value("PUBLICITY_MIN_CALENDAR_DAYS", today),
        ),
        "years": found.facts["validity"]["years"],
        "copies": found.facts["dossier_format"]["copies"],
        "rounds": found.rounds.all()[:6],
        "document": found.facts["document"],
    }
    return render(request, "portal/public/program.html", context)


CLAUSES_OF = {
    "C1": ("SX-26", "SX-27", "SX-28"),
    "C2": ("SX-29", "SX-30", "SX-31", "SX-32"),
    "C3": ("SX-33", "SX-34", "SX-35"),
    "C4": ("SX-36", "SX-37", "SX-38"),
}


def _material(spec: dict[str, Any]) -> dict[str, Any]:
    slots = [SLOTS[code] for code in SLOTS_OF[spec["code"]]]
    if spec["code"] == "licence_and_legal_rep_id":
        slots = [SLOTS[code] for code in SLOT_OF_PART.values()]
    sheet = SHEETS.get(spec["code"])
    first = slots[0]
    return {
        **spec,
        "clause": MATERIAL_CLAUSES[spec["code"]],
        "inside": spec.get("contents") or spec.get("parts") or spec.get("accepted_forms") or [],
        "from": FROM[spec["code"]],
        "format": f"{first.types_in_words}，单个不超过 {first.max_bytes // (1024 * 1024)} MB",
        "sheet": sheet,
        "sample": spec["code"] in samples.SAMPLES,
    }


@require_safe
@cache_control(max_age=3600, public=True)
def template(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """The workbook to fill in for one of the two tables."""
    get_object_or_404(Program, code=code)
    sheet = next((sheet for sheet in SHEETS.values() if sheet.table == table), None)
    if sheet is None:
        raise Http404("没有这份模板。")
    return _file(write_template(sheet.columns, title=sheet.name), XLSX, f"{table}.xlsx")


@require_safe
@limited(LOOK_UPS)
@cache_control(max_age=3600, public=True)
def sample(request: HttpRequest, code: str, material: str) -> HttpResponse:
    """What a good one looks like, marked 样例 on every page; `all` is the whole package."""
    get_object_or_404(Program, code=code)
    if material == "all":
        return _file(samples.package(), "application/zip", "samples.zip")
    if material not in samples.SAMPLES:
        raise Http404("没有这份样例。")
    response = HttpResponse(samples.sample_pdf(material), content_type="application/pdf")
    response["Content-Disposition"] = "inline"
    return response


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, code: str) -> HttpResponse:
    """The self-test. Answers are judged and forgotten: no row, no log, no cookie of their own."""
    found = get_object_or_404(Program, code=code)
    asked = request.method == "POST"
    form = selftest.SelfTestForm(request.POST if asked else None, program=found)
    context: dict[str, Any] = {"program": found, "form": form}
    if not asked:
        return render(request, "portal/public/selftest.html", context)
    if not form.is_valid():
        return render(request, "portal/public/selftest.html", context, status=422)
    judged = selftest.findings(form.cleaned_data, found, clock.today())
    every = [finding for findings in judged.values() for finding in findings]
    context |= {
        "blocks": [
            (TITLES[code], mark_of(findings), [_shown(finding) for finding in findings])
            for code, findings in judged.items()
        ],
        "unmet": [_shown(finding) for finding in every if finding.ok is False],
        "met": sum(finding.ok is True for finding in every),
        "open": sum(finding.ok is None for finding in every),
    }
    return render(request, "portal/public/selftest.html", context)


def _shown(finding: Finding) -> Shown:
    gauge = None
    if finding.code == "serves_enough_enterprises":
        gauge = (float(finding.measured), float(finding.required), f"要求 {finding.required} 家")
    if finding.code == "trade_volume_reached":
        required = finding.required / WAN
        gauge = (float(finding.measured / WAN), float(required), f"要求 {required:.0f} 万元")
    return Shown(finding, NAMES.get(finding.code, finding.cited.label), gauge)
