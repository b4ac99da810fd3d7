"""People are told whose turn it is, what came and what is due: once, in time, and not after the fact."""

import datetime as dt
import itertools

import pytest
from django.core import mail

from accreditation.models import Accreditation
from core import calendar, clock
from documents.models import Notice
from documents.notices import drawing, service
from workflow.ledger import sequence_all
from workflow.messages import choices, sending, telling
from workflow.messages.models import Copy, Follower, Message
from workflow.perform import perform
from workflow.sweep import sweep

MONDAY = dt.datetime(2026, 11, 23, 10, 0)
CHANNEL = "tests.workflow.test_messages.{}"


def told(who, kind: str | None = None) -> list[Message]:
    rows = Message.objects.filter(user=who.user)
    return list(rows.filter(kind=kind) if kind else rows)


def follow() -> None:
    sequence_all()
    telling.follow_all()


@pytest.fixture
def correcting(world, at):
    """A correction asked for on a Monday: it is the enterprise's turn."""
    world.applicant.user.email = "handler@example.org"
    world.applicant.user.save()
    with clock.travel(MONDAY):
        case = world.walk(world.walk_to("submitted"), "request_correction")
        follow()
    return case


# --- Whose turn it is -----------------------------------------------------------------------------------------


def test_the_enterprise_hears_that_it_is_its_turn_and_until_when(world, correcting):
    [message] = told(world.applicant, "turn")
    due = correcting.deadlines.get(code="correction").due_on

    assert correcting.reference in message.text
    assert "补正" in message.title
    assert f"{due.month}月{due.day}日前" in message.text
    assert message.href == f"/my/cases/{correcting.reference}/"
    assert [len(told(who, "turn")) for who in (world.legal_rep, world.officer, world.rival_applicant)] == [
        1,
        0,
        0,
    ]


def test_a_case_that_has_moved_on_tells_only_of_where_it_now_is(world, at):
    with clock.travel(MONDAY):
        case = world.walk(world.walk_to("submitted"), "request_correction")
        world.walk(case, "withdraw")
        follow()

    assert told(world.applicant, "turn") == []


def test_following_again_tells_nobody_again(world, correcting):
    Follower.objects.update(index=0)
    with clock.travel(MONDAY):
        telling.follow_all()

    assert len(told(world.applicant, "turn")) == 1


def test_a_department_that_is_asked_hears_of_it(world):
    application = world.walk(world.walk_to("initial_review"), "consult")
    letter = application.children.filter(kind="Consultation").first().as_procedure()
    asked = world.department(letter.department)
    follow()

    [message] = told(asked)
    assert message.href == f"/opinions/{letter.reference}/"


def test_an_act_that_is_no_step_tells_nobody_again(world, correcting):
    notice = Notice.objects.get(kind="correction")
    with clock.travel(MONDAY + dt.timedelta(days=1)):
        service.enter_paper_service(notice, day=MONDAY.date(), actor=world.officer, now=clock.now())
        follow()

    assert len(told(world.applicant, "turn")) == 1


# --- What came ------------------------------------------------------------------------------------------------


def test_a_paper_that_is_issued_is_told_to_its_addressee_without_its_reasons(world, correcting):
    notice = Notice.objects.get(kind="correction")
    with clock.travel(MONDAY):
        drawing.render_notice(notice.pk)
    [message] = told(world.applicant, "paper")
    reasons = [
        item["problem"] for item in notice.context.get("items", []) or notice.context.get("defects", [])
    ]

    assert (notice.number in message.text, message.href) == (True, f"/my/inbox/{notice.pk}/")
    assert [reason for reason in reasons if reason in message.text] == []


def test_a_paper_read_before_it_was_told_of_is_no_news(world, correcting):
    notice = Notice.objects.get(kind="correction")
    with clock.travel(MONDAY):
        service.read(notice, actor=world.applicant, now=clock.now())
        drawing.render_notice(notice.pk)

    assert told(world.applicant, "paper") == []


def test_an_old_paper_drawn_today_is_no_news(world, correcting):
    with clock.travel(MONDAY + dt.timedelta(days=30)):
        drawing.render_notice(Notice.objects.get(kind="correction").pk)

    assert told(world.applicant, "paper") == []


# --- What is due ----------------------------------------------------------------------------------------------


def days_before(case, code: str, n: int) -> dt.date:
    """The working day on which n working days are left."""
    due = case.deadlines.get(code=code).due_on
    return next(
        day
        for day in (due - dt.timedelta(days=back) for back in itertools.count())
        if calendar.working_days_after(day, due) == n and calendar.is_working_day(day)
    )


def at_ten(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(10))


@pytest.mark.parametrize(("left", "reminders"), [(4, 0), (3, 1), (2, 1), (1, 1), (0, 1)])
def test_a_party_is_reminded_on_the_days_of_the_table(world, correcting, left, reminders):
    with clock.travel(at_ten(days_before(correcting, "correction", left))):
        telling.remind()
        telling.remind()

    assert len(told(world.applicant, "due")) == reminders


def test_a_worker_that_slept_reminds_once_for_what_it_missed(world, correcting):
    for left in (3, 2, 1):
        with clock.travel(at_ten(days_before(correcting, "correction", left))):
            telling.remind()

    assert [message.title.partition("：")[0] for message in told(world.applicant, "due")] == [
        "补正期限还剩 1 个工作日",
        "补正期限还剩 3 个工作日",
    ]


def test_whoever_has_done_it_is_not_reminded(world, correcting):
    near = days_before(correcting, "correction", 1)
    with clock.travel(MONDAY + dt.timedelta(days=1)):
        world.walk(correcting, "withdraw")
    with clock.travel(at_ten(near)):
        telling.remind()

    assert told(world.applicant, "due") == []


def test_the_holder_of_a_title_hears_of_its_last_day_and_not_the_office_that_keeps_it(world):
    world.walk_to("accredited")
    title = Accreditation.objects.get()
    with clock.travel(dt.datetime.combine(title.valid_until - dt.timedelta(days=20), dt.time(10))):
        telling.remind()

    assert [message.title.partition("：")[0] for message in told(world.applicant, "due")] != []
    assert told(world.prov_officer, "due") == []


def test_an_approver_hears_once_of_a_body_that_is_late(world, at):
    with clock.travel(MONDAY):
        case = world.walk(world.walk_to("submitted"), "accept")
        due = case.deadlines.get(code="city_review").due_at
    for days in (0, 1, 2):
        with clock.travel(due + dt.timedelta(days=days, hours=9)):
            sweep()
            telling.remind()

    assert [message.kind for message in told(world.approver)] == ["overdue"]
    assert told(world.officer, "overdue") == []


# --- In the morning -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (dt.datetime(2026, 11, 24, 7, 59), 0),
        (dt.datetime(2026, 11, 24, 8, 0), 1),
        (dt.datetime(2026, 11, 28, 9, 0), 0),  # a Saturday
    ],
)
def test_an_officer_with_work_gets_one_digest_on_a_working_morning(world, at, moment, expected):
    with clock.travel(MONDAY):
        world.walk_to("submitted")
    with clock.travel(moment):
        telling.digest()
        telling.digest()

    assert len(told(world.officer, "digest")) == expected
    assert told(world.datong_officer, "digest") == []


# --- The other ways -------------------------------------------------------------------------------------------


def copies(who) -> list[tuple[str, str]]:
    return list(Copy.objects.filter(message__user=who.user).order_by("id").values_list("channel", "status"))


def test_a_copy_goes_out_by_mail_once_and_names_case_and_day(world, correcting):
    with clock.travel(MONDAY):
        sent = [sending.send_waiting(), sending.send_waiting()]

    [letter] = mail.outbox
    assert sent == [1, 0]
    assert letter.to == ["handler@example.org"]
    assert correcting.reference in letter.body
    assert f"/my/cases/{correcting.reference}/" in letter.body


@pytest.mark.parametrize("overtaken", ["read", "done"])
def test_what_has_been_overtaken_is_not_sent(world, correcting, overtaken):
    with clock.travel(MONDAY + dt.timedelta(hours=1)):
        if overtaken == "read":
            Message.objects.update(read_at=clock.now())
        else:
            world.walk(correcting, "withdraw")
        sending.send_waiting()

    assert (mail.outbox, copies(world.applicant)) == ([], [("email", "stale")])


class Down:
    """A gateway that takes nothing."""

    def send(self, message):
        raise ConnectionRefusedError("no gateway")


class Killed:
    """A gateway during whose call the worker dies."""

    def send(self, message):
        raise SystemExit


def test_a_gateway_that_is_down_is_tried_again_and_then_given_up(world, correcting, settings):
    settings.MESSAGE_CHANNELS = {"email": CHANNEL.format("Down")}
    for hours in range(6):
        with clock.travel(MONDAY + dt.timedelta(hours=10 * hours)):
            sending.send_waiting()

    copy = Copy.objects.get()
    assert (copy.status, copy.attempts, "no gateway" in copy.error) == ("failed", sending.MOST_ATTEMPTS, True)


def test_a_copy_during_which_the_worker_died_is_not_sent_a_second_time(world, correcting, settings):
    sound = settings.MESSAGE_CHANNELS
    settings.MESSAGE_CHANNELS = {"email": CHANNEL.format("Killed")}
    with clock.travel(MONDAY), pytest.raises(SystemExit):
        sending.send_waiting()
    settings.MESSAGE_CHANNELS = sound
    with clock.travel(MONDAY + dt.timedelta(hours=1)):
        sending.send_waiting()

    assert (mail.outbox, copies(world.applicant)) == ([], [("email", "failed")])
    assert len(told(world.applicant, "turn")) == 1  # the inbox has it


def test_a_choice_holds_from_then_on(world, at):
    world.applicant.user.email, world.applicant.user.phone = "handler@example.org", "13800000000"
    world.applicant.user.save()
    choices.keep(world.applicant.user, {"turn": ["sms", "nonsense"], "nonsense": ["email"]})
    world.walk(world.walk_to("submitted"), "request_correction")
    follow()

    assert copies(world.applicant) == [("sms", "waiting")]


def test_who_has_no_address_gets_it_in_the_inbox_alone(world, at):
    world.walk(world.walk_to("submitted"), "request_correction")
    follow()

    assert (len(told(world.legal_rep, "turn")), copies(world.legal_rep)) == (1, [])


# --- The pages ------------------------------------------------------------------------------------------------


def test_the_bell_counts_and_reading_leads_to_the_case(client, world, correcting):
    client.force_login(world.applicant.user)
    before = client.get("/messages/").content.decode()
    [message] = told(world.applicant, "turn")
    opened = client.get(f"/messages/{message.pk}/")
    message.refresh_from_db()

    assert message.title in before
    assert (opened.status_code, opened["Location"]) == (302, message.href)
    assert message.read_at is not None
    assert message.title not in client.get("/messages/?show=unread").content.decode()


def test_all_are_read_at_once_and_only_ones_own(client, world, correcting):
    client.force_login(world.applicant.user)
    client.post("/messages/read/")

    assert Message.objects.filter(user=world.applicant.user, read_at=None).count() == 0
    assert Message.objects.filter(user=world.legal_rep.user, read_at=None).count() == 1


def test_choices_are_kept_and_shown(client, world):
    world.applicant.user.email = "handler@example.org"
    world.applicant.user.save()
    client.force_login(world.applicant.user)
    client.post("/messages/choices/", {"turn": ["email"]})
    page = client.get("/messages/choices/").content.decode()
    world.applicant.user.refresh_from_db()

    assert world.applicant.user.preferences["messages"] == {"turn": ["email"], "paper": [], "due": []}
    assert "没有登记手机号" in page


def test_a_step_writes_no_message_itself(world, django_assert_max_num_queries):
    case = world.walk_to("submitted")
    before = Message.objects.count()
    perform(case, "accept", actor=world.officer)

    assert Message.objects.count() == before
