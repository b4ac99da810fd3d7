"""Pages of centers: at the desk of the offices, and the directory for everybody."""

from django.urls import path

from centers.views import adjustment, centers, inspection, layout, public, roster, setup

app_name = "centers"
CASE = "desk/cases/<str:reference>/"
urlpatterns = [
    path("centers/", public.directory, name="directory"),
    path("centers/<str:number>/", public.entry, name="entry"),
    path("desk/centers/", centers.centers, name="centers"),
    path("desk/centers/new/", setup.begin, name="begin"),
    path("desk/layout/", layout.plans, name="layout"),
    path("desk/layout/<int:year>/<str:code>/", layout.plan, name="plan"),
    path("desk/zones/", layout.zones, name="zones"),
    path(f"{CASE}request/", setup.edit_request, name="request"),
    path(f"{CASE}inspection/", inspection.inspect, name="inspection"),
    path(f"{CASE}adjustment/", adjustment.begin, name="adjustment"),
    path(f"{CASE}roster/", roster.roster_page, name="roster"),
]
