"""Walk one application from filing to plaque, in an empty database, and print each step."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from portal.demo import walk, world
from portal.demo.plan import SEED, draw
from portal.demo.stories import WALK


class Command(BaseCommand):
    help = "在空数据库里办一件申请，从提交到授牌，逐步打印；scripts/demo 调用它（只在 DEMO=1 时）。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--out", type=Path, default=settings.VAR_DIR, help="证书 PDF 放到哪个文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("只有演示环境（DEMO=1）才能演示办理。")
        call_command("migrate", interactive=False, verbosity=0)
        if User.objects.exists():
            raise CommandError("这个数据库里已有人员，不能用来演示。请用 scripts/demo，它自备一个空数据库。")
        call_command("load_regulations", stdout=io.StringIO())
        teller = walk.Teller()
        self.stdout.write(walk.line(*walk.HEADS))
        try:
            world.build(draw(options["seed"], WALK, ()), watch=lambda: self._print(teller))
        except world.NotPossible as reason:
            raise CommandError(str(reason)) from reason
        number, place = walk.certificate(options["out"])
        self.stdout.write(f"\n证书编号 {number}\n证书 PDF {place}")

    def _print(self, teller: walk.Teller) -> None:
        for news in teller.news():
            self.stdout.write(news)
