"""Fill an empty demo with people, enterprises and cases in every state; or print who can sign in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actors import Actor
from accounts.demo import PASSWORD, accounts
from accounts.models import Membership
from core import clock
from portal.demo import hubei, world
from portal.demo.plan import SEED, draw
from portal.demo.screen import padded
from portal.home import home_of

HEADS = ("角色", "机构", "姓名", "账号", "密码", "登录后", "说明")


class Command(BaseCommand):
    help = "生成演示数据（只在 DEMO=1 时）；--accounts 只列出演示账号。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED, help="同一种子生成同样的企业、人员和编号")
        parser.add_argument("--accounts", action="store_true", help="只列出演示账号")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("只有演示环境（DEMO=1）才能生成演示数据，正式环境没有演示账号。")
        if options["accounts"]:
            self._print_accounts()
            return
        try:
            plan = draw(options["seed"])
            world.build(plan, also=[hubei.live])
        except world.NotPossible as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(
            f"演示数据已生成（种子 {plan.seed}，以 {clock.today()} 为今天）："
            f"企业 {len(plan.firms)} 家，申请 {len(plan.stories)} 件。"
        )

    def _print_accounts(self) -> None:
        listed = accounts()
        if not listed:
            raise CommandError("还没有演示账号，请先运行 manage.py demo。")
        for row in [HEADS, *_rows(listed)]:
            self.stdout.write(
                "  ".join(padded(cell, width) for cell, width in zip(row, WIDTHS, strict=True)).rstrip()
            )


WIDTHS = (12, 36, 8, 15, 18, 10, 0)


def _rows(listed: list[Any]) -> Iterator[tuple[str, ...]]:
    held = Membership.objects.in_force().select_related("organization", "user")
    roles = {one.user.username: Actor.of(one) for one in held.order_by("-id")}
    for account in listed:
        home = home_of(roles[account.username])
        yield account.role, account.organization, account.name, account.username, PASSWORD, home, account.note
