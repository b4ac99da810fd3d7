"""Acting on a case: one address for every step of every procedure, and the courtesies between colleagues."""

from django.urls import path

from workflow import views

app_name = "workflow"
urlpatterns = [
    path("<str:reference>/steps/<slug:step>/", views.take_step, name="step"),
    path("<str:reference>/steps/<slug:step>/return/", views.return_proposal, name="return"),
    path("<str:reference>/claim/", views.claim_case, name="claim"),
    path("<str:reference>/release/", views.release_case, name="release"),
    path("<str:reference>/reassign/", views.reassign_case, name="reassign"),
    path("<str:reference>/watch/", views.watch_case, name="watch"),
    path("<str:reference>/notes/", views.add_case_note, name="note"),
]
