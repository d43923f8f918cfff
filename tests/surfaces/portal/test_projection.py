"""What a customer may see of an issue: everything own and approved, nothing inner, nobody else."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from cases.conversation import answer_case, note_case
from cases.models import Case
from problems.closing import resolve_cases_of
from problems.estimates import estimate_fix
from problems.fixing import (
    add_evidence,
    note_problem,
    publish_workaround,
    put_fix_in_place,
    record_root_cause,
    resolve_problem,
)
from problems.handing import accept_problem, hand_over_problem, route_problem
from problems.lifecycle import end_problem_without_fix, reopen_problem
from problems.models import Problem
from problems.models.estimate import Confidence
from problems.projection import issue_of
from problems.states import Outcome, VisibleStage
from servicedesk.portal.wording import step
from tests.make import (
    HOUR,
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_user,
)
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_contact
from workflow.people.actors import Actor, Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import Department
from workflow.people.permissions import Role

SECRET = "XSECRETX"
DAY = timedelta(days=1)


def today() -> date:
    """Return the day at the tenant, which keeps UTC."""
    return now().date()


@pytest.fixture
def payments(tenant: Any) -> Department:
    """A department whose inner name is nobody's business."""
    department = make_department(f"{SECRET} payments floor two")
    department.public_name = "The payments team"
    department.save()
    return department


def staff_named(role: Role, department: Department | None = None) -> Actor:
    """Return a colleague whose name customers must not see."""
    user = make_user(role, department=department, name=f"{SECRET} {role}")
    return actor_for_user(user, source=Source.AGENT)


@pytest.fixture
def secretive(payments: Department) -> tuple[Case, Problem, Actor]:
    """A case and its problem with a secret in every place that is not the customer's."""
    at = now() - 6 * HOUR
    ingrid = make_contact("ingrid@example.org", name="Ingrid Solheim", at=at)
    other = make_contact("amir@example.org", name=f"{SECRET} Amir", at=at)
    case = make_case(contact=ingrid, at=at)
    others = make_case(contact=other, subject=f"{SECRET} subject", text=f"{SECRET} text", at=at)
    agent = staff_named(Role.LEAD)
    note_case(case_id=case.pk, text=f"{SECRET} note", actor=agent, at=at)
    answer_case(case_id=case.pk, text="We look into it.", actor=agent, at=at)
    problem = make_problem(cases=[case, others], title=f"{SECRET} title", at=at + HOUR)
    Problem.objects.filter(pk=problem.pk).update(statement=f"{SECRET} statement", category=SECRET)
    add_evidence(problem_id=problem.pk, text=f"{SECRET} evidence", actor=agent, at=at + HOUR)
    note_problem(problem_id=problem.pk, text=f"{SECRET} note", actor=agent, at=at + HOUR)
    route_problem(
        problem_id=problem.pk,
        department=payments,
        actor=agent,
        reason=f"{SECRET} reason",
        at=at + HOUR,
    )
    member = staff_named(Role.MEMBER, payments)
    accept_problem(problem_id=problem.pk, actor=member, at=at + 2 * HOUR)
    record_root_cause(
        problem_id=problem.pk,
        root_cause=f"{SECRET} root cause",
        public_cause="We asked for the money a second time.",
        actor=member,
        at=at + 3 * HOUR,
    )
    estimate(problem, member, expected_on=today() + 3 * DAY, reason="")
    estimate(problem, member, expected_on=today() + 5 * DAY, reason="The tests run again.")
    estimate(
        problem,
        member,
        expected_on=today() + 50 * DAY,
        reason=f"{SECRET} reason",
        is_public=False,
    )
    return case, problem, member


def estimate(
    problem: Problem, actor: Actor, *, expected_on: date, reason: str, is_public: bool = True
) -> None:
    """Estimate the fix for one day."""
    estimate_fix(
        problem_id=problem.pk,
        expected_on=expected_on,
        latest_on=expected_on,
        confidence=Confidence.MEDIUM,
        reason=reason,
        is_public=is_public,
        actor=actor,
        at=now(),
    )


def issue_page(tenant: Any, case: Case) -> str:
    """Return the page of an issue as its customer gets it."""
    client = signed_in_contact(tenant, case.contact)
    return client.get(f"/help/issues/{case.number}/").content.decode()


def test_the_page_tells_what_is_approved(tenant: Any, secretive: Any) -> None:
    case, _problem, _member = secretive

    page = issue_page(tenant, case)

    assert "You have taken 649 twice again." in page
    assert "We look into it." in page
    assert "We found the cause and are working on the fix." in page
    assert "We asked for the money a second time." in page
    assert "The payments team" in page
    assert "A few other customers have the same problem." in page
    assert "The tests run again." in page
    assert page.index('class="done"') < page.index('aria-current="step"')


def test_the_page_holds_nothing_inner_at_any_step(tenant: Any, secretive: Any) -> None:
    case, problem, member = secretive

    assert SECRET not in issue_page(tenant, case)

    publish_workaround(problem_id=problem.pk, workaround="Ask your bank.", actor=member, at=now())
    assert SECRET not in issue_page(tenant, case)
    put_fix_in_place(problem_id=problem.pk, fix=f"{SECRET} fix", actor=member, at=now())
    assert SECRET not in issue_page(tenant, case)
    resolve_problem(
        problem_id=problem.pk, solution="It cannot happen again.", actor=member, at=now()
    )
    resolve_cases_of(problem.pk, actor=Actor.system("problems"), at=now())
    page = issue_page(tenant, case)
    assert SECRET not in page
    assert "It cannot happen again." in page
    assert "This is fixed since" in page


def test_a_moved_date_keeps_the_old_one_with_the_reason(tenant: Any, secretive: Any) -> None:
    case, _problem, _member = secretive

    told = issue_of(case, contact_id=case.contact_id).problem

    assert told is not None
    assert told.estimate is not None
    assert told.moved_from is not None
    assert told.estimate.latest_on == today() + 5 * DAY
    assert told.estimate.reason == "The tests run again."
    assert told.moved_from.latest_on == today() + 3 * DAY


def test_a_hand_over_is_told_without_its_reason(tenant: Any, secretive: Any) -> None:
    case, problem, member = secretive
    hand_over_problem(
        problem_id=problem.pk,
        department=make_department("Cards"),
        reason=f"{SECRET} not ours",
        actor=member,
        at=now(),
    )

    page = issue_page(tenant, case)

    assert "The Cards team goes on with it" in page
    assert SECRET not in page


def test_a_sentence_that_begins_with_a_department_has_a_capital(
    tenant: Any, secretive: Any, payments: Department
) -> None:
    case, _, _ = secretive
    Department.objects.filter(pk=payments.pk).update(public_name="the payments team")

    page = issue_page(tenant, case)

    assert "The payments team looks for the cause" in page


def test_a_problem_that_ended_without_a_fix_is_not_told(tenant: Any, secretive: Any) -> None:
    case, problem, _member = secretive
    end_problem_without_fix(
        problem_id=problem.pk,
        outcome=Outcome.NOT_A_PROBLEM,
        reason=f"{SECRET} they are wrong",
        actor=make_actor(Role.LEAD),
        at=now(),
    )

    assert issue_of(case, contact_id=case.contact_id).problem is None
    assert SECRET not in issue_page(tenant, case)


def test_a_solution_that_did_not_hold_is_taken_back(tenant: Any, secretive: Any) -> None:
    case, problem, member = secretive
    put_fix_in_place(problem_id=problem.pk, fix="Job fixed.", actor=member, at=now())
    resolve_problem(problem_id=problem.pk, solution="It is over.", actor=member, at=now())
    reopen_problem(
        problem_id=problem.pk,
        reason=f"{SECRET} it is back",
        actor=make_actor(Role.LEAD),
        at=now(),
    )

    told = issue_of(case, contact_id=case.contact_id).problem

    assert told is not None
    assert (told.solution, told.stage) == ("", VisibleStage.IDENTIFIED)
    page = issue_page(tenant, case)
    assert SECRET not in page
    assert "It came back" in page


def test_a_suggested_problem_is_nobodys_business_yet(tenant: Any) -> None:
    case = make_case()
    problem = make_problem(cases=[make_case(contact=make_contact())])
    case.links.create(problem=problem, kind="suggested", score=900, created_at=now())

    assert issue_of(case, contact_id=case.contact_id).problem is None


@pytest.mark.parametrize("messages", [1, 12])
def test_an_issue_costs_ten_queries_in_all(tenant: Any, secretive: Any, messages: int) -> None:
    case, _problem, _member = secretive
    for _number in range(messages):
        answer_case(case_id=case.pk, text="We look at it.", actor=make_actor(), at=now())
    client = signed_in_contact(tenant, case.contact)
    client.get(f"/help/issues/{case.number}/")

    with counted() as asked:
        client.get(f"/help/issues/{case.number}/")

    # Stay in the portal with the colour; case, messages with files, link with problem, ledger and
    # public dates, stays, the promise of a word from us and how it moved, articles, the tenant's
    # own words, who takes part.
    assert len(asked) <= 1 + 9, told(asked)


def test_a_step_says_what_is_being_done_until_it_is_reached() -> None:
    now, done = (
        step("Cause found", at=None, is_done=is_done, is_now=not is_done, doing="Looking for it")
        for is_done in (False, True)
    )

    assert (now["label"], now["state"]) == ("Looking for it", "now")
    assert (done["label"], done["state"]) == ("Cause found", "done")
