"""The official notices of publicity and objections; their text stands in templates/notices/."""

from workflow.notices import NoticeKind

PUBLICITY = NoticeKind("publicity", "公示")
OBJECTION_REPLY = NoticeKind("objection_reply", "异议处理答复")
