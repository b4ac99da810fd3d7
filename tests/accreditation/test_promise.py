"""The written promise before a tolerant acceptance: who may give it, for what, and that nothing is accepted without."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accreditation import papers, promising, rules
from accreditation.models import Bar, Program
from accreditation.procedures.application import ProviderApplication
from core import clock, periods
from tests.factories import attach
from tests.once import once
from workflow.errors import Conflict, NotMet, NotYours
from workflow.history import history
from workflow.perform import perform
from workflow.preparing import countersign

PASSWORD = "correct horse battery staple"
ITEM = "other_proof"
WORDS = (
    "我单位申请山西省省级外贸综合服务企业，尚缺下列非法定必备材料：其他可资证明的材料。"
    "我单位承诺自容缺受理之日起 10 个工作日内补齐上述材料，知悉补齐之前不予公示，也不作出认定决定。"
    "逾期没有补齐的，接受不予认定的处理，12 个月内不再适用容缺受理。"
)


@pytest.fixture
def application(world) -> ProviderApplication:
    """Filed where gaps are tolerated; the optional tenth material is not there."""
    once("gaps are tolerated", lambda: Program.objects.update(tolerant_acceptance=True))
    return world.walk_to("submitted")


@pytest.fixture
def representative(world, application) -> Client:
    world.legal_rep.user.set_password(PASSWORD)
    world.legal_rep.user.save()
    return browser_of(world.legal_rep)


def browser_of(actor) -> Client:
    browser = Client()
    browser.force_login(actor.user)
    return browser


def page_of(application) -> str:
    return reverse("my:promise", args=[application.reference])


def post(browser, application, *items, **changes):
    typed = {
        "materials": items or (ITEM,), "confirmed": "on", "password": PASSWORD,
        "digest": application.content_digest(), **changes,
    }  # fmt: skip
    return browser.post(f"{page_of(application)}sign/", typed)


def sign(world, application, *items, seen=None):
    seen = application.content_digest() if seen is None else seen
    return promising.sign(application, world.legal_rep, items or (ITEM,), seen=seen)


def accept(world, application, *items) -> ProviderApplication:
    return perform(application, "accept_tolerant", actor=world.officer, materials=list(items or (ITEM,)))


def miss(world, application) -> None:
    """The city finds that the tenth material is needed."""
    papers.record_material_verdict(
        application, actor=world.officer, material=ITEM, point="relevant", ok=False,
        problem="没有信保合作协议。", remedy="补交与信用保险机构的合作协议。",
    )  # fmt: skip


def codes(refused) -> list[tuple[str, str]]:
    return [(finding.clause, finding.code) for finding in refused.value.findings]


# --- The page ------------------------------------------------------------------------------------------------
@pytest.mark.clause("FJ-24")
def test_the_page_tells_what_may_wait_from_what_may_not(world, representative, application):
    application.attachments.filter(slot="audit_report").delete()

    answer = representative.get(f"{page_of(application)}?material={ITEM}&material=audit_report")

    assert [gap.code for gap in answer.context["waiting"]] == [ITEM]
    assert [gap.code for gap in answer.context["statutory"]] == ["audit_report"]
    assert answer.context["chosen"] == [ITEM]
    assert WORDS in answer.content.decode()


@pytest.mark.clause("FJ-24", "AMB-G08")
def test_the_legal_representative_signs_and_the_city_accepts(world, representative, application):
    assert post(representative, application).status_code == 302

    signature = promising.signature(application)
    assert (signature.statement, signature.user) == (WORDS, world.legal_rep.user)
    shown = representative.get(page_of(application)).content.decode()
    assert "已签署，等受理单位决定是否容缺受理" in shown
    assert WORDS in browser_of(world.officer).get(f"/desk/cases/{application.reference}/").content.decode()

    application = accept(world, application)
    promise = application.promises.get()
    assert (application.state, promise.material) == ("initial_review", ITEM)
    assert promise.promised_at <= promise.accepted_at
    assert browser_of(world.legal_rep).get(page_of(application)).status_code == 302


@pytest.mark.clause("FJ-24")
@pytest.mark.parametrize("who", ["applicant", "rival_legal_rep", "officer"])
def test_nobody_but_its_legal_representative_signs(world, application, who):
    actor = getattr(world, who)

    assert post(browser_of(actor), application).status_code == 404
    with pytest.raises(NotYours):
        promising.sign(application, actor, [ITEM], seen=application.content_digest())

    assert not application.promises.exists()
    assert not application.countersignatures.filter(step="accept_tolerant").exists()


@pytest.mark.clause("FJ-24")
def test_the_handler_reads_the_promise_and_is_told_who_signs_it(world, application):
    page = browser_of(world.applicant).get(page_of(application), {"material": ITEM}).content.decode()

    assert WORDS in page and "承诺书由法定代表人签署：王建国" in page
    assert 'name="password"' not in page


@pytest.mark.clause("FJ-24")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "wrong"}, "密码不对，没有签署"),
        ({"confirmed": ""}, "请先核对承诺书并勾选同意"),
        ({"materials": []}, "请先选择要承诺补交的材料"),
        ({"materials": ["audit_report"]}, "所选材料不能承诺补交"),
    ],
)
def test_a_signature_that_lacks_something_is_refused_in_words(representative, application, changes, words):
    answer = post(representative, application, **changes)

    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert promising.signature(application) is None


def test_what_was_changed_while_it_was_read_is_not_signed(representative, application):
    answer = post(representative, application, digest="0" * 64)

    assert (answer.status_code, "材料或承诺有改动" in answer.content.decode()) == (409, True)
    assert promising.signature(application) is None


# --- The card that leads there -------------------------------------------------------------------------------
@pytest.mark.clause("FJ-24")
def test_the_card_leads_there_when_something_is_missed(world, application):
    home = f"/my/cases/{application.reference}/"
    page = browser_of(world.legal_rep).get(home)
    assert page.context["todo"] is None  # optional and not asked for: nobody is urged to promise it

    miss(world, application)
    cards = {
        who: browser_of(getattr(world, who)).get(home).context["todo"] for who in ("legal_rep", "applicant")
    }
    assert {who: (card.word, card.href) for who, card in cards.items()} == {
        "legal_rep": ("需要您签署", page_of(application)),
        "applicant": ("待法定代表人签署", page_of(application)),
    }
    assert cards["legal_rep"].said == "其他可资证明的材料"

    sign(world, application)
    assert browser_of(world.applicant).get(home).context["todo"].word == "承诺已签署"


@pytest.mark.clause("FJ-24")
def test_with_a_statutory_material_missing_no_promise_is_suggested(world, application):
    miss(world, application)
    application.attachments.filter(slot="audit_report").delete()

    page = browser_of(world.legal_rep).get(f"/my/cases/{application.reference}/")

    assert page.context["todo"] is None


@pytest.mark.clause("AMB-G08")
def test_where_it_is_switched_off_there_is_no_page_and_no_card(world, representative, application):
    Program.objects.update(tolerant_acceptance=False)
    application.refresh_from_db()
    miss(world, application)

    assert representative.get(page_of(application)).status_code == 302
    assert post(representative, application).status_code == 409
    page = representative.get(f"/my/cases/{application.reference}/")
    assert page.context["todo"] is None


# --- What may be promised ------------------------------------------------------------------------------------
@pytest.mark.clause("FJ-24")
def test_a_statutory_item_cannot_be_promised(world, application):
    application.attachments.filter(slot="audit_report").delete()

    with pytest.raises(NotMet) as refused:
        sign(world, application, "audit_report")

    assert codes(refused) == [("FJ-24", "tolerance_items")]
    assert not application.promises.exists()


@pytest.mark.clause("FJ-24")
def test_what_is_on_file_is_not_promised(world, application):
    attach(application, ITEM)

    with pytest.raises(NotMet) as refused:
        sign(world, application)

    assert codes(refused) == [("FJ-24", "promised_is_missing")]


@pytest.mark.clause("AMB-G08")
@pytest.mark.parametrize(("items", "ok"), [(2, True), (3, False)])
def test_at_most_two_items_are_promised(application, items, ok):
    chosen = [spec["code"] for spec in application.program.materials[:items]]

    findings = rules.may_be_promised(application, chosen, clock.today())

    assert [f.ok for f in findings if f.code == "tolerance_limit"] == [ok]


@pytest.mark.clause("AMB-G08")
def test_after_a_broken_promise_none_is_taken_until_the_bar_is_over(world, application):
    today = clock.today()
    Bar.objects.create(
        organization=world.company, reason="broken_promise", imposed_on=today,
        last_day=periods.last_day_of_bar(today, 12), case=application,
    )  # fmt: skip

    with pytest.raises(NotMet) as refused:
        sign(world, application)

    assert codes(refused) == [("AMB-G08", "tolerance_bar")]
    assert not promising.is_possible(application)


@pytest.mark.parametrize("state", ["draft", "initial_review", "correction"])
def test_only_while_completeness_is_checked(world, state):
    Program.objects.update(tolerant_acceptance=True)
    application = world.walk_to("submitted" if state == "correction" else state)
    if state == "correction":
        application = world.walk(application, "request_correction")

    with pytest.raises(Conflict, match="不能再作容缺承诺"):
        sign(world, application)


# --- Read again afterwards -----------------------------------------------------------------------------------
def shown_to(actor, application) -> str:
    where = "desk" if actor.is_official else "my"
    return browser_of(actor).get(f"/{where}/cases/{application.reference}/").content.decode()


@pytest.mark.clause("FJ-24")
@pytest.mark.parametrize("who", ["applicant", "legal_rep", "officer", "approver"])
def test_both_sides_read_the_promise_after_it_was_accepted(world, application, who):
    sign(world, application)
    signed_at = clock.local(promising.signature(application).signed_at).strftime("%Y-%m-%d %H:%M")
    application = accept(world, application)

    page = shown_to(getattr(world, who), application)

    assert WORDS in page
    assert f"法定代表人 王建国，{signed_at} 签署" in page
    assert '第 10 项　其他可资证明的材料　<span class="muted">待补交</span>' in page


@pytest.mark.clause("FJ-24")
def test_it_stays_when_the_promise_was_kept(world, application):
    sign(world, application)
    application = accept(world, application)
    attach(application, ITEM)
    application = perform(application, "meet_promise", actor=world.applicant, material=ITEM)

    page = shown_to(world.applicant, application)

    assert f'容缺承诺书</h2></div><div class="card-b stack-s"><p class="small">{WORDS}' in page
    assert f"{clock.today()} 已补交" in page


@pytest.mark.clause("FJ-24")
def test_it_is_read_while_a_correction_is_waited_for(world, application):
    sign(world, application)
    application = world.walk(accept(world, application), "request_correction")

    assert "容缺承诺书</h3>" in shown_to(world.applicant, application)


@pytest.mark.clause("FJ-24")
def test_of_several_signatures_the_accepted_one_is_shown(world, application, monkeypatch):
    spec = next(m for m in application.program.materials if m["code"] == "audit_report")
    monkeypatch.setitem(spec, "statutory", False)  # a fact that no document states as yet
    audit = application.attachments.filter(slot="audit_report")
    sign(world, application)
    audit.update(withdrawn_at=clock.now())
    sign(world, application, ITEM, "audit_report")
    audit.update(withdrawn_at=None)
    sign(
        world, application
    )  # over the first content again: the first signature stands, the second is the newer
    application = accept(world, application)

    found = promising.signed(application)

    assert found.signature.statement == WORDS
    assert [spec["code"] for spec, _item in found.items] == [ITEM]


@pytest.mark.clause("FJ-24")
def test_a_promise_that_came_to_nothing_is_no_promise_on_the_page(world, application):
    sign(world, application)
    application = world.walk(application, "accept")

    assert "容缺承诺书</h2>" not in shown_to(world.applicant, application)
    assert 'id="h-promise"' not in shown_to(world.officer, application)


@pytest.mark.clause("FJ-24")
def test_the_history_tells_the_promise_from_the_signature_under_the_application(world, application):
    sign(world, application)

    signed = [
        entry for entry in history(application, world.officer) if entry.title.startswith("法定代表人签署")
    ]

    assert [(entry.title, entry.text) for entry in signed] == [
        ("法定代表人签署（容缺受理）", WORDS),
        ("法定代表人签署（提交申请）", "所报材料真实有效。"),
    ]


@pytest.mark.clause("FJ-24")
def test_the_case_leads_to_the_promise_while_one_can_be_given(world, application):
    before = page_of(application) in shown_to(world.applicant, application)
    application = world.walk(application, "accept")

    assert (before, page_of(application) in shown_to(world.applicant, application)) == (True, False)


# --- Nothing is accepted without it --------------------------------------------------------------------------
@pytest.mark.clause("FJ-24", "AMB-G08")
def test_without_a_signed_promise_nothing_is_accepted(world, application):
    with pytest.raises(NotMet) as refused:
        accept(world, application)

    assert codes(refused) == [("FJ-24", "countersigned"), ("FJ-24", "tolerance_promised")]
    assert "其他可资证明的材料" in refused.value.message


@pytest.mark.clause("FJ-24")
def test_a_signature_that_names_no_item_is_no_promise(world, application):
    countersign(application, "accept_tolerant", actor=world.legal_rep, statement="承诺按期补交。")

    with pytest.raises(NotMet) as refused:
        accept(world, application)

    assert codes(refused) == [("FJ-24", "tolerance_promised")]


@pytest.mark.clause("FJ-24")
def test_each_item_the_acceptance_names_needs_its_own_promise(world, application):
    sign(world, application)

    with pytest.raises(NotMet) as refused:
        accept(world, application, ITEM, "audit_report")

    assert codes(refused) == [("FJ-24", "tolerance_items"), ("FJ-24", "tolerance_promised")]
    assert refused.value.findings[1].measured == "审计报告"


@pytest.mark.clause("FJ-24", "SX-47")
def test_a_promise_over_other_materials_has_to_be_signed_anew(world, representative, application):
    sign(world, application)
    attach(application, "audit_report")

    with pytest.raises(NotMet) as refused:
        accept(world, application)

    assert ("FJ-24", "tolerance_promised") in codes(refused)
    assert "须重新签署" in representative.get(page_of(application)).content.decode()
    sign(world, application)
    assert accept(world, application).state == "initial_review"


@pytest.mark.clause("FJ-24")
def test_a_promise_does_not_cover_a_statutory_material_that_went_missing(world, application):
    sign(world, application)
    application.attachments.filter(slot="audit_report").delete()
    sign(world, application)

    with pytest.raises(NotMet) as refused:
        accept(world, application)

    assert codes(refused) == [("FJ-24", "tolerance_statutory")]
    assert "还缺法定必备材料：审计报告，须先补正，不能容缺受理。" in refused.value.message
    step = f"/cases/{application.reference}/steps/accept_tolerant/"
    desk = browser_of(world.officer).get(f"/desk/cases/{application.reference}/").content.decode()
    assert step not in desk


@pytest.mark.clause("FJ-24")
@pytest.mark.parametrize("promised", [(ITEM,), (ITEM, "audit_report")])
def test_what_is_asked_of_all_and_may_wait_is_promised_as_well(application, promised, monkeypatch):
    spec = next(m for m in application.program.materials if m["code"] == "audit_report")
    monkeypatch.setitem(spec, "statutory", False)  # a fact that no document states as yet
    application.attachments.filter(slot="audit_report").delete()

    found = {f.code: f.ok for f in rules.nothing_else_missing(application, promised)}

    assert found == {"tolerance_statutory": True, "tolerance_others": "audit_report" in promised}


@pytest.mark.clause("FJ-24")
def test_a_promise_not_accepted_changes_nothing(world, application):
    sign(world, application)

    application = world.walk(application, "accept")

    assert application.state == "initial_review"
    assert not application.deadlines.filter(code="promise").exists()
    page = browser_of(world.applicant).get(f"/my/cases/{application.reference}/")
    assert page.context["promised"] == []


def test_signing_twice_is_one_promise(world, application):
    seen = application.content_digest()
    sign(world, application, seen=seen)

    with pytest.raises(Conflict):
        sign(world, application, seen=seen)
    sign(world, application)

    assert application.promises.count() == 1
    assert application.countersignatures.filter(step="accept_tolerant").count() == 1


def test_the_database_knows_no_promise_met_before_it_was_accepted(world, application):
    sign(world, application)

    with pytest.raises(IntegrityError, match="promise_is_accepted_before_it_is_met"), transaction.atomic():
        application.promises.update(met_at=clock.now())


def test_promises_from_before_they_were_signed_were_accepted_when_they_were_given(world, application):
    sign(world, application)
    migration = import_module("accreditation.migrations.0003_promises_are_signed_before_acceptance")

    migration.carry_over_what_was_promised(apps, None)

    promise = application.promises.get()
    assert promise.accepted_at == promise.promised_at


@pytest.mark.clause("FJ-24")
def test_the_office_is_offered_the_step_once_the_promise_is_there(world, application):
    desk, step = browser_of(world.officer), f"/cases/{application.reference}/steps/accept_tolerant/"
    assert step not in desk.get(f"/desk/cases/{application.reference}/").content.decode()

    sign(world, application)

    assert step in desk.get(f"/desk/cases/{application.reference}/").content.decode()


@pytest.mark.clause("AMB-G08")
def test_no_more_time_is_offered_for_a_promise_that_binds_nobody(world, application):
    desk, step = browser_of(world.officer), f"/cases/{application.reference}/steps/extend_promise/"

    sign(world, application)
    application = world.walk(application, "accept")  # in the ordinary way: the promise binds nobody

    assert step not in desk.get(f"/desk/cases/{application.reference}/").content.decode()


@pytest.mark.clause("AMB-G08")
def test_more_time_is_offered_while_a_promise_is_open(world, application):
    sign(world, application)
    application = accept(world, application)

    page = browser_of(world.officer).get(f"/desk/cases/{application.reference}/").content.decode()

    assert f"/cases/{application.reference}/steps/extend_promise/" in page
