"""A walk that is recalled is the walk; where a test wrote before, it is walked anew."""

import pytest

from accounts.models import EnterpriseProfile, Organization
from accreditation.models import ProviderApplication
from core import clock
from documents.models import Notice
from tests.once import once
from workflow.ledger import LedgerEntry
from workflow.verification import verify


@pytest.mark.parametrize("time", ["walked", "recalled"])
def test_a_case_is_the_same_the_first_time_and_the_second(world, time):
    application = world.walk_to("publicity")

    steps = LedgerEntry.objects.filter(case=application).order_by("sequence").values_list("step", flat=True)
    assert list(steps)[-4:] == ["recommend", "consult_joint", "close_joint", "publicise"]
    assert (application.version, application.applicant) == (len(steps), world.company)
    assert Notice.objects.filter(case=application).exists()
    assert verify()[1] == []
    assert world.walk(application, "end_publicity", "accredit").state == "accredited"


# What was really made, over the tests of this file.
_made: list[str] = []
_taken_away: list[tuple] = []


@pytest.mark.parametrize("made", [1, 1])
def test_what_was_made_for_one_test_is_recalled_for_the_next(world, made):
    once("a draft", lambda: (_made.append("draft"), world.ready())[0])

    assert len(_made) == made
    assert ProviderApplication.objects.count() == 1


@pytest.mark.parametrize("time", ["walked", "recalled"])
def test_what_the_caller_holds_is_as_the_step_left_it(world, time):
    application = world.walk_to("publicity")
    before = application.version

    assert world.walk(application, "object") is application

    in_hand = application.state, application.version
    application.refresh_from_db()
    assert in_hand == (application.state, application.version) > ("", before)


@pytest.mark.parametrize("made", [1, 2])
def test_what_takes_rows_away_is_made_every_time(world, made):
    once("a profile less", lambda: _taken_away.append(world.rival.profile.delete()))

    assert len(_taken_away) == made
    assert not EnterpriseProfile.objects.filter(organization=world.rival).exists()


def test_a_walk_rests_on_what_was_written_before(world):
    Organization.objects.filter(pk=world.company.pk).update(name="改名外贸有限公司")
    world.company.refresh_from_db()

    assert world.walk_to("publicity").title == "改名外贸有限公司"


def test_a_walk_on_another_day_is_another_walk(world, at):
    with at("2026-03-02 09:00") as moment:
        assert LedgerEntry.objects.filter(case=world.walk_to("publicity")).latest("pk").at == moment
    assert moment < clock.now()


def test_somebody_else_in_a_part_walks_for_themselves(world):
    world.company, world.applicant, world.legal_rep = (
        world.rival, world.rival_applicant, world.rival_legal_rep
    )  # fmt: skip

    assert world.ready().applicant == world.rival


def test_where_a_test_patches_nothing_is_recalled(db, monkeypatch):
    """What is patched may change what a walk does, and a walk made under it is nobody else's."""
    made: list[int] = []
    for number in (1, 2):
        once("a walk", lambda number=number: made.append(number))

    assert made == [1, 2]
