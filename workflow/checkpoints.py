"""Checkpoints of the ledger, signed and given away: what others keep, nobody can take back (security guide 12).

A line is `size chain_hash sealed_at signature`. It stands in the database, in a file outside it, and at a public
address; whoever keeps a copy can show later that the ledger was rewritten or cut off. The functions that check
know neither Django's database nor our settings, so that they work where neither is.
"""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings

DOMAIN = "portal-checkpoint-1"


@dataclass(frozen=True)
class Line:
    """A checkpoint as it is given away. `sealed_at` is ISO 8601 in UTC, `signature` base64, empty where unsigned."""

    size: int
    chain_hash: str
    sealed_at: str
    signature: str = ""

    @classmethod
    def read(cls, line: str) -> Line:
        """Raises `ValueError` for what is no such line."""
        size, chain_hash, sealed_at, *signature = line.split()
        datetime.fromisoformat(sealed_at)
        if len(chain_hash) != 64 or len(signature) > 1:
            raise ValueError(line)
        return cls(int(size), chain_hash, sealed_at, "".join(signature))

    def __str__(self) -> str:
        return f"{self.size} {self.chain_hash} {self.sealed_at} {self.signature}".rstrip()

    def signed_text(self) -> bytes:
        return f"{DOMAIN}\n{self.size}\n{self.chain_hash}\n{self.sealed_at}\n".encode()

    def is_signed_by(self, public_key: str) -> bool:
        """Whether the key of this PEM signed it."""
        key = load_pem_public_key(public_key.encode())
        if not isinstance(key, Ed25519PublicKey):
            return False
        try:
            key.verify(base64.b64decode(self.signature, validate=True), self.signed_text())
        except (InvalidSignature, binascii.Error):
            return False
        return True


def signed(size: int, chain_hash: str, sealed_at: datetime) -> Line:
    """The line of a checkpoint, signed by the portal's key where it has one."""
    line = Line(size, chain_hash, sealed_at.isoformat())
    key = _key()
    if key is None:
        return line
    signature = base64.b64encode(key.sign(line.signed_text())).decode()
    return Line(size, chain_hash, line.sealed_at, signature)


def public_key() -> str:
    """The PEM with which anyone checks our lines; empty while the portal has no key."""
    key = _key()
    if key is None:
        return ""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def give_away(line: Line) -> None:
    """Append it to the file outside the database, whole or not at all."""
    file = Path(settings.LEDGER_CHECKPOINTS)
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, f"{line}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def key_file() -> Path:
    return Path(settings.LEDGER_KEY)


def make_key(file: Path) -> None:
    """A new key, for its owner only. One that is there stays."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as out:
        out.write(pem)


def _key() -> Ed25519PrivateKey | None:
    try:
        key = load_pem_private_key(key_file().read_bytes(), None)
    except (FileNotFoundError, ValueError):
        return None
    return key if isinstance(key, Ed25519PrivateKey) else None
