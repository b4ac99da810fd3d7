"""Document numbers: gap-free and unique per organ, year and kind of paper, whoever draws at the same moment."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from core import clock
from documents.notices import issuing, numbering
from documents.notices.models import Notice
from documents.notices.numbering import NumberSeries
from tests.factories import World
from workflow.errors import NotMet
from workflow.perform import perform

THREADS, DRAWS = 8, 25


class ChangedTheirMind(Exception):
    pass


def serials(organ) -> list[int]:
    return list(
        Notice.objects.filter(organ=organ, series="函").order_by("serial").values_list("serial", flat=True)
    )


@pytest.mark.clause("AMB-G14")
def test_two_hundred_draws_at_once_leave_no_gap_and_no_repeat(committed):
    organ = World().province
    start = Barrier(THREADS)

    def draw_many(thread: int) -> list[int]:
        drawn = []
        try:
            start.wait()
            for n in range(DRAWS):
                try:
                    with transaction.atomic():
                        serial = numbering.draw(organ.pk, 2026, "函")
                        if (thread + n) % 5 == 0:
                            raise ChangedTheirMind
                except ChangedTheirMind:
                    continue
                drawn.append(serial)
        finally:
            connection.close()
        return drawn

    with ThreadPoolExecutor(THREADS) as pool:
        drawn = [serial for part in pool.map(draw_many, range(THREADS)) for serial in part]

    assert len(drawn) == THREADS * DRAWS * 4 // 5
    assert sorted(drawn) == list(range(1, len(drawn) + 1))
    assert NumberSeries.objects.get(organ=organ, year=2026, series="函").last == len(drawn)


@pytest.mark.parametrize("other", [{"year": 2027}, {"series": "受"}])
def test_each_year_and_kind_of_paper_counts_for_itself(world, other):
    key = {"organ_id": world.province.pk, "year": 2026, "series": "函"}

    first = [numbering.draw(**key), numbering.draw(**key)]
    elsewhere = numbering.draw(**{**key, **other})
    neighbour = numbering.draw(**{**key, "organ_id": world.taiyuan.pk})

    assert (first, elsewhere, neighbour, numbering.draw(**key)) == ([1, 2], 1, 1, 3)


@pytest.mark.parametrize(
    ("moment", "year"),
    [("2026-12-31T15:59:59+00:00", 2026), ("2026-12-31T16:00:00+00:00", 2027)],
)
def test_the_year_of_a_number_turns_at_midnight_in_beijing(moment, year):
    assert numbering.year_of(dt.datetime.fromisoformat(moment)) == year


@pytest.mark.clause("AMB-G14")
def test_a_number_is_written_with_the_organs_code_and_the_word_for_the_paper(world):
    world.province.document_code = "晋商"

    assert [numbering.written(world.province, 2026, series, 7) for series in ("", "函")] == [
        "晋商外综〔2026〕7号",
        "晋商外综函〔2026〕7号",
    ]


def test_a_number_is_never_drawn_outside_a_transaction(committed):
    with pytest.raises(transaction.TransactionManagementError):
        numbering.draw(World().province.pk, 2026, "函")


def test_a_step_that_fails_gives_its_number_back(world):
    application = world.walk_to("submitted")
    defects = [{"material": "audit_report", "problem": "缺附注。", "remedy": "补交附注。"}]
    said = {"actor": world.officer, "defects": defects}

    with pytest.raises(ChangedTheirMind), transaction.atomic():
        perform(application, "request_correction", **said)
        assert serials(world.taiyuan) == [1]
        raise ChangedTheirMind
    perform(application, "request_correction", **said)

    assert serials(world.taiyuan) == [1]


def test_a_refused_step_draws_nothing(world):
    application = world.walk_to("submitted")
    before = list(NumberSeries.objects.values_list("organ", "series", "last"))

    with pytest.raises(NotMet):
        perform(application, "reject_acceptance", actor=world.approver, ground="ineligible_subject", right_body="",
                reason="经查，该单位不属于可以申报的主体。")  # fmt: skip

    assert list(NumberSeries.objects.values_list("organ", "series", "last")) == before


def test_the_database_itself_refuses_a_number_twice(world):
    world.walk_to("submitted")
    notice = Notice.objects.get(kind="receipt")
    notice.pk, notice.verification_code = None, "X"

    with pytest.raises(IntegrityError), transaction.atomic():
        notice.save(force_insert=True)


def test_a_voided_number_stays_in_the_register_with_its_reason(world):
    world.walk_to("initial_review")
    notice = Notice.objects.get(kind="acceptance")

    issuing.end(notice, Notice.Status.VOIDED, now=clock.now(), reason="误发，改发补正通知。")

    listed = {each.pk: (each.status, each.status_reason) for each in Notice.objects.numbered()}
    assert listed[notice.pk] == ("voided", "误发，改发补正通知。")
    assert numbering.draw(notice.organ_id, notice.year, notice.series) == notice.serial + 1


def test_a_number_is_not_voided_without_a_reason(world):
    world.walk_to("submitted")

    with pytest.raises(IntegrityError), transaction.atomic():
        issuing.end(Notice.objects.get(), Notice.Status.VOIDED, now=clock.now())
