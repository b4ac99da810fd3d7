"""Samples and templates: one by one and in one package."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accreditation import samples
from accreditation.views.enterprise.common import enterprise_page
from accreditation.views.enterprise.imports import workbook
from documents.spreadsheets.writing import write_template


@require_safe
@enterprise_page
def index(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "accreditation/enterprise/samples.html",
        {"samples": samples.SAMPLES.items(), "tables": samples.TABLES.items()},
    )


@require_safe
@enterprise_page
def sample(request: HttpRequest, code: str) -> HttpResponse:
    """A sample by the code of its material, a filled table by its slot, or everything as one file."""
    if code == "package":
        return _file(samples.package(), "application/zip", "申报材料样例和模板.zip")
    if code in samples.TABLES:
        return workbook(samples.sample_table(code), f"{samples.TABLES[code].name}（样例）.xlsx")
    if code not in samples.SAMPLES:
        raise Http404("没有这份样例。")
    return _file(samples.sample_pdf(code), "application/pdf", f"{samples.SAMPLES[code].title}（样例）.pdf")


@require_safe
@enterprise_page
def template(request: HttpRequest, slot: str) -> HttpResponse:
    sheet = samples.TABLES.get(slot)
    if sheet is None:
        raise Http404("没有这份模板。")
    return workbook(write_template(sheet.columns, title=sheet.name), f"{sheet.name}模板.xlsx")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = str(content_disposition_header(kind == "application/zip", name))
    response["X-Content-Type-Options"] = "nosniff"
    return response
