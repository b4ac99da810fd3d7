"""What a reviewer looks at in each of the ten materials, point by point, and the words for what is missing.

The points follow the contents the regulation names (SX-39–48); the seal is asked for on every item (SX-49). Each
point brings the coded wording of its defect, which the officer may change: the enterprise reads the same words on
its page, in the notice and in the message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accreditation.rules.filing import MATERIAL_CLAUSES

if TYPE_CHECKING:
    from accreditation.procedures.application import ProviderApplication


@dataclass(frozen=True)
class Point:
    """One thing to look at. `problem` and `remedy` are the usual words when it is not in order."""

    code: str
    label: str | Promise
    problem: str | Promise
    remedy: str | Promise


SEAL = Point(
    "seal",
    _("企业盖章清晰"),
    _("材料没有加盖企业公章，或印章不清晰。"),
    _("加盖清晰的企业公章后重新扫描上传。"),
)
_OWN = {
    "application_report": (),
    "service_process_proof": (),
    "client_list_contracts": (
        Point(
            "list_matches_contracts",
            _("清单与合同（协议）相符"),
            _("清单所列企业与所附合同（协议）不一致。"),
            _("按合同逐行核对清单，补齐缺少的合同，删除没有合同的行。"),
        ),
        Point(
            "contracts_in_window",
            _("合同在有效期内且双方签章"),
            _("部分合同不在近 12 个月内，或没有双方签章。"),
            _("提供近 12 个月内有效、双方签章完整的合同。"),
        ),
        Point(
            "clients_trade",
            _("所列企业为省内进出口企业"),
            _("部分企业没有进出口实绩，或登记地不在省内。"),
            _("删除不符合的行，或补充其进出口实绩证明。"),
        ),
    ),
    "trade_volume_proof": (
        Point(
            "twelve_months",
            _("覆盖连续 12 个月"),
            _("进出口额证明没有覆盖连续 12 个月。"),
            _("补齐近 12 个月的汇总表，每月附报关单或线上成交记录。"),
        ),
        Point(
            "evidence_attached",
            _("有报关单或线上成交记录佐证"),
            _("汇总数没有报关单或线上成交记录佐证。"),
            _("逐笔附报关单或线上成交记录，编号与清单一致。"),
        ),
        Point(
            "sum_matches",
            _("合计与逐笔记录一致"),
            _("汇总表合计与逐笔记录之和不一致。"),
            _("核对逐笔金额，更正合计，外币按规定汇率折算为人民币。"),
        ),
        Point(
            "audit_matches",
            _("与审计报告营收口径可对应"),
            _("进出口额与审计报告的营收口径对应不上。"),
            _("附差异说明，列明口径、期间和金额。"),
        ),
    ),
    "platform_description": (
        Point(
            "modules",
            _("功能模块说明完整"),
            _("平台功能模块说明不完整。"),
            _("按模块写明功能、用户和使用流程，附界面截图。"),
        ),
        Point(
            "running",
            _("运行情况可查证"),
            _("没有平台运行情况的证明。"),
            _("提供近 12 个月的订单数、用户数等运行数据和可访问的网址。"),
        ),
        Point(
            "authorised",
            _("使用第三方平台的有授权证明"),
            _("使用第三方平台，没有授权证明或授权已过期。"),
            _("上传平台方出具的、在有效期内的授权证明。"),
        ),
    ),
    "licence_and_legal_rep_id": (
        Point(
            "names_match",
            _("企业名称、法定代表人与登记信息一致"),
            _("企业名称或法定代表人与登记信息不一致。"),
            _("上传最新的营业执照和法定代表人身份证复印件。"),
        ),
    ),
    "staff_qualification": (
        Point(
            "qualified",
            _("专业服务人员资质齐全"),
            _("部分人员没有资质证明。"),
            _("按人员名单逐人附资质证明。"),
        ),
        Point(
            "insured",
            _("有近期社保参保证明"),
            _("部分人员没有社保参保证明，或证明已过期。"),
            _("提供社保部门出具的近 6 个月参保证明。"),
        ),
    ),
    "audit_report": (
        Point(
            "year_complete",
            _("审计年度和附注完整"),
            _("审计报告缺附注或缺审计年度。"),
            _("上传完整的审计报告，包括附注和审计意见页。"),
        ),
        Point(
            "auditor_signed",
            _("会计师事务所签章"),
            _("审计报告没有会计师事务所和注册会计师签章。"),
            _("上传有签章的正式审计报告。"),
        ),
    ),
    "truthfulness_statement": (
        Point(
            "signed",
            _("法定代表人签署"),
            _("申明没有法定代表人签署。"),
            _("由法定代表人登录平台，核对材料后签署。"),
        ),
    ),
    "other_proof": (
        Point(
            "relevant",
            _("与申报条件有关"),
            _("所附材料看不出与申报条件的关系。"),
            _("写明每份材料证明哪一项条件，删除无关材料。"),
        ),
    ),
}
# Signed in the portal, not stamped.
_WITHOUT_SEAL = ("truthfulness_statement", "other_proof")
# What an officer writes again and again, whatever the point.
TEMPLATES = (
    Point(
        "unreadable",
        _("看不清"),
        _("扫描件模糊，关键内容无法辨认。"),
        _("按 300 dpi 以上重新扫描，确保文字和印章清晰。"),
    ),
    Point(
        "missing_pages", _("缺页"), _("材料缺页，页码不连续。"), _("补齐缺少的页，按顺序合并为一个文件上传。")
    ),
    Point("expired", _("过期"), _("材料已超过有效期。"), _("提供在有效期内的材料。")),
    Point(
        "inconsistent",
        _("前后不一致"),
        _("与其他材料所载内容不一致。"),
        _("核对后更正，并说明不一致的原因。"),
    ),
)


def points_of(spec: dict) -> tuple[Point, ...]:
    """The points of a material of a program: what the regulation names, then our own, then the seal."""
    named = spec.get("contents") or spec.get("parts") or ()
    from_the_text = tuple(
        Point(name, name, f"缺“{name}”，或内容不完整。", f"补充“{name}”的内容或证明后重新上传。")
        for name in named
    )
    seal = () if spec["code"] in _WITHOUT_SEAL else (SEAL,)
    return (*from_the_text, *_OWN.get(spec["code"], ()), *seal)


def clause_of(spec: dict) -> str:
    return MATERIAL_CLAUSES.get(spec["code"], "")


def applicable(application: ProviderApplication, spec: dict) -> list[Point]:
    """Without what does not concern this enterprise: a service it does not offer, a licence of its own platform."""
    left_out: set[str] = set()
    if spec["code"] == "service_process_proof":
        left_out |= set(application.material(spec["code"]).not_offered)
    profile = application.profile()
    if profile and profile.platform_mode == "own":
        left_out.add("authorised")
    return [point for point in points_of(spec) if point.code not in left_out]
