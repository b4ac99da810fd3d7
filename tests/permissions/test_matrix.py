"""Every address × method × member of the cast. A new address cannot be forgotten; nothing of another's shows.

Who may not reach an address gets the answer that is given for what does not exist, word for word, and nothing
in it tells of the case; and no denied request changes anything.
"""

from __future__ import annotations

import copy
import datetime as dt
import io
import ipaddress
import re
from collections import Counter
from pathlib import Path

import pikepdf
import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts.middleware import MEMBERSHIP_KEY
from accounts.models import Membership, Organization
from accounts.roles import Kind
from core import clock
from documents.attachments.gate import accept_upload
from documents.attachments.slots import SLOTS
from documents.notices import drawing
from publicity.models import Objection
from tests.centers.cast import Hubei
from tests.factories import draft, person
from workflow import jobs
from workflow.ledger import LedgerEntry
from workflow.messages.models import Message
from workflow.models import Case

MATRIX = yaml.safe_load((Path(__file__).parent / "matrix.yaml").read_text())
CAST: list[str] = MATRIX["cast"]
PARTIES_OF = {
    "application": set(MATRIX["audiences"]["parties_of_the_application"]["who"]) | {"asked_department"},
    "draft": set(MATRIX["audiences"]["own_draft"]["who"]),
}
NOT_OURS = ("admin:",)  # the admin has its own matrix: role × model, in tests/admin


def addresses() -> list[dict]:
    listed = []
    for audience, block in MATRIX["audiences"].items():
        for entry in block["addresses"]:
            entry = {"name": entry} if isinstance(entry, str) else entry
            listed.append(
                {"args": {}, "methods": ["GET", "POST"], "reached": block.get("reached", True)}
                | entry
                | {"who": set(block["who"]), "audience": audience}
            )
    return listed


def urlconf(resolver=None, namespace: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found |= urlconf(pattern, inner)
        else:
            found.add(f"{namespace}{pattern.name}")
    return found


def test_every_address_of_the_portal_is_in_the_matrix_and_no_other():
    ours = {name for name in urlconf() if not name.startswith(NOT_OURS)}

    assert Counter(entry["name"] for entry in addresses()) == Counter(ours)


@pytest.fixture
def stage(world, settings):
    """A publicised application with an objection, a rival's draft, a county's request, and somebody in every role."""
    settings.AXES_ENABLED = False
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    application = world.walk(world.walk_to("publicity"), "object")
    rival = draft(world.rival, world.rival_applicant)
    hubei = Hubei()
    asked_for = hubei.request()
    consultation = application.children.filter(kind="Consultation").first().as_procedure()
    other = Organization.objects.filter(kind=Kind.DEPARTMENT, department_code="SX-EDU").get()
    platform, _ = Organization.objects.get_or_create(
        kind=Kind.PLATFORM, name="平台运行中心", defaults={"region_id": "140000"}
    )
    former = person("李离", world.taiyuan, "CITY_OFFICER")
    Membership.objects.filter(user=former.user).update(
        ends_on=clock.today().replace(year=clock.today().year - 1)
    )
    nobody = person("无任", world.taiyuan, "CITY_OFFICER")
    Membership.objects.filter(user=nobody.user).delete()
    actors = {name: getattr(world, name) for name in CAST if hasattr(world, name)} | {
        "asked_department": world.department(consultation.department),
        "other_department": person("", other, "DEPARTMENT"),
        "system_admin": person("", platform, "SYSTEM_ADMIN"),
        "security_admin": person("", platform, "SECURITY_ADMIN"),
        "audit_admin": person("", platform, "AUDIT_ADMIN"),
        "former_officer": former,
        "without_appointment": nobody,
        "county_officer": hubei.county_officer,
        "hubei_officer": hubei.prov_officer,
    }
    for one in settings.CELERY_BEAT_SCHEDULE.values():
        jobs.succeeded(one["task"])
    # Or /health/ says that they never ran, or are late by the time the last of the cast asks.
    jobs.Job.objects.update(succeeded_at=clock.true_now() + dt.timedelta(days=1))
    notice = application.notices.get(kind="acceptance")
    drawing.render_notice(notice.pk)
    notice.refresh_from_db()
    objects = {
        "application": application.reference,
        "draft": rival.reference,
        "consultation": consultation.reference,
        "posting": world.posting(application).reference,
        "objection": Objection.objects.get().reference,
        "receipt": Objection.objects.get().receipt_code,
        "attachment": real_file(application).key,
        "notice": notice.pk,
        "seal": notice.certificate_id,
        "message": Message.objects.filter(user=world.applicant.user).latest("pk").pk,
        "request": asked_for.reference,
        "plan_year": hubei.layout.year,
    }
    # What a page may tell of a case only to its parties; a posting is public and says itself whom it is about.
    secrets = {
        "application": ((application.reference, world.company.name), PARTIES_OF["application"]),
        "draft": ((rival.reference, world.rival.name), PARTIES_OF["draft"]),
        "request": ((asked_for.reference, asked_for.need), {"county_officer"}),
    }
    return {"actors": actors, "objects": objects, "secrets": secrets}


def real_file(application):
    """A file with bytes, through the gate, in place of one that only stands there."""
    application.attachments.filter(slot="audit_report").delete()
    written = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(written)
    return accept_upload(
        SimpleUploadedFile("审计报告.pdf", written.getvalue()), SLOTS["audit_report"], application, None
    )


def client_of(stage, name: str) -> Client:
    client = Client(raise_request_exception=True)
    if name != "anonymous":
        actor = stage["actors"][name]
        client.force_login(actor.user)
        membership = Membership.objects.filter(user=actor.user).first()
        if membership:
            session = client.session
            session[MEMBERSHIP_KEY] = membership.pk
            session.save()
    return client


def path_of(entry: dict, objects: dict) -> str:
    args = {
        key: objects.get(value, value) if isinstance(value, str) else value
        for key, value in entry["args"].items()
    }
    try:
        return reverse(entry["name"], kwargs=args)
    except NoReverseMatch as missing:
        raise AssertionError(f"{entry['name']}: {missing}") from None


ORIGINS = ipaddress.ip_network("10.0.0.0/8").hosts()


def ask(client: Client, method: str, path: str):
    """One request whose effects are taken back, so that every cell sees the same world.

    It comes from an address of its own and finds the same patience; what is kept for all is kept from one to the next.
    """
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        try:
            return client.generic(method, path, HTTP_HOST="127.0.0.1", REMOTE_ADDR=str(next(ORIGINS)))
        finally:
            transaction.set_rollback(True)
            client.cookies = cookies


def is_denied(answer) -> bool:
    if answer.status_code in (301, 302, 303):
        return answer["Location"].startswith("/accounts/login/")
    return answer.status_code in (403, 404, 405)


def leaks(answer, name: str, secrets: dict, path: str) -> bool:
    """Whether the answer tells what it was not told: the address that was asked for is the reader's own."""
    if answer.streaming:
        return False
    body = answer.content.decode(errors="replace")
    others = [word for words, parties in secrets.values() if name not in parties for word in words]
    return any(word in body for word in others if word not in path)


def everything_there_is():
    return Case.objects.count(), LedgerEntry.objects.count()


@pytest.mark.clause("SX-50")
@pytest.mark.one_database  # who may is decided in Python; tests/e2e opens every page on PostgreSQL
def test_who_may_reaches_the_address_and_nobody_else(stage):
    cells, problems = Counter(), []
    before = everything_there_is()
    for name in CAST:
        client = client_of(stage, name)
        for entry in addresses():
            path = path_of(entry, stage["objects"])
            for method in ("GET", "POST"):
                answer = ask(client, method, path)
                cells["asked"] += 1
                told = f"{method} {entry['name']} as {name}: {answer.status_code}"
                if answer.status_code >= 500:
                    problems.append(told)
                elif name in entry["who"] and method in entry["methods"]:
                    cells["allowed"] += 1
                    # A POST without content may be refused in words; what counts is that it is not hidden.
                    if (
                        entry["reached"]
                        and is_denied(answer)
                        and not (method == "POST" and answer.status_code == 405)
                    ):
                        problems.append(f"{told} (should reach it)")
                elif name not in entry["who"]:
                    cells["denied"] += 1
                    if not is_denied(answer):
                        problems.append(f"{told} (should be denied)")
                if entry["audience"] != "everyone" and leaks(answer, name, stage["secrets"], path):
                    problems.append(f"{told} (tells of another's case)")
    print(dict(cells), "leaks and misses:", len(problems))
    assert problems == [], "\n".join(problems)
    assert everything_there_is() == before
    assert cells["asked"] >= 3000


# What differs between two answers without telling anything: the token of the form, the number of the request.
CORRELATION = re.compile(r"[A-Za-z0-9]{32,64}|[0-9A-Z]{10}|[0-9A-Fa-f-]{8,}")


@pytest.mark.parametrize("name", ["rival_applicant", "datong_officer", "other_department", "audit_admin"])
def test_anothers_case_answers_like_one_that_does_not_exist(stage, name):
    client = client_of(stage, name)
    for entry in addresses():
        if (
            entry["args"].get("reference") in ("application", "consultation", "objection")
            and name not in entry["who"]
        ):
            real = ask(client, "GET", path_of(entry, stage["objects"]))
            absent = ask(
                client,
                "GET",
                path_of(entry, {**stage["objects"], entry["args"]["reference"]: "WZ14-1999-9999"}),
            )
            assert real.status_code == absent.status_code, entry["name"]
            same = [
                CORRELATION.sub("·", a.content.decode().replace(o[entry["args"]["reference"]], "·"))
                for a, o in (
                    (real, stage["objects"]),
                    (absent, {**stage["objects"], entry["args"]["reference"]: "WZ14-1999-9999"}),
                )
            ]
            assert same[0] == same[1], entry["name"]


@pytest.mark.one_database  # as above
def test_a_get_changes_nothing(stage):
    before = everything_there_is()
    for name in ("anonymous", "applicant", "officer", "prov_approver", "asked_department"):
        client = client_of(stage, name)
        for entry in addresses():
            client.get(path_of(entry, stage["objects"]))

    assert everything_there_is() == before


@pytest.mark.parametrize("name", ["applicant", "officer", "prov_approver"])
def test_every_unsafe_address_asks_for_the_token(stage, name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(stage["actors"][name].user)
    open_to = [e for e in addresses() if name in e["who"] and "POST" in e["methods"]]

    accepted = [
        entry["name"]
        for entry in open_to
        if client.post(path_of(entry, stage["objects"])).status_code not in (403, 405)
    ]

    assert accepted == []
