"""What people do in a story, each act by the person whose act it is, through the doors everybody uses.

An act is a method: `submit` submits. What only a person can know (a reason, an opinion) stands in `words`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.actors import VISITOR, Actor
from accounts.models import Organization
from accounts.roles import Role
from accreditation import checklist, filing, papers, selectors, summary
from accreditation.models import CorrectionItem, Program, ProviderApplication
from accreditation.register import Accreditation
from accreditation.review import CreditCheck, CriterionVerdict, MaterialVerdict
from accreditation.rules import CORE_SERVICES
from accreditation.sheets import CLIENTS, TRADE
from core import clock
from documents.notices import service as notices
from documents.notices.models import Notice
from portal.demo import words
from portal.demo.inputs import DEFECTS, GROUNDS, INPUTS, OPINIONS
from portal.demo.people import People
from portal.demo.shelf import SCANS, Shelf
from portal.demo.thread import Thread
from portal.demo.title_acts import TitleActs
from publicity.register import file_objection, hear_applicant
from workflow import holding
from workflow.cases import Case
from workflow.perform import perform
from workflow.preparing import countersign, propose


class Acts(TitleActs):
    """The acts by name. What is no method here is a step that needs no more than its inputs."""

    def __init__(self, people: People, shelf: Shelf) -> None:
        self.people, self.shelf = people, shelf

    def do(self, thread: Thread, name: str, argument: str) -> None:
        thread.reload()
        act = getattr(self, name, None)
        if act is not None:
            act(thread, argument)
        else:
            self._step(thread.application, name, self._who_takes(thread, name))

    # --- Who ------------------------------------------------------------------------------------------------
    def _of_body(self, thread: Thread, organization: Organization, role: Role, turn: int = 0) -> Actor:
        """The person of a body in a role; where there are two, stories take turns."""
        found = [a for a in self.people.actors.values() if a.organization == organization and role in a.roles]
        return found[(thread.number + turn) % len(found)]

    def _city(self, thread: Thread, role: Role = Role.CITY_OFFICER) -> Actor:
        return self._of_body(thread, thread.application.bodies()["city"], role)

    def _province(self, thread: Thread, role: Role = Role.PROV_OFFICER) -> Actor:
        return self._of_body(thread, thread.application.program.department(), role)

    def _colleague(self, thread: Thread, role: Role = Role.PROV_OFFICER) -> Actor:
        """Who of the province took no part in the case: objections are theirs (AMB-G17)."""
        return self._of_body(thread, thread.application.program.department(), role, turn=1)

    def _who_takes(self, thread: Thread, step: str) -> Actor:
        """Where city and province both may, the one that holds the case."""
        roles = thread.application.steps[step].by
        if Role.APPLICANT in roles:
            return self.people.handler(thread.firm.key)
        of_city = [role for role in roles if role in (Role.CITY_OFFICER, Role.CITY_APPROVER)]
        of_province = [role for role in roles if role in (Role.PROV_OFFICER, Role.PROV_APPROVER)]
        if of_city and not (of_province and thread.application.holder_role.startswith("PROV")):
            return self._city(thread, of_city[0])
        return self._province(thread, of_province[0])

    def _step(self, case: Case, name: str, actor: Actor, **inputs: Any) -> Case:
        return perform(
            case, name, actor=actor, expected_version=case.version, **(inputs or INPUTS.get(name, {}))
        )

    # --- The enterprise -------------------------------------------------------------------------------------
    def begin(self, thread: Thread, argument: str) -> None:
        program = Program.objects.in_bulk(field_name="code")[thread.days.program]
        thread.reference = filing.begin(program, self.people.handler(thread.firm.key)).reference

    def fill(self, thread: Thread, argument: str) -> None:
        """All materials, or with "some" the first two and a half."""
        application, actor, firm = thread.application, self.people.handler(thread.firm.key), thread.firm
        materials = {m["code"]: m for m in application.program.materials}

        def save(code: str, **content: Any) -> None:
            filing.save_material(application, actor, code, seen="", **content)

        def hand_in(*slots: str) -> None:
            for slot in slots:
                self.shelf.hand_in(application, actor, firm, slot)

        save("application_report", parts=materials["application_report"]["contents"])
        hand_in("application_report", "business_licence")
        if argument == "some":
            save("service_process_proof", parts=["报关", "报检", "物流"])
            return
        contents = materials["service_process_proof"]["contents"]
        offered = [s for s in contents if s in CORE_SERVICES or (len(s) + firm.phone.count("1")) % 3]
        save("service_process_proof", parts=offered, not_offered=[s for s in contents if s not in offered])
        save("platform_description", text={
            "modules": "订单管理、报关协同、物流跟踪、退税管理、收结汇管理、风险评价、数据统计",
            "operation": f"“{firm.platform}”注册企业 312 家，近一年处理订单 2460 笔。",
        })  # fmt: skip
        save("audit_report", text={"fiscal_year": clock.today().year - 1, "firm": "山西某某会计师事务所"})
        filing.save_team(
            application, actor,
            [{"name": n, "post": p, "qualification": q, "is_insured": True} for n, p, q in firm.team],
            seen="", note="",
        )  # fmt: skip
        hand_in(
            "service_process_proof", "client_contracts", "trade_volume_proof", "platform_description",
            "legal_rep_id", "staff_qualification", *(["platform_authorisation"] if firm.is_licensed else []),
        )  # fmt: skip
        report = self.shelf.hand_in(
            application, actor, firm, "audit_report", variant="short" if thread.story.audit == "short" else ""
        )
        if firm.key == words.KEEPS_ITS_REPORT_CONFIDENTIAL:
            filing.state_confidentiality(application, actor, report, words.WHY_CONFIDENTIAL)
        made_on = thread.days.table_day(clock.today())
        for sheet, spoilt in ((CLIENTS, "bad_clients"), (TRADE, "bad_trade")):
            variant = thread.story.table
            own = variant in (spoilt, "short") and not (sheet is TRADE and variant == "short")
            self.shelf.take_table(application, actor, sheet, variant if own else "good", made_on)

    def ask_signature(self, thread: Thread, argument: str) -> None:
        filing.ask_for_signature(thread.application, self.people.handler(thread.firm.key))

    def sign(self, thread: Thread, argument: str) -> None:
        application = thread.application
        countersign(
            application,
            argument or "submit",
            actor=self.people.legal_representative(thread.firm.key),
            statement=filing.statement_of(application),
        )

    def read(self, thread: Thread, argument: str) -> None:
        """The enterprise opens what it was sent last: from now on its days run."""
        notice = Notice.objects.filter(case__reference=thread.reference).latest("pk")
        notices.read(notice, actor=self.people.handler(thread.firm.key), now=clock.now())

    def answer_defect(self, thread: Thread, argument: str) -> None:
        """The first point of the notice is put right; the others are still open."""
        self._answer(
            thread, CorrectionItem.objects.filter(request__application__reference=thread.reference)[:1]
        )

    def correct(self, thread: Thread, argument: str) -> None:
        self._answer(thread, CorrectionItem.objects.filter(request__application__reference=thread.reference))

    def _answer(self, thread: Thread, items: Any) -> None:
        application, actor = thread.application, self.people.handler(thread.firm.key)
        for item in items:
            slot = filing.SLOTS_OF[item.material][0]
            earlier = application.attachments.standing().filter(slot=slot).first()
            self.shelf.hand_in(application, actor, thread.firm, slot, replaces=earlier)
            name = SCANS[slot][0]
            seen = filing.seen_answer(item)
            filing.answer_defect(application, actor, item, f"已重新上传“{name}”，请审核。", seen=seen)

    # --- City and province: papers --------------------------------------------------------------------------
    def claim(self, thread: Thread, argument: str) -> None:
        application = thread.application
        holding.claim(
            application,
            actor=self._of_body(thread, application.holder_organization, Role(application.holder_role)),
        )

    def check(self, thread: Thread, argument: str) -> None:
        """Every point of every material looked at; with "half" half of them, with "defects" one found wanting."""
        application, officer = thread.application, self._city(thread)
        points = [
            (spec["code"], point)
            for spec in application.program.materials
            for point in checklist.applicable(application, spec)
        ]
        if argument == "half":
            points = points[: len(points) // 2]
        wanting = ("audit_report", "year_complete") if argument == "defects" else None
        MaterialVerdict.objects.filter(application=application, organization=officer.organization).delete()
        MaterialVerdict.objects.bulk_create(
            MaterialVerdict(
                application=application,
                material=code,
                point=point.code,
                ok=(code, point.code) != wanting,
                problem="" if (code, point.code) != wanting else str(point.problem),
                remedy="" if (code, point.code) != wanting else str(point.remedy),
                **_by(officer),
            )
            for code, point in points
        )

    def request_correction(self, thread: Thread, argument: str) -> None:
        self._step(thread.application, "request_correction", self._city(thread), defects=DEFECTS)

    def judge(self, thread: Thread, argument: str) -> None:
        """What a person finds out about the four conditions; with "half" without the registers and the trade."""
        application, officer = thread.application, self._city(thread)
        CriterionVerdict.objects.bulk_create(
            CriterionVerdict(
                application=application,
                criterion=code,
                ok=True,
                evidence="第 8 项第 3 页、第 1 项第 2 页",
                **_by(officer),
            )
            for code in papers.CRITERIA
        )
        if argument != "half":
            self._query(application, officer, hit=False)
            application.trade_records.update(verified_by=officer.user, verified_at=clock.now())
        summary.measure(application)

    def query_again(self, thread: Thread, argument: str) -> None:
        """The province queries the registers anew; with "hit" customs knows of a penalty."""
        application = thread.application
        self._query(application, self._province(thread), hit=argument == "hit")
        summary.measure(application)

    def _query(self, application: ProviderApplication, officer: Actor, *, hit: bool) -> None:
        CreditCheck.objects.bulk_create(
            CreditCheck(
                application=application,
                subject=subject,
                item=item,
                source="中国海关企业进出口信用信息公示平台" if item == "海关" else "信用中国（山西）",
                queried_on=clock.today(),
                is_hit=hit and item == "海关",
                occurred_on=_day_of_penalty(application) if hit and item == "海关" else None,
                note="申报不实，罚款 1.2 万元" if hit and item == "海关" else "",
                **_by(officer),
            )
            for subject, items in papers.credit_items(application).items()
            for item in items
        )

    def count_paper(self, thread: Thread, argument: str) -> None:
        papers.tick_paper_copies(thread.application, actor=self._city(thread), copies=10)

    def note(self, thread: Thread, argument: str) -> None:
        holding.add_note(
            thread.application, actor=self._city(thread), text="已电话联系企业，下周补送两份合同原件备查。"
        )

    def evaluate(self, thread: Thread, argument: str) -> None:
        members = [
            {"name": "韩立新", "organization": "省商务厅", "vote": "同意"},
            {"name": "段晓峰", "organization": "太原海关", "vote": "同意"},
            {"name": "郝丽娟", "organization": "省税务局", "vote": "同意"},
        ]
        papers.record_evaluation(
            thread.application, actor=self._province(thread), held_on=clock.today(), members=members,
            minutes="会议听取了初审情况和会同部门意见，逐项核对四项条件，一致同意认定。", answers="对所提意见已逐条核实，不影响条件认定。",
        )  # fmt: skip

    # --- Prepared by one, decided by another ----------------------------------------------------------------
    def propose(self, thread: Thread, argument: str) -> None:
        step = argument.partition(":")[0]
        city = step in ("recommend", "refuse_recommendation", "reject_acceptance")
        officer = self._city(thread) if city else self._province(thread)
        propose(thread.application, step, actor=officer, **INPUTS[argument])

    def refuse(self, thread: Thread, argument: str) -> None:
        inputs = INPUTS[f"refuse:{argument}" if argument else "refuse"]
        self._step(thread.application, "refuse", self._province(thread, Role.PROV_APPROVER), **inputs)

    def serve_prior_notice(self, thread: Thread, argument: str) -> None:
        self._step(thread.application, "serve_prior_notice", self._province(thread), **GROUNDS[argument])

    # --- Departments ----------------------------------------------------------------------------------------
    def answer(self, thread: Thread, argument: str) -> None:
        """All of a stage agree, or one department by its field: "税务=object"."""
        application = thread.application
        if argument in ("peer", "joint"):
            for child in selectors.consultations(application, argument):
                self._reply(child, "agree")
            return
        field, _equals, opinion = argument.partition("=")
        open_ones = application.children.filter(kind="Consultation", closed_at=None)
        child = next(c.as_procedure() for c in open_ones if c.as_procedure().department.field == field)
        self._reply(child, opinion)

    def _reply(self, child: Any, opinion: str) -> None:
        self._step(
            child,
            "answer",
            self.people.department(child.department),
            opinion=opinion,
            reasons=OPINIONS.get(opinion, ""),
        )

    # --- Objections -----------------------------------------------------------------------------------------
    def object(self, thread: Thread, argument: str) -> None:
        if argument == "anonymous":
            said: dict[str, Any] = {"is_anonymous": True, "facts": words.FACTS_OF_LEAD}
        else:
            said = {"objector_name": "周平", "contact": "13800000000", "facts": words.FACTS_OF_OBJECTION}
        file_objection(thread.posting, actor=VISITOR, **said)

    def admit(self, thread: Thread, argument: str) -> None:
        self._step(thread.objection, "admit", self._colleague(thread))

    def hear(self, thread: Thread, argument: str) -> None:
        hear_applicant(thread.objection, actor=self.people.handler(thread.firm.key), text=words.HEARD)

    def retract(self, thread: Thread, argument: str) -> None:
        objector = Actor(
            Role.VISITOR, roles=frozenset({Role.VISITOR}), receipt_code=thread.objection.receipt_code
        )
        self._step(thread.objection, "retract", objector)

    def dismiss(self, thread: Thread, argument: str) -> None:
        self._conclude(thread, "dismiss", findings="经核查，所列企业与被异议企业没有关联关系，异议不成立。")

    def sustain(self, thread: Thread, argument: str) -> None:
        self._conclude(thread, "sustain", findings="经核查，异议所述情况属实，异议成立。", about=argument)

    def propose_on_objection(self, thread: Thread, argument: str) -> None:
        propose(thread.objection, argument, actor=self._colleague(thread), **INPUTS[argument])

    def reject_objection(self, thread: Thread, argument: str) -> None:
        self._conclude(thread, "reject", **INPUTS["reject"])

    def _conclude(self, thread: Thread, step: str, **inputs: Any) -> None:
        self._step(thread.objection, step, self._colleague(thread, Role.PROV_APPROVER), **inputs)

    # --- The title ------------------------------------------------------------------------------------------
    def hand_over_plaque(self, thread: Thread, argument: str) -> None:
        title = Accreditation.objects.get(parent__reference=thread.reference)
        self._step(
            title, "hand_over_plaque", self._province(thread), plaque_number=f"晋外综 {title.number[-4:]}",
            handed_on=clock.today().isoformat(), receiver=thread.firm.handlers[0],
        )  # fmt: skip


def _day_of_penalty(application: ProviderApplication) -> dt.date:
    """A day inside the window in which violations count."""
    return application.compliance_window_start() + dt.timedelta(days=200)


def _by(officer: Actor) -> dict[str, Any]:
    return {"organization": officer.organization, "officer": officer.user, "at": clock.now()}
