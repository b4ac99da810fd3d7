"""A sample of each of the ten materials: what a good one looks like, marked 样例 on every page (feature 9).

The samples are drawn by the same press as the official papers; the two tables are workbooks like the templates.
All names and figures in them are invented.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field

from django.core.cache import cache
from openpyxl import load_workbook

from accreditation import sheets
from core import uscc
from documents.notices.render import render_pdf
from documents.spreadsheets.writing import safe_cell, write_template

MARK = "样例"
FIRM = "山西某某外贸综合服务有限公司"
TEMPLATE = "accreditation/samples/sample.html"
KEPT_SECONDS = 7 * 24 * 3600
VERSION = 2  # of the words below and how they are drawn: a changed sample must not come out of the cache


@dataclass(frozen=True)
class Sample:
    """One sample document: a title, a line on how to use it, sections of paragraphs, maybe a table."""

    title: str
    advice: str
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    signature: tuple[str, ...] = field(default=(FIRM, "（加盖公章）", "2026年5月8日"))


SAMPLES: dict[str, Sample] = {
    "application_report": Sample(
        "申请报告",
        "写明下面五个部分即可，没有固定格式；每页加盖公章，骑缝加盖骑缝章。",
        (
            (
                "企业基本情况",
                (f"{FIRM}成立于2019年6月，注册资本1000万元，在太原市设有主要办事机构，现有从业人员46人。",),
            ),
            (
                "风险防控体系建设",
                ("公司设风险管理部，对委托客户实行准入审查、额度管理和出口前核查，每票业务留存单证五年。",),
            ),
            (
                "业务开展模式",
                ("与客户签订综合服务合同，代办报关、报检、物流、退税、结汇，协助办理出口信用保险和融资。",),
            ),
            (
                "近1年进出口业务量",
                ("2025年5月至2026年4月，累计为41家省内企业办理进出口业务6318万元，详见第4项材料。",),
            ),
            (
                "未来发展思路与措施",
                ("三年内服务网点覆盖全省11个市，年服务企业超过100家，培养外贸专业人才200名。",),
            ),
        ),
    ),
    "service_process_proof": Sample(
        "服务运营流程及证明（以报关服务为例）",
        "每项服务一份流程和一份证明；可以合并成一个文件，按服务分章。",
        (
            ("服务流程", ("接受委托—审核单证—制作报关单—申报—配合查验—放行—归档，每一环节有责任人和时限。",)),
            ("证明材料", ("报关单位备案证明、报关员证书、近三个月报关单各一份；合作报关行的，附合作协议。",)),
        ),
    ),
    "client_list_contracts": Sample(
        "外贸综合服务合同（节选）",
        "合同编号与清单中的“合同编号”一致；须有双方签章、期限和服务内容。",
        (
            (
                "合同双方",
                (f"甲方（委托方）：太原市某某铸锻有限公司；乙方（受托方）：{FIRM}。合同编号：HT-2026-001。",),
            ),
            ("服务内容", ("乙方为甲方代办报关、报检、物流、退税和结汇。",)),
            ("合同期限", ("自2026年1月1日起至2026年12月31日止。",)),
        ),
        signature=("甲方（盖章）", "乙方（盖章）", "2026年1月1日"),
    ),
    "trade_volume_proof": Sample(
        "近12个月进出口额证明（汇总表）",
        "汇总表在前，报关单或线上成交记录在后，按月排列；金额与上传的记录表一致。",
        heads=("月份", "笔数", "人民币金额（元）"),
        rows=tuple((f"2025年{m}月", str(20 + m), f"{4_800_000 + m * 37_000:,}") for m in range(5, 13)),
    ),
    "platform_description": Sample(
        "平台功能模块说明及运行情况",
        "附功能截图；授权使用第三方平台的，另附授权证明。",
        (
            (
                "主要功能模块",
                ("订单管理、报关协同、物流跟踪、退税管理、收结汇管理、客户风险评价、数据统计。",),
            ),
            ("运行情况", ("平台2021年3月上线，注册企业312家，近一年处理订单2460笔，系统可用率99.9%。",)),
        ),
    ),
    "licence_and_legal_rep_id": Sample(
        "营业执照、法人代表身份证复印件",
        "原件彩色扫描，四角完整、文字清晰，注明“仅用于外贸综合服务企业认定”，加盖公章。",
        (
            (
                "营业执照",
                ("正本或副本一份，企业名称、统一社会信用代码、法定代表人与系统中登记的一致，在有效期内。",),
            ),
            ("身份证", ("正反两面印在同一页。系统在线查看时自动加水印，每次查看都有记录。",)),
        ),
        signature=(),
    ),
    "staff_qualification": Sample(
        "专业服务人员名单及证明",
        "名单与系统中填写的一致；资格证书和参保证明按名单次序排列，合并成一个文件。",
        heads=("姓名", "岗位", "资质", "参保证明"),
        rows=(
            ("张某某", "报关", "报关人员备案", "第3页"),
            ("李某某", "单证", "国际货运代理", "第5页"),
            ("王某某", "外汇结算", "银行从业资格", "第7页"),
        ),
    ),
    "audit_report": Sample(
        "审计报告（封面与必备内容）",
        "最近一个会计年度，由会计师事务所出具，注册会计师签章完整。",
        (
            ("封面", (f"{FIRM}2025年度审计报告；会计师事务所名称、报告文号、防伪二维码。",)),
            ("必备内容", ("审计意见、资产负债表、利润表、现金流量表和附注；能看出企业独立核算。",)),
        ),
    ),
    "truthfulness_statement": Sample(
        "材料真实有效的申明",
        "不用另外准备：在“核对并签名”一步，由法定代表人对全部材料在线签署。",
        (
            (
                "申明内容",
                (
                    "我单位申报山西省省级外贸综合服务企业所提供的材料真实、有效。如有虚假，接受取消认定资格等处理，并承担相应责任。",
                ),
            ),
        ),
        signature=("法定代表人：（在线签署）", "2026年5月8日"),
    ),
    "other_proof": Sample(
        "其他可资证明的材料",
        "选填。能说明服务能力或信用的都可以，例如下面几种。",
        (
            ("可以提交", ("海关AEO高级认证证书、出口信用保险合作协议、获奖证书、媒体报道。",)),
            ("不需要提交", ("与认定条件无关的宣传资料。",)),
        ),
        signature=(),
    ),
}
TABLES = {"client_list": sheets.CLIENTS, "trade_records": sheets.TRADE}


def sample_pdf(code: str) -> bytes:
    """The sample of a material. Drawn once and kept: it never changes."""
    key = f"sample:{VERSION}:{code}"
    kept = cache.get(key)
    if kept is None:
        kept = render_pdf(TEMPLATE, {"sample": SAMPLES[code], "title": SAMPLES[code].title, "mark": MARK})
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def sample_table(slot: str) -> bytes:
    """The template of a table with three rows filled in; the word 样例 is on the sheet and on each printed page."""
    sheet = TABLES[slot]
    workbook = load_workbook(io.BytesIO(write_template(sheet.columns, title=f"{MARK}（不能提交）")))
    page = workbook.active
    page.oddHeader.center.text = MARK
    for number, values in enumerate(ROWS_OF[slot](), 2):
        for place, value in enumerate(values, 1):
            page.cell(number, place, safe_cell(value))
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _client_rows() -> list[tuple[str, ...]]:
    return [
        (
            f"【样例】太原市某某{trade}有限公司", uscc.generate("140100", 900_000 + n), "太原市", f"HT-2026-00{n}",
            "2026-01-01", "2026-12-31", "报关、退税", "是", "是",
        )
        for n, trade in enumerate(("铸锻", "陶瓷", "农产品"), 1)
    ]  # fmt: skip


def _trade_rows() -> list[tuple[str, ...]]:
    return [
        (
            f"样例05102026{n:08d}", "报关单", f"2026-0{n}-15", uscc.generate("140100", 900_000 + n), "出口",
            f"{1_250_000 + n * 1000}.00",
        )
        for n in range(1, 4)
    ]  # fmt: skip


ROWS_OF = {"client_list": _client_rows, "trade_records": _trade_rows}


def package() -> bytes:
    """All samples and both templates in one file."""
    key = f"samples:{VERSION}"
    kept = cache.get(key)
    if kept is None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
            for number, (code, sample) in enumerate(SAMPLES.items(), 1):
                bundle.writestr(f"{number:02d} {sample.title}（{MARK}）.pdf", sample_pdf(code))
            for slot, sheet in TABLES.items():
                bundle.writestr(f"{sheet.name}（{MARK}）.xlsx", sample_table(slot))
                bundle.writestr(f"{sheet.name}模板.xlsx", write_template(sheet.columns, title=sheet.name))
        kept = file.getvalue()
        cache.set(key, kept, KEPT_SECONDS)
    return kept
