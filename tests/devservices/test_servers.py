"""The embedded servers start from nothing, are shared, heal, and leave nothing behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
import redis

from servicedesk.devservices.identity import ProcessIdentity
from servicedesk.devservices.places import DataFolder, FolderNotUsable, Place, place_in
from servicedesk.devservices.postgres import PostgresServer
from servicedesk.devservices.sessions import living_keeper, read_keeper, revive, session
from servicedesk.devservices.waiting import wait_until
from servicedesk.env import PROJECT_FOLDER
from tests.devservices.conftest import known, launch


def asked(url: str, statement: str) -> list[tuple[object, ...]]:
    """Run one statement and return its rows."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def answers(url: str) -> bool:
    """Whether a database takes a statement now."""
    try:
        return asked(url, "SELECT 1") == [(1,)]
    except psycopg2.OperationalError:
        return False


def postmaster_of(place: Place) -> int:
    """Return the number of the database's first process."""
    return int((place.postgres / "postmaster.pid").read_text().split()[0])


def write_a_note(added: dict[str, str]) -> None:
    """Leave a row that must outlive what comes."""
    asked(added["DATABASE_OWNER_URL"], "CREATE TABLE note (words text)")
    asked(added["DATABASE_URL"], "INSERT INTO note VALUES ('still here')")


def notes(added: dict[str, str]) -> list[tuple[object, ...]]:
    """Return the rows that `write_a_note` left."""
    return asked(added["DATABASE_URL"], "SELECT words FROM note")


def test_a_command_finds_its_servers_and_leaves_them_stopped(environ, data_dir):
    with session(environ) as added:
        write_a_note(added)
        with redis.Redis.from_url(added["REDIS_URL"]) as client:
            client.set("word", "kept")
        place = place_in(DataFolder(data_dir))
        keeper = known(living_keeper(place))

    assert not keeper.is_alive()
    with session(environ) as added:
        assert notes(added) == [("still here",)]
        with redis.Redis.from_url(added["REDIS_URL"]) as client:
            assert client.get("word") == b"kept"


def test_nothing_can_be_read_by_other_accounts(environ, data_dir):
    with session(environ) as added:
        place = place_in(DataFolder(data_dir))
        secrets = (place.path / "passwords.json", Path(added["SECRET_KEY_FILE"]))
        assert {oct(file.stat().st_mode & 0o777) for file in secrets} == {"0o600"}
        private = (place.postgres, place.valkey, place.sockets())
        assert {oct(folder.stat().st_mode & 0o777) for folder in private} == {"0o700"}
        assert asked(added["DATABASE_ADMIN_URL"], "SHOW listen_addresses") == [("",)]
        assert asked(added["DATABASE_ADMIN_URL"], "SHOW data_checksums") == [("on",)]
        hidden = set(place.secrets().values())
        for folder in Path("/proc").glob("[0-9]*"):
            words = command_line(folder)
            assert not any(secret in words for secret in hidden), words


def command_line(folder: Path) -> str:
    """Return a process's command, empty when it has just ended."""
    try:
        return (folder / "cmdline").read_text()
    except OSError:
        return ""


def test_a_wrong_password_is_not_let_in(environ):
    with session(environ) as added:
        wrong = added["DATABASE_ADMIN_URL"].replace("postgres:", "postgres:x", 1)

        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(wrong)


def test_servers_stay_as_long_as_one_user_stays(environ):
    with session(environ) as added:
        second = launch("run", "--", sys.executable, "-c", "pass", environ=environ)

        assert second.returncode == 0, second.stderr
        assert answers(added["DATABASE_URL"])


def test_a_killed_database_comes_back_with_its_data(environ, data_dir):
    with session(environ) as added:
        write_a_note(added)
        place = place_in(DataFolder(data_dir))
        killed = known(ProcessIdentity.of(postmaster_of(place)))

        os.kill(killed.pid, signal.SIGKILL)

        assert wait_until(lambda: not killed.is_alive(), seconds=10)
        assert wait_until(lambda: answers(added["DATABASE_URL"]), seconds=60)
        assert notes(added) == [("still here",)]


def test_a_killed_keeper_takes_its_servers_along_and_is_replaced(environ, data_dir):
    with session(environ) as added:
        write_a_note(added)
        place = place_in(DataFolder(data_dir))
        keeper = known(living_keeper(place))
        database = known(ProcessIdentity.of(postmaster_of(place)))

        os.kill(keeper.pid, signal.SIGKILL)

        assert wait_until(lambda: not database.is_alive(), seconds=30)
        assert revive(place, environ=environ)
        assert notes(added) == [("still here",)]


def test_servers_end_when_their_last_user_is_killed(environ, data_dir):
    waits = "import sys; print('up', flush=True); sys.stdin.read()"
    command = [sys.executable, "-m", "servicedesk.devservices", "run", "--"]
    user = subprocess.Popen(
        [*command, sys.executable, "-c", waits],
        env=environ,
        cwd=PROJECT_FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with user:
        assert known(user.stdout).readline() == b"up\n"
        keeper = known(living_keeper(place_in(DataFolder(data_dir))))

        user.kill()

    assert wait_until(lambda: not keeper.is_alive(), seconds=30)


def test_four_that_start_at_once_share_one_cluster(environ):
    look = "import os, psycopg2; c = psycopg2.connect(os.environ['DATABASE_ADMIN_URL']).cursor();"
    look += "c.execute('SELECT system_identifier FROM pg_control_system()'); print(c.fetchone()[0])"
    command = [sys.executable, "-m", "servicedesk.devservices", "run", "--", sys.executable, "-c"]
    starters = [
        subprocess.Popen(
            [*command, look], env=environ, cwd=PROJECT_FOLDER, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]

    outputs = [starter.communicate(timeout=120)[0] for starter in starters]

    assert [starter.returncode for starter in starters] == [0, 0, 0, 0]
    assert len(set(outputs)) == 1


def test_a_half_finished_first_start_is_done_again(environ, data_dir):
    place = place_in(DataFolder(data_dir))
    draft = place.path / "postgres.draft"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")

    with session(environ) as added:
        assert answers(added["DATABASE_URL"])

    assert not draft.exists()


def test_a_lock_file_that_names_a_stranger_is_removed(environ, data_dir):
    with session(environ) as added:
        write_a_note(added)
    place = place_in(DataFolder(data_dir))
    # As after a crash when the number has been given to another program: this one.
    (place.postgres / "postmaster.pid").write_text(f"{os.getpid()}\n{place.postgres}\n")

    with session(environ) as added:
        assert notes(added) == [("still here",)]


def test_a_moved_folder_keeps_its_data(environ, data_dir):
    with session(environ) as added:
        write_a_note(added)
    moved = data_dir.with_name("moved")
    data_dir.rename(moved)

    with session({**environ, "DATA_DIR": str(moved)}) as added:
        assert notes(added) == [("still here",)]


def test_a_long_path_gets_its_sockets_elsewhere(environ, data_dir):
    long = data_dir / ("a-very-long-name" * 6)

    with session({**environ, "DATA_DIR": str(long)}) as added:
        sockets = place_in(DataFolder(long)).sockets()
        assert answers(added["DATABASE_URL"])

    assert data_dir not in sockets.parents
    assert oct(sockets.stat().st_mode & 0o777) == "0o700"
    shutil.rmtree(sockets)
    with session({**environ, "DATA_DIR": str(long)}) as added:
        assert answers(added["DATABASE_URL"])
    shutil.rmtree(place_in(DataFolder(long)).sockets())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_root_with_a_closed_home_keeps_the_database_where_its_account_can_reach(environ, data_dir):
    data_dir.mkdir()
    data_dir.chmod(0o700)

    with session(environ) as added:
        place = place_in(DataFolder(data_dir))
        write_a_note(added)
        assert PostgresServer(place, for_tests=True).serves_our_data(postmaster_of(place))
    with session(environ) as added:
        assert notes(added) == [("still here",)]

    assert data_dir not in place.path.parents
    shutil.rmtree(place.path)
    with pytest.raises(FolderNotUsable, match="that folder is gone"), session(environ):
        pass
    (data_dir / "servers.path").unlink()


def test_a_folder_that_cannot_be_written_is_refused_with_a_sentence(environ, data_dir):
    data_dir.write_text("a file, not a folder")

    refused = launch("run", "--", "true", environ=environ)

    assert refused.returncode == 1
    assert f"The folder {data_dir} cannot be written (" in refused.stderr
    assert "DATA_DIR=" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_data_of_another_major_version_are_left_alone(environ, data_dir):
    with session(environ):
        place = place_in(DataFolder(data_dir))
    (place.postgres / "PG_VERSION").write_text("17\n")

    refused = launch("run", "--", "true", environ=environ)

    assert refused.returncode == 1
    assert "were written by PostgreSQL 17" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "failure" in read_keeper(place)
    assert json.loads((place.path / "passwords.json").read_text())


def test_servers_that_are_kept_outlive_commands_until_they_are_stopped(environ, data_dir):
    assert launch("start", environ=environ).returncode == 0
    keeper = known(living_keeper(place_in(DataFolder(data_dir))))
    assert launch("run", "--", "true", environ=environ).returncode == 0
    assert keeper.is_alive()

    stopped = launch("stop", environ=environ)

    assert stopped.returncode == 0
    assert not keeper.is_alive()


def test_the_exit_code_of_a_command_is_handed_on(environ):
    assert launch("run", "--", "sh", "-c", "exit 7", environ=environ).returncode == 7
    assert launch("run", "--", "/no/such/program", environ=environ).returncode == 127


def test_named_servers_are_used_and_nothing_is_started(environ, data_dir):
    named = {
        "DATABASE_URL": "postgresql://servicedesk_app:x@db.example/servicedesk",
        "REDIS_URL": "redis://redis.example/0",
    }

    with session({**environ, **named}) as added:
        assert added == {}

    assert not data_dir.exists()
