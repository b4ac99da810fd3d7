"""Two at once: exactly one wins, the other is told, nothing happens twice. On SQLite and on PostgreSQL."""

from __future__ import annotations

import copy
import threading
from collections import Counter

import pytest
from django.db import close_old_connections, connection

from accounts.actors import SYSTEM
from accounts.roles import Role
from accreditation.models import Accreditation, ProviderApplication
from core import calendar, clock
from documents.notices.models import Notice
from publicity.register import file_objection
from tests.factories import VISITOR, World, draft, enterprise, fill, person
from workflow.errors import Conflict, Refused
from workflow.holding import working_on
from workflow.ledger import LedgerEntry
from workflow.models import Case
from workflow.outbox import OutboxMessage, claim
from workflow.perform import perform
from workflow.preparing import countersign
from workflow.sweep import sweep
from workflow.verification import verify

CLIENTS = 8


@pytest.fixture
def world(committed) -> World:
    return World()


def at_once(*acts):
    """Run the acts in threads that start together; returns what became of each: "ok" or the error's class."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[str] = [""] * len(acts)

    def run(place, act):
        barrier.wait()
        try:
            act()
            outcomes[place] = "ok"
        except Refused as refused:
            assert refused.message
            outcomes[place] = type(refused).__name__
        except Exception as error:  # anything else is a 500 on a screen and fails the test below
            outcomes[place] = repr(error)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def test_eight_officers_accept_one_application(world):
    application = world.walk_to("submitted")

    outcomes = at_once(
        *[lambda: perform(application, "accept", actor=world.officer, expected_version=1)] * CLIENTS
    )

    assert outcomes == {"ok": 1, "Conflict": CLIENTS - 1}
    assert application.ledger.filter(step="accept").count() == 1
    assert Notice.objects.filter(case_id=application.pk, kind="acceptance").count() == 1


def test_one_request_sent_eight_times_is_answered_eight_times_and_done_once(world):
    application = world.walk_to("submitted")

    outcomes = at_once(
        *[
            lambda: perform(
                application, "accept", actor=world.officer, expected_version=1, idempotency_key="one-click"
            )
        ]
        * CLIENTS
    )

    assert outcomes == {"ok": CLIENTS}
    assert application.ledger.filter(step="accept").count() == 1


def test_nobody_signs_what_changed_after_they_looked(world):
    """The handler changes a material while the legal representative signs the page shown before."""
    application = draft(world.company, world.applicant)
    fill(application)
    outcomes = Counter()

    def change(year):
        with working_on(application, world.applicant) as case:
            material = case.material("audit_report")
            material.text = {"fiscal_year": year}
            material.save()

    for year in range(1900, 1920):
        seen = ProviderApplication.objects.get(pk=application.pk).content_digest()
        before = set(application.countersignatures.values_list("pk", flat=True))
        outcomes += at_once(
            lambda year=year: change(year),
            lambda seen=seen: countersign(
                application, "submit", actor=world.legal_rep, statement="所报材料真实有效。", seen=seen
            ),
        )
        signed = application.countersignatures.exclude(pk__in=before)
        assert set(signed.values_list("content_digest", flat=True)) <= {seen}

    assert set(outcomes) <= {"ok", "Conflict"}


def test_a_page_shown_before_a_change_is_not_signed(world):
    application = world.ready()
    seen = application.content_digest()
    application.team.create(name="后来的人", post="报关", is_insured=True)

    with pytest.raises(Conflict, match="材料有改动"):
        countersign(application, "submit", actor=world.legal_rep, statement="真实有效。", seen=seen)

    assert application.countersignatures.count() == 1


def another(world):
    """The same offices with another enterprise."""
    company = enterprise()
    changed = copy.copy(world)
    changed.company = company
    changed.applicant = person("", company, Role.APPLICANT)
    changed.legal_rep = person("", company, Role.LEGAL_REP)
    return changed


def test_one_key_used_on_two_cases_at_once_serves_one(world):
    """A request that is sent for another case is told so, however close behind it comes."""
    for number in range(6):
        rival, other = (World.walk_to(one, "submitted") for one in (another(world), another(world)))

        def accept(application, key=f"key-{number}"):
            return lambda: perform(application, "accept", actor=world.officer, idempotency_key=key)

        outcomes = at_once(*[accept(rival), accept(other)] * 4)

        done = LedgerEntry.objects.filter(idempotency_key=f"key-{number}")
        assert outcomes == {"ok": 4, "Conflict": 4}
        assert done.count() == 1


def test_one_key_used_for_two_objections_at_once_files_one(world):
    posting = world.posting(world.walk_to("publicity"))

    def file(name):
        return lambda: file_objection(
            posting, actor=VISITOR, objector_name=name, contact="13800000000",
            facts="该企业服务企业数量与实际不符。", idempotency_key="one",
        )  # fmt: skip

    outcomes = at_once(*[file("周平"), file("郑安")] * 4)

    assert "ok" in outcomes and set(outcomes) <= {"ok", "Conflict"}
    assert LedgerEntry.objects.filter(idempotency_key="one").count() == 1


def test_acceptance_and_withdrawal(world):
    application = world.walk_to("submitted")

    outcomes = at_once(
        lambda: perform(application, "accept", actor=world.officer, expected_version=1),
        lambda: perform(application, "withdraw", actor=world.applicant, expected_version=1),
    )

    application.refresh_from_db()
    assert outcomes == {"ok": 1, "Conflict": 1}
    assert application.state in ("initial_review", "withdrawn")
    assert application.version == 2


def test_acceptance_and_the_calendar(world):
    application = world.walk_to("submitted")
    over = calendar.end_of_day(application.deadlines.get(code="completeness").due_on)

    with clock.travel(over):
        outcomes = at_once(
            lambda: perform(application, "accept", actor=world.officer, expected_version=1),
            lambda: perform(application, "deem_accepted", actor=SYSTEM),
        )

    application.refresh_from_db()
    assert outcomes == {"ok": 1, "Conflict": 1}
    assert application.state == "initial_review"
    assert Notice.objects.filter(case_id=application.pk, kind="acceptance").count() == 1


def test_three_sweeps_at_once_do_what_one_does(world):
    application = world.walk_to("submitted")
    over = calendar.end_of_day(application.deadlines.get(code="completeness").due_on)

    with clock.travel(over):
        outcomes = at_once(sweep, sweep, sweep)

    application.refresh_from_db()
    assert outcomes == {"ok": 3}
    assert (application.state, application.ledger.filter(step="deem_accepted").count()) == (
        "initial_review",
        1,
    )


def test_two_approvers_grant_one_title(world):
    application = world.walk_to("decision")
    posting = world.posting(application)
    with clock.travel(calendar.end_of_day(posting.last_day)):
        world.check_credit(application)

        outcomes = at_once(
            lambda: perform(application, "accredit", actor=world.prov_approver, reasons=""),
            lambda: perform(application, "accredit", actor=world.other_prov_approver, reasons=""),
        )

    assert outcomes == {"ok": 1, "Conflict": 1}
    assert Accreditation.objects.filter(applicant=world.company).count() == 1


@pytest.mark.clause("AMB-G06")
def test_an_objection_against_the_end_of_the_period(world):
    """Whoever takes the lock first: either the objection is filed in time, or the period is over for it."""
    application = world.walk_to("publicity")
    posting = world.posting(application)
    said = {"objector_name": "周平", "contact": "13800000000", "facts": "服务企业数量与实际不符，请核查。"}

    with clock.travel(calendar.end_of_day(posting.last_day)):
        outcomes = at_once(
            lambda: file_objection(posting, actor=VISITOR, **said),
            lambda: perform(posting, "end", actor=SYSTEM),
        )

    application.refresh_from_db()
    assert outcomes == {"ok": 1, "NotMet": 1}
    assert application.state == "decision"


def test_two_objections_at_once_both_arrive(world):
    application = world.walk_to("publicity")
    posting = world.posting(application)
    said = {"contact": "13800000000", "facts": "服务企业数量与实际不符，请核查。"}

    outcomes = at_once(
        lambda: file_objection(posting, actor=VISITOR, objector_name="周平", **said),
        lambda: file_objection(posting, actor=VISITOR, objector_name="吴敏", **said),
    )

    application.refresh_from_db()
    assert outcomes == {"ok": 2}
    assert application.state == "objection_inquiry"
    assert posting.children.filter(kind="Objection").count() == 2


def test_numbers_of_cases_are_never_given_twice(world):
    from tests.factories import draft, enterprise, person

    companies = [enterprise() for _ in range(CLIENTS)]
    actors = [person("", company, "APPLICANT") for company in companies]

    outcomes = at_once(*[lambda c=c, a=a: draft(c, a) for c, a in zip(companies, actors, strict=True)])

    references = list(Case.objects.filter(kind="ProviderApplication").values_list("reference", flat=True))
    assert outcomes == {"ok": CLIENTS}
    assert len(set(references)) == CLIENTS


def test_one_company_clicking_eight_times_has_one_draft(world):
    from tests.factories import draft

    outcomes = at_once(*[lambda: draft(world.company, world.applicant)] * CLIENTS)

    assert outcomes["ok"] == 1
    assert outcomes["Conflict"] == CLIENTS - 1


def test_a_message_is_claimed_by_one_worker(world):
    world.walk_to("submitted")
    waiting = OutboxMessage.objects.filter(done_at=None).count()
    claimed: list[int] = []

    outcomes = at_once(*[lambda: claimed.extend(m.pk for m in claim())] * CLIENTS)

    assert outcomes == {"ok": CLIENTS}
    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) == waiting > 0


def test_after_all_this_the_ledger_verifies(world):
    application = world.walk_to("submitted")
    at_once(
        *[lambda: perform(application, "accept", actor=world.officer)] * 4,
        *[lambda: perform(application, "withdraw", actor=world.applicant)] * 4,
    )

    assert verify()[1] == []
    for case in Case.objects.all():
        entries = LedgerEntry.objects.filter(case=case).order_by("sequence")
        assert list(entries.values_list("sequence", flat=True)) == list(range(1, case.version + 1))
