"""Check the ledger: every chain, the global chain, the checkpoints, and each case against its last entry."""

from django.core.management.base import BaseCommand, CommandError

from workflow.verification import verify


class Command(BaseCommand):
    help = "核验台账：逐案与总账的哈希链、封存点，以及办件现状。发现问题时以非零退出。"

    def handle(self, *args, **options):
        count, faults = verify()
        for fault in faults:
            self.stderr.write(f"{fault.where}：{fault.what}")
        if faults:
            raise CommandError(f"核验 {count} 条，发现 {len(faults)} 处问题，第一处：{faults[0].where}")
        self.stdout.write(f"核验 {count} 条，全部相符。")
