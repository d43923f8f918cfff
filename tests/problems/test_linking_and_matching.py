"""Cases and problems: suggested, linked, rejected, unlinked, matched with reasons."""

from typing import Any

import pytest

from cases.lifecycle import reopen_case, resolve_case
from cases.models import Case
from problems.closing import resolve_cases_of
from problems.fixing import put_fix_in_place, record_root_cause, resolve_problem
from problems.handing import take_problem
from problems.linking import (
    LinkedElsewhere,
    NotLinked,
    confirm_link,
    reject_link,
    unlink_case,
)
from problems.matching import problems_like, suggest_problems
from problems.models import Affected, CaseLink, Problem, ProblemTerm
from servicedesk.pages.session import contact_actor
from tests.hearing import hear_everything
from tests.make import AT, HOUR, make_actor, make_case, make_department, make_problem
from workflow.people.actors import Actor

SYSTEM = Actor.system("test")
TEXT = "The direct debit was collected twice from my account."


def test_a_linked_case_waits_and_its_contact_is_affected(tenant: Any) -> None:
    case = make_case()

    problem = make_problem(cases=[case])

    case = Case.objects.get()
    assert case.state == "on_problem"
    assert case.blockers.get(cleared_at=None).reference == problem.pk
    assert Affected.objects.get().contact_id == case.contact_id


def test_linking_twice_changes_nothing(tenant: Any) -> None:
    case = make_case()
    problem = make_problem(cases=[case])

    confirm_link(problem_id=problem.pk, case=case, actor=SYSTEM, at=AT + 2 * HOUR)

    assert CaseLink.objects.count() == 1


def test_a_case_has_one_cause(tenant: Any) -> None:
    case = make_case()
    make_problem(cases=[case])
    other = make_problem(cases=[make_case()], title="Card does not work")

    with pytest.raises(LinkedElsewhere) as refusal:
        confirm_link(problem_id=other.pk, case=case, actor=SYSTEM, at=AT + 2 * HOUR)

    assert "P-1" in refusal.value.sentence


def test_an_unlinked_case_goes_on_and_the_rejection_is_kept(tenant: Any) -> None:
    case = make_case()
    problem = make_problem(cases=[case, make_case()])
    terms = ProblemTerm.objects.filter(problem=problem).count()

    unlink_case(problem_id=problem.pk, case=case, actor=make_actor(), at=AT + 2 * HOUR)

    assert Case.objects.get(pk=case.pk).state == "open"
    assert CaseLink.objects.get(case=case).kind == "rejected"
    assert not Affected.objects.filter(contact=case.contact).exists()
    assert ProblemTerm.objects.filter(problem=problem).count() <= terms
    with pytest.raises(NotLinked):
        unlink_case(problem_id=problem.pk, case=case, actor=make_actor(), at=AT + 3 * HOUR)


def test_a_similar_case_is_suggested_with_the_words_that_speak_for_it(tenant: Any) -> None:
    problem = make_problem(cases=[make_case(subject="Debit twice", text=TEXT)])
    make_problem(
        cases=[make_case(subject="Card", text="My card has not arrived by post.")],
        title="Cards arrive late",
    )
    case = make_case(subject="Twice again", text="You collected my direct debit twice!")

    links = suggest_problems(case_id=case.pk, at=AT + 2 * HOUR)

    assert links[0].problem_id == problem.pk
    assert "debit" in {word for word, _ in links[0].evidence["words"]}
    assert Case.objects.get(pk=case.pk).state == "new"


def test_what_nobody_reported_waits_unmatched(tenant: Any) -> None:
    make_problem(cases=[make_case(text=TEXT)])
    case = make_case(subject="Opening hours", text="When does the branch in Ålesund open?")

    assert suggest_problems(case_id=case.pk, at=AT + 2 * HOUR) == []


def test_a_rejected_suggestion_is_not_made_again(tenant: Any) -> None:
    problem = make_problem(cases=[make_case(text=TEXT)])
    case = make_case(text=TEXT)
    suggest_problems(case_id=case.pk, at=AT + 2 * HOUR)

    reject_link(problem_id=problem.pk, case=case, actor=make_actor(), at=AT + 2 * HOUR)

    assert suggest_problems(case_id=case.pk, at=AT + 3 * HOUR) == []
    assert CaseLink.objects.get(case=case).kind == "rejected"


def test_a_linked_case_teaches_the_next_match(tenant: Any) -> None:
    problem = make_problem(cases=[make_case(text=TEXT)])
    words = "Two withdrawals of the instalment appeared on Monday."
    before = problems_like(words)
    confirm_link(
        problem_id=problem.pk,
        case=make_case(subject="Instalment", text=words),
        actor=SYSTEM,
        at=AT + 2 * HOUR,
    )

    after = problems_like("Instalment withdrawals appeared two times on Monday")

    assert after
    assert after[0].score > (before[0].score if before else 0)


def test_matching_costs_the_same_for_many_problems(
    tenant: Any, django_assert_num_queries: Any
) -> None:
    for number in range(12):
        make_problem(cases=[make_case(text=f"{TEXT} {number}")], title=f"Debit twice {number}")

    # 1 what the closest problems share with the text, 2 the problems found.
    with django_assert_num_queries(2):
        found = problems_like(TEXT)

    assert len(found) == 3


def test_a_case_linked_after_the_fix_gets_the_solution_at_once(tenant: Any) -> None:
    problem = make_problem(cases=[make_case(text=TEXT)])
    Problem.objects.filter(pk=problem.pk).update(solution="It is fixed.")
    resolve_by_force(problem)
    late = make_case(text=TEXT)

    confirm_link(problem_id=problem.pk, case=late, actor=SYSTEM, at=AT + 5 * HOUR)
    hear_everything()

    late = Case.objects.get(pk=late.pk)
    assert late.state == "resolved"
    assert late.messages.latest("id").text == "It is fixed."


def resolve_by_force(problem: Problem) -> None:
    """Take a problem through all its steps."""
    take_problem(
        problem_id=problem.pk, department=make_department(), actor=SYSTEM, at=AT + 2 * HOUR
    )
    record_root_cause(
        problem_id=problem.pk, root_cause="x", public_cause="", actor=SYSTEM, at=AT + 2 * HOUR
    )
    put_fix_in_place(problem_id=problem.pk, fix="x", actor=SYSTEM, at=AT + 3 * HOUR)
    resolve_problem(problem_id=problem.pk, solution="It is fixed.", actor=SYSTEM, at=AT + 4 * HOUR)


def test_a_second_round_of_resolving_leaves_ended_cases_alone(tenant: Any) -> None:
    case = make_case(text=TEXT)
    problem = make_problem(cases=[case])
    resolve_by_force(problem)

    first = resolve_cases_of(problem.pk, actor=SYSTEM, at=AT + 5 * HOUR)
    second = resolve_cases_of(problem.pk, actor=SYSTEM, at=AT + 5 * HOUR)

    assert (first, second) == (1, 0)
    assert case.messages.filter(direction="out").count() == 1


def test_a_linked_case_that_a_colleague_reopens_waits_for_its_problem_again(tenant: Any) -> None:
    case, told = make_case(), make_case()
    make_problem(cases=[case, told])
    agent = make_actor()
    for one in (case, told):
        resolve_case(case_id=one.pk, actor=agent, at=AT + 2 * HOUR)
    reopen_case(case_id=case.pk, actor=agent, at=AT + 3 * HOUR)
    reopen_case(case_id=told.pk, actor=contact_actor(told.contact), at=AT + 3 * HOUR)

    hear_everything()

    assert Case.objects.get(pk=case.pk).state == "on_problem"
    assert Case.objects.get(pk=told.pk).state == "open"
