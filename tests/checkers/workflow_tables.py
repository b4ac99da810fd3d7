"""Hold the tables of workflows.md against each other, and turn them into data.

    workflow_tables.py docs/workflows.md              check; exit 1 on any fault
    workflow_tables.py docs/workflows.md --write      redraw the diagrams and refresh the columns that follow
                                                      from the tables, then check
    workflow_tables.py docs/workflows.md --yaml OUT   check, then write the YAML if there is no fault

How the tables are read is written in section 0.0 of workflows.md. Besides spelling (every state, role,
clause, setting, timer, notice and step that is named must exist) each procedure is run through: every
combination of state, running timers, open pauses and "state it came from" that the steps can reach is
visited, and in each of them a lapse must have a step that can fire, a state that waits must wait for
something, and an end must be in reach.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import yaml

STATE_HEAD = ["state", "label", "holder"]
STEP_HEAD = ["step", "from → to", "who", "requires", "effects", "issues", "clock", "clause"]
TIMER_HEAD = ["timer", "name", "against", "setting", "on warning", "on lapse", "started by", "ended by"]
NOTICE_HEAD = ["code", "Chinese title", "procedure", "signed by"]
ROLE_HEAD = ["code", "who", "Chinese"]
PRIVATE = {"APPLICANT", "LEGAL_REP", "OPERATOR", "BIDDER", "SERVED", "VISITOR", "OBJECTOR"}
VERBS = {"start", "stop", "restart", "extend", "pause", "resume", "hold", "release"}
BACK = "state it came from"
NONE = "—"
GENERATED = (
    "# 由 docs/workflows.md 的表格生成，勿手改："
    "python tests/checkers/workflow_tables.py docs/workflows.md --yaml regulations/workflows.yaml\n"
)

CLAUSE = re.compile(r"\b(?:SX|HB|NW|FJ|TY)-\d{2}\b")
AMB = re.compile(r"\bAMB-[A-Z]\d{2}\b")
SETTING = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?!\w)")
DOTTED = re.compile(r"`([A-Z]\w+)\.([a-z_]+)`")
TICKED = re.compile(r"`([a-z][a-z_]*)`")
HEADING = re.compile(r"^(#{2,3}) (.*)$")
CLASS_IN_HEADING = re.compile(r"`([A-Z]\w+)`")


@dataclass
class State:
    code: str
    label: str
    holder: str
    line: int
    end: bool = False
    roles: list[str] = field(default_factory=list)
    timers: list[str] = field(default_factory=list)
    children: list[str] = field(default_factory=list)


@dataclass
class Step:
    name: str
    line: int
    moves: str
    who: str
    requires: str
    effects: str
    issues_text: str
    clock_text: str
    clause_text: str
    sources: list[str] = field(default_factory=list)  # empty: creation
    targets: list[str] = field(default_factory=list)  # empty: no change
    when: dict[str, str] = field(default_factory=dict)
    creates: bool = False
    stays: bool = False
    back: bool = False
    anywhere: bool = False
    by: list[str] = field(default_factory=list)
    together: list[str] = field(default_factory=list)
    within: list[tuple[str, str]] = field(default_factory=list)
    cascades: list[tuple[str, str]] = field(default_factory=list)
    issues: list[str] = field(default_factory=list)
    clock: list[tuple[str, str, str]] = field(default_factory=list)  # verb, name, condition
    clauses: list[str] = field(default_factory=list)


@dataclass
class Machine:
    name: str
    section: str
    title: str
    line: int
    states: dict[str, State] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    edges: list[tuple[str, str, str | None]] = field(default_factory=list)
    edge_lines: tuple[int, int] | None = None  # fence lines of the diagram, 0-based
    step_table_end: int | None = None
    starts: list[str] = field(default_factory=list)

    @property
    def open_states(self) -> list[str]:
        return [code for code, state in self.states.items() if not state.end]


class Book:
    """workflows.md, parsed."""

    def __init__(self, path: Path):
        self.path = path
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.faults: list[str] = []
        self.roles: set[str] = set()
        self.role_rows: list[tuple[list[str], str, str]] = []
        self.machines: dict[str, Machine] = {}
        self.timers: dict[str, dict] = {}
        self.notices: dict[str, dict] = {}
        self.read()

    def fault(self, line: int | None, text: str) -> None:
        self.faults.append(f"{self.path.name}:{line}: {text}" if line else f"{self.path.name}: {text}")

    # Reading
    def read(self) -> None:
        section, machine, number = "", None, 0
        while number < len(self.lines):
            line = self.lines[number]
            if match := HEADING.match(line):
                level, title = match.groups()
                if level == "##":
                    section = title.split(".")[0]
                    machine = None
                names = CLASS_IN_HEADING.findall(title)
                if len(names) == 1:
                    machine = Machine(names[0], section, title, number + 1)
                    if names[0] in self.machines:
                        self.fault(number + 1, f"procedure {names[0]} appears twice")
                    self.machines[names[0]] = machine
                elif level == "###":
                    machine = None
            elif line.startswith("|"):
                number = self.read_table(number, section, machine)
                continue
            elif line.strip() == "```mermaid":
                number = self.read_diagram(number, machine)
                continue
            number += 1
        for machine in self.machines.values():
            self.resolve(machine)

    def read_table(self, number: int, section: str, machine: Machine | None) -> int:
        rows = []
        while number < len(self.lines) and self.lines[number].startswith("|"):
            rows.append(
                (number + 1, [cell.strip() for cell in self.lines[number].strip().strip("|").split("|")])
            )
            number += 1
        head = rows[0][1]
        for line, cells in rows[2:]:
            if len(cells) != len(head):
                self.fault(line, f"row has {len(cells)} cells, the table has {len(head)}")
                continue
            if head == STATE_HEAD and machine:
                self.add_state(machine, line, cells)
            elif head == STEP_HEAD and machine:
                self.add_step(machine, line, cells)
                machine.step_table_end = number
            elif head == ROLE_HEAD:
                codes = re.findall(r"`([A-Z_]+)`", cells[0])
                self.roles.update(codes)
                self.role_rows.append((codes, cells[1], cells[2]))
            elif head == TIMER_HEAD:
                code = cells[0].strip("`")
                if code in self.timers:
                    self.fault(line, f"timer {code} appears twice")
                self.timers[code] = dict(zip(TIMER_HEAD[1:], cells[1:], strict=False), line=line)
            elif head == NOTICE_HEAD:
                code = cells[0].strip("`")
                if code in self.notices:
                    self.fault(line, f"notice {code} appears twice")
                self.notices[code] = dict(zip(NOTICE_HEAD[1:], cells[1:], strict=False), line=line)
        if machine and head[:1] in (["state"], ["step"]) and head not in (STATE_HEAD, STEP_HEAD):
            self.fault(rows[0][0], f"table head {head} is not {STATE_HEAD} or {STEP_HEAD}")
        return number

    def add_state(self, machine: Machine, line: int, cells: list[str]) -> None:
        code, label, holder = cells[0].strip("`"), cells[1], cells[2]
        if code in machine.states:
            self.fault(line, f"{machine.name}: state {code} appears twice")
        state = State(code, label.replace("(end)", "").strip(), holder, line, end="(end)" in label)
        head, _, tail = holder.partition("(")
        state.roles = [role.strip() for role in head.split(" or ") if role.strip() and role.strip() != NONE]
        state.timers = re.findall(r"timer `(\w+)`", tail)
        state.children = re.findall(r"child (?:of )?`(\w+)`", tail)
        machine.states[code] = state

    def add_step(self, machine: Machine, line: int, cells: list[str]) -> None:
        name = cells[0].strip("`")
        if not re.fullmatch(r"`[a-z_]+`", cells[0]):
            self.fault(line, f"{machine.name}: step name {cells[0]} is not one name in back quotes")
        if name in machine.steps:
            self.fault(line, f"{machine.name}: step {name} appears twice")
        machine.steps[name] = Step(name, line, *cells[1:])

    def read_diagram(self, number: int, machine: Machine | None) -> int:
        first = number
        number += 1
        while number < len(self.lines) and self.lines[number].strip() != "```":
            text = self.lines[number].strip()
            if machine and text != "stateDiagram-v2":
                match = re.fullmatch(r"(\[\*\]|\w+) --> (\[\*\]|\w+)(?:: (.+))?", text)
                if not match:
                    self.fault(number + 1, f"{machine.name}: diagram line not understood: {text}")
                else:
                    source, target, label = match.groups()
                    for step in label.split(" / ") if label else [None]:
                        machine.edges.append((source, target, step))
            number += 1
        if machine:
            if machine.edge_lines:
                self.fault(first + 1, f"{machine.name}: a second diagram")
            machine.edge_lines = (first, number)
        return number + 1

    # Meaning of the cells
    def resolve(self, machine: Machine) -> None:
        for step in machine.steps.values():
            self.resolve_moves(machine, step)
            self.resolve_who(machine, step)
            self.resolve_clock(machine, step)
            step.cascades = DOTTED.findall(step.effects)
            step.issues = TICKED.findall(step.issues_text)
            if step.issues_text != NONE and re.sub(r"`[a-z_]+`|,| or ", "", step.issues_text).strip():
                self.fault(
                    step.line, f"{machine.name}.{step.name}: issues cell not understood: {step.issues_text}"
                )
            step.clauses = self.clause_list(machine, step)
        entered = defaultdict(list)  # state → sources of the steps that enter it
        for step in machine.steps.values():
            if not step.back:
                for target in step.targets:
                    entered[target] += [source for source in step.sources if source != target]
        for step in machine.steps.values():
            if step.back:
                step.targets = list(dict.fromkeys(s for source in step.sources for s in entered[source]))
        created = [target for step in machine.steps.values() if step.creates for target in step.targets]
        machine.starts = list(dict.fromkeys(created)) or list(machine.states)[:1]

    def resolve_moves(self, machine: Machine, step: Step) -> None:
        text, arrow, right = step.moves.partition(" → ")
        if text.endswith("(no change)"):
            step.stays, text = True, text.removesuffix("(no change)").strip()
        elif not arrow:
            self.fault(step.line, f"{machine.name}.{step.name}: neither '→' nor '(no change)'")
        if text == NONE:
            step.creates = True
        elif text.startswith("any open state"):
            step.anywhere = True
            _, _, rest = text.partition("except ")
            left_out = [part.strip() for part in rest.split(",") if part.strip()]
            self.known_states(machine, step, left_out)
            step.sources = [code for code in machine.open_states if code not in left_out]
        else:
            step.sources = [part.strip() for part in text.split(",")]
        if right == BACK:
            step.back = True
        elif arrow:
            options = right.split(", or ")
            for option in options:
                target, _, condition = option.partition(" if ")
                step.targets.append(target.strip())
                if condition:
                    step.when[target.strip()] = condition.strip()
                elif len(options) > 1:
                    self.fault(step.line, f"{machine.name}.{step.name}: target {target} has no condition")
        self.known_states(machine, step, step.sources + step.targets)

    def known_states(self, machine: Machine, step: Step, codes: list[str]) -> None:
        for code in codes:
            if code not in machine.states:
                self.fault(step.line, f"{machine.name}.{step.name}: no state {code!r}")

    def resolve_who(self, machine: Machine, step: Step) -> None:
        for option in step.who.split(" or "):
            if match := DOTTED.fullmatch(option.strip()):
                step.within.append(match.groups())
                continue
            first, *rest = [part.strip() for part in option.split(" + ")]
            step.by.append(first)
            step.together += rest
            for role in [first, *rest]:
                if role not in self.roles:
                    self.fault(step.line, f"{machine.name}.{step.name}: {role!r} is no role of 0.1")

    def resolve_clock(self, machine: Machine, step: Step) -> None:
        if step.clock_text == NONE:
            return
        for part in step.clock_text.split(";"):
            match = re.fullmatch(r"(\w+)(?: (\w+))?(?: \((.+)\))?", part.strip())
            if not match or match[1] not in VERBS:
                self.fault(step.line, f"{machine.name}.{step.name}: clock not understood: {part.strip()}")
                continue
            verb, name, condition = match[1], match[2] or "", match[3] or ""
            if verb in ("hold", "release"):
                if name:
                    self.fault(step.line, f"{machine.name}.{step.name}: {verb} takes no name")
            elif not name:
                self.fault(step.line, f"{machine.name}.{step.name}: {verb} needs a name")
            elif verb not in ("pause", "resume") and name not in self.timers:
                self.fault(step.line, f"{machine.name}.{step.name}: no timer {name!r} in section 20")
            if condition.startswith("→ ") and condition[2:] not in step.targets:
                self.fault(
                    step.line, f"{machine.name}.{step.name}: clock names {condition[2:]!r}, not a target"
                )
            step.clock.append((verb, name, condition))

    def clause_list(self, machine: Machine, step: Step) -> list[str]:
        found, prefix = [], ""
        for part in re.split(r",\s*", step.clause_text):
            match = re.fullmatch(r"(?:(SX|HB|NW|FJ|TY)-)?(\d{2})(?:–(\d{2}))?", part)
            if match and (match[1] or prefix not in ("", "AMB")):
                prefix = match[1] or prefix
                found += [f"{prefix}-{n:02d}" for n in range(int(match[2]), int(match[3] or match[2]) + 1)]
                continue
            match = re.fullmatch(r"(AMB-)?([A-Z]\d{2})", part)
            if match and (match[1] or prefix == "AMB"):
                prefix = "AMB"
                found.append(f"AMB-{match[2]}")
                continue
            self.fault(step.line, f"{machine.name}.{step.name}: clause not understood: {part!r}")
        return found

    def lapse_steps(self, timer: str) -> list[str]:
        return TICKED.findall(self.timers[timer]["on lapse"].split(";")[0]) if not self.is_mark(timer) else []

    def is_mark(self, timer: str) -> bool:
        return self.timers[timer]["on lapse"].startswith("mark")

    def waits_in(self, timer: str) -> list[str]:
        _, _, tail = self.timers[timer]["on lapse"].partition("; waits in ")
        return TICKED.findall(tail)

    def used_by(self, timer: str, verbs: set[str]) -> list[str]:
        found = []
        for machine in self.machines.values():
            for step in machine.steps.values():
                if any(verb in verbs and name == timer for verb, name, _ in step.clock):
                    found.append(f"{machine.name}.{step.name}")
        return found

    def lapsed_by(self, timer: str) -> list[str]:
        users = {name.split(".")[0] for name in self.used_by(timer, {"start", "restart"})}
        return [
            f"{m.name}.{s}"
            for m in self.machines.values()
            if m.name in users
            for s in self.lapse_steps(timer)
            if s in m.steps
        ]

    def sections_of(self, notice: str) -> str:
        found = {
            int(m.section) for m in self.machines.values() for s in m.steps.values() if notice in s.issues
        }
        return ", ".join(str(n) for n in sorted(found))

    def table_edges(self, machine: Machine) -> list[tuple[str, str, str | None]]:
        created = [s for s in machine.steps.values() if s.creates]
        edges = [("[*]", target, step.name) for step in created for target in step.targets]
        if not created:
            edges += [("[*]", code, None) for code in machine.starts]
        for step in machine.steps.values():
            if step.stays or step.creates or step.anywhere:
                continue
            edges += [(s, t, step.name) for s in step.sources for t in step.targets if s != t]
        return edges + [(code, "[*]", None) for code, state in machine.states.items() if state.end]

    # Writing back
    def write_back(self) -> None:
        lines = list(self.lines)
        for timer, row in self.timers.items():
            starts = self.used_by(timer, {"start", "restart"})
            ends = list(dict.fromkeys(self.used_by(timer, {"stop"}) + self.lapsed_by(timer)))
            cells = [f"`{timer}`"] + [row[key] for key in TIMER_HEAD[1:6]] + [joined(starts), joined(ends)]
            lines[row["line"] - 1] = "| " + " | ".join(cells) + " |"
        for notice, row in self.notices.items():
            cells = [f"`{notice}`", row["Chinese title"], self.sections_of(notice), row["signed by"]]
            lines[row["line"] - 1] = "| " + " | ".join(cells) + " |"
        for machine in sorted(
            self.machines.values(), key=lambda m: -m.line
        ):  # from the end, numbers stay true
            drawing = ["```mermaid", "stateDiagram-v2", *draw(self.table_edges(machine)), "```"]
            if machine.edge_lines:
                first, last = machine.edge_lines
                lines[first : last + 1] = drawing
            elif machine.step_table_end:
                lines[machine.step_table_end : machine.step_table_end] = ["", *drawing]
        self.path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def joined(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or NONE


def draw(edges: list[tuple[str, str, str | None]]) -> list[str]:
    labels: dict[tuple[str, str], list[str]] = defaultdict(list)
    for source, target, step in edges:
        labels[source, target] += [step] if step else []
    return [
        f"  {s} --> {t}" + (": " + " / ".join(names) if names else "") for (s, t), names in labels.items()
    ]


class Checks:
    def __init__(self, book: Book, docs: Path):
        self.book = book
        regulations = docs.parent / "regulations"
        listed = {
            row["id"]
            for row in yaml.safe_load((regulations / "clauses.yaml").read_text(encoding="utf-8"))["clauses"]
        }
        table_rows = re.findall(
            r"^\| ((?:SX|HB|NW|FJ|TY)-\d{2}) \|", (docs / "regulations.md").read_text(encoding="utf-8"), re.M
        )
        if set(table_rows) != listed:
            book.fault(None, f"regulations.md and clauses.yaml differ: {sorted(set(table_rows) ^ listed)}")
        self.clauses = set(table_rows)
        ambiguities = (docs / "ambiguities.md").read_text(encoding="utf-8")
        self.ambiguities = set(re.findall(r"^\| (AMB-[A-Z]\d{2}) \|", ambiguities, re.M))
        rows = yaml.safe_load((regulations / "settings_defaults.yaml").read_text(encoding="utf-8"))[
            "settings"
        ]
        self.settings = {row["key"] for row in rows}
        named = set(re.findall(r"`([A-Z][A-Z0-9_]+)` = ", ambiguities))
        if named != self.settings:
            book.fault(
                None, f"ambiguities.md and settings_defaults.yaml differ: {sorted(named ^ self.settings)}"
            )
        for row in rows:
            if row["ambiguity"] not in self.ambiguities:
                book.fault(None, f"settings_defaults.yaml: {row['key']} cites unknown {row['ambiguity']}")
        count = re.search(r"(\d+) gaps or contradictions, (\d+) settings", ambiguities)
        if not count or (int(count[1]), int(count[2])) != (len(self.ambiguities), len(rows)):
            book.fault(
                None,
                f"ambiguities.md: head does not say {len(self.ambiguities)} gaps and {len(rows)} settings",
            )
        self.configurations = 0

    def run(self) -> None:
        self.names()
        for machine in self.book.machines.values():
            if not machine.states or not machine.steps:
                self.book.fault(machine.line, f"{machine.name}: no state table or no step table")
                continue
            self.tables(machine)
            self.diagram(machine)
            self.reach(machine)
            self.walk(machine)
        self.cascades()
        self.timers()
        self.notices()
        self.interactions()

    def names(self) -> None:
        book = self.book
        for number, line in enumerate(book.lines, 1):
            for clause in CLAUSE.findall(line):
                if clause not in self.clauses:
                    book.fault(number, f"no clause {clause}")
            for amb in AMB.findall(line):
                if amb not in self.ambiguities:
                    book.fault(number, f"no ambiguity {amb}")
            for setting in SETTING.findall(line):
                if setting not in self.settings and setting not in book.roles:
                    book.fault(number, f"no setting or role {setting}")
            for machine, step in DOTTED.findall(line):
                if machine not in book.machines or step not in book.machines[machine].steps:
                    book.fault(number, f"no step {machine}.{step}")

    def tables(self, machine: Machine) -> None:
        book = self.book
        known = set(book.timers) | set(book.notices)
        known |= {name for m in book.machines.values() for name in [*m.states, *m.steps]}
        for state in machine.states.values():
            where = f"{machine.name}: state {state.code}"
            if not re.search(r"[\u4e00-\u9fff]", state.label):
                book.fault(state.line, f"{where} has no Chinese label")
            if state.end and state.holder != NONE:
                book.fault(state.line, f"{where} is an end but has a holder")
            if not state.end and not state.roles:
                book.fault(state.line, f"{where} has no holder")
            for role in state.roles:
                if role not in book.roles:
                    book.fault(state.line, f"{where}: holder {role!r} is no role of 0.1")
            for timer in state.timers:
                if timer not in book.timers:
                    book.fault(state.line, f"{where}: no timer {timer!r}")
            for child in state.children:
                if child not in book.machines:
                    book.fault(state.line, f"{where}: no procedure {child!r}")
            if "SYSTEM" in state.roles and not state.timers and not state.children:
                book.fault(state.line, f"{where} waits on SYSTEM but names neither timer nor child")
        for step in machine.steps.values():
            where = f"{machine.name}.{step.name}"
            for clause in step.clauses:
                if clause not in self.clauses and clause not in self.ambiguities:
                    book.fault(step.line, f"{where}: no clause {clause}")
            if not step.clauses:
                book.fault(step.line, f"{where} cites no clause")
            for source in step.sources:
                if source in machine.states and machine.states[source].end:
                    book.fault(step.line, f"{where} leaves the end {source}")
            if step.back and not step.targets:
                book.fault(step.line, f"{where}: nothing enters {step.sources}")
            if not step.by and not step.within:
                book.fault(step.line, f"{where} has no actor")
            for notice in step.issues:
                if notice not in book.notices:
                    book.fault(step.line, f"{where}: no notice {notice!r} in section 21")
            for name in TICKED.findall(step.requires + step.effects):
                if name not in known:
                    book.fault(step.line, f"{where}: `{name}` is no step, state, timer or notice")

    def diagram(self, machine: Machine) -> None:
        drawn, wanted = set(machine.edges), set(self.book.table_edges(machine))
        if not machine.edge_lines:
            self.book.fault(machine.line, f"{machine.name} has no diagram")
            return
        line = machine.edge_lines[0] + 1
        for edge in sorted(drawn - wanted, key=str):
            self.book.fault(line, f"{machine.name}: drawn but not in the table: {edge}")
        for edge in sorted(wanted - drawn, key=str):
            self.book.fault(line, f"{machine.name}: in the table but not drawn: {edge}")

    def reach(self, machine: Machine) -> None:
        book = self.book
        onward: dict[str, set[str]] = defaultdict(set)
        for step in machine.steps.values():
            for source in step.sources:
                onward[source].update(step.targets)
        seen = closure(machine.starts, onward)
        backward: dict[str, set[str]] = defaultdict(set)
        for source, targets in onward.items():
            for target in targets:
                backward[target].add(source)
        ends = [code for code, state in machine.states.items() if state.end]
        if not ends:
            book.fault(machine.line, f"{machine.name} has no end")
        finishing = closure(ends, backward)
        for code, state in machine.states.items():
            where = f"{machine.name}: state {code}"
            if code not in seen:
                book.fault(state.line, f"{where} cannot be reached")
            if code not in finishing:
                book.fault(state.line, f"{where}: no end can be reached from it")
            if state.end:
                continue
            exits = [
                s for s in machine.steps.values() if code in s.sources and any(t != code for t in s.targets)
            ]
            if not exits:
                book.fault(state.line, f"{where} has no exit")
            actors = {role for step in exits for role in step.by}
            bodies = [s for s in exits if s.within or set(s.by) - PRIVATE]
            if set(state.roles) <= PRIVATE and code not in machine.starts and not bodies:
                book.fault(
                    state.line, f"{where}: only {sorted(actors)} can end the wait; a silent party blocks it"
                )
            acting = {
                body(role) for s in machine.steps.values() if code in s.sources for role in s.by + s.together
            }
            holders = {body(role) for role in state.roles}
            if "SYSTEM" not in holders and acting - {"SYSTEM"} and not acting & holders:
                book.fault(state.line, f"{where}: its holder {state.roles} has no step there")

    def walk(self, machine: Machine) -> None:
        """Visit every (state, running timers, open pauses, states to return to)."""
        book = self.book
        if not all(code in machine.states for s in machine.steps.values() for code in s.sources + s.targets):
            return  # already reported; there is nothing sound to walk
        returning = {source for step in machine.steps.values() if step.back for source in step.sources}
        lapse_of = defaultdict(set)  # step → timers whose lapse it is
        for timer in book.timers:
            for name in book.lapse_steps(timer):
                if name in machine.steps and any(
                    t.startswith(machine.name + ".") for t in book.used_by(timer, {"start", "restart"})
                ):
                    lapse_of[name].add(timer)
        reported: set[str] = set()

        def once(line: int, text: str) -> None:
            if text not in reported:
                reported.add(text)
                book.fault(line, text)

        def ticking(timer: str, paused: frozenset) -> bool:
            return timer in book.timers and (book.timers[timer]["against"] == "party" or not paused)

        def apply(step: Step, target: str, running: frozenset, paused: frozenset):
            results = [(set(running) - lapse_of[step.name], set(paused))]
            for verb, name, condition in step.clock:
                if condition.startswith("→ ") and condition[2:] != target:
                    continue
                optional = bool(condition) and not condition.startswith("→ ")
                following = []
                for timers, pauses in results:
                    if optional:
                        following.append((set(timers), set(pauses)))
                    timers, pauses = set(timers), set(pauses)
                    if verb == "start":
                        if name in timers and not optional:
                            once(
                                step.line, f"{machine.name}.{step.name} starts {name}, which may already run"
                            )
                        timers.add(name)
                    elif verb == "restart":
                        timers.add(name)
                    elif verb in ("stop", "extend"):
                        if name in timers:
                            effective.add((step.name, verb, name))
                        if verb == "stop":
                            timers.discard(name)
                    elif verb == "pause":
                        pauses.add(name)
                    elif verb == "resume":
                        if name in pauses:
                            effective.add((step.name, verb, name))
                        pauses.discard(name)
                    following.append((timers, pauses))
                results = following
            return {(frozenset(t), frozenset(p)) for t, p in results}

        effective: set[tuple[str, str, str]] = set()
        fired: set[str] = set()
        queue, seen, edges = [], set(), defaultdict(set)

        def push(origin, config) -> None:
            edges[origin].add(config)
            if config not in seen:
                seen.add(config)
                queue.append(config)

        created = [s for s in machine.steps.values() if s.creates]
        if created:
            for step in created:
                fired.add(step.name)
                for target in step.targets:
                    for timers, pauses in apply(step, target, frozenset(), frozenset()):
                        push(None, (target, timers, pauses, ()))
        else:
            push(None, (machine.starts[0], frozenset(), frozenset(), ()))
        while queue:
            config = queue.pop()
            code, running, paused, came = config
            state = machine.states[code]
            if state.end:
                continue
            for timer in running:
                if timer not in book.timers or book.is_mark(timer) or not ticking(timer, paused):
                    continue
                able = [
                    s
                    for s in book.lapse_steps(timer)
                    if s in machine.steps and code in machine.steps[s].sources
                ]
                if not able and code not in book.waits_in(timer):
                    once(
                        state.line,
                        f"{machine.name}: {timer} may lapse in {code}, its lapse step does not start there",
                    )
            if "SYSTEM" in state.roles and not state.children and not set(state.timers) & running:
                once(state.line, f"{machine.name}: {code} may be entered without any of its timers running")
            for step in machine.steps.values():
                if code not in step.sources:
                    continue
                mine = lapse_of[step.name]
                if (
                    mine
                    and step.by == ["SYSTEM"]
                    and not step.within
                    and not any(t in running and ticking(t, paused) for t in mine)
                ):
                    continue
                fired.add(step.name)
                back = dict(came)
                targets = (
                    [code] if step.stays else [back[code]] if step.back and code in back else step.targets
                )
                for target in targets:
                    kept = dict(back)
                    if code != target:
                        kept.pop(code, None)
                        if target in returning:
                            kept[target] = code
                    for timers, pauses in apply(step, target, running, paused):
                        if machine.states[target].end:
                            timers, pauses, kept = frozenset(), frozenset(), {}
                        push(config, (target, timers, pauses, tuple(sorted(kept.items()))))
        self.configurations += len(seen)
        for step in machine.steps.values():
            if step.name not in fired:
                book.fault(step.line, f"{machine.name}.{step.name} can never happen")
            for verb, name, _ in step.clock:
                if verb in ("stop", "extend", "resume") and (step.name, verb, name) not in effective:
                    book.fault(step.line, f"{machine.name}.{step.name}: {verb} {name} never has an effect")
        self.pauses(machine, seen, edges)

    def pauses(self, machine: Machine, seen: set, edges: dict) -> None:
        backward = defaultdict(set)
        for origin, targets in edges.items():
            for target in targets:
                backward[target].add(origin)
        for reason in {r for config in seen for r in config[2]}:
            free = [c for c in seen if reason not in c[2] and not machine.states[c[0]].end]
            good = closure(free, backward)
            stuck = {c[0] for c in seen if reason in c[2] and c not in good}
            if stuck:
                self.book.fault(
                    machine.line, f"{machine.name}: pause {reason} is never lifted in {sorted(stuck)}"
                )

    def cascades(self) -> None:
        book = self.book
        for machine in book.machines.values():
            for step in machine.steps.values():
                for name, target in step.cascades:
                    other = book.machines.get(name)
                    if (
                        other
                        and target in other.steps
                        and (machine.name, step.name) not in other.steps[target].within
                    ):
                        book.fault(
                            step.line,
                            f"{machine.name}.{step.name} causes {name}.{target}, "
                            "which does not name it as actor",
                        )
                for name, cause in step.within:
                    other = book.machines.get(name)
                    if (
                        other
                        and cause in other.steps
                        and (machine.name, step.name) not in other.steps[cause].cascades
                    ):
                        book.fault(
                            step.line,
                            f"{machine.name}.{step.name} happens within {name}.{cause}, "
                            "whose effects do not name it",
                        )

    def timers(self) -> None:
        book = self.book
        for timer, row in book.timers.items():
            where = f"timer {timer}"
            if row["against"] not in ("body", "party"):
                book.fault(row["line"], f"{where}: against {row['against']!r} is neither body nor party")
            if not SETTING.search(row["setting"]) and not row["setting"].startswith("date: "):
                book.fault(row["line"], f"{where} has no setting")
            starts = book.used_by(timer, {"start", "restart"})
            stops, lapses = book.used_by(timer, {"stop"}), book.lapsed_by(timer)
            if not starts:
                book.fault(row["line"], f"{where} is started by no step")
            if not book.is_mark(timer) and not lapses:
                book.fault(
                    row["line"],
                    f"{where}: lapse step {row['on lapse']} exists in no procedure that starts it",
                )
            for name in {s.split(".")[0] for s in starts}:
                machine = book.machines[name]
                if not book.is_mark(timer) and not any(s in machine.steps for s in book.lapse_steps(timer)):
                    book.fault(
                        row["line"], f"{where}: {name} starts it but has no step {book.lapse_steps(timer)}"
                    )
                stopped = any(s.startswith(name + ".") for s in stops)
                ends = [
                    s
                    for s in machine.steps.values()
                    if any(machine.states[t].end for t in s.targets if t in machine.states)
                ]
                if book.is_mark(timer) and not stopped and not ends:
                    book.fault(row["line"], f"{where}: nothing in {name} stops it")
                for lapse in book.lapse_steps(timer):
                    step = machine.steps.get(lapse)
                    if step and "SYSTEM" not in step.by:
                        book.fault(
                            step.line, f"{name}.{lapse} is the lapse of {timer} but SYSTEM may not do it"
                        )
                for code in book.waits_in(timer):
                    if code not in machine.states:
                        book.fault(row["line"], f"{where} waits in {code}, not a state of {name}")
            ended = list(dict.fromkeys(stops + lapses))
            if (row["started by"], row["ended by"]) != (joined(starts), joined(ended)):
                book.fault(
                    row["line"],
                    f"{where}: started/ended columns are not those of the step tables (run --write)",
                )

    def notices(self) -> None:
        for notice, row in self.book.notices.items():
            sections = self.book.sections_of(notice)
            if not sections:
                self.book.fault(row["line"], f"notice {notice} is issued by no step")
            if row["procedure"] != sections:
                self.book.fault(
                    row["line"],
                    f"notice {notice}: procedure says {row['procedure']!r}, "
                    f"the steps say {sections!r} (run --write)",
                )

    def interactions(self) -> None:
        """The table of section 22: at most 40 rows, each with a clause."""
        rows, inside = [], False
        for number, line in enumerate(self.book.lines, 1):
            if HEADING.match(line):
                inside = "Interactions between procedures" in line
            elif inside and line.startswith("|"):
                rows.append((number, [c.strip() for c in line.strip().strip("|").split("|")]))
        if not rows:
            self.book.fault(None, "no section 'Interactions between procedures'")
        if len(rows) > 42:
            self.book.fault(rows[0][0], f"{len(rows) - 2} interactions, 40 are allowed")
        every = set(self.book.timers) | {
            n for m in self.book.machines.values() for n in [*m.states, *m.steps]
        }
        for number, cells in rows[2:]:
            if len(cells) != 5 or not all(cells):
                self.book.fault(number, "interaction row without five filled cells")
            elif not (CLAUSE.search(cells[4]) or AMB.search(cells[4])):
                self.book.fault(number, "interaction row cites no clause")
            for name in TICKED.findall(" ".join(cells)):
                if name not in every:
                    self.book.fault(number, f"`{name}` is no step, state or timer")


def closure(starts, onward) -> set:
    seen, queue = set(starts), list(starts)
    while queue:
        for code in onward.get(queue.pop(), ()):
            if code not in seen:
                seen.add(code)
                queue.append(code)
    return seen


def body(role: str) -> str:
    if role == "LEGAL_REP":
        return "APPLICANT"
    return role.removesuffix("_OFFICER").removesuffix("_APPROVER")


def as_data(book: Book) -> dict:
    def pick(step: Step, verb: str) -> list:
        return [
            {"timer": name, "when": condition} if condition else name
            for v, name, condition in step.clock
            if v == verb
        ]

    procedures = []
    for machine in book.machines.values():
        states = []
        for state in machine.states.values():
            row = {"code": state.code, "label": state.label, "holder": state.roles, "end": state.end}
            row |= {"waits_for_timers": state.timers} if state.timers else {}
            row |= {"waits_for_children": state.children} if state.children else {}
            states.append(row)
        steps = []
        for step in machine.steps.values():
            row = {
                "name": step.name,
                "from": [] if step.creates else step.sources,
                "to": step.sources if step.stays else step.targets,
                "by": step.by,
                "requires": "" if step.requires == NONE else step.requires,
                "effects": "" if step.effects == NONE else step.effects,
                "issues": step.issues,
                "starts": pick(step, "start"),
                "stops": pick(step, "stop"),
                "clauses": step.clauses,
            }
            extra = {
                "creates": step.creates,
                "no_change": step.stays,
                "to_state_it_came_from": step.back,
                "to_when": step.when,
                "countersigned_by": step.together,
                "within": [".".join(pair) for pair in step.within],
                "causes": list(dict.fromkeys(".".join(pair) for pair in step.cascades)),
                "restarts": pick(step, "restart"),
                "extends": pick(step, "extend"),
                "pauses": pick(step, "pause"),
                "resumes": pick(step, "resume"),
                "holds_clocks": any(v == "hold" for v, _, _ in step.clock),
                "releases_clocks": any(v == "release" for v, _, _ in step.clock),
                "lapse_of": [t for t in book.timers if f"{machine.name}.{step.name}" in book.lapsed_by(t)],
            }
            steps.append(row | {key: value for key, value in extra.items() if value})
        procedures.append(
            {
                "procedure": machine.name,
                "section": int(machine.section),
                "starts_in": machine.starts,
                "states": states,
                "steps": steps,
            }
        )
    timers = []
    for code, row in book.timers.items():
        timers.append(
            {
                "code": code,
                "name": row["name"],
                "against": row["against"],
                "setting": row["setting"],
                "settings": SETTING.findall(row["setting"]),
                "on_warning": row["on warning"].replace(NONE, ""),
                "lapse": "mark" if book.is_mark(code) else "step",
                "on_lapse": row["on lapse"].replace("`", ""),
                "lapse_waits_in": book.waits_in(code),
                "started_by": book.used_by(code, {"start", "restart"}),
                "stopped_by": book.used_by(code, {"stop"}),
                "lapses_by": book.lapsed_by(code),
            }
        )
    notices = [
        {
            "code": code,
            "title": row["Chinese title"],
            "signed_by": row["signed by"],
            "issued_by": [
                f"{m.name}.{s.name}"
                for m in book.machines.values()
                for s in m.steps.values()
                if code in s.issues
            ],
        }
        for code, row in book.notices.items()
    ]
    roles = [{"codes": codes, "who": who, "label": label} for codes, who, label in book.role_rows]
    return {
        "schema_version": 1,
        "roles": roles,
        "procedures": procedures,
        "timers": timers,
        "notices": notices,
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workflows", type=Path)
    parser.add_argument("--write", action="store_true", help="redraw diagrams and derived columns in place")
    parser.add_argument(
        "--yaml", type=Path, metavar="OUT", help="write the tables as YAML when there is no fault"
    )
    options = parser.parse_args()
    book = Book(options.workflows)
    if options.write:
        book.write_back()
        book = Book(options.workflows)
    checks = Checks(book, options.workflows.parent)
    checks.run()
    for text in book.faults:
        print(text)
    states = sum(len(m.states) for m in book.machines.values())
    steps = sum(len(m.steps) for m in book.machines.values())
    print(
        f"{len(book.machines)} procedures, {states} states, {steps} steps, {len(book.timers)} timers, "
        f"{len(book.notices)} notices, {checks.configurations} configurations visited: "
        + (f"{len(book.faults)} faults" if book.faults else "no fault")
    )
    if book.faults:
        return 1
    if options.yaml:
        text = yaml.safe_dump(as_data(book), allow_unicode=True, sort_keys=False, width=160)
        options.yaml.write_text(GENERATED + text, encoding="utf-8")
        print(f"written: {options.yaml}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
