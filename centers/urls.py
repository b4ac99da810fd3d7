"""Pages of centers: at the desk of the offices, and the directory for everybody."""

from django.urls import path

from centers.views import centers, layout, public, setup

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
    path(f"{CASE}inspection/", setup.inspect, name="inspection"),
]
