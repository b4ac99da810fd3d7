"""The code equals the step tables: `regulations/workflows.yaml` against what `@step` declares.

For every procedure built so far nothing may be missing and nothing extra: states, labels, holders, steps, from,
to, who, notices, clocks, clauses. References to procedures that do not exist yet are left out on both sides.
"""

from __future__ import annotations

from typing import Any

import pytest

from accounts.roles import Role
from core.facts import facts
from workflow.clocks import Clock
from workflow.deadlines import HOLD, RANKS
from workflow.steps import PROCEDURES, Choose, Step, steps_of

TABLES = {p["procedure"]: p for p in facts("workflows")["procedures"]}
TIMERS = {t["code"]: t for t in facts("workflows")["timers"]}
# Of procedures built in part, the steps that are built.
IN_PART = {
    "Accreditation": {s["name"] for s in TABLES["Accreditation"]["steps"]} - {"import_legacy"},
    # Tender, agreement and contract bring theirs.
    "Center": {
        "register",
        "adjust",
        "report_adjustment",
        "finish_adjusting",
        "start_tender",
        "end_tender",
        "sign_agreement",
        "start_operating",
        "order_retender",
        "vacate",
        "begin_winding_down",
        "report_settlement",
        "settle",
    },
}


def built() -> list[str]:
    return sorted(PROCEDURES)


def rows(procedure: str) -> list[dict[str, Any]]:
    steps = TABLES[procedure]["steps"]
    return [s for s in steps if s["name"] in IN_PART.get(procedure, {s["name"] for s in steps})]


def test_every_procedure_of_the_code_has_a_table():
    assert [name for name in built() if name not in TABLES] == []


@pytest.mark.parametrize("procedure", built())
def test_states_labels_and_holders(procedure):
    code = PROCEDURES[procedure]
    told = [
        (s["code"], s["label"], s["holder"][0] if s["holder"] else None) for s in TABLES[procedure]["states"]
    ]
    done = [(s.value, str(s.label), code.holders[s].value if s in code.holders else None) for s in code.State]

    assert done == told


@pytest.mark.parametrize("procedure", built())
def test_steps_by_name(procedure):
    assert sorted(steps_of(PROCEDURES[procedure])) == sorted(s["name"] for s in rows(procedure))


CASES = [(procedure, row["name"]) for procedure in built() for row in rows(procedure)]


@pytest.mark.parametrize(("procedure", "name"), CASES, ids=[f"{p}.{n}" for p, n in CASES])
def test_a_step_equals_its_row(procedure, name):
    row = next(s for s in rows(procedure) if s["name"] == name)

    assert as_told(steps_of(PROCEDURES[procedure])[name]) == as_written(row)


def as_written(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "from": sorted(row["from"]),
        "to": sorted(row["to"]),
        "to_when": row.get("to_when", {}),
        "back": row.get("to_state_it_came_from", False),
        "no_change": row.get("no_change", False),
        "creates": row.get("creates", False),
        "by": sorted(row["by"]),
        "countersigned_by": row.get("countersigned_by", []),
        "issues": row["issues"],
        "starts": sorted(str(timer) for timer in row["starts"] if lapses_in_a_built_step(timer)),
        "stops": sorted(map(str, row["stops"])),
        "restarts": sorted(map(str, row.get("restarts", []))),
        "pauses": row.get("pauses", []) + [HOLD] * row.get("holds_clocks", False),
        "resumes": row.get("resumes", []) + [HOLD] * row.get("releases_clocks", False),
        "extends": row.get("extends", []),
        "lapse_of": row.get("lapse_of", []),
        "within": existing(row.get("within", [])),
        "causes": existing(row.get("causes", [])),
        "clauses": row["clauses"],
    }


def as_told(step: Step) -> dict[str, Any]:
    target = step.target
    return {
        "from": [] if step.creates else sorted(step.source),
        "to": sorted(step.targets),
        "to_when": target.when if isinstance(target, Choose) else {},
        "back": isinstance(target, Choose) and target.back,
        "no_change": target is None,
        "creates": step.creates,
        "by": sorted(role.value for role in step.by),
        "countersigned_by": [Role(step.countersigned_by).value] if step.countersigned_by else [],
        "issues": [kind.code for kind in step.issues],
        "starts": timers(step.starts),
        "stops": timers(step.stops),
        "restarts": timers(step.restarts),
        "pauses": list(step.pauses),
        "resumes": list(step.resumes),
        "extends": [clock.code for clock, _setting in step.extends],
        "lapse_of": [clock.code for clock in step.lapse_of],
        "within": existing(step.within),
        "causes": existing(step.causes),
        "clauses": list(step.clauses),
    }


def timers(clocks: tuple[Clock, ...]) -> list[str]:
    return sorted(str({"timer": c.code, "when": c.condition}) if c.condition else c.code for c in clocks)


def lapses_in_a_built_step(timer: str | dict[str, str]) -> bool:
    """Whether what the clock does at its end exists yet: `review_opening` starts once reviews do."""
    row = TIMERS[timer if isinstance(timer, str) else timer["timer"]]
    return row["lapse"] != "step" or bool(existing(row["lapses_by"]))


def existing(names) -> list[str]:
    """Steps of procedures that are built, and of those built in part only the steps that are."""
    known = {f"{p}.{s}" for p in built() for s in steps_of(PROCEDURES[p])}
    return sorted(name for name in names if name in known)


def clocks_used() -> dict[str, Clock]:
    used: dict[str, Clock] = {}
    for procedure in PROCEDURES.values():
        for step in steps_of(procedure).values():
            for clock in (*step.starts, *step.restarts):
                used.setdefault(clock.code, clock)
    return used


@pytest.mark.parametrize("code", sorted(clocks_used()))
def test_a_clock_equals_its_row(code):
    clock, row = clocks_used()[code], TIMERS[code]

    assert clock.against == row["against"]
    assert clock.lapse == (row["on_lapse"].partition(";")[0] if row["lapse"] == "step" else "")
    assert clock.at_service == ("at service" in row["setting"])
    assert clock.setting in ("", *row["settings"])
    assert list(clock.waits_in) == [s for s in row["lapse_waits_in"]]


def test_clocks_of_one_day_lapse_in_the_order_of_the_table():
    assert sorted(RANKS, key=RANKS.__getitem__) == list(TIMERS)
