"""A database for one test run, with the roles of production."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from uuid import uuid4

import psycopg2
import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from servicedesk.devservices.provisioning import (
    DatabaseUrls,
    create_database,
    drop_database,
    with_database,
)
from servicedesk.env import database_settings

ROLES = {
    "default": "DATABASE_URL",
    "sweeper": "DATABASE_SWEEPER_URL",
    "owner": "DATABASE_OWNER_URL",
}


@contextmanager
def fresh_database() -> Iterator[DatabaseUrls]:
    """Make a database, migrate it as the owner, point every connection at it, drop it after.

    The environment names it too, for the processes that tests start.
    """
    before = dict(os.environ)
    admin_url = os.environ["DATABASE_ADMIN_URL"]
    name = f"test_{uuid4().hex[:12]}"
    urls = create_database(admin_url, name=name, like=DatabaseUrls.from_environment(os.environ))
    os.environ.update(urls.to_environment())
    point_connections()
    try:
        call_command("migrate", database="owner", verbosity=0)
        connections["owner"].close()
        yield urls
    finally:
        for connection in connections.all(initialized_only=True):
            connection.close()
        drop_database(admin_url, name=name)
        os.environ.clear()
        os.environ.update(before)


def point_connections() -> None:
    """Let Django's connections use the database that the environment names."""
    for alias, variable in ROLES.items():
        connection = connections[alias]
        connection.close()
        found = database_settings(os.environ[variable])
        for settings_dict in (connection.settings_dict, connections.settings[alias]):
            settings_dict.update({key: found[key] for key in ("NAME", "HOST", "USER", "PASSWORD")})


def empty_database() -> None:
    """Take away every tenant with all that it has, and what waits at the broker.

    As the administrator and without triggers: history is append-only for everybody else.
    """
    name = str(connections["owner"].settings_dict["NAME"])
    admin_url = with_database(os.environ["DATABASE_ADMIN_URL"], name)
    with closing(psycopg2.connect(admin_url)) as admin, admin, admin.cursor() as at:
        at.execute("SET lock_timeout = '30s'; SET client_min_messages = warning")
        at.execute("SET session_replication_role = replica")
        at.execute("SELECT EXISTS (SELECT 1 FROM workflow_tenant)")
        if at.fetchone() == (True,):
            at.execute("TRUNCATE workflow_tenant CASCADE")
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        for key in broker.scan_iter("celery:*"):
            broker.delete(key)
