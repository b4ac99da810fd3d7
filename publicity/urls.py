"""公示公告 and objections; `/notices/…` is everybody's, `/objections/…` the one's who holds the receipt."""

from django.urls import path

from publicity import objectors, views

app_name = "publicity"
urlpatterns = [
    path("notices/", views.index, name="notices"),
    path("notices/<str:reference>/", views.posting, name="posting"),
    path("notices/<str:reference>/official-<int:version>.pdf", views.official, name="posting_official"),
    path("notices/<str:reference>/object/", views.object_to, name="object"),
    path("objections/", objectors.ask, name="objection_ask"),
    path("objections/<str:code>/", objectors.objection, name="objection"),
    path("objections/<str:code>/reply.pdf", objectors.reply, name="objection_reply"),
    path("objections/<str:code>/evidence/", objectors.add_evidence, name="objection_evidence"),
    path("objections/<str:code>/steps/<slug:step>/", objectors.take_step, name="objection_step"),
]
