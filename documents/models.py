"""Table of contents: the models of this app live in the rooms named here."""

from documents.attachments.models import Attachment, AttachmentView

__all__ = ["Attachment", "AttachmentView"]
