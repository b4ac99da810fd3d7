"""Bodies of every length for every kind of notice: each kind grows in the place where service lets it grow."""

from __future__ import annotations

from copy import deepcopy
from io import BytesIO
from typing import Any

import pypdfium2

from documents.notices import samples

LINE = "为培育外贸新业态壮大服务主体提升全省贸易便利化水平扶企业"  # 28 characters
MATERIAL = {"name": "其他可资证明的材料", "files": 1}
DEFECT = {"name": "审计报告", "problem": "缺会计报表附注。", "remedy": "补交附注并加盖公章。"}
# Where a body grows: a text by lines, a table by rows.
GROWS: dict[str, tuple[str, ...]] = {
    "receipt": ("materials",),
    "acceptance": ("materials",),
    "correction": ("defects",),
    "tolerant_acceptance": ("promise", "text"),
    "non_acceptance": ("reasons",),
    "consultation": ("question",),
    "recommendation": ("opinion",),
    "not_recommended": ("reasons",),
    "publicity": ("content", "text"),
    "objection_reply": ("findings",),
    "accreditation": ("publicity", "objections"),
    "refusal": ("reasons",),
    "review_opening": ("wanted",),
    "review_result": ("reasons",),
    "prior_notice": ("facts",),
    "revocation": ("reasons",),
}
ROWS = {"materials": MATERIAL, "defects": DEFECT, "wanted": MATERIAL["name"]}
NAMES = {
    "forty characters, rare ones among them": "山西㛃䶮堃喆国际供应链外贸综合服务集团（太原）有限责任公司转型综改示范区唐槐公司",
    "Latin": "Shanxi Jintong Trade Service Co., Ltd.",
}
LONG, LATIN = NAMES.values()
AMOUNT = "合同金额为人民币123456789012.34元（大写：壹仟贰佰叁拾肆亿伍仟陆佰柒拾捌万玖仟零壹拾贰元叁角肆分）"


def grown(kind: str, by: int, *, name: str = samples.ENTERPRISE["name"]) -> dict[str, Any]:
    """What a notice of this kind prints once its body has grown by so many lines, or rows."""
    context = deepcopy(samples.sample_context(kind))
    for party in ("addressee", "enterprise"):
        if context[party]["name"] == samples.ENTERPRISE["name"]:
            context[party] = {**context[party], "name": name}
    if kind == "publicity":
        context["content"]["enterprise"] = name
    if kind in GROWS:
        *above, last = GROWS[kind]
        holder = context
        for step in above:
            holder = holder[step]
        holder[last] = [ROWS[last]] * (by + 1) if last in ROWS else LINE * by + AMOUNT
    return context


def pages_of(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        return len(document)
