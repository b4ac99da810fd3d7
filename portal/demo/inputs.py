"""What is typed into the forms of the steps: by step, and where a step has two stories, by step and argument."""

from __future__ import annotations

from typing import Any

from portal.demo import words

DEFECTS = [
    {
        "material": "audit_report",
        "problem": "审计报告缺附注。",
        "remedy": "补交包括附注和审计意见页的完整审计报告。",
    },
    {
        "material": "other_proof",
        "problem": "没有出口信用保险合作的证明。",
        "remedy": "上传合作协议，或说明尚未开展。",
    },
]
OPINIONS = {
    "object": "该企业上年度退税单证有两票尚未补齐，建议暂缓。",
    "agree_with_conditions": "同意，但应在半年内补正年报中的联系电话。",
}
INPUTS: dict[str, dict[str, Any]] = {
    "consult": {"question": "请就该企业在贵部门职责范围内有无违法违规和失信情况、是否同意推荐提出意见。"},
    "consult_joint": {"question": "请就该企业是否符合认定条件出具会同评定意见。"},
    "close_consultation": {"summary": "已汇总各部门意见：均未提出否定意见；逾期未复的已记录在案。"},
    "recommend": {"opinion": words.RECOMMENDATION, "answers": words.ANSWERED_CONDITIONS},
    "refuse_recommendation": {"reason": words.REFUSED_BY_CITY, "clauses": ["SX-37"]},
    "ask_review": {"reason": "清单中有五家企业的进出口实绩登记在关联公司名下，请省厅复查。"},
    "reject_acceptance": {
        "ground": "wrong_body", "right_body": "山西转型综改示范区管委会",
        "reason": "该企业省内主要办事机构设在综改示范区，应向综改示范区管委会申报。",
    },
    "send_back": {"reason": "同级部门意见汇总缺市场监管部门的复函，请补充后再报。"},
    "open_inquiry": {"fact": "审计报告编号在行业协会网站上查不到。", "source": "经办人核对审计报告时发现"},
    "publicise": {"content": "经市级推荐、省级会同评定，现予公示。"},
    "republicise": {"content": "更正企业省内办事机构所在地，其余内容不变。", "reason": "原公示的办事机构所在地有误。"},
    "accredit": {"reasons": "经公示无异议或异议已处理，符合认定条件。"},
    "state_case": {"statement": words.STATEMENT_OF_CASE},
    "refuse": {
        "reasons": words.REFUSED_BY_PROVINCE, "clauses": ["SX-33"],
        "answers": "处罚发生在回溯期内，情节轻微不改变条件（三）的认定，陈述理由不予采纳。",
    },
    "refuse:objection": {
        "reasons": "经核查，异议成立：清单中有关联企业重复计入，服务省内进出口企业不足三十家，决定不予认定。",
        "clauses": ["SX-37"],
        "answers": "",
    },
    "reject": {"reason": "所述内容与本次公示的认定条件无关，且未提供任何证据。"},
}  # fmt: skip
GROUNDS = {
    "": {
        "ground": "failed_condition", "clauses": ["SX-33"],
        "facts": "经查询，该企业在申请前三十六个月内有海关行政处罚记录一条。", "evidence": "海关企业信用信息查询结果打印件",
    },
    "objection": {
        "ground": "sustained_objection", "clauses": ["SX-37"],
        "facts": "经核查，异议所述情况属实，清单中有关联企业重复计入。", "evidence": "核查笔录、工商登记资料",
    },
}  # fmt: skip
# Leads against a title by ground: what was reported, where from, and what the holder is told of it.
LEADS: dict[str, dict[str, str]] = {
    "administrative_penalty": {
        "facts": "市场监管部门对该企业作出行政处罚。",
        "source": "市场监管部门行政处罚决定书",
        "told": "经查，市场监管部门因你单位虚假宣传对你单位处以罚款，处罚决定已经生效。",
    },
    "condition_three_breach": {
        "facts": "海关下调该企业的信用等级。",
        "source": "海关企业进出口信用信息公示平台",
        "told": "经查，海关已将你单位的企业信用等级下调为失信企业，你单位不再符合申报条件（三）。",
    },
}
TITLE_INPUTS: dict[str, dict[str, Any]] = {
    "open": {"first_check": "经向作出机关核实，情况属实，立案核查。"},
    "serve_prior_notice": {
        "evidence": "作出机关的书面材料、公示平台查询结果打印件。", "nonperformance": "", "refund_fraud": "",
    },
    "state_case": {"statement": "处罚所涉宣传页已经撤下，未造成后果，请从轻处理。", "is_waived": False},
    "decide_revoke": {
        "reasons": "被行政机关处以行政处罚，属于应当立即取消认定的情形，决定取消认定资格。",
        "gravity": "虚假宣传直接利用了认定称号，情节较重。",
        "answers": "撤下宣传页不改变已被处罚的事实，不予采纳。",
    },
    "fail": {
        "reasons": "企业未在期限内报送复核材料，告知后也没有补报，无法核实是否仍符合规定条件，复核不通过。",
        "clauses": ["SX-61"],
        "answers": "",
    },
}  # fmt: skip
