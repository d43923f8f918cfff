"""References that cannot leave the tenant, kept by PostgreSQL."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement
from django.db.models.constraints import BaseConstraint


class SameTenant(BaseConstraint):
    """FOREIGN KEY (tenant_id, field_id) REFERENCES target (tenant_id, id).

    Referential checks see through row-level security, so an ordinary foreign key would let one
    tenant's row point at another's. The field itself is declared with `db_constraint=False`.
    """

    def __init__(self, *, field: str, name: str) -> None:
        self.field = field
        super().__init__(name=name)

    def _body(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        quote = schema_editor.quote_name
        field: Any = model._meta.get_field(self.field)
        target = field.remote_field.model._meta.db_table
        return (
            f"FOREIGN KEY ({quote('tenant_id')}, {quote(field.column)}) "
            f"REFERENCES {quote(target)} ({quote('tenant_id')}, {quote('id')}) "
            "DEFERRABLE INITIALLY DEFERRED"
        )

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Leave CREATE TABLE alone: the target's key may come later in the same migration."""
        self.create_sql(model, schema_editor)

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """Add the constraint at the end of the migration.

        It is added unchecked and validated after: no long lock on a live table.
        """
        quote = schema_editor.quote_name
        table = quote(model._meta.db_table)
        name = quote(self.name)
        body = self._body(model, schema_editor)
        schema_editor.deferred_sql += [
            f"ALTER TABLE {table} ADD CONSTRAINT {name} {body} NOT VALID",
            f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}",
        ]

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        """Return the statement that drops it."""
        quote = schema_editor.quote_name
        return Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=quote(model._meta.db_table),
            name=quote(self.name),
        )

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Any = None,
        using: str = "default",
    ) -> None:
        """Leave it to PostgreSQL: a query here could not see the other tenant anyway."""

    def deconstruct(self) -> Any:
        """Return what a migration writes down."""
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "field": self.field}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameTenant) and (self.name, self.field) == (
            other.name,
            other.field,
        )

    def __hash__(self) -> int:
        return hash((self.name, self.field))
