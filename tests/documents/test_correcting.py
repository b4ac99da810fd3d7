"""A clerical error is corrected by a new paper in the old one's place, by two people, and both papers are kept."""

import pytest
from django.db import IntegrityError, transaction

from documents.models import Notice, NoticeCorrection
from documents.notices import correcting, drawing
from documents.notices.correcting import CORRECT, FREE_TEXT, corrected
from documents.notices.kinds import FORMS
from documents.notices.samples import sample_context
from documents.notices.verification import Standing, verify
from tests.documents.papers import text_of
from workflow.errors import Conflict, InvalidInput, NotYours
from workflow.ledger import LedgerEntry
from workflow.verification import verify as verify_ledger

ERROR = {"wrong": "单位", "right": "单位（更正）", "reason": "打字错误。"}


@pytest.fixture
def acceptance(world) -> Notice:
    world.walk(world.walk_to("submitted"), "accept")
    return Notice.objects.get(kind="acceptance")


@pytest.fixture
def error(world, acceptance) -> dict:
    """A word of the company's name is written wrong."""
    name = acceptance.context["addressee"]["name"]
    return {"wrong": name, "right": f"{name[:-4]}集团{name[-4:]}", "reason": "企业名称漏写“集团”。"}


def sealed(notice: Notice) -> Notice:
    drawing.render_notice(notice.pk)
    notice.refresh_from_db()
    return notice


@pytest.mark.clause("AMB-G17")
def test_an_officer_asks_an_approver_issues_and_the_old_paper_is_replaced(world, acceptance, error):
    old = sealed(acceptance)
    asked = correcting.ask(old, actor=world.officer, **error)
    new = correcting.confirm(asked, actor=world.approver)
    between = [verify(one.verification_code).standing for one in (old, new)]
    sealed(new)

    printed = text_of(new.pdf())
    assert between == [Standing.IN_FORCE, Standing.UNKNOWN]
    assert [verify(one.verification_code).standing for one in (old, new)] == [
        Standing.SUPERSEDED,
        Standing.IN_FORCE,
    ]
    assert (new.supersedes, new.serial) == (old, old.serial + 1)
    assert f"{error['right']}：" in printed
    assert f"“{error['wrong']}”应为“{error['right']}”" in printed
    assert text_of(old.pdf()) != printed
    assert verify(old.verification_code).facts["superseded_by"] == new.number


def test_the_ledger_keeps_who_corrected_what_and_holds_together(world, acceptance, error):
    correcting.confirm(correcting.ask(acceptance, actor=world.officer, **error), actor=world.approver)

    entry = LedgerEntry.objects.filter(case=acceptance.case_id).latest("sequence")
    assert (entry.step, entry.from_state, entry.role) == (CORRECT.name, entry.to_state, "CITY_APPROVER")
    assert entry.detail["said"]["corrected"] == [error["wrong"], error["right"]]
    assert verify_ledger()[1] == []


@pytest.mark.clause("AMB-G17")
def test_nobody_confirms_what_they_asked_for_and_no_other_organ_either(world, acceptance, error):
    asked = correcting.ask(acceptance, actor=world.officer, **error)
    both = world.approver.__class__.of(world.approver.user.memberships.first())

    for actor in (world.officer, world.datong_approver, world.prov_approver, world.applicant):
        with pytest.raises(NotYours):
            correcting.confirm(asked, actor=actor)
    asked.asked_by = both.user
    asked.save(update_fields=["asked_by"])
    with pytest.raises(NotYours):
        correcting.confirm(asked, actor=world.approver)
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeCorrection.objects.filter(pk=asked.pk).update(
            settled_by=both.user, settled_at=asked.asked_at, outcome="issued"
        )


@pytest.mark.parametrize("who", ["approver", "datong_officer", "prov_officer", "applicant"])
def test_only_an_officer_of_the_organ_asks(world, acceptance, error, who):
    with pytest.raises(NotYours):
        correcting.ask(acceptance, actor=getattr(world, who), **error)


def test_what_the_case_decided_is_no_clerical_error(world, acceptance):
    for wrong in (
        acceptance.number,
        acceptance.context["issued_on"],
        acceptance.verification_code,
        "没有的字",
    ):
        with pytest.raises(InvalidInput, match="没有找到"):
            correcting.ask(acceptance, wrong=wrong, right="别的", reason="试一试。", actor=world.officer)


def test_of_two_who_confirm_one_issues(world, acceptance, error):
    asked = correcting.ask(acceptance, actor=world.officer, **error)
    correcting.confirm(asked, actor=world.approver)

    with pytest.raises(Conflict, match="已经办过"):
        correcting.confirm(asked, actor=world.approver)
    assert Notice.objects.filter(supersedes=acceptance).count() == 1


def test_a_second_error_waits_for_the_first(world, acceptance, error):
    correcting.ask(acceptance, actor=world.officer, **error)

    with pytest.raises(Conflict, match="等待审批"):
        correcting.ask(acceptance, actor=world.officer, **error)


def test_dropped_the_paper_stays_as_it_is(world, acceptance, error):
    old = sealed(acceptance)
    correcting.drop(correcting.ask(old, actor=world.officer, **error), actor=world.approver)
    old.refresh_from_db()

    assert (old.status, Notice.objects.filter(kind="acceptance").count()) == ("active", 1)


def test_a_number_that_never_went_out_is_burnt_with_its_reason(world, acceptance, error):
    new = correcting.confirm(correcting.ask(acceptance, actor=world.officer, **error), actor=world.approver)
    acceptance.refresh_from_db()

    assert (acceptance.status, new.serial) == ("voided", acceptance.serial + 1)
    assert new.number in acceptance.status_reason


def test_what_has_been_replaced_is_not_corrected_again(world, acceptance, error):
    sealed(
        correcting.confirm(
            correcting.ask(sealed(acceptance), actor=world.officer, **error), actor=world.approver
        )
    )
    acceptance.refresh_from_db()

    with pytest.raises(Conflict, match="现行有效"):
        correcting.ask(acceptance, actor=world.officer, **error)


def test_only_names_and_what_was_typed_is_replaced():
    content = {
        "number": "甲",
        "result_word": "甲",
        "reasons": "甲乙",
        "defects": [{"problem": "甲"}],
        "day": "甲",
    }

    assert corrected(content, "甲", "丙") == content | {"reasons": "丙乙", "defects": [{"problem": "丙"}]}
    assert corrected({"facts": "2026-11-24"}, "2026", "2027") == {"facts": "2026-11-24"}


@pytest.mark.parametrize("kind", sorted(FORMS))
@pytest.mark.parametrize(
    ("wrong", "right"), [("不予", "予以"), ("取消", "保留"), ("不通过", "通过"), ("撤销", "设立")]
)
def test_no_decision_is_turned_round_by_a_correction(kind, wrong, right):
    """The words that decide are the template's, or come from fields that no correction reaches."""
    context = sample_context(kind)
    changed = corrected(context, wrong, right)

    assert {name for name in context if context[name] != changed[name]} <= FREE_TEXT


def test_a_correction_under_way_is_waited_for(world, acceptance, error):
    old = sealed(acceptance)
    correcting.confirm(correcting.ask(old, actor=world.officer, **error), actor=world.approver)

    with pytest.raises(Conflict, match="正在更正"):
        correcting.ask(old, actor=world.officer, wrong="省", right="市", reason="再试。")
