"""Run the daily sweep now, or as of another day."""

import datetime as dt

from django.core.management.base import BaseCommand

from core import clock
from workflow.sweep import sweep


class Command(BaseCommand):
    help = "执行到期处理；--as-of 指定按哪一天处理（重复执行结果相同）。"

    def add_arguments(self, parser):
        parser.add_argument("--as-of", type=dt.date.fromisoformat, help="YYYY-MM-DD")

    def handle(self, *args, as_of=None, **options):
        if as_of:
            with clock.travel(as_of):
                result = sweep()
        else:
            result = sweep()
        self.stdout.write(
            f"到期办理 {result['lapsed']} 件，等待 {result['waiting']} 件，标记超期 {result['overdue']} 件。"
        )
