"""A paper at the desk: tried again, served on paper, corrected by two; and the register of numbers."""

import datetime as dt

import pytest
from django.urls import reverse

from core import clock
from documents.models import Notice, NoticeCorrection
from documents.notices import drawing, issuing

PASSWORD = "a-long-enough-word"

MONDAY = dt.datetime(2026, 11, 23, 10, 0)


@pytest.fixture
def correction(world, at) -> Notice:
    """A correction notice of Taiyuan, posted on a Monday."""
    with clock.travel(MONDAY):
        world.walk(world.walk_to("submitted"), "request_correction")
    return Notice.objects.get(kind="correction")


def address(name: str, notice: Notice) -> str:
    return reverse(f"desk:{name}", kwargs={"reference": notice.case.reference, "pk": notice.pk})


def page(client, world, who: str, notice: Notice) -> str:
    client.force_login(getattr(world, who).user)
    return client.get(address("paper", notice)).content.decode()


def test_a_paper_that_failed_says_why_and_is_made_again_by_a_button(
    client, world, correction, settings, tmp_path
):
    sound, settings.SEALING_KEYS_DIR = settings.SEALING_KEYS_DIR, tmp_path / "none"
    client.force_login(world.officer.user)
    failed = client.post(address("retry", correction), follow=True).content.decode()
    settings.SEALING_KEYS_DIR = sound
    made = client.post(address("retry", correction), follow=True).content.decode()
    correction.refresh_from_db()

    assert "文书生成失败，可重试" in failed
    assert f"没有找到{world.taiyuan.name}的电子签章密钥" in failed
    assert "文书已生成并签章" in made
    assert correction.status == "active"
    assert correction.certificate_id in made


def test_the_day_of_a_paper_copy_is_entered_and_told(client, world, correction):
    with clock.travel(MONDAY + dt.timedelta(days=2)):
        client.force_login(world.officer.user)
        answer = client.post(address("served", correction), {"day": "2026-11-24"}, follow=True)
    correction.refresh_from_db()

    assert (correction.served_on, correction.service_mode) == (dt.date(2026, 11, 24), "paper")
    assert (
        "登记纸质送达" in client.get(f"/desk/cases/{correction.case.reference}/?tab=history").content.decode()
    )
    assert "2026" in answer.content.decode()


@pytest.mark.parametrize("day", ["", "2026-02-30", "2026-11-22", "2031-01-01", "昨天"])
def test_a_day_that_cannot_be_is_refused_beside_what_was_typed(client, world, correction, day):
    with clock.travel(MONDAY + dt.timedelta(days=2)):
        client.force_login(world.officer.user)
        answer = client.post(address("served", correction), {"day": day})

    assert answer.status_code == 422
    assert f'value="{day}"' in answer.content.decode() or not day


def test_an_error_is_corrected_by_two(client, world, correction):
    name = correction.context["addressee"]["name"]
    client.force_login(world.officer.user)
    asked = client.post(
        address("correct", correction),
        {"wrong": name, "right": f"新{name}", "reason": "漏写一字。"},
        follow=True,
    ).content.decode()
    own = page(client, world, "officer", correction)
    world.approver.user.set_password(PASSWORD)
    world.approver.user.save()
    client.force_login(world.approver.user)
    without = client.post(address("settle_correction", correction), {"choice": "issued"})
    answer = client.post(
        address("settle_correction", correction), {"choice": "issued", "password": PASSWORD}, follow=True
    )
    new = Notice.objects.get(supersedes=correction)

    assert "已送审" in asked
    assert "提出的人不能自己批" in own
    assert (without.status_code, "请再输入一次登录密码" in without.content.decode()) == (422, True)
    assert answer.redirect_chain[-1][0] == address("paper", new)
    assert NoticeCorrection.objects.get().outcome == "issued"


def test_what_is_not_there_is_refused_and_nothing_typed_is_lost(client, world, correction):
    client.force_login(world.officer.user)
    typed = {"wrong": "没有的字", "right": "没有的字", "reason": "一二三。"}
    same = client.post(address("correct", correction), typed)
    absent = client.post(address("correct", correction), typed | {"right": "另外的字"})

    assert (same.status_code, absent.status_code) == (422, 422)
    assert "没有需要更正" in same.content.decode()
    assert "没有找到“没有的字”" in absent.content.decode()
    assert 'value="另外的字"' in absent.content.decode()


def test_another_body_sees_the_paper_and_may_do_nothing_with_it(client, world, correction):
    shown = page(client, world, "prov_officer", correction)
    name = correction.context["addressee"]["name"]
    answers = [
        client.post(address("served", correction), {"day": "2026-11-24"}),
        client.post(address("correct", correction), {"wrong": name, "right": "别的", "reason": "试一试。"}),
    ]

    assert correction.number in shown
    assert "登记纸质送达" not in shown
    assert [answer.status_code for answer in answers] == [404, 404]


def test_the_register_of_numbers_keeps_burnt_ones_with_their_reason(client, world, correction):
    issuing.end(correction, "voided", now=clock.now(), reason="错发，另行告知。")
    client.force_login(world.officer.user)
    own = client.get("/desk/numbers/").content.decode()
    found = client.get(
        "/desk/numbers/", {"year": "2026", "series": "函", "q": correction.number}
    ).content.decode()
    none = client.get("/desk/numbers/", {"year": "1999"}).content.decode()
    client.force_login(world.prov_officer.user)
    of_another = client.get("/desk/numbers/").content.decode()

    assert correction.number in own
    assert "错发，另行告知。" in own
    assert correction.number in found
    assert "没有符合条件的文号" in none
    assert correction.number not in of_another


@pytest.mark.parametrize(
    "query", [{"year": "２０２６"}, {"page": "x"}, {"page": "99"}, {"series": "'"}, {"q": "%"}]
)
def test_the_register_takes_whatever_is_typed(client, world, correction, query):
    client.force_login(world.officer.user)

    assert client.get("/desk/numbers/", query).status_code == 200


def test_an_issued_paper_shows_its_seal(client, world, correction):
    drawing.render_notice(correction.pk)
    correction.refresh_from_db()
    shown = page(client, world, "officer", correction)

    assert correction.pdf_sha256 in shown
    assert correction.certificate_id in shown
