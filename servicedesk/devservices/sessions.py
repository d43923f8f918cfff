"""A session: as long as it lasts, this process may use the servers of DATA_DIR."""

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from servicedesk.devservices import provisioning
from servicedesk.devservices.identity import ProcessIdentity
from servicedesk.devservices.keeper import SERVERS, living_users
from servicedesk.devservices.places import DataFolder, Place, place_in, write_privately
from servicedesk.devservices.postgres import SUPERUSER, PostgresServer
from servicedesk.devservices.servers import ServerFailed, last_lines
from servicedesk.devservices.valkey import ValkeyServer
from servicedesk.devservices.waiting import wait_until
from servicedesk.env import PROJECT_FOLDER, Environment, read_environment

STARTING_TAKES_AT_MOST = 300.0  # making the cluster on a slow disk, or recovering after a crash
KEEPERS_TRIED = 3
PROFILE = "DEVSERVICES_PROFILE"


@contextlib.contextmanager
def session(environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Start or join the servers that the environment does not name; yield the variables to add.

    The last one to leave stops them.

    Raises:
        Refusal: a server cannot be started, or a variable cannot be meant.
    """
    environment = read_environment(environ)
    needs = needs_of(environment)
    if not needs:
        yield {}
        return
    data = DataFolder(environment.data_dir)
    place = place_in(data)
    user = place.users / f"{os.getpid()}.json"
    join(place, user=user, needs=needs, data=data, for_tests=environ.get(PROFILE) == "test")
    try:
        yield variables(environ, environment=environment, place=place, data=data)
    finally:
        leave(place, user=user)


def embedded_place(environ: Mapping[str, str]) -> Place | None:
    """Return the place of the servers, or nothing when the environment names all of them."""
    environment = read_environment(environ)
    return place_in(DataFolder(environment.data_dir)) if needs_of(environment) else None


def revive(place: Place, *, environ: Mapping[str, str]) -> bool:
    """Have a new keeper where the one of our session was killed; answer whether that was so."""
    if living_keeper(place) is not None:
        return False
    environment = read_environment(environ)
    with place.locked():
        bring_up(
            place,
            needs=needs_of(environment),
            data=DataFolder(environment.data_dir),
            for_tests=environ.get(PROFILE) == "test",
        )
    return True


def needs_of(environment: Environment) -> frozenset[str]:
    """Return the names of the servers that the environment does not name."""
    given = {"postgres": environment.database_url, "valkey": environment.redis_url}
    return frozenset(name for name, url in given.items() if not url)


def variables(
    environ: Mapping[str, str], *, environment: Environment, place: Place, data: DataFolder
) -> dict[str, str]:
    """Return the variables that name the servers."""
    added = {"DATA_DIR": str(data.path)}
    if not environment.redis_url:
        added["REDIS_URL"] = ValkeyServer(place, for_tests=False).url()
    if not environment.database_url:
        added |= urls(place).to_environment()
        added["DATABASE_ADMIN_URL"] = admin_url(place)
        # With a database elsewhere the key must be the same on every machine: it is not invented.
        if not environ.get("SECRET_KEY") and not environ.get("SECRET_KEY_FILE"):
            added["SECRET_KEY_FILE"] = str(data.ensure_secret_key())
    return added


def admin_url(place: Place) -> str:
    """Return the superuser's URL."""
    return PostgresServer(place, for_tests=False).url(user=SUPERUSER, database="postgres")


def urls(place: Place) -> provisioning.DatabaseUrls:
    """Return the URLs of the product's database."""
    server = PostgresServer(place, for_tests=False)
    return provisioning.DatabaseUrls(
        app=server.url(user=provisioning.APP, database=provisioning.DATABASE),
        owner=server.url(user=provisioning.OWNER, database=provisioning.DATABASE),
        sweeper=server.url(user=provisioning.SWEEPER, database=provisioning.DATABASE),
    )


def join(
    place: Place, *, user: Path, needs: frozenset[str], data: DataFolder, for_tests: bool
) -> None:
    """Say that a process needs servers, and wait until they answer."""
    with place.locked():
        place.secrets()
        content: dict[str, Any] = ProcessIdentity.own().to_dict() | {"needs": sorted(needs)}
        write_privately(user, json.dumps(content) + "\n")
        try:
            bring_up(place, needs=needs, data=data, for_tests=for_tests)
        except BaseException:
            user.unlink(missing_ok=True)
            raise


def bring_up(place: Place, *, needs: frozenset[str], data: DataFolder, for_tests: bool) -> None:
    """Have a keeper, wait until the servers answer, and provision the database. Needs the lock."""
    for attempt in range(1, KEEPERS_TRIED + 1):
        if living_keeper(place) is None:
            spawn_keeper(place, data=data, for_tests=for_tests)
        if wait_for_servers(place, needs=needs):
            break
        refuse_failure(place, data=data, last_try=attempt == KEEPERS_TRIED)
    if "postgres" in needs:
        provision_once(place)


def wait_for_servers(place: Place, *, needs: frozenset[str]) -> bool:
    """Return whether all servers answer; stop waiting when there is no keeper any more."""
    servers = [SERVERS[name](place, for_tests=False) for name in sorted(needs)]

    def answered_or_hopeless() -> bool:
        return all(server.answers() for server in servers) or living_keeper(place) is None

    wait_until(answered_or_hopeless, seconds=STARTING_TAKES_AT_MOST)
    return all(server.answers() for server in servers)


def refuse_failure(place: Place, *, data: DataFolder, last_try: bool) -> None:
    """Raise what the keeper wrote; a keeper that was just leaving is no failure but on the last try."""
    failure = read_keeper(place).get("failure", "")
    if failure:
        raise ServerFailed(failure)
    if last_try:
        log = data.logs / "servers.log"
        raise ServerFailed(
            f"The servers do not answer. The end of {log}:\n{last_lines(log)}",
            next_step=f"Look into {data.logs} and start again.",
        )


def provision_once(place: Place) -> None:
    """Make roles and database, unless this version of the rules was applied already."""
    rules = hashlib.sha256(Path(provisioning.__file__).read_bytes()).hexdigest()
    if place.provisioned.exists() and place.provisioned.read_text(encoding="utf-8") == rules:
        return
    provisioning.provision(admin_url(place), passwords=place.secrets())
    write_privately(place.provisioned, rules)


def leave(place: Place, *, user: Path) -> None:
    """Say that a process needs the servers no more; the last one waits until they have stopped."""
    with place.locked():
        user.unlink(missing_ok=True)
        keeper = living_keeper(place)
        if keeper is not None and not place.kept.exists() and not living_users(place):
            keeper.stop(patience=60.0)


def read_keeper(place: Place) -> dict[str, Any]:
    """Return what the latest keeper wrote of itself; empty when there was none."""
    if not place.keeper.exists():
        return {}
    stored: dict[str, Any] = json.loads(place.keeper.read_text(encoding="utf-8"))
    return stored


def living_keeper(place: Place) -> ProcessIdentity | None:
    """Return the keeper, if one is at work."""
    stored = read_keeper(place)
    identity = ProcessIdentity.from_dict(stored) if stored else None
    return identity if identity is not None and identity.is_alive() else None


def spawn_keeper(place: Place, *, data: DataFolder, for_tests: bool) -> None:
    """Start a keeper in a session of its own and wait until it has said so."""
    place.keeper.unlink(missing_ok=True)
    command = [sys.executable, "-m", "servicedesk.devservices", "keep", str(place.path)]
    command += [str(data.logs), *(["--for-tests"] if for_tests else [])]
    log = os.open(data.logs / "servers.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        pid = os.posix_spawn(
            sys.executable,
            command,
            {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(PROJECT_FOLDER)},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, nothing, 0),
                (os.POSIX_SPAWN_DUP2, log, 1),
                (os.POSIX_SPAWN_DUP2, log, 2),
            ],
            setsid=True,
        )
    finally:
        os.close(log)
        os.close(nothing)
    spawned = ProcessIdentity.of(pid)
    wait_until(
        lambda: place.keeper.exists() or spawned is None or not spawned.is_alive(),
        seconds=STARTING_TAKES_AT_MOST,
    )
