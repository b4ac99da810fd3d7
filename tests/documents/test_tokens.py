"""The same seals with keys that never leave a token (PKCS#11), and with the time of an authority (RFC 3161)."""

import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pkcs11
import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509 import CertificateBuilder, ExtendedKeyUsage, Name, NameAttribute
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from core import clock
from documents.models import Notice
from documents.notices import drawing
from documents.sealing import authority, pades, providers
from documents.sealing.certificates import NotSigned
from documents.sealing.pkcs11 import _forget
from documents.sealing.providers import KeyUnavailable, key_name

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
PIN, TOKEN = "2468", "organs"


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="session")
def module(tmp_path_factory) -> str:
    """A token of software: what it keeps and how it is spoken to is as with one of hardware."""
    folder = tmp_path_factory.mktemp("tokens")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    run("softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", "1234")
    return next(path for path in MODULES if Path(path).exists())


@pytest.fixture
def token(module, settings, tmp_path, world) -> str:
    """The key of Taiyuan's bureau lies in the token, under the name of the key."""
    authority.establish(tmp_path / "made")
    name = key_name(world.taiyuan)
    authority.give_key(tmp_path / "made", name, world.taiyuan.name)
    secret = (tmp_path / "made" / authority.PASSWORD).read_bytes()
    key, certificate, _ = pkcs12.load_key_and_certificates(
        (tmp_path / "made" / f"{name}.p12").read_bytes(), secret
    )
    pkcs8 = tmp_path / "key.pem"
    pkcs8.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    identity = os.urandom(4).hex()
    _forget()
    _empty(module)
    run(
        "softhsm2-util",
        "--import",
        str(pkcs8),
        "--token",
        TOKEN,
        "--label",
        name,
        "--id",
        identity,
        "--pin",
        PIN,
    )
    der = certificate.public_bytes(Encoding.DER)
    with _opened(module) as session:
        session.create_object(
            {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                pkcs11.Attribute.TOKEN: True,
                pkcs11.Attribute.LABEL: name,
                pkcs11.Attribute.ID: bytes.fromhex(identity),
                pkcs11.Attribute.SUBJECT: x509.Certificate.load(der).subject.dump(),
                pkcs11.Attribute.VALUE: der,
            }
        )
    settings.SEAL_PROVIDER = "documents.sealing.pkcs11.Pkcs11"
    settings.SEALING_TOKEN_MODULE, settings.SEALING_TOKEN, settings.SEALING_PASSWORD = module, TOKEN, PIN
    settings.SEALING_KEYS_DIR = tmp_path / "no files"
    _forget()
    yield name
    _forget()


def _opened(module: str):
    return pkcs11.lib(module).get_token(token_label=TOKEN).open(rw=True, user_pin=PIN)


def _empty(module: str) -> None:
    with _opened(module) as session:
        for found in list(session.get_objects()):
            found.destroy()


def receipt_of(world) -> Notice:
    world.walk_to("submitted")
    return Notice.objects.get(kind="receipt")


def test_a_paper_is_sealed_by_a_key_in_a_token(world, token):
    notice = receipt_of(world)
    drawing.render_notice(notice.pk)
    notice.refresh_from_db()

    [signature] = pades.examine(notice.pdf())
    assert (signature.holds, signature.signer) == (True, world.taiyuan.name)


def test_a_token_without_the_organs_key_seals_nothing(world, token, module):
    _forget()
    _empty(module)

    with pytest.raises(KeyUnavailable, match="签章设备里没有"):
        providers.usable_certificate(world.taiyuan, clock.now())


def test_a_wrong_pin_seals_nothing_and_the_right_one_does_afterwards(world, token, settings):
    _forget()
    settings.SEALING_PASSWORD = "9999"
    with pytest.raises(KeyUnavailable, match="口令不对"):
        providers.usable_certificate(world.taiyuan, clock.now())
    settings.SEALING_PASSWORD = PIN

    assert providers.usable_certificate(world.taiyuan, clock.now())


# --- A time that others vouch for -----------------------------------------------------------------------------


@pytest.fixture
def time_authority() -> Iterator[str]:
    """An authority of time on this machine, speaking RFC 3161 over HTTP."""
    key = rsa.generate_private_key(65537, 2048)
    name = Name([NameAttribute(NameOID.COMMON_NAME, "时间机构")])
    certificate = (
        CertificateBuilder(name, name, key.public_key(), 1, authority.FIRST, authority.LAST)
        .add_extension(ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    stamper = DummyTimeStamper(
        tsa_cert=x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        tsa_key=asn1_keys.PrivateKeyInfo.load(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
    )

    class Stamps(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = stamper.request_tsa_response(asked).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args):
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Stamps) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def test_a_seal_bears_the_time_of_an_authority(world, settings, time_authority):
    settings.SEALING_TIMESTAMP_URL = time_authority
    notice = receipt_of(world)
    drawing.render_notice(notice.pk)
    notice.refresh_from_db()

    [signature] = pades.examine(notice.pdf())
    assert (signature.holds, signature.timestamped) == (True, True)


def test_while_the_authority_of_time_is_silent_nothing_is_issued(world, settings):
    settings.SEALING_TIMESTAMP_URL = "http://127.0.0.1:9/"
    notice = receipt_of(world)

    with pytest.raises(NotSigned):
        drawing.render_notice(notice.pk)
    notice.refresh_from_db()

    assert (notice.status, notice.pdf_sha256) == ("draft", "")
    assert "签章没有完成" in notice.render_error
