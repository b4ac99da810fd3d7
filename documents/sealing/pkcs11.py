"""Keys in a token or a hardware module, by PKCS#11: `SEALING_TOKEN_MODULE` is its library, `SEALING_PASSWORD` the PIN.

Key and certificate of an organ carry the name of its key (`providers.key_name`) as their label.
"""

from contextlib import suppress
from functools import cache, lru_cache
from threading import RLock

import pkcs11
from asn1crypto.x509 import Certificate
from django.conf import settings
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

from accounts.models import Organization
from documents.sealing import pades
from documents.sealing.providers import KeyUnavailable, key_name

# A session serves one thread at a time.
_alone = RLock()


class Pkcs11:
    def certificate_of(self, organ: Organization) -> Certificate:
        with _alone:
            certificate = _signer(organ).signing_cert
        if certificate is None:
            raise _unavailable(organ)
        return certificate

    def seal(self, pdf: bytes, organ: Organization, *, reason: str) -> bytes:
        with _alone:
            try:
                return pades.sign(
                    pdf,
                    _signer(organ),
                    organ=organ.name,
                    reason=reason,
                    timestamp_url=settings.SEALING_TIMESTAMP_URL,
                )
            except pkcs11.PKCS11Error as error:
                _forget()
                raise _unavailable(organ) from error


def _signer(organ: Organization) -> PKCS11Signer:
    try:
        signer = _found(key_name(organ))
        signer.signing_cert  # noqa: B018  read from the token now, so that its absence shows here
    except pkcs11.PKCS11Error as error:
        _forget()
        raise _unavailable(organ) from error
    return signer


def _unavailable(organ: Organization) -> KeyUnavailable:
    return KeyUnavailable(
        f"签章设备里没有{organ.name}的密钥（{key_name(organ)}），或者设备没有接好、口令不对。"
        "现在不能制发文书，这一步没有办理。请联系平台管理员检查签章设备后再办。"
    )


@lru_cache(maxsize=256)
def _found(name: str) -> PKCS11Signer:
    # Hashed here and signed there: not every token knows how to do both in one.
    return PKCS11Signer(_session(), cert_label=name, key_label=name, use_raw_mechanism=True)


@cache
def _session() -> pkcs11.Session:
    criteria = TokenCriteria(label=settings.SEALING_TOKEN) if settings.SEALING_TOKEN else None
    return open_pkcs11_session(
        settings.SEALING_TOKEN_MODULE, token_criteria=criteria, user_pin=settings.SEALING_PASSWORD
    )


def _forget() -> None:
    """A session whose token was drawn is of no more use; the next call opens another."""
    _found.cache_clear()
    if _session.cache_info().currsize:
        with suppress(pkcs11.PKCS11Error):
            _session().close()
    _session.cache_clear()
