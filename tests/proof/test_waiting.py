"""What a case waits for comes to an end, whatever happened meanwhile."""

import pytest

from cases.conversation import add_customer_message, answer_case
from cases.lifecycle import lock_case
from cases.models import Case
from cases.states import Channel
from cases.watching import raise_attention
from problems.handing import accept_problem
from problems.lifecycle import NotInThisState, end_problem_without_fix
from problems.linking import unlink_case
from problems.models import Problem
from problems.states import Outcome
from servicedesk.upkeep.watching import raise_attention_everywhere
from tests.make import AT, DAY, HOUR, MINUTE, make_actor, make_case, make_problem
from tests.proof.asking import broken_rules
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def case_that_waits_for_both() -> tuple[Case, Problem]:
    """Return a case that waits for its customer's answer and, since, for a problem."""
    case = make_case()
    answer_case(case_id=case.pk, text="Which day?", and_then="pend", actor=SYSTEM, at=AT + MINUTE)
    problem = make_problem(cases=[Case.objects.get(pk=case.pk)])
    return Case.objects.get(pk=case.pk), problem


def test_the_promise_counts_on_while_a_case_waits_for_us(tenant: Tenant) -> None:
    case, _problem = case_that_waits_for_both()

    assert case.state == "on_problem"
    assert case.clocks.get(metric="resolution").state == "running"
    assert broken_rules(at=AT + 4 * HOUR) == {}


def test_a_case_goes_on_waiting_for_its_customer_when_the_problem_is_gone(tenant: Tenant) -> None:
    case, problem = case_that_waits_for_both()

    unlink_case(problem_id=problem.pk, case=case, actor=SYSTEM, at=AT + 2 * HOUR)

    case = Case.objects.get(pk=case.pk)
    assert case.state == "pending"
    assert case.clocks.get(metric="resolution").state == "paused"
    assert broken_rules(at=AT + 4 * HOUR) == {}


def test_an_answer_clears_its_blocker_while_the_case_waits_for_a_problem(tenant: Tenant) -> None:
    case, problem = case_that_waits_for_both()

    add_customer_message(
        case_id=case.pk,
        contact=case.contact,
        text="On Monday.",
        channel=Channel.MAIL,
        actor=SYSTEM,
        at=AT + 2 * HOUR,
    )
    unlink_case(problem_id=problem.pk, case=case, actor=SYSTEM, at=AT + 3 * HOUR)

    case = Case.objects.get(pk=case.pk)
    assert case.state == "open"
    assert not case.blockers.filter(cleared_at=None).exists()
    assert case.clocks.get(metric="resolution").state == "running"
    assert broken_rules(at=AT + 4 * HOUR) == {}


def test_nobody_accepts_a_problem_that_has_ended(tenant: Tenant) -> None:
    problem = make_problem()
    end_problem_without_fix(
        problem_id=problem.pk,
        outcome=Outcome.NOT_A_PROBLEM,
        reason="It was meant so.",
        actor=SYSTEM,
        at=AT + 2 * HOUR,
    )

    with pytest.raises(NotInThisState, match="is not at this step any more"):
        accept_problem(problem_id=problem.pk, actor=make_actor(Role.LEAD), at=AT + 3 * HOUR)


def test_a_case_asks_for_attention_when_its_next_look_has_come(tenant: Tenant) -> None:
    case, _problem = case_that_waits_for_both()
    assert not case.needs_attention

    raised_early = raise_attention(at=case.next_look_at - MINUTE)
    raised = raise_attention(at=case.next_look_at)
    raised_again = raise_attention(at=case.next_look_at + DAY)

    assert (raised_early, raised, raised_again) == (0, 1, 0)
    assert lock_case(case.pk).needs_attention


def test_attention_is_raised_for_every_tenant(tenant: Tenant) -> None:
    case, _problem = case_that_waits_for_both()

    assert raise_attention_everywhere(at=case.next_look_at) >= 1
