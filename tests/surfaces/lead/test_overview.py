"""The lead's overview: what it counts, where each figure leads, who sees it, what it costs."""

from typing import Any

from django.utils.timezone import now

from cases.lifecycle import assign_case, note_feeling, pend_case, resolve_case
from problems.handing import accept_problem, route_problem
from tests.make import (
    AT,
    DAY,
    HOUR,
    MINUTE,
    make_actor,
    make_case,
    make_department,
    make_problem,
    make_user,
)
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def values(tiles: list[dict[str, Any]]) -> dict[str, str]:
    """Return what the tiles say by their label."""
    return {tile["label"]: tile["value"] for tile in tiles}


def test_the_backlog_is_split_by_whom_it_waits_for(tenant: Tenant) -> None:
    payments = make_department("Payments")
    make_case()
    asked = make_case()
    pend_case(case_id=asked.pk, actor=SYSTEM, at=AT + HOUR)
    make_problem(cases=[make_case()])
    with_payments = make_problem(cases=[make_case(), make_case()])
    route_problem(
        problem_id=with_payments.pk, department=payments, because={}, actor=SYSTEM, at=AT + 2 * HOUR
    )
    lead = signed_in_staff(tenant, make_user(Role.LEAD))

    page = lead.get("/overview/")

    assert values(page.context["split"]) == {
        "With an agent": "1",
        "Wait for the customer": "1",
        "Wait for a department": "2",
        "Wait for a problem nobody has taken": "1",
    }
    for tile in page.context["split"]:
        behind = lead.get(tile["href"]).context["cases"]
        assert len(behind) == int(tile["value"]), tile["label"]


def test_every_tile_leads_to_a_page_that_is_there(tenant: Tenant) -> None:
    make_problem(cases=[make_case()])
    lead = signed_in_staff(tenant, make_user(Role.LEAD))

    page = lead.get("/overview/").context

    for tile in [*page["tiles"], *page["split"], *page["departments"], *page["oldest"]]:
        assert lead.get(tile["href"]).status_code == 200, tile


def test_what_waits_longest_comes_first_and_says_for_whom(tenant: Tenant) -> None:
    agent = make_user(name="Maya Lindqvist")
    new, old, older = make_case(at=AT + 2 * DAY), make_case(at=AT + DAY), make_case(at=AT)
    solved = make_case(at=AT - DAY)
    resolve_case(case_id=solved.pk, actor=SYSTEM, at=AT)
    pend_case(case_id=older.pk, actor=SYSTEM, at=AT + 3 * DAY)
    assign_case(case_id=old.pk, owner=agent, queue=None, actor=SYSTEM, at=AT + 3 * DAY)

    shown = signed_in_staff(tenant, make_user(Role.LEAD)).get("/overview/").context["oldest"]

    assert [(one["number"], one["waits_for"]) for one in shown] == [
        (f"#{older.number}", "the customer"),
        (f"#{old.number}", "Maya Lindqvist"),
        (f"#{new.number}", "somebody to take it"),
    ]


def test_promises_missed_unassigned_cases_and_feelings_are_counted(tenant: Tenant) -> None:
    case = make_case()
    note_feeling(case_id=case.pk, feeling=1, actor=SYSTEM, at=AT + HOUR)

    page = signed_in_staff(tenant, make_user(Role.LEAD)).get("/overview/").context

    counted_tiles = values(page["tiles"])
    assert counted_tiles["Nobody has them"] == "1"
    # First reply and solution were due long ago.
    assert counted_tiles["Promises missed"] == "2"
    assert page["feelings"] == [{"label": "Upset", "count": 1, "tone": "danger"}]


def test_departments_say_how_much_is_late_and_not_accepted(tenant: Tenant) -> None:
    payments = make_department("Payments")
    for accepted in (True, False):
        problem = make_problem(cases=[make_case()])
        route_problem(
            problem_id=problem.pk, department=payments, because={}, actor=SYSTEM, at=AT + HOUR
        )
        if accepted:
            accept_problem(
                problem_id=problem.pk,
                actor=make_actor(Role.MEMBER, department=payments),
                at=AT + 2 * HOUR,
            )

    page = signed_in_staff(tenant, make_user(Role.LEAD)).get("/overview/").context

    row = next(one for one in page["departments"] if one["name"] == "Payments")
    assert (row["problems"], row["late"], row["not_accepted"]) == (2, 2, 1)
    assert [one["number"] for one in page["hand_overs"]] == [problem.name]


def test_days_are_counted_in_the_last_fourteen(tenant: Tenant) -> None:
    at = now()
    case = make_case(at=at - HOUR)
    make_case(at=at - 20 * DAY)
    resolve_case(case_id=case.pk, actor=SYSTEM, at=at)

    page = signed_in_staff(tenant, make_user(Role.LEAD)).get("/overview/").context

    assert (page["opened"].total, page["solved"].total) == (1, 1)
    assert len(page["opened"].rows) == 14


def test_only_those_who_steer_see_it(tenant: Tenant) -> None:
    for role in (Role.LEAD, Role.ADMIN):
        assert signed_in_staff(tenant, make_user(role)).get("/overview/").status_code == 200
    for role in (Role.AGENT, Role.MEMBER, Role.HEAD, Role.READER):
        client = signed_in_staff(tenant, make_user(role))
        assert client.get("/overview/").status_code == 403, role
        assert "/overview/" not in client.get("/q/open/").content.decode()


def test_the_overview_asks_the_same_for_two_cases_and_for_twenty(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user(Role.LEAD))
    client.get("/overview/")

    def queries_with(count: int) -> list[str]:
        for place in range(count):
            make_problem(cases=[make_case(at=AT + place * MINUTE)])
        with counted() as queries:
            assert client.get("/overview/").status_code == 200
        return queries

    few, many = queries_with(2), queries_with(18)

    assert len(few) == len(many), told(many)
    # Session, user with memberships; then hand-overs, the counts of all tiles, approvals, the oldest
    # cases and what is shown of them, departments, what is late or astray with its stays, days
    # twice, load, feelings.
    assert len(many) == 2 + 12, told(many)
