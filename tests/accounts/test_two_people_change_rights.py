"""Rights change when a security administrator has asked and somebody else has confirmed; in Python, on the pages
and in the database (security guide §10, T25)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts import confirmation
from accounts.models import Membership, Organization, RightsRequest, User
from accounts.people import appoint
from accounts.roles import Kind, Role
from core import clock
from tests.accounts.logins import PASSWORD, give_factor, is_signed_in, sign_in
from tests.factories import body, person

S, C, A = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN
Act, Outcome = RightsRequest.Act, RightsRequest.Outcome
LIST = "/admin/accounts/rightsrequest/"


@pytest.fixture
def security(administrators):
    return administrators[C]


@pytest.fixture
def other_security(login, platform):
    return login(platform, C)


@pytest.fixture
def asked(officer, security):
    """The dismissal of an officer, asked for."""
    return confirmation.ask(Act.REVOKE, officer, by=security, membership=officer.memberships.get())


@pytest.fixture
def as_(client):
    def enter(user):
        client.post("/accounts/logout/")
        sign_in(client, user)
        return client

    return enter


def press(client, action, *asked):
    chosen = [one.pk for one in asked]
    return client.post(LIST, {"action": action, "_selected_action": chosen}, follow=True).content.decode()


def outcome(asked):
    return RightsRequest.objects.get(pk=asked.pk).outcome


APPOINTMENT = {"organization": "140100-COMMERCE", "role": "CITY_APPROVER", "starts_on": "2026-01-01"}


class TestNothingHappensBeforeItIsConfirmed:
    def test_an_appointment(self, as_, administrators, login):
        user = login()
        form = APPOINTMENT | {"user": user.pk, "organization": body("140100-COMMERCE").pk}

        page = as_(administrators[C]).post("/admin/accounts/membership/add/", form, follow=True)

        assert "还没有生效" in page.content.decode()
        assert not user.memberships.exists()
        press(as_(administrators[S]), "confirm", RightsRequest.objects.get())
        assert user.memberships.get().role == "CITY_APPROVER"

    def test_a_longer_term(self, as_, administrators, officer):
        held = officer.memberships.get()
        form = {"ends_on": "2030-01-01", "appointment": "并商任〔2026〕9 号", "office": "外贸科"}

        as_(administrators[C]).post(f"/admin/accounts/membership/{held.pk}/change/", form)

        assert Membership.objects.get(pk=held.pk).ends_on is None
        press(as_(administrators[S]), "confirm", RightsRequest.objects.get())
        held.refresh_from_db()
        assert (str(held.ends_on), held.appointment, held.office) == tuple(form.values())

    def test_a_dismissal(self, as_, administrators, officer):
        held = officer.memberships.get()
        chosen = {"action": "revoke", "_selected_action": [held.pk]}

        as_(administrators[C]).post("/admin/accounts/membership/", chosen)

        assert Membership.objects.get(pk=held.pk).is_in_force
        press(as_(administrators[S]), "confirm", RightsRequest.objects.get())
        assert not Membership.objects.get(pk=held.pk).is_in_force

    def test_a_lost_second_factor(self, as_, administrators, officer):
        there = Client()
        sign_in(there, officer)
        give_factor(officer)
        chosen = {"action": "reset_second_factor", "_selected_action": [officer.pk]}

        as_(administrators[C]).post("/admin/accounts/user/", chosen)

        assert Authenticator.objects.filter(user=officer).exists()
        assert is_signed_in(there)
        press(as_(administrators[S]), "confirm", RightsRequest.objects.get())
        assert not Authenticator.objects.filter(user=officer).exists()
        assert not is_signed_in(there)

    def test_a_password_link(self, as_, administrators, officer):
        chosen = {"action": "send_password_link", "_selected_action": [officer.pk]}

        page = as_(administrators[C]).post("/admin/accounts/user/", chosen, follow=True)

        assert "/accounts/password/hand-over/" not in page.content.decode()
        asked = RightsRequest.objects.get()
        assert "/accounts/password/hand-over/" in press(as_(administrators[S]), "confirm", asked)
        assert "/accounts/password/hand-over/" not in press(as_(administrators[C]), "confirm", asked)

    def test_a_stopped_login_that_is_to_come_back(self, as_, administrators, officer):
        User.objects.filter(pk=officer.pk).update(is_active=False)
        form = {"phone": "", "is_active": "on", "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}

        as_(administrators[C]).post(f"/admin/accounts/user/{officer.pk}/change/", form)

        assert not User.objects.get(pk=officer.pk).is_active
        press(as_(administrators[S]), "confirm", RightsRequest.objects.get())
        assert User.objects.get(pk=officer.pk).is_active


def test_a_login_is_stopped_at_once_by_one(as_, administrators, officer):
    there = Client()
    sign_in(there, officer)
    form = {"phone": "", "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}

    as_(administrators[C]).post(f"/admin/accounts/user/{officer.pk}/change/", form)

    assert not is_signed_in(there)
    assert not RightsRequest.objects.exists()


class TestWhoIsTheSecond:
    @pytest.mark.parametrize("second", ["system", "other_security"])
    def test_the_system_administrator_or_another_security_administrator(
        self, request, administrators, asked, second
    ):
        by = administrators[S] if second == "system" else request.getfixturevalue(second)

        confirmation.confirm(asked, by=by)

        assert outcome(asked) == Outcome.CONFIRMED

    @pytest.mark.parametrize("act", ["confirm", "refuse"])
    def test_not_who_asked(self, as_, security, asked, act):
        assert "申请人不能确认自己的申请" in press(as_(security), act, asked)
        assert outcome(asked) == Outcome.PENDING

    def test_not_who_asked_with_another_login(self, login, platform, security, asked):
        second_login = login(human=security.person)
        security.memberships.get().revoke()
        appoint(second_login, platform, C)

        with pytest.raises(ValidationError, match="申请人不能确认自己的申请"):
            confirmation.confirm(asked, by=User.objects.get(pk=second_login.pk))

    @pytest.mark.parametrize("act", ["confirm", "refuse", "withdraw"])
    def test_not_the_audit_administrator(self, as_, administrators, asked, act):
        press(as_(administrators[A]), act, asked)

        assert outcome(asked) == Outcome.PENDING
        assert "确认，立即生效" not in as_(administrators[A]).get(LIST).content.decode()

    @pytest.mark.parametrize("act", ["confirm", "refuse"])
    def test_not_whom_it_is_about(self, as_, administrators, security, act):
        system = administrators[S]
        asked = confirmation.ask(Act.REVOKE, system, by=security, membership=system.memberships.get())

        assert "这项申请涉及您本人" in press(as_(system), act, asked)
        assert outcome(asked) == Outcome.PENDING

    def test_not_after_who_asked_has_left(self, administrators, security, asked):
        security.memberships.get().revoke()

        with pytest.raises(ValidationError, match="申请人已不是安全管理员"):
            confirmation.confirm(asked, by=administrators[S])

    @pytest.mark.parametrize("role", [S, A])
    def test_only_a_security_administrator_asks(self, administrators, officer, role):
        with pytest.raises(ValidationError, match="由安全管理员提出"):
            confirmation.ask(Act.LINK, officer, by=administrators[role])


class TestTheLoginIsStillOfTheHumanWhoWasReadOf:
    @pytest.fixture
    def appointment(self, login, security):
        """An appointment asked for a login that holds none."""
        terms = {"organization": body("140100-COMMERCE"), "role": "CITY_APPROVER", "starts_on": clock.today()}
        return confirmation.ask(Act.APPOINT, login(), by=security, **terms)

    @pytest.mark.parametrize("now", ["a stranger", "who confirms", "nobody"])
    def test_nothing_is_confirmed_for_another(self, administrators, officer, appointment, now):
        system = administrators[S]
        human = {"a stranger": officer.person, "who confirms": system.person, "nobody": None}[now]
        User.objects.filter(pk=appointment.user_id).update(person=human)

        with pytest.raises(ValidationError, match="账号对应的人员已变，请重新申请"):
            confirmation.confirm(appointment, by=system)

        assert not Membership.objects.filter(user=appointment.user_id).exists()
        assert outcome(appointment) == Outcome.PENDING

    def test_nor_for_who_confirms_when_it_was_nobodys(self, administrators, login, security):
        system, user = administrators[S], login()
        User.objects.filter(pk=user.pk).update(person=None)
        asked = confirmation.ask(Act.LINK, User.objects.get(pk=user.pk), by=security)
        User.objects.filter(pk=user.pk).update(person=system.person)

        with pytest.raises(ValidationError, match="账号对应的人员已变，请重新申请"):
            confirmation.confirm(RightsRequest.objects.get(pk=asked.pk), by=system)

    def test_while_it_is_awaited_neither_name_nor_human_can_be_changed(
        self, as_, security, officer, appointment
    ):
        user = appointment.user
        form = {"username": "renamed", "person": officer.person_id, "phone": "13900000000", "is_active": "on",
                "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}  # fmt: skip
        page = as_(security)

        page.post(f"/admin/accounts/user/{user.pk}/change/", form)
        during = User.objects.get(pk=user.pk)
        confirmation.withdraw(appointment, by=security)
        page.post(f"/admin/accounts/user/{user.pk}/change/", form)
        after = User.objects.get(pk=user.pk)

        assert (during.username, during.person_id) == (user.username, user.person_id)
        assert (after.username, after.person_id) == ("renamed", officer.person_id)


@pytest.mark.parametrize(
    ("decider", "rule"),
    [
        ("requester", "who_asked_for_rights_did_not_confirm"),
        ("person", "nobody_confirms_their_own_rights"),
        (None, "rights_are_confirmed_by_somebody"),
    ],
)
def test_the_database_knows_that_it_takes_a_second(asked, security, decider, rule):
    human = getattr(asked, decider) if decider else None

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        RightsRequest.objects.filter(pk=asked.pk).update(
            outcome="confirmed", decider=human, decided_by=security, decided_at=clock.now()
        )


WHOLE = {"organization": "140100-COMMERCE", "role": "CITY_APPROVER", "starts_on": "2026-01-01"}


@pytest.mark.parametrize(
    ("act", "terms", "rule"),
    [
        (Act.APPOINT, WHOLE | {"organization": None}, "an_appointment_is_asked_for_with_place_role_and_day"),
        (Act.APPOINT, WHOLE | {"role": ""}, "an_appointment_is_asked_for_with_place_role_and_day"),
        (Act.APPOINT, WHOLE | {"starts_on": None}, "an_appointment_is_asked_for_with_place_role_and_day"),
        (Act.AMEND, WHOLE, "what_is_amended_or_revoked_is_named"),
        (Act.REVOKE, {}, "what_is_amended_or_revoked_is_named"),
    ],
)
def test_the_database_knows_what_an_act_needs(officer, security, act, terms, rule):
    place = {"organization": body(terms["organization"])} if terms.get("organization") else {}
    made = {"user": officer, "person": officer.person, "requested_by": security, "requester": security.person}

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        RightsRequest.objects.create(act=act, requested_at=clock.now(), **made, **(terms | place))


class TestTheList:
    def test_shows_what_awaits_confirmation_and_afterwards_what_became_of_it(
        self, as_, administrators, asked
    ):
        page = as_(administrators[S]).get(LIST).content.decode()
        press(as_(administrators[S]), "refuse", asked)
        after, settled = (
            as_(administrators[S]).get(LIST + query).content.decode() for query in ("", "?outcome=all")
        )

        login = f"{asked.user.display_name}（{asked.user.username}）"
        assert [login in text for text in (page, after, settled)] == [True, False, True]
        assert "太原市商务局 市级经办" in page
        assert asked.requested_by.display_name in page

    def test_the_first_page_counts_what_awaits_me(self, as_, administrators, security, asked):
        shown = {role: as_(administrators[role]).get("/admin/").content.decode() for role in (S, C, A)}

        assert {role: "1 项权限申请待您确认" in page for role, page in shown.items()} == {
            S: True, C: False, A: False,
        }  # fmt: skip

    def test_the_same_is_asked_once(self, as_, security, officer, asked):
        with pytest.raises(ValidationError, match="已在等待确认"):
            confirmation.ask(Act.REVOKE, officer, by=security, membership=officer.memberships.get())

    @pytest.mark.parametrize("act", [Act.APPOINT, Act.AMEND, Act.LINK])
    def test_another_day_or_paper_does_not_make_it_another(self, security, officer, act):
        held, place = officer.memberships.get(), {"role": "CITY_APPROVER", "starts_on": clock.today()}
        terms = {
            Act.APPOINT: {"organization": body("140100-COMMERCE"), **place},
            Act.AMEND: {"organization": held.organization, **place, "membership": held},
            Act.LINK: {},
        }[act]
        confirmation.ask(act, officer, by=security, **terms)
        later = {"ends_on": "2030-01-01", "office": "外贸科"} if terms else {}

        with pytest.raises(ValidationError, match="已在等待确认"):
            confirmation.ask(act, officer, by=security, **(terms | later))

    def test_once_it_is_settled_it_can_be_asked_again(self, security, officer, asked):
        confirmation.withdraw(asked, by=security)

        again = confirmation.ask(Act.REVOKE, officer, by=security, membership=officer.memberships.get())

        assert outcome(again) == Outcome.PENDING

    def test_who_asked_takes_it_back(self, as_, administrators, security, asked):
        press(as_(security), "withdraw", asked)

        assert outcome(asked) == Outcome.WITHDRAWN
        with pytest.raises(ValidationError, match="已经办结"):
            confirmation.confirm(asked, by=administrators[S])
        assert officer_stands(asked)

    def test_what_no_longer_fits_is_told_and_nothing_is_done(self, as_, administrators, security, officer):
        place = body("140100-COMMERCE")
        terms = {"organization": place, "role": "CITY_OFFICER", "starts_on": clock.today()}
        asked = confirmation.ask(Act.APPOINT, officer, by=security, **terms)

        assert "该账号在此机构已有这个角色" in press(as_(administrators[S]), "confirm", asked)
        assert outcome(asked) == Outcome.PENDING

    def test_an_appointment_ended_meanwhile_is_not_amended(self, administrators, security, officer):
        held = officer.memberships.get()
        asked = confirmation.ask(
            Act.AMEND, officer, by=security, membership=held, organization=held.organization,
            role=held.role, starts_on=held.starts_on,
        )  # fmt: skip
        held.revoke()

        with pytest.raises(ValidationError, match="已经解除"):
            confirmation.confirm(asked, by=administrators[S])


class TestWhatNobodyConfirmed:
    """A request waits for a week."""

    ASKED, LAST, OVER = "2027-03-01 09:00:00", "2027-03-08 08:59:59", "2027-03-08 09:00:00"

    @pytest.fixture
    def waiting(self, at, officer, security):
        with at(self.ASKED):
            return confirmation.ask(Act.REVOKE, officer, by=security, membership=officer.memberships.get())

    def test_is_confirmed_in_the_last_second(self, at, administrators, waiting):
        with at(self.LAST):
            confirmation.confirm(waiting, by=administrators[S])

        assert outcome(waiting) == Outcome.CONFIRMED

    def test_is_confirmed_no_more_after_a_week(self, at, administrators, waiting):
        with at(self.OVER), pytest.raises(ValidationError, match="已满 7 天，没有办理，请重新申请"):
            confirmation.confirm(waiting, by=administrators[S])

        assert officer_stands(waiting)

    def test_no_longer_waits_on_the_list_and_is_found_among_the_expired(
        self, at, as_, administrators, waiting
    ):
        shown = {}
        for moment in (self.LAST, self.OVER):
            with at(moment):
                page = as_(administrators[S])
                shown[moment] = [
                    waiting.user.username in page.get(LIST + query).content.decode()
                    for query in ("", "?outcome=expired")
                ]
                counted = "1 项权限申请待您确认" in page.get("/admin/").content.decode()
                shown[moment].append(counted)

        assert shown == {self.LAST: [True, False, True], self.OVER: [False, True, False]}

    def test_is_asked_for_again(self, at, security, waiting):
        again = {"by": security, "membership": waiting.membership}
        with at(self.LAST), pytest.raises(ValidationError, match="已在等待确认"):
            confirmation.ask(Act.REVOKE, waiting.user, **again)
        with at(self.OVER):
            confirmation.ask(Act.REVOKE, waiting.user, **again)

        assert outcome(waiting) == Outcome.EXPIRED


class TestWhoConfirmsIsThere:
    """A screen left open confirms nothing: the password or the code is asked for again after some minutes."""

    @pytest.fixture
    def left_open(self, client, administrators):
        client.force_login(administrators[S])  # as long after the sign-in: no password given in this session
        return client

    def test_the_password_is_asked_for_and_then_it_is_done(self, left_open, asked):
        chosen = {"action": "confirm", "_selected_action": [asked.pk]}

        answer = left_open.post(LIST, chosen)
        before = outcome(asked)
        left_open.post(answer["Location"], {"password": PASSWORD, "next": LIST})

        assert answer["Location"].startswith("/accounts/reauthenticate/")
        assert (before, outcome(asked)) == (Outcome.PENDING, Outcome.CONFIRMED)

    def test_a_wrong_password_confirms_nothing(self, left_open, asked):
        answer = left_open.post(LIST, {"action": "confirm", "_selected_action": [asked.pk]})
        left_open.post(answer["Location"], {"password": "wrong"})
        left_open.post(LIST, {"action": "confirm", "_selected_action": [asked.pk]})

        assert outcome(asked) == Outcome.PENDING

    def test_looking_and_refusing_ask_for_nothing(self, left_open, asked):
        assert left_open.get(LIST).status_code == 200

        press(left_open, "refuse", asked)

        assert outcome(asked) == Outcome.REFUSED


def officer_stands(asked) -> bool:
    return Membership.objects.in_force().filter(user=asked.user).exists()


def test_of_two_who_confirm_at_once_one_does(committed):
    platform = Organization.objects.create(kind=Kind.PLATFORM, name="平台", region_id="140000")
    asker, *seconds = (person("", platform, role).user for role in (C, S, C, C, C))
    answers = []

    for _round in range(10):
        user = person("", body("140100-COMMERCE"), Role.CITY_OFFICER).user
        asked = confirmation.ask(Act.LINK, user, by=asker)
        start = Barrier(len(seconds))

        def confirm(second, asked=asked, start=start):
            start.wait()
            try:
                return bool(confirmation.confirm(asked, by=User.objects.get(pk=second.pk)))
            except ValidationError as refusal:
                return "已经办结" not in refusal.messages[0]
            finally:
                connection.close()

        with ThreadPoolExecutor(len(seconds)) as pool:
            answers.append(sorted(pool.map(confirm, seconds)))

    assert answers == [[False, False, False, True]] * 10


def test_of_two_clicks_at_once_one_asks(committed):
    platform = Organization.objects.create(kind=Kind.PLATFORM, name="平台", region_id="140000")
    asker = person("", platform, C).user
    answers = []

    for _round in range(10):
        user = person("", body("140100-COMMERCE"), Role.CITY_OFFICER).user
        start = Barrier(4)

        def ask(_click, user=user, start=start):
            by = User.objects.get(pk=asker.pk)
            start.wait()
            try:
                return bool(confirmation.ask(Act.RESET, user, by=by))
            except ValidationError as refusal:
                return "已在等待确认" not in refusal.messages[0]
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            answers.append(sorted(pool.map(ask, range(4))))

    assert answers == [[False, False, False, True]] * 10
