"""What each place for a file accepts: kinds, size, pages, pixels, and for what purpose it may be looked at.

The ten materials of the Shanxi application (SX-39 to SX-48), the seven of a Hubei operator (HB-37) and the evidence
of an objector. A material with several parts has a slot per part: a list to be read row by row is not a scan to be
looked at.
"""

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents.attachments.types import FILE_TYPES

MB = 1024 * 1024
ACCREDITATION = _("外贸综合服务企业认定审核")
OPERATOR_FILING = _("外贸综合服务中心承办企业备案")
MOST_FILES_PER_CASE = 200
MOST_BYTES_PER_CASE = 500 * MB


@dataclass(frozen=True)
class Slot:
    """A place for files of one meaning. `personal` files are shown with a watermark and every look is
    recorded.
    """

    code: str
    label: str | Promise
    types: tuple[str, ...]
    max_bytes: int
    max_pages: int = 1
    max_pixels: int = 40_000_000
    purpose: str | Promise = ACCREDITATION
    personal: bool = False

    @property
    def accepts(self) -> str:
        """For the file field's `accept`: ".pdf,.jpg"."""
        return ",".join(f".{ending}" for kind in self.types for ending in FILE_TYPES[kind].extensions)

    @property
    def types_in_words(self) -> str:
        return "、".join(FILE_TYPES[kind].label for kind in self.types)


_SCAN = Slot("", "", ("pdf", "jpeg", "png"), 10 * MB, max_pages=50)
_DOCUMENT = Slot("", "", ("pdf",), 30 * MB, max_pages=500)
_TABLE = Slot("", "", ("xlsx", "csv"), 5 * MB)
_EITHER = replace(_SCAN, max_bytes=30 * MB, max_pages=500)

SLOTS = {
    slot.code: slot
    for slot in (
        replace(_DOCUMENT, code="application_report", label=_("申请报告")),
        replace(_EITHER, code="service_process_proof", label=_("服务运营流程及证明")),
        replace(_TABLE, code="client_list", label=_("所服务企业清单")),
        replace(_DOCUMENT, code="client_contracts", label=_("所服务企业合同（协议）")),
        replace(_TABLE, code="trade_records", label=_("近 12 个月进出口记录")),
        replace(_EITHER, code="trade_volume_proof", label=_("近 12 个月进出口额证明")),
        replace(_EITHER, code="platform_description", label=_("平台功能模块说明及运行情况")),
        replace(_SCAN, code="platform_authorisation", label=_("平台使用授权证明")),
        replace(_SCAN, code="business_licence", label=_("营业执照")),
        replace(_SCAN, code="legal_rep_id", label=_("法人代表身份证复印件"), personal=True),
        replace(_SCAN, code="staff_qualification", label=_("专业服务人员资质及社保参保证明"), personal=True),
        replace(_DOCUMENT, code="audit_report", label=_("审计报告")),
        replace(_SCAN, code="truthfulness_statement", label=_("材料真实有效的申明")),
        replace(_EITHER, code="other_proof", label=_("其他可资证明的材料")),
        replace(
            _SCAN, code="objection_evidence", label=_("异议证据"), purpose=_("公示异议核查"), personal=True
        ),
        *(
            replace(_EITHER, code=f"operator_{code}", label=label, purpose=OPERATOR_FILING, personal=personal)
            for code, label, personal in (
                ("application_form", _("申报书"), False),
                ("work_plan", _("工作方案"), False),
                ("service_proof", _("通关退税收汇信保服务证明"), False),
                ("licence_and_legal_rep_id", _("营业执照、法人代表身份证复印件"), True),
                ("staff_qualification", _("专业人员资质及社保证明"), True),
                ("truthfulness_statement", _("材料真实有效的申明"), False),
                ("other_proof", _("其他可资证明的材料"), False),
            )
        ),
    )
}
