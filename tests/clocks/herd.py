"""Many clocks at once: copies of a case that came in through the real action, with its clocks."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction

from cases.models import Case, CaseClock
from cases.numbering import next_numbers
from tests.make import make_case
from workflow.clocks.models import Ladder, Metric
from workflow.history.models import Entry
from workflow.tenancy.scope import tenant_of_the_scope

METRICS = (
    Metric.FIRST_RESPONSE,
    Metric.NEXT_RESPONSE,
    Metric.PERIODIC_UPDATE,
    Metric.RESOLUTION,
)
CASES_AT_ONCE = 5_000
HOUR = timedelta(hours=1)


def make_herd(count: int, *, due_from: datetime, due_until: datetime) -> None:
    """Add so many running clocks to the current tenant, due evenly between two moments.

    Each case has four. Of their ladder only the due time and the steps at it are still to come.
    """
    template = make_case(at=due_from - 48 * HOUR)
    CaseClock.objects.filter(case=template).update(state="cancelled", next_look_at=None)
    begin = template.number
    cases = -(-count // len(METRICS))
    for made in range(0, cases, CASES_AT_ONCE):
        now = min(cases - made, CASES_AT_ONCE)
        with transaction.atomic():
            first = copy_cases(template, now)
            copy_clocks(
                template,
                first=first,
                count=min(count - made * len(METRICS), now * len(METRICS)),
                begin=begin,
                cases=cases,
                due_from=due_from,
                due_until=due_until,
            )


def copy_cases(template: Case, count: int) -> int:
    """Copy a case so often, with the history that its state asks for; returns the first number."""
    first = next_numbers("case", count=count) - count + 1
    copy_rows(
        template,
        "SELECT {columns} FROM {table} t CROSS JOIN generate_series(%(first)s, %(last)s) AS g (n) "
        "WHERE t.tenant_id = %(tenant)s AND t.id = %(template)s",
        {"number": "g.n"},
        first=first,
        last=first + count - 1,
    )
    opened = Entry.objects.filter(
        subject_kind="case", subject_id=template.pk, state_version=template.state_version
    ).get()
    copy_rows(
        opened,
        "SELECT {columns} FROM {table} t JOIN cases_case c ON c.tenant_id = t.tenant_id "
        "WHERE t.tenant_id = %(tenant)s AND t.id = %(template)s AND c.number >= %(first)s",
        {"subject_id": "c.id", "is_news": "false"},
        first=first,
    )
    return first


def copy_clocks(template: Case, *, first: int, count: int, **when: Any) -> None:
    """Let so many copies of a clock run, four for each case from a number on."""
    copy_rows(
        CaseClock.objects.filter(case=template).order_by("id")[0],
        "SELECT {columns} FROM {table} t JOIN cases_case c ON c.tenant_id = t.tenant_id "
        "CROSS JOIN unnest(%(metrics)s::text[]) AS m (metric) "
        "CROSS JOIN LATERAL (SELECT %(due_from)s::timestamptz"
        " + (%(due_until)s::timestamptz - %(due_from)s::timestamptz)"
        " * ((c.number - %(begin)s)::float / %(cases)s) AS at) due "
        "WHERE t.tenant_id = %(tenant)s AND t.id = %(template)s AND c.number >= %(first)s "
        "ORDER BY c.id LIMIT %(count)s",
        {
            "case_id": "c.id",
            "metric": "m.metric",
            "state": "'running'",
            "due_at": "due.at",
            "original_due_at": "due.at",
            "next_look_at": "due.at",
            "warned_at": "due.at - interval '1 hour'",
            "stopped_at": "NULL",
            "looks": "replace(%(looks)s, '@', to_json(due.at) #>> '{}')::jsonb",
        },
        metrics=[metric.value for metric in METRICS],
        looks=looks_at_due(),
        first=first,
        count=count,
        **when,
    )


def looks_at_due() -> str:
    """Return what is left of the default ladder at the due time, as JSON with @ for the moment."""
    at_due = Ladder.objects.get(is_default=True).steps.filter(percent=100).order_by("position")
    return json.dumps(
        [["@", position] for position in [0, *at_due.values_list("position", flat=True)]]
    )


def copy_rows(template: models.Model, select: str, instead: dict[str, str], **values: Any) -> None:
    """Insert copies of a row; `instead` says what some columns hold."""
    table = connection.ops.quote_name(template._meta.db_table)
    names = [field.column for field in template._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(instead.get(name, f"t.{name}") for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) "
            + select.format(columns=columns, table=table),
            {**values, "tenant": tenant_of_the_scope(), "template": template.pk},
        )


def arm(*, due_from: datetime, due_until: datetime, at_most: int) -> int:
    """Let running clocks that were never missed be due evenly between two moments; returns how many.

    What is left of their ladder is the due time and what the default ladder does at it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH due AS (
              SELECT id, %(begin)s + (row_number() OVER (ORDER BY id) - 1)
                * ((%(end)s - %(begin)s) / greatest(count(*) OVER (), 1)) AS at
              FROM (SELECT id FROM cases_caseclock
                    WHERE tenant_id = %(tenant)s AND state = 'running'
                      AND breach_recorded_at IS NULL
                    ORDER BY id LIMIT %(at_most)s) picked
            )
            UPDATE cases_caseclock c SET due_at = due.at, original_due_at = due.at,
              next_look_at = due.at, warned_at = due.at - interval '1 hour',
              looks = replace(%(looks)s, '@', to_json(due.at) #>> '{}')::jsonb
            FROM due WHERE c.tenant_id = %(tenant)s AND c.id = due.id
            """,
            {
                "tenant": tenant_of_the_scope(),
                "begin": due_from,
                "end": due_until,
                "at_most": at_most,
                "looks": looks_at_due(),
            },
        )
        return int(cursor.rowcount)


def sum_until_nothing(act: Callable[[], int]) -> int:
    """Do something until it does nothing more; returns the sum of what it did."""
    done = 0
    while step := act():
        done += step
    return done
