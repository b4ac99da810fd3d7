"""The official notices of centers (workflows.md §21); their text stands in templates/notices/."""

from workflow.notices import NoticeKind

RECEIPT = NoticeKind("receipt", "材料接收凭证")
CORRECTION = NoticeKind("correction", "补正材料通知书（一次性告知）")
NON_ACCEPTANCE = NoticeKind("non_acceptance", "不予受理通知书", adverse=True)
REFUSAL = NoticeKind("refusal", "不予核准决定书", adverse=True)
CENTER_APPROVAL = NoticeKind("center_approval", "外综服中心核准文件")
PRIOR_NOTICE = NoticeKind("prior_notice", "拟调整（撤销）告知书")
FILING_RECEIPT = NoticeKind("filing_receipt", "备案回执")
FILING_PRIOR_NOTICE = NoticeKind("prior_notice", "拟不予备案告知书")
FILING_REFUSAL = NoticeKind("refusal", "不予备案决定书", adverse=True)
ASSESSMENT = NoticeKind("assessment", "年度末期评估结果通知书")
ADJUST_REVOKE = NoticeKind("adjust_revoke", "调整/撤销决定书", adverse=True)
