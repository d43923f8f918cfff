# ruff: noqa: S608 - tables and columns come from the models, never from outside
"""What the walls do, statement by statement, for every table that has one."""

from typing import Any

import psycopg2
import pytest
from django.db import connection, connections, models, transaction
from django.db.models import QuerySet
from django.db.utils import DatabaseError, ProgrammingError

from cases.models import Case
from customers.models import Product
from tests.isolation.crowd import Crowd
from tests.isolation.roles import APP, HAS_ADMIN, as_admin, rolled_back, rows
from workflow.tenancy.checks import tenant_models
from workflow.tenancy.constraints import SameTenant
from workflow.tenancy.scope import TenantNotSet, across_tenants, tenant_scope

pytestmark = [
    pytest.mark.skipif(not HAS_ADMIN, reason="needs DATABASE_ADMIN_URL: use make test"),
    pytest.mark.usefixtures("committing"),
]

MODELS = tenant_models()
REFERENCES = [
    (model, constraint)
    for model in MODELS
    for constraint in model._meta.constraints
    if isinstance(constraint, SameTenant)
]
every_table = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
every_reference = pytest.mark.parametrize(
    ("model", "reference"), REFERENCES, ids=lambda given: getattr(given, "name", "")
)
SET = "SELECT set_config('app.tenant_id', %s, true)"
ANYBODY = "SELECT tenant_id FROM {} WHERE id = ANY(%s)"
TOLD = "SELECT coalesce(current_setting('app.tenant_id', true), '')"


def unfiltered(model: type[models.Model]) -> QuerySet[Any]:
    """Return all rows of a model as a view that forgot its filter would."""
    return QuerySet(model=model)


def row_ids(crowd: Crowd, model: type[models.Model]) -> list[int]:
    """Return the ids of all tenants' rows."""
    return [row for found in crowd.ids[model._meta.db_table].values() for row in found]


def copy_of(model: type[models.Model], **changed: str) -> str:
    """Return an INSERT that copies the row %(row)s with other values in some columns."""
    columns = [f.column for f in model._meta.concrete_fields if not f.primary_key]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    table = model._meta.db_table
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE id = %(row)s"


@every_table
def test_without_a_tenant_there_are_no_rows(model, neighbours):
    with rolled_back(APP) as at:
        assert rows(at, ANYBODY.format(model._meta.db_table), [row_ids(neighbours, model)]) == []
        at.execute(f"SELECT count(*) FROM {model._meta.db_table}")
        assert at.fetchone() == (0,)


@every_table
def test_within_a_tenant_there_are_exactly_its_own_rows(model, neighbours):
    table = model._meta.db_table
    for tenant in neighbours.tenants:
        with rolled_back(APP) as at:
            at.execute(SET, [str(tenant)])
            at.execute(f"SELECT id, tenant_id FROM {table}")

            assert sorted(at.fetchall()) == [
                (row, tenant) for row in sorted(neighbours.ids[table][tenant])
            ]


@every_table
def test_a_row_is_stored_only_for_the_current_tenant(model, neighbours):
    mine, theirs = neighbours.tenants
    row = neighbours.ids[model._meta.db_table][mine][0]

    for told, stored_for in (("", mine), (str(theirs), mine), (str(mine), theirs)):
        with rolled_back(APP) as at:
            at.execute(SET, [str(mine)])
            at.execute(f"CREATE TEMPORARY TABLE kept AS SELECT * FROM {model._meta.db_table}")
            at.execute(SET, [told])
            statement = copy_of(model, tenant_id=str(stored_for))
            with pytest.raises(
                psycopg2.errors.InsufficientPrivilege, match="violates row-level security"
            ):
                at.execute(
                    statement.replace(f"FROM {model._meta.db_table}", "FROM kept"), {"row": row}
                )


@every_table
def test_a_row_cannot_be_moved_to_another_tenant(model, neighbours):
    mine, theirs = neighbours.tenants
    table = model._meta.db_table
    row = neighbours.ids[table][mine][0]

    with rolled_back(APP) as at:
        at.execute(SET, [str(mine)])
        with pytest.raises(psycopg2.Error) as refusal:
            at.execute(f"UPDATE {table} SET tenant_id = %s WHERE id = %s", [theirs, row])
    # Some tables refuse every change, or this one, before the wall is asked.
    assert isinstance(
        refusal.value,
        psycopg2.errors.InsufficientPrivilege | psycopg2.errors.RestrictViolation,
    )

    with as_admin() as at:
        at.execute("SET LOCAL session_replication_role = replica")
        at.execute("SET LOCAL ROLE servicedesk_app")
        at.execute(SET, [str(mine)])
        with pytest.raises(
            psycopg2.errors.InsufficientPrivilege, match="violates row-level security"
        ):
            at.execute(f"UPDATE {table} SET tenant_id = %s WHERE id = %s", [theirs, row])


@every_reference
def test_a_reference_cannot_leave_the_tenant_though_an_ordinary_key_would_let_it(
    model, reference, neighbours
):
    mine, theirs = neighbours.tenants
    field = model._meta.get_field(reference.field)
    target = field.remote_field.model._meta.db_table
    change = f'UPDATE {model._meta.db_table} SET "{field.column}" = %s WHERE id = %s'
    row = neighbours.ids[model._meta.db_table][mine][0]
    stranger = neighbours.ids[target][theirs][0]

    with as_admin() as at:
        repoint(at, change, row=row, to=stranger, table=model._meta.db_table, within=mine)
        with pytest.raises(psycopg2.errors.ForeignKeyViolation, match=reference.name):
            at.execute(f"SET CONSTRAINTS {reference.name} IMMEDIATE")

    with as_admin() as at:
        at.execute(
            f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT {reference.name},"
            f' ADD CONSTRAINT ordinary FOREIGN KEY ("{field.column}") REFERENCES {target} (id)'
            " DEFERRABLE INITIALLY DEFERRED"
        )
        repoint(at, change, row=row, to=stranger, table=model._meta.db_table, within=mine)
        at.execute("SET CONSTRAINTS ordinary IMMEDIATE")


def repoint(at: Any, change: str, *, row: int, to: int, table: str, within: int) -> None:
    """Let a row point elsewhere, as role app; triggers that refuse any change are set aside."""
    # Checks at commit, that the row makes sense, have no say here: only the reference is asked.
    at.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
    )
    for (trigger,) in at.fetchall():
        at.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{trigger}"')
    at.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'", [table]
    )
    for (check,) in at.fetchall():
        at.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{check}"')
    at.execute("SET LOCAL ROLE servicedesk_app")
    at.execute(SET, [str(within)])
    at.execute(change, [to, row])
    assert at.rowcount == 1


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE servicedesk_owner",
        "SET ROLE servicedesk_sweeper",
        "SET ROLE servicedesk_searcher",
        "SET SESSION AUTHORIZATION servicedesk_owner",
        "SET session_replication_role = replica",
        "TRUNCATE cases_case",
        "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE cases_case DISABLE TRIGGER ALL",
        "DROP POLICY tenant_wall ON cases_case",
        "CREATE POLICY wide ON cases_case USING (true)",
        "CREATE TABLE public.mine (id bigint)",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE OR REPLACE FUNCTION public.app_tenant() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
        "SELECT legs_are_whole(1, 1)",
        "COPY cases_case TO PROGRAM 'cat'",
        "ALTER ROLE servicedesk_app BYPASSRLS",
    ],
)
def test_the_app_cannot_climb_the_wall(statement, neighbours):
    with rolled_back(APP) as at:
        at.execute(SET, [str(neighbours.tenants[0])])
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            at.execute(statement)


def test_switching_row_security_off_is_an_error_and_no_way_through(neighbours):
    with rolled_back(APP) as at:
        at.execute(SET, [str(neighbours.tenants[0])])
        at.execute("SET row_security = off")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="affected by row-level"):
            at.execute("SELECT count(*) FROM cases_case")


def test_a_function_of_the_same_name_earlier_on_the_path_does_not_move_the_wall(neighbours):
    mine, theirs = neighbours.tenants
    with rolled_back(APP) as at:
        at.execute(
            f"CREATE FUNCTION pg_temp.app_tenant() RETURNS bigint LANGUAGE sql AS 'SELECT {theirs}::bigint'"
        )
        at.execute("SET LOCAL search_path = pg_temp, public")
        at.execute(SET, [str(mine)])

        assert set(rows(at, "SELECT tenant_id FROM cases_case")) == {(mine,)}


@every_table
def test_a_forgotten_scope_is_an_error_in_the_program(model, neighbours):
    with pytest.raises(TenantNotSet):
        list(model.objects.all()[:1])
    with across_tenants("nobody is current"), transaction.atomic():
        assert list(unfiltered(model)) == []


def test_a_row_made_without_a_scope_is_refused(neighbours):
    with pytest.raises(TenantNotSet):
        Product.objects.create(name="Card", slug="card-2")
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Product(name="Card", slug="card-2", tenant_id=neighbours.tenants[0]).save()


def test_a_rolled_back_savepoint_keeps_the_tenant(neighbours):
    mine, theirs = neighbours.tenants
    with tenant_scope(mine), transaction.atomic():
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute("SELECT 1 / 0")
        with pytest.raises(DatabaseError), transaction.atomic(), tenant_scope(theirs):
            connection.cursor().execute("SELECT 1 / 0")

        assert told() == str(mine)
        assert tenants_seen() == {mine}


def test_the_tenant_may_change_inside_a_transaction_and_changes_back(neighbours):
    mine, theirs = neighbours.tenants
    with tenant_scope(mine), transaction.atomic():
        assert tenants_seen() == {mine}
        with tenant_scope(theirs):
            assert tenants_seen() == {theirs}
            with across_tenants("nobody's rows"):
                assert tenants_seen() == set()
            with tenant_scope(mine), transaction.atomic():
                assert tenants_seen() == {mine}
            assert tenants_seen() == {theirs}
        assert tenants_seen() == {mine}


def test_a_scope_left_by_an_error_leaves_nothing_behind(neighbours):
    mine, theirs = neighbours.tenants
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), tenant_scope(theirs):
            _ = 1 / 0
        assert tenants_seen() == set()
    with pytest.raises(ZeroDivisionError), tenant_scope(mine), transaction.atomic():
        _ = 1 / 0
    assert told() == ""


def test_nothing_is_left_after_a_transaction(neighbours):
    for end in (transaction.set_rollback, lambda _: None):
        with tenant_scope(neighbours.tenants[0]), transaction.atomic():
            assert tenants_seen() == {neighbours.tenants[0]}
            end(True)

        assert told() == ""
        with transaction.atomic():
            assert tenants_seen() == set()


def test_a_single_statement_is_told_the_tenant_and_leaves_nothing(neighbours):
    mine, theirs = neighbours.tenants
    assert connection.get_autocommit()

    with tenant_scope(mine):
        assert tenants_seen() == {mine}
        assert list(unfiltered(Product).filter(tenant_id=theirs)) == []
        assert unfiltered(Product).filter(pk=-1).update(name="Nobody's") == 0
        with connection.cursor() as cursor:
            cursor.executemany("SELECT %s", [(1,), (2,)])
        raw = raw_told()

    assert raw == ""
    assert told() == ""


def test_an_interrupted_single_statement_leaves_nothing(neighbours):
    with tenant_scope(neighbours.tenants[0]):
        with pytest.raises(DatabaseError):
            connection.cursor().execute("SELECT 1 / 0")
        assert raw_told() == ""


def test_a_new_connection_within_the_scope_is_told_again(neighbours):
    mine = neighbours.tenants[0]
    with tenant_scope(mine):
        with transaction.atomic():
            assert tenants_seen() == {mine}
        connections["default"].close()
        with transaction.atomic():
            assert tenants_seen() == {mine}


def test_the_control_a_setting_of_the_session_would_stay(neighbours):
    mine = neighbours.tenants[0]
    with rolled_back(APP) as at:
        at.execute("SELECT set_config('app.tenant_id', %s, false)", [str(mine)])
        at.connection.commit()
        assert set(rows(at, "SELECT tenant_id FROM cases_case")) == {(mine,)}


def test_statistics_show_no_values_of_other_tenants(neighbours):
    with rolled_back(APP) as at:
        at.execute(SET, [str(neighbours.tenants[0])])
        assert rows(at, "SELECT * FROM pg_stats WHERE tablename = 'cases_case'") == []
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            at.execute("SELECT * FROM pg_statistic")


def tenants_seen() -> set[int]:
    """Return whose cases a query without any filter sees."""
    return set(unfiltered(Case).values_list("tenant_id", flat=True))


def told() -> str:
    """Return what PostgreSQL holds for the current tenant."""
    with connection.cursor() as cursor:
        cursor.execute(TOLD)
        return str(cursor.fetchone()[0])


def raw_told() -> str:
    """Return the same past our backend, which would tell it again."""
    with connection.connection.cursor() as cursor:
        cursor.execute(TOLD)
        return str(cursor.fetchone()[0])
