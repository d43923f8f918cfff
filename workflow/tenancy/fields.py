"""The reference to its tenant that every tenant record has."""

from typing import Any

from django.db import models

from workflow.tenancy.scope import tenant_of_the_scope


class TenantField(models.ForeignKey[Any, Any]):
    """Filled with the current tenant when a row is stored; refuses aloud when there is none."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return the row's tenant, the current one for a new row."""
        if add and getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, tenant_of_the_scope())
        return super().pre_save(model_instance, add)

    def deconstruct(self) -> Any:
        """Stand in migrations as the ordinary foreign key that it is to the database."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs
