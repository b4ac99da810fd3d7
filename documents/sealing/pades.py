"""PAdES over the bytes of a PDF: signed last, and read back before it counts.

Knows neither Django nor our records: the confined child examines files of strangers with it.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from documents.sealing.certificates import NotSigned, fingerprint, name_of

FIELD = "OrganSeal"
TIMESTAMP_SECONDS = 10


@dataclass(frozen=True)
class Signature:
    """What one signature on a PDF says. It holds when `intact`, `whole` and made with a certificate we know."""

    intact: bool  # what it covers is what was signed, by the key of its certificate
    whole: bool  # it covers the file to its last byte
    signer: str
    fingerprint: str  # SHA-256 of the certificate, in hex
    timestamped: bool = False

    @property
    def holds(self) -> bool:
        return self.intact and self.whole


def sign(pdf: bytes, signer: signers.Signer, *, organ: str, reason: str, timestamp_url: str = "") -> bytes:
    """The PDF with the organ's signature over all of it; nothing may be changed after it. Raises `NotSigned`."""
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=organ,
        reason=reason,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    timestamper = HTTPTimeStamper(timestamp_url, timeout=TIMESTAMP_SECONDS) if timestamp_url else None
    out = BytesIO()
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        _apart(lambda: signers.sign_pdf(writer, meta, signer, timestamper=timestamper, output=out))
        signed = out.getvalue()
        found = examine(signed)
    except (SigningError, PdfError, OSError) as error:
        raise NotSigned(str(error)) from error
    own = signer.signing_cert
    if own is None or not found or not found[-1].holds or found[-1].fingerprint != fingerprint(own):
        raise NotSigned("the signature does not hold when it is read back")
    return signed


def examine(pdf: bytes) -> list[Signature]:
    """Every signature on a PDF, oldest first; of a file that is no PDF, none."""
    try:
        embedded = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
    except Exception:  # readers of broken files raise whatever they like, and such a file bears no signature
        return []
    return [_read(signature) for signature in embedded]


def _read(signature: Any) -> Signature:
    try:
        certificate = signature.signer_cert
        # Whom we trust is a matter of our records, so the certificate answers for itself here.
        trust = ValidationContext(trust_roots=[certificate], allow_fetching=False)
        status = _apart(lambda: validate_pdf_signature(signature, trust, skip_diff=True))
    except Exception:  # as above; a signature that cannot be read does not hold
        return Signature(intact=False, whole=False, signer="", fingerprint="")
    return Signature(
        intact=status.intact and status.valid,
        whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        signer=name_of(certificate),
        fingerprint=fingerprint(certificate),
        timestamped=status.timestamp_validity is not None,
    )


def _apart(work: Callable[[], Any]) -> Any:
    """In a thread of its own: the library runs a loop for each call, and one may be running where we are called."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()
