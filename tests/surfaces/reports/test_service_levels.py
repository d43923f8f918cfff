"""How promises were kept: figures, the lists behind them, files, and what they cost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from cases.models import CaseClock
from problems.handing import route_problem
from servicedesk.pages.reporting import question_in
from tests.make import HOUR, make_case, make_department, make_problem, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.clocks.attainment import Verdict, attained, page_behind
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")
REPORT = "/reports/service-levels/"


def ended(*, state: str, used: float, metric: str = "resolution", priority: int = 3) -> CaseClock:
    """Return a clock of a new case that ended so, having used a share of its span."""
    case = make_case(at=now(), priority=priority)
    clock = case.clocks.get(metric=metric)
    clock.state, clock.used_for = state, clock.within * used
    clock.stopped_at, clock.next_look_at = now(), None
    if state == "missed":
        clock.breach_recorded_at = now()
    clock.save()
    return clock


def rows_of(**asked: str) -> dict[Any, tuple[int, int, int]]:
    """Return met, missed and running by the key of each row."""
    question = question_in(asked, at=now(), zone=now().tzinfo)  # type: ignore[arg-type]
    found = attained(question.clocks, question.asked, by=question.by)
    return {row.key: (row.met, row.missed, row.running) for row in found}


def test_promises_are_counted_by_what_was_promised(tenant: Tenant) -> None:
    ended(state="met", used=0.5)
    ended(state="missed", used=1.2)
    make_case(at=now())

    rows = rows_of(by="metric")

    assert rows["resolution"] == (1, 1, 1)
    assert rows["first_response"] == (0, 0, 3)


def test_a_running_promise_whose_time_is_over_counts_as_missed(tenant: Tenant) -> None:
    clock = make_case(at=now()).clocks.get(metric="resolution")
    clock.breach_recorded_at = now()
    clock.save()

    assert rows_of(by="metric")["resolution"] == (0, 1, 0)


def test_what_was_called_off_says_nothing(tenant: Tenant) -> None:
    ended(state="cancelled", used=0.1)

    assert "resolution" not in rows_of(by="metric", metric="resolution")


def test_percentiles_are_of_the_use_of_what_ended(tenant: Tenant) -> None:
    for used in (0.1, 0.2, 0.3, 0.4, 1.5):
        ended(state="missed" if used > 1 else "met", used=used)
    question = question_in({"metric": "resolution"}, at=now(), zone=now().tzinfo)  # type: ignore[arg-type]

    (row,) = attained(question.clocks, question.asked, by=question.by)

    assert row.percent == 80
    assert row.median_use == pytest.approx(0.3)
    # Between the fourth and the fifth of five: 0.4 and six tenths of the way to 1.5.
    assert row.high_use == pytest.approx(1.06)


def test_rows_can_be_told_by_priority_department_policy_and_month(tenant: Tenant) -> None:
    clock = ended(state="met", used=0.5, priority=1)
    ended(state="met", used=0.5, priority=4)
    version = clock.target.version  # type: ignore[union-attr]

    assert rows_of(by="priority", metric="resolution") == {1: (1, 0, 0), 4: (1, 0, 0)}
    assert rows_of(by="policy", metric="resolution") == {version.service_level_id: (2, 0, 0)}
    assert rows_of(by="version", metric="resolution") == {version.pk: (2, 0, 0)}
    assert rows_of(by="department", metric="resolution") == {clock.case.queue_id: (2, 0, 0)}
    (month,) = rows_of(by="month", metric="resolution")
    assert month == now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def test_what_started_in_other_months_is_left_out(tenant: Tenant) -> None:
    clock = ended(state="met", used=0.5)
    clock.started_at = now() - timedelta(days=200)
    clock.save()

    assert "resolution" not in rows_of(by="metric")
    long_ago = f"{clock.started_at:%Y-%m}"
    assert rows_of(by="metric", since=long_ago, until=long_ago)["resolution"] == (1, 0, 0)


def test_the_list_behind_a_figure_has_as_many_rows_as_it_says(tenant: Tenant) -> None:
    for _ in range(3):
        ended(state="met", used=0.5)
    ended(state="missed", used=2)
    client = signed_in_staff(tenant, make_user(Role.LEAD))

    rows = client.get(REPORT, {"by": "priority", "metric": "resolution"}).context["rows"]

    for count in rows[0]["counts"]:
        behind = client.get(count["href"]).context["clocks"]
        assert len(behind) == count["value"]
    assert [count["value"] for count in rows[0]["counts"]] == [3, 1, 0]


def test_the_list_goes_on_where_its_page_ended(tenant: Tenant) -> None:
    for _ in range(5):
        make_case(at=now())
    question = question_in({"metric": "resolution"}, at=now(), zone=now().tzinfo)  # type: ignore[arg-type]

    seen: list[int] = []
    after: tuple[datetime, int] | None = None
    while True:
        clocks, after = page_behind(question.clocks, question.asked, after=after, at_most=2)
        seen += [clock.pk for clock in clocks]
        if after is None:
            break

    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)


def test_targets_of_departments_are_told_by_department(tenant: Tenant) -> None:
    payments = make_department("Payments")
    problem = make_problem(cases=[make_case(at=now() - HOUR)], at=now())
    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=now())
    client = signed_in_staff(tenant, make_user(Role.LEAD))

    page = client.get(REPORT, {"of": "problems", "by": "department"})

    labels = [row["label"] for row in page.context["rows"]]
    assert "Payments" in labels
    running = page.context["rows"][labels.index("Payments")]["counts"][2]
    assert client.get(running["href"]).context["clocks"][0]["record"] == problem.name


def test_the_file_says_the_same_and_begins_no_formula(tenant: Tenant) -> None:
    clock = ended(state="met", used=0.25)
    level = clock.target.version.service_level  # type: ignore[union-attr]
    level.name = "=1+1"
    level.save()
    client = signed_in_staff(tenant, make_user(Role.LEAD))

    answer = client.get(f"{REPORT}file/", {"by": "policy", "metric": "resolution"})

    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[1] == "'=1+1,1,0,0,100.0,25.0,25.0"
    assert answer["Content-Type"].startswith("text/csv")


def test_what_makes_no_sense_in_an_address_is_left_out(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user(Role.LEAD))

    odd = {"by": "moon", "since": "yesterday", "until": "0000-99", "priority": "x" * 300,
           "department": "-1", "month": "2026-13", "verdict": "perhaps", "of": "cats"}  # fmt: skip

    assert client.get(REPORT, odd).status_code == 200
    assert client.get(f"{REPORT}list/", odd).status_code == 200


def test_members_see_no_reports(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user(Role.MEMBER))

    for address in (REPORT, f"{REPORT}list/", f"{REPORT}file/", "/reports/time-spent/"):
        assert client.get(address).status_code == 403


def test_programs_read_the_same(tenant: Tenant) -> None:
    ended(state="met", used=0.5)
    ended(state="missed", used=1.5)
    lead = caller_as(tenant, Role.LEAD)

    report = lead.get("reports/service-levels?by=metric&metric=resolution").json()
    behind = lead.get("reports/service-levels/clocks?metric=resolution&verdict=missed").json()

    (row,) = report["rows"]
    assert (row["key"], row["met"], row["missed"], row["percent"]) == ("resolution", 1, 1, 50.0)
    assert [one["state"] for one in behind["results"]] == ["missed"]
    assert caller_as(tenant, Role.MEMBER).get("reports/service-levels").status_code == 403


@pytest.mark.queries
@pytest.mark.parametrize("path", ["", "list/", "file/"])
def test_reports_cost_the_same_for_any_number_of_clocks(tenant: Tenant, path: str) -> None:
    client = signed_in_staff(tenant, make_user(Role.LEAD))
    for _ in range(2):
        ended(state="met", used=0.5)
    client.get(f"{REPORT}{path}")

    with counted() as for_few:
        client.get(f"{REPORT}{path}")
    for _ in range(8):
        ended(state="met", used=0.5)
    with counted() as for_many:
        client.get(f"{REPORT}{path}")

    assert len(for_few) == len(for_many), told(for_many)
    # Who is signed in (2), departments, versions, and the clocks.
    assert len(for_many) <= 5, told(for_many)


def test_every_verdict_is_one_of_three(tenant: Tenant) -> None:
    ended(state="met", used=0.5)
    ended(state="missed", used=1.5)
    make_case(at=now())
    total = CaseClock.objects.filter(metric="resolution").count()

    listed = []
    for verdict in Verdict:
        question = question_in(
            {"metric": "resolution", "verdict": str(verdict)},
            at=now(),
            zone=now().tzinfo,  # type: ignore[arg-type]
        )
        clocks, _more = page_behind(question.clocks, question.asked, after=None, at_most=50)
        listed += [clock.pk for clock in clocks]

    assert len(listed) == len(set(listed)) == total
