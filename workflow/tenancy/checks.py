"""System checks: start only when tenants are kept apart."""

import logging
from functools import cache
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import InterfaceError, OperationalError, connections, models

from workflow.tenancy.catalog import faults_of_isolation
from workflow.tenancy.constraints import SameTenant
from workflow.tenancy.models import TenantModel

log = logging.getLogger(__name__)

HINT = "Give the model its tenant_key, same_tenant constraints and an IsolateByTenant operation."


def tenant_models() -> list[type[TenantModel]]:
    """Return every concrete model that belongs to a tenant."""
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


@cache
def referring_columns() -> list[str]:
    """Return the columns by which tenant tables refer to one another.

    Looked for once: a process that is forked later need not look at every field again.
    """
    return sorted(
        {
            str(field.column)
            for model in tenant_models()
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and field.name != "tenant"
        }
    )


@register(Tags.models)
def check_models(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Every reference of a tenant model has a SameTenant, and its field leaves the key to it."""
    messages: list[CheckMessage] = []
    for model in tenant_models():
        kept = {c.field for c in model._meta.constraints if isinstance(c, SameTenant)}
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey) or field.name == "tenant":
                continue
            if field.name not in kept or getattr(field, "db_constraint", True):
                messages.append(
                    Error(
                        f"{model._meta.label}.{field.name} can point at another tenant.",
                        hint=HINT,
                        obj=model,
                        id="workflow.E001",
                    )
                )
    return messages


@register(Tags.database)
def check_database(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """PostgreSQL itself holds the walls, and our role cannot climb them."""
    if "default" not in (options.get("databases") or []):
        return []
    faults = faults_of_isolation(connections["default"], referring_columns())
    return [Error(fault, hint=HINT, id="workflow.E002") for fault in faults]


class UnsafeDatabase(RuntimeError):
    """The database does not keep tenants apart: nothing may start."""


def refuse_unsafe_database() -> None:
    """Refuse to start a process on a database without walls or with a mighty role; six queries.

    A database that cannot be reached is no reason: the process waits for it and is told by
    /readyz.

    Raises:
        UnsafeDatabase: with a sentence for each fault.
    """
    try:
        faults = faults_of_isolation(connections["default"], referring_columns())
    except (OperationalError, InterfaceError):
        log.warning("the database cannot be reached; its walls were not looked at")
        return
    finally:
        connections["default"].close()
    if faults:
        raise UnsafeDatabase(" ".join(faults))
