"""Migrations that know where they lead before they begin."""

from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation

# A migration that runs Python asks for the models as they are between two operations.
BETWEEN = (migrations.RunPython, migrations.SeparateDatabaseAndState)


class OneStepMigration(migrations.Migration):
    """Make the picture of all models once, not again after each operation.

    Every record refers to its tenant, so that each new field or constraint let Django make the
    models of all rooms anew, hundreds of times. Here all operations change the picture first. Then
    a new table is made at once with all that the migration gives it; what is there already is
    changed operation by operation. A field or a constraint is named by one operation at most.
    Source: docs/decisions/0011-quick-migrations.md
    """

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        """Apply the operations and return the state after them.

        Raises:
            TypeError: an operation needs the state between two others.
        """
        if wrong := [one for one in self.operations if isinstance(one, BETWEEN)]:
            raise TypeError(f"{self}: {wrong[0].describe()} is no part of one step.")
        if collect_sql or not schema_editor.atomic_migration:
            return super().apply(project_state, schema_editor, collect_sql)
        before = project_state.clone()
        if any(changes_models(one) for one in self.operations):
            project_state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(self.app_label, project_state)
        new = {one.name_lower for one in self.operations if isinstance(one, migrations.CreateModel)}
        for operation in self.operations:
            if not belongs_to(operation, new):
                operation.database_forwards(self.app_label, schema_editor, before, project_state)
        return project_state


def changes_models(operation: Operation) -> bool:
    """Whether Django's picture of the models is another one after it."""
    return type(operation).__module__.startswith("django.") and not isinstance(
        operation, migrations.RunSQL
    )


def belongs_to(operation: Operation, new: set[str]) -> bool:
    """Whether a new table brings it along: one of its fields, indexes or constraints."""
    if isinstance(operation, FieldOperation):
        return operation.model_name_lower in new
    if isinstance(operation, IndexOperation):
        return operation.model_name.lower() in new  # type: ignore[attr-defined]
    return False
