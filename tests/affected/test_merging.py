"""Two problems are one, or one is two: cases and customers go along, and go back."""

from datetime import datetime
from typing import Any

import pytest

from cases.models import Case
from problems.affected import affected_by, join_affected, tell_once
from problems.fixing import publish_workaround
from problems.lifecycle import ReasonMissing
from problems.linking import confirm_link, reject_link
from problems.matching import suggest_problems
from problems.merging import (
    MAY_BE_UNDONE_FOR,
    SameProblem,
    SurvivorEnded,
    UndoneNoMore,
    merge_problems,
    reshapings_of,
    take_back,
)
from problems.models import Affected, CaseLink, Problem, ProblemTerm, Reshaping, Told
from problems.reaching import Reached, reach
from problems.splitting import NothingToSplitOff, split_problem
from servicedesk.notifications.models import Notification
from tests.affected.things import SYSTEM, ledger, make_owner, reaches
from tests.hearing import hear_everything
from tests.make import (
    AT,
    DAY,
    HOUR,
    make_actor,
    make_case,
    make_contact,
    make_problem,
    make_product,
)
from workflow.people.actors import NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

LATER = AT + 4 * HOUR


def case_of(name: str, *, at: datetime = AT) -> Case:
    """Return a new case of a new customer."""
    return make_case(contact=make_contact(name=name), at=at)


def merged(source: Problem, target: Problem, **given: Any) -> Reshaping:
    """Merge two problems as a lead."""
    asked = {"reason": "The same job.", "actor": make_actor(Role.LEAD), "at": LATER, **given}
    return merge_problems(problem_id=source.pk, into_id=target.pk, **asked)


def waits_for(case: Case) -> list[int]:
    """Return the problems whose fix a case waits for."""
    waiting = case.blockers.filter(kind="problem_fix", cleared_at=None)
    return list(waiting.values_list("reference", flat=True))


def test_everything_goes_to_the_survivor_and_nobody_is_there_twice(tenant: Tenant) -> None:
    both = make_contact(name="Both")
    first, second = make_case(contact=both), make_case(contact=both, at=AT + HOUR)
    alone = case_of("Alone", at=AT - DAY)
    target = make_problem(cases=[first])
    source = make_problem(cases=[second, alone], title="Taken twice again")
    card = make_product("Card reader")
    make_owner("Owner", card)
    reaches(source, product=card)
    says_so = make_contact(name="Says so")
    join_affected(problem_id=source.pk, contact_id=says_so.pk, actor=SYSTEM, at=LATER)
    tell_once(affected_by(target.pk), message="estimate:1", channel="mail", at=AT + 2 * HOUR)
    tell_once(affected_by(source.pk), message="workaround:9", channel="mail", at=AT + 3 * HOUR)

    reshaping = merged(source, target)

    assert (reshaping.cases, reshaping.customers) == (2, 4)
    assert ledger(target) == {
        "Both": "case",
        "Alone": "case",
        "Owner": "product",
        "Says so": "me_too",
    }
    assert ledger(source) == {}
    kept = Affected.objects.get(problem=target, contact=both)
    assert {told.message for told in kept.told.all()} == {"estimate:1", "workaround:9"}
    assert (kept.told_at, kept.workaround_at) == (AT + 2 * HOUR, AT + 3 * HOUR)
    assert waits_for(alone) == waits_for(second) == [target.pk]
    assert Case.objects.get(pk=alone.pk).state == "on_problem"
    source.refresh_from_db()
    target.refresh_from_db()
    assert (source.state, source.outcome, source.survivor_id) == (
        "resolved",
        "duplicate",
        target.pk,
    )
    assert target.discovered_at == AT - DAY
    assert reach(target.pk, at=LATER + HOUR) == Reached()


def test_a_merge_is_taken_back_with_all_that_went_along(tenant: Tenant) -> None:
    both = make_contact(name="Both")
    cases = [make_case(contact=both), make_case(contact=both, at=AT + HOUR), case_of("Alone")]
    target = make_problem(cases=cases[:1])
    source = make_problem(cases=cases[1:], title="Taken twice again")
    card = make_product("Card reader")
    make_owner("Owner", card)
    reaches(source, product=card)
    tell_once(affected_by(source.pk), message="workaround:9", channel="mail", at=AT + 3 * HOUR)
    before = ledger(source), ledger(target)
    words = list(
        ProblemTerm.objects.order_by("problem_id", "term").values_list("problem_id", "term")
    )
    reshaping = merged(source, target)
    hear_everything()
    told_before = Notification.objects.exclude(contact=None).count()

    take_back(reshaping_id=reshaping.pk, actor=make_actor(Role.LEAD), at=LATER + HOUR)
    hear_everything()

    assert (ledger(source), ledger(target)) == before
    row = Affected.objects.get(problem=target, contact=both)
    assert (row.told_at, row.workaround_at) == (None, None)
    assert Told.objects.filter(affected__problem=source).count() == 3
    assert waits_for(cases[2]) == waits_for(cases[1]) == [source.pk]
    assert waits_for(cases[0]) == [target.pk]
    source.refresh_from_db()
    assert (source.state, source.survivor_id) == ("assess", None)
    assert (
        list(ProblemTerm.objects.order_by("problem_id", "term").values_list("problem_id", "term"))
        == words
    )
    # What customers know has not changed.
    assert Notification.objects.exclude(contact=None).count() == told_before
    with pytest.raises(UndoneNoMore):
        take_back(reshaping_id=reshaping.pk, actor=make_actor(Role.LEAD), at=LATER + HOUR)


def test_what_somebody_said_of_a_case_and_the_survivor_comes_back_too(tenant: Tenant) -> None:
    target = make_problem(cases=[make_case()])
    case = make_case(at=AT + HOUR)
    suggest_problems(case_id=case.pk, at=AT + HOUR)
    reject_link(problem_id=target.pk, case=case, actor=make_actor(), at=AT + HOUR)
    source = make_problem(cases=[case], title="Another")

    reshaping = merged(source, target)
    linked = CaseLink.objects.get(case=case, kind="confirmed").problem_id
    take_back(reshaping_id=reshaping.pk, actor=make_actor(Role.LEAD), at=LATER)

    assert linked == target.pk
    kinds = dict(CaseLink.objects.filter(case=case).values_list("problem_id", "kind"))
    assert kinds == {source.pk: "confirmed", target.pk: "rejected"}


def test_the_same_workaround_written_down_twice_is_read_once(tenant: Tenant) -> None:
    target, source = (
        make_problem(cases=[case_of(name)], title=name) for name in ("Target", "Source")
    )
    for problem, words in ((target, "Pay by card. "), (source, "Pay by card.")):
        publish_workaround(problem_id=problem.pk, workaround=words, actor=SYSTEM, at=AT + 2 * HOUR)
    hear_everything()

    def told() -> dict[str, int]:
        rows = Notification.objects.filter(kind="workaround").order_by("pk")
        return {name: rows.filter(contact__name=name).count() for name in ("Target", "Source")}

    before = told()
    reshaping = merged(source, target)
    hear_everything()

    assert before == {"Target": 1, "Source": 1}
    assert told() == before
    assert Told.objects.filter(affected__problem=target).count() == 2
    take_back(reshaping_id=reshaping.pk, actor=make_actor(Role.LEAD), at=LATER)
    assert Told.objects.filter(affected__problem=target).count() == 1


def test_a_merge_is_refused_where_it_makes_no_sense(tenant: Tenant) -> None:
    target, source = make_problem(), make_problem(title="Another")

    with pytest.raises(NotPermitted):
        merged(source, target, actor=make_actor())
    with pytest.raises(ReasonMissing):
        merged(source, target, reason=" ")
    with pytest.raises(SameProblem):
        merged(source, source)
    reshaping = merged(source, target)
    with pytest.raises(SurvivorEnded):
        merged(target, source)
    with pytest.raises(UndoneNoMore):
        take_back(
            reshaping_id=reshaping.pk,
            actor=make_actor(Role.LEAD),
            at=LATER + MAY_BE_UNDONE_FOR + HOUR,
        )


def test_some_cases_become_a_problem_of_their_own_with_their_customers(tenant: Tenant) -> None:
    both, moves = make_contact(name="Both"), make_contact(name="Moves")
    stays = make_case(contact=both)
    chosen = [make_case(contact=both, at=AT + HOUR), make_case(contact=moves, at=AT + HOUR)]
    problem = make_problem(cases=[stays, *chosen])
    tell_once(affected_by(problem.pk), message="workaround:9", channel="mail", at=AT + 2 * HOUR)
    asked: dict[str, Any] = {
        "problem_id": problem.pk,
        "title": "Only on Sundays",
        "statement": "",
        "reason": "Another job.",
        "actor": make_actor(Role.LEAD),
        "at": LATER,
    }

    reshaping = split_problem(case_ids=[one.pk for one in chosen], **asked)

    off = reshaping.into
    assert ledger(problem) == {"Both": "case"}
    assert ledger(off) == {"Moves": "case", "Both": "case"}
    assert (reshaping.cases, reshaping.customers) == (2, 2)
    assert off.product_id == problem.product_id
    assert off.discovered_at == AT + HOUR
    told = Told.objects.filter(affected__problem=off).values_list(
        "affected__contact__name", flat=True
    )
    assert list(told) == ["Moves"]
    assert waits_for(chosen[0]) == [off.pk]
    assert [one.kind for one in reshapings_of(problem.pk)] == ["split"]
    with pytest.raises(NothingToSplitOff):
        split_problem(case_ids=[stays.pk], **asked)
    with pytest.raises(NothingToSplitOff):
        split_problem(case_ids=[], **asked)


def test_a_split_is_taken_back_with_what_came_to_it_since(tenant: Tenant) -> None:
    stays, goes = case_of("Stays"), case_of("Goes")
    problem = make_problem(cases=[stays, goes])
    reshaping = split_problem(
        problem_id=problem.pk,
        case_ids=[goes.pk],
        title="Only on Sundays",
        statement="",
        reason="Another job.",
        actor=make_actor(Role.LEAD),
        at=LATER,
    )
    came = case_of("Came since", at=LATER)
    confirm_link(problem_id=reshaping.into_id, case=came, actor=SYSTEM, at=LATER)

    take_back(reshaping_id=reshaping.pk, actor=make_actor(Role.LEAD), at=LATER + HOUR)

    assert ledger(problem) == {"Stays": "case", "Goes": "case", "Came since": "case"}
    assert waits_for(came) == waits_for(goes) == [problem.pk]
    off = Problem.objects.get(pk=reshaping.into_id)
    assert (off.outcome, off.survivor_id) == ("duplicate", problem.pk)
