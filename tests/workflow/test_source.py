"""A state moves through the door, and views ask who may see: what the sources may not say about cases."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.core.test_source import offences

WRITERS = {"update", "create", "get_or_create", "update_or_create", "bulk_update"}
# Files that name a state where a row is written, each with its reason.
STATED_BY = {
    "accreditation/task_list.py": "the state of a task in a list on the screen, not of a case",
    "workflow/cases.py": "puts back what it took aside while a row is read again",
}
# Files of the screens that read cases on another ground than `cases_visible_to`.
READ_BY = {"portal/desk/queue.py": "letters of the office's own cases, found by their holder"}
SCREENS = ("views", "desk", "public")


def states_assigned(source: str) -> list[int]:
    return sorted(set(_states_assigned(ast.parse(source))))


def _states_assigned(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            yield from (node.lineno for target in node.targets if _is_state(target))
        elif isinstance(node, ast.AugAssign | ast.AnnAssign) and _is_state(node.target):
            yield node.lineno
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            written = name in WRITERS and any(keyword.arg == "state" for keyword in node.keywords)
            set_by_name = name in {"setattr", "__setattr__"} and any(_says_state(a) for a in node.args)
            if written or set_by_name:
                yield node.lineno


def _is_state(target: ast.expr) -> bool:
    return (isinstance(target, ast.Attribute) and target.attr == "state") or (
        isinstance(target, ast.Subscript) and _says_state(target.slice)
    )


def _says_state(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == "state"


def cases_read(source: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"Case.objects", "Case._default_manager"}
    ]


def test_no_state_is_assigned_outside_the_door():
    assert offences(states_assigned).keys() == STATED_BY.keys()


def test_screens_ask_which_cases_may_be_seen():
    read = {path for path in offences(cases_read) if set(SCREENS) & set(path.removesuffix(".py").split("/"))}

    assert read == READ_BY.keys()


@pytest.mark.parametrize(
    "line",
    [
        'case.state = "accredited"',
        'Case.objects.filter(pk=1).update(state="accredited")',
        'setattr(case, "state", "accredited")',
        'case.__dict__["state"] = "accredited"',
        'Objection.objects.create(state="received")',
    ],
)
def test_the_scan_sees_every_way_past_the_door(line):
    assert states_assigned(line) == [1]


@pytest.mark.parametrize("line", ['rows.filter(state="posted")', 'state = "posted"', "case.state == other"])
def test_the_scan_lets_reading_pass(line):
    assert states_assigned(line) == []
