"""The standard sentences of notices: on which clause, with which remedies, when it counts as served.

Figures come from `core.defaults` and the texts from `core.clauses`, so a changed period or article changes every
notice from that day on and none that has been issued.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from accounts.models import Organization
from accounts.roles import Kind
from core import defaults
from core.clauses import clause
from core.facts import facts

# The documents whose clauses can be printed, and the province they bind.
DOCUMENTS = {
    "shanxi_provider": "140000",
    "integration_plan": "140000",
    "cbec_zone": "140000",
    "hubei_center": "420000",
    "aeo_measures": "350000",
}
# The laws by whose analogy the portal fills what the texts leave open. Other defaults are arithmetic, not a ground.
BY_ANALOGY = {
    "AMB-G07": ("《中华人民共和国行政许可法》第三十二条", "申请材料一次性告知和补正"),
    "AMB-G09": ("《中华人民共和国行政处罚法》第四十四条、第四十五条", "事先告知与陈述申辩"),
}
COURT = "有管辖权的人民法院"


def citations(ids: Iterable[str], province: str = "") -> list[dict[str, str]]:
    """The clauses that a notice can print, each once.

    A step shared by several provinces names the clause of each; a notice prints that of its own province, and
    another's only where it has none.
    """
    found = [each for each in (citation(id) for id in dict.fromkeys(ids)) if each]
    at_home = [each for each in found if each["province"] in ("", province)]
    return at_home if any(each["province"] for each in at_home) else found


def citation(id: str) -> dict[str, str] | None:
    """A clause as it is printed: document and number, article, what it is about. None for what is no ground."""
    cited = clause(id)
    if cited.is_default:
        if id not in BY_ANALOGY:
            return None
        text, label = BY_ANALOGY[id]
        return {"id": id, "document": "", "article": text, "citation": text, "label": label, "province": ""}
    name = document_of(id)
    title, number = facts(name)["document"]["title"], facts(name)["document"]["number"]
    document = f"《{title}》" + (f"（{number}）" if number else "")
    return {
        "id": id,
        "document": document,
        "article": cited.article,
        "citation": document + cited.article,
        "label": cited.label,
        "province": DOCUMENTS[name],
    }


def basis(cited: list[dict[str, str]]) -> str:
    """On what a decision rests, in one phrase: 依据《…》（…）第…、第…，参照《…》第…. A document is named once."""
    articles: dict[str, list[str]] = {}
    for each in cited:
        articles.setdefault(each["document"], []).append(each["article"])
    by_analogy = articles.pop("", [])
    own = "、".join(document + "、".join(dict.fromkeys(named)) for document, named in articles.items())
    phrases = (f"依据{own}" if own else "", f"参照{'、'.join(by_analogy)}" if by_analogy else "")
    return "，".join(phrase for phrase in phrases if phrase)


def measures(ids: Iterable[str]) -> str:
    """The short title that stands on a certificate: of the annex that regulates it, or of the document."""
    for id in ids:
        if not clause(id).is_default:
            document = facts(document_of(id))["document"]
            return f"《{document.get('annex_title') or document['title']}》"
    return ""


def document_of(id: str) -> str:
    """The fact file of the document a clause stands in."""
    named = clause(id).document
    for name in DOCUMENTS:
        document = facts(name)["document"]
        if document["number"] == named or (document["number"] is None and named in document["source"]):
            return name
    raise LookupError(f"no regulation is recorded under {named}")


def remedies(organ: Organization, act: str, on: dt.date | None) -> dict[str, Any] | None:
    """Where and how long an adverse notice can be contested (AMB-G10); None where the province switched it off."""
    if not defaults.value("NOTICE_REMEDY_PARAGRAPH", on):
        return None
    return {
        "act": act,
        "reconsideration_days": defaults.value("REMEDY_RECONSIDERATION_DAYS", on),
        "lawsuit_months": defaults.value("REMEDY_LAWSUIT_MONTHS", on),
        "reviewing_authority": f"{_government_region(organ)}人民政府",
        "court": COURT,
    }


def _government_region(organ: Organization) -> str:
    """The region whose government reviews an organ's acts: its own; for a zone, the one that set it up."""
    region = organ.region
    is_zone = organ.kind == Kind.ZONE_COMMITTEE or not region.code.isdigit()
    return region.parent.name if is_zone and region.parent else region.name


def served_by_portal(on: dt.date | None) -> str:
    """How and when a notice in the portal counts as served (AMB-G20)."""
    days = defaults.value("NOTICE_DEEMED_SERVED_WORKING_DAYS", on)
    return (
        f"本文书通过平台送达：首次打开之日为送达日；发布后{days}个工作日内未打开的，期满之日视为送达；"
        "另有纸质送达的，以纸质送达日为准。"
    )
