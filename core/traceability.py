"""Which lines of code cite a clause and which tests prove it, read from the sources themselves.

A citation is a clause id in a string or docstring of an app, or anywhere in a template. A proof is a test
under the mark `clause`. No list is kept by hand, so none can fall behind.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from django.apps import apps

from core.clauses import CITATION, CLAUSES

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE_COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}", re.DOTALL)


@dataclass(frozen=True, order=True, slots=True)
class Mention:
    """A clause id somewhere in the sources."""

    clause: str
    path: str
    line: int
    name: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" + (f" {self.name}" if self.name else "")


class UnreadableMark(ValueError):
    """A mark whose clauses are not written out where they stand, so nobody can count them."""


def citations(root: Path = ROOT) -> list[Mention]:
    """Every clause id the apps and their templates cite."""
    found: list[Mention] = []
    for path in sorted(app_modules(root)):
        found += _cited_in_module(path, root)
    for path in sorted((root / "templates").rglob("*")):
        if path.is_file():
            found += _cited_in_template(path, root)
    return found


def proofs(root: Path = ROOT) -> list[Mention]:
    """Every clause id under which a test is marked."""
    return [
        mention for path in sorted((root / "tests").rglob("test_*.py")) for mention in _proven_in(path, root)
    ]


def unknown(mentions: list[Mention]) -> list[Mention]:
    return [mention for mention in mentions if mention.clause not in CLAUSES]


@dataclass(frozen=True, slots=True)
class Register:
    """The catalogue of the texts beside what cites and what proves each clause."""

    cited_by: dict[str, list[Mention]]
    proven_by: dict[str, list[Mention]]

    @classmethod
    def read(cls, root: Path = ROOT) -> "Register":
        return cls(_by_clause(citations(root)), _by_clause(proofs(root)))

    def summary(self) -> dict[str, object]:
        """Counts over the clauses of the documents; ambiguities are the portal's own and not counted."""
        series: defaultdict[str, list[str]] = defaultdict(list)
        for entry in CLAUSES.values():
            if not entry.is_default:
                series[entry.series].append(entry.id)
        whole = [id for ids in series.values() for id in ids]
        return {
            **self._counts(whole),
            "by_document": {
                name: {**self._counts(ids), "missing": [id for id in ids if not self._is_settled(id)]}
                for name, ids in series.items()
            },
        }

    def _counts(self, ids: list[str]) -> dict[str, int]:
        return {
            "total": len(ids),
            "cited": sum(id in self.cited_by for id in ids),
            "proven": sum(id in self.proven_by for id in ids),
        }

    def _is_settled(self, id: str) -> bool:
        return id in self.cited_by and id in self.proven_by


def _by_clause(mentions: list[Mention]) -> dict[str, list[Mention]]:
    grouped: defaultdict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        grouped[mention.clause].append(mention)
    return dict(grouped)


def app_modules(root: Path = ROOT) -> Iterator[Path]:
    """Every module of our own apps, migrations apart: those are frozen and cite nothing."""
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if folder.parent == root:
            yield from (path for path in folder.rglob("*.py") if "migrations" not in path.parts)


def _cited_in_module(path: Path, root: Path) -> Iterator[Mention]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _mentions(node.value, path, root, node.lineno)


def _cited_in_template(path: Path, root: Path) -> Iterator[Mention]:
    text = TEMPLATE_COMMENT.sub(
        lambda comment: "\n" * comment[0].count("\n"), path.read_text(encoding="utf-8")
    )
    for number, line in enumerate(text.splitlines(), start=1):
        yield from _mentions(line, path, root, number)


def _mentions(text: str, path: Path, root: Path, line: int) -> Iterator[Mention]:
    for id in dict.fromkeys(CITATION.findall(text)):
        yield Mention(id, path.relative_to(root).as_posix(), line)


def _proven_in(path: Path, root: Path) -> Iterator[Mention]:
    """Marks on tests, on classes and parameters of tests, and `pytestmark` of a whole module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for holder in ast.walk(tree):
        if isinstance(holder, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            marks: list[ast.expr] = list(holder.decorator_list)
            name = holder.name
        elif isinstance(holder, ast.Assign) and ast.unparse(holder.targets[0]) == "pytestmark":
            marks, name = [holder.value], "(module)"
        else:
            continue
        for mark in (node for expression in marks for node in ast.walk(expression) if _is_clause_mark(node)):
            for id in _arguments(mark, path):
                yield Mention(id, path.relative_to(root).as_posix(), holder.lineno, name)


def _is_clause_mark(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.clause")


def _arguments(mark: ast.Call, path: Path) -> list[str]:
    try:
        return [str(ast.literal_eval(argument)) for argument in mark.args]
    except ValueError:
        raise UnreadableMark(f"{path}:{mark.lineno}: {ast.unparse(mark)}") from None
