"""What happens to a case while a file is looked into: nothing slips into what was filed, nothing falls out of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accreditation import filing, imports, samples, sheets
from accreditation.models import ProviderApplication
from documents.attachments.models import Attachment
from tests.accreditation.test_imports import CODES, client_row, upload
from workflow.errors import Conflict
from workflow.perform import perform

REASON = "含未公开的财务数据，属于商业秘密"
SLOT = "audit_report"


class Slow(SimpleUploadedFile):
    """A file during whose reading somebody does something else."""

    def __init__(self, content: bytes, meanwhile: Callable[[], object], name: str = "审计报告.pdf") -> None:
        super().__init__(name, content)
        self.meanwhile: list[Callable[[], object]] = [meanwhile]

    def chunks(self, chunk_size: int | None = None):
        while self.meanwhile:
            self.meanwhile.pop()()
        return super().chunks(chunk_size)


@pytest.fixture
def application(world) -> ProviderApplication:
    """A signed draft with a real audit report."""
    application = world.ready()
    application.attachments.filter(slot=SLOT).delete()
    filing.hand_in(application, world.applicant, SLOT, report(SLOT))
    world.sign(application)
    return application


def report(material: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("审计报告.pdf", samples.sample_pdf(material))


@pytest.fixture
def submit(world, application) -> Callable[[], object]:
    return lambda: perform(application, "submit", actor=world.applicant)


def the_report(application) -> Attachment:
    return application.attachments.standing().get(slot=SLOT)


def test_a_version_that_comes_after_the_filing_leaves_the_one_that_was_filed(world, application, submit):
    filed = the_report(application)
    late = Slow(samples.sample_pdf("application_report"), submit)

    with pytest.raises(Conflict, match="不在您手里"):
        filing.hand_in(application, world.applicant, SLOT, late, replaces=filed)

    application.refresh_from_db()
    assert (application.state, the_report(application)) == ("submitted", filed)
    assert application.attachments.filter(slot=SLOT).count() == 1


def test_the_same_file_with_a_mark_after_the_filing_marks_nothing(world, application, submit):
    late = Slow(samples.sample_pdf(SLOT), submit)

    with pytest.raises(Conflict):
        filing.hand_in(application, world.applicant, SLOT, late, confidential_reason=REASON)

    assert not the_report(application).is_confidential
    assert not the_report(application).confidentiality_changes.exists()


def test_a_version_is_confidential_when_the_one_it_replaces_was_marked_meanwhile(world, application):
    first = the_report(application)
    stated = lambda: filing.state_confidentiality(application, world.applicant, first, REASON)  # noqa: E731
    late = Slow(samples.sample_pdf("application_report"), stated)

    taken = filing.hand_in(application, world.applicant, SLOT, late, replaces=first)

    assert (taken.replaces, taken.confidential_reason) == (first, REASON)
    assert [file.confidentiality_changes.count() for file in (first, taken)] == [1, 1]


def test_a_table_that_comes_after_the_filing_leaves_the_one_that_was_filed(world, application, submit):
    imports.take(application, world.applicant, sheets.CLIENTS, upload(client_row(CODES[1])))
    world.sign(application)
    filed = application.attachments.standing().get(slot="client_list")
    rows = list(application.clients.values_list("uscc", flat=True))
    late = Slow(upload(client_row(CODES[2])).read(), submit, "清单.csv")

    with pytest.raises(Conflict):
        imports.take(application, world.applicant, sheets.CLIENTS, late)

    assert application.attachments.standing().get(slot="client_list") == filed
    assert application.attachments.filter(slot="client_list").count() == 1
    assert list(application.clients.values_list("uscc", flat=True)) == rows
