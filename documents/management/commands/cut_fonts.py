"""Cut the fonts of official documents once, on installation, so that no notice has to wait for it."""

from concurrent.futures import ProcessPoolExecutor

from django.core.management.base import BaseCommand

from documents.notices import fonts


class Command(BaseCommand):
    help = "Cut the fonts of official documents to what names and texts need (half a minute, once)."

    def handle(self, **options) -> None:
        with ProcessPoolExecutor() as pool:
            cuts = dict(zip(fonts.ROLES, pool.map(fonts.cuts, fonts.ROLES), strict=True))
        for role, paths in cuts.items():
            self.stdout.write(f"{role:10} {'  '.join(path.name for path in paths)}")
