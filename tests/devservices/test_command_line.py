"""`manage.py` brings its own servers and chooses the right role."""

import subprocess
import sys
from contextlib import closing

import psycopg2

from servicedesk.devservices.command_line import TRY_AGAIN_LATER, as_owner, named_by_admin
from servicedesk.devservices.provisioning import (
    APP,
    DATABASE,
    OWNER,
    SEARCHER,
    SWEEPER,
    drop_database,
)
from servicedesk.devservices.sessions import session
from servicedesk.env import PROJECT_FOLDER


def manage(*words: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one of Django's commands to its end."""
    return subprocess.run(
        [sys.executable, str(PROJECT_FOLDER / "manage.py"), *words],
        env=environ,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_tables_are_changed_by_their_owner():
    assert as_owner(["manage.py", "migrate", "cases"]) == [
        "manage.py",
        "migrate",
        "--database",
        "owner",
        "cases",
    ]
    named = ["manage.py", "migrate", "--database=default"]
    assert as_owner(named) == named
    assert as_owner(["manage.py", "shell"]) == ["manage.py", "shell"]
    assert as_owner(["manage.py"]) == ["manage.py"]


def test_an_administrator_alone_is_enough_to_name_the_database():
    named = named_by_admin({"DATABASE_ADMIN_URL": "postgresql://chief:x@db.example:5433/postgres"})

    assert named["DATABASE_URL"] == "postgresql://servicedesk_app@db.example:5433/servicedesk"
    assert named_by_admin({}) == {}


def test_any_command_finds_the_database_by_itself(environ):
    asks = "from django.db import connection as c; k = c.cursor();"
    asks += "k.execute('SELECT current_user'); print(k.fetchone()[0])"

    answer = manage("shell", "--no-imports", "-c", asks, environ=environ)

    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == "servicedesk_app"


def test_a_mail_server_is_told_to_try_again_when_there_is_no_database(environ, data_dir):
    data_dir.write_text("a file, not a folder")

    mail = manage("receive_mail", "--tenant", "bank", environ=environ)
    other = manage("check", environ=environ)

    assert mail.returncode == TRY_AGAIN_LATER == 75
    assert other.returncode == 1
    assert "cannot be written" in mail.stderr
    assert "Traceback" not in mail.stderr


def test_a_new_server_is_provisioned_and_its_urls_are_shown_once(environ):
    with session(environ) as added:
        admin = added["DATABASE_ADMIN_URL"]
        drop_database(admin, name=DATABASE)
        with closing(psycopg2.connect(admin)) as connection, connection, connection.cursor() as at:
            for role in (SEARCHER, SWEEPER, APP, OWNER):
                at.execute(f"DROP ROLE {role}")
        named = {"DATABASE_ADMIN_URL": admin, "REDIS_URL": added["REDIS_URL"], "SECRET_KEY": "x"}

        first = manage("provision_database", environ={**environ, **named})
        again = manage("provision_database", environ={**environ, **named})

        assert first.returncode == 0, first.stderr
        shown = dict(line.split("=", 1) for line in first.stdout.splitlines() if "_URL=" in line)
        assert set(shown) == {"DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SWEEPER_URL"}
        for url in shown.values():
            psycopg2.connect(url).close()
        assert again.returncode == 0
        assert again.stdout == "Roles, database and grants are in place.\n"
