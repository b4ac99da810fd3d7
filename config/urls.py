"""Addresses: one include per app, public ones first."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

# The admin is a second door: without this it would let an official in without the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("cases/", include("workflow.urls")),
    path("my/", include("accreditation.urls_enterprise")),
    path("desk/", include("portal.desk.urls")),
    path("demo/", include("portal.demo.urls")),
    path("", include("accreditation.urls_desk")),
    path("", include("centers.urls")),
    path("", include("publicity.urls")),
    path("", include("portal.urls")),
]
handler400 = "portal.errors.bad_request"
handler500 = "portal.errors.server_error"
