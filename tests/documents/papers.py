"""What the tests of official paper share: a notice's facts, and how a PDF reads back."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2

from documents.notices import codes

CODE = "7Q4KX9ABCDEFGHJKM2"
NAME = "山西晋通外贸综合服务有限公司"
FACTS: dict[str, Any] = {
    "title": "受理通知书",
    "number": "晋商外综受〔2026〕12号",
    "issued_on": "2026-11-05",
    "matter": "省级外贸综合服务企业认定",
    "case": {"reference": "WZ14-2026-0024", "title": NAME, "opened_on": "2026-11-02"},
    "organ": {"name": "山西省商务厅", "phone": "0351-0000000", "address": "太原市新建路"},
    "addressee": {"name": NAME, "uscc": "91140100MA0ABCDE1X"},
    "enterprise": {"name": NAME, "uscc": "91140100MA0ABCDE1X"},
    "basis": "依据《山西省商务厅等6部门关于进一步促进外贸综合服务企业发展的实施意见》（晋商规〔2025〕3号）附件二（二）2",
    "measures": "《省级外贸综合服务企业认证管理措施》",
    "received_on": "2026-11-02",
    "accepted_on": "2026-11-05",
    "deadlines": {"city_review": {"days": 15, "due_on": "2026-11-26"}},
    "title_name": "山西省省级外贸综合服务企业",
    "decision_number": "晋商外综〔2026〕3号",
    "certificate_number": "ZS14-2026-0007",
    "valid_from": "2026-11-05",
    "valid_until": "2029-11-04",
    "seal_mode": "placeholder",
    "site": "portal.example",
    "verification_code": CODE,
    "verification_url": f"https://portal.example/verify/{CODE}/",
    "verification_code_words": codes.in_groups(CODE),
}


def facts(**others: Any) -> dict[str, Any]:
    return {**FACTS, **others}


def named(name: str) -> dict[str, Any]:
    """The facts of an enterprise of that name."""
    party = {"name": name, "uscc": "91140100MA0ABCDE1X"}
    return facts(addressee=party, enterprise=party)


def text_of(pdf: bytes) -> str:
    """The text as a reader's search sees it, without the page numbers, line ends and blanks of the layout."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "".join(re.sub(r"— \d+ —|\s", "", page) for page in pages)


def sizes_of(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in millimetres."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in document]
