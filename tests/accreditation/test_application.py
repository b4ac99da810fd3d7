"""The application walked as the regulation has it, and refused where it has it otherwise."""

import pytest

from accreditation.models import Accreditation
from workflow.errors import NotYours
from workflow.perform import perform


def steps_in_ledger(case):
    return list(case.ledger.values_list("step", flat=True))


def test_an_application_walks_from_draft_to_certificate(world):
    application = world.walk_to("accredited")

    title = Accreditation.objects.get(applicant=world.company)
    assert title.title_name == "山西省省级外贸综合服务企业"
    assert title.state == "active"
    assert steps_in_ledger(application) == [
        "submit", "accept", "consult", "close_consultation", "recommend", "consult_joint", "close_joint",
        "publicise", "end_publicity", "accredit",
    ]  # fmt: skip


@pytest.mark.clause("SX-50")
def test_a_city_cannot_act_on_another_citys_applicant(world):
    application = world.walk_to("submitted")

    with pytest.raises(NotYours):
        perform(application, "accept", actor=world.datong_officer, expected_version=1)

    application.refresh_from_db()
    assert application.state == "submitted"
    assert steps_in_ledger(application) == ["submit"]
