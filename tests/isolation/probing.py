"""A worker's tasks that say whose rows they see: `celery --app tests.isolation.probing:app`."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings_test")

import django
from celery import Celery

django.setup()

from django.db import connection  # noqa: E402 - models are there only after setup
from django.db.models import QuerySet  # noqa: E402

from cases.models import Case, Message  # noqa: E402
from workflow.tenancy.scope import current_tenant_id  # noqa: E402
from workflow.tenancy.task import TenantTask  # noqa: E402

app = Celery("probing", broker=os.environ["REDIS_URL"], backend=os.environ["REDIS_URL"])
app.conf.update(
    task_default_queue="probing",
    broker_transport_options={"global_keyprefix": os.environ.get("PROBING_PREFIX", "probing:")},
    result_backend_transport_options={
        "global_keyprefix": os.environ.get("PROBING_PREFIX", "probing:")
    },
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)


def seen() -> list[int]:
    """Return whose cases and messages a query without any filter sees."""
    found: set[int] = set()
    for model in (Case, Message):
        rows: QuerySet[Any] = QuerySet(model=model)
        found |= set(rows.values_list("tenant_id", flat=True))
    return sorted(found)


@app.task(base=TenantTask, name="probing.look")
def look() -> dict[str, Any]:
    """Say which tenant is current and whose rows are in sight, and who says so."""
    return {"current": current_tenant_id(), "seen": seen(), "process": os.getpid()}


@app.task(name="probing.look_afterwards")
def look_afterwards() -> dict[str, Any]:
    """Say the same without a tenant, in a process that worked for others before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.tenant_id', true), '')")
        told = cursor.fetchone()[0]
    return {"current": current_tenant_id(), "seen": seen(), "told": told, "process": os.getpid()}


# The control: what the product never does. It stays on the connection for whoever comes next.
@app.task(name="probing.look_by_session")
def look_by_session(tenant_id: int) -> list[int]:
    """Tell the tenant for the whole session."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, false)", [str(tenant_id)])
    return seen()
