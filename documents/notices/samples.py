"""One notice of every kind with facts made up for it: to look at, to measure, and to compare a page with last year's.

The facts are those a step would freeze (`context`); nothing here is read from the database or kept in it.
"""

from typing import Any

from documents.notices import codes, wording
from documents.notices.kinds import form_of, template_of
from documents.notices.render import filled, render_pdf

CODE = "7Q4KX9ABCDEFGHJKM2"
HUBEI = {"name": "湖北省商务厅", "phone": "027-00000000", "address": "武汉市江汉北路"}
COUNTY = {"name": "襄阳市樊城区商务局", "uscc": ""}
CENTER = {
    "matter": "外贸综合服务中心设立",
    "case": {"reference": "SL42-2026-0003", "title": "襄阳高新区外贸综合服务中心", "opened_on": "2026-10-12"},
    "organ": HUBEI,
    "addressee": COUNTY,
    "province": "420000",
}
PROVINCE = {"name": "山西省商务厅", "phone": "0351-0000000", "address": "太原市新建路"}
CITY = {"name": "太原市商务局", "phone": "0351-0000001", "address": "太原市新建路"}
ENTERPRISE = {"name": "山西晋通外贸综合服务有限公司", "uscc": "91140100MA0ABCDE1X", "region": "太原市"}
TITLE = {
    "title_name": "山西省省级外贸综合服务企业",
    "certificate_number": "ZS14-2026-0007",
    "valid_from": "2026-11-05",
    "valid_until": "2029-11-04",
}
MATERIALS = [
    {"name": "申请报告", "files": 1},
    {"name": "服务运营流程及证明", "files": 2},
    {"name": "所服务企业清单及合同（协议）", "files": 31},
    {"name": "近12个月进出口额证明", "files": 4},
    {"name": "审计报告", "files": 1},
]
FACTS = "经核实，该企业所报三十家服务对象中，两家注册地不在我省，计入的省内进出口企业为二十八家。"
STATEMENT = "本机关已事先告知（告知书晋商外综函〔2026〕37号，2026年10月9日送达），你单位陈述申辩称：清单之外另有两家。"
ANSWERS = "另报的两家未签订委托合同，没有代办业务的记录，不计入。"

STANDING: dict[str, Any] = {
    "issued_on": "2026-11-05",
    "matter": "省级外贸综合服务企业认定",
    "case": {"reference": "WZ14-2026-0024", "title": ENTERPRISE["name"], "opened_on": "2026-11-02"},
    "organ": PROVINCE,
    "addressee": ENTERPRISE,
    "enterprise": ENTERPRISE,
    "service": (
        "本文书通过平台送达：首次打开之日为送达日；发布后3个工作日内未打开的，期满之日视为送达；"
        "另有纸质送达的，以纸质送达日为准。"
    ),
    "seal_mode": "placeholder",
    "site": "portal.example",
    "verification_code": CODE,
    "verification_code_words": codes.in_groups(CODE),
    "bar_months": 12,
    "deadlines": {},
}


def _due(code: str, days: int, on: str) -> dict[str, Any]:
    return {"deadlines": {code: {"days": days, "due_on": on}}}


# What each kind says besides: its title, its number without the year and serial, the clauses it rests on.
PECULIAR: dict[str, dict[str, Any]] = {
    "receipt": {
        "title": "材料接收凭证", "word": "并商外综收", "organ": CITY, "materials": MATERIALS,
        **_due("completeness", 5, "2026-11-12"),
    },
    "acceptance": {
        "title": "受理通知书", "word": "并商外综受", "organ": CITY, "clauses": ["SX-51"], "materials": MATERIALS,
        "received_on": "2026-11-02", "accepted_on": "2026-11-05", **_due("city_review", 15, "2026-11-26"),
    },
    "correction": {
        "title": "补正材料通知书（一次性告知）", "word": "并商外综函", "organ": CITY, "clauses": ["AMB-G07"],
        "defects": [
            {"name": "审计报告", "problem": "缺会计报表附注。", "remedy": "补交附注并加盖公章。"},
            {"name": "专业服务人员资质及社保参保证明", "problem": "只有名册，没有参保证明。", "remedy": "补交近6个月的参保证明。"},
        ],
        **_due("correction", 10, "2026-11-24"),
    },
    "tolerant_acceptance": {
        "title": "容缺受理通知书（附承诺书）", "word": "并商外综受", "organ": CITY, "clauses": ["FJ-24"],
        "accepted_on": "2026-11-05", "promised": ["其他可资证明的材料"],
        "promise": {
            "text": "尚缺下列非法定必备材料：其他可资证明的材料。我单位承诺自容缺受理之日起10个工作日内补齐上述材料",
            "signed_by": "赵喆堃", "signed_on": "2026-11-04",
        },
        **_due("promise", 10, "2026-11-19"),
    },
    "non_acceptance": {
        "title": "不予受理通知书", "word": "并商外综函", "organ": CITY, "clauses": ["SX-50", "AMB-G07"],
        "ground_words": "不属本单位受理", "reasons": "企业的主要办事机构在大同市，不属本局受理范围。", "right_body": "大同市商务局",
    },
    "consultation": {
        "title": "征求意见函", "word": "并商外综函", "organ": CITY, "clauses": ["SX-52"],
        "addressee": {"name": "中华人民共和国太原海关", "uscc": ""},
        "question": "该企业近三年有无违反海关监管规定的行为，信用等级有无下调？",
        "sent": {
            "reference": "WZ14-2026-0024", "office": "太原市小店区", "window": "2025年11月至2026年10月",
            "served_enterprises": 36, "trade_volume": "52317000.00",
        },
        **_due("peer_reply", 5, "2026-11-12"),
    },
    "recommendation": {
        "title": "推荐意见", "word": "并商外综函", "organ": CITY, "clauses": ["SX-53"], "addressee": PROVINCE,
        "consultations": [
            {"department": "中华人民共和国太原海关", "opinion": "同意", "reasons": ""},
            {"department": "国家税务总局太原市税务局", "opinion": "附条件同意", "reasons": "代办退税业务按季报送台账。"},
        ],
        "silent": ["国家外汇管理局山西省分局"], "answers": "附条件的意见已由企业书面承诺落实",
        "opinion": "经初审，该企业符合认定条件，建议予以认定，现推荐上报。",
    },
    "not_recommended": {
        "title": "不予推荐通知书", "word": "并商外综函", "organ": CITY, "clauses": ["SX-37"], "reasons": FACTS,
        **_due("city_refusal", 10, "2026-11-24"),
    },
    "publicity": {
        "title": "公示", "clauses": ["SX-55"], "posted_on": "2026-11-05", "last_day": "2026-11-12", "version": 1,
        "case": {"reference": "GS14-2026-0003", "title": "关于拟认定山西省省级外贸综合服务企业名单的公示", "opened_on": "2026-11-05"},
        "content": {
            "enterprise": ENTERPRISE["name"], "uscc": ENTERPRISE["uscc"], "office_region": "太原市",
            "title_name": TITLE["title_name"], "round": "2026年第一批", "text": "",
        },
    },
    "objection_reply": {
        "title": "异议处理答复", "word": "晋商外综函", "clauses": ["SX-55"], "outcome": "dismissed",
        "addressee": {"name": "周平", "uscc": ""},
        "case": {"reference": "YY14-2026-0002", "title": "关于拟认定山西省省级外贸综合服务企业名单的公示", "opened_on": "2026-11-06"},
        "facts": "该企业服务企业数量与实际不符。", "findings": "清单所列三十六家企业均有进出口实绩，合同和报关单相互印证。",
    },
    "accreditation": {
        "title": "认定决定书", "word": "晋商外综", "clauses": ["SX-56", "SX-59"], **TITLE,
        "publicity": {"posted_on": "2026-10-26", "last_day": "2026-11-02", "objections": ""},
        "copies": ["各市商务局", "山西转型综改示范区管委会", "太原海关", "国家税务总局山西省税务局", "国家外汇管理局山西省分局"],
    },
    "certificate": {
        "title": "认定证书", "number": TITLE["certificate_number"], "clauses": ["SX-56"],
        "decision_number": "晋商外综〔2026〕12号", **TITLE,
    },
    "refusal": {
        "title": "不予认定决定书", "word": "晋商外综", "clauses": ["SX-37", "AMB-G09"], "facts": FACTS,
        "hearing": STATEMENT, "answers": ANSWERS,
        "reasons": "计入的省内进出口企业为二十八家，未达到三十家的要求。",
    },
    "review_opening": {
        "title": "复核通知书", "word": "晋商外综函", "clauses": ["SX-61"], **TITLE, "matter": "省级外贸综合服务企业复核",
        "wanted": [material["name"] for material in MATERIALS], **_due("review_materials", 60, "2027-01-04"),
    },
    "review_result": {
        "title": "复核结果通知书", "word": "晋商外综函", "clauses": ["SX-62"], **TITLE, "matter": "省级外贸综合服务企业复核",
        "is_passed": False, "facts": FACTS, "hearing": STATEMENT, "answers": ANSWERS,
        "reasons": "服务的省内进出口企业未达到三十家的要求。", "plaque_due": "2026-11-19",
    },
    "prior_notice": {
        "title": "拟取消认定资格告知书", "word": "晋商外综函", "clauses": ["SX-64", "AMB-G09"], "proposed": "取消认定资格",
        "facts": "经查，你单位申报时提交的三份委托合同系伪造。", "ground_words": "申报材料虚假经查出",
        "evidence": "合同相对方的书面说明、公章鉴定意见、调查笔录。", **_due("statement", 5, "2026-11-17"),
    },
    "revocation": {
        "title": "取消认定资格决定书", "word": "晋商外综", "clauses": ["SX-63", "SX-64", "AMB-G09"], **TITLE,
        "facts": "经查，你单位申报时提交的三份委托合同系伪造。",
        "evidence": "合同相对方的书面说明、公章鉴定意见、调查笔录。", "hearing": STATEMENT, "answers": ANSWERS,
        "ground_words": "申报材料虚假经查出", "reasons": "申报材料虚假，属于应当立即取消认定的情形。",
        "bar_until": "2029-11-05", "plaque_due": "2026-11-19",
        "copies": ["各市商务局", "山西转型综改示范区管委会", "太原海关", "国家税务总局山西省税务局"],
    },
    "center_approval": {
        "title": "外综服中心核准文件", "word": "鄂商", "clauses": ["HB-29", "HB-30"], **CENTER,
        "center": "襄阳高新区外贸综合服务中心", "center_number": "HBZX4206-0002", "is_additional": False, "staff": 5,
        "zone": {"name": "襄阳高新区", "label": "国家级高新产业园区", "prefecture": "襄阳市"},
        "premises": {"address": "襄阳市高新区邓城大道 49 号", "area": "120.00"}, "copies": ["襄阳市商务局"],
    },
    "filing_receipt": {
        "title": "备案回执", "word": "鄂商函", "clauses": ["HB-45"], **CENTER, "matter": "承办企业备案",
        "center": "襄阳高新区外贸综合服务中心", "center_number": "HBZX4206-0002", "filing_number": "HBBA-2026-0007",
        "operator": {"name": "湖北汉江外贸综合服务有限公司", "uscc": "91420600MA0ABCDE1X"}, "mark": "按期",
        "agreement": {"reference": "XY42-2026-0002", "effective_on": "2026-10-15"}, "publish_by": "2026-11-19",
    },
    "assessment": {
        "title": "年度末期评估结果通知书", "word": "樊商外综函", "clauses": ["HB-41"], **CENTER, "matter": "承办合同年度末期评估",
        "organ": {"name": "襄阳市樊城区商务局", "phone": "0710-0000000", "address": "襄阳市樊城区"},
        "addressee": {"name": "湖北汉江外贸综合服务有限公司", "uscc": "91420600MA0ABCDE1X"},
        "center": "襄阳高新区外贸综合服务中心", "center_number": "HBZX4206-0002", "result_word": "不合格",
        "contract": {"reference": "HT42-2026-0002", "first_day": "2026-01-01", "last_day": "2026-12-31"},
        "grounds": "全年服务记录一百二十件，少于约定的三百件；培训活动未开展。", "heard": "受搬迁影响，下半年才恢复正常服务。",
    },
    "adjust_revoke": {
        "title": "调整/撤销决定书", "word": "鄂商", "clauses": ["HB-31", "HB-33"], **CENTER, "kind_word": "撤销",
        "center": "襄阳高新区外贸综合服务中心", "center_number": "HBZX4206-0002",
        "facts": "经查，该中心派驻人员连续三个月不足三人，经通知没有补足。",
        "hearing": "本机关已听取县级商务主管部门、市州商务主管部门和承办企业的意见。",
        "reasons": "中心不再满足设立条件。", "points": ["承办合同自本决定之日起终止", "派驻人员由承办企业安置", "设备清点后交县级商务主管部门", "未用资金退回原渠道"],
        "copies": ["襄阳市商务局"],
    },
}  # fmt: skip
ADVERSE = {"non_acceptance", "not_recommended", "refusal", "review_result", "revocation", "adjust_revoke"}


def sample_context(kind: str) -> dict[str, Any]:
    """The facts a notice of this kind prints."""
    peculiar, act = PECULIAR[kind], form_of(kind).act
    organ = peculiar.get("organ", PROVINCE)
    cited = wording.citations(peculiar.get("clauses", ()), peculiar.get("province", "140000"))
    return {
        **STANDING,
        "code": kind,
        "number": f"{peculiar['word']}〔2026〕12号" if "word" in peculiar else "",
        **peculiar,
        "clauses": cited,
        "basis": wording.basis(cited),
        "measures": wording.measures(peculiar.get("clauses", ())),
        "verification_url": codes.verification_url(CODE),
        "remedies": {
            "act": act,
            "reconsideration_days": 60,
            "lawsuit_months": 6,
            "reviewing_authority": "太原市人民政府" if organ is CITY else f"{organ['name'][:2]}省人民政府",
            "court": wording.COURT,
        }
        if kind in ADVERSE
        else None,
    }


def sample_pdf(kind: str, **others: Any) -> bytes:
    return render_pdf(template_of(kind), {**sample_context(kind), **others})


def format_of(kind: str) -> str:
    """Which of the four formats its template extends: document, letter, plain or certificate."""
    page = filled(template_of(kind), sample_context(kind), base="notices/base.html")
    return page.partition('<body class="')[2].partition('"')[0]
