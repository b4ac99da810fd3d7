"""One notice of every kind in a folder, with a manifest: to look at, and to measure with a checker."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from documents.notices import samples


class Command(BaseCommand):
    help = (
        "Write a sample of every kind of notice into a folder, and manifest.json: kind, checker kind, flags."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        manifest = []
        for kind in samples.PECULIAR:
            (folder / f"{kind}.pdf").write_bytes(samples.sample_pdf(kind))
            manifest.append(
                {
                    "file": f"{kind}.pdf",
                    "kind": kind,
                    "title": samples.PECULIAR[kind]["title"],
                    "checker_kind": samples.format_of(kind),
                    "flags": [],
                }
            )
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        (folder / "manifest.json").write_text(f"{text}\n", encoding="utf-8")
        self.stdout.write(f"{len(manifest)} documents in {folder}")
