"""A large ledger is looked over by two connections at once, and says the same as a small one looked over by one."""

from tests.factories import World
from workflow import verification
from workflow.ledger import LedgerEntry
from workflow.models import Case
from workflow.verification import Fault, verify


def test_a_large_ledger_says_the_same(committed, monkeypatch):
    world = World()
    application = world.walk_to("initial_review")
    Case.objects.filter(pk=application.pk).update(state="refused")
    monkeypatch.setattr(verification, "LARGE", 0)

    assert verify() == (
        LedgerEntry.objects.count(),
        [Fault(f"办件 {application.pk}", "现状与最后一条台账不符")],
    )


def test_more_cases_than_one_look_takes_in_are_all_looked_at(world, monkeypatch):
    monkeypatch.setattr(verification, "CASES", 1)
    monkeypatch.setattr(verification, "PLACES", 2)
    application = world.walk_to("peer_consultation")
    last = application.children.latest("pk")
    Case.objects.filter(pk=last.pk).update(ledger_head="1" * 64)

    assert verify() == (LedgerEntry.objects.count(), [Fault(f"办件 {last.pk}", "现状与最后一条台账不符")])
