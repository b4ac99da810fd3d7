"""The figures as a table on screen, as JSON for machines, and as the table of docs/performance.md.

python -m bench.report      writes the table of the last run into docs/performance.md
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.control import Control
from bench.goals import GOALS
from bench.pairs import Pairs

ROOT = Path(__file__).resolve().parent.parent
LATEST = ROOT / "bench" / "out" / "latest.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: written by `python -m bench.report` -->", "<!-- end of figures -->"


@dataclass
class Row:
    """One figure with its bar. `ok` is None where the machine could not show it."""

    goal: str
    database: str
    what: str
    measured: float
    relation: str
    bar: float
    ok: bool | None
    pairs: int
    min: float | None
    max: float | None
    said: str
    control: dict[str, Any] | None = None

    @classmethod
    def of(
        cls, goal: str, bar: str, database: str, measured: float, pairs: Pairs | None = None, said: str = ""
    ) -> Row:
        limit = GOALS[goal].bars[bar]
        low, high = (min(pairs.ratios), max(pairs.ratios)) if pairs else (None, None)
        return cls(
            goal, database, limit.what, round(measured, 4), limit.relation, limit.limit, limit.holds(measured),
            len(pairs) if pairs else 1, low and round(low, 4), high and round(high, 4), said,
        )  # fmt: skip

    @property
    def is_parallel(self) -> bool:
        return any(bar.parallel for bar in GOALS[self.goal].bars.values() if bar.what == self.what)

    def under(self, control: Control) -> Row:
        """The row with the control of its run beside it; a parallel figure of a machine that is not is not judged."""
        self.control = control.as_dict()
        if self.is_parallel and not control.is_parallel:
            self.ok = None
        return self

    @property
    def verdict(self) -> str:
        if self.ok is None:
            assert self.control is not None
            return f"capacity {self.control['parallel']:.2f}"
        return "ok" if self.ok else "MISSED"

    def cells(self) -> list[str]:
        spread = "" if self.min is None else f"{self.min:.3g}–{self.max:.3g}"
        return [
            self.goal, self.database, self.what, f"{self.measured:.3g}", f"{self.relation} {self.bar:g}",
            self.verdict, str(self.pairs), spread, self.said,
        ]  # fmt: skip


HEADINGS = ["goal", "database", "what", "measured", "bar", "", "pairs", "min–max", "ours / theirs"]


def table(rows: Iterable[Row]) -> str:
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def control_line(control: dict[str, Any]) -> str:
    commits = ", ".join(f"{name} {rate:,.0f}" for name, rate in control["commits"].items())
    return f"control: two processes do {control['parallel']:.2f} times the work of one; commits a second: {commits}"


def write(rows: list[Row], run: dict[str, Any], control: Control, to: Path = LATEST) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    told = {"run": run, "control": control.as_dict(), "rows": [asdict(row) for row in rows]}
    to.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def as_markdown(told: dict[str, Any]) -> str:
    """The last run as a page prints it."""
    rows = [Row(**row) for row in told["rows"]]
    lines = [HEADINGS, ["---"] * len(HEADINGS), *(row.cells() for row in rows)]
    figures = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    run = told["run"]
    return (
        f"Measured on {run['day']} with `{run['command']}` in {run['minutes']:.0f} minutes, seed {run['seed']}, "
        f"{run['processors']} processors. {control_line(told['control']).capitalize()}.\n\n{figures}\n"
    )


def into_page(page: str, figures: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"the page has no place for figures: {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{figures}\n{END}{after}"


def main() -> None:
    figures = as_markdown(json.loads(LATEST.read_text(encoding="utf-8")))
    PAGE.write_text(into_page(PAGE.read_text(encoding="utf-8"), figures), encoding="utf-8")


if __name__ == "__main__":
    main()
