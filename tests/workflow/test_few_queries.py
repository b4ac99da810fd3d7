"""A step taken in a browser asks the database ten things at most, whatever the case has been through."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workflow.perform import perform

TRANSACTION = ("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT")


@pytest.mark.parametrize("returned", [0, 2])
def test_a_step_in_a_browser_asks_ten_things(world, client, returned):
    application = world.walk_to("recommendation")
    for _ in range(returned):
        perform(application, "return_to_review", actor=world.approver, reason="请补齐核对记录。")
        for step in ("consult", "answer_all", "close_consultation"):
            application = world.walk(application, step)
    client.force_login(world.approver.user)
    typed = {
        "version": application.version,
        "key": uuid.uuid4().hex,
        "reason": "材料核对记录不全，请补齐后再报。",
    }

    with CaptureQueriesContext(connection) as asked:
        answer = client.post(f"/cases/{application.reference}/steps/return_to_review/", typed)

    application.refresh_from_db()
    assert (answer.status_code, application.state) == (302, "initial_review")
    questions = [query["sql"] for query in asked if not query["sql"].startswith(TRANSACTION)]
    assert len(questions) <= 10, "\n".join(questions)
