"""A certificate authority for a demo, and for tests: it vouches for nobody, and says so in its name.

Its key lies beside those it makes, which is why a portal in production refuses to start with it.
"""

import datetime as dt
import os
import secrets
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

AUTHORITY = "demo-authority.p12"
PASSWORD = "password"  # noqa: S105  the name of a file
NAME = "演示签章机构（仅供演示，不具法律效力）"
# The demo's clock can be set to any day of these years.
FIRST, LAST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2049, 12, 31, tzinfo=dt.UTC)


def is_in(folder: Path) -> bool:
    return (folder / AUTHORITY).exists()


def establish(folder: Path) -> None:
    """Make the authority, once; a second call changes nothing."""
    if is_in(folder):
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _put(folder / PASSWORD, secrets.token_urlsafe(24).encode())
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(NAME, key, NAME, key, is_authority=True)
    _put(folder / AUTHORITY, _packed(folder, NAME, key, certificate, []))


def give_key(
    folder: Path,
    name: str,
    organ: str,
    *,
    term: tuple[dt.datetime, dt.datetime] = (FIRST, LAST),
) -> None:
    """A key for an organ, signed by the authority of the folder. Of two at once the first stays."""
    opened = pkcs12.load_key_and_certificates(
        (folder / AUTHORITY).read_bytes(), (folder / PASSWORD).read_bytes()
    )
    root_key, root = opened[0], opened[1]
    assert isinstance(root_key, ec.EllipticCurvePrivateKey) and root is not None  # noqa: S101  made above
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(organ, key, NAME, root_key, is_authority=False, term=term)
    _put(folder / f"{name}.p12", _packed(folder, organ, key, certificate, [root]))


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
    term: tuple[dt.datetime, dt.datetime] = (FIRST, LAST),
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(_named(subject))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(term[0])
        .not_valid_after(term[1])
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _packed(
    folder: Path,
    name: str,
    key: ec.EllipticCurvePrivateKey,
    certificate: x509.Certificate,
    chain: list[x509.Certificate],
) -> bytes:
    secret = BestAvailableEncryption((folder / PASSWORD).read_bytes())
    return pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, chain, secret)


def _put(file: Path, content: bytes) -> None:
    """Whole or not at all, for its owner only; what is there already stays."""
    handle, draft = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        os.chmod(draft, 0o400)
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
