"""The last guard: where a lock was forgotten, a case that moved meanwhile is still not overwritten."""

import pytest

from workflow.errors import Conflict
from workflow.models import Case
from workflow.perform import _snapshot, _store, perform


def test_a_case_that_moved_meanwhile_is_not_overwritten(world):
    application = world.walk_to("submitted")
    before, version, state = _snapshot(application), application.version, application.state
    perform(application, "accept", actor=world.officer)

    application.title = "另一个名称"
    with pytest.raises(Conflict):
        _store(application, before, version, state)

    assert Case.objects.get(pk=application.pk).title == world.company.name
