"""What a certificate says. Apart from `pades`, whose libraries take half a second to load and only sealing needs."""

import datetime as dt

from asn1crypto import pem
from asn1crypto.x509 import Certificate


class NotSigned(Exception):
    """No signature came of it, or one that does not hold when it is read back."""


def name_of(certificate: Certificate) -> str:
    return str(certificate.subject.native.get("common_name", ""))


def fingerprint(certificate: Certificate) -> str:
    """SHA-256 of the certificate, in hex."""
    return str(certificate.sha256.hex())


def term_of(certificate: Certificate) -> tuple[dt.datetime, dt.datetime]:
    """From when until when it is valid."""
    return certificate.not_valid_before, certificate.not_valid_after


def armored(certificate: Certificate) -> str:
    """As PEM, the way other programs read it."""
    return str(pem.armor("CERTIFICATE", certificate.dump()).decode())
