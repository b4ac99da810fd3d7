"""The register and the verification of certificates, as anybody sees them."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from accounts.profile import EnterpriseProfile
from accreditation.models import Accreditation
from core import calendar, clock
from documents.models import Notice
from documents.notices import codes, drawing, issuing
from portal.public import directory
from portal.public.directory import Search
from tests.factories import Role, enterprise, person
from workflow.perform import perform

TITLE = "山西省省级外贸综合服务企业"
GRANTED = dt.datetime(2025, 5, 10, 10)


def granted(world, on: dt.datetime = GRANTED, **profile) -> Accreditation:
    """A title granted on a day, along the true path; the application was filed three weeks before."""
    if profile:
        EnterpriseProfile.objects.filter(organization=world.company).update(**profile)
    with clock.travel(on - dt.timedelta(days=21)):
        application = world.walk_to("publicity")
        application = world.walk(application, "end_publicity")
    with clock.travel(on):
        world.check_credit(application)
        perform(application, "accredit", actor=world.prov_approver, reasons="")
    return Accreditation.objects.get(parent=application)


def listed(client, query: str = "") -> list[str]:
    page = client.get(f"/register/{query}").content.decode()
    return re.findall(r'href="/register/(ZS[\d-]+)/"', page)


@pytest.mark.clause("SX-56")
def test_the_entry_names_the_title_word_for_word_with_number_and_days(client, world):
    title = granted(world)

    with clock.travel(dt.date(2026, 1, 5)):
        page = client.get(f"/register/{title.number}/").content.decode()

    assert f"<dd>{TITLE}（常年受理）</dd>" in page
    for told in (
        title.number,
        world.company.name,
        world.company.uscc,
        "2025-05-10",
        "2028-05-09",
        "晋商外综〔2025〕1号",
    ):
        assert told in page


@pytest.mark.clause("SX-59")
@pytest.mark.parametrize(
    ("moment", "headline"),
    [
        (dt.datetime(2028, 5, 9, 23, 59, 59), "证书真实有效"),
        (dt.datetime(2028, 5, 10), "证书真实，有效期已届满"),
    ],
)
def test_a_title_holds_on_its_last_day_and_not_on_the_next(client, world, moment, headline):
    title = granted(world)

    with clock.travel(moment):
        page = client.get(f"/register/{title.number}/").content.decode()

    assert f'<h1 id="answer-title">{headline}</h1>' in page


@pytest.mark.clause("SX-23")
@pytest.mark.parametrize(
    ("day", "active", "ended"), [(dt.date(2028, 5, 9), True, False), (dt.date(2028, 5, 10), False, True)]
)
def test_what_has_ended_is_never_listed_as_active(client, world, day, active, ended):
    title = granted(world)

    with clock.travel(day):
        assert (title.number in listed(client)) is active
        assert (title.number in listed(client, "?status=ended")) is ended


@pytest.mark.clause("SX-05", "SX-23")
def test_a_visitor_finds_a_holder_by_the_service_it_offers(client, world):
    title = granted(world, service_kinds=["declaration", "tax_refund"])

    with clock.travel(dt.date(2026, 1, 5)):
        assert listed(client, "?service=tax_refund") == [title.number]
        assert listed(client, "?service=legal") == []
        options = re.findall(r'<option value="(\w+)">', client.get("/register/").content.decode())
    kinds = [kind["code"] for kind in directory.service_kinds()]
    assert len(kinds) == len(set(kinds)) == 19
    assert set(kinds) <= set(options)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("太原", True),
        ("　太原 第", False),
        ("综合服务", True),
        ("太", False),
        ("大同", False),
        ("%", False),
        ("__", False),
    ],
)
def test_a_name_is_found_by_two_characters_of_it(client, world, typed, found):
    title = granted(world)

    with clock.travel(dt.date(2026, 1, 5)):
        assert (listed(client, f"?q={typed}") == [title.number]) is found


def test_a_code_and_a_certificate_number_are_found_in_any_spelling(client, world):
    title = granted(world)

    with clock.travel(dt.date(2026, 1, 5)):
        for typed in (world.company.uscc, world.company.uscc.lower(), title.number, title.number.lower()):
            assert listed(client, f"?q={typed}") == [title.number]
        assert listed(client, "?region=140100") == [title.number]
        assert listed(client, "?region=140200") == []


def test_one_character_is_asked_to_be_two(client, db):
    page = client.get("/register/?q=太").content.decode()

    assert "请至少输入 2 个字" in page


def another_title(first: Accreditation, number: int) -> Accreditation:
    """A second row of the register; how a title comes about is told elsewhere."""
    return Accreditation.objects.create(
        kind="Accreditation", reference=f"MP-{number}", number=f"ZS14-2025-9{number:03d}", title_name=TITLE,
        state="active", applicant=enterprise(), program=first.program, region=first.region,
        valid_from=first.valid_from, valid_until=first.valid_until,
    )  # fmt: skip


def test_pages_go_on_from_the_last_row_and_miss_none(client, world, monkeypatch):
    first = granted(world)
    numbers = {first.number, *(another_title(first, n).number for n in range(4))}
    monkeypatch.setattr(directory, "PAGE", 2)

    seen, after = [], ""
    with clock.travel(dt.date(2026, 1, 5)):
        for _ in range(4):
            page = directory.page_of(directory.found(Search(after=after), clock.today()), after)
            seen += [title.number for title in page.rows]
            after = page.next_cursor
            if not after:
                break

    assert len(seen) == 5
    assert set(seen) == numbers
    for nonsense in ("", "x", "20251332-1", "99991231-99999999999999999999"):
        assert directory.page_of(directory.titles().order_by("-valid_from", "-pk"), nonsense).is_first


def test_the_list_asks_as_much_for_three_rows_as_for_one(client, world, django_assert_num_queries):
    first = granted(world)
    with clock.travel(dt.date(2026, 1, 5)):
        client.get("/register/")
        with django_assert_num_queries(2):
            client.get("/register/")
        another_title(first, 1), another_title(first, 2)
        with django_assert_num_queries(2):
            client.get("/register/")


def test_an_entry_shows_no_person(client, world):
    title = granted(world)

    with clock.travel(dt.date(2026, 1, 5)):
        page = client.get(f"/register/{title.number}/").content.decode()

    for person_of_the_file in ("王建国", "秦晓东", "0351-0000000", "李慧", "韩立新", "曹建军"):
        assert person_of_the_file not in page


def test_an_unknown_number_says_so_and_offers_to_search(client, db):
    answer = client.get("/register/ZS14-2099-0001/")

    assert answer.status_code == 404
    assert "名录中没有这个证书编号" in answer.content.decode()


def test_a_receipt_can_be_checked_and_cannot_be_made_up(client, world):
    title = granted(world)
    with clock.travel(dt.date(2026, 1, 5)):
        page = client.get(f"/register/{title.number}/").content.decode()
    receipt = re.search(r"HY-260105-[2-9A-Z]{8}", page)[0]

    with clock.travel(dt.date(2028, 6, 1)):
        told = client.get(f"/register/{title.number}/?receipt={receipt}").content.decode()
        invented = client.get(f"/register/{title.number}/?receipt={receipt[:-1]}2").content.decode()
        nonsense = client.get(f"/register/{title.number}/?receipt=HY-991340-22222222").content.decode()
        foreign = client.get(f"/register/{title.number}/?receipt=HY-２60105-22222222").content.decode()

    assert "核验回执属实" in told
    assert "2026 年 1 月 5 日出具过" in told
    assert "当时的结果是“有效”" in told
    assert "核验回执不实" in nonsense
    assert "核验回执不实" in foreign  # digits of another script are not ours
    assert ("核验回执不实" in invented) == (receipt[-1] != "2")


# --- The certificate --------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(world) -> Notice:
    title = granted(world)
    notice = Notice.objects.get(subject=title, kind="certificate")
    drawing.render_notice(notice.pk)
    notice.refresh_from_db()
    return notice


def verified(client, code: str) -> str:
    page = client.get(f"/v/{code}/").content.decode()
    return re.search(r'<h1 id="answer-title">(.+?)</h1>', page)[1]


@pytest.mark.parametrize(
    ("day", "headline"),
    [
        (dt.date(2028, 5, 9), "文书真实有效"),
        (dt.date(2028, 5, 10), "文书真实，有效期已届满"),
    ],
)
def test_the_qr_of_a_certificate_tells_its_standing_today(client, certificate, day, headline):
    with clock.travel(day):
        assert verified(client, certificate.verification_code) == headline


def test_a_paper_that_no_longer_holds_says_since_when(client, certificate):
    with clock.travel(dt.date(2028, 6, 1)):
        page = client.get(f"/v/{certificate.verification_code}/").content.decode()

    assert "<dt>失效日期</dt><dd>2028-05-10</dd>" in page


@pytest.mark.parametrize(
    ("status", "headline"),
    [(Notice.Status.REVOKED, "文书已失效"), (Notice.Status.SUPERSEDED, "文书已被新的文书替换")],
)
def test_a_paper_that_was_ended_says_so(client, certificate, status, headline):
    issuing.end(certificate, status, now=clock.now(), reason="发错了对象。")

    assert verified(client, certificate.verification_code) == headline


def test_a_mistyped_code_and_one_never_given_out_get_the_same_page(client, db):
    never, mistyped = codes.new_code(), "2" * 17 + "3"

    pages = [client.get(f"/v/{code}/") for code in (never, mistyped, "x", "'; drop table--")]

    assert [page.status_code for page in pages] == [200] * 4
    mains = (page.content.decode().partition("<main")[2].partition("</main>")[0] for page in pages)
    assert len({re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", main) for main in mains}) == 1
    assert "没有查到这份文书" in pages[0].content.decode()


def test_a_code_is_read_in_any_spelling(client, certificate):
    with clock.travel(dt.date(2026, 1, 5)):
        spelt = codes.in_groups(certificate.verification_code).lower()
        assert verified(client, spelt) == "文书真实有效"


def test_the_box_leads_to_the_code_or_to_the_certificate(client, db):
    assert client.get("/v/?code=zs14-2026-0001").headers["Location"] == "/register/ZS14-2026-0001/"
    assert client.get("/v/?code=AB CD").headers["Location"] == "/v/AB%20CD/"
    assert client.get("/v/?code=//evil.example").headers["Location"] == "/v/evil.example/"


def test_thirty_look_ups_a_minute_then_wait(client, db, at):
    with at("2026-03-02 09:00:20"):
        first = [client.get("/v/AAAA/").status_code for _ in range(30)]
        over = client.get("/v/AAAA/")
    with at("2026-03-02 09:01:00"):
        later = client.get("/v/AAAA/").status_code

    assert first == [200] * 30
    assert (over.status_code, over.headers["Retry-After"], later) == (429, "40", 200)
    assert "操作太频繁" in over.content.decode()


def test_the_limit_counts_addresses_apart(client, db, at):
    with at("2026-03-02 09:00"):
        for _ in range(31):
            client.get("/v/AAAA/", REMOTE_ADDR="203.0.113.5")
        assert client.get("/v/AAAA/", REMOTE_ADDR="203.0.113.5").status_code == 429
        assert client.get("/v/AAAA/", REMOTE_ADDR="203.0.113.6").status_code == 200
        for n in range(31):
            client.get("/v/AAAA/", REMOTE_ADDR=f"2001:db8::{n}")
        assert client.get("/v/AAAA/", REMOTE_ADDR="2001:db8::ffff").status_code == 429


def test_the_certificate_is_shown_while_the_title_holds(client, world, certificate):
    title = Accreditation.objects.get(pk=certificate.subject_id)
    with clock.travel(dt.date(2028, 5, 9)):
        pdf = client.get(f"/register/{title.number}/certificate.pdf")
        picture = client.get(f"/register/{title.number}/certificate.png")
    with clock.travel(dt.date(2028, 5, 10)):
        later = client.get(f"/register/{title.number}/certificate.pdf")

    assert pdf.content.startswith(b"%PDF-")
    assert picture.content.startswith(b"\x89PNG")
    assert later.status_code == 404


def test_history_tells_what_was_published_newest_first(client, world):
    title = granted(world)
    posting = world.posting(title.parent.as_procedure())

    with clock.travel(calendar.end_of_day(title.valid_until)):
        page = client.get(f"/register/{title.number}/").content.decode()
    told = re.findall(
        r'class="b" href="[^"]+">([^<]+)</a>|<li[^>]*><b>([^<]+)</b>', page.partition("公开履历")[2]
    )

    assert ["".join(pair) for pair in told] == [
        "已届满", f"认定为{TITLE}", "拟认定名单公示", "太原市商务局推荐上报",
    ]  # fmt: skip
    assert f'href="/notices/{posting.reference}/"' in page


def test_hostile_words_in_a_name_stay_words(client, world):
    title = granted(world)
    world.company.name = "<script>alert(1)</script>太原“公司”"
    world.company.save()

    with clock.travel(dt.date(2026, 1, 5)):
        pages = [
            client.get("/register/").content.decode(),
            client.get(f"/register/{title.number}/").content.decode(),
            client.get('/register/?q="><img src=x>').content.decode(),
        ]

    assert all("<script>alert" not in page and "<img src=x" not in page for page in pages)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages[1]


def test_who_is_signed_in_sees_the_same_entry(client, world):
    title = granted(world)
    client.force_login(person("周平", world.rival, Role.APPLICANT).user)

    with clock.travel(dt.date(2026, 1, 5)):
        assert client.get(f"/register/{title.number}/").status_code == 200
