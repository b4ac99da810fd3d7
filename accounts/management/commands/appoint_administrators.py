"""Appoint the first three administrators of a new portal: three accounts of three people, or none.

Reads three lines, one for each role, from the terminal or from a file:

    SYSTEM_ADMIN qiulin 邱林 ‹身份证号码›
    SECURITY_ADMIN youjia 尤佳 ‹身份证号码›
    AUDIT_ADMIN zhenping 甄平 ‹身份证号码›

Prints for each the link where the password is set; from then on the security administrator
asks for every appointment and another administrator confirms it.
"""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from stdnum.cn import ric

from accounts.models import Membership, Organization, Region, User
from accounts.people import appoint, password_link, person_for
from accounts.roles import ADMINISTRATORS, Kind, Role


class Command(BaseCommand):
    help = "Appoint the first three administrators: lines of role, account, name and ID number on standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", default="平台运行管理办公室", help="who runs the portal")
        parser.add_argument("--region", default="140000", help="code of its region")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if Membership.objects.in_force().filter(administers=True).exists():
            raise CommandError(
                "已有管理员在任：以后的任职由安全管理员在系统管理中提出申请，由另一位管理员确认。"
            )
        rows = [line.split() for line in sys.stdin if line.strip()]
        if sorted(row[0] for row in rows) != sorted(ADMINISTRATORS) or any(len(row) != 4 for row in rows):
            raise CommandError(
                "需要三行，每行“角色 账号 姓名 身份证号码”，角色为 SYSTEM_ADMIN、SECURITY_ADMIN、AUDIT_ADMIN。"
            )
        platform, _created = Organization.objects.get_or_create(
            kind=Kind.PLATFORM,
            name=options["organization"],
            defaults={"region": Region.objects.get(code=options["region"])},
        )
        for role, username, name, id_number in rows:
            self.stdout.write(self._appoint(platform, Role(role), username, name, id_number))

    def _appoint(self, platform: Organization, role: Role, username: str, name: str, id_number: str) -> str:
        if not ric.is_valid(id_number.upper()):
            raise CommandError(f"{name}的身份证号码不对，请对照证件核对 18 位号码。")
        try:
            user = User.objects.create_user(username, person=person_for(id_number, name))
            appoint(user, platform, role)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        return f"{role.label} {name}（{username}）：{settings.PUBLIC_ORIGIN}{password_link(user)}"
