"""Make the key that signs the checkpoints of the ledger, once; what it signed is checked with its public half."""

from django.core.management.base import BaseCommand

from workflow import checkpoints


class Command(BaseCommand):
    help = "生成台账封存点的签名密钥（已有的不动），并打印公钥。"

    def handle(self, *args, **options):
        checkpoints.make_key(checkpoints.key_file())
        self.stdout.write(checkpoints.public_key())
