"""Draw the procedures from their declarations, into `docs/processes` or onto the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from workflow import diagram
from workflow.steps import PROCEDURES


class Command(BaseCommand):
    help = "Draw procedures from their @step lines: Mermaid and SVG, into docs/processes or onto the screen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "procedure", nargs="?", help="one procedure, e.g. ProviderApplication; all without it"
        )
        parser.add_argument(
            "--format", choices=["mermaid", "svg"], help="print this format instead of writing files"
        )
        parser.add_argument("--out", type=Path, help="folder to write to; docs/processes without it")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["procedure"]
        if name and name not in PROCEDURES:
            raise CommandError(f"No procedure {name}. There are: {', '.join(sorted(PROCEDURES))}.")
        graphs = [diagram.graph_of(PROCEDURES[one]) for one in ([name] if name else sorted(PROCEDURES))]
        if options["format"]:
            draw = diagram.mermaid if options["format"] == "mermaid" else diagram.svg
            self.stdout.write("\n\n".join(draw(graph) for graph in graphs))
            return
        folder = options["out"] or settings.BASE_DIR / "docs" / "processes"
        folder.mkdir(parents=True, exist_ok=True)
        for graph in graphs:
            (folder / f"{graph.name}.md").write_text(diagram.markdown(graph), encoding="utf-8")
            (folder / f"{graph.name}.svg").write_text(diagram.svg(graph), encoding="utf-8")
            self.stdout.write(f"{graph.name}: {len(graph.nodes)} states, {len(graph.arrows)} arrows")
