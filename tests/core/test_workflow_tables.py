"""The procedures as the pages tell them, and the data that the code is held against, are one."""

from pathlib import Path

import yaml

from tests.checkers.workflow_tables import Book, Checks, as_data

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_tables_of_the_procedures_hold_together():
    book = Book(DOCS / "workflows.md")

    Checks(book, DOCS).run()

    assert book.faults == []


def test_the_data_says_what_the_tables_say():
    tables = as_data(Book(DOCS / "workflows.md"))

    data = yaml.safe_load((DOCS.parent / "regulations" / "workflows.yaml").read_text(encoding="utf-8"))

    assert data == tables
