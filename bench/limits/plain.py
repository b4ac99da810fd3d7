"""A connection of the plain driver, the same two lines for both databases."""

from __future__ import annotations

import sqlite3
from typing import Any
from urllib.parse import urlsplit

import psycopg2


class Plain:
    """psycopg2 or sqlite3 without anything above; statements are written with `%s`."""

    def __init__(self, url: str, *, synchronous: str = "FULL"):
        self.is_postgres = not url.startswith("sqlite:///")
        self.connection: Any
        if self.is_postgres:
            parts = urlsplit(url)
            folder, _, name = parts.path.rpartition("/")
            self.connection = psycopg2.connect(host=folder, dbname=name, user=parts.username)
            self.connection.autocommit = True
        else:
            self.connection = sqlite3.connect(
                url.removeprefix("sqlite:///"), timeout=30, isolation_level=None
            )
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute(f"PRAGMA synchronous = {synchronous}")
        self.cursor = self.connection.cursor()

    def run(self, statement: str, values: tuple = ()) -> Any:
        self.cursor.execute(statement if self.is_postgres else statement.replace("%s", "?"), values)
        return self.cursor

    def close(self) -> None:
        self.connection.close()
