"""The two tables an enterprise hands in, as workbooks: enterprises served and trade records, good rows and bad.

Every row is drawn from the seed and from the day the table was made, so that dates lie in the right window.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from random import Random
from typing import Any

from openpyxl import Workbook

from accreditation.sheets import CLIENTS, TRADE, Sheet
from core import uscc
from portal.demo import names

Cells = list[Any]


@dataclass(frozen=True)
class Table:
    """A table made on a day. `variant` is "good", "short" (27 enterprises), "bad_clients" or "bad_trade"."""

    sheet: Sheet
    made_on: dt.date
    variant: str
    seed: int

    def rows(self) -> list[Cells]:
        clients = _clients(self)
        if self.sheet is CLIENTS:
            return _spoilt_clients(clients) if self.variant == "bad_clients" else clients
        trade = _trade(self, clients)
        return _spoilt_trade(trade) if self.variant == "bad_trade" else trade

    def file(self) -> tuple[str, bytes]:
        """Name and content; the long list of records of a bad table comes as a GBK text, as such lists do."""
        heads = [column.heading for column in self.sheet.columns]
        if self.sheet is TRADE and self.variant == "bad_trade":
            return f"{self.sheet.name}.csv", _text([heads, *self.rows()])
        return f"{self.sheet.name}.xlsx", _workbook(self.sheet.name, [heads, *self.rows()])


def _rng(table: Table, what: str) -> Random:
    return Random(f"{table.seed} {what} {table.made_on} {table.variant}")


def _clients(table: Table) -> list[Cells]:
    rng = _rng(table, "clients")
    inside = 27 if table.variant == "short" else rng.randint(33, 40)
    rows = [_client(rng, n, rng.choice(list(names.CITIES)), table.made_on) for n in range(1, inside + 1)]
    outside = rng.sample(list(names.OUTSIDE), 2)
    return rows + [_client(rng, inside + n, region, table.made_on) for n, region in enumerate(outside, 1)]


def _client(rng: Random, number: int, region: str, made_on: dt.date) -> Cells:
    seat = names.CITIES.get(region) or names.OUTSIDE[region]
    begins = made_on - dt.timedelta(days=rng.randint(60, 330))
    services = ["报关", "报检", "物流", "退税", "结汇"]
    return [
        f"{seat}市{rng.choice(names.BRANDS)}{rng.choice(names.PRODUCTS)}有限公司",
        uscc.generate(region, 100_000 + rng.randrange(700_000)),
        f"{seat}市",
        f"ZF-{begins.year}-{number:03d}",
        begins,
        begins + dt.timedelta(days=rng.choice((365, 730)) - 1),
        "、".join(service for service in services if rng.random() < 0.7) or "报关",
        "是" if rng.random() < 0.6 else "否",
        "有",
    ]


def _trade(table: Table, clients: list[Cells]) -> list[Cells]:
    """Some 90 records over the twelve months before the table was made, 70 to 90 million yuan together."""
    rng = _rng(table, "trade")
    rows = []
    for number in range(1, rng.randint(84, 96)):
        online = rng.random() < 0.15
        day = table.made_on - dt.timedelta(days=rng.randint(1, 360))
        rows.append(
            [
                f"XS{day:%Y%m%d}{number:05d}"
                if online
                else f"0510{day:%Y}1{rng.randrange(10**4):04d}{number:05d}",
                "线上成交记录" if online else "报关单",
                day,
                rng.choice(clients)[1],
                "进口" if rng.random() < 0.2 else "出口",
                rng.randrange(450, 1_400) * 1_000,
            ]
        )
    return sorted(rows, key=lambda row: row[2])


# --- Rows as people really hand them in ---------------------------------------------------------------------
def _spoilt_clients(rows: list[Cells]) -> list[Cells]:
    code = rows[4][1]
    rows[4][1] = code[:-1] + ("0" if code[-1] != "0" else "1")  # a wrong check digit
    rows[9] = list(rows[8])  # the same contract twice
    rows[13][5] = rows[13][4] - dt.timedelta(days=20)  # ends before it begins
    rows[17][1] = rows[17][1][:16]  # two characters lost
    rows[21][8] = "待核"  # neither yes nor no
    rows[25][4] = "2026-02-30"  # no such day
    rows[28][0] = None  # no name
    rows[30][1] = "".join(chr(ord(c) + 0xFEE0) for c in rows[30][1])  # full-width: reads well
    return rows


def _spoilt_trade(rows: list[Cells]) -> list[Cells]:
    rows[6][5] = "约 60 万"
    rows[15][5] = -rows[15][5]
    rows[22][0] = rows[21][0]
    rows[33][1] = "提单"
    rows[47][3] = rows[47][3][:-1] + ("8" if rows[47][3][-1] != "8" else "9")
    rows[60][2] = "去年底"
    return rows


def _workbook(title: str, rows: list[Cells]) -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _text(rows: list[Cells]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("gb18030")
