"""Pages of centers: at the desk of the offices, and the directory for everybody."""

from django.urls import path

from centers.views import (
    adjustment,
    agreements,
    centers,
    filing,
    inspection,
    layout,
    operator,
    public,
    roster,
    setup,
)

app_name = "centers"
CASE = "desk/cases/<str:reference>/"
urlpatterns = [
    path("centers/", public.directory, name="directory"),
    path("centers/filings/", filing.published, name="filings"),
    path("centers/<str:number>/", public.entry, name="entry"),
    path("desk/centers/", centers.centers, name="centers"),
    path("desk/centers/new/", setup.begin, name="begin"),
    path("desk/layout/", layout.plans, name="layout"),
    path("desk/layout/<int:year>/<str:code>/", layout.plan, name="plan"),
    path("desk/zones/", layout.zones, name="zones"),
    path(f"{CASE}request/", setup.edit_request, name="request"),
    path(f"{CASE}inspection/", inspection.inspect, name="inspection"),
    path(f"{CASE}adjustment/", adjustment.begin, name="adjustment"),
    path(f"{CASE}award/", agreements.award, name="award"),
    path(f"{CASE}terms/", agreements.terms, name="terms"),
    path(f"{CASE}conditions/<slug:code>/", filing.condition, name="condition"),
    path("operator-papers/<str:reference>/<slug:slot>/", filing.hand_in, name="hand_in"),
    path("operator/", operator.home, name="operator_home"),
    path("operator/cases/<str:reference>/", operator.case, name="operator_case"),
    path("operator/cases/<str:reference>/sign/", operator.sign, name="operator_sign"),
    path(f"{CASE}roster/", roster.roster_page, name="roster"),
]
