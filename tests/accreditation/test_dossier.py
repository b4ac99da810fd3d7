"""The materials of an application bound into one volume, for the enterprise and for the offices (SX-49)."""

from __future__ import annotations

import fcntl
import re

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.limits import Limit
from accreditation import filing, samples
from documents.attachments import store
from documents.attachments.models import AttachmentView


def browser_of(actor) -> Client:
    browser = Client()
    browser.force_login(actor.user)
    return browser


def pages_of(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    with pypdfium2.PdfDocument(b"".join(answer)) as document:
        return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in document]


def desk(application) -> str:
    return f"/desk/cases/{application.reference}/dossier/"


def hand_in(application, actor, slot: str, **options) -> None:
    content = samples.sample_pdf(slot)
    filing.hand_in(application, actor, slot, SimpleUploadedFile(f"{slot}.pdf", content), **options)


@pytest.mark.clause("SX-49")
def test_the_materials_stand_in_the_order_of_the_text_each_behind_its_divider(world):
    """Given a complete draft; when its enterprise asks for the volume; then ten parts follow each other, in order."""
    application = world.ready()
    hand_in(
        application,
        world.applicant,
        "audit_report",
        replaces=application.attachments.get(slot="audit_report"),
    )

    answer = browser_of(world.applicant).get(reverse("my:dossier", args=[application.reference]))
    assert answer["Content-Security-Policy"].startswith("sandbox")
    pages = pages_of(answer)

    assert (
        f"{application.reference}-" in answer["Content-Disposition"]
        and answer["Content-Type"] == "application/pdf"
    )
    assert world.company.name in pages[0] and "草稿，尚未提交" in pages[0]
    names = [re.sub(r"\s", "", spec["name"]) for spec in application.program.materials]
    dividers = [
        next(n for n, page in enumerate(pages[2:], 2) if page.startswith(f"{number}{name}"))
        for number, name in enumerate(names, 1)
    ]
    assert dividers == sorted(dividers) and len(dividers) == 10
    contents = pages[1]
    assert all(
        f"{number}{name}{page + 1}" in contents
        for (number, name), page in zip(enumerate(names, 1), dividers, strict=True)
    )
    assert "审计报告" in pages[dividers[7] + 1] and "audit_report.pdf" in contents

    # The files of the others have no bytes in this world: they are named, and nothing else is missing.
    assert "没有装入的文件" in contents and "audit_report.pdf" not in contents.partition("没有装入的文件")[2]
    client, bound = application.clients.first(), "".join(pages)
    assert f"所服务企业清单（{application.clients.count()}行）" in bound
    assert client.uscc in bound and client.contract_number in bound


def test_the_offices_get_what_they_may_open_and_are_told_of_the_rest(world):
    """Given a confidential audit report; then who handles the case has it in the volume, and the province before its
    turn is told that there is one."""
    application = world.ready()
    filed = application.attachments.get(slot="audit_report")
    hand_in(application, world.applicant, "audit_report", replaces=filed, confidential_reason="属于商业秘密")
    world.sign(application)
    application = world.walk_to("submitted", application)

    city = "".join(pages_of(browser_of(world.officer).get(desk(application))))
    province = "".join(pages_of(browser_of(world.prov_officer).get(desk(application))))

    assert "audit_report.pdf" in city and "已标为保密" not in city
    assert "audit_report.pdf" not in province and "一个文件：已标为保密" in province
    # Nobody but their owner carries copies of identity papers away: an office looks at each, and that is recorded.
    assert "含个人信息，请在系统中逐件查看" in city
    assert AttachmentView.objects.count() == 0


def test_nobody_else_gets_a_volume(world):
    application = world.walk_to("submitted")
    mine = reverse("my:dossier", args=[application.reference])

    answers = [
        browser_of(world.datong_officer).get(desk(application)).status_code,
        browser_of(world.applicant).get(desk(application)).status_code,
        browser_of(world.officer).get(mine).status_code,
    ]

    assert set(answers) == {404}


def test_one_volume_is_bound_at_a_time(world):
    application = world.ready()

    with (store.quarantine() / "binding.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = browser_of(world.applicant).get(reverse("my:dossier", args=[application.reference]))

    assert answer.status_code == 409
    assert "正在装订另一份案卷" in answer.content.decode()


def test_who_asks_too_often_waits_and_strangers_spend_nobodys_share(world, monkeypatch):
    monkeypatch.setattr("accreditation.views.dossier.DOSSIERS", Limit("dossiers", 1, 600))
    application = world.walk_to("submitted")
    for _ in range(3):
        Client().get(desk(application))

    with (store.quarantine() / "binding.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answers = [browser_of(world.officer).get(desk(application)).status_code for _ in range(2)]

    assert answers == [409, 429]
