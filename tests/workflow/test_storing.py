"""The last guard: where a lock was forgotten, a case that moved meanwhile is still not overwritten."""

import pytest

from core import clock
from workflow import ledger
from workflow.errors import Conflict
from workflow.models import Case, LedgerEntry
from workflow.perform import perform
from workflow.rows import snapshot, store


def test_a_case_that_moved_meanwhile_is_not_overwritten(world):
    application = world.walk_to("submitted")
    before = snapshot(application)
    perform(application, "accept", actor=world.officer)

    application.title = "另一个名称"
    application.opinion_summary = "另一个地址"
    application.version += 1
    entry = ledger.append(
        application, step="accept", from_state=before["state"], actor=world.officer, prepared_by=None, detail={},
        key=None, at=clock.now(),
    )  # fmt: skip
    with pytest.raises(Conflict):
        store(application, before, entry)

    stored = Case.objects.get(pk=application.pk).as_procedure()
    assert stored.title == world.company.name
    assert stored.opinion_summary != "另一个地址"
    assert LedgerEntry.objects.filter(case=stored, step="accept").count() == 1
