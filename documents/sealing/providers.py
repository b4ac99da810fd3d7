"""The seam to whoever keeps the organs' keys: a file here, a token in the room, a seal service elsewhere.

A provider takes a finished PDF and gives it back sealed. What a domestic seal service needs beyond that, SM2, a seal
of its own over the date, is its own affair: see docs/decisions/0015. `settings.SEAL_PROVIDER` names the class.
"""

import datetime as dt
from functools import cache
from typing import Protocol

from asn1crypto.x509 import Certificate
from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Organization
from core import clock
from documents.sealing import certificates
from workflow.errors import Refused


class KeyUnavailable(Refused):
    """The organ cannot seal now: no key, a wrong password, a certificate out of its term. Nothing was issued."""

    status = 503


class Provider(Protocol):
    """Keeps the keys of organs. Both methods raise `KeyUnavailable` with the sentence the office is told."""

    def certificate_of(self, organ: Organization) -> Certificate:
        """The certificate the organ would seal with now; opens the key, so that what is wrong shows here."""

    def seal(self, pdf: bytes, organ: Organization, *, reason: str) -> bytes:
        """The PDF sealed by the organ. Raises `certificates.NotSigned` when no signature came of it."""


def provider() -> Provider:
    """The provider of this portal."""
    return _made(settings.SEAL_PROVIDER)


@cache
def _made(path: str) -> Provider:
    made: Provider = import_string(path)()
    return made


def usable_certificate(organ: Organization, at: dt.datetime) -> Certificate:
    """The organ's certificate, if it can seal at that moment. Raises `KeyUnavailable`."""
    certificate = provider().certificate_of(organ)
    first, last = certificates.term_of(certificate)
    if not first <= at <= last:
        day = clock.local(last if at > last else first).date()
        words = f"已于{day:%Y年%-m月%-d日}到期" if at > last else f"要到{day:%Y年%-m月%-d日}才生效"
        raise KeyUnavailable(
            f"{organ.name}的电子签章证书{words}，现在不能制发文书，这一步没有办理。"
            "请联系平台管理员更换证书后再办，填写的内容不会丢失。"
        )
    return certificate


def key_name(organ: Organization) -> str:
    """Under which name the organ's key is kept, e.g. 140000-province_department: the body of a region, or a department."""
    return organ.department_code or f"{organ.region_id}-{organ.kind}"
