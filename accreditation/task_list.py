"""The ten materials as a task list: what is inside, what is missing, and what comes next (feature 9).

Read from the same rules that judge the submission, so the list and the refusal never tell two stories.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import prefetch_related_objects

from accreditation import filing, rules, selectors
from accreditation.materials import SLOTS_OF, CorrectionItem, Material
from accreditation.procedures.application import ProviderApplication
from core.money import in_wan

# The four groups of the screen, in plain words; the numbers beside the rows are the regulation's (annex 2(1)).
GROUPS = (
    ("企业基本情况", ("application_report", "licence_and_legal_rep_id", "audit_report")),
    ("服务能力", ("service_process_proof", "platform_description", "staff_qualification")),
    ("服务规模与业务量", ("client_list_contracts", "trade_volume_proof")),
    ("声明与其他", ("truthfulness_statement", "other_proof")),
)
OPTIONAL = "other_proof"
TABLE_OF = {"client_list_contracts": "clients", "trade_volume_proof": "trade"}
LOOKS = {
    "done": ("green", "circle-check", "已完成"),
    "partly": ("blue", "pencil", "填写中"),
    "errors": ("seal", "alert-circle", ""),
    "returned": ("amber", "arrow-back-up", "需补正"),
    "answered": ("green", "circle-check", "已补正"),
    "locked": ("grey", "lock", "完成前面各项后签"),
    "to_sign": ("amber", "signature", "待法定代表人签"),
    "signed": ("green", "signature", "已签署"),
    "optional": ("grey", "circle-dashed", "选填"),
    "untouched": ("grey", "circle-dashed", "未开始"),
    "promised": ("amber", "hourglass", "已承诺补交"),
}


@dataclass
class Task:
    """One material as a row of the list. `missing` are the things still to do, `done_of` what is there of them."""

    spec: dict[str, Any]
    material: Material
    state: str
    missing: list[str]
    inside: str = ""
    files: int = 0
    total: int = 1
    errors: int = 0
    editable: bool = True
    defects: list[CorrectionItem] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.spec["code"]

    @property
    def number(self) -> int:
        return self.spec["number"]

    @property
    def name(self) -> str:
        return self.spec["name"]

    @property
    def file_words(self) -> str:
        return f"{self.files} 个文件" if self.files else ""

    @property
    def is_ready(self) -> bool:
        return self.state in ("done", "answered", "signed", "optional", "promised")

    @property
    def tone(self) -> str:
        return LOOKS[self.state][0]

    @property
    def icon(self) -> str:
        return LOOKS[self.state][1]

    @property
    def word(self) -> str:
        if self.state == "errors":
            return f"{self.errors} 处错误"
        if self.state == "partly" and self.total > 1:
            return f"填写中 {self.total - len(self.missing)}/{self.total}"
        return LOOKS[self.state][2]

    @property
    def text(self) -> str:
        """One line under the name: what is missing comes before what is there."""
        if self.errors:
            return f"{self.inside}，{self.errors} 行待改正" if self.inside else f"{self.errors} 行待改正"
        if self.missing and self.state == "partly":
            left = "、".join(self.missing[:3]) + ("等" if len(self.missing) > 3 else "")
            return f"{self.inside}；还差：{left}" if self.inside else f"还差：{left}"
        return self.inside or HINTS.get(self.code, "")


HINTS = {
    "application_report": "企业基本情况、风险防控、业务模式、近一年业务量、未来思路，共 5 个部分",
    "licence_and_legal_rep_id": "营业执照和法定代表人身份证各一份，加盖公章",
    "audit_report": "最近一个会计年度的审计报告",
    "service_process_proof": "报关、报检、结汇、退税、物流、认证、注册、人才培养、保险、融资",
    "platform_description": "平台有哪些功能、运行得怎样；授权使用的附授权证明",
    "staff_qualification": "人员名单、资质和社保参保证明",
    "client_list_contracts": "按模板填好清单上传，系统逐行检查；合同扫描件一并上传",
    "trade_volume_proof": "按模板填好逐笔记录上传，附报关单或线上成交记录",
    "truthfulness_statement": "在最后一步由法定代表人电子签名",
    "other_proof": "如 AEO 高级认证、信保合作、获奖证明",
}


class TaskList:
    """The materials of one application, read once."""

    def __init__(self, application: ProviderApplication):
        self.application = application
        prefetch_related_objects(
            [application], "materials", "promises"
        )  # the rules ask for them again and again
        self._missing: dict[str, list[str]] = {}
        self.editable = filing.editable_codes(application)
        self.materials = {material.code: material for material in application.materials.all()}
        self.files = Counter(file.slot for file in selectors.standing_files(application))
        self.bad_rows = selectors.rows_to_mend(application)
        self.promised = selectors.open_promises(application)
        self.defects: dict[str, list[CorrectionItem]] = defaultdict(list)
        request = application.open_correction()
        for item in request.items.order_by("id") if request else ():
            self.defects[item.material].append(item)

    @cached_property
    def tasks(self) -> list[Task]:
        return [self._task(spec) for spec in self.application.program.materials]

    @property
    def groups(self) -> list[tuple[str, list[Task]]]:
        by_code = {task.code: task for task in self.tasks}
        return [(name, [by_code[code] for code in codes if code in by_code]) for name, codes in GROUPS]

    def task(self, code: str) -> Task | None:
        return next((task for task in self.tasks if task.code == code), None)

    @property
    def required(self) -> list[Task]:
        return [task for task in self.tasks if task.spec["required"]]

    @property
    def done(self) -> int:
        return sum(task.is_ready for task in self.required)

    @property
    def total(self) -> int:
        return len(self.required)

    @property
    def returned(self) -> int:
        """How many points the open correction has."""
        return sum(len(items) for items in self.defects.values())

    @property
    def answered(self) -> int:
        return sum(item.answered_at is not None for items in self.defects.values() for item in items)

    @property
    def unfinished(self) -> list[Task]:
        """Required materials still to do, the statement aside, in the order of the screen."""
        rows = [task for _group, tasks in self.groups for task in tasks]
        return [t for t in rows if t.spec["required"] and t.code != filing.STATEMENT and not t.is_ready]

    @property
    def next(self) -> Task | None:
        """The one to go on with: what is wrong before what is missing."""
        return next((t for t in self.unfinished if t.state in ("errors", "returned")), None) or next(
            iter(self.unfinished), None
        )

    @cached_property
    def is_signed(self) -> bool:
        state = self.application.state
        step = filing.signed_step(self.application)
        return state in (filing.DRAFT, filing.CORRECTION) and self.application.is_signed(step)

    # --- one row --------------------------------------------------------------------------------------------
    def _task(self, spec: dict[str, Any]) -> Task:
        code = spec["code"]
        missing = self.missing(spec)
        task = Task(
            spec=spec,
            material=self.materials.get(code) or Material(application=self.application, code=code),
            state="",
            missing=missing,
            inside=self._inside(spec),
            files=sum(self.files[slot] for slot in SLOTS_OF[code]),
            total=self._total(spec),
            errors=self.bad_rows[TABLE_OF.get(code, "")],
            editable=code in self.editable,
            defects=self.defects.get(code, []),
        )
        task.state = self._state(task)
        return task

    def _state(self, task: Task) -> str:
        if task.code == filing.STATEMENT:
            return self._statement_state()
        if task.errors:
            return "errors"
        if task.defects:
            return "answered" if all(item.answered_at for item in task.defects) else "returned"
        if task.code in self.promised:
            return "promised"
        if not task.missing:
            return "optional" if task.code == OPTIONAL and not task.files else "done"
        return "untouched" if len(task.missing) == task.total and not task.files else "partly"

    def _statement_state(self) -> str:
        if self.application.state not in (filing.DRAFT, filing.CORRECTION) or self.is_signed:
            return "signed"
        others = [self._ready_alone(spec) for spec in self.application.program.materials if spec["required"]]
        return "to_sign" if all(others) else "locked"

    def _ready_alone(self, spec: dict[str, Any]) -> bool:
        code = spec["code"]
        if code == filing.STATEMENT:
            return True
        answered = all(item.answered_at for item in self.defects.get(code, ()))
        return answered and not self.bad_rows[TABLE_OF.get(code, "")] and not self.missing(spec)

    def missing(self, spec: dict[str, Any]) -> list[str]:
        """What the material still lacks, in words; empty when it is complete."""
        code = spec["code"]
        if code not in self._missing:
            self._missing[code] = self._measured(spec)
        return self._missing[code]

    def _measured(self, spec: dict[str, Any]) -> list[str]:
        code = spec["code"]
        if code == OPTIONAL or code in self.promised or code == filing.STATEMENT:
            return []
        left = list(rules.missing_of(self.application, spec))
        if code in TABLE_OF and not self._rows(code):
            left.insert(0, "清单" if code == "client_list_contracts" else "记录表")
        if code == "staff_qualification" and not self._team:
            left.insert(0, "人员名单")
        return left

    def _total(self, spec: dict[str, Any]) -> int:
        """How many things the material asks for, its file among them."""
        code = spec["code"]
        if "parts" in spec:
            return len(spec["parts"])
        if "contents" in spec:
            return len(spec["contents"]) + 1
        return 2 if code in (*TABLE_OF, "staff_qualification", "audit_report") else 1

    @cached_property
    def _team(self) -> int:
        return len(selectors.team(self.application))

    @cached_property
    def _counts(self) -> dict[str, int]:
        return {
            "client_list_contracts": len(selectors.clients(self.application)),
            "trade_volume_proof": selectors.trade(self.application).rows,
        }

    def _rows(self, code: str) -> int:
        return self._counts[code] + self.bad_rows[TABLE_OF[code]]

    def _inside(self, spec: dict[str, Any]) -> str:
        code = spec["code"]
        material = self.materials.get(code)
        if code == "client_list_contracts" and self._counts[code]:
            served = selectors.served_enterprises(self.application)
            return f"清单 {self._rows(code)} 行，计入 {served} 家"
        if code == "trade_volume_proof" and self._counts[code]:
            return f"记录 {self._rows(code)} 笔，合计 {in_wan(selectors.trade(self.application).total)}"
        if code == "staff_qualification" and self._team:
            return f"{self._team} 人，有参保证明的 {selectors.insured(self.application)} 人"
        if code == "audit_report" and material and material.text.get("fiscal_year"):
            firm = material.text.get("firm", "")
            return f"{material.text['fiscal_year']} 年度" + (f"，{firm}" if firm else "")
        if code == "service_process_proof" and material and (material.parts or material.not_offered):
            not_offered = f"，未开展 {len(material.not_offered)} 项" if material.not_offered else ""
            return f"已开展 {len(material.parts)} 项{not_offered}"
        if code == "application_report" and material and material.parts:
            return f"{len(material.parts)} 个部分"
        if code == filing.STATEMENT and self.is_signed:
            return "法定代表人已对当前内容签署"
        return ""
