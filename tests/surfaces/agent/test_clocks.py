"""Every due time opens: by what it runs, how it adds up, what happened to it; as pages and as data."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from cases.lifecycle import set_priority
from problems.handing import route_problem
from tests.make import AT, HOUR, make_actor, make_case, make_department, make_problem, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def test_the_page_of_a_case_leads_to_its_due_times(tenant: Tenant) -> None:
    case = make_case(at=now())
    client = signed_in_staff(tenant, make_user())

    page = client.get(f"/c/{case.number}/").content.decode()

    assert f'<a class="row" href="/c/{case.number}/clocks/">' in page


def test_a_due_time_opens_into_words_lines_and_history(tenant: Tenant) -> None:
    case = make_case(at=now() - HOUR)
    set_priority(case_id=case.pk, priority=1, actor=make_actor(Role.AGENT), at=now())
    clock = case.clocks.get(metric="resolution")
    client = signed_in_staff(tenant, make_user())

    answer = client.get(f"/c/{case.number}/clocks/{clock.pk}/")

    (shown,) = answer.context["clocks"]
    facts = {fact["label"]: fact["words"] or fact["at"] for fact in shown["facts"]}
    assert facts["Promised by"].endswith("version 1")
    assert facts["Within"] == "8 h"
    assert facts["First planned for"] == clock.original_due_at
    assert facts["Due"] == clock.due_at
    told_marks = [(mark["text"], str(mark["why"])) for mark in shown["marks"]]
    assert ("Started", "because it was opened") in told_marks
    assert ("Planned anew", "because the priority changed") in told_marks
    page = answer.content.decode()
    assert "explained-strip" in page
    assert "counted" in page


def test_the_clocks_of_a_case_stand_in_the_order_in_which_they_are_due(tenant: Tenant) -> None:
    case = make_case(at=now())
    client = signed_in_staff(tenant, make_user())

    shown = client.get(f"/c/{case.number}/clocks/").context["clocks"]

    assert [one["promise"] for one in shown] == ["First reply", "Solution"]


def test_the_clock_of_another_case_is_not_there(tenant: Tenant) -> None:
    case, other = make_case(at=now()), make_case(at=now())
    clock = other.clocks.get(metric="resolution")
    client = signed_in_staff(tenant, make_user())

    assert client.get(f"/c/{case.number}/clocks/{clock.pk}/").status_code == 404


def test_the_targets_of_a_problem_open_too(tenant: Tenant) -> None:
    payments = make_department("Payments")
    problem = make_problem(cases=[make_case(at=now() - HOUR)], at=now())
    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=now())
    client = signed_in_staff(tenant, make_user(Role.MEMBER, department=payments))

    page = client.get(f"/p/P-{problem.number}/clocks/")

    assert "Acceptance, Payments" in [one["promise"] for one in page.context["clocks"]]
    ended = page.context["ended"][0]
    assert client.get(ended["href"]).status_code == 200
    here = reverse("problem:clocks", args=[problem.name])
    assert here in client.get(f"/p/{problem.number}/").content.decode()
    assert here in client.get("/work/?department=payments").content.decode()


def test_programs_get_segments_that_add_up_and_the_history(tenant: Tenant) -> None:
    case = make_case()

    found = caller_as(tenant, Role.READER).get(f"cases/{case.number}/clocks").json()["results"]

    resolution = next(one for one in found if one["metric"] == "resolution")
    assert resolution["segments"][-1]["counted_so_far_seconds"] == resolution["within_seconds"]
    assert resolution["segments"][0]["began_at"] == resolution["started_at"]
    assert resolution["segments"][-1]["ended_at"] == resolution["due_at"]
    assert {one["kind"] for one in resolution["segments"]} <= {
        "counted", "closed", "holiday", "paused",
    }  # fmt: skip
    assert resolution["marks"][0]["kind"] == "started"
    assert (resolution["version"], resolution["calendar_revision"]) == (1, 1)


def test_programs_get_the_targets_of_a_problem(tenant: Tenant) -> None:
    problem = make_problem(at=AT + HOUR)
    route_problem(
        problem_id=problem.pk,
        department=make_department("Payments"),
        actor=SYSTEM,
        at=AT + 2 * HOUR,
    )

    found = caller_as(tenant, Role.READER).get(f"problems/{problem.number}/clocks").json()

    metrics = [(one["metric"], one["department"]) for one in found["results"]]
    assert ("acknowledge", "payments") in metrics
    assert ("stage", "payments") in metrics


@pytest.mark.queries
def test_due_times_cost_the_same_for_any_number_of_clocks(tenant: Tenant) -> None:
    few, many = make_case(at=now()), make_case(at=now())
    for _ in range(10):
        clock = many.clocks.filter(metric="resolution").order_by("id")[0]
        clock.pk, clock.state, clock.next_look_at = None, "met", None
        clock.stopped_at = now() + timedelta(hours=1)
        clock.save()
    client = signed_in_staff(tenant, make_user())
    client.get(f"/c/{few.number}/clocks/")

    with counted() as for_few:
        client.get(f"/c/{few.number}/clocks/")
    with counted() as for_many:
        client.get(f"/c/{many.number}/clocks/")

    assert len(for_few) == len(for_many), told(for_many)
    # Who is signed in (2), the case, its clocks, their marks.
    assert len(for_many) <= 5, told(for_many)
