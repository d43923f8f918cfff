"""Scorecards: only own time, refusals that were right, what came back, and what was excused."""

from datetime import UTC, datetime, timedelta
from typing import Any

from problems.department_tasks import (
    ask_department,
    finish_task,
    refuse_task,
    withdraw_task,
)
from problems.handing import accept_problem, hand_over_problem, refuse_problem, route_problem
from problems.models import Leg
from problems.scorecards import Scorecard, scorecards
from problems.statements import About, Decision, decide_statement, write_statement
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
from tests.surfaces.api.calling import caller_as
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")
MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


def cards(**more: object) -> dict[str, Scorecard]:
    """Return the scorecards of March by the name of the department."""
    found = scorecards(since=MARCH, until=APRIL, **more)  # type: ignore[arg-type]
    return {card.department.name: card for card in found.cards}


def a_problem(*steps: tuple[str, str, float]) -> int:
    """Return a problem that went from hand to hand: act, department, hours after the opening."""
    problem = make_problem(cases=[make_case()])
    for act, name, hours in steps:
        department, at = make_department(name) if name else None, AT + (1 + hours) * HOUR
        if act == "accept":
            accept_problem(problem_id=problem.pk, actor=SYSTEM, at=at)
        elif act == "refuse":
            refuse_problem(
                problem_id=problem.pk, reason="No.", better_owner=department, actor=SYSTEM, at=at
            )
        elif department is not None:
            do = {"route": route_problem, "hand over": hand_over_problem}[act]
            do(problem_id=problem.pk, department=department, reason="Yours.", actor=SYSTEM, at=at)
    return problem.pk


def test_a_refusal_was_right_when_another_department_accepted_next(tenant: Tenant) -> None:
    a_problem(
        ("route", "Billing", 1), ("refuse", "Payments", 2), ("accept", "", 3),
    )  # fmt: skip

    card = cards()["Billing"]

    assert (card.refused, card.refused_rightly, card.refused_wrongly) == (1, 1, 0)


def test_a_refusal_was_wrong_when_it_came_back_and_was_accepted(tenant: Tenant) -> None:
    a_problem(
        ("route", "Billing", 1), ("refuse", "", 2), ("route", "Payments", 3),
        ("refuse", "Billing", 4), ("accept", "", 5), ("hand over", "Payments", 6),
    )  # fmt: skip

    found = cards()

    assert (found["Billing"].refused_rightly, found["Billing"].refused_wrongly) == (0, 1)
    assert (found["Payments"].refused_rightly, found["Payments"].refused_wrongly) == (1, 0)
    assert (found["Billing"].handed_back, found["Billing"].handed_over) == (1, 1)


def test_a_refusal_that_nobody_accepted_yet_is_open(tenant: Tenant) -> None:
    a_problem(("route", "Billing", 1), ("refuse", "", 2))

    card = cards()["Billing"]

    assert (card.refused, card.refused_rightly, card.refused_wrongly) == (1, 0, 0)


def test_only_opening_hours_of_the_department_are_its_time(tenant: Tenant) -> None:
    # Monday 10:30 until Wednesday 10:30, in hours that close at night.
    problem = a_problem(
        ("route", "Billing", 0.5), ("accept", "", 48.5), ("hand over", "Payments", 50.5)
    )
    hours = make_department("Billing").calendar.working_time()
    queue, work = Leg.objects.filter(problem=problem, department__name="Billing").order_by(
        "position"
    )
    assert queue.left_at is not None
    assert work.left_at is not None

    card = cards()["Billing"]

    assert card.spent.waiting == hours.between(queue.entered_at, queue.left_at) < 48 * HOUR
    assert card.spent.working == hours.between(work.entered_at, work.left_at)
    assert card.spent.own + card.spent.closed == work.left_at - queue.entered_at
    assert card.late == hours.between(queue.due_at, queue.left_at) > timedelta()


def test_tasks_that_others_asked_for_are_counted_apart_in_own_hours(tenant: Tenant) -> None:
    problem = make_problem(cases=[make_case()])
    network = make_department("Network")
    worker = make_actor(Role.MEMBER, department=network)
    common: dict[str, Any] = {
        "problem_id": problem.pk,
        "department": network,
        "actor": SYSTEM,
        "at": AT + HOUR,
    }
    prompt = ask_department(title="Read the log", **common)
    slow = ask_department(title="Compare it", needs=[prompt], within=2 * HOUR, **common)
    refused = ask_department(title="Replace it", **common)
    withdrawn = ask_department(title="Forget it", **common)
    finish_task(task_id=prompt.pk, result="Read.", actor=worker, at=AT + 4 * HOUR)
    refuse_task(task_id=refused.pk, reason="Not ours.", actor=worker, at=AT + 4 * HOUR)
    withdraw_task(task_id=withdrawn.pk, reason="No need.", actor=SYSTEM, at=AT + 4 * HOUR)
    finish_task(task_id=slow.pk, result="Compared.", actor=worker, at=AT + 7 * HOUR)
    data = caller_as(tenant, Role.LEAD).get("reports/departments?since=2026-03&until=2026-03")
    page = signed_in_staff(tenant, make_user(Role.LEAD)).get(
        "/reports/departments/?since=2026-03&until=2026-03&department=network"
    )

    card = cards()["Network"]

    assert card.stays == []
    assert (card.tasks_done, card.tasks_refused) == (2, 1)
    # The slow one waited for the first until then: only the three hours after count.
    assert [(done.task.title, done.used, done.late) for done in card.late_tasks] == [
        ("Compare it", 3 * HOUR, HOUR)
    ]
    assert card.task_time >= 6 * HOUR
    told_by_api = next(one for one in data.json()["departments"] if one["department"] == "network")
    assert (told_by_api["tasks_done"], told_by_api["late_tasks"]) == (2, 1)
    assert "Compare it" in page.content.decode()
    assert [done["over"] for done in page.context["chosen"]["late_tasks"]] == ["1 h"]


def test_what_a_lead_excused_counts_as_late_no_longer(tenant: Tenant) -> None:
    problem = a_problem(("route", "Billing", 1), ("refuse", "Payments", 90))
    billing = make_department("Billing")
    late = cards()["Billing"].late
    statement = write_statement(
        problem_id=problem, position=1, about=About.LEG, department=billing, text="We were closed.",
        actor=make_actor(Role.MEMBER, department=billing), at=AT + 5 * DAY,
    )  # fmt: skip

    still_late = cards()["Billing"].late
    decide_statement(
        statement_id=statement.pk, decision=Decision.EXCUSED, because="They were.",
        actor=make_actor(Role.LEAD), at=AT + 6 * DAY,
    )  # fmt: skip
    card = cards()["Billing"]

    assert late == still_late > timedelta()
    assert (card.late, card.late_stays, card.excused_stays) == (timedelta(), [], 1)
    assert [one.text for one in card.said] == ["We were closed."]


def test_a_department_sees_its_own_card_and_a_lead_sees_all(tenant: Tenant) -> None:
    a_problem(("route", "Billing", 1), ("refuse", "Payments", 2), ("accept", "", 3))
    billing = make_department("Billing")
    months = {"since": "2026-03", "until": "2026-03"}
    member = signed_in_staff(tenant, make_user(Role.MEMBER, department=billing))
    lead = signed_in_staff(tenant, make_user(Role.LEAD))

    own, all_cards = (
        [card["name"] for card in client.get("/reports/departments/", months).context["cards"]]
        for client in (member, lead)
    )

    assert own == ["Billing"]
    assert {"Billing", "Payments"} <= set(all_cards)
    file = member.get("/reports/departments/file/", months).content.decode()
    assert "Billing" in file
    assert "Payments" not in file
    assert signed_in_staff(tenant, make_user()).get("/reports/departments/").status_code == 403


def test_programs_read_the_same_card(tenant: Tenant) -> None:
    a_problem(("route", "Billing", 1), ("refuse", "Payments", 2), ("accept", "", 3))

    report = caller_as(tenant, Role.LEAD).get("reports/departments?since=2026-03&until=2026-03")

    card = next(one for one in report.json()["departments"] if one["department"] == "billing")
    assert (card["refused"], card["refused_rightly"], card["stays"]) == (1, 1, 1)
    assert card["own_seconds"] == card["working_seconds"] + card["waiting_seconds"]


def test_scorecards_of_many_stays_cost_the_same_queries(tenant: Tenant) -> None:
    costs = []
    for stays in (4, 40):
        problem_with_stays(stays)
        with counted() as queries:
            scorecards(since=MARCH, until=APRIL)
        costs.append(len(queries))

    assert costs == [6, 6], told(queries)
