"""Supervision of a title: findings of departments, lists of them, leads, problems of holders (SX-21, SX-65, SX-66, SX-70)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import Role
from accreditation import finding_list, supervision
from accreditation.models import DepartmentFinding, RevocationCase
from core import clock
from tests.accreditation import titles
from tests.accreditation.test_title_pages import client_of
from tests.factories import USCCS, body, person
from workflow.access import cases_visible_to
from workflow.errors import Conflict, InvalidInput, NotMet, NotYours
from workflow.perform import perform
from workflow.preparing import propose
from workflow.sweep import sweep

SAID = {
    "organ": "太原海关",
    "document_number": "并关缉罚字〔2026〕12号",
    "facts": "申报不实，警告。",
}


@pytest.fixture
def title(world):
    return titles.granted(world)


@pytest.fixture
def customs(world):
    return world.department(body("SX-CUSTOMS"))


def report(title, actor, kind: str = "penalty", **other) -> DepartmentFinding:
    said = {**SAID, "occurred_on": clock.today() - dt.timedelta(days=3), **other}
    return supervision.report_finding(title, actor=actor, kind=kind, **said)


@pytest.mark.clause("SX-65", "AMB-S16")
def test_a_penalty_even_a_warning_opens_one_lead_in_the_daily_run_and_revokes_nothing(world, title, customs):
    finding = report(title, customs)
    assert not RevocationCase.objects.exists()

    assert (sweep()["leads"], sweep()["leads"]) == (1, 0)

    finding.refresh_from_db()
    title.refresh_from_db()
    lead = RevocationCase.objects.get()
    assert (lead, lead.state, lead.ground) == (finding.lead, "lead", "administrative_penalty")
    assert "并关缉罚字〔2026〕12号" in lead.source
    assert title.state == "active"


@pytest.mark.clause("SX-66", "AMB-S02")
@pytest.mark.parametrize(
    ("kind", "ground"),
    [
        ("downgrade", "condition_three_breach"),
        ("listing", "condition_three_breach"),
        ("fraud", "serious_discredit_or_illegal"),  # alone it is no ground 4, which needs both its facts
    ],
)
def test_a_finding_offers_its_ground(title, customs, kind, ground):
    report(title, customs, kind)
    sweep()

    assert RevocationCase.objects.get().ground == ground


@pytest.mark.clause("SX-21")
def test_the_same_finding_is_entered_once_and_none_lies_in_the_future(title, customs):
    report(title, customs)

    with pytest.raises(Conflict):
        report(title, customs)
    with pytest.raises(InvalidInput):
        report(title, customs, occurred_on=clock.today() + dt.timedelta(days=1))
    assert DepartmentFinding.objects.count() == 1


@pytest.mark.clause("SX-21")
def test_an_enterprise_reports_nothing(world, title):
    with pytest.raises(NotYours):
        report(title, world.applicant)


@pytest.mark.clause("SX-21")
def test_a_city_reports_on_the_holders_of_its_own_region_alone(world, title):
    row = f"{world.company.uscc},某公司,行政处罚,某局,12号,2026-01-05,申报不实"

    with pytest.raises(NotYours):
        report(title, world.datong_officer)
    elsewhere = finding_list.read(listed(row), world.datong_officer)

    # A holder of another city's answers like a company without a title.
    assert (len(elsewhere.matched), [one.number for one in elsewhere.strangers]) == (0, [2])
    assert finding_list.take(elsewhere.token, world.datong_officer) == 0
    assert len(finding_list.read(listed(row), world.officer).matched) == 1
    assert report(title, world.officer).reported_by == world.taiyuan


@pytest.mark.clause("AMB-G17")
def test_who_reported_a_finding_does_not_decide_at_the_province_on_its_lead(world, title):
    report(title, world.officer)
    sweep()
    lead = RevocationCase.objects.get()
    propose(lead, "drop", actor=world.prov_officer, reason="经核实，反映不实。")
    moved = person("", world.province, Role.PROV_APPROVER, human=world.officer.user.person)

    with pytest.raises(NotMet, match="应当回避"):
        perform(lead, "drop", actor=moved, reason="经核实，反映不实。")

    assert perform(lead, "drop", actor=world.prov_approver, reason="经核实，反映不实。").state == "dismissed"


@pytest.mark.clause("SX-65")
def test_a_title_that_ended_gets_no_lead(world, title, customs):
    perform(title, "surrender", actor=world.legal_rep, reason="业务调整，不再从事。")
    report(title, customs)

    assert sweep()["leads"] == 0


@pytest.mark.clause("SX-21")
def test_a_finding_of_customs_stands_on_the_page_of_the_holder_and_in_the_queue(world, title, customs):
    posted = client_of(customs).post(
        f"/desk/register/{title.number}/finding/", SAID | {"kind": "penalty", "occurred_on": "2026-01-05"}
    )
    assert posted["Location"] == "/desk/findings/"

    lead = RevocationCase.objects.get()
    assert (lead.holder_organization, lead.holder_role) == (world.province, "PROV_OFFICER")
    province = client_of(world.prov_officer)
    assert "申报不实，警告。" in province.get(f"/desk/cases/{title.reference}/").content.decode()
    assert lead.title in province.get("/desk/?view=all").content.decode()
    assert not cases_visible_to(world.applicant, RevocationCase).exists()


# --- Lists ---------------------------------------------------------------------------------------------------
def listed(*rows: str) -> SimpleUploadedFile:
    heading = "统一社会信用代码,企业名称,情形,作出机关,文书文号,作出日期,内容"
    return SimpleUploadedFile("名单.csv", "\n".join([heading, *rows]).encode())


@pytest.mark.clause("SX-21", "SX-65")
def test_a_list_is_shown_first_and_taken_as_it_was_shown_and_only_once(world, title, customs):
    code = world.company.uscc
    file = listed(
        f"{code},某公司,行政处罚,太原海关,12号,2026-01-05,申报不实",
        f"{USCCS[0]},别的公司,行政处罚,太原海关,13号,2026-01-05,申报不实",
        f"{code[:17]}?,某公司,行政处罚,太原海关,14号,2026-01-05,申报不实",
    )

    preview = finding_list.read(file, customs)

    assert [row.number for row, _title in preview.matched] == [2]
    assert [row.number for row in preview.strangers] == [3]
    assert [row.number for row in preview.bad] == [4]
    assert not DepartmentFinding.objects.exists()
    assert (finding_list.take(preview.token, customs), finding_list.take(preview.token, customs)) == (1, 0)
    with pytest.raises(Conflict):
        finding_list.take(preview.token, world.officer)
    with pytest.raises(Conflict):
        finding_list.take(f"{preview.token}x", customs)


@pytest.mark.clause("SX-21")
def test_the_page_of_a_list_previews_and_then_enters(world, title, customs):
    client = client_of(customs)
    row = f"{world.company.uscc},某公司,警告,太原海关,12号,2026-01-05,申报不实"

    shown = client.post("/desk/findings/import/", {"file": listed(row)})
    assert "将登记 1 条" in shown.content.decode()
    token = shown.context["preview"].token
    client.post("/desk/findings/import/", {"token": token})

    assert DepartmentFinding.objects.get().lead is not None
    wrong = client.post(
        "/desk/findings/import/", {"file": SimpleUploadedFile("x.csv", "甲,乙\n1,2".encode())}
    )
    assert (wrong.status_code, client.post("/desk/findings/import/").status_code) == (422, 422)


# --- Problems of holders -------------------------------------------------------------------------------------
@pytest.mark.clause("SX-70")
def test_a_problem_is_seen_by_its_department_and_the_province_and_its_answer_by_the_holder(
    world, title, customs
):
    tax = world.department(body("SX-TAX"))
    holder = client_of(world.applicant)
    said = {"subject": "退税单证", "text": "代办退税的单证备案要求各地不一致，请予明确。"}
    assert holder.post("/my/problems/", said).status_code == 422  # nobody was named to solve it
    holder.post("/my/problems/", said | {"departments": [body("SX-TAX").pk]})

    seen = {
        name: supervision.problems_visible_to(actor).count()
        for name, actor in {"tax": tax, "customs": customs, "province": world.prov_officer}.items()
    }
    assert seen == {"tax": 1, "customs": 0, "province": 1}
    ticket = supervision.problems_visible_to(tax).get()
    routing = ticket.routings.get()
    assert (
        client_of(customs).post(f"/desk/problems/{routing.pk}/answer/", {"answer": "已明确。"}).status_code
        == 404
    )
    assert client_of(tax).post(f"/desk/problems/{routing.pk}/answer/", {"answer": "好"}).status_code == 422
    client_of(tax).post(f"/desk/problems/{routing.pk}/answer/", {"answer": "已统一口径，见通知。"})

    assert "已统一口径，见通知。" in holder.get("/my/problems/").content.decode()
    ticket.refresh_from_db()
    assert ticket.closed_at is not None
    with pytest.raises(Conflict):
        supervision.answer_problem(routing, actor=tax, text="再答一次也不行。")


@pytest.mark.clause("SX-70")
def test_open_problems_are_listed_oldest_first_and_solved_ones_last(world, title):
    tax = world.department(body("SX-TAX"))
    tickets = []
    for days in (3, 1, 2):
        with titles.on(title.valid_from + dt.timedelta(days=days)):
            tickets.append(
                supervision.file_problem(
                    title,
                    actor=world.applicant,
                    subject=f"第 {days} 天",
                    text="问题。",
                    departments=[tax.organization],
                )
            )
    with titles.on(title.valid_from + dt.timedelta(days=9)):
        supervision.answer_problem(tickets[1].routings.get(), actor=tax, text="已经解决。")

    assert [t.subject for t in supervision.problems_visible_to(tax)] == ["第 2 天", "第 3 天", "第 1 天"]


@pytest.mark.clause("SX-70")
def test_who_holds_no_title_files_no_problem(world, title):
    with pytest.raises(NotYours):
        supervision.file_problem(
            title, actor=world.rival_applicant, subject="退税", text="问题。", departments=[world.province]
        )
    stranger = person("", world.rival, "APPLICANT")
    assert "持有有效称号的企业" in client_of(stranger).get("/my/problems/").content.decode()
