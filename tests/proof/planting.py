"""Break a rule on purpose: as administrator with triggers off, and taken back at the end."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from servicedesk.env import database_settings

APP = "servicedesk_app"


class TakeBack(Exception):
    """Ends the transaction without keeping anything."""


@contextmanager
def planted(statements: Iterable[str], ids: dict[str, Any]) -> Iterator[None]:
    """Carry out statements that no role of the product could, then look as role app again.

    The connection of the product is the administrator's for the time; what is inside the block
    runs in the same transaction, as role app behind the tenant's wall. Nothing stays.
    """
    ours = dict(connection.settings_dict)
    admin = database_settings(os.environ["DATABASE_ADMIN_URL"])
    connection.close()
    connection.settings_dict.update({key: admin[key] for key in ("HOST", "USER", "PASSWORD")})
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement, ids)
                # A statement that hits no row, or more than one, would prove nothing.
                assert statement.startswith("ALTER") or cursor.rowcount == 1, statement
            cursor.execute("SET LOCAL session_replication_role = origin")
            cursor.execute(f"SET LOCAL ROLE {APP}")
            yield
            raise TakeBack
    except TakeBack:
        pass
    finally:
        connection.close()
        connection.settings_dict.update(ours)
