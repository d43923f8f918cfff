"""Where things stand under DATA_DIR, and which account the servers run as."""

import contextlib
import fcntl
import json
import os
import pwd
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from workflow.refusals import Refusal

# A Unix socket's path is at most 107 bytes; PostgreSQL adds "/.s.PGSQL.5432.lock" to the folder.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
ACCOUNTS = ("postgres", "nobody")
PLACES_FOR_ROOT = Path("/var/lib/servicedesk")
SECRETS = ("postgres", "servicedesk_owner", "servicedesk_app", "servicedesk_sweeper", "valkey")


class FolderNotUsable(Refusal):
    """A folder cannot be written or belongs to somebody else."""

    code: ClassVar[str] = "folder_not_usable"


@dataclass(frozen=True, kw_only=True)
class Account:
    """An unprivileged account of the machine."""

    name: str
    uid: int
    gid: int

    def popen_arguments(self) -> dict[str, Any]:
        """Return what makes a child run as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, folder: Path) -> bool:
        """Whether the account can reach a folder through all of its parents."""
        answer = subprocess.run(  # noqa: S603 our own command
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
            **self.popen_arguments(),
            cwd="/",
            capture_output=True,
            check=False,
        )
        return answer.returncode == 0


@dataclass(frozen=True)
class DataFolder:
    """DATA_DIR: everything that must outlive a restart."""

    path: Path

    @property
    def logs(self) -> Path:
        """One log for each process."""
        return self.path / "log"

    @property
    def secret_key(self) -> Path:
        """The file with the key that signs cookies and addresses."""
        return self.path / "secret_key"

    @property
    def outgoing_mail(self) -> Path:
        """Where the mail of a demo ends: one file each."""
        return self.path / "outgoing-mail"

    def prepare(self) -> None:
        """Make the folders, or say why not.

        Raises:
            FolderNotUsable: DATA_DIR cannot be written.
        """
        next_step = "Make it writable, or choose another folder with DATA_DIR=/a/folder."
        try:
            if not self.path.exists():
                # Under root the account of the servers must pass through; it may not look around.
                self.path.mkdir(parents=True, exist_ok=True)
                self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            self.logs.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path) as probe:
                probe.write(b"x")
        except OSError as problem:
            raise FolderNotUsable(
                f"The folder {self.path} cannot be written ({problem.strerror}).",
                next_step=next_step,
            ) from problem

    def ensure_secret_key(self) -> Path:
        """Make the secret key once and return its file."""
        if not self.secret_key.exists():
            write_privately(self.secret_key, new_secret(48) + "\n")
        return self.secret_key


@dataclass(frozen=True)
class Place:
    """The folder of the embedded servers."""

    path: Path

    @cached_property
    def account(self) -> Account | None:
        """The account of the servers; nothing when they run as whoever starts them."""
        return account_for_servers(self.postgres)

    @property
    def postgres(self) -> Path:
        """PostgreSQL's data folder."""
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        """Valkey's data folder."""
        return self.path / "valkey"

    @property
    def binaries(self) -> Path:
        """Copies of the programs that the servers' account can read."""
        return self.path / "binaries"

    @property
    def users(self) -> Path:
        """One file for each process that needs the servers."""
        return self.path / "users"

    @property
    def keeper(self) -> Path:
        """Who keeps the servers, and what became of them."""
        return self.path / "keeper.json"

    @property
    def kept(self) -> Path:
        """Its presence keeps the servers running without anybody using them."""
        return self.path / "kept"

    @property
    def provisioned(self) -> Path:
        """Which version of the roles and grants the database has."""
        return self.path / "provisioned"

    def prepare(self) -> None:
        """Make the folders of the servers, owned by their account."""
        self.users.mkdir(mode=0o700, exist_ok=True)
        make_owned(self.valkey, account=self.account)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the one lock under which servers are started and stopped."""
        with (self.path / "lock").open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def secrets(self) -> dict[str, str]:
        """Return the passwords by account of the servers, made once."""
        file = self.path / "passwords.json"
        if not file.exists():
            if self.postgres.exists():
                raise FolderNotUsable(
                    f"The passwords of the database are gone: {file} is missing.",
                    next_step="Put the file back from a backup.",
                )
            made = {name: new_secret(24) for name in SECRETS}
            write_privately(file, json.dumps(made, indent=1) + "\n")
        stored: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        return stored

    def sockets(self) -> Path:
        """Return the private folder of the sockets; a short one elsewhere when the path is long."""
        inside = self.path / "sockets"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            make_owned(inside, account=self.account)
            return inside
        record = self.path / "sockets.path"
        if record.exists():
            outside = Path(record.read_text(encoding="utf-8").strip())
            if self.is_private(outside):
                return outside
        outside = Path(tempfile.mkdtemp(prefix="servicedesk-", dir="/tmp"))
        make_owned(outside, account=self.account)
        write_privately(record, f"{outside}\n")
        return outside

    def is_private(self, folder: Path) -> bool:
        """Whether a folder is still ours alone: others may write beside it."""
        try:
            status = folder.lstat()
        except OSError:
            return False
        owner = self.account.uid if self.account else os.geteuid()
        private = stat.S_ISDIR(status.st_mode) and stat.S_IMODE(status.st_mode) == 0o700
        return private and status.st_uid == owner


def place_in(data: DataFolder) -> Place:
    """Return the folder of the servers of a DATA_DIR, making it when it is not there.

    It is DATA_DIR/servers. Where that cannot be reached by the servers' account (root's home, for
    one), it is a folder under /var/lib/servicedesk, and DATA_DIR/servers.path says which.

    Raises:
        FolderNotUsable: no folder fits.
    """
    data.prepare()
    inside = Place(data.path / "servers")
    elsewhere = data.path / "servers.path"
    with (data.path / "lock").open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if elsewhere.exists():
            return recorded_place(elsewhere)
        if not inside.path.exists():
            inside.path.mkdir()
            inside.path.chmod(0o711)
        if inside.account is None or inside.account.may_enter(inside.path):
            inside.prepare()
            return inside
        if inside.postgres.exists():
            raise FolderNotUsable(
                f"The account {inside.account.name} of the database cannot reach {inside.path}.",
                next_step="Move DATA_DIR back to where it was, or let others pass its parents.",
            )
        outside = Place(PLACES_FOR_ROOT / os.urandom(8).hex())
        outside.path.mkdir(parents=True)
        outside.path.chmod(0o711)
        outside.prepare()
        inside.path.rmdir()
        write_privately(elsewhere, f"{outside.path}\n")
        return outside


def recorded_place(record: Path) -> Place:
    """Return the place that a file names."""
    place = Place(Path(record.read_text(encoding="utf-8").strip()))
    if not place.path.is_dir():
        raise FolderNotUsable(
            f"{record} says that the database stands in {place.path}, and that folder is gone.",
            next_step=f"Put the folder back, or remove {record} to start with an empty database.",
        )
    place.prepare()
    return place


def account_for_servers(data: Path) -> Account | None:
    """Choose the account: whoever owns the data, else postgres, else nobody; for root only.

    PostgreSQL refuses to run as root.

    Raises:
        FolderNotUsable: the data belong to another account than the caller's.
    """
    if data.exists():
        owner = data.stat().st_uid
        if os.geteuid() not in {0, owner}:
            raise FolderNotUsable(
                f"The database in {data} belongs to another account of this machine.",
                next_step="Start as that account, or choose another folder with DATA_DIR=/a/folder.",
            )
        if os.geteuid() == 0 and owner != 0:
            group = data.stat().st_gid
            return Account(name=str(owner), uid=owner, gid=group)
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise FolderNotUsable(
        "PostgreSQL does not run as root, and this machine has no account postgres or nobody.",
        next_step="Start as an ordinary account, or set DATABASE_URL to a server of yours.",
    )


def make_owned(folder: Path, *, account: Account | None) -> None:
    """Make a folder that only the servers' account may enter."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.uid, account.gid)


def new_secret(size: int) -> str:
    """Return a new secret of so many random bytes, in letters that may stand in a URL."""
    # Needed at the first start alone, and with it OpenSSL comes into the keeper: 3 MB.
    from secrets import token_urlsafe  # noqa: PLC0415

    return token_urlsafe(size)


def write_privately(file: Path, content: str | bytes) -> None:
    """Write a file that nobody else may read, whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(descriptor, "wb") as draft:
        draft.write(content.encode() if isinstance(content, str) else content)
        draft.flush()
        os.fsync(draft.fileno())
    Path(name).replace(file)
