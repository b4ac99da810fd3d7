"""The design language keeps its promises: words beside colours, honest counts, one look per state."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from django.conf import settings as django_settings
from django.template import engines
from django.test import RequestFactory

from accounts.roles import Role
from core import calendar, clock
from core.findings import Finding
from portal import navigation
from portal.gallery import GalleryForm
from portal.states import LOOK_OF, LOOKS
from portal.templatetags import portal_ui

ROOT = Path(django_settings.BASE_DIR)
FRIDAY = dt.date(2026, 11, 20)

pytestmark = pytest.mark.urls("tests.portal.gallery_site")


def words(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", markup)).strip()


def draw(source: str, path: str = "/", **context) -> str:
    request = RequestFactory().get(path)
    return engines["django"].from_string("{% load portal_ui %}" + source).render(context, request)


# --- Icons, states ----------------------------------------------------------------------------------------


def test_every_icon_that_is_drawn_is_in_the_sprite():
    listed = set((ROOT / "static/icons.txt").read_text().split("\n"))
    in_templates = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for pair in re.findall(
            r'\{% icon "([\w-]+)"|\{% badge "\w+" "([\w-]+)"|\bicon="([\w-]+)"', path.read_text()
        )
        for name in pair
        if name
    }
    in_tables = {icon for icons in LOOKS.values() for icon in icons} | {"point"}
    in_marks = {icon for icon, _ in portal_ui.MARKS.values()}
    in_menus = {link.icon for groups in navigation.STAFF.values() for group in groups for link in group.items}

    assert sorted((in_templates | in_tables | in_marks | in_menus) - listed) == []


def test_every_state_of_every_procedure_has_a_look():
    book = yaml.safe_load((ROOT / "regulations/workflows.yaml").read_text())
    codes = {state["code"] for procedure in book["procedures"] for state in procedure["states"]}

    assert sorted(codes - set(LOOK_OF)) == []


def test_a_state_has_one_look_only():
    named = [code for icons in LOOKS.values() for codes in icons.values() for code in codes.split()]

    assert sorted(code for code in set(named) if named.count(code) > 1) == []


def test_a_badge_says_in_words_what_its_colour_means():
    markup = portal_ui.state_badge("correction", "待补正")

    assert words(markup) == "待补正"
    assert 'class="st amber"' in markup


def test_words_of_a_badge_are_escaped():
    assert "<b>" not in portal_ui.badge("blue", "inbox", "<b>")


# --- Time left ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("working_days", "shown", "tone"),
    [(4, "4 个", "due"), (3, "3 个", "due near"), (1, "1 个", "due near"), (0, "今天到期", "due over")],
)
def test_time_left_counts_the_working_days_after_today(db, at, working_days, shown, tone):
    with at("2026-11-20 15:00"):
        markup = portal_ui.due(calendar.add_working_days(FRIDAY, working_days))

    assert (words(markup), re.search(r'class="([\w ]+)"', markup).group(1)) == (shown, tone)


def test_a_deadline_that_passed_yesterday_is_one_day_over(db, at):
    with at("2026-11-20 00:01"):
        assert words(portal_ui.due(dt.date(2026, 11, 19))) == "已超 1 个"


def test_a_deadline_over_a_weekend_is_at_least_one_day_over(db, at):
    with at("2026-11-22 09:00"):  # a Sunday; the Friday before is over, though no working day has passed
        assert words(portal_ui.due(FRIDAY)) == "已超 1 个"


def test_the_end_of_a_day_still_belongs_to_that_day(db, at):
    with at("2026-11-20 23:59"):
        assert words(portal_ui.due(calendar.end_of_day(FRIDAY))) == "今天到期"


def test_a_paused_clock_shows_that_it_is_paused(db):
    assert words(portal_ui.due(FRIDAY, paused=True)) == "计时暂停"


# --- Figures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("yuan", "shown"),
    [
        (Decimal("52317000"), "5,231.7 万元"),
        (50_000_000, "5,000 万元"),
        (Decimal("100"), "0 万元"),
        (None, "—"),
    ],
)
def test_money_is_shown_in_wan(yuan, shown):
    assert portal_ui.wan(yuan) == shown


def test_an_exact_amount_is_grouped_by_thousands():
    assert portal_ui.yuan(Decimal("4500000")) == "4,500,000.00"


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("", "2026-11-24"),
        ("long", "2026 年 11 月 24 日"),
        ("short", "11-24"),
        ("near", "11-24 02:30"),
        ("time", "2026-11-24 02:30"),
        ("weekday", "2026-11-24 星期二"),
    ],
)
def test_dates_are_written_in_beijing_time(form, shown):
    moment = dt.datetime(2026, 11, 23, 18, 30, tzinfo=dt.UTC)

    assert portal_ui.cn_date(moment, form) == shown


def test_the_day_a_deadline_falls_on_is_not_the_midnight_after_it(db):
    assert portal_ui.cn_date(calendar.end_of_day(FRIDAY), "due_short") == "11-20"


def test_a_gauge_names_both_numbers_for_a_screen_reader():
    markup = portal_ui.gauge(28, 30, "服务省内企业", "要求 30 家")

    assert 'aria-label="服务省内企业：28，要求 30 家"' in markup
    assert 'class="gauge seal"' in markup


@pytest.mark.parametrize(("done", "total", "width"), [(6, 9, "66.7%"), (0, 9, "0.0%"), (9, 0, "0.0%")])
def test_a_bar_is_as_wide_as_what_is_done(done, total, width):
    assert f'width="{width}"' in portal_ui.meter(done, total, "完成")


def test_dots_tell_in_words_what_each_mark_means():
    findings = [Finding("SX-34", ok=None), Finding("SX-37", ok=True), Finding("SX-38", ok=False)]

    markup = portal_ui.dots(findings)

    assert 'aria-label="条件预检：由人判断、符合、未达到"' in markup
    assert words(markup) == "看✓✕"


# --- Tables, navigation ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "link", "said"),
    [
        ("", "?sort=left", ""),
        ("sort=left&after=9&due=today", "?sort=-left&amp;due=today", "ascending"),
        ("sort=-left", "?sort=left", "descending"),
    ],
)
def test_a_column_sorts_and_turns_round_and_starts_again_from_the_first_page(query, link, said):
    head = draw('{% sort_head "left" "剩余" %}', f"/?{query}")

    assert re.search(r'href="([^"]*)"', head).group(1) == link
    assert re.findall(r'aria-sort="(\w+)"', head) == ([said] if said else [])


def test_the_current_link_is_the_one_that_fits_the_address_best():
    groups = navigation.staff_groups(Role.CITY_OFFICER, "/desk/cases/WZ14-2026-0029/", {"/desk/": 14})
    links = [link for group in groups for link in group.items]

    assert [link.href for link in links if link.current] == ["/desk/cases/"]
    assert [(link.href, link.hot) for link in links if link.count] == [("/desk/", True)]


def test_a_page_that_does_not_exist_here_has_no_link():
    shown = [link.href for link in navigation.marked(navigation.PUBLIC, "/", {})]

    assert shown == ["/", "/register/", "/law/"]


# --- Forms ------------------------------------------------------------------------------------------------


def test_an_error_stands_at_its_field_and_is_linked_to_it():
    form = GalleryForm({"name": "大同恒岳"})

    field = draw('{% include "components/field.html" with field=form.uscc only %}', form=form)
    summary = draw('{% include "components/errsum.html" with form=form only %}', form=form)

    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_uscc_error"' in field
    assert 'id="id_uscc_error"' in field
    assert '<a href="#id_uscc">统一社会信用代码：请填写 18 位的代码。</a>' in summary


def test_a_form_without_errors_has_no_summary():
    assert (
        draw('{% include "components/errsum.html" with form=form only %}', form=GalleryForm()).strip() == ""
    )


# --- Gallery, large type -------------------------------------------------------------------------------------


def test_the_gallery_exists_in_a_demo_only(client, settings):
    settings.DEMO = False

    assert client.get("/").status_code == 404


@pytest.mark.parametrize("shell", ["public", "enterprise", "staff", "phone"])
def test_a_visitor_may_see_every_shell_of_the_gallery(client, db, settings, shell):
    settings.DEMO = True

    page = client.get(f"/?shell={shell}").content.decode()

    assert page.count("<h1") == 1
    assert page.count("演示环境") == 1


def test_a_drill_shows_its_day_on_every_page(client, db, settings, tmp_path):
    settings.DEMO = True
    clock.start_drill(dt.date(2026, 3, 2))

    page = client.get("/").content.decode()

    assert "系统按 2026-03-02 星期一 运行，不是真实日期。" in page


def test_large_type_is_kept_in_a_cookie_and_goes_back_to_the_page(client, db, settings):
    settings.DEMO = True

    answer = client.post("/preferences/big-text/", {"next": "/register/"})

    assert answer["Location"] == "/register/"
    assert 'class="big"' in client.get("/").content.decode()


@pytest.mark.parametrize("onward", ["https://example.com/", "//example.com/", "front", "-1", ""])
def test_large_type_leads_to_no_other_site(client, onward):
    answer = client.post("/preferences/big-text/", {"next": onward})

    assert answer["Location"] == "/"
