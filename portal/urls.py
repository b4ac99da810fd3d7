"""Pages for everybody, and the few that everybody signed in has: the way home, large type."""

from django.urls import path

from portal import health, inbox, preferences
from portal.desk.search import search
from portal.gallery import gallery
from portal.home import home
from portal.public import certificates, front, help, law, ledger, programs, progress, register, verify

app_name = "portal"
urlpatterns = [
    path("", front.front, name="front"),
    path("home/", home, name="home"),
    path("search/", search, name="search"),
    path("health/", health.health, name="health"),
    path("messages/", inbox.inbox, name="messages"),
    path("messages/<int:pk>/", inbox.opened, name="message"),
    path("messages/read/", inbox.all_read, name="messages_read"),
    path("messages/choices/", inbox.chosen_channels, name="message_choices"),
    path("register/", register.search, name="register"),
    path("register/<str:number>/", register.entry, name="register_entry"),
    path("register/<str:number>/certificate.pdf", certificates.pdf, name="certificate"),
    path("register/<str:number>/certificate.png", certificates.front_page, name="certificate_picture"),
    path("v/", verify.ask, name="verify_ask"),
    path("ledger/", ledger.index, name="ledger"),
    path("ledger/checkpoints.txt", ledger.given_away, name="ledger_checkpoints"),
    path("ledger/key.pem", ledger.key, name="ledger_key"),
    path("ledger/check/", ledger.check, name="ledger_check"),
    path("v/file/", verify.compare, name="compare"),
    path("v/seals/<slug:fingerprint>.pem", verify.certificate, name="seal_certificate"),
    path("v/<str:code>/", verify.verify, name="verify"),
    path("programs/", programs.index, name="programs"),
    path("programs/<slug:code>/", programs.program, name="program"),
    path("programs/<slug:code>/check/", programs.check, name="self_test"),
    path("programs/<slug:code>/templates/<slug:table>.xlsx", programs.template, name="program_template"),
    path("programs/<slug:code>/samples/<slug:material>/", programs.sample, name="program_sample"),
    path("progress/", progress.progress, name="progress"),
    path("law/", law.index, name="law"),
    path("law/<str:name>/", law.entry, name="law_entry"),
    path("help/", help.index, name="help"),
    path("help/processes/<str:name>/", help.process, name="process"),
    path("accessibility/", help.accessibility, name="accessibility"),
    path("preferences/big-text/", preferences.big_text, name="big_text"),
    path("gallery/", gallery, name="gallery"),
    path("robots.txt", help.robots, name="robots"),
    path(".well-known/security.txt", help.security, name="security_txt"),
    path("favicon.ico", help.favicon, name="favicon"),
]
