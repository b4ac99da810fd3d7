"""What our sources may not contain: other clocks, unescaped HTML, raw SQL, what the CSP would block."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.traceability import ROOT, app_modules

OTHER_CLOCKS = {
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "date.today",
    "time.time",
    "time.time_ns",
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
    "functions.Now",
}
UNESCAPED = {"mark_safe", "csrf_exempt"}
RAW_SQL = {"raw", "extra", "execute", "executemany", "RawSQL"}

# Files that must speak SQL themselves, each with its reason. At most ten.
SQL_SPEAKERS: dict[str, str] = {
    "core/triggers.py": "a rule that compares rows is a trigger, and the ORM has none",
    "workflow/verification.py": "compares each entry with the one before inside the database, where windows over JSON are no ORM's",
    "core/prepared.py": "a statement is prepared on the server once for a connection, which psycopg2 leaves to the caller",
    "workflow/storage.py": "the statements of every step are compiled once, where the ORM compiles them each time",
}

INLINE = {
    "unescaped output": re.compile(r"\|\s*safe(?:seq)?\b|\{%\s*autoescape\s+off"),
    "inline style": re.compile(r"<[a-z][^>]*\sstyle\s*=|<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.IGNORECASE),
    "inline handler": re.compile(
        r"\son(?:click|change|input|submit|load|error|focus|blur|toggle|key[a-z]+|mouse[a-z]+|pointer[a-z]+)\s*=|"
        r"\shx-on[:=]|javascript:",
        re.IGNORECASE,
    ),
}


def sources() -> list[Path]:
    return sorted([*app_modules(), *(ROOT / "config").rglob("*.py")])


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def names_used(source: str) -> Iterator[tuple[str, int]]:
    """Each dotted name a module reads or imports, as its last two parts and as its last one."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).rpartition(".")[2]
            yield f"{owner}.{node.attr}", node.lineno
            yield node.attr, node.lineno
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield f"{(node.module or '').rpartition('.')[2]}.{alias.name}", node.lineno
                yield alias.name, node.lineno
        elif isinstance(node, ast.Name):
            yield node.id, node.lineno


def other_clocks(source: str) -> list[int]:
    read = {line for name, line in names_used(source) if name in OTHER_CLOCKS}
    stamped = {
        node.value.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add")
    }
    return sorted(read | stamped)


def unescaped(source: str) -> list[int]:
    """`SafeString` may name a type or hold a literal; around anything else it is `mark_safe` again."""
    named = {line for name, line in names_used(source) if name in UNESCAPED}
    called = {
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(("SafeString", "SafeText"))
        and not all(isinstance(argument, ast.Constant) for argument in node.args)
    }
    return sorted(named | called)


def raw_sql(source: str) -> list[int]:
    return sorted(
        {
            node.lineno
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in RAW_SQL
        }
    )


def inline(template: str) -> list[str]:
    return [what for what, pattern in INLINE.items() if pattern.search(template)]


def offences(scan) -> dict[str, list[int]]:
    found = {path.relative_to(ROOT).as_posix(): scan(path.read_text(encoding="utf-8")) for path in sources()}
    return {path: lines for path, lines in found.items() if lines}


def test_only_the_clock_reads_the_clock():
    assert list(offences(other_clocks)) == ["core/clock.py"]


def test_nothing_leaves_python_unescaped_or_unprotected():
    assert offences(unescaped) == {}


def test_only_few_named_files_speak_sql():
    assert offences(raw_sql).keys() == SQL_SPEAKERS.keys()
    assert len(SQL_SPEAKERS) <= 10


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_escapes_and_keeps_styles_and_scripts_in_files(path):
    assert inline(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now()",
        "datetime.datetime.now(UTC)",
        "date.today()",
        "from django.utils.timezone import now",
        "from django.utils import timezone; x = timezone.now",
        "from time import time",
        "time.time()",
        "from django.db.models.functions import Now",
        "DateTimeField(auto_now_add=True)",
    ],
)
def test_the_scan_sees_every_other_clock(line):
    assert other_clocks(line) == [1]


def test_the_scan_lets_our_own_clock_and_the_stopwatch_pass():
    assert other_clocks("clock.now(); clock.today(); time.monotonic(); ctx.now") == []


@pytest.mark.parametrize(
    "line",
    ["mark_safe(x)", "safestring.mark_safe(x)", "from django.views.decorators.csrf import csrf_exempt"],
)
def test_the_scan_sees_what_leaves_unescaped(line):
    assert unescaped(line) == [1]


def test_the_scan_lets_a_type_and_a_literal_pass():
    assert unescaped('def icon() -> SafeString: return SafeString("")') == []


@pytest.mark.parametrize(
    "line", ["Case.objects.raw(q)", "qs.extra(where=[q])", "cursor.execute(q)", "RawSQL(q, [])"]
)
def test_the_scan_sees_raw_sql(line):
    assert raw_sql(line) == [1]


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("{{ name|safe }}", "unescaped output"),
        ("{% autoescape off %}", "unescaped output"),
        ('<p class="a" style="color: red">', "inline style"),
        ("<style>p {}</style>", "inline style"),
        ("<script>alert(1)</script>", "inline script"),
        ('<button onclick="go()">', "inline handler"),
        ('<a href="javascript:go()">', "inline handler"),
        ('<form hx-on:submit="go()">', "inline handler"),
    ],
)
def test_the_scan_sees_what_the_policy_would_block(template, what):
    assert inline(template) == [what]


@pytest.mark.parametrize(
    "template",
    [
        '<script src="{% static "portal.js" %}" defer></script>',
        '<link rel="stylesheet" href="portal.css">',
        '{% include "a.html" with onward=x only %}',
    ],
)
def test_the_scan_lets_files_pass(template):
    assert inline(template) == []
