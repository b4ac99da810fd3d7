"""Table of contents: the models of this app live in the rooms named here."""

from documents.attachments.models import Attachment, AttachmentView, ConfidentialityChange
from documents.notices.correcting import NoticeCorrection
from documents.notices.models import Notice
from documents.notices.numbering import NumberSeries
from documents.sealing.models import SealCertificate

__all__ = [
    "Attachment",
    "AttachmentView",
    "ConfidentialityChange",
    "Notice",
    "NoticeCorrection",
    "NumberSeries",
    "SealCertificate",
]
