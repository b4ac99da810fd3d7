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
    queue,
    quick,
    saved_views,
)

app_name = "desk"
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
    path("cases/<str:reference>/notices/<int:pk>/", notices.notice_pdf, name="notice"),
]
