"""A real IMAP server in a folder of its own: Debian's dovecot, with its own certificate."""

import datetime as clock
import grp
import imaplib
import ipaddress
import os
import pwd
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.processes import end, free_port, wait_for

PROGRAM = Path("/usr/sbin/dovecot")
PASSWORD = "correct-horse-battery"
SETTINGS = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail/%u
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
auth_failure_delay = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={folder}/home/%u
}}
service anvil {{
  chroot =
  # No penalty for a test that signs in wrongly on purpose.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """Where the server is and what it is trusted by."""

    folder: Path
    port: int
    tls_port: int

    @property
    def certificate(self) -> str:
        """The file of the certificate that has to be trusted."""
        return str(self.folder / "certificate.pem")

    def client(self, user: str) -> imaplib.IMAP4_SSL:
        """Return a signed-in client."""
        trust = ssl.create_default_context(cafile=self.certificate)
        client = imaplib.IMAP4_SSL("127.0.0.1", self.tls_port, ssl_context=trust, timeout=20)
        client.login(user, PASSWORD)
        return client

    def put(self, user: str, *mails: bytes, folder: str = "INBOX", flags: str = "") -> None:
        """Put mails into a folder, made if need be."""
        with self.client(user) as client:
            if folder != "INBOX":
                client.create(folder)
            for mail in mails:
                assert client.append(folder, flags, "", mail)[0] == "OK"

    def remove_folder(self, user: str, folder: str) -> None:
        """Remove a folder: made anew, it lives under another UIDVALIDITY."""
        with self.client(user) as client:
            assert client.delete(folder)[0] == "OK"

    def count(self, user: str, criteria: str, *, folder: str = "INBOX") -> int:
        """Return how many mails of a folder fit."""
        with self.client(user) as client:
            client.select(folder, readonly=True)
            return len(client.search(None, criteria)[1][0].split())

    def see(self, user: str, *, folder: str = "INBOX") -> None:
        """Let somebody read everything in a folder."""
        with self.client(user) as client:
            client.select(folder)
            client.store("1:*", "+FLAGS", r"(\Seen)")


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Run the server while the block runs."""
    # Not in pytest's folder: that one is closed to the user as whom mail is kept.
    with tempfile.TemporaryDirectory(prefix="dovecot-") as folder, running(Path(folder)) as server:
        yield server


@contextmanager
def running(folder: Path) -> Iterator[Dovecot]:
    """Run the server in an empty folder."""
    server = Dovecot(folder=folder, port=free_port(), tls_port=free_port())
    write_certificate(folder)
    for name in ("run", "state", "mail", "home"):
        (folder / name).mkdir()
    internal, login, mail = people()
    for owned in (folder, folder / "mail", folder / "home"):
        owned.chmod(0o755)
    os.chown(folder / "mail", mail.pw_uid, mail.pw_gid)
    os.chown(folder / "home", mail.pw_uid, mail.pw_gid)
    settings = folder / "dovecot.conf"
    settings.write_text(
        SETTINGS.format(
            folder=folder,
            port=server.port,
            tls_port=server.tls_port,
            internal=internal.pw_name,
            group=group_of(internal),
            login=login.pw_name,
            mail_uid=mail.pw_uid,
            mail_gid=mail.pw_gid,
            password=PASSWORD,
        )
    )
    with (folder / "output").open("wb") as output:
        started = subprocess.Popen(
            [str(PROGRAM), "-F", "-c", str(settings)],
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(lambda: greets(server), seconds=20, why=f"dovecot, see {folder}")
        yield server
    finally:
        end(started)


def greets(server: Dovecot) -> bool:
    """Whether somebody can sign in."""
    try:
        with server.client("nobody-yet"):
            return True
    except (OSError, imaplib.IMAP4.error):
        return False


def people() -> tuple[pwd.struct_passwd, pwd.struct_passwd, pwd.struct_passwd]:
    """Return as whom dovecot runs inside, signs people in, and keeps mail; never as root."""
    me = pwd.getpwuid(os.getuid())
    if me.pw_uid != 0:
        return me, me, me
    return pwd.getpwnam("dovecot"), pwd.getpwnam("dovenull"), pwd.getpwnam("nobody")


def group_of(person: pwd.struct_passwd) -> str:
    """Return the name of somebody's own group."""
    return grp.getgrgid(person.pw_gid).gr_name


def write_certificate(folder: Path) -> None:
    """Write a key and a certificate for 127.0.0.1 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail server of a test")])
    now = clock.datetime.now(clock.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - clock.timedelta(days=1))
        .not_valid_after(now + clock.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
