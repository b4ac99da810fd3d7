"""Findings of departments from a list: read, matched with titles by USCC, shown, and taken only when confirmed (SX-21)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from accounts.actors import Actor
from accreditation import supervision
from accreditation.register import Accreditation
from accreditation.supervision_papers import DepartmentFinding
from core import clock
from documents.spreadsheets.columns import USCC, Choice, Code, Column, Day, Text
from documents.spreadsheets.tables import Row, read_table
from workflow.errors import Conflict, InvalidInput

SALT = "accreditation.findings"
LIVES = 3600  # seconds a preview may wait for its confirmation
COLUMNS = (
    Column("uscc", "统一社会信用代码", USCC(), ("信用代码", "社会信用代码", "企业代码")),
    Column("name", "企业名称", Text(100, "太原市晋源铸锻有限公司"), ("当事人", "企业"), required=False),
    Column(
        "kind",
        "情形",
        Choice(
            {
                "行政处罚": "penalty",
                "处罚": "penalty",
                "警告": "penalty",
                "列入失信名单": "listing",
                "失信": "listing",
                "下调等级": "downgrade",
                "降级": "downgrade",
                "骗取出口退税": "fraud",
                "其他": "other",
            },
            "行政处罚",
        ),
        ("类型", "监管信息类型"),
    ),
    Column("organ", "作出机关", Text(100, "太原海关"), ("处罚机关", "机关", "发布单位")),
    Column("document_number", "文书文号", Code(100, "并关缉罚字〔2026〕12号"), ("文号", "决定书文号"), required=False),
    Column("occurred_on", "作出日期", Day(), ("处罚日期", "日期", "列入日期")),
    Column("facts", "内容", Text(1000, "申报不实，罚款 1.2 万元"), ("事由", "处罚内容", "摘要")),
)  # fmt: skip


@dataclass
class Preview:
    """What a list would bring: findings on titles, rows about nobody here, rows that are known, rows to mend."""

    matched: list[tuple[Row, Accreditation]] = field(default_factory=list)
    strangers: list[Row] = field(default_factory=list)
    known: list[tuple[Row, Accreditation]] = field(default_factory=list)
    bad: list[Row] = field(default_factory=list)
    token: str = ""


def read(file: UploadedFile, actor: Actor) -> Preview:
    """The rows of a list against the titles that stand in the reader's reach; nothing is written.

    A title out of reach answers like none, so that a list finds out nothing about another's holders.

    Raises `Rejected` when the file cannot be taken, `InvalidInput` when it is not this table.
    """
    table = read_table(file, COLUMNS)
    if table.problems:
        raise InvalidInput({"file": table.problems})
    preview = Preview(bad=table.bad_rows)
    titles = _titles({row.values["uscc"] for row in table.good_rows}, actor)
    for row in table.good_rows:
        if row.values["occurred_on"] > clock.today():
            preview.bad.append(row)
            continue
        title = titles.get(row.values["uscc"])
        if title is None:
            preview.strangers.append(row)
        elif _is_known(title, row.values):
            preview.known.append((row, title))
        else:
            preview.matched.append((row, title))
    preview.token = signing.dumps(
        {"by": actor.user.pk if actor.user else None, "rows": [_plain(row, t) for row, t in preview.matched]},
        salt=SALT,
        compress=True,
    )
    return preview


def take(token: str, actor: Actor) -> int:
    """Enter what was shown. Returns how many findings are new; a second confirmation enters nothing.

    Raises `Conflict` when the preview is not this person's or too old.
    """
    try:
        shown = signing.loads(token, salt=SALT, max_age=LIVES)
    except signing.BadSignature:
        raise Conflict("预览已过期或被改动，没有导入。请重新上传名单。") from None
    if actor.user is None or shown["by"] != actor.user.pk:
        raise Conflict("预览是另一个人的，没有导入。请重新上传名单。")
    titles = supervision.titles_to_report_on(actor).in_bulk([row["title"] for row in shown["rows"]])
    return sum(_enter(titles[row["title"]], row, actor) for row in shown["rows"] if row["title"] in titles)


def _enter(title: Accreditation, row: dict[str, Any], actor: Actor) -> bool:
    try:
        supervision.report_finding(
            title,
            actor=actor,
            kind=row["kind"],
            organ=row["organ"],
            document_number=row["document_number"],
            occurred_on=dt.date.fromisoformat(row["occurred_on"]),
            facts=row["facts"],
        )
    except Conflict:
        return False
    return True


def _titles(codes: Iterable[str], actor: Actor) -> dict[str, Accreditation]:
    reached = supervision.titles_to_report_on(actor).select_related("applicant")
    rows = reached.filter(applicant__uscc__in=list(codes), closed_at=None)
    return {str(title.applicant.uscc): title for title in rows if title.applicant}


def _is_known(title: Accreditation, values: dict[str, Any]) -> bool:
    return DepartmentFinding.objects.filter(
        title=title,
        kind=values["kind"],
        organ=values["organ"],
        document_number=values["document_number"] or "",
        occurred_on=values["occurred_on"],
    ).exists()


def _plain(row: Row, title: Accreditation) -> dict[str, Any]:
    values = row.values
    return {
        "title": title.pk,
        "kind": values["kind"],
        "organ": values["organ"],
        "document_number": values["document_number"] or "",
        "occurred_on": values["occurred_on"].isoformat(),
        "facts": values["facts"],
    }
