"""Move the demo's clock, and let happen what fell due in between."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from portal import drill
from workflow import outbox


class Command(BaseCommand):
    help = "拨动演练时钟（只在 DEMO=1 时），并办理期间到期的事项。"

    def add_arguments(self, parser: CommandParser) -> None:
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument("--today", type=dt.date.fromisoformat, help="拨到这一天 9 时，YYYY-MM-DD")
        way.add_argument("--days", type=int, help="往后拨几天，负数为往回")
        way.add_argument("--end", action="store_true", help="回到真实时间")
        parser.add_argument(
            "--deliver", action="store_true", help="在这里制作并送出文书；没有 worker 运行时用，较慢"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            moved = self._move(options)
        except drill.NoDrill as reason:
            raise CommandError(str(reason)) from reason
        for sentence in moved.sentences():
            self.stdout.write(sentence)
        while options["deliver"] and outbox.deliver_due():
            pass

    def _move(self, options: dict[str, Any]) -> drill.Moved:
        if options["end"]:
            return drill.back_to_now()
        if options["today"]:
            return drill.move(options["today"])
        return drill.move(clock.now() + dt.timedelta(days=options["days"]))
