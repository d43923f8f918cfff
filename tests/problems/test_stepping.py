"""A problem moves as its workflow is drawn, through whichever door somebody comes."""

from dataclasses import replace
from typing import Any

import pytest

from problems.escalating import send_on
from problems.fixing import add_evidence, put_fix_in_place, record_root_cause, resolve_problem
from problems.gates import ConditionNotMet, NotDrawn, NotYourStep, WrongOwner
from problems.handing import (
    accept_problem,
    hand_over_problem,
    refuse_problem,
    route_problem,
    take_problem,
)
from problems.leaving import close_department
from problems.lifecycle import (
    close_problem,
    describe_problem,
    end_problem_without_fix,
    open_problem,
    reopen_problem,
)
from problems.models import Leg, Problem
from problems.queries import journey_for
from problems.states import Outcome
from problems.step_needs import StepNeeds
from problems.stepping import StepElsewhere
from tests.hearing import hear_everything
from tests.make import AT, HOUR, make_actor, make_department, make_problem, make_product
from tests.problems.drawing import DRAWING, SYSTEM, publish, stands_in, stays, step, take, with_step
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.stages.definition import MayTake


@pytest.fixture
def departments(tenant: Any) -> dict[str, Department]:
    return {name: make_department(name.title()) for name in ("payments", "release", "cards")}


@pytest.fixture
def member(departments: dict[str, Department]) -> Actor:
    return make_actor(Role.MEMBER, department=departments["payments"])


@pytest.fixture
def drawn(departments: dict[str, Department]) -> Problem:
    publish()
    return make_problem()


@pytest.fixture
def reproducing(drawn: Problem, departments: dict[str, Department], member: Actor) -> Problem:
    take(drawn, "send", hours=2, department=departments["payments"])
    take(drawn, "ours", actor=member, hours=3)
    return drawn


@pytest.fixture
def watching(reproducing: Problem, member: Actor, departments: dict[str, Department]) -> Problem:
    releaser = make_actor(Role.MEMBER, department=departments["release"])
    take(reproducing, "seen", actor=member, hours=4)
    texts = {"root_cause": "Retry job", "public_cause": "A job ran twice."}
    take(reproducing, "known", actor=member, hours=5, texts=texts)
    accept_problem(problem_id=reproducing.pk, actor=releaser, at=AT + 6 * HOUR)
    take(reproducing, "released", actor=releaser, hours=7, texts={"fix": "Job is off."})
    return reproducing


def test_a_problem_walks_through_its_drawing_to_the_end(watching: Problem) -> None:
    lead = make_actor(Role.LEAD)

    take(watching, "holds", actor=lead, hours=8, texts={"solution": "It is mended."})
    take(watching, "file", actor=lead, hours=9)

    assert stands_in(watching) == ("closed", "filed")
    assert stays(watching) == [
        ("customer-service", "inbox", "", "discovered"),
        ("payments", "waiting", "send", "routed"),
        ("payments", "reproduce", "ours", "accepted"),
        ("payments", "cause", "seen", "forward"),
        ("release", "waiting", "known", "forward"),
        ("release", "release", "", "accepted"),
        ("release", "watch", "released", "forward"),
    ]
    problem = Problem.objects.get()
    assert problem.resolved_at is not None
    journey = journey_for(problem, at=AT + 10 * HOUR)
    assert journey.total == problem.resolved_at - problem.discovered_at
    assert journey.detours == ()


def test_a_stage_has_its_own_limit_and_the_clock_keeps_it(reproducing: Problem) -> None:
    leg = Leg.objects.get(left_at=None)
    clock = reproducing.clocks.get(metric="stage", state="running")

    assert leg.due_at == clock.due_at == AT + 6 * HOUR


def test_buttons_and_programs_keep_to_the_drawing_too(reproducing: Problem, member: Actor) -> None:
    with pytest.raises(NotDrawn) as refusal:
        record_root_cause(
            problem_id=reproducing.pk,
            root_cause="Retry job",
            public_cause="",
            actor=member,
            at=AT + 4 * HOUR,
        )

    assert "Reproduce" in refusal.value.sentence
    assert "Seen" in refusal.value.next_step
    assert stands_in(reproducing) == ("root_cause", "reproduce")


def test_what_a_stage_needs_is_asked_through_every_door(
    reproducing: Problem, member: Actor
) -> None:
    take(reproducing, "seen", actor=member, hours=4)
    known = {
        "problem_id": reproducing.pk,
        "root_cause": "Retry job",
        "actor": member,
        "at": AT + 5 * HOUR,
    }

    with pytest.raises(StepNeeds) as refusal:
        record_root_cause(public_cause="", **known)  # type: ignore[arg-type]
    record_root_cause(public_cause="A job ran twice.", **known)  # type: ignore[arg-type]

    assert refusal.value.fields == ("public_cause",)
    assert stands_in(reproducing) == ("assess", "waiting")


def test_a_step_back_asks_for_its_reason_and_not_for_what_is_missing(
    reproducing: Problem, member: Actor
) -> None:
    take(reproducing, "seen", actor=member, hours=4)

    with pytest.raises(StepNeeds):
        take(reproducing, "seen_not", actor=member, hours=5)
    take(reproducing, "seen_not", actor=member, hours=5, reason="It does not happen here.")

    assert stays(reproducing)[-1] == ("payments", "reproduce", "seen_not", "back")


def test_only_those_whom_the_drawing_names_take_a_step(
    watching: Problem, departments: dict[str, Department]
) -> None:
    colleague = make_actor(Role.MEMBER, department=departments["release"])

    take(watching, "holds", actor=colleague, hours=8, texts={"solution": "Mended."})
    with pytest.raises(NotYourStep) as refusal:
        close_problem(problem_id=watching.pk, actor=colleague, at=AT + 9 * HOUR)

    assert "service lead" in refusal.value.next_step


def test_a_step_for_its_person_is_not_for_colleagues(
    reproducing: Problem, member: Actor, departments: dict[str, Department]
) -> None:
    take(reproducing, "seen", actor=member, hours=4)
    texts = {"root_cause": "Retry job", "public_cause": "A job ran twice."}
    take(reproducing, "known", actor=member, hours=5, texts=texts)
    own = make_actor(Role.MEMBER, department=departments["release"])
    accept_problem(problem_id=reproducing.pk, actor=own, at=AT + 6 * HOUR)

    for stranger in (
        make_actor(Role.HEAD, department=departments["release"]),
        make_actor(Role.LEAD),
    ):
        with pytest.raises(NotYourStep):
            put_fix_in_place(problem_id=reproducing.pk, fix="Off", actor=stranger, at=AT + 7 * HOUR)
    put_fix_in_place(problem_id=reproducing.pk, fix="Off", actor=own, at=AT + 7 * HOUR)

    assert stands_in(reproducing) == ("verifying", "watch")


def test_a_condition_keeps_a_step_for_the_problems_it_fits(
    reproducing: Problem, member: Actor, departments: dict[str, Department]
) -> None:
    given = {"department": departments["cards"], "reason": "It is about cards."}
    with pytest.raises(ConditionNotMet) as refusal:
        take(reproducing, "severe", actor=member, hours=4, **given)
    Problem.objects.update(severity=1)

    take(reproducing, "severe", actor=member, hours=4, **given)

    assert "severity" in refusal.value.sentence
    assert stays(reproducing)[-1] == ("cards", "waiting", "severe", "side")


def test_of_two_who_take_a_step_one_wins_and_the_other_reads_where_it_stands(
    reproducing: Problem, member: Actor
) -> None:
    take(reproducing, "seen", actor=member, hours=4)

    with pytest.raises(StepElsewhere) as refusal:
        take(reproducing, "seen", actor=member, hours=4)
    with pytest.raises(NotDrawn):
        take(reproducing, "no_such_step", actor=member, hours=4)

    assert "Find the cause" in refusal.value.sentence


def test_what_lies_further_on_is_not_reached_by_handing_over(
    reproducing: Problem, member: Actor, departments: dict[str, Department]
) -> None:
    take(reproducing, "seen", actor=member, hours=4)

    with pytest.raises(NotDrawn):
        hand_over_problem(
            problem_id=reproducing.pk,
            department=departments["release"],
            reason="Needs a release.",
            actor=member,
            at=AT + 5 * HOUR,
        )


def test_the_stage_of_a_closed_department_asks_who_goes_on(
    reproducing: Problem, member: Actor, departments: dict[str, Department]
) -> None:
    take(reproducing, "seen", actor=member, hours=4)
    Department.objects.filter(slug="release").update(is_active=False)
    texts = {"root_cause": "Retry job", "public_cause": "A job ran twice."}

    with pytest.raises(WrongOwner) as refusal:
        take(reproducing, "known", actor=member, hours=5, texts=texts)
    take(reproducing, "known", actor=member, hours=5, texts=texts, department=departments["cards"])

    assert "closed" in refusal.value.sentence
    assert stays(reproducing)[-1][:2] == ("cards", "waiting")


def test_what_must_never_get_stuck_passes_beside_the_drawing(
    reproducing: Problem, departments: dict[str, Department]
) -> None:
    lead = make_actor(Role.LEAD)

    send_on(
        Problem.objects.get(), department_id=departments["cards"].pk, actor=SYSTEM, at=AT + 4 * HOUR
    )
    refuse_problem(
        problem_id=reproducing.pk,
        reason="Not ours.",
        better_owner=departments["payments"],
        actor=SYSTEM,
        at=AT + 5 * HOUR,
    )
    accept_problem(problem_id=reproducing.pk, actor=SYSTEM, at=AT + 6 * HOUR)
    close_department(
        department_id=departments["payments"].pk,
        work_to=departments["cards"],
        reason="Payments is closed.",
        actor=make_actor(Role.ADMIN),
        at=AT + 7 * HOUR,
    )
    refuse_problem(problem_id=reproducing.pk, reason="No.", actor=SYSTEM, at=AT + 8 * HOUR)
    end_problem_without_fix(
        problem_id=reproducing.pk,
        outcome=Outcome.CANCELLED,
        reason="Nobody needs it.",
        actor=lead,
        at=AT + 9 * HOUR,
    )
    reopen_problem(problem_id=reproducing.pk, reason="They do.", actor=lead, at=AT + 10 * HOUR)

    assert [stay[:2] for stay in stays(reproducing)[3:]] == [
        ("cards", "waiting"),
        ("payments", "waiting"),
        ("payments", "reproduce"),
        ("cards", "waiting"),
        ("customer-service", "inbox"),
        ("customer-service", "done"),
        ("customer-service", "waiting"),
    ]


def test_a_department_takes_what_it_would_have_been_sent(
    drawn: Problem, departments: dict[str, Department], member: Actor
) -> None:
    take_problem(
        problem_id=drawn.pk, department=departments["payments"], actor=member, at=AT + 2 * HOUR
    )

    assert stays(drawn)[-1] == ("payments", "reproduce", "ours", "taken")


def test_the_workflow_follows_the_description_until_the_problem_moves(
    departments: dict[str, Department],
) -> None:
    cards = publish(applies_when={"fact": "category", "is": "cards"})
    problem = open_problem(
        title="Declined", statement="", category="", product=None, actor=SYSTEM, at=AT
    )
    described: dict[str, Any] = {
        "problem_id": problem.pk,
        "title": "Declined",
        "statement": "Declined twice.",
        "product": make_product(),
        "severity": 2,
        "actor": SYSTEM,
        "at": AT + HOUR,
    }
    unfitting = Problem.objects.get().workflow_version_id

    describe_problem(category="Cards", **described)
    fitting = Problem.objects.get()
    first = Leg.objects.get()
    add_evidence(problem_id=problem.pk, text="Ledger extract", actor=SYSTEM, at=AT + HOUR)
    take(problem, "send", hours=2, department=departments["payments"])
    describe_problem(category="billing", **described)

    assert unfitting is None
    assert (fitting.workflow_version_id, fitting.stage_key) == (cards.pk, "inbox")
    assert (first.workflow_version_id, first.stage_key) == (cards.pk, "inbox")
    assert Problem.objects.get().workflow_version_id == cards.pk


def test_what_a_step_does_by_itself_is_done(watching: Problem) -> None:
    hear_everything()

    assert Problem.objects.get().severity == 2
    assert watching.tasks.get().title == "Look for more of it"


def test_without_a_drawing_nobody_drew_steps(departments: dict[str, Department]) -> None:
    problem = make_problem()

    with pytest.raises(NotDrawn):
        take(problem, "send", hours=2, department=departments["payments"])


def test_an_accepted_problem_is_resolved_by_its_button_where_the_drawing_leads_there(
    watching: Problem, departments: dict[str, Department]
) -> None:
    resolve_problem(problem_id=watching.pk, solution="Mended.", actor=SYSTEM, at=AT + 8 * HOUR)

    assert stands_in(watching) == ("resolved", "done")


def test_customer_service_sends_if_the_drawing_lets_it(departments: dict[str, Department]) -> None:
    publish(with_step("send", may_take=(MayTake.DEPARTMENT,)))
    problem = make_problem()
    agent = make_actor(Role.AGENT, department=Department.objects.get(is_customer_service=True))

    for stranger in (
        make_actor(Role.LEAD),
        make_actor(Role.MEMBER, department=departments["cards"]),
    ):
        with pytest.raises(NotYourStep):
            route_problem(
                problem_id=problem.pk,
                department=departments["payments"],
                actor=stranger,
                at=AT + 2 * HOUR,
            )
    take(problem, "send", actor=agent, hours=2, department=departments["payments"])

    assert stands_in(problem) == ("assess", "waiting")


def test_the_drawing_of_these_tests_has_every_state(tenant: Any) -> None:
    assert {stage.state for stage in DRAWING.stages} | {"suspected"} == {
        "suspected",
        "new",
        "assess",
        "root_cause",
        "fix_in_progress",
        "verifying",
        "resolved",
        "closed",
    }


def test_whoever_has_a_new_problem_may_begin_with_its_cause_at_once(
    departments: dict[str, Department],
) -> None:
    straight = step("straight", "inbox", "reproduce")
    publish(replace(DRAWING, steps=(*DRAWING.steps, straight)))
    problem = make_problem()
    agent = make_actor(Role.AGENT, department=Department.objects.get(is_customer_service=True))

    take(problem, "straight", actor=agent, hours=2)

    assert stays(problem)[-1] == ("customer-service", "reproduce", "straight", "taken")
    assert Leg.objects.get(left_at=None).assignee_id == agent.user_id
