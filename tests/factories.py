"""The smallest honest things: people, enterprises, applications ready to be filed. States are walked to.

`walk` takes steps through `perform`, as the right person with the least that the step needs, so the ledger of
a case in a later state is as real as in service.
"""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from importlib import import_module

from django.db import connection

from accounts.actors import SYSTEM, VISITOR, Actor
from accounts.models import EnterpriseProfile, Membership, Organization, Person, Region, User
from accounts.roles import Kind, Role
from accreditation.materials import ServedClient, TradeRecord
from accreditation.models import Program, ProviderApplication
from accreditation.review import CreditCheck, CriterionVerdict, EvaluationRecord
from core import calendar, clock, uscc
from documents.attachments.models import Attachment
from publicity.register import file_objection
from tests.once import once
from workflow.cases import Case
from workflow.perform import open_draft, perform
from workflow.preparing import countersign, propose
from workflow.relations import Relation

USCCS = [uscc.generate("140100", serial) for serial in range(1, 61)]
OUTSIDE_USCC = uscc.generate("420100", 1)
_serial = itertools.count(101)  # below, tests number enterprises of their own


def person(
    name: str = "", organization: Organization | None = None, *roles: Role, human: Person | None = None
) -> Actor:
    """Somebody acting for an organization in one or more roles; each call is another human unless told."""
    number = next(_serial)
    human = human or Person.objects.create(
        name=name or f"人员{number}", key=Person.key_of(f"14010119900101{number:04d}")
    )
    user = User.objects.create(username=f"user{number}", person=human)
    memberships = [
        Membership.objects.create(
            user=user, organization=organization, role=role, starts_on=dt.date(2020, 1, 1)
        )
        for role in roles
    ]
    return Actor.of(memberships[0], frozenset(roles))


def enterprise(name: str = "", region: str = "140100", registered: str = "140100") -> Organization:
    """An enterprise with its office in a region, its profile filled in."""
    number = next(_serial)
    organization = Organization.objects.create(
        kind=Kind.ENTERPRISE,
        name=name or f"太原第{number}外贸综合服务有限公司",
        uscc=uscc.generate(registered, 1000 + number),
        region_id=region,
    )
    EnterpriseProfile.objects.create(
        organization=organization,
        legal_representative="王建国",
        office_region=Region.objects.get(code=region),
        office_address="并州北路 1 号",
        platform_mode="own",
        platform_name="晋贸通",
        contact_name="秦晓东",
        contact_phone="0351-0000000",
    )
    return organization


def body(code: str) -> Organization:
    """A public body by its department code, e.g. SX-COMMERCE or 140100-COMMERCE."""
    return Organization.objects.get(department_code=code)


def program() -> Program:
    return Program.objects.get(code="sx-provider")


def draft(applicant: Organization, actor: Actor) -> ProviderApplication:
    return open_draft(
        ProviderApplication,
        actor=actor,
        parties={Relation.APPLICANT: applicant},
        program=program(),
        applicant=applicant,
        title=applicant.name,
    )


def attach(case: Case, slot: str, actor: Actor | None = None) -> Attachment:
    """A file that stands in a slot. What the gate does with real files is told in tests/documents."""
    return Attachment.objects.create(
        case_id=case.pk,
        slot=slot,
        name=f"{slot}.pdf",
        sha256=f"{next(_serial):064x}",
        size=1000,
        content_type="application/pdf",
        pages=1,
        uploaded_by=actor.user if actor else None,
    )


def fill(
    application: ProviderApplication, *, clients: int = 30, amount: Decimal = Decimal(50_000_000)
) -> None:
    """The nine required materials, enough clients, enough trade, one insured person."""
    for slot in (
        "application_report", "service_process_proof", "client_contracts", "trade_volume_proof", "platform_description",
        "business_licence", "legal_rep_id", "staff_qualification", "audit_report",
    ):  # fmt: skip
        attach(application, slot)
    for spec in application.program.materials:
        material = application.material(spec["code"])
        material.parts = spec.get("contents", [])
        material.text = {"fiscal_year": 2025} if spec["code"] == "audit_report" else {}
        material.save()
    add_clients(application, USCCS[:clients])
    add_trade(application, amount=amount)
    application.team.create(name="李明", post="报关", is_insured=True)


def add_clients(application: ProviderApplication, usccs: list[str], **fields) -> None:
    today = clock.today()
    row = application.clients.count()
    ServedClient.objects.bulk_create(
        ServedClient(
            **{
                "application": application, "row": row + n, "name": f"客户{row + n}", "uscc": code,
                "contract_number": f"HT-{row + n}", "contract_from": today - dt.timedelta(days=300),
                "contract_until": today + dt.timedelta(days=300), "has_trade_record": True, **fields,
            }
        )
        for n, code in enumerate(usccs, 1)
    )  # fmt: skip


def add_trade(
    application: ProviderApplication, *, amount: Decimal, on: dt.date | None = None, **fields
) -> TradeRecord:
    row = application.trade_records.count() + 1
    return TradeRecord.objects.create(
        **{
            "application": application, "row": row, "number": f"BG{row:018d}", "kind": "declaration",
            "traded_on": on or clock.today() - dt.timedelta(days=30), "client_uscc": USCCS[0],
            "direction": "export", "amount": amount, **fields,
        }
    )  # fmt: skip


class World:
    """The standing cast: Taiyuan and Datong, the zone, the province, two enterprises, the departments."""

    def __init__(self) -> None:
        self.taiyuan, self.datong = body("140100-COMMERCE"), body("140200-COMMERCE")
        self.zone, self.province = body("SX-ZGQ-COMMERCE"), body("SX-COMMERCE")
        self.company, self.rival = enterprise(), enterprise(region="140200", registered="140200")
        self.applicant = person("秦晓东", self.company, Role.APPLICANT)
        self.legal_rep = person("王建国", self.company, Role.LEGAL_REP)
        self.rival_applicant = person("贺敏", self.rival, Role.APPLICANT)
        self.rival_legal_rep = person("刘洋", self.rival, Role.LEGAL_REP)
        self.officer = person("李慧", self.taiyuan, Role.CITY_OFFICER)
        self.approver = person("高秀英", self.taiyuan, Role.CITY_APPROVER)
        self.datong_officer = person("张国栋", self.datong, Role.CITY_OFFICER)
        self.datong_approver = person("赵文", self.datong, Role.CITY_APPROVER)
        self.zone_officer = person("孙丽", self.zone, Role.CITY_OFFICER)
        self.prov_officer = person("韩立新", self.province, Role.PROV_OFFICER)
        self.prov_approver = person("曹建军", self.province, Role.PROV_APPROVER)
        self.other_prov_officer = person("任静", self.province, Role.PROV_OFFICER)
        self.other_prov_approver = person("武强", self.province, Role.PROV_APPROVER)
        self._departments: dict[int, Actor] = {}

    def department(self, organization: Organization) -> Actor:
        if organization.pk not in self._departments:
            self._departments[organization.pk] = person("", organization, Role.DEPARTMENT)
        return self._departments[organization.pk]

    def ready(self, **options) -> ProviderApplication:
        """A draft of the company, complete and signed, ready to be filed."""
        return once(("ready", *sorted(options.items()), self._cast()), lambda: self._ready(**options))

    def _ready(self, **options) -> ProviderApplication:
        application = draft(self.company, self.applicant)
        fill(application, **options)
        self.sign(application)
        return application

    def sign(self, application: ProviderApplication, step: str = "submit") -> None:
        countersign(application, step, actor=self.legal_rep, statement="所报材料真实有效。")

    def judge(self, application: ProviderApplication) -> None:
        """Everything a reviewer finds out, in favour: conditions, capabilities, credit checks, verified trade."""
        officer, now = self.officer, clock.now()
        for criterion in (
            "lawful_operation", "independent_accounting", "internal_rules_sound", "risk_control_sound",
            "social_responsibility", "province_wide_capacity", "capability_trade", "capability_internet",
            "capability_data", "capability_risk",
        ):  # fmt: skip
            CriterionVerdict.objects.get_or_create(
                application=application,
                criterion=criterion,
                organization=officer.organization,
                defaults={"ok": True, "evidence": "第 8 项", "officer": officer.user, "at": now},
            )
        self.check_credit(application)
        application.trade_records.update(verified_by=officer.user, verified_at=now)

    def check_credit(self, application: ProviderApplication) -> None:
        officer, now = self.officer, clock.now()
        for subject, items in {
            "violation": ["海关", "税务", "外汇管理", "人力资源和社会保障", "市场监管"],
            "listing": ["失信联合惩戒名单", "失信企业", "严重失信主体名单"],
            "downgrade": ["管理类别", "信用等级"],
        }.items():
            for item in items:
                CreditCheck.objects.create(
                    application=application, subject=subject, item=item, source="信用中国", queried_on=clock.today(),
                    is_hit=False, organization=officer.organization, officer=officer.user, at=now,
                )  # fmt: skip

    # --- walking --------------------------------------------------------------------------------------------
    def walk(self, application: ProviderApplication, *steps: str) -> ProviderApplication:
        """Take steps one after the other, each by the person whose step it is."""
        for name in steps:
            application = self._step(application, name)
        return application

    def _step(self, application: ProviderApplication, name: str) -> ProviderApplication:
        """Taken, or recalled: then what the caller holds in hand is as the step left it, too."""
        take = getattr(self, f"do_{name}", None) or self._plain(name)
        in_hand = repr([getattr(application, field.attname) for field in application._meta.fields])
        moved, held, self._departments = once(
            (name, type(application), in_hand, self._cast()),
            lambda: (take(application), application, self._departments),
        )
        if held is application:
            return moved
        application.__dict__.clear()
        application.__dict__.update(held.__dict__)
        return application if moved is held else moved

    def walk_to(self, state: str, application: ProviderApplication | None = None) -> ProviderApplication:
        """A real application in that state, along the true path."""
        if application is None:
            application, self._departments = once(
                (state, self._cast()), lambda: (self._walk_on(self.ready(), state), self._departments)
            )
            return application
        return self._walk_on(application, state)

    def _cast(self) -> tuple[int, ...]:
        """Who plays here: a test may have put somebody else into a part."""
        return tuple(
            who.user.pk if isinstance(who, Actor) else who.pk
            for part, who in vars(self).items()
            if part != "_departments"
        )

    def _walk_on(self, application: ProviderApplication, state: str) -> ProviderApplication:
        for name in TRUE_PATH:
            if application.state == state:
                return application
            application = self.walk(application, name)
        assert application.state == state, f"the true path does not lead to {state}"
        return application

    def _plain(self, name: str):
        who = {
            "submit": self.applicant, "accept": self.officer, "withdraw": self.applicant, "resubmit": self.applicant,
            "close_joint": self.prov_officer, "close_objections": self.prov_officer,
        }[name]  # fmt: skip
        return lambda application: perform(application, name, actor=who)

    def do_consult(self, application):
        self.judge(application)
        return perform(application, "consult", actor=self.officer, question="贵部门对该企业有无意见？")

    def do_answer_all(self, application):
        for child in application.children.filter(kind="Consultation", state="pending"):
            child = child.as_procedure()
            perform(child, "answer", actor=self.department(child.department), opinion="agree", reasons="")
        return application

    def do_close_consultation(self, application):
        return perform(application, "close_consultation", actor=self.officer, summary="各部门均无不同意见。")

    def do_recommend(self, application):
        ProviderApplication.objects.filter(pk=application.pk).update(paper_copies=10)
        return perform(
            application,
            "recommend",
            actor=self.approver,
            opinion="经初审，该企业符合认定条件，建议予以认定，现推荐上报。",
            answers="",
        )

    def do_consult_joint(self, application):
        return perform(
            application, "consult_joint", actor=self.prov_officer, question="请对该企业出具评定意见。"
        )

    def do_evaluate(self, application):
        EvaluationRecord.objects.create(
            application=application, held_on=clock.today(), minutes="一致同意认定。",
            members=[{"name": "韩立新", "organization": "省商务厅", "vote": "同意"}],
            recorded_by=self.prov_officer.user, recorded_at=clock.now(),
        )  # fmt: skip
        return application

    def do_publicise(self, application):
        return perform(application, "publicise", actor=self.prov_approver, content="")

    def do_end_publicity(self, application):
        """The calendar moves on past the last day, and the sweep acts."""
        posting = self.posting(application)
        with clock.travel(calendar.end_of_day(posting.last_day)):
            perform(posting, "end", actor=SYSTEM)
            application.refresh_from_db()
        return application

    def do_accredit(self, application):
        with clock.travel(max(clock.now(), calendar.end_of_day(self.posting(application).last_day))):
            self.check_credit(application)
            return perform(application, "accredit", actor=self.prov_approver, reasons="")

    def do_object(self, application):
        file_objection(
            self.posting(application), actor=VISITOR, objector_name="周平", contact="13800000000",
            facts="该企业服务企业数量与实际不符。",
        )  # fmt: skip
        application.refresh_from_db()
        return application

    def do_request_correction(self, application):
        who = self.officer if application.state != "provincial_evaluation" else self.prov_officer
        defects = [
            {"material": "audit_report", "problem": "缺审计报告附注。", "remedy": "补交附注并加盖公章。"}
        ]
        return perform(application, "request_correction", actor=who, defects=defects)

    def do_serve_prior_notice(self, application):
        return perform(
            application, "serve_prior_notice", actor=self.prov_officer, ground="failed_condition",
            facts="经核实，该企业服务省内进出口企业不足三十家。", clauses=["SX-37"], evidence="所服务企业清单核实表",
        )  # fmt: skip

    def posting(self, application):
        return application.children.filter(kind="Publicity").order_by("-pk").first().as_procedure()

    def propose(self, case, step, **inputs):
        officer = {"city": self.officer, "province": self.prov_officer}
        who = officer["city"] if case.holder_organization_id == self.taiyuan.pk else officer["province"]
        return propose(case, step, actor=who, **inputs)


TRUE_PATH = (
    "submit", "accept", "consult", "answer_all", "close_consultation", "recommend", "consult_joint", "answer_all",
    "close_joint", "evaluate", "publicise", "end_publicity", "accredit",
)  # fmt: skip


TRIGGERS = [
    import_module(f"workflow.migrations.{name}")
    for name in ("0002_ledger_is_append_only", "0004_ledger_is_not_emptied")
]


def drop_ledger_triggers() -> None:
    """As someone with the database in hand could; undone with the test's transaction."""
    with connection.cursor() as cursor:
        for triggers in TRIGGERS:
            for statement in triggers.statements(triggers.ALLOW, connection.vendor):
                cursor.execute(statement.replace("DROP TRIGGER", "DROP TRIGGER IF EXISTS"))


def restore_ledger_triggers() -> None:
    drop_ledger_triggers()
    with connection.cursor() as cursor:
        for triggers in TRIGGERS:
            for statement in triggers.statements(triggers.REFUSE, connection.vendor):
                cursor.execute(statement)
