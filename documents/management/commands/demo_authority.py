"""Make the authority that gives organs keys for a demo, so that papers can be sealed without a real one."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from documents.sealing import authority


class Command(BaseCommand):
    help = "Make a demo authority in SEALING_KEYS_DIR; each organ is given a key when it first seals."

    def handle(self, **options) -> None:
        if settings.PRODUCTION:
            raise CommandError("生产环境不能使用演示签章机构，请装入各机关自己的签章密钥。")
        authority.establish(settings.SEALING_KEYS_DIR)
        self.stdout.write(f"{settings.SEALING_KEYS_DIR / authority.AUTHORITY}  {authority.NAME}")
