"""Review, correction, opinion, evaluation and decision on screen, by the people whose pages they are."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accreditation.models import Accreditation, Consultation, ProviderApplication
from core import calendar, clock
from documents.attachments.gate import accept_upload
from documents.attachments.models import AttachmentView
from documents.attachments.slots import SLOTS
from documents.notices.wording import citation
from publicity.models import Publicity
from workflow.perform import perform
from workflow.preparing import propose

HTMX = {"HX-Request": "true"}
OPINION = "经初审，该企业符合认定条件，建议予以认定，现推荐上报。"


@pytest.fixture
def desk(client):
    """The portal as somebody sees it."""

    def signed_in(actor):
        client.force_login(actor.user)
        return client

    return signed_in


@pytest.fixture
def with_password(world):
    """The province's approver, able to confirm an act."""
    world.prov_approver.user.set_password("a-long-enough-word")
    world.prov_approver.user.save()
    return {"password": "a-long-enough-word"}


def points(browser, path):
    """The review form as a browser would post it: every point with its number and code, nothing chosen."""
    page = browser.get(path)
    return {f"point-{p['number']}": p["check"].point.code for p in page.context["points"]}


def fresh(application):
    return ProviderApplication.objects.get(pk=application.pk)


def picture(tmp_path, pages=2):
    paper = [Image.new("RGB", (620, 877), "white") for _ in range(pages)]
    path = tmp_path / "scan.pdf"
    paper[0].save(path, "PDF", save_all=True, append_images=paper[1:])
    return SimpleUploadedFile("人员资质.pdf", path.read_bytes(), "application/pdf")


# --- The review ---------------------------------------------------------------------------------------------------
@pytest.mark.clause("SX-51")
def test_points_are_kept_and_the_next_material_opens(world, desk):
    application = world.walk_to("initial_review")
    browser, path = desk(world.officer), f"/desk/cases/{application.reference}/review/audit_report/"
    form = points(browser, path)

    answer = browser.post(path, form | {"value-0": "yes", "value-1": "yes", "value-2": "yes", "then": "next"})

    assert answer["Location"].endswith("/review/truthfulness_statement/")
    assert application.material_verdicts.filter(ok=True).count() == 3


def test_a_complete_point_is_kept_and_an_incomplete_one_comes_back_as_typed(world, desk):
    application = world.walk_to("initial_review")
    browser, path = desk(world.officer), f"/desk/cases/{application.reference}/review/audit_report/"
    form = points(browser, path) | {"value-0": "yes", "value-1": "no", "problem-1": "没有事务所签章。"}

    page = browser.post(path, form)

    assert page.status_code == 422
    assert "没有事务所签章。" in page.content.decode()
    assert "写明怎么改。" in page.content.decode()
    assert [v.point for v in application.material_verdicts.all()] == ["year_complete"]


def test_autosave_answers_with_the_list_and_the_buttons_alone(world, desk):
    application = world.walk_to("initial_review")
    browser, path = desk(world.officer), f"/desk/cases/{application.reference}/review/audit_report/"
    said = {"value-1": "no", "problem-1": "没有签章。", "remedy-1": "上传有签章的报告。"}

    part = browser.post(path, points(browser, path) | said, headers=HTMX).content.decode()

    assert 'id="rv-list"' in part and 'id="rv-actions"' in part and "<html" not in part
    assert "一次性告知（1 项）" in part
    assert "已自动保存" in part


def test_a_template_fills_what_was_left_empty(world, desk):
    application = world.walk_to("initial_review")
    browser, path = desk(world.officer), f"/desk/cases/{application.reference}/review/audit_report/"

    browser.post(path, points(browser, path) | {"value-1": "no", "template-1": "unreadable"})

    assert application.material_verdicts.get().problem == "扫描件模糊，关键内容无法辨认。"


def test_saving_again_leaves_the_name_of_who_judged(world, desk):
    application = world.walk_to("initial_review")
    path = f"/desk/cases/{application.reference}/review/audit_report/"
    form = points(desk(world.officer), path) | {"value-0": "yes"}
    desk(world.officer).post(path, form)

    desk(world.approver).post(path, form)

    assert application.material_verdicts.get().officer == world.officer.user


def test_the_button_to_recommend_says_why_it_cannot_be_pressed(world, desk):
    application = world.walk_to("initial_review")

    page = desk(world.officer).get(f"/desk/cases/{application.reference}/review/audit_report/")

    recommends = page.context["recommends"]
    assert recommends["href"] == ""
    assert recommends["why"].startswith("同级意见未征求，暂不能推荐；还有 ")


@pytest.mark.parametrize("who", ["prov_officer", "approver"])
def test_whose_turn_it_is_not_can_look_and_only_look(world, desk, who):
    application = world.walk_to("provincial_evaluation" if who == "approver" else "initial_review")
    reader = getattr(world, who)

    page = desk(reader).get(f"/desk/cases/{application.reference}/review/audit_report/")

    assert page.context["writes"] is False
    assert "<textarea" not in page.content.decode()


def test_no_material_of_that_name(world, desk):
    application = world.walk_to("initial_review")

    assert desk(world.officer).get(f"/desk/cases/{application.reference}/review/secrets/").status_code == 404


@pytest.mark.clause("SX-44")
def test_personal_data_is_shown_on_demand_with_a_trace(world, desk, tmp_path):
    application = world.walk_to("initial_review")
    application.attachments.filter(slot="staff_qualification").update(withdrawn_at=clock.now())
    file = accept_upload(picture(tmp_path), SLOTS["staff_qualification"], application, None)
    browser, review = desk(world.officer), f"/desk/cases/{application.reference}/review/staff_qualification/"
    page_one = f"/desk/cases/{application.reference}/files/{file.key}/1.png"

    hidden, revealed = (
        browser.get(review).content.decode(),
        browser.get(f"{review}?reveal=1").content.decode(),
    )
    assert "<img src=" not in hidden.partition('class="viewer"')[2]
    assert page_one in revealed
    assert AttachmentView.objects.count() == 0

    with clock.travel(clock.now()):  # the watermark tells the minute
        upright, turned, askew = (browser.get(f"{page_one}{turn}") for turn in ("", "?turn=90", "?turn=²"))
    assert upright["Content-Type"] == "image/png"
    shown = [hashlib.sha256(answer.content).hexdigest() for answer in (upright, turned, askew)]
    assert shown[0] != shown[1]
    assert shown[0] == shown[2]
    looks = AttachmentView.objects.filter(user=world.officer.user)
    assert [look.reason for look in looks] == [f"审核 {application.reference}，在线查看第 1 页"] * 3
    assert desk(world.datong_officer).get(page_one).status_code == 404


@pytest.mark.clause("SX-27", "SX-03")
def test_conditions_are_recorded_one_by_one(world, desk):
    application = world.walk_to("initial_review")
    browser, path = desk(world.officer), f"/desk/cases/{application.reference}/review/conditions/"

    lacking = browser.post(path, {"value-lawful_operation": "yes", "value-capability_trade": "yes"})
    assert lacking.status_code == 422
    assert "写明证据" in lacking.content.decode()

    browser.post(path, {"value-lawful_operation": "yes", "evidence-lawful_operation": "第 6 项营业执照"})
    assert set(application.criterion_verdicts.values_list("criterion", "ok")) == {
        ("capability_trade", True), ("lawful_operation", True),
    }  # fmt: skip


@pytest.mark.clause("SX-33")
def test_credit_queries_are_entered_together_and_a_hit_alone(world, desk):
    application = world.walk_to("initial_review")
    browser, path = desk(world.officer), f"/desk/cases/{application.reference}/review/credit/"
    said = {"source": "信用中国（山西）", "queried_on": clock.today().isoformat(), "is_hit": "no"}

    browser.post(path, said | {"items": ["violation.税务", "listing.失信企业"]})
    together = browser.post(
        path, said | {"items": ["violation.税务", "violation.海关"], "is_hit": "yes", "is_current": "on"}
    )

    assert application.credit_checks.filter(is_hit=False).count() == 2
    assert together.status_code == 422
    assert "一次只选一项" in together.content.decode()


@pytest.mark.clause("SX-38")
def test_trade_is_verified_by_row_or_whole(world, desk):
    application = world.walk_to("initial_review")
    browser, path = desk(world.officer), f"/desk/cases/{application.reference}/verified-trade/"
    record = application.trade_records.get()

    assert browser.post(path, {"which": "chosen"}).status_code == 422
    browser.post(path, {"which": "chosen", "record": record.pk})
    record.refresh_from_db()
    assert record.verified_by == world.officer.user

    browser.post(path, {"record": record.pk, "mark": "open"})
    record.refresh_from_db()
    assert record.verified_at is None


@pytest.mark.clause("SX-49")
def test_paper_copies_are_ticked(world, desk):
    application = world.walk_to("recommendation")

    desk(world.officer).post(f"/desk/cases/{application.reference}/review/paper/", {"copies": "10"})

    assert fresh(application).paper_copies == 10


# --- One notice of all defects ------------------------------------------------------------------------------------
@pytest.mark.clause("AMB-G07")
def test_the_points_found_wanting_become_one_notice(world, desk):
    application = world.walk_to("initial_review")
    review = f"/desk/cases/{application.reference}/review/audit_report/"
    path = f"/desk/cases/{application.reference}/correction/"
    browser = desk(world.officer)
    said = {"value-1": "no", "problem-1": "没有事务所签章。", "remedy-1": "上传有签章的审计报告。"}
    browser.post(review, points(browser, review) | said)

    page = browser.get(path)
    told = page.content.decode()
    assert "没有事务所签章。" in told
    assert "个要点没有核对" in told
    assert "补正通知书" in told

    row = {
        "material-0": "audit_report",
        "problem-0": "没有事务所签章。",
        "remedy-0": "上传有签章的审计报告。",
    }
    sent = row | {"chosen-0": "1", "version": application.version, "key": "once"}
    answers = [browser.post(path, sent).status_code for _ in range(2)]

    assert answers == [302, 302]
    request = fresh(application).corrections.get()
    assert [(item.material, item.problem) for item in request.items.all()] == [
        ("audit_report", "没有事务所签章。")
    ]


def test_a_notice_without_remedy_or_on_a_stale_page_keeps_its_words(world, desk):
    application = world.walk_to("initial_review")
    path = f"/desk/cases/{application.reference}/correction/"
    row = {"material-0": "audit_report", "problem-0": "没有签章。", "chosen-0": "1", "key": "k"}
    browser = desk(world.officer)

    incomplete = browser.post(path, row | {"version": application.version})
    stale = browser.post(path, row | {"remedy-0": "补签章。", "version": application.version - 1})

    assert (incomplete.status_code, stale.status_code) == (422, 409)
    assert "没有签章。" in incomplete.content.decode() and "没有签章。" in stale.content.decode()
    assert fresh(application).state == "initial_review"


# --- The department --------------------------------------------------------------------------------------------------
@pytest.mark.clause("SX-52")
def test_a_department_sees_what_was_sent_and_nothing_else(world, desk):
    application = world.walk_to("peer_consultation")
    letter = Consultation.objects.filter(parent_id=application.pk).first()
    browser = desk(world.department(letter.department))

    page = browser.get(f"/opinions/{letter.reference}/").content.decode()

    assert application.title in page and letter.question in page
    assert "并州北路 1 号" in page
    assert "申请报告" not in page
    for hidden in (
        f"/desk/cases/{application.reference}/",
        f"/desk/cases/{application.reference}/review/",
        f"/cases/{application.reference}/steps/accept/",
    ):
        assert browser.get(hidden).status_code == 404
    other = Consultation.objects.filter(parent_id=application.pk).exclude(pk=letter.pk).first()
    assert browser.get(f"/opinions/{other.reference}/").status_code == 404


@pytest.mark.parametrize("opinion", ["object", "agree_with_conditions"])
def test_an_objection_needs_its_reasons(world, desk, opinion):
    application = world.walk_to("peer_consultation")
    letter = Consultation.objects.filter(parent_id=application.pk).first()
    browser, path = desk(world.department(letter.department)), f"/opinions/{letter.reference}/"

    bare = browser.post(path, {"opinion": opinion, "reasons": "", "version": 1})
    assert bare.status_code == 422
    assert "写明理由或条件" in bare.content.decode()

    browser.post(path, {"opinion": opinion, "reasons": "近期有一起走私处罚。", "version": 1, "key": "k"})
    letter.refresh_from_db()
    assert (letter.opinion, letter.reasons) == (opinion, "近期有一起走私处罚。")
    assert "近期有一起走私处罚。" in browser.get(path).content.decode()


def test_an_answer_sent_twice_is_one_answer(world, desk):
    application = world.walk_to("peer_consultation")
    letter = Consultation.objects.filter(parent_id=application.pk).first()
    browser = desk(world.department(letter.department))
    sent = {"opinion": "no_comment", "reasons": "", "version": 1, "key": "once"}

    answers = [browser.post(f"/opinions/{letter.reference}/", sent).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert letter.ledger.filter(step="answer").count() == 1
    assert [row.pk for row in browser.get("/opinions/answered/").context["rows"]] == [letter.pk]


def test_the_bar_of_a_closed_case_says_when_it_was_closed(world, desk):
    application = world.walk(world.ready(), "submit", "withdraw")
    page = desk(world.officer).get(f"/desk/cases/{application.reference}/").content.decode()

    assert f"<small>办结</small><b>{clock.local(fresh(application).closed_at):%Y-%m-%d}</b>" in page
    assert "现在由谁办" not in page


def test_the_list_says_who_asks(world, desk):
    application = world.walk_to("peer_consultation")
    letter = Consultation.objects.filter(parent_id=application.pk).first()
    page = desk(world.department(letter.department)).get("/opinions/").content.decode()

    assert f'<td class="small">{world.taiyuan.label}</td>' in page


@pytest.mark.clause("AMB-S20")
def test_joint_evaluators_are_offered_to_be_asked_once_and_summed_up_once(world, desk):
    application = world.walk_to("provincial_evaluation")
    browser, path = desk(world.prov_officer), f"/desk/cases/{application.reference}/decide/"

    def offered():
        return [spec.name for spec in browser.get(path).context["steps"]]

    assert offered() == ["consult_joint"]
    world.walk(application, "consult_joint")
    assert offered() == ["close_joint"]
    world.walk(application, "answer_all", "close_joint")
    assert offered() == []


def test_who_is_no_department_has_no_letters(world, desk):
    assert desk(world.officer).get("/opinions/").status_code == 404


# --- Evaluation and decision -----------------------------------------------------------------------------------------
def evaluated(world):
    """Asked, answered, closed, recorded: nothing stands between the province and its conclusion."""
    application = world.walk_to("provincial_evaluation")
    return world.walk(application, "consult_joint", "answer_all", "close_joint", "evaluate")


@pytest.mark.clause("SX-54")
def test_the_page_says_what_is_missing_before_publication(world, desk):
    application = world.walk_to("provincial_evaluation")

    page = desk(world.prov_officer).get(f"/desk/cases/{application.reference}/decide/")

    assert page.context["todo"] == ["还没有征求意见。", "还没有本次联合评定的记录（参加人员、意见、纪要）。"]
    assert [act["step"].name for act in page.context["acts"]] == [
        "publicise",
        "serve_prior_notice",
        "send_back",
    ]


@pytest.mark.clause("SX-54")
def test_the_evaluation_is_recorded_beside_the_facts(world, desk):
    application = world.walk_to("provincial_evaluation")
    path = f"/desk/cases/{application.reference}/evaluation/"
    browser = desk(world.prov_officer)
    table = {
        "m-TOTAL_FORMS": "2",
        "m-INITIAL_FORMS": "0",
        "m-0-name": "韩立新",
        "m-0-organization": "省商务厅",
    }
    said = {"held_on": clock.today().isoformat(), "minutes": "一致同意认定。", "answers": ""}

    nobody = browser.post(path, table | said)
    assert nobody.status_code == 422
    assert "一致同意认定。" in nobody.content.decode()

    browser.post(path, table | said | {"m-0-vote": "同意"})
    record = application.evaluation_records.get()
    assert record.members == [{"name": "韩立新", "organization": "省商务厅", "vote": "同意"}]


@pytest.mark.clause("SX-55")
def test_the_officer_prepares_and_another_publishes(world, desk, with_password):
    application = evaluated(world)
    path = f"/desk/cases/{application.reference}/decide/"
    sent = {"act": "publicise", "content": "常年受理第一批。", "version": application.version, "key": "once"}

    desk(world.prov_officer).post(path, sent)
    assert fresh(application).state == "provincial_evaluation"

    browser = desk(world.prov_approver)
    shown = browser.get(path)
    assert shown.context["form"].initial["content"] == "常年受理第一批。"
    assert "常年受理第一批。" in shown.content.decode()
    unconfirmed = browser.post(path, sent)
    assert unconfirmed.status_code == 422
    answers = [browser.post(path, sent | with_password).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert fresh(application).state == "publicity"
    assert Publicity.objects.filter(parent_id=application.pk).count() == 1


def test_a_stale_decision_moves_nothing_and_keeps_its_words(world, desk, with_password):
    application = evaluated(world)
    propose(application, "publicise", actor=world.prov_officer, content="")
    path = f"/desk/cases/{application.reference}/decide/"

    page = desk(world.prov_approver).post(
        path, {"act": "publicise", "content": "写了很久的说明。", "version": "1", "key": "k"} | with_password
    )

    assert page.status_code == 409
    assert "写了很久的说明。" in page.content.decode()
    assert fresh(application).state == "provincial_evaluation"


def test_the_preview_follows_what_is_typed_and_carries_no_seal(world, desk):
    application = evaluated(world)
    path = f"/desk/cases/{application.reference}/decide/preview/"

    part = (
        desk(world.prov_officer).post(path, {"act": "publicise", "content": "第一批名单。"}).content.decode()
    )

    assert "第一批名单。" in part
    assert application.title in part
    assert "预览" in part and "盖电子章" in part.replace("加盖", "盖")


@pytest.mark.parametrize("clause", ["XX-99", "[[[", '{"a":1}', "a" * 5000, "²"])
@pytest.mark.parametrize("page", ["", "preview/"])
def test_what_is_no_clause_is_not_printed_and_not_taken(world, desk, clause, page):
    application = evaluated(world)
    sent = {"act": "serve_prior_notice", "clauses": [clause, "SX-37"], "version": application.version}

    answer = desk(world.prov_officer).post(f"/desk/cases/{application.reference}/decide/{page}", sent)

    assert answer.status_code == (200 if page else 422)
    if page:
        assert citation("SX-37")["citation"] in answer.content.decode()
    assert fresh(application).state == "provincial_evaluation"


@pytest.mark.clause("AMB-G09")
def test_refusal_begins_with_a_prior_notice_that_names_its_grounds(world, desk):
    application = evaluated(world)
    path = f"/desk/cases/{application.reference}/decide/"
    browser = desk(world.prov_officer)
    sent = {
        "act": "serve_prior_notice", "facts": "经核实，该企业服务省内进出口企业不足三十家。", "ground": "failed_condition",
        "clauses": ["SX-37"], "evidence": "所服务企业清单核实表", "version": application.version,
    }  # fmt: skip

    unfounded = browser.post(path, sent)

    assert unfounded.status_code == 422
    assert "所选理由没有相应的核实结论" in unfounded.content.decode()
    assert sent["facts"] in unfounded.content.decode()


@pytest.mark.clause("SX-56", "SX-57")
def test_after_publicity_the_title_is_granted_and_its_plaque_handed_over(world, desk, with_password):
    application = world.walk_to("decision")
    path = f"/desk/cases/{application.reference}/decide/"
    posting = world.posting(application)
    with clock.travel(calendar.end_of_day(posting.last_day)):
        world.check_credit(application)
        sent = {"act": "accredit", "reasons": "", "version": fresh(application).version, "key": "k"}
        desk(world.prov_approver).post(path, sent | with_password)
        title = Accreditation.objects.get(applicant=world.company)
        browser = desk(world.prov_officer)
        assert "待授牌" in browser.get(f"/desk/cases/{title.reference}/").content.decode()
        handed = {"plaque_number": "SX-001", "handed_on": clock.today().isoformat(), "receiver": "秦晓东"}
        browser.post(f"/cases/{title.reference}/steps/hand_over_plaque/", handed)
        listed = browser.get("/desk/register/").context["rows"]

    title.refresh_from_db()
    assert title.plaque_number == "SX-001"
    assert [row["title"].pk for row in listed] == [title.pk]


def test_a_city_sees_the_titles_of_its_own_region(world, desk):
    application = world.walk_to("accredited")
    title = Accreditation.objects.get(applicant=application.applicant)

    own = desk(world.officer).get("/desk/register/").context["rows"]
    other = desk(world.datong_officer).get("/desk/register/").context["rows"]

    assert ([row["title"].pk for row in own], other) == ([title.pk], [])


def test_the_city_decides_nothing_at_the_province(world, desk):
    application = evaluated(world)

    page = desk(world.approver).post(
        f"/desk/cases/{application.reference}/decide/", {"act": "publicise", "content": ""}
    )

    assert page.status_code == 404
    assert fresh(application).state == "provincial_evaluation"


@pytest.mark.clause("SX-53")
def test_the_recommendation_goes_up_with_the_approvers_password(world, desk):
    application = world.walk_to("recommendation")
    ProviderApplication.objects.filter(pk=application.pk).update(paper_copies=10)
    propose(application, "recommend", actor=world.officer, opinion=OPINION, answers="")
    world.approver.user.set_password("a-long-enough-word")
    world.approver.user.save()

    desk(world.approver).post(
        f"/cases/{application.reference}/steps/recommend/",
        {"opinion": OPINION, "answers": "", "password": "a-long-enough-word", "key": "k"},
    )

    assert fresh(application).state == "provincial_evaluation"


def test_a_case_that_moved_on_shows_no_conclusion_to_take(world, desk):
    application = world.walk_to("publicity")

    page = desk(world.prov_officer).get(f"/desk/cases/{application.reference}/decide/")

    assert page.context["acts"] == []
    assert "现在没有您能作的结论。" in page.content.decode()


def test_steps_of_the_joint_consultation_are_taken_from_the_page(world, desk):
    application = world.walk_to("provincial_evaluation")
    browser = desk(world.prov_officer)

    page = browser.get(f"/desk/cases/{application.reference}/decide/")
    assert f"/cases/{application.reference}/steps/consult_joint/" in page.content.decode()

    perform(application, "consult_joint", actor=world.prov_officer, question="请出具评定意见。")
    assert browser.get(f"/desk/cases/{application.reference}/decide/").context["answered"] == 0
