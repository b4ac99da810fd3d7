"""政策依据: the documents, their texts, and every clause at an address of its own (SX-01, SX-24, SX-25)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.clauses import CLAUSES
from portal.public import library, passages


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    context = {"documents": library.documents(clock.today()), "defaults": library.clauses_of("AMB")}
    return render(request, "portal/public/law.html", context)


@require_safe
def entry(request: HttpRequest, name: str) -> HttpResponse:
    """A document by its series (SX) or a clause by its id (SX-37, AMB-G05)."""
    if name in library.FACTS:
        return _document(request, name)
    if name in CLAUSES:
        return _clause(request, name)
    raise Http404("没有这一条。请从文件目录查找。")


def _document(request: HttpRequest, series: str) -> HttpResponse:
    document = library.document_of(series, clock.today())
    context = {
        "document": document,
        "text": passages.text_of(series),
        "clauses": library.clauses_of(series),
    }
    return render(request, "portal/public/law_document.html", context)


def _clause(request: HttpRequest, clause_id: str) -> HttpResponse:
    today, found = clock.today(), CLAUSES[clause_id]
    series = [one for one in CLAUSES.values() if one.series == found.series]
    place, uses = series.index(found), library.uses_of(clause_id)
    context = {
        "clause": found,
        "document": None if found.is_default else library.document_of(found.series, today),
        "passage": passages.passage_of(found),
        "uses": uses,
        "beside": library.texts_beside(uses) if found.is_default else [],
        "facts": library.registered_facts(found),
        "values": library.values_of(clause_id, today),
        "previous": series[place - 1] if place else None,
        "next": series[place + 1] if place + 1 < len(series) else None,
    }
    return render(request, "portal/public/law_clause.html", context)
