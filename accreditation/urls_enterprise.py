"""The addresses of an enterprise, under /my/."""

from django.urls import path

from accreditation.views import dossier
from accreditation.views.enterprise import (
    cases,
    correction,
    dashboard,
    files,
    imports,
    inbox,
    materials,
    people,
    precheck,
    profile,
    promise,
    samples,
    signing,
)

app_name = "my"
CASE, MATERIAL, FILE = "cases/<str:reference>/", "materials/<slug:code>/", "files/<str:key>/"
urlpatterns = [
    path("", dashboard.dashboard, name="home"),
    path("profile/", profile.profile, name="profile"),
    path("precheck/", precheck.precheck, name="precheck"),
    path("people/", people.people, name="people"),
    path("people/<int:membership>/end/", people.end, name="end_membership"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/", inbox.notice, name="notice"),
    path("inbox/<int:pk>/pdf/", inbox.notice_pdf, name="notice_pdf"),
    path("inbox/<int:pk>/pages/<int:number>/", inbox.notice_page, name="notice_page"),
    path("certificates/", inbox.certificates, name="certificates"),
    path("samples/", samples.index, name="samples"),
    path("samples/<slug:code>/", samples.sample, name="sample"),
    path("templates/<slug:slot>/", samples.template, name="template"),
    # One case
    path("cases/", cases.cases, name="cases"),
    path("cases/new/", cases.new_case, name="new_case"),
    path(CASE, cases.case, name="case"),
    path(f"{CASE}history/", cases.case_history, name="history"),
    path(f"{CASE}hand-over/", cases.hand_over, name="hand_over"),
    path(f"{CASE}{MATERIAL}", materials.material, name="material"),
    path(f"{CASE}{MATERIAL}files/<slug:slot>/", files.upload, name="upload"),
    path(f"{CASE}{MATERIAL}import/", imports.table, name="import"),
    path(f"{CASE}{MATERIAL}import/template/", imports.template, name="import_template"),
    path(f"{CASE}{MATERIAL}import/marked/", imports.marked, name="import_marked"),
    path(f"{CASE}{MATERIAL}import/repairs/", imports.repairs, name="import_repairs"),
    path(f"{CASE}{MATERIAL}import/rows/<int:number>/", imports.row, name="import_row"),
    path(f"{CASE}{MATERIAL}import/rows/<int:number>/drop/", imports.drop_row, name="import_drop"),
    path(f"{CASE}{FILE}", files.preview, name="file"),
    path(f"{CASE}{FILE}download/", files.download, name="download"),
    path(f"{CASE}{FILE}pages/<int:number>/", files.page_picture, name="file_page"),
    path(f"{CASE}{FILE}withdraw/", files.withdraw, name="withdraw_file"),
    path(f"{CASE}{FILE}confidential/", files.confidentiality, name="confidential"),
    path(f"{CASE}reuse/<str:key>/", files.reuse, name="reuse"),
    path(f"{CASE}dossier/", dossier.of_enterprise, name="dossier"),
    path(f"{CASE}check/", signing.check, name="check"),
    path(f"{CASE}check/ask/", signing.ask, name="ask"),
    path(f"{CASE}check/sign/", signing.sign, name="sign"),
    path(f"{CASE}check/send/", signing.send, name="send"),
    path(f"{CASE}promise/", promise.promise, name="promise"),
    path(f"{CASE}promise/sign/", promise.sign, name="sign_promise"),
    path(f"{CASE}receipt/", signing.receipt, name="receipt"),
    path(f"{CASE}fix/", correction.fix, name="fix"),
    path(f"{CASE}fix/<int:item>/", correction.answer, name="answer"),
    path(f"{CASE}statement/", correction.statement, name="statement"),
]
