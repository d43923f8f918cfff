"""How long problems take until they are fixed for good: by department, stage and workflow version.

Two sides are compared: two periods, or two versions of workflows. Times are plain time, from the
discovery to the resolution or from coming to going; only problems that were fixed count.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from problems.states import RANK, STATE_NAMES, Outcome, ProblemState
from workflow.people.models import Department
from workflow.stages.models import WorkflowVersion
from workflow.stages.published import definitions_of
from workflow.tenancy.scope import tenant_of_the_scope

TOO_FEW = 5
NO_VERSION = 0
"""Stands for the standard way: problems that follow no drawing."""


class Side(StrEnum):
    """One of the two things compared."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is compared: problems resolved in `[since, until)`, all of them or of two versions.

    With versions (ids, or `NO_VERSION`) the period is one; without, the one before it, from
    `earlier` on (of the same length without one), is the other side.
    """

    since: datetime
    until: datetime
    earlier: datetime | None = None
    before: int | None = None
    after: int | None = None

    @property
    def is_of_versions(self) -> bool:
        """Whether two versions are compared, not two periods."""
        return self.before is not None and self.after is not None

    @property
    def begins_at(self) -> datetime:
        """From when on problems count."""
        if self.is_of_versions:
            return self.since
        return self.earlier or self.since - (self.until - self.since)


@dataclass(frozen=True, slots=True)
class Quartiles:
    """How many problems, and what a quarter, half and three quarters of them took at most."""

    count: int = 0
    low: timedelta | None = None
    median: timedelta | None = None
    high: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """One row: the two sides of a department, stage or version."""

    name: str
    hue: str
    before: Quartiles
    after: Quartiles

    @property
    def is_too_few(self) -> bool:
        """Whether one side has too few problems for a comparison that means something."""
        return min(self.before.count, self.after.count) < TOO_FEW

    @property
    def change(self) -> float | None:
        """By how much the median changed, as a share of the one before; None if nothing can be said."""
        if self.is_too_few or not self.before.median or self.after.median is None:
            return None
        return self.after.median / self.before.median - 1


@dataclass(frozen=True, slots=True)
class FixTimes:
    """Time to the permanent fix; `fixers` are the departments that put the fixes in place.

    `departments` and `stages` say how long they had each problem, `fixers`, `versions` and
    `whole` how long it took from discovery to resolution.
    """

    whole: Compared
    departments: list[Compared]
    fixers: list[Compared]
    stages: list[Compared]
    versions: list[Compared]


# The chosen problems, each with its side; everything else joins them.
CHOSEN = """
WITH chosen AS (
  SELECT p.id, p.fixed_at, coalesce(p.workflow_version_id, 0) AS version,
    CASE WHEN {is_after} THEN 'after' ELSE 'before' END AS side,
    extract(epoch FROM p.resolved_at - p.discovered_at)::float8 AS took
  FROM problems_problem p
  WHERE p.tenant_id = %(tenant)s AND p.outcome = %(fixed)s
    AND p.resolved_at >= %(begins_at)s AND p.resolved_at < %(until)s {narrowed}
)
"""
OF_PERIODS = {"is_after": "p.resolved_at >= %(since)s", "narrowed": ""}
OF_VERSIONS = {
    "is_after": "coalesce(p.workflow_version_id, 0) = %(after)s",
    "narrowed": "AND coalesce(p.workflow_version_id, 0) IN (%(before)s, %(after)s)",
}
QUARTILES = """
SELECT {by}, side, count(*), percentile_cont(0.25) WITHIN GROUP (ORDER BY took),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY took),
  percentile_cont(0.75) WITHIN GROUP (ORDER BY took)
FROM {rows} GROUP BY {by}, side ORDER BY {by}, side
"""
WHOLE = "(SELECT 0 AS whole, side, took FROM chosen) whole"
BY_DEPARTMENT = """(
  SELECT c.side, c.id, l.department_id,
    sum(extract(epoch FROM l.left_at - l.entered_at))::float8 AS took
  FROM chosen c JOIN problems_leg l ON l.tenant_id = %(tenant)s AND l.problem_id = c.id
  WHERE l.stage <> 'resolved' GROUP BY c.side, c.id, l.department_id
) had"""
BY_FIXER = """(
  SELECT DISTINCT ON (c.id) c.side, c.took, l.department_id
  FROM chosen c JOIN problems_leg l ON l.tenant_id = %(tenant)s AND l.problem_id = c.id
    AND l.entered_at <= c.fixed_at AND l.left_at >= c.fixed_at
  ORDER BY c.id, l.position
) fixed_by"""
# A stage is the same in all versions of a workflow; the name is the one of its newest version.
BY_STAGE = """(
  SELECT c.side, c.id, l.stage, l.stage_key, coalesce(v.workflow_id, 0) AS workflow,
    sum(extract(epoch FROM l.left_at - l.entered_at))::float8 AS took
  FROM chosen c JOIN problems_leg l ON l.tenant_id = %(tenant)s AND l.problem_id = c.id
  LEFT JOIN workflow_workflowversion v
    ON v.tenant_id = l.tenant_id AND v.id = l.workflow_version_id
  WHERE l.stage <> 'resolved' GROUP BY c.side, c.id, l.stage, l.stage_key, workflow
) stayed"""

Key = tuple[Any, ...]
Sides = dict[Side, Quartiles]


def fix_times(asked: Comparison) -> FixTimes:
    """Return how long fixes took on both sides; seven queries on any size.

    One more reads drawings that this process has not read yet.
    """
    departments = {one.pk: one for one in Department.objects.order_by("name", "id")}
    versions = list(
        WorkflowVersion.objects.select_related("workflow").order_by("workflow__name", "number")
    )
    return FixTimes(
        whole=compared("", "", quartiles(asked, by="whole", rows=WHOLE).get((0,), {})),
        departments=of_departments(
            quartiles(asked, by="department_id", rows=BY_DEPARTMENT), departments
        ),
        fixers=of_departments(quartiles(asked, by="department_id", rows=BY_FIXER), departments),
        stages=of_stages(
            quartiles(asked, by="workflow, stage, stage_key", rows=BY_STAGE), versions
        ),
        versions=of_versions(quartiles(asked, by="version", rows="chosen"), versions),
    )


def quartiles(asked: Comparison, *, by: str, rows: str) -> dict[Key, Sides]:
    """Return count and quartiles of both sides for each group; one query.

    `by` and `rows` are SQL of this module, never from outside.
    """
    which = OF_VERSIONS if asked.is_of_versions else OF_PERIODS
    statement = CHOSEN.format(**which) + QUARTILES.format(by=by, rows=rows)
    found: dict[Key, Sides] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "tenant": tenant_of_the_scope(),
                "fixed": Outcome.FIX_APPLIED.value,
                "begins_at": asked.begins_at,
                "since": asked.since,
                "until": asked.until,
                "before": asked.before,
                "after": asked.after,
            },
        )
        for *key, side, count, low, median, high in cursor.fetchall():
            spans = (timedelta(seconds=one) for one in (low, median, high))
            found.setdefault(tuple(key), {})[Side(side)] = Quartiles(count, *spans)
    return found


def compared(name: str, hue: str, sides: Sides) -> Compared:
    """Return a row with both sides; one without problems is empty."""
    return Compared(
        name=name,
        hue=hue,
        before=sides.get(Side.BEFORE, Quartiles()),
        after=sides.get(Side.AFTER, Quartiles()),
    )


def of_departments(found: dict[Key, Sides], departments: dict[int, Department]) -> list[Compared]:
    """Return a row for each department that had something, by name; no query."""
    return [
        compared(one.name, one.hue, found[(pk,)])
        for pk, one in departments.items()
        if (pk,) in found
    ]


def of_stages(found: dict[Key, Sides], versions: list[WorkflowVersion]) -> list[Compared]:
    """Return a row for each stage, on the way of its workflow; a query for drawings not read yet."""
    newest = {version.workflow_id: version for version in versions if version.published_at}
    drawings = definitions_of(version.pk for version in newest.values())
    rows: list[tuple[tuple[str, int, int], Compared]] = []
    for (workflow, stage, stage_key), sides in found.items():
        version = newest.get(workflow)
        stages = drawings[version.pk].stages if version else ()
        place, drawn = next(
            ((place, one) for place, one in enumerate(stages, start=1) if one.key == stage_key),
            (0, None),
        )
        workflow_name = version.workflow.name if version else ""
        name = drawn.name if drawn else stage_key or str(STATE_NAMES[ProblemState(stage)])
        told = f"{workflow_name}: {name}" if workflow_name else name
        rank = (workflow_name, RANK[ProblemState(stage)], place)
        rows.append((rank, compared(told, "", sides)))
    return [row for _rank, row in sorted(rows, key=lambda pair: pair[0])]


def of_versions(found: dict[Key, Sides], versions: list[WorkflowVersion]) -> list[Compared]:
    """Return a row for each version that problems followed, the standard way first; no query."""
    names = {NO_VERSION: _("The standard way"), **{one.pk: version_words(one) for one in versions}}
    return [compared(name, "", found[(pk,)]) for pk, name in names.items() if (pk,) in found]


def version_words(version: WorkflowVersion) -> str:
    """Return what a version is called: `Product defect, version 3`."""
    return _("%(name)s, version %(number)d") % {
        "name": version.workflow.name,
        "number": version.number,
    }


def versions_followed() -> list[WorkflowVersion]:
    """Return the versions that were ever published, by workflow; one query."""
    return list(
        WorkflowVersion.objects.filter(published_at__isnull=False)
        .select_related("workflow")
        .order_by("workflow__name", "-number")
    )
