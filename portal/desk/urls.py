"""The desk of the offices."""

from django.urls import path

from portal.desk import (
    bulk,
    case,
    columns,
    export,
    hand_over,
    lists,
    notices,
    objections,
    papers,
    queue,
    quick,
    saved_views,
)

app_name = "desk"
NOTICE = "cases/<str:reference>/notices/<int:pk>/"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("export/", export.export, name="export"),
    path("columns/", columns.choose, name="columns"),
    path("views/", saved_views.keep_view, name="views"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("quick/<str:reference>/", quick.quick, name="quick"),
    path("done/", lists.done_cases, name="done"),
    path("watched/", lists.watched_cases, name="watched"),
    path("consult/", lists.consultations, name="consultations"),
    path("objections/", objections.objections, name="objections"),
    path("cases/", lists.all_cases, name="cases"),
    path("cases/<str:reference>/", case.case_page, name="case"),
    path("cases/<str:reference>/hand-over/", hand_over.hand_over, name="hand_over"),
    path("cases/<str:reference>/heard/", objections.take_down, name="heard"),
    path(f"{NOTICE}", notices.notice_pdf, name="notice"),
    path(f"{NOTICE}record/", papers.record, name="paper"),
    path(f"{NOTICE}retry/", papers.retry, name="retry"),
    path(f"{NOTICE}served/", papers.served, name="served"),
    path(f"{NOTICE}correct/", papers.correct, name="correct"),
    path(f"{NOTICE}correct/settle/", papers.settle, name="settle_correction"),
    path("numbers/", papers.numbers, name="numbers"),
]
