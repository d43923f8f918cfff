"""Time to the permanent fix: quartiles of both sides, by department, stage and version."""

from datetime import UTC, datetime, timedelta
from statistics import quantiles
from time import perf_counter

import pytest
from django.db import connection

from problems.fix_times import NO_VERSION, Comparison, FixTimes, fix_times
from problems.models import Leg, Problem
from tests.make import AT, DAY, HOUR, make_department, make_product, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.history.models import Entry
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.stages.definition import Definition, Stage
from workflow.stages.files import as_data
from workflow.stages.models import Workflow, WorkflowVersion
from workflow.tenancy.models import Tenant

MARCH, JUNE = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
# What the database checks at the end of a transaction takes long for thousands of rows at once.
AT_ONCE = 250
STATES = ("new", "assess", "root_cause", "fix_in_progress", "verifying")


def version_of(name: str, number: int) -> WorkflowVersion:
    """Return a published version whose stages are named after it."""
    workflow, _ = Workflow.objects.get_or_create(name=name)
    drawing = Definition(
        name=name,
        start="new",
        stages=tuple(
            Stage(key=state, name=f"{state.title()} {number}", state=state) for state in STATES
        ),
        steps=(),
    )
    return WorkflowVersion.objects.create(
        workflow=workflow, number=number, state="retired", definition=as_data(drawing),
        created_at=AT, published_at=AT + number * DAY,
    )  # fmt: skip


def fixed(
    hours: list[float],
    *,
    resolved_at: datetime,
    department: Department,
    version: WorkflowVersion | None = None,
    outcome: str = "fix_applied",
) -> None:
    """Store problems that took so many hours: a tenth with service, the rest with a department."""
    service = make_department("Care")
    problems = Problem.objects.bulk_create(
        Problem(
            number=Problem.objects.count() + place + 1, title="Twice", statement="Twice.",
            category="billing", product=make_product(), state="closed", outcome=outcome,
            discovered_at=resolved_at - span * HOUR, opened_at=resolved_at - span * HOUR,
            fixed_at=resolved_at - span * HOUR / 10, resolved_at=resolved_at,
            next_look_at=resolved_at, workflow_version=version,
        )
        for place, span in enumerate(hours)
    )  # fmt: skip
    Entry.objects.bulk_create(
        Entry(
            subject_kind="problem", subject_id=problem.pk, action="problem.closed",
            actor_kind="system", actor_id=0, source="system", at=resolved_at,
            to_state="closed", state_version=1,
        )
        for problem in problems
    )  # fmt: skip
    legs = []
    for problem, span in zip(problems, hours, strict=True):
        edges = [0, 0.1, 0.3, 0.5, 0.9, 1]
        for place, stage in enumerate(STATES):
            begin, end = (problem.discovered_at + edge * span * HOUR for edge in edges[place:][:2])
            legs.append(
                Leg(
                    problem=problem, position=place, stage=stage, entered_at=begin, left_at=end,
                    department=service if place == 0 else department, acknowledged_at=begin,
                    due_at=end, entered_because="forward", workflow_version=version,
                    stage_key=stage if version else "",
                )
            )  # fmt: skip
    Leg.objects.bulk_create(legs)


def rows(found: FixTimes, what: str) -> dict[str, tuple[int, int]]:
    """Return how many problems each row has, before and after."""
    return {row.name: (row.before.count, row.after.count) for row in getattr(found, what)}


def test_two_versions_are_compared_by_quartiles_with_counts(tenant: Tenant) -> None:
    payments = make_department("Payments")
    first, second = version_of("Defect", 1), version_of("Defect", 2)
    slow, swift = [10.0, 20, 30, 40, 55, 70], [5.0, 10, 15, 20, 25, 30, 35]
    fixed(slow, resolved_at=AT + 40 * DAY, department=payments, version=first)
    fixed(swift, resolved_at=AT + 41 * DAY, department=payments, version=second)
    fixed([900.0] * 6, resolved_at=AT + 41 * DAY, department=payments)

    found = fix_times(Comparison(since=MARCH, until=JUNE, before=first.pk, after=second.pk))

    for side, hours in ((found.whole.before, slow), (found.whole.after, swift)):
        expected = [timedelta(hours=one) for one in quantiles(hours, n=4, method="inclusive")]
        assert side.count == len(hours)
        for one, wanted in zip((side.low, side.median, side.high), expected, strict=True):
            assert one is not None
            assert abs(one - wanted) < timedelta(seconds=1)
    assert found.whole.change == pytest.approx(20 / 35 - 1)
    assert rows(found, "departments") == {"Care": (6, 7), "Payments": (6, 7)}
    assert rows(found, "fixers") == {"Payments": (6, 7)}
    assert rows(found, "stages") == {f"Defect: {state.title()} 2": (6, 7) for state in STATES}
    assert rows(found, "versions") == {"Defect, version 1": (6, 0), "Defect, version 2": (0, 7)}


def test_a_department_has_only_the_time_in_which_it_had_the_problem(tenant: Tenant) -> None:
    fixed([10.0] * 5, resolved_at=AT + 40 * DAY, department=make_department("Payments"))

    found = fix_times(Comparison(since=MARCH, until=JUNE))

    had = {row.name: row.after.median for row in found.departments}
    assert had == {"Care": HOUR, "Payments": 9 * HOUR}


def test_two_periods_are_compared_and_too_few_are_said_to_be_too_few(tenant: Tenant) -> None:
    payments = make_department("Payments")
    fixed([10.0] * 4, resolved_at=MARCH - 10 * DAY, department=payments)
    fixed([20.0] * 8, resolved_at=MARCH + 10 * DAY, department=payments)
    lead = signed_in_staff(tenant, make_user(Role.LEAD))

    page = lead.get("/reports/fix-times/", {"since": "2026-03", "until": "2026-05"})

    whole = page.context["whole"]
    assert (whole["before"]["count"], whole["after"]["count"]) == (4, 8)
    assert whole["is_too_few"]
    assert whole["change"] == "too few"
    assert "Too few problems to compare: 4 before, 8 after" in page.content.decode()


def test_only_permanent_fixes_count(tenant: Tenant) -> None:
    fixed([10.0] * 9, resolved_at=AT, department=make_department("Payments"), outcome="duplicate")

    found = fix_times(Comparison(since=MARCH, until=JUNE))

    assert (found.whole.after.count, found.departments) == (0, [])


def test_the_standard_way_is_compared_with_a_drawn_one(tenant: Tenant) -> None:
    payments, drawn = make_department("Payments"), version_of("Defect", 1)
    fixed([40.0] * 5, resolved_at=AT, department=payments)
    fixed([10.0] * 5, resolved_at=AT, department=payments, version=drawn)
    lead = caller_as(tenant, Role.LEAD)

    report = lead.get(
        f"reports/fix-times?since=2026-03&until=2026-03&before=standard&after={drawn.pk}"
    ).json()

    assert report["whole"]["change"] == pytest.approx(-0.75)
    assert report["whole"]["before"]["median_seconds"] == 40 * 3600
    names = [row["name"] for row in report["versions"]]
    assert names == ["The standard way", "Defect, version 1"]


def test_the_file_holds_what_the_page_shows(tenant: Tenant) -> None:
    fixed([10.0] * 6, resolved_at=AT, department=make_department("=Payments"))
    lead = signed_in_staff(tenant, make_user(Role.LEAD))

    file = lead.get("/reports/fix-times/file/", {"since": "2026-03", "until": "2026-03"})

    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("All,,0,,,,6,36000.0,36000.0,36000.0")
    assert any(line.startswith("Department,'=Payments,0") for line in lines)


def seconds_for(legs: int) -> float:
    """Return how long the report takes over so many stays, half of each version."""
    payments = make_department("Payments")
    versions = version_of("Defect", 1), version_of("Defect", 2)
    for version in versions:
        hours = [1.0 + place % 97 for place in range(legs // 10)]
        for first in range(0, len(hours), AT_ONCE):
            fixed(
                hours[first : first + AT_ONCE], resolved_at=AT, department=payments, version=version
            )
            connection.check_constraints()
    began = perf_counter()
    with counted() as queries:
        found = fix_times(
            Comparison(since=MARCH, until=JUNE, before=versions[0].pk, after=versions[1].pk)
        )
    assert len(queries) <= 8, told(queries)
    assert found.whole.before.count == found.whole.after.count == legs // 10
    return perf_counter() - began


def test_the_report_costs_eight_queries(tenant: Tenant) -> None:
    seconds_for(200)


@pytest.mark.full
def test_the_report_takes_less_than_two_seconds_over_20000_stays(tenant: Tenant) -> None:
    assert seconds_for(20_000) < 2


def test_no_version_stands_for_the_standard_way() -> None:
    assert Comparison(since=MARCH, until=JUNE, before=NO_VERSION, after=4).is_of_versions
    assert not Comparison(since=MARCH, until=JUNE).is_of_versions
