"""Addresses and forms that no page of the admin made: refused in words, whoever sends them, and nothing changes."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.contrib import admin

from accounts.models import Membership
from accounts.roles import Role
from tests.accounts.logins import sign_in

S, C, A = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN
BEYOND = str(2**70)
AUTOCOMPLETE = "/admin/autocomplete/?app_label=accounts&model_name=membership&field_name="
WORDS = "这次请求没有被接受"


@pytest.fixture
def as_(client, administrators):
    def enter(role):
        sign_in(client, administrators[role])
        return client

    return enter


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (A, f"/admin/workflow/case/?opened_at__year={BEYOND}"),
        (A, "/admin/core/calendaryear/?published_on__day=45&published_on__month=2&published_on__year=0"),
        (A, "/admin/accounts/person/?name__regex=((("),
        (A, "/admin/accounts/person/?name__iregex=(a%2B)%2B$"),
        (A, "/admin/accounts/person/?id__range=1"),
        (A, "/admin/accounts/user/?preferences__contained_by={}"),
        (A, "/admin/accounts/user/?preferences__has_keys="),
        (A, "/admin/accounts/user/?last_login__time=25"),
        (A, "/admin/accounts/person/?q=" + "a" * 60_000),
        (A, "/admin/accounts/person/?q=" + quote(" a" * 90)),
        (C, AUTOCOMPLETE + "user&term=" + "a" * 60_000),
        (C, AUTOCOMPLETE + "organization&term=" + quote(" a" * 90)),
    ],
)
def test_an_address_that_asks_the_impossible_is_answered_in_words(as_, role, address):
    answer = as_(role).get(address)

    assert answer.status_code == 400
    assert WORDS in answer.content.decode()


@pytest.mark.parametrize(
    "question", [f"pk__in={BEYOND}", f"id__in={BEYOND},0", f"person__id__exact={BEYOND}"]
)
def test_a_number_beyond_all_rows_finds_none(as_, officer, question):
    """SQLite cannot compare it, PostgreSQL can."""
    answer = as_(A).get(f"/admin/accounts/user/?{question}")

    if answer.status_code != 400:
        assert answer.status_code == 200
        assert list(answer.context["cl"].result_list) == []


@pytest.mark.parametrize("page", ["x", BEYOND, "-1", "99"])
def test_a_page_of_suggestions_that_is_no_number_does_not_exist(as_, page):
    assert as_(C).get(AUTOCOMPLETE + f"user&term=x&page={page}").status_code == 404


FOUND, NO_SUGGESTIONS, UNREADABLE = 200, 403, 400


@pytest.mark.parametrize(
    ("term", "told"),
    [("x", None), (BEYOND, None), ("%00", UNREADABLE), ("'", None), ("%ED%A0%80", None)],
)
@pytest.mark.parametrize(
    ("field", "usual"),
    [
        ("user", FOUND),
        ("organization", FOUND),
        ("person", FOUND),
        ("role", NO_SUGGESTIONS),
        ("nothing", NO_SUGGESTIONS),
    ],
)
def test_suggestions_never_fail(as_, field, usual, term, told):
    assert as_(C).get(AUTOCOMPLETE + f"{field}&term={term}").status_code == (told or usual)


@pytest.mark.parametrize("chosen", ["x", "", BEYOND, "1e999", "\x00"])
@pytest.mark.parametrize("action", ["revoke", "delete_selected"])
def test_an_action_on_what_is_no_row_does_nothing(as_, officer, chosen, action):
    answer = as_(C).post("/admin/accounts/membership/", {"action": action, "_selected_action": chosen})

    assert answer.status_code in (302, 400)
    assert Membership.objects.in_force().filter(user=officer).exists()


@pytest.mark.parametrize("typed", ["x", BEYOND, "1e999", "\x00", "a" * 50_000, "0000-00-00", "-1"])
@pytest.mark.parametrize("page", ["membership", "user", "person"])
def test_a_form_filled_with_nonsense_is_refused_in_words(as_, page, typed):
    fields = [
        "user",
        "organization",
        "role",
        "starts_on",
        "ends_on",
        "person",
        "name",
        "id_number",
        "username",
        "phone",
    ]
    form = dict.fromkeys(fields, typed) | {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}

    answer = as_(C).post(f"/admin/accounts/{page}/add/", form)

    assert answer.status_code in (200, 400)
    assert re.search(f"{WORDS}|<title>错误：", answer.content.decode())


def test_an_ordinary_search_and_filter_still_find(as_, officer):
    page = as_(A).get(
        f"/admin/accounts/user/?q={officer.username}&is_active__exact=1&memberships__role__exact=CITY_OFFICER"
    )

    assert officer.username in page.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_mistake_of_ours_is_no_fault_of_who_asked(rf, administrators, method):
    def mistaken(request):
        return int("our own mistake")

    request = getattr(rf, method)("/admin/")
    request.user = administrators[A]
    request._dont_enforce_csrf_checks = True

    with pytest.raises(ValueError, match="our own mistake"):
        admin.site.admin_view(mistaken)(request)
