"""The next number of a series of the tenant: cases, problems, articles."""

from cases.models import NumberSeries
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import tenant_of_the_scope

NEXT = Statement("""
INSERT INTO cases_numberseries (tenant_id, name, last)
VALUES (%(tenant)s, %(series)s, %(count)s)
ON CONFLICT (tenant_id, name)
DO UPDATE SET last = cases_numberseries.last + excluded.last RETURNING last
""")


def next_number(series: str) -> int:
    """Return the next number; one statement. Numbers of a rolled-back act are given again."""
    return next_numbers(series, count=1)


def next_numbers(series: str, *, count: int) -> int:
    """Take `count` numbers at once and return the last of them; one statement."""
    ((last,),) = NEXT.rows(tenant=tenant_of_the_scope(), series=series, count=count)
    return int(last)


def last_number(series: str) -> int:
    """Return the last number given, 0 if none was; one query."""
    return NumberSeries.objects.filter(name=series).values_list("last", flat=True).first() or 0
