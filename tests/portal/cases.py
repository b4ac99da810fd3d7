"""Cases in a queue, and what a page of it costs."""

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from accreditation.models import ConditionSummary, ProviderApplication
from core import clock
from tests.factories import draft, enterprise, fill, person, program
from workflow.perform import perform
from workflow.preparing import countersign
from workflow.relations import Relation

MOST_BYTES = 40 * 1024


def waiting(world, numbers):
    """Rows to be counted, not worked on: each stands in the queue of Taiyuan without having walked there."""
    for number in numbers:
        due = clock.now() + dt.timedelta(days=number + 1)
        case = ProviderApplication(
            kind="ProviderApplication",
            reference=f"WZ14-2099-{number:04d}",
            title=f"太原第{number}外贸综合服务有限公司",
            state="submitted",
            applicant=world.company,
            program=program(),
            holder_organization=world.taiyuan,
            holder_role=Role.CITY_OFFICER,
            due_at=due,
            queue_at=due,
        )
        case.save(force_insert=True)
        case.add_party(Relation.CITY, world.taiyuan)
        ConditionSummary.objects.create(
            application=case, marks="man ok man no", findings={}, measured_at=clock.now()
        )


def measured(browser, path):
    """How many reads a page takes and how long it is, once it has been seen before."""
    browser.get(path)
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(path)
    assert page.status_code == 200
    return len(queries), len(page.content)


def filed(world, name):
    """Another enterprise's application, filed with Taiyuan."""
    firm = enterprise(name)
    handler, representative = person("", firm, Role.APPLICANT), person("", firm, Role.LEGAL_REP)
    application = draft(firm, handler)
    fill(application)
    countersign(application, "submit", actor=representative, statement="真实有效。")
    return perform(application, "submit", actor=handler)


def ticked(*cases):
    """The value of a row's checkbox: the case, in the version it is shown in."""
    return [f"{case.pk}.{case.version}" for case in cases]
