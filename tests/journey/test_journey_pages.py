"""The journey on its own page, and who was accountable: what they say and what they cost."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from problems.drawn import drawn_stay
from problems.handing import accept_problem, refuse_problem, route_problem
from problems.ledger import moments_of_messages
from problems.models import Leg, Problem
from problems.queries import (
    estimates_of,
    legs_of,
    new_cases_per_day,
    problem_with_counts,
)
from problems.tasks_told import tasks_on_the_way
from servicedesk.pages.journey_data import log_of, picture_of, told
from tests.journey.long_lives import problem_with_stays
from tests.make import (
    AT,
    DAY,
    HOUR,
    make_actor,
    make_case,
    make_department,
    make_problem,
    make_user,
)
from tests.problems.drawing import publish, take
from tests.surfaces.api.calling import caller_as
from tests.surfaces.counting import counted
from tests.surfaces.counting import told as told_queries
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def refused_and_accepted() -> Problem:
    """Return a problem that one department refused and another accepted."""
    problem = make_problem(cases=[make_case()])
    billing, payments = make_department("Billing"), make_department("Payments")
    route_problem(problem_id=problem.pk, department=billing, actor=SYSTEM, at=AT + 2 * HOUR)
    refuse_problem(problem_id=problem.pk, reason="Not ours.", actor=SYSTEM, at=AT + 3 * HOUR)
    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + 5 * HOUR)
    member = make_actor(Role.MEMBER, department=payments)
    return accept_problem(problem_id=problem.pk, actor=member, at=AT + 6 * HOUR)


def test_the_page_tells_the_journey_as_picture_and_as_equal_text(tenant: Tenant) -> None:
    problem = refused_and_accepted()
    client = signed_in_staff(tenant, make_user(Role.READER))

    page = client.get(f"/p/P-{problem.number}/journey/")

    picture, legs = page.context["picture"], page.context["legs"]
    assert (
        [leg.number for leg in picture.legs] == [leg["number"] for leg in legs] == [1, 2, 3, 4, 5]
    )
    assert [leg["is_detour"] for leg in legs] == [False, False, True, False, False]
    for drawn, line in zip(picture.legs, legs, strict=True):
        assert line["department"] in drawn.says
        assert line["title"] in drawn.says
        assert f'id="leg-{line["number"]}"' in page.content.decode()


def test_a_journey_of_200_stays_costs_six_queries(tenant: Tenant) -> None:
    problem = problem_with_stays(200)
    at, zone = AT + 60 * DAY, ZoneInfo("UTC")
    actor = make_actor(Role.LEAD)

    with counted() as queries:
        shown = problem_with_counts(actor, problem.number)
        journey = told(shown, legs_of([shown.pk])[shown.pk], at=at)
        picture = picture_of(
            journey,
            at=at,
            cases_per_day=new_cases_per_day(shown, zone=zone),
            told_at=moments_of_messages(shown),
            estimates=estimates_of(shown),
            tasks=tasks_on_the_way(shown.pk),
        )
        log = log_of(journey)

    # Problem, stays, cases by day, what customers were told, dates of the fix, tasks.
    assert len(queries) == 6, told_queries(queries)
    assert len(picture.legs) == len(log) == 200


def test_the_page_of_a_long_journey_costs_the_same_queries_as_a_short_one(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user(Role.LEAD))
    short, long = problem_with_stays(2), problem_with_stays(60)
    client.get(f"/p/P-{short.number}/journey/")

    costs = []
    for problem in (short, long):
        with counted() as queries:
            assert client.get(f"/p/P-{problem.number}/journey/").status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("after", "standing", "department", "person"),
    [
        (2.5 * HOUR, "waiting", "Billing", None),
        (4 * HOUR, "working", "Customer service", None),
        (7 * HOUR, "working", "Payments", "member"),
        (-9 * DAY, "unknown", None, None),
    ],
)
def test_a_program_reads_who_was_accountable_at_any_moment(
    tenant: Tenant, after: timedelta, standing: str, department: str | None, person: str | None
) -> None:
    problem = refused_and_accepted()

    answer = caller_as(tenant).get(
        f"problems/{problem.number}/accountable?at={(AT + after).isoformat().replace('+', '%2B')}"
    )

    found = answer.json()
    assert (found["standing"], found["department"]) == (standing, department)
    assert (found["person"] is not None) == (person is not None)


def test_the_page_says_who_was_accountable_and_leads_to_every_other_moment(tenant: Tenant) -> None:
    problem = refused_and_accepted()
    client = signed_in_staff(tenant, make_user(Role.READER))
    local = (AT + 2.5 * HOUR).astimezone(timezone.get_current_timezone())

    page = client.get(f"/p/P-{problem.number}/accountable/", {"at": f"{local:%Y-%m-%dT%H:%M}"})

    assert page.context["answer"]["department"] == "Billing"
    assert page.context["answer"]["standing"] == "In its queue, not taken up"
    beginnings = [
        client.get(stay["href"]).context["answer"]["number"] for stay in page.context["stays"]
    ]
    assert beginnings == [1, 2, 3, 4, 5]


def test_what_is_no_moment_is_refused_in_the_form(tenant: Tenant) -> None:
    problem = make_problem()
    client = signed_in_staff(tenant, make_user())

    page = client.get(f"/p/P-{problem.number}/accountable/", {"at": "soon"})

    assert page.status_code == 422
    assert "This is no date and time." in page.content.decode()


def test_stays_are_called_as_the_drawing_calls_them(tenant: Tenant) -> None:
    publish()
    problem, payments = make_problem(), make_department("Payments")
    take(problem, "send", hours=2, department=payments)
    take(problem, "ours", hours=3)

    page = signed_in_staff(tenant, make_user(Role.READER)).get(f"/p/P-{problem.number}/journey/")
    legs = caller_as(tenant).get(f"problems/{problem.number}/journey").json()["legs"]

    names = ["Inbox", "Waiting for a yes", "Reproduce"]
    assert [leg["title"] for leg in page.context["legs"]] == names
    assert [leg["because"] for leg in page.context["legs"]][1:] == ["Send", "Ours"]
    assert all(
        name in leg.says for name, leg in zip(names, page.context["picture"].legs, strict=True)
    )
    assert [(leg["stage_name"], leg["stage_key"], leg["step_key"]) for leg in legs] == [
        ("Inbox", "inbox", ""), ("Waiting for a yes", "waiting", "send"), ("Reproduce", "reproduce", "ours"),
    ]  # fmt: skip


def test_the_place_in_the_drawing_decides_between_stages_of_one_state(tenant: Tenant) -> None:
    version = publish()
    stages = [("assess", "waiting"), ("root_cause", "reproduce"), ("root_cause", "cause")]
    drawn = [Leg(stage=state, stage_key=key, workflow_version=version) for state, key in stages]
    standard = [Leg(stage="root_cause"), Leg(stage="fix_in_progress")]

    waiting, reproduce, cause = (drawn_stay(leg).rank for leg in drawn)

    assert waiting < drawn_stay(standard[0]).rank < reproduce < cause < drawn_stay(standard[1]).rank
