"""The offices' pages of accreditation: review, checks, correction, decision, opinions, register."""

from django.urls import path

from accreditation.views import dossier
from accreditation.views.desk import (
    checks,
    correction,
    decide,
    files,
    opinions,
    register,
    review,
    supervision,
    support,
    title,
    yearly,
)

app_name = "review"
CASE = "desk/cases/<str:reference>/"
urlpatterns = [
    path(f"{CASE}review/", review.begin, name="begin"),
    path(f"{CASE}review/<slug:item>/", review.review_item, name="item"),
    path(f"{CASE}verified-trade/", checks.verify_trade, name="verify_trade"),
    path(f"{CASE}correction/", correction.correction, name="correction"),
    path(f"{CASE}dossier/", dossier.of_office, name="dossier"),
    path(f"{CASE}decide/", decide.decide, name="decide"),
    path(f"{CASE}decide/preview/", decide.preview, name="preview"),
    path(f"{CASE}evaluation/", decide.record_evaluation, name="evaluation"),
    path(f"{CASE}files/<str:key>/<int:page>.png", files.page_picture, name="page"),
    path(f"{CASE}files/<str:key>/", files.original, name="file"),
    path(f"{CASE}checks/", title.record_checks, name="title_checks"),
    path(f"{CASE}defects/", title.defects, name="title_defects"),
    path(f"{CASE}restore/", title.restore, name="restore"),
    path(f"{CASE}plaque-returned/", title.plaque_returned, name="plaque_returned"),
    path("desk/register/", register.register, name="register"),
    path("desk/register/<str:number>/lead/", title.report_lead, name="report_lead"),
    path("desk/register/<str:number>/finding/", supervision.report_finding, name="report_finding"),
    path("desk/findings/", supervision.findings, name="findings"),
    path("desk/findings/import/", supervision.import_findings, name="import_findings"),
    path("desk/findings/template.xlsx", supervision.finding_template, name="finding_template"),
    path("desk/problems/", supervision.problems, name="problems"),
    path("desk/problems/<int:routing>/answer/", supervision.answer_problem, name="answer_problem"),
    path("desk/register/<str:number>/evidence/", support.evidence, name="evidence"),
    path("desk/support/", support.requests, name="support"),
    path("desk/support/<int:pk>/answer/", support.answer, name="answer_support"),
    path("lists/<str:token>/<slug:which>.csv", support.handed_list, name="handed_list"),
    path("events/", yearly.events, name="events"),
    path("province/yearly/", yearly.reports, name="yearly"),
    path("province/reviews/", title.reviews, name="title_reviews"),
    path("province/revocations/", title.revocations, name="revocations"),
    path("opinions/", opinions.waiting, name="opinions"),
    path("opinions/answered/", opinions.answered, name="answered"),
    path("opinions/<str:reference>/", opinions.opinion, name="opinion"),
]
