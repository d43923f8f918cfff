"""Celery tasks that belong to a tenant: they cannot be sent or run without one."""

from typing import Any

from celery import Task
from django.db import transaction

from workflow.tenancy.scope import TenantNotSet, current_tenant_id, tenant_scope


class TenantTask(Task):  # type: ignore[type-arg]  # not generic at run time
    """Carries the tenant in the message's headers and runs inside its scope and a transaction."""

    abstract = True
    acks_late = True
    reject_on_worker_lost = True

    def apply_async(  # type: ignore[override]
        self, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        """Send the task with the current tenant.

        Raises:
            TenantNotSet: there is none.
        """
        headers = dict(options.pop("headers", None) or {})
        headers.setdefault("tenant_id", current_tenant_id())
        if headers["tenant_id"] is None:
            raise TenantNotSet(f"{self.name} was sent without a tenant.")
        return super().apply_async(args, kwargs, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run inside the tenant's scope.

        Raises:
            TenantNotSet: the message carries none.
        """
        tenant_id = (self.request.headers or {}).get("tenant_id") or getattr(
            self.request, "tenant_id", None
        )
        if tenant_id is None:
            raise TenantNotSet(f"{self.name} ran without a tenant.")
        with tenant_scope(int(tenant_id)), transaction.atomic():
            return super().__call__(*args, **kwargs)
