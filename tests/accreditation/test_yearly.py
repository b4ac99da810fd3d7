"""The yearly report, the coaching list and events, at their boundaries (SX-07 to SX-10, SX-22, SX-23)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from accounts.models import Region
from accreditation import yearly
from accreditation.models import CoachingEntry, PublicEvent, SelfReport
from core import clock
from tests.accreditation import titles
from tests.accreditation.test_title_pages import client_of
from tests.factories import USCCS
from workflow.errors import InvalidInput, NotYours

pytestmark = pytest.mark.django_db


@pytest.fixture
def title(world):
    return titles.granted(world)


def next_year(title):
    """A day on which the year of the grant is over."""
    return titles.on(dt.date(title.valid_from.year + 1, 3, 10))


def file(title, actor, **other):
    said = {"year": title.valid_from.year, "incubated": 4, "self_operating": 2, **other}
    return yearly.file_report(title, actor=actor, **said)


@pytest.mark.clause("SX-22", "AMB-S26")
def test_the_report_on_2025_is_due_on_2026_03_31_and_reminded_of_on_2026_03_01():
    assert (yearly.due_on(2025), yearly.reminder_on(2025)) == (dt.date(2026, 3, 31), dt.date(2026, 3, 1))


@pytest.mark.clause("SX-22", "AMB-S26")
@pytest.mark.parametrize(
    ("day", "reminded"), [((2, 28), False), ((3, 1), True), ((3, 31), True), ((4, 1), False)]
)
def test_a_holder_is_reminded_until_the_day_and_silence_has_no_effect(world, title, day, reminded):
    year = title.valid_from.year
    with titles.on(dt.date(year + 1, *day)):
        assert (yearly.to_remind(title, clock.today()) == yearly.due_on(year)) is reminded
        shown = "可以报送上一年度情况" in client_of(world.applicant).get("/my/").content.decode()
        assert shown is reminded
        assert title.is_in_force


@pytest.mark.clause("SX-08", "SX-09")
def test_sites_and_figures_add_up_for_the_province(world, title):
    sites = [
        {"name": "小店中心", "county": "小店区", "staff": 6},
        {"name": "晋源中心", "county": "晋源区", "staff": 0},
    ]
    with next_year(title):
        file(title, world.applicant, sites=sites)
        file(title, world.applicant, sites=sites[:1])  # filed again, it takes the place of the earlier one
        page = client_of(world.prov_officer).get("/province/yearly/").content.decode()

    told = yearly.totals("140000", title.valid_from.year)
    assert (told["reports"], told["sites"], told["staff"], told["incubated"], told["self_operating"]) == (
        1,
        1,
        6,
        4,
        2,
    )
    assert "6 人" in page


@pytest.mark.clause("SX-09")
def test_no_figure_is_negative_and_no_year_is_still_running(world, title):
    with next_year(title):
        with pytest.raises(InvalidInput):
            file(title, world.applicant, self_operating=-1)
        with pytest.raises(InvalidInput):
            file(title, world.applicant, year=clock.today().year)
        with pytest.raises(NotYours):
            file(title, world.rival_applicant)
    assert not SelfReport.objects.exists()


@pytest.mark.clause("SX-10")
@pytest.mark.parametrize(
    ("city", "trainees", "taken"), [("140100", 1, True), ("140100", 0, False), ("420100", 30, False)]
)
def test_training_is_with_a_school_of_the_province_and_at_least_one_trainee(
    world, title, city, trainees, taken
):
    training = {
        "school": "某大学",
        "city": Region.objects.get(code=city),
        "programme": "跨境电商",
        "trainees": trainees,
    }
    with next_year(title):
        if taken:
            assert file(title, world.applicant, trainings=[training]).trainings.count() == 1
        else:
            with pytest.raises(InvalidInput):
                file(title, world.applicant, trainings=[training])


@pytest.mark.clause("SX-07")
def test_a_client_helped_towards_aeo_twice_is_on_the_coaching_list_once(world, title):
    with next_year(title):
        file(title, world.applicant, coached=[USCCS[0], USCCS[0], USCCS[1]])
        file(title, world.applicant, coached=[USCCS[0]])
        with pytest.raises(InvalidInput):
            file(title, world.applicant, coached=[f"{USCCS[2][:17]}?"])

    assert sorted(CoachingEntry.objects.values_list("uscc", flat=True)) == sorted(USCCS[:2])


@pytest.mark.clause("SX-08", "SX-10")
def test_the_page_takes_the_rows_that_were_filled_and_keeps_what_was_typed(world, title):
    client = client_of(world.applicant)
    typed = {
        "year": str(title.valid_from.year),
        "incubated": "3",
        "self_operating": "1",
        "site0-name": "小店中心",
    }
    with next_year(title):
        wrong = client.post("/my/self-report/", typed)
        assert wrong.status_code == 422
        assert "小店中心" in wrong.content.decode()
        client.post("/my/self-report/", typed | {"site0-county": "小店区", "site0-staff": "6"})

    report = SelfReport.objects.get()
    assert (report.incubated, report.sites.get().staff, report.trainings.count()) == (3, 6, 0)


@pytest.mark.clause("SX-23")
@pytest.mark.parametrize(("kind", "word"), [("guidance", "政策辅导"), ("training", "业务培训")])
def test_an_event_is_listed_for_everybody_with_its_day_and_organiser(world, kind, word):
    said = {"kind": kind, "name": "出口退税政策讲解", "held_on": "2026-05-20"}
    office = client_of(world.prov_officer)
    assert office.post("/province/yearly/", said | {"held_on": "soon"}).status_code == 422
    office.post("/province/yearly/", said)
    client_of(world.prov_approver).post("/province/yearly/", said)  # only an officer enters

    assert PublicEvent.objects.count() == 1
    page = Client().get("/events/").content.decode()
    assert all(one in page for one in ("出口退税政策讲解", word, "2026-05-20", world.province.name))
