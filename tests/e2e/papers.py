"""The files an enterprise hands in: scanned documents with their stamp, a list in GBK with bad rows, a workbook."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
from playwright.sync_api import FilePayload

from accounts.models import Organization
from accreditation.sheets import CLIENTS, TRADE
from portal.demo import papers, words
from tests.factories import USCCS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRONG = USCCS[30][:17] + ("A" if USCCS[30][17] != "A" else "B")
FULL_WIDTH = "".join(chr(ord(letter) + 0xFEE0) for letter in USCCS[0])


def scan(title: str, company: Organization, pages: words.Pages) -> FilePayload:
    content = papers.scan(title, company.name, pages)
    return {"name": f"{title}.pdf", "mimeType": "application/pdf", "buffer": content}


def scans(company: Organization) -> dict[str, FilePayload]:
    """What goes into each slot, by the words on it."""
    name = company.name
    licence = papers.licence(name, company.uscc, "王建国", "太原市并州北路 1 号")
    return {
        "申请报告": scan("申请报告", company, words.application_report(name)),
        "营业执照": {"name": "营业执照.jpg", "mimeType": "image/jpeg", "buffer": licence},
        "法人代表身份证复印件": {
            "name": "身份证.png",
            "mimeType": "image/png",
            "buffer": papers.identity_card("王建国"),
        },
        "审计报告": scan("审计报告", company, words.audit_report_without_notes(name)),
        "服务运营流程及证明": scan("流程及证明", company, words.service_process_proof(name)),
        "平台功能模块说明及运行情况": scan("平台说明", company, words.platform_description(name)),
        "专业服务人员资质及社保参保证明": scan("人员资质", company, words.staff_qualification(name)),
        "所服务企业合同（协议）": scan("服务合同", company, words.client_contracts(name)),
        "近 12 个月进出口额证明": scan("进出口额证明", company, words.trade_volume_proof(name)),
    }


def client_list() -> FilePayload:
    """Thirty good rows, the first in full-width figures, and three bad ones: check digit, contract, no company."""
    rows = [_client(n, code) for n, code in enumerate([FULL_WIDTH, *USCCS[1:30]], 1)]
    rows += [
        _client(31, WRONG),
        _client(32, USCCS[31], begins="2026-06-01", ends="2026-01-01"),
        _client(33, "待补"),
    ]
    lines = [",".join(row) for row in [_headings(CLIENTS), *rows]]
    return {"name": "清单.csv", "mimeType": "text/csv", "buffer": "\r\n".join(lines).encode("gb18030")}


def _client(number: int, code: str, *, begins: str = "2026-01-01", ends: str = "2027-12-31") -> list[str]:
    return [
        f"客户{number}有限公司", code, "太原市", f"HT-{number:03d}", begins, ends, "报关、退税", "是", "有"
    ]  # fmt: skip


def trade_records() -> FilePayload:
    """Twelve declarations of 4.5 million yuan each: 54 million."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(_headings(TRADE))
    for n in range(1, 13):
        day = dt.date(2026, 1 + n % 9, 15)
        sheet.append([f"0208202600000000{n:02d}", "报关单", day, USCCS[n], "出口", 4_500_000])
    written = io.BytesIO()
    book.save(written)
    return {"name": "记录.xlsx", "mimeType": XLSX, "buffer": written.getvalue()}


def _headings(sheet: Any) -> list[str]:
    return [column.heading for column in sheet.columns]
