"""Fills a migrated, empty database with cases as if a province had worked for years, from a seed.

    DATABASE_URL=… python -m bench.gen --cases 100000 --seed 7 [--shape desk|recommended] [--sealed]

Rows go straight into the portal's tables, by COPY or executemany, because taking a million steps would take
hours; their ledgers are chained as the steps would have chained them. The shape is the same at every size: one
office has two fifths of all cases, one of its officers two fifths of those, one enterprise a case in two hundred.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
from dataclasses import dataclass
from typing import Any

if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

from accounts.models import Organization
from accounts.roles import Kind, Role
from accreditation.models import Consultation, Program, ProviderApplication, Round
from accreditation.summary import ConditionSummary
from bench.cast import Cast
from bench.loading import Loader
from core import calendar, clock, uscc
from core.findings import Finding
from workflow.deadlines import Deadline, Pause
from workflow.ledger import Checkpoint, LedgerEntry, LedgerIndex, canonical, header_of, sm3
from workflow.models import Case, CaseParty, CaseSeries
from workflow.perform import NO_DEADLINE

START = "0" * 64
CHUNK = 5_000
BUSIEST_OFFICE = 0.4
BUSIEST_ENTERPRISE = 200  # one closed case in so many is of the same enterprise
STEPS = {
    "submit": ("draft", "submitted", Role.APPLICANT, "SX-50"),
    "accept": ("submitted", "initial_review", Role.CITY_OFFICER, "SX-51"),
    "request_correction": ("initial_review", "correction", Role.CITY_OFFICER, "AMB-G07"),
    "consult": ("initial_review", "peer_consultation", Role.CITY_OFFICER, "SX-52"),
    "close_consultation": ("peer_consultation", "recommendation", Role.CITY_OFFICER, "SX-52"),
    "recommend": ("recommendation", "provincial_evaluation", Role.CITY_APPROVER, "SX-53"),
    "withdraw": ("submitted", "withdrawn", Role.APPLICANT, "AMB-G11"),
}
REVIEWED = ("submit", "accept", "consult", "close_consultation")
# How a case came to stand where it stands, and how many in a hundred stand there.
PATHS = {
    "draft": ((), 6),
    "submitted": (("submit",), 24),
    "initial_review": (("submit", "accept"), 20),
    "correction": (("submit", "accept", "request_correction"), 6),
    "peer_consultation": (REVIEWED[:3], 14),
    "recommendation": (REVIEWED, 8),
    "provincial_evaluation": ((*REVIEWED, "recommend"), 12),
    "withdrawn": (("submit", "withdraw"), 10),
}
CITY_REVIEW = ("city_review", "市级初审", "AMB-S09", "body", 20)
PEER_REPLY = ("peer_reply", "同级部门复函", "AMB-S07", "party", 5)
CLOCKS = {
    "submitted": ("completeness", "材料齐全性审查", "AMB-G07", "body", 5),
    "initial_review": CITY_REVIEW,
    "correction": ("correction", "补正", "AMB-G07", "party", 15),
    "recommendation": CITY_REVIEW,
    "provincial_evaluation": ("province_evaluation", "省级评定", "AMB-S09", "body", 20),
}
# Meanwhile the city's clock stands.
PAUSED_BY = {"correction": "correction", "peer_consultation": "consultation"}
SHAPES = {"desk": {state: share for state, (_, share) in PATHS.items()}, "recommended": {"recommendation": 1}}
TABLES = (Organization, Case, ProviderApplication, Consultation, CaseParty, ConditionSummary, Deadline, Pause,
          LedgerEntry, LedgerIndex)  # fmt: skip
MARKS = ("ok man ok ok", "ok ok ok no", "man man ok ok", "ok ok man ok", "no man ok ok")
SYLLABLES = "晋汾恒岳云盛华通达瑞丰泰康源博远鸿腾信诚"
TRADES = ("外贸综合服务", "进出口服务", "供应链管理", "国际贸易", "跨境电商服务")


@dataclass
class Told:
    """What the ledger of one case tells when its last step is written."""

    version: int = 0
    head: str = ""


class World:
    """The cases of one database. Ids are given here, so that the same seed makes the same rows."""

    def __init__(self, loader: Loader, cast: Cast, *, seed: int, shape: str, now: dt.datetime, sealed: bool):
        self.rnd, self.cast, self.now, self.sealed = random.Random(seed), cast, now, sealed
        self.states, self.weights = list(SHAPES[shape]), list(SHAPES[shape].values())
        self.program, self.round = Program.objects.get(code="sx-provider"), Round.objects.first()
        self.first_organization = Organization.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
        self.organizations = self.cases = self.entries = self.places = 0
        self.global_head = START
        self.loader, self.text = loader, loader.text
        (self.organization, self.case, self.application, self.consultation, self.party, self.summary,
         self.deadline, self.pause, self.entry, self.place) = loader.tables.values()  # fmt: skip
        self.details = {name: canonical(_detail(clause)) for name, (*_, clause) in STEPS.items()}
        self.details["send"] = canonical(_detail("SX-52", cause="ProviderApplication.consult"))
        self.details["answer"] = canonical(_detail("SX-52"))
        self.findings = [json.dumps(_findings(marks), ensure_ascii=False) for marks in MARKS]
        self.due_of = _due_days(clock.local(now).date())
        self._enterprise(cast.busiest)

    def add_application(self) -> None:
        """One application, its parties, its ledger, its clock, and where departments are asked, their cases."""
        rnd = self.rnd
        state = rnd.choices(self.states, self.weights)[0]
        path = PATHS[state][0]
        office = self.cast.busiest if rnd.random() < BUSIEST_OFFICE else rnd.choice(self.cast.others)
        is_closed = state == "withdrawn"
        of_the_busiest = is_closed and rnd.randrange(20) == 0
        applicant = self.first_organization if of_the_busiest else self._enterprise(office)
        name = self.name_of(applicant)
        self.cases += 1
        pk = self.cases
        opened = self.now - dt.timedelta(days=rnd.randrange(1, 40), seconds=rnd.randrange(86_400))
        moved = opened + dt.timedelta(hours=len(path))
        role = ProviderApplication.holders.get(ProviderApplication.State(state))
        parties = {"applicant": applicant}
        if path:
            parties |= {"city": office.pk, "province": self.cast.province.pk}
        holder = _body_of(role, parties)
        due_at = self._clock(pk, state)
        told = self._chapter(pk, path, opened, applicant, office)
        claimed = office.officers[0] if role == Role.CITY_OFFICER and rnd.random() < BUSIEST_OFFICE else None
        self.case.add(
            id=pk, kind="ProviderApplication", reference=self._reference("WZ14", pk), title=name, state=state,
            came_from=STEPS[path[-1]][0] if path else "", version=told.version, ledger_head=told.head,
            applicant_id=applicant, region_id=office.region, holder_organization_id=holder, holder_role=role or "",
            claimed_by_id=claimed.user if claimed else None, party_ids=json.dumps(parties),
            exclusive_key=None if is_closed else f"ProviderApplication:{applicant}",
            rules_on=str(opened.date()) if path else None, due_at=due_at and self.text(due_at),
            queue_at=None if is_closed else self.text(due_at or moved + NO_DEADLINE),
            is_overdue=due_at is not None and due_at <= self.now, opened_at=self.text(opened),
            moved_at=self.text(moved), closed_at=self.text(moved) if is_closed else None,
        )  # fmt: skip
        day = str(opened.date()) if path else None
        self.application.add(
            case_ptr_id=pk, program_id=self.program.pk, round_id=self.round.pk if self.round and path else None,
            first_submitted_on=day, received_on=day, accepted_on=day if "accept" in path else None,
            review_opened_at=self.text(moved) if "accept" in path else None,
            evaluation_opened_at=self.text(moved) if "recommend" in path else None,
        )  # fmt: skip
        self._parties(pk, parties)
        if path:
            kind = rnd.randrange(len(MARKS))
            self.summary.add(
                application_id=pk,
                marks=MARKS[kind],
                findings=self.findings[kind],
                measured_at=self.text(moved),
            )
        if state == "peer_consultation":
            for department, is_answered in zip(self.cast.departments, (True, False), strict=True):
                self._consultation(pk, applicant, office, department, moved, is_answered=is_answered)

    def _consultation(self, parent, applicant, office, department, at, *, is_answered: bool) -> None:
        self.cases += 1
        pk, parties = self.cases, {"city": office.pk, "department": department.pk}
        said = [("send", "", "pending", Role.CITY_OFFICER)]
        if is_answered:
            said.append(("answer", "pending", "answered", Role.DEPARTMENT))
        told = Told()
        for step, from_state, to_state, role in said:
            actor = department.officers[0] if role == Role.DEPARTMENT else office.officers[0]
            self._write(told, pk, step, from_state, to_state, role, actor, at)
        due_at = None if is_answered else self.due_of[5]
        self.case.add(
            id=pk, kind="Consultation", reference=self._reference("YJ14", pk), title=self.name_of(applicant),
            state=said[-1][2], came_from=said[-1][1], version=told.version, ledger_head=told.head, root_id=parent,
            parent_id=parent, applicant_id=applicant, region_id=office.region,
            holder_organization_id=None if is_answered else department.pk,
            holder_role="" if is_answered else Role.DEPARTMENT, party_ids=json.dumps(parties),
            rules_on=str(at.date()), due_at=due_at and self.text(due_at), queue_at=due_at and self.text(due_at),
            opened_at=self.text(at), moved_at=self.text(at), closed_at=self.text(at) if is_answered else None,
        )  # fmt: skip
        self.consultation.add(
            case_ptr_id=pk, stage="peer", department_id=department.pk, question="该企业近三年有无违法违规记录？",
            opinion="agree" if is_answered else "", answered_at=self.text(at) if is_answered else None,
        )  # fmt: skip
        self._parties(pk, parties)
        if due_at:
            self._deadline(pk, PEER_REPLY, due_at)

    def _enterprise(self, office) -> int:
        pk = self.first_organization + self.organizations
        self.organizations += 1
        self.organization.add(
            id=pk, kind=Kind.ENTERPRISE, name=self.name_of(pk), region_id=office.region,
            uscc=uscc.generate(f"{140100 + self.organizations % 11 * 100}", self.organizations % 1_000_000),
        )  # fmt: skip
        return pk

    @staticmethod
    def name_of(organization: int) -> str:
        a, rest = organization % 20, organization // 20
        return f"山西{SYLLABLES[a]}{SYLLABLES[rest % 20]}{rest // 20}{TRADES[organization % 5]}有限公司"

    def _reference(self, prefix: str, pk: int) -> str:
        return f"{prefix}-{self.now.year}-{pk:04d}"

    def _parties(self, pk: int, parties: dict[str, int]) -> None:
        for relation, organization in parties.items():
            self.party.add(case_id=pk, relation=relation, organization_id=organization)

    def _clock(self, pk: int, state: str) -> dt.datetime | None:
        if state in PAUSED_BY:
            self._deadline(pk, CITY_REVIEW, self.due_of[20], status=Deadline.Status.STANDING)
            self.pause.add(case_id=pk, reason=PAUSED_BY[state], started_on=str(self.now.date()))
        if state not in CLOCKS:
            return None
        due_at = self.due_of[self.rnd.randrange(-2, CLOCKS[state][4])]
        self._deadline(pk, CLOCKS[state], due_at)
        return due_at

    def _deadline(
        self, pk: int, timer: tuple[str, str, str, str, int], due_at: dt.datetime, **more: Any
    ) -> None:
        code, label, clause, against, length = timer
        day = clock.local(due_at).date() - dt.timedelta(days=1)
        self.deadline.add(
            case_id=pk, code=code, label=label, clause=clause, against=against, unit="working_day", length=length,
            starts_on=str(day), due_on=str(day), due_at=self.text(due_at), **more,
        )  # fmt: skip

    # --- The ledger ------------------------------------------------------------------------------------------
    def _chapter(self, pk: int, path: tuple[str, ...], opened: dt.datetime, applicant: int, office) -> Told:
        told = Told()
        for hours, step in enumerate(path):
            from_state, to_state, role, _clause = STEPS[step]
            if role == Role.APPLICANT:
                actor = self.cast.handler(applicant)
            else:
                actor = office.approvers[0] if role == Role.CITY_APPROVER else office.officers[0]
            at = opened + dt.timedelta(hours=hours)
            self._write(told, pk, step, from_state, to_state, role, actor, at)
        return told

    def _write(self, told: Told, pk: int, step, from_state, to_state, role, actor, at: dt.datetime) -> None:
        told.version += 1
        self.entries += 1
        prepared_by = actor.prepared_by if role == Role.CITY_APPROVER else None
        header = header_of(
            pk, told.version, step, from_state, to_state, role, actor.user, actor.person, actor.organization,
            prepared_by, at,
        )  # fmt: skip
        body, before = f"{header}\n{self.details[step]}", told.head or START
        told.head = sm3(before.encode() + body.encode())
        self.entry.add(
            id=self.entries, case_id=pk, sequence=told.version, step=step, from_state=from_state, to_state=to_state,
            role=role, user_id=actor.user, person_id=actor.person, organization_id=actor.organization,
            prepared_by_id=prepared_by, at=self.text(at), body=body, prev_hash=before, hash=told.head,
        )  # fmt: skip
        if self.sealed:
            self.places += 1
            self.global_head = sm3(self.global_head.encode() + told.head.encode())
            self.place.add(index=self.places, entry_id=self.entries, chain_hash=self.global_head)


def _body_of(role: Role | None, parties: dict[str, int]) -> int | None:
    if role is None or role == Role.APPLICANT:
        return parties["applicant"] if role else None
    return parties["province" if role in (Role.PROV_OFFICER, Role.PROV_APPROVER) else "city"]


def _detail(clause: str, cause: str = "") -> dict[str, Any]:
    finding = Finding(clause, True, "9", "9", code="checklist_complete").as_dict()
    return {"clauses": [clause], "cause": cause, "findings": [finding] * 2, "inputs": sm3(b"{}"), "said": {}}


def _findings(marks: str) -> dict[str, list[dict[str, Any]]]:
    """What stands behind the four marks: one finding each, of the condition's first clause."""
    said = {"ok": True, "no": False, "man": None}
    clauses = ("SX-27", "SX-29", "SX-33", "SX-37")
    return {
        f"C{number}": [Finding(clause, said[mark], code=clause).as_dict()]
        for number, (clause, mark) in enumerate(zip(clauses, marks.split(), strict=True), 1)
    }


def _due_days(today: dt.date) -> dict[int, dt.datetime]:
    """The end of the n-th working day from today; before today where n is negative."""
    ahead = {n: calendar.add_working_days(today, n) for n in range(21)}
    behind = {n: today + dt.timedelta(days=n) for n in range(-5, 0)}
    return {n: calendar.end_of_day(day) for n, day in (ahead | behind).items()}


def fill(*, cases: int, seed: int, shape: str, sealed: bool) -> World:
    """Fill the default database. The same seed, shape and moment make the same rows, to the byte."""
    now = clock.now().replace(microsecond=0)
    cast = Cast.appoint(now.date())
    with Loader(TABLES) as loader:
        world = World(loader, cast, seed=seed, shape=shape, now=now, sealed=sealed)
        while world.cases < cases:
            world.add_application()
            loader.flush(CHUNK)
    CaseSeries.objects.bulk_create(
        CaseSeries(key=f"{prefix}-{now.year}", last=world.cases) for prefix in ("WZ14", "YJ14")
    )
    if sealed:
        Checkpoint.objects.create(size=world.places, chain_hash=world.global_head, sealed_at=now)
    return world


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--shape", choices=sorted(SHAPES), default="desk")
    parser.add_argument(
        "--sealed", action="store_true", help="give every entry its place in the global chain"
    )
    options = parser.parse_args()
    world = fill(cases=options.cases, seed=options.seed, shape=options.shape, sealed=options.sealed)
    print(f"{world.cases} cases, {world.entries} ledger entries, {world.organizations} enterprises")


if __name__ == "__main__":
    main()
