"""Migration operations that put a table behind the tenant's wall."""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations.base import Operation

APP = "servicedesk_app"
OWNER = "servicedesk_owner"
SWEEPER = "servicedesk_sweeper"
SEARCHER = "servicedesk_searcher"

WALL = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY app_rows ON {table} AS PERMISSIVE FOR ALL TO {app} USING (true) WITH CHECK (true);
CREATE POLICY tenant_wall ON {table} AS RESTRICTIVE FOR ALL TO {app}
  USING (tenant_id = (SELECT app_tenant())) WITH CHECK (tenant_id = (SELECT app_tenant()));
CREATE POLICY owner_rows ON {table} AS PERMISSIVE FOR ALL TO {owner} USING (true) WITH CHECK (true);
"""


class IsolateByTenant(Operation):
    """Enable and force row-level security with one restrictive wall.

    `sweeper` names what the role sweeper may do here across tenants ("select", "update").
    `searcher` lets the role of the search functions read.
    The wall is restrictive: a permissive policy added later can never widen it.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model: str, sweeper: Sequence[str] = (), *, searcher: bool = False) -> None:
        self.model = model
        self.sweeper = tuple(sweeper)
        self.searcher = searcher

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing in Django's picture."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Build the wall."""
        # From the state, not its models: those would be made for the name of a table alone.
        table = schema_editor.quote_name(
            to_state.models[app_label, self.model.lower()].options["db_table"]
        )
        schema_editor.execute(WALL.format(table=table, app=APP, owner=OWNER))
        for verb in self.sweeper:
            schema_editor.execute(f"GRANT {verb} ON {table} TO {SWEEPER}")
        if self.sweeper:
            schema_editor.execute(
                f"CREATE POLICY sweeper_rows ON {table} AS PERMISSIVE FOR ALL TO {SWEEPER} "
                "USING (true) WITH CHECK (true)"
            )
        if self.searcher:
            schema_editor.execute(f"GRANT select ON {table} TO {SEARCHER}")
            schema_editor.execute(
                f"CREATE POLICY searcher_rows ON {table} AS PERMISSIVE FOR SELECT "
                f"TO {SEARCHER} USING (true)"
            )

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Take the wall down; the table is dropped or rebuilt next."""
        table = schema_editor.quote_name(
            from_state.apps.get_model(app_label, self.model)._meta.db_table
        )
        for policy in ("app_rows", "tenant_wall", "owner_rows", "sweeper_rows", "searcher_rows"):
            schema_editor.execute(f"DROP POLICY IF EXISTS {policy} ON {table}")
        if self.sweeper:
            schema_editor.execute(f"REVOKE ALL ON {table} FROM {SWEEPER}")
        if self.searcher:
            schema_editor.execute(f"REVOKE ALL ON {table} FROM {SEARCHER}")
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        """Say what it does."""
        return f"Isolate {self.model} by tenant"

    @property
    def migration_name_fragment(self) -> str:
        """Return a part of the migration's name."""
        return f"isolate_{self.model.lower()}"


class AppendOnly(Operation):
    """Refuse every UPDATE, DELETE and TRUNCATE of a table, whoever asks.

    `but` names columns that may still change (a mark that news was heard, for example).
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model: str, but: Sequence[str] = ()) -> None:
        self.model = model
        self.but = tuple(but)

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing in Django's picture."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Hang up the triggers."""
        model = to_state.apps.get_model(app_label, self.model)
        table = model._meta.db_table
        columns = [
            field.column for field in model._meta.concrete_fields if field.column not in self.but
        ]
        kept = ", ".join(f'"{column}"' for column in columns)
        update = f"UPDATE OF {kept}" if self.but else "UPDATE"
        schema_editor.execute(
            f"""
            CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              RAISE EXCEPTION 'append_only: rows of {table} are never changed or deleted'
                USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE TRIGGER {table}_append_only BEFORE {update} OR DELETE ON "{table}"
              FOR EACH ROW EXECUTE FUNCTION {table}_append_only();
            CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON "{table}"
              FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only();
            """
        )

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Take the triggers down."""
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(
            f"""
            DROP TRIGGER IF EXISTS {table}_append_only ON "{table}";
            DROP TRIGGER IF EXISTS {table}_never_emptied ON "{table}";
            DROP FUNCTION IF EXISTS {table}_append_only();
            """
        )

    def describe(self) -> str:
        """Say what it does."""
        return f"Let {self.model} only grow"

    @property
    def migration_name_fragment(self) -> str:
        """Return a part of the migration's name."""
        return f"append_only_{self.model.lower()}"
