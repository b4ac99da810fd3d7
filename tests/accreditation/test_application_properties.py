"""Whoever presses whatever, in any order: a case, its ledger, its clocks and the register tell the same story."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import data, sampled_from

from accounts.actors import SYSTEM
from accreditation.models import Accreditation, ProviderApplication
from core import clock
from publicity.models import Objection
from publicity.register import hear_applicant
from tests.factories import TRUE_PATH, World
from workflow.authority import open_steps
from workflow.errors import Refused
from workflow.perform import perform
from workflow.preparing import propose
from workflow.steps import steps_of
from workflow.sweep import sweep
from workflow.verification import verify

STEPS = sorted(steps_of(ProviderApplication))
WHO = [
    "applicant", "legal_rep", "rival_applicant", "officer", "approver", "datong_officer", "datong_approver", "zone_officer",
    "prov_officer", "prov_approver", "other_prov_officer", "other_prov_approver", "SYSTEM",
]  # fmt: skip
LONG = "经核实有关情况属实，材料齐备，理由充分，依据明确，特此说明如下。"
# The least that any step could be given: a form takes what it names and drops the rest.
ANYTHING = {
    "reason": LONG, "reasons": LONG, "opinion": LONG, "summary": LONG, "question": LONG, "facts": LONG, "fact": LONG,
    "finding": LONG, "source": "来源", "evidence": LONG, "statement": LONG, "answers": LONG, "content": LONG,
    "clauses": ["SX-37"], "ground": "failed_condition", "is_founded": "no", "material": "other_proof",
    "materials": ["other_proof"], "defects": [{"material": "audit_report", "problem": LONG, "remedy": LONG}],
}  # fmt: skip
FAST = hypothesis_settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.generate],  # a run costs seconds; a seed that fails is replayed, not shrunk
)


seen: set[str] = set()


class AnyoneTriesAnything(RuleBasedStateMachine):
    @initialize()
    def given_a_complete_application(self):
        self.savepoint = transaction.savepoint()
        self.now = clock.instant(dt.datetime(2026, 3, 2, 9))
        self.travel = clock.travel(self.now)
        self.travel.__enter__()
        self.world = World()
        self.application = self.world.ready(clients=30)
        self.path = list(TRUE_PATH)

    def teardown(self):
        if hasattr(self, "travel"):
            self.travel.__exit__(None, None, None)
            transaction.savepoint_rollback(self.savepoint)

    def move_clock(self, days):
        self.travel.__exit__(None, None, None)
        self.now += dt.timedelta(days=days)
        self.travel = clock.travel(self.now)
        self.travel.__enter__()

    def who(self, name):
        return SYSTEM if name == "SYSTEM" else getattr(self.world, name)

    @precondition(lambda self: self.application.is_open and self.path)
    @rule(steps=sampled_from([1, 3, 6]))
    def the_true_path_goes_on(self, steps):
        for _ in range(min(steps, len(self.path))):
            step = self.path.pop(0)
            if step == "end_publicity":
                self.objections_are_handled()
                self.move_clock(12)
                sweep()
            if step == "accredit" and self.application.state != "decision":
                continue
            with suppress(Refused):
                self.world.walk(self.application, step if step != "end_publicity" else "close_objections")
            self.application.refresh_from_db()
            if self.application.state == "publicity":
                break  # somebody may object

    @precondition(lambda self: self.application.is_open)
    @rule(choice=data())
    def the_right_person_takes_an_open_step(self, choice):
        able = [
            (who, step.name)
            for who in WHO
            if who != "SYSTEM"
            for step in open_steps(self.application, self.who(who))
        ]
        if able:
            who, step = choice.draw(sampled_from(sorted(able)))
            with suppress(Refused):
                perform(
                    self.application,
                    step,
                    actor=self.who(who),
                    expected_version=self.application.version,
                    **ANYTHING,
                )
            self.application.refresh_from_db()

    @rule(step=sampled_from(STEPS), who=sampled_from(WHO))
    def anyone_presses_anything(self, step, who):
        with suppress(Refused):
            perform(self.application, step, actor=self.who(who), **ANYTHING)
        self.application.refresh_from_db()

    @rule(step=sampled_from(STEPS), who=sampled_from(WHO))
    def an_officer_prepares_anything(self, step, who):
        with suppress(Refused):
            propose(self.application, step, actor=self.who(who), **ANYTHING)

    @precondition(lambda self: self.application.version > 0)
    @rule(step=sampled_from(STEPS), who=sampled_from(WHO))
    def a_stale_screen_moves_nothing(self, step, who):
        with pytest.raises(Refused):
            perform(
                self.application,
                step,
                actor=self.who(who),
                expected_version=self.application.version - 1,
                **ANYTHING,
            )

    @precondition(lambda self: self.application.state == "publicity")
    @rule()
    def somebody_objects(self):
        with suppress(Refused):
            self.world.walk(self.application, "object")
        self.application.refresh_from_db()

    @rule()
    def objections_are_handled(self):
        for objection in Objection.objects.filter(closed_at=None):
            with suppress(Refused):
                objection = perform(objection, "admit", actor=self.world.other_prov_officer)
                hear_applicant(objection, actor=self.world.applicant, text=LONG)
                perform(objection, "dismiss", actor=self.world.other_prov_approver, findings=LONG)
        self.application.refresh_from_db()

    @rule(days=sampled_from([1, 4, 9, 20]))
    def time_passes(self, days):
        self.move_clock(days)
        sweep()
        self.application.refresh_from_db()

    # --- What holds after every act -------------------------------------------------------------------------
    @invariant()
    def case_and_ledger_agree(self):
        if not hasattr(self, "application"):
            return
        assert verify()[1] == []
        seen.update(self.application.ledger.values_list("to_state", flat=True))
        entries = list(self.application.ledger.order_by("sequence").values_list("sequence", flat=True))
        assert entries == list(range(1, self.application.version + 1))

    @invariant()
    def a_title_stands_exactly_where_one_was_granted(self):
        if hasattr(self, "application"):
            granted = Accreditation.objects.filter(parent_id=self.application.pk).count()
            assert granted == (self.application.state == "accredited")

    @invariant()
    def an_ended_case_leaves_nothing_running(self):
        if hasattr(self, "application") and self.application.closed_at:
            case = self.application
            assert (case.holder_organization, case.queue_at, case.exclusive_key) == (None, None, None)
            assert not case.deadlines.filter(status__in=["running", "standing"]).exists()
            open_children = case.children.exclude(kind="Accreditation").filter(closed_at=None)
            # A posting runs out by itself after a decision; consultations and objections do not outlive the case.
            assert set(open_children.values_list("kind", flat=True)) <= {"Publicity"}

    @invariant()
    def nobody_decided_what_they_prepared(self):
        if hasattr(self, "application"):
            for entry in self.application.ledger.exclude(prepared_by=None):
                assert entry.person_id != entry.prepared_by_id

    @invariant()
    def no_title_over_an_open_objection_or_inquiry(self):
        if hasattr(self, "application") and self.application.state == "accredited":
            assert not Objection.objects.filter(
                parent__parent_id=self.application.pk, closed_at=None
            ).exists()
            assert not self.application.inquiries.filter(closed_at=None).exists()


@pytest.mark.django_db
def test_no_order_of_attempts_breaks_an_application():
    seen.clear()

    run_state_machine_as_test(AnyoneTriesAnything, settings=FAST)

    # A machine that circles in the first room proves nothing: it must have come to an end of each kind.
    assert {"accredited", "withdrawn", "publicity", "objection_inquiry", "provincial_evaluation"} <= seen
