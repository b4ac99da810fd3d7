"""What only a demo has."""

from django.urls import path

from portal.demo import clock_page

app_name = "demo"
urlpatterns = [path("clock/", clock_page.clock_page, name="clock")]
