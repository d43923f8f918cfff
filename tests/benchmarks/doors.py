"""Ways into a seeded tenant for a load from outside: sessions, portal stays, an API token.

`python -m tests.benchmarks.doors SLUG FILE` writes them for `scenarios.py`; they end after a day.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import django

AGENTS, CUSTOMERS = 8, 8


@dataclass(frozen=True)
class Doors:
    """Cookies by agent and customer, a token, and numbers of cases that may be worked on.

    `queues` and `people` are the ids that filters name.
    """

    host: str
    agents: list[str]
    customers: list[str]
    own_issues: list[list[int]]
    token: str
    numbers: list[int]
    queues: list[int]
    people: list[int]
    csrf: str


def open_doors(slug: str) -> Doors:
    """Sign in agents and customers of a seeded tenant."""
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415 - Django is set up by then
    from django.db import transaction  # noqa: PLC0415
    from django.utils.timezone import now  # noqa: PLC0415

    from cases.models import Case  # noqa: PLC0415
    from cases.queries import active_departments, colleagues_who_work_cases  # noqa: PLC0415
    from customers.models import Contact  # noqa: PLC0415
    from tests.benchmarks.seeded import size_of  # noqa: PLC0415
    from tests.benchmarks.stack import SECRET, agent_of, customer_of  # noqa: PLC0415
    from workflow.people.authentication import issue_token  # noqa: PLC0415
    from workflow.people.permissions import Role  # noqa: PLC0415
    from workflow.tenancy.models import Tenant  # noqa: PLC0415
    from workflow.tenancy.scope import tenant_scope  # noqa: PLC0415

    tenant, handler = Tenant.objects.get(slug=slug), WSGIHandler()
    agents = [agent_of(tenant, handler=handler, place=place) for place in range(AGENTS)]
    places = range(3, 3 + CUSTOMERS)
    customers = [customer_of(tenant, handler=handler, place=place) for place in places]
    with tenant_scope(tenant.pk), transaction.atomic():
        people = list(Contact.objects.order_by("id")[: 3 + CUSTOMERS])[3:]
        own = [
            list(
                Case.objects.filter(contact=one)
                .order_by("-id")
                .values_list("number", flat=True)[:10]
            )
            for one in people
        ]
        open_ones = Case.objects.filter(state__in=["new", "open"], number__lte=size_of(tenant))
        numbers = list(open_ones.order_by("-id").values_list("number", flat=True)[:400])
        queues = [one.pk for one in active_departments()]
        working = [one.pk for one in colleagues_who_work_cases()]
        token = issue_token(
            role=Role.AGENT,
            label="load",
            at=now(),
            valid_for=timedelta(days=1),
            requests_per_minute=100_000,
        )
    return Doors(
        host=f"{slug}.localhost",
        agents=[one.cookies for one in agents],
        customers=[one.cookies for one in customers],
        own_issues=own,
        token=token,
        numbers=numbers,
        queues=queues,
        people=working,
        csrf=SECRET,
    )


def main(slug: str, target: str) -> None:
    """Write the doors of a tenant to a file that only its owner may read."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    django.setup()
    file = Path(target)
    file.touch(mode=0o600)
    file.write_text(json.dumps(asdict(open_doors(slug))), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
