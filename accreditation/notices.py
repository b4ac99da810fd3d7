"""The official notices the Shanxi application issues (workflows.md §21); their text stands in templates/notices/."""

from workflow.notices import NoticeKind

RECEIPT = NoticeKind("receipt", "材料接收凭证")
ACCEPTANCE = NoticeKind("acceptance", "受理通知书")
TOLERANT_ACCEPTANCE = NoticeKind("tolerant_acceptance", "容缺受理通知书")
CORRECTION = NoticeKind("correction", "补正材料通知书（一次性告知）")
NON_ACCEPTANCE = NoticeKind("non_acceptance", "不予受理通知书", adverse=True)
CONSULTATION = NoticeKind("consultation", "征求意见函")
RECOMMENDATION = NoticeKind("recommendation", "推荐意见")
NOT_RECOMMENDED = NoticeKind("not_recommended", "不予推荐通知书", adverse=True)
PRIOR_NOTICE = NoticeKind("prior_notice", "拟不予认定告知书")
REFUSAL = NoticeKind("refusal", "不予认定决定书", adverse=True)
ACCREDITATION = NoticeKind("accreditation", "认定决定书")

# Of a title: its review and its revocation. A result is adverse only where the title is not kept.
REVIEW_OPENING = NoticeKind("review_opening", "复核通知书")
REVIEW_PASSED = NoticeKind("review_result", "复核结果通知书")
REVIEW_FAILED = NoticeKind("review_result", "复核结果通知书", adverse=True)
REVIEW_PRIOR_NOTICE = NoticeKind("prior_notice", "拟复核不通过告知书")
REVOCATION_PRIOR_NOTICE = NoticeKind("prior_notice", "拟取消认定资格告知书")
REVOCATION = NoticeKind("revocation", "取消认定资格决定书", adverse=True)
