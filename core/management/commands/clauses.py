"""Print every clause with what cites it in code and what proves it in tests."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.clauses import CLAUSES
from core.traceability import Mention, Register


class Command(BaseCommand):
    help = "Every clause of the regulations: what cites it in the code, what proves it in the tests."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="counts and missing clauses per document")

    def handle(self, *args: Any, **options: Any) -> None:
        register = Register.read()
        if options["json"]:
            self.stdout.write(json.dumps(register.summary(), ensure_ascii=False, indent=2))
            return
        for clause in CLAUSES.values():
            self.stdout.write(f"{clause.id}  {clause.label}  ({clause.source})")
            self._list("cited", register.cited_by.get(clause.id, []))
            self._list("proven", register.proven_by.get(clause.id, []))
        counts = register.summary()
        self.stdout.write(f"\n{counts['total']} clauses, {counts['cited']} cited, {counts['proven']} proven")

    def _list(self, verb: str, mentions: list[Mention]) -> None:
        for mention in mentions:
            self.stdout.write(f"    {verb:6}  {mention}")
