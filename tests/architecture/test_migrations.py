"""Migrations are quick: each knows its end before it begins, and joined ones are taken whole."""

from importlib import import_module
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.db import connections, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from servicedesk.management.commands.migrate import refuse_half_way
from tests.architecture.test_house_rules import ROOMS, ROOT
from tests.isolation.roles import HAS_ADMIN
from workflow.tenancy.one_step import BETWEEN, OneStepMigration

NUMBER: tuple[str, Any] = ("id", models.BigAutoField(primary_key=True))
OPERATIONS = [
    migrations.CreateModel("Planted", [NUMBER], options={"db_table": "planted"}),
    migrations.AddField("planted", "word", models.CharField(max_length=20, db_index=True)),
    migrations.AddField("planted", "older", models.BooleanField(default=False)),
    migrations.AddConstraint(
        "planted", models.UniqueConstraint(fields=["word"], name="planted_once")
    ),
    migrations.AddIndex("planted", models.Index(fields=["word", "-id"], name="planted_order")),
    migrations.CreateModel("Grown", [NUMBER], options={"db_table": "grown"}),
]
LATER = [
    migrations.AddField("grown", "planted", models.ForeignKey("cases.Planted", models.CASCADE)),
    migrations.AlterField("planted", "word", models.CharField(max_length=40, null=True)),
    migrations.RemoveConstraint("planted", "planted_once"),
    migrations.RunSQL("CREATE INDEX planted_later ON planted (older)"),
]
LOOKS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relname IN ('planted', 'grown') AND NOT a.attisdropped
UNION ALL
SELECT t.relname, 'constraint', pg_get_constraintdef(k.oid), k.condeferrable
FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
WHERE t.relname IN ('planted', 'grown')
UNION ALL
SELECT tablename, 'index', indexdef, true FROM pg_indexes WHERE tablename IN ('planted', 'grown')
ORDER BY 1, 2, 3
"""


def tables_made_by(kind: type[migrations.Migration]) -> list[tuple[object, ...]]:
    """Return columns, constraints and indexes that two migrations of this kind leave behind."""
    connection = connections["owner"]
    state = ProjectState()
    with connection.schema_editor() as editor:
        for operations in (OPERATIONS, LATER):
            made = type("Made", (kind,), {"operations": operations})("made", "cases")
            state = made.apply(state, editor)
            for statement in editor.deferred_sql:
                editor.execute(statement)
            editor.deferred_sql.clear()
        with connection.cursor() as cursor:
            cursor.execute(LOOKS)
            looks: list[tuple[object, ...]] = cursor.fetchall()
        editor.execute("DROP TABLE grown, planted")
    return looks


@pytest.mark.skipif(not HAS_ADMIN, reason="needs the owner: use make test")
def test_one_step_leaves_the_tables_that_many_leave(committing):
    many = tables_made_by(migrations.Migration)

    one = tables_made_by(OneStepMigration)

    assert one == many
    assert len(one) > 10


def test_a_migration_that_needs_what_is_between_is_refused():
    asks = migrations.RunPython(migrations.RunPython.noop)
    made = type("Made", (OneStepMigration,), {"operations": [asks]})("made", "cases")

    with pytest.raises(TypeError, match="no part of one step"):
        made.apply(ProjectState(), None)


def test_every_migration_is_one_step_unless_it_cannot_be():
    slow = [
        f"{room}.{path.stem}"
        for room in ROOMS
        for path in sorted((ROOT / room / "migrations").glob("[0-9]*.py"))
        if not issubclass(made := migration_of(room, path.stem), OneStepMigration)
        and not any(isinstance(one, BETWEEN) for one in made.operations)
    ]

    assert slow == [], "Let them derive from workflow.tenancy.one_step.OneStepMigration."


def migration_of(room: str, name: str) -> type[migrations.Migration]:
    """Return the class of a migration's file."""
    found: type[migrations.Migration] = import_module(f"{room}.migrations.{name}").Migration
    return found


def test_a_database_between_joined_steps_is_refused_and_others_are_not():
    joined = [
        (app, name)
        for made in MigrationLoader(None).replacements.values()
        for app, name in made.replaces
    ]
    half = {one for one in joined if one < ("workflow", "0011")}

    with pytest.raises(CommandError, match=r"has 0010_clocks_with_versions, but not 0011_first"):
        refuse_half_way(half)

    refuse_half_way(set(joined))
    refuse_half_way(set())
    refuse_half_way({one for one in joined if one[0] == "workflow"})
