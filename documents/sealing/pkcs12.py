"""Keys in files: `SEALING_KEYS_DIR/<name of the key>.p12`, one for each organ, all under one password.

Where the folder holds the key of a demo authority, an organ without a key is given one when it first seals.
"""

import os
from functools import lru_cache
from pathlib import Path

from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.conf import settings

from accounts.models import Organization
from documents.sealing import authority
from documents.sealing.providers import KeyUnavailable, key_name


class Pkcs12:
    def certificate_of(self, organ: Organization) -> Certificate:
        file = _file_of(organ)
        certificate = _certificate_in(str(file), file.stat().st_mtime_ns, password())
        if certificate is None:
            raise KeyUnavailable(
                f"{organ.name}的电子签章密钥（{file.name}）打不开：密码不对，或者文件已损坏。"
                "现在不能制发文书，这一步没有办理。请联系平台管理员。"
            )
        return certificate

    def seal(self, pdf: bytes, organ: Organization, *, reason: str) -> bytes:
        from pyhanko.sign.signers import SimpleSigner  # half a second, and only sealing needs it

        from documents.sealing import pades

        self.certificate_of(organ)
        signer = SimpleSigner.load_pkcs12(str(_file_of(organ)), passphrase=password())
        return pades.sign(
            pdf, signer, organ=organ.name, reason=reason, timestamp_url=settings.SEALING_TIMESTAMP_URL
        )


def _file_of(organ: Organization) -> Path:
    folder, name = Path(settings.SEALING_KEYS_DIR), key_name(organ)
    file = folder / f"{name}.p12"
    if not file.exists():
        if not authority.is_in(folder):
            raise KeyUnavailable(
                f"没有找到{organ.name}的电子签章密钥（{file.name}），现在不能制发文书，这一步没有办理。"
                "请联系平台管理员装入密钥后再办，填写的内容不会丢失。"
            )
        authority.give_key(folder, name, organ.name)
    return file


@lru_cache(maxsize=256)
def _certificate_in(file: str, changed: int, secret: bytes) -> Certificate | None:
    """Read anew when the file has changed, for `changed` is part of the question; nothing where it does not open."""
    try:
        certificate = pkcs12.load_pkcs12(Path(file).read_bytes(), secret).cert
    except (ValueError, OSError):
        return None
    return certificate and Certificate.load(certificate.certificate.public_bytes(Encoding.DER))


def password() -> bytes:
    """Of the environment, else of a file beside the keys that only its owner may read."""
    if settings.SEALING_PASSWORD:
        return os.fsencode(settings.SEALING_PASSWORD)
    try:
        return (Path(settings.SEALING_KEYS_DIR) / authority.PASSWORD).read_bytes().strip()
    except FileNotFoundError:
        return b""
