"""Appoint an administrator where nobody is left who could ask for it or confirm it (docs/decisions/0009).

Two people, named by their accounts, stand by and type their passwords; neither is the one appointed. Reads one line
from the terminal or from a file:

    SECURITY_ADMIN youjia 尤佳 ‹身份证号码›

An account that exists goes on being used if it is the same person's. What was done is a request for rights like any
other, asked by the one and confirmed by the other, and a line in the log of acts for each.
"""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Any, cast

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from stdnum.cn import ric

from accounts.administration import SECURITY
from accounts.confirmation import CONFIRMERS
from accounts.models import Membership, Person, RightsRequest, User
from accounts.people import appoint, password_link, person_for
from accounts.roles import Role
from core import clock


class Command(BaseCommand):
    help = "Appoint an administrator where no one is left to ask or to confirm: role, account, name, ID on standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--asked-by", required=True, help="account of the first of the two who stand by")
        parser.add_argument("--confirmed-by", required=True, help="account of the second, another person")
        parser.add_argument("--paper", default="", help="the paper of the appointment")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        line = sys.stdin.readline().split()
        if len(line) != 4 or line[0] not in CONFIRMERS:
            raise CommandError("需要一行“角色 账号 姓名 身份证号码”，角色为 SYSTEM_ADMIN 或 SECURITY_ADMIN。")
        role, (username, name, id_number) = Role(line[0]), line[1:]
        office = self._office(role)
        witnesses = [self._present(options["asked_by"]), self._present(options["confirmed_by"])]
        if witnesses[0].person_id == witnesses[1].person_id:
            raise CommandError("须由两个不同的人到场办理。")
        try:
            user, link = self._login(username, name, id_number)
            if user.person_id in {one.person_id for one in witnesses}:
                raise CommandError("被任命的人不能是到场办理的两人之一。")
            held = appoint(user, office.organization, role, appointment=options["paper"])
            self._record(held, *witnesses)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        self.stdout.write(f"{role.label} {name}（{username}）已任职。{link}")

    def _office(self, role: Role) -> Membership:
        """An appointment in the platform's office that still stands; only where rights cannot be changed otherwise."""
        standing = list(
            Membership.objects.in_force()
            .filter(administers=True)
            .select_related("organization")
            .order_by("id")
        )
        if not standing:
            raise CommandError("没有管理员在任，请用 appoint_administrators 任命三位管理员。")
        roles = {held.role for held in standing}
        confirmers = {held.person_id for held in standing if held.role in CONFIRMERS}
        if role in roles or (SECURITY in roles and len(confirmers) > 1):
            raise CommandError("现任管理员能够办理：由安全管理员在系统管理中提出申请，由另一位管理员确认。")
        return standing[0]

    def _present(self, username: str) -> User:
        """Somebody who answers for others here, and is at the terminal."""
        user = User.objects.filter(username=username, is_active=True).select_related("person").first()
        if user is None or not user.answers_for_others:
            raise CommandError(f"“{username}”不是在任的工作人员或管理员账号。")
        if not user.check_password(getpass(f"{user.display_name}（{username}）的登录密码：")):
            raise CommandError(f"{user.display_name}的密码不对，没有办理。")
        return user

    def _login(self, username: str, name: str, id_number: str) -> tuple[User, str]:
        if not ric.is_valid(id_number.upper()):
            raise CommandError(f"{name}的身份证号码不对，请对照证件核对 18 位号码。")
        person = person_for(id_number, name)
        if person.name != name:
            raise CommandError(f"姓名与已登记的不符：证件号码登记的是{person.name}。")
        known = User.objects.filter(username=username).first()
        if known is None:
            user = User.objects.create_user(username, person=person)
            return user, f"设置密码：{settings.PUBLIC_ORIGIN}{password_link(user)}"
        if known.person_id != person.pk or not known.is_active:
            raise CommandError(f"账号“{username}”不是{name}的，或者已停用，请另起账号。")
        return known, "继续使用原账号和密码。"

    def _record(self, held: Membership, first: User, second: User) -> None:
        now = clock.now()
        asked = RightsRequest.objects.create(
            act=RightsRequest.Act.APPOINT,
            user=held.user,
            person=held.person,
            organization=held.organization,
            role=held.role,
            starts_on=held.starts_on,
            appointment=held.appointment,
            requested_by=first,
            requester=cast("Person", first.person),  # who answers for others is a registered person
            requested_at=now,
            outcome=RightsRequest.Outcome.CONFIRMED,
            decided_by=second,
            decider=second.person,
            decided_at=now,
        )
        for witness in (first, second):
            LogEntry.objects.log_actions(
                witness.pk, [asked], CHANGE, "在服务器上补任管理员，到场办理", single_object=True
            )
