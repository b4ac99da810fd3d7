"""Check the ledger: every chain, the global chain, the checkpoints, and each case against its last entry."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from workflow import checkpoints
from workflow.verification import against, verify


class Command(BaseCommand):
    help = "核验台账：逐案与总账的哈希链、封存点，以及办件现状。发现问题时以非零退出。"

    def add_arguments(self, parser):
        parser.add_argument("--checkpoints", type=Path, help="留存在外的封存点文件，逐行与台账比对")

    def handle(self, *args, checkpoints: Path | None = None, **options):
        count, faults = verify()
        if checkpoints:
            faults += kept(checkpoints)
        for fault in faults:
            self.stderr.write(f"{fault.where}：{fault.what}")
        if faults:
            raise CommandError(f"核验 {count} 条，发现 {len(faults)} 处问题，第一处：{faults[0].where}")
        self.stdout.write(f"核验 {count} 条，全部相符。")


def kept(file: Path):
    try:
        return against(file.read_text(encoding="utf-8").splitlines(), checkpoints.public_key())
    except (OSError, ValueError) as error:
        raise CommandError(f"封存点文件读不出来：{file}") from error
