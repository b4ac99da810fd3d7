"""A file somebody holds against what was issued: is it ours, to the byte, and does it still stand?

The hash answers for a genuine file. Only one that is none of ours is opened, by the confined child, to tell a paper
that was altered from one that never was ours. Nothing of it is kept.
"""

import hashlib
import tempfile
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from core import clock
from documents import confined
from documents.notices import codes, verification
from documents.notices.models import Notice
from documents.notices.verification import Standing, Verification
from documents.sealing.models import SealCertificate
from workflow.errors import InvalidInput

LARGEST = 20 * 1024 * 1024
SECONDS = 10


@dataclass(frozen=True)
class Comparison:
    """What the file is: `found` is the paper it is, or pretends to be; `why` says what speaks against it."""

    found: Verification
    why: str = ""


def compare(file: UploadedFile) -> Comparison:
    """Raises `InvalidInput` for what is no PDF or too large."""
    size = file.size or 0
    if not size:
        raise InvalidInput({"file": [_("这个文件是空的，请重新选择。")]})
    if size > LARGEST:
        raise InvalidInput({"file": [_("文件超过 20 MB，不是本平台制发的文书。请核对后重新选择。")]})
    content = file.read()
    if not content.startswith(b"%PDF-"):
        raise InvalidInput(
            {"file": [_("这个文件不是 PDF。请选择从平台下载的 PDF 原件；纸质件和照片请输入核验码核验。")]}
        )
    notice = _with(pdf_sha256=hashlib.sha256(content).hexdigest())
    if notice is not None:
        return Comparison(verification.of_notice(notice, clock.today()))
    return _pretender(content)


def _with(**where: str) -> Notice | None:
    rows = Notice.objects.select_related("organ", "subject", "superseded_by", "certificate")
    return rows.exclude(pdf_sha256="").filter(**where).first()


def _pretender(content: bytes) -> Comparison:
    """A file that is none of ours: an altered copy, where it carries our signature or our code, or a stranger's."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as draft:
        draft.write(content)
        draft.flush()
        seen = confined.run("examine", {"path": draft.name}, seconds=SECONDS)
    marks = {one["fingerprint"]: one["intact"] and one["whole"] for one in seen.get("signatures", [])}
    sealed_with = SealCertificate.objects.filter(fingerprint__in=list(marks)).select_related("organ").first()
    notice = next((one for one in map(_by_code, seen.get("codes", [])) if one), None)
    facts = verification.of_notice(notice, clock.today()).facts if notice else {}
    if sealed_with is not None and marks[sealed_with.fingerprint]:
        why = _("文件带有%(organ)s的有效签章，却不在发文登记簿上。请打电话向该机关核实，核实前不要作为凭证。")
        return Comparison(Verification(Standing.UNKNOWN), why % {"organ": sealed_with.organ.name})
    if sealed_with is not None:
        why = _("文件带有%(organ)s的电子签章，但签章之后内容被改动过，或者文件不完整。")
        return Comparison(
            Verification(Standing.ALTERED, facts, notice), why % {"organ": sealed_with.organ.name}
        )
    if notice is not None:
        why = _(
            "文件上印着这份文书的核验码，但不是本平台制发的原件：内容可能被改动，或者是重新打印、扫描的。"
        )
        return Comparison(Verification(Standing.ALTERED, facts, notice), why)
    return Comparison(Verification(Standing.UNKNOWN))


def _by_code(code: str) -> Notice | None:
    try:
        return _with(verification_code=codes.normalise(code))
    except codes.MistypedCode:
        return None
