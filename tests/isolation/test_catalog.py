"""PostgreSQL itself keeps tenants apart, and whoever weakens it is named."""

from secrets import token_hex

import pytest
from django.db import connections

from tests.isolation.roles import APP, HAS_ADMIN, OWNER, as_admin, rolled_back, rows
from workflow.tenancy.catalog import OPEN_TABLES, faults_of_isolation
from workflow.tenancy.checks import check_database, check_models, referring_columns, tenant_models

pytestmark = [
    pytest.mark.skipif(not HAS_ADMIN, reason="needs DATABASE_ADMIN_URL: use make test"),
    pytest.mark.usefixtures("committing"),
]

SWEEPER_MAY = {
    ("cases_caseclock", "SELECT"),
    ("problems_problemclock", "SELECT"),
    ("problems_taskclock", "SELECT"),
    ("workflow_delivery", "SELECT"),
    ("workflow_effect", "SELECT"),
}
# Where it may touch some columns of a table only.
SWEEPER_COLUMNS = {
    ("servicedesk_rawmail", "SELECT"): {"tenant_id", "id", "outcome", "received_at"},
    ("problems_steprequest", "SELECT"): {"tenant_id", "id", "state", "due_at", "ask_again_at"},
    ("problems_scope", "SELECT"): {"tenant_id", "id", "next_reach_at"},
    ("servicedesk_mailbox", "SELECT"): {
        "tenant_id", "id", "incoming", "is_active", "next_fetch_at",
    },
    ("workflow_effect", "UPDATE"): {
        "state", "attempts", "locked_until", "due_at", "sent_at", "sent_by", "last_error",
    },
}  # fmt: skip
SEARCHER_MAY = {
    ("cases_case", "SELECT"),
    ("cases_message", "SELECT"),
    ("customers_contact", "SELECT"),
    ("customers_contactaddress", "SELECT"),
    ("customers_organisation", "SELECT"),
}
WALL = (
    "ALTER TABLE planted ENABLE ROW LEVEL SECURITY;"
    "ALTER TABLE planted FORCE ROW LEVEL SECURITY;"
    "CREATE POLICY app_rows ON planted TO servicedesk_app USING (true);"
)
RIGHT = "tenant_id = (SELECT app_tenant())"
TABLE = "CREATE TABLE planted (id bigint PRIMARY KEY, tenant_id bigint NOT NULL, word text);"
NO_WALL = "Table planted has no forced wall between tenants."


def walled(words: str) -> str:
    """Return statements that plant a table behind a restrictive policy of these words."""
    return f"{TABLE}{WALL}CREATE POLICY tenant_wall ON planted AS RESTRICTIVE {words};"


def test_the_migrated_database_keeps_tenants_apart():
    assert faults_of_isolation(connections["default"], referring_columns()) == []
    assert check_database(None, databases=["default"]) == []
    assert check_models(None) == []


def test_the_check_looks_at_every_table_of_every_tenant_model():
    with rolled_back(OWNER) as at:
        tables = {
            name
            for (name,) in rows(
                at,
                "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')",
            )
        }

    walled_tables = {model._meta.db_table for model in tenant_models()}
    assert tables - walled_tables <= set(OPEN_TABLES)
    assert walled_tables <= tables
    assert len(walled_tables) > 30


@pytest.mark.parametrize(
    ("planted", "sentence"),
    [
        pytest.param(TABLE, NO_WALL, id="a table without a wall"),
        pytest.param(TABLE + WALL, NO_WALL, id="a table that only permits"),
        pytest.param(
            TABLE + f"ALTER TABLE planted ENABLE ROW LEVEL SECURITY;"
            f"CREATE POLICY tenant_wall ON planted AS RESTRICTIVE USING ({RIGHT})"
            f" WITH CHECK ({RIGHT});",
            NO_WALL,
            id="a wall that is not forced",
        ),
        pytest.param(
            walled("USING (true) WITH CHECK (true)"), NO_WALL, id="a wall of paper, rightly named"
        ),
        pytest.param(
            walled(f"USING ({RIGHT}) WITH CHECK (true)"), NO_WALL, id="a wall one way only"
        ),
        pytest.param(walled(f"FOR SELECT USING ({RIGHT})"), NO_WALL, id="a wall for reading only"),
        pytest.param(
            walled(f"TO servicedesk_owner USING ({RIGHT}) WITH CHECK ({RIGHT})"),
            NO_WALL,
            id="a wall for somebody else",
        ),
        pytest.param(
            "CREATE SCHEMA aside; CREATE TABLE aside.planted (tenant_id bigint);",
            "Table aside.planted has no forced wall between tenants.",
            id="a table in another schema",
        ),
        pytest.param(
            "ALTER TABLE workflow_membership ADD CONSTRAINT planted"
            " FOREIGN KEY (user_id) REFERENCES workflow_user (id);",
            "Foreign key workflow_membership.planted can point at another tenant.",
            id="an ordinary foreign key",
        ),
        pytest.param(
            "ALTER TABLE cases_message DROP CONSTRAINT cases_message_case_same_tenant;",
            "Column cases_message.case_id refers to a tenant table without a key.",
            id="a reference without a key",
        ),
        pytest.param(
            "ALTER TABLE cases_message DROP CONSTRAINT cases_message_case_same_tenant;"
            "ALTER TABLE cases_message ADD CONSTRAINT planted FOREIGN KEY (tenant_id, case_id)"
            " REFERENCES cases_case (tenant_id, id) NOT ENFORCED;",
            "Column cases_message.case_id refers to a tenant table without a key.",
            id="a key that nobody enforces",
        ),
        pytest.param(
            "CREATE UNIQUE INDEX planted ON customers_product (slug, id);",
            "Unique index planted is not led by the tenant.",
            id="uniqueness across tenants",
        ),
        pytest.param(
            "CREATE VIEW planted AS SELECT * FROM cases_case;",
            "View planted shows what its owner may see.",
            id="a view with the owner's eyes",
        ),
        pytest.param(
            "CREATE MATERIALIZED VIEW planted AS SELECT * FROM cases_case;",
            "View planted shows what its owner may see.",
            id="a materialised view",
        ),
        pytest.param(
            "CREATE FUNCTION planted() RETURNS bigint LANGUAGE sql SECURITY DEFINER"
            " AS 'SELECT count(*) FROM cases_case';",
            "Function planted() runs with its owner's rights.",
            id="a function with the owner's rights",
        ),
    ],
)
def test_whoever_weakens_the_walls_is_named(planted, sentence):
    with rolled_back(OWNER) as at:
        before = set(faults_of_isolation(at.connection, referring_columns()))
        at.execute(planted)

        faults = set(faults_of_isolation(at.connection, referring_columns()))

    assert faults - before == {sentence}


def test_a_table_a_view_and_a_key_as_they_should_be_are_not_named():
    with rolled_back(OWNER) as at:
        before = faults_of_isolation(at.connection, referring_columns())
        at.execute(walled(f"USING ({RIGHT}) WITH CHECK ({RIGHT})"))
        at.execute(
            "CREATE VIEW looked WITH (security_invoker = true) AS SELECT * FROM planted;"
            "CREATE UNIQUE INDEX once ON planted (tenant_id, word);"
            "ALTER TABLE planted ADD COLUMN case_id bigint, ADD FOREIGN KEY (tenant_id, case_id)"
            " REFERENCES cases_case (tenant_id, id);"
        )

        assert faults_of_isolation(at.connection, referring_columns()) == before


@pytest.mark.parametrize(
    "might",
    ["SUPERUSER", "BYPASSRLS", "CREATEROLE", "CREATEDB", "REPLICATION", "IN ROLE servicedesk_app"],
)
def test_a_mighty_role_is_named(might):
    role = f"mighty_{token_hex(4)}"
    with as_admin() as at:
        at.execute(f"CREATE ROLE {role} {might}")
        at.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        at.execute(f"SET LOCAL ROLE {role}")

        faults = faults_of_isolation(at.connection, referring_columns())

    assert f"Role {role} is too mighty to run the product." in faults


def test_the_owner_of_the_tables_is_too_mighty_and_an_ordinary_role_is_not():
    with rolled_back(OWNER) as at:
        faults = faults_of_isolation(at.connection, referring_columns())
    assert faults == ["Role servicedesk_owner is too mighty to run the product."]

    role = f"ordinary_{token_hex(4)}"
    with as_admin() as at:
        at.execute(f"CREATE ROLE {role}")
        at.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        at.execute(f"SET LOCAL ROLE {role}")
        assert faults_of_isolation(at.connection, referring_columns()) == []


def test_no_role_of_ours_has_more_than_it_needs():
    with as_admin() as at:
        found = rows(
            at,
            "SELECT rolname, rolcanlogin FROM pg_roles WHERE rolname LIKE 'servicedesk%'"
            " AND NOT (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication"
            " OR rolinherit) ORDER BY 1",
        )

    assert found == [
        ("servicedesk_app", True),
        ("servicedesk_owner", True),
        ("servicedesk_searcher", False),
        ("servicedesk_sweeper", True),
    ]


@pytest.mark.parametrize(
    ("role", "may"), [("servicedesk_sweeper", SWEEPER_MAY), ("servicedesk_searcher", SEARCHER_MAY)]
)
def test_sweeper_and_searcher_see_exactly_their_tables(role, may):
    with as_admin() as at:
        found = rows(
            at,
            "SELECT DISTINCT c.relname, v.verb FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace,"
            " unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE','REFERENCES']) v(verb)"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
            " AND has_table_privilege(%s, c.oid, v.verb)",
            [role],
        )

    assert set(found) == may


@pytest.mark.parametrize(("table", "verb"), SWEEPER_COLUMNS)
def test_the_sweeper_touches_just_the_columns_that_it_needs(table, verb):
    with as_admin() as at:
        found = rows(
            at,
            "SELECT a.attname FROM pg_attribute a WHERE a.attrelid = %s::regclass"
            " AND a.attnum > 0 AND NOT a.attisdropped"
            " AND has_column_privilege('servicedesk_sweeper', a.attrelid, a.attnum, %s)",
            [table, verb],
        )

    assert {name for (name,) in found} == SWEEPER_COLUMNS[table, verb]


def test_the_app_cannot_read_how_far_any_sequence_has_come():
    with rolled_back(APP) as at:
        sequences = rows(
            at,
            "SELECT c.relname, has_sequence_privilege(c.oid, 'USAGE'),"
            " has_sequence_privilege(c.oid, 'SELECT') FROM pg_class c WHERE c.relkind = 'S'",
        )

    assert len(sequences) > 30
    assert [name for name, uses, reads in sequences if reads or not uses] == []


def test_the_owner_sees_rows_in_a_data_migration_unless_it_inherits_the_app(committed_tenant):
    count = "SELECT count(*) FROM workflow_calendar"
    with as_admin() as at:
        at.execute("SET LOCAL ROLE servicedesk_owner")
        assert rows(at, count)[0][0] > 0

    with as_admin() as at:
        at.execute("GRANT servicedesk_app TO servicedesk_owner WITH INHERIT TRUE")
        at.execute("SET LOCAL ROLE servicedesk_owner")
        trapped = rows(at, count)[0][0]
        faults = faults_of_isolation(at.connection, referring_columns())

    assert trapped == 0
    assert "Role servicedesk_owner inherits servicedesk_app." in faults
