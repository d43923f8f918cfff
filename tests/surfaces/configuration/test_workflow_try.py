"""Settings: a problem taken through a draft, and what the draft would have made of its journey."""

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from problems.handing import accept_problem, hand_over_problem, route_problem
from problems.models import Leg, Problem
from tests.make import AT, HOUR, make_department, make_problem, make_user
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.stages.definition import Definition, Owner, Stage, Step
from workflow.stages.versions import start_draft
from workflow.stages.workflows import add_workflow
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def drawing(*, owner: str, limit: timedelta = 8 * HOUR) -> Definition:
    """Return a drawing in which one department looks for every cause."""
    return Definition(
        name="Defects",
        start="new",
        stages=(
            Stage(key="new", name="Inbox", state="new"),
            Stage(key="assess", name="Waiting", state="assess", owner=Owner.CHOSEN),
            Stage(
                key="cause", name="Find the cause", state="root_cause", owner=Owner.DEPARTMENT,
                department=owner, within=limit,
            ),
        ),
        steps=(
            Step(key="send", name="Send", begin="new", end="assess"),
            Step(key="accept", name="Accept", begin="assess", end="cause"),
        ),
    )  # fmt: skip


def address_of_draft(definition: Definition) -> str:
    """Return where a draft that draws this is tried."""
    workflow = add_workflow(name="Defects", actor=SYSTEM, at=AT)
    start_draft(workflow_id=workflow.pk, definition=definition, actor=SYSTEM, at=AT)
    return f"/settings/workflows/{workflow.pk}/draft/try/"


def accepted_by(department: Department, problem: Problem | None = None) -> Problem:
    """Return a problem that a department accepted, an hour after it was sent there."""
    problem = problem or make_problem()
    route_problem(problem_id=problem.pk, department=department, actor=SYSTEM, at=AT + 2 * HOUR)
    return accept_problem(problem_id=problem.pk, actor=SYSTEM, at=AT + 3 * HOUR)


def words(client: Client, address: str, number: object, *, status: int = 200) -> str:
    """Return the page of a trial in one line."""
    answer = client.get(address, {"problem": str(number)})
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def test_both_journeys_are_drawn_and_what_the_draft_changes_is_told(tenant: Tenant) -> None:
    cards = make_department("Cards")
    make_department("Payments")
    problem = accepted_by(cards)
    client = signed_in_staff(tenant, make_user(Role.ADMIN))

    page = words(client, address_of_draft(drawing(owner="payments")), problem.number)

    assert page.count('<svg class="j"') == 2
    assert "The draft gives this to Payments." in page
    assert "by “Accept”" in page
    assert Leg.objects.filter(department__slug="payments").count() == 0


def test_a_problem_that_fits_the_draft_is_said_to_fit(tenant: Tenant) -> None:
    problem = accepted_by(make_department("Cards"))
    client = signed_in_staff(tenant, make_user(Role.ADMIN))

    page = words(client, address_of_draft(drawing(owner="cards")), f"P-{problem.number}")

    assert "It would have gone through as it did" in page


def test_a_limit_of_the_draft_shows_what_would_have_been_late(tenant: Tenant) -> None:
    problem = accepted_by(make_department("Cards"))
    client = signed_in_staff(tenant, make_user(Role.ADMIN))

    page = words(
        client, address_of_draft(drawing(owner="cards", limit=timedelta(minutes=1))), problem.number
    )

    assert '<td class="n num"> <b>' in page
    assert "over target" in page


def test_a_number_that_is_none_is_told_in_the_form(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user(Role.ADMIN))
    address = address_of_draft(drawing(owner="cards"))

    assert "There is no problem P-4711 here." in words(client, address, 4711, status=422)
    assert "“seven” is not the number of a problem." in words(client, address, "seven", status=422)


def test_a_trial_costs_the_same_for_a_short_and_a_long_journey(tenant: Tenant) -> None:
    cards, payments = make_department("Cards"), make_department("Payments")
    short, long = accepted_by(cards), accepted_by(cards)
    for turn in range(8):
        hand_over_problem(
            problem_id=long.pk,
            department=(payments, cards)[turn % 2],
            reason="Theirs",
            confirm=True,
            actor=SYSTEM,
            at=AT + (4 + 2 * turn) * HOUR,
        )
        accept_problem(problem_id=long.pk, actor=SYSTEM, at=AT + (5 + 2 * turn) * HOUR)
    client = signed_in_staff(tenant, make_user(Role.ADMIN))
    address = address_of_draft(drawing(owner="cards"))

    def asked(problem: Problem) -> int:
        with CaptureQueriesContext(connection) as queries:
            words(client, address, problem.number)
        return len(queries)

    asked(short)
    assert asked(short) == asked(long)
