"""Check a proof that a party kept, without the database: only the proof and the portal's public key are read."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from workflow.proofs import check


class Command(BaseCommand):
    help = "核验存证凭据：只用凭据文件和公布的公钥，不用数据库。"
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("proof", type=Path, help="下载的凭据（.json）")
        parser.add_argument("key", type=Path, help="平台公布的公钥（.pem）")

    def handle(self, *args, proof: Path, key: Path, **options):
        try:
            given = json.loads(proof.read_text(encoding="utf-8"))
        except ValueError as error:
            raise CommandError("不是存证凭据，或者文件不完整。") from error
        faults = check(given, key.read_text(encoding="utf-8"))
        if faults:
            raise CommandError("".join(faults))
        self.stdout.write(f"{given['case']}：{len(given['entries'])} 条办理记录与封存点相符。")
