"""`manage.py migrate`: Django's, but it refuses a database that stopped between joined steps."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _


class Command(DjangoMigrate):
    """Brings the tables up to date as the owner."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        applied = set(MigrationRecorder(connections[options["database"]]).applied_migrations())
        refuse_half_way(applied)
        super().handle(*arguments, **options)


def refuse_half_way(applied: set[tuple[str, str]]) -> None:
    """Refuse a database that has some of the migrations that were joined later, and not all.

    Raises:
        CommandError: names the room, how far it came, and what to do.
    """
    joined: dict[str, list[str]] = {}
    for migration in MigrationLoader(None).replacements.values():
        joined.setdefault(migration.app_label, []).extend(name for _app, name in migration.replaces)
    for room, names in sorted(joined.items()):
        done = sorted(name for name in names if (room, name) in applied)
        missing = sorted(set(names) - set(done))
        if done and missing:
            raise CommandError(
                _(
                    "The database stands between two versions: of %(room)s it has %(done)s, but "
                    "not %(missing)s. Nothing was changed. Run migrate of the last version that "
                    "has this step, then this one; docs/operations.md says how to find it."
                )
                % {"room": room, "done": done[-1], "missing": missing[0]}
            )
