"""The pages of a title's later life: a review handed in and checked, a lead, a hearing, through the pages alone."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.middleware import MEMBERSHIP_KEY
from accounts.models import Membership
from accreditation.materials import SLOTS_OF
from accreditation.models import PlaqueReturn, RevocationCase
from accreditation.rules.title_review import COUNTED, checks_of, must_be_new, wanted_materials
from tests.accreditation import titles
from tests.factories import attach, body


def client_of(actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    session = client.session
    session[MEMBERSHIP_KEY] = Membership.objects.get(user=actor.user).pk
    session.save()
    return client


@pytest.fixture
def review(world):
    return titles.in_review(world, titles.granted(world))


@pytest.mark.clause("AMB-S13")
def test_the_holder_sees_what_is_missing_and_hands_it_in(world, review):
    client, page = client_of(world.applicant), f"/my/cases/{review.reference}/"
    assert "还没有填写近 12 个月服务企业数和业务量" in client.get(page).content.decode()
    unchanged = [spec["code"] for spec in wanted_materials(review) if not must_be_new(spec)]

    wrong = client.post(f"{page}report/", {"served_enterprises": "-1", "trade_volume": "many"})
    assert wrong.status_code == 422
    assert "many" in wrong.content.decode()  # nothing typed is lost
    client.post(
        f"{page}report/", {"served_enterprises": "32", "trade_volume": "61000000", "unchanged": unchanged}
    )
    for spec in wanted_materials(review):
        if must_be_new(spec):
            attach(review, SLOTS_OF[spec["code"]][0], world.applicant)
    titles.sign(world, review)
    sent = client.post(f"/cases/{review.reference}/steps/submit/", {"version": review.version})

    assert sent["Location"] == page
    review.refresh_from_db()
    assert review.state == "submitted"


def test_a_file_that_is_none_is_refused_beside_its_place(world, review):
    client = client_of(world.applicant)
    file = SimpleUploadedFile("申请报告.pdf", b"no pdf", content_type="application/pdf")

    answer = client.post(
        f"/my/cases/{review.reference}/review-files/application_report/upload/", {"files": file}
    )

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_another_enterprise_is_told_that_there_is_no_such_review(world, review):
    assert client_of(world.rival_applicant).get(f"/my/cases/{review.reference}/").status_code == 404


@pytest.mark.clause("SX-61")
def test_the_city_records_its_checks_and_what_was_wrong_stays_typed(world, review):
    titles.filed(world, review)
    client, page = client_of(world.officer), f"/desk/cases/{review.reference}/"
    client.post(f"/cases/{review.reference}/steps/take_up/")
    typed = {}
    for row in checks_of(review):
        code = row["code"]
        typed |= {f"evidence-{code}": "现场核查记录", f"checked_on-{code}": "2026-01-05"}
        typed |= {f"measured-{code}": "61000000"} if code in COUNTED else {f"ok-{code}": "yes"}
    half = client.post(f"{page}checks/", typed | {"measured-served_enterprises": "三十二"})
    assert half.status_code == 422
    assert "三十二" in half.content.decode()
    assert review.verdicts.count() == len(checks_of(review)) - 1

    assert client.post(f"{page}checks/", typed).status_code == 302
    assert review.verdicts.count() == len(checks_of(review))


@pytest.mark.clause("AMB-G07")
def test_defects_are_told_from_rows_and_an_empty_one_counts_for_nothing(world, review):
    titles.filed(world, review)
    client, page = client_of(world.officer), f"/desk/cases/{review.reference}/defects/"
    assert client.post(page, {"material-0": "audit_report", "problem-0": "缺附注。"}).status_code == 422

    said = {"material-0": "audit_report", "problem-0": "缺附注。", "remedy-0": "补交附注。"}
    assert client.post(page, said)["Location"] == f"/desk/cases/{review.reference}/"
    review.refresh_from_db()
    assert (review.state, review.defects.count()) == ("correction", 1)
    answered = client_of(world.applicant).post(
        f"/my/cases/{review.reference}/defects/{review.defects.get().pk}/", {"answer": "x"}
    )
    assert answered.status_code == 422


@pytest.mark.clause("SX-21", "SX-63")
def test_a_department_reports_and_the_holder_learns_of_it_only_when_it_is_told(world):
    title = titles.granted(world)
    customs = world.department(body("SX-CUSTOMS"))
    said = {"ground": "condition_three_breach", "facts": "信用等级被下调。", "source": "海关企业信用公示"}

    reported = client_of(customs).post(f"/desk/register/{title.number}/lead/", said)

    case = RevocationCase.objects.get()
    assert reported["Location"] == f"/desk/cases/{case.reference}/"
    assert client_of(customs).get(reported["Location"]).status_code == 200
    assert case.holder_organization == world.province
    holder = client_of(world.applicant)
    assert holder.get(f"/my/cases/{case.reference}/").status_code == 404
    case = titles.told(world, titles.opened(world, case), "condition_three_breach")
    page = holder.get(f"/my/cases/{case.reference}/").content.decode()
    assert "告知的内容" in page
    # Who reported stays with the offices: neither the person nor the body.
    assert [word for word in ("报告线索", customs.organization.label, customs.name) if word in page] == []
    stated = holder.post(
        f"/my/cases/{case.reference}/statement/", {"statement": "已申请复核。", "version": case.version}
    )
    assert stated["Location"] == f"/my/cases/{case.reference}/"


@pytest.mark.clause("SX-57", "AMB-S27")
def test_a_plaque_that_came_back_is_entered_once(world):
    title = titles.granted(world)
    titles.revoked(world, titles.to_decision(world, title))
    title.refresh_from_db()
    title.ask_plaque_back(asked_on=title.valid_from, due_on=title.valid_until)
    client, path = client_of(world.prov_officer), f"/desk/cases/{title.reference}/plaque-returned/"
    day = title.valid_from
    with titles.on(day):
        assert client.post(path, {"returned_on": "soon"}).status_code == 422
        assert client.post(path, {"returned_on": day.isoformat()}).status_code == 302
        assert client.post(path, {"returned_on": day.isoformat()}).status_code == 409
    assert PlaqueReturn.objects.get().returned_on == day


@pytest.mark.clause("SX-63")
def test_the_home_page_of_a_holder_whose_title_ended_says_so(world):
    title = titles.granted(world)
    titles.revoked(world, titles.to_decision(world, title))

    assert "贵公司的称号已终止" in client_of(world.applicant).get("/my/").content.decode()
