"""A page of an enterprise asks the database once for what its rules ask again and again."""

import pytest

from accreditation import selectors
from workflow.reading import reading_once

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["/my/", "/my/cases/{}/", "/my/cases/{}/check/"])
def test_a_draft_ready_to_be_sent_takes_few_queries(world, client, page, django_assert_max_num_queries):
    application = world.ready()
    client.force_login(world.applicant.user)

    with django_assert_max_num_queries(26):
        answer = client.get(page.format(application.reference))

    assert answer.status_code == 200


def test_a_case_under_way_takes_few_queries(world, client, django_assert_max_num_queries):
    application = world.walk_to("initial_review")
    client.force_login(world.applicant.user)

    with django_assert_max_num_queries(26):
        answer = client.get(f"/my/cases/{application.reference}/")

    assert answer.status_code == 200


def test_what_is_read_once_is_read_anew_by_the_next_page(world):
    application = world.ready()

    with reading_once(application):
        with reading_once(application):
            before = selectors.served_enterprises(application)
        application.clients.all().delete()
        assert selectors.served_enterprises(application) == before

    assert selectors.served_enterprises(application) == 0
