"""The watch after a fix: what counts as coming back, when it opens again, and what that means."""

from typing import Any

import pytest
from django.utils.timezone import now

from cases.lifecycle import close_case, resolve_case
from cases.models import Case, Message
from cases.states import CaseState, Channel
from customers.models import Contact
from problems.after_fix import begin_watch, judge_fix, look_after_fixes, see_through
from problems.closing import say_it_still_happens, say_it_works
from problems.handing import accept_problem
from problems.lifecycle import close_problem, end_problem_without_fix, reopen_problem
from problems.linking import confirm_link
from problems.matching import problems_like
from problems.models import Affected, FixWatch, Leg, Lesson, Problem
from problems.models.after_fix import WatchEnd
from problems.models.lesson import LessonKind
from problems.recurring import recurrences
from problems.states import Outcome, ProblemState
from problems.watch_policies import BadWatchPolicy, WatchRules, set_watch_rules, watch_rules
from servicedesk.notifications.models import NotificationKind
from servicedesk.pages.fix_words import fixed_words
from tests.after_fix.fixed import SYSTEM, cases_of_customers, fix, make_fixed_problem
from tests.hearing import hear_everything, news, told
from tests.make import AT, DAY, HOUR, make_actor, make_case, make_contact, make_problem
from workflow.people.actors import Actor, ActorKind, NotPermitted, Source
from workflow.people.permissions import Permission, Role

FIXED = AT + 30 * DAY


def watch_of(problem: Problem) -> FixWatch:
    return FixWatch.objects.filter(problem=problem).order_by("-began_at")[0]


def came(problem: Problem, *, at: Any) -> Any:
    watch = watch_of(problem)
    return recurrences([watch], at=at)[watch.pk]


def link(problem: Problem, case: Case, *, at: Any) -> None:
    confirm_link(problem_id=problem.pk, case=case, actor=SYSTEM, at=at)


def customer(contact: Contact) -> Actor:
    return Actor(
        kind=ActorKind.CONTACT,
        id=contact.pk,
        label="customer",
        permissions=frozenset({Permission.USE_PORTAL}),
        source=Source.PORTAL,
    )


# ---- what is counted ---------------------------------------------------------------------------


def test_what_comes_in_the_grace_time_or_was_known_before_is_not_coming_back(tenant: Any) -> None:
    problem = make_fixed_problem(fixed_at=FIXED)
    begin_watch(problem_id=problem.pk, at=FIXED)

    early, late = make_case(at=FIXED - DAY), make_case(at=FIXED + 2 * DAY)
    link(problem, early, at=FIXED + 10 * DAY)
    link(problem, late, at=FIXED + 10 * DAY)
    in_grace = came(problem, at=FIXED + 20 * DAY)
    link(problem, make_case(at=FIXED + 4 * DAY), at=FIXED + 10 * DAY)
    after_it = came(problem, at=FIXED + 20 * DAY)

    assert (in_grace.customers, in_grace.in_30) == (0, 0)
    assert (after_it.customers, after_it.in_30, after_it.in_90) == (1, 1, 1)


def test_one_customer_who_writes_often_is_one_customer(tenant: Any) -> None:
    problem = make_fixed_problem(fixed_at=FIXED)
    begin_watch(problem_id=problem.pk, at=FIXED)
    often = make_contact("often@example.org")

    for day in (5, 6, 40):
        link(problem, make_case(contact=often, at=FIXED + day * DAY), at=FIXED + day * DAY)
    found = came(problem, at=FIXED + 95 * DAY)

    assert (found.customers, found.contacts_after) == (1, 3)
    assert (found.in_30, found.in_90) == (2, 3)
    assert (found.is_30_over, found.is_90_over) == (True, True)


def test_contacts_before_the_fix_are_counted_without_the_one_that_began_it(tenant: Any) -> None:
    cases = cases_of_customers(5, at=FIXED - 20 * DAY)
    problem = make_fixed_problem(fixed_at=FIXED, cases=cases)
    begin_watch(problem_id=problem.pk, at=FIXED)

    found = came(problem, at=FIXED + 13 * DAY)

    assert found.contacts_before == 4
    assert found.time_before == 20 * DAY - HOUR
    assert found.time_after == 10 * DAY
    assert found.avoided.contacts.likely == pytest.approx(4 * 10 * DAY / (20 * DAY - HOUR))


def test_many_watches_are_counted_by_one_query(tenant: Any, django_assert_num_queries: Any) -> None:
    watches = []
    for _number in range(3):
        problem = make_fixed_problem(fixed_at=FIXED)
        begin_watch(problem_id=problem.pk, at=FIXED)
        watches.append(watch_of(problem))

    with django_assert_num_queries(1):
        found = recurrences(watches, at=FIXED + 5 * DAY)

    assert set(found) == {watch.pk for watch in watches}


# ---- coming back -------------------------------------------------------------------------------


def test_above_the_limit_the_problem_opens_again_with_the_reason(tenant: Any) -> None:
    fixed_at = now() - 20 * DAY
    problem = make_fixed_problem(fixed_at=fixed_at)
    hear_everything()

    for number, case in enumerate(cases_of_customers(3, at=now() - DAY, email="again")):
        hear_everything()
        assert Problem.objects.get().state == ProblemState.RESOLVED, number
        link(problem, case, at=now())
    hear_everything()

    problem = Problem.objects.get()
    watch = watch_of(problem)
    last = Leg.objects.filter(problem=problem).latest("position")
    assert problem.state == ProblemState.ASSESS
    assert (watch.ending, watch.ended_at is not None) == (WatchEnd.CAME_BACK, True)
    assert last.entered_because == "reopened"
    assert "3 customers have had it again" in last.reason
    assert "problems.fix.came_back" in news()
    # The last one came to an open problem: it waits for the fix, and was not given the old one.
    newest = Case.objects.latest("id")
    assert newest.state == CaseState.ON_PROBLEM
    assert not Message.objects.filter(case=newest, direction="out").exists()


def test_at_the_limit_it_stays_fixed_and_each_case_gets_the_solution(tenant: Any) -> None:
    fixed_at = now() - 20 * DAY
    problem = make_fixed_problem(fixed_at=fixed_at)
    hear_everything()
    late = cases_of_customers(2, at=now() - DAY, email="again")

    for case in late:
        link(problem, case, at=now())
    hear_everything()

    assert Problem.objects.get().state == ProblemState.RESOLVED
    assert watch_of(problem).ended_at is None
    for case in late:
        case.refresh_from_db()
        assert case.state == CaseState.RESOLVED
        assert Message.objects.get(case=case, direction="out").text == problem.solution


def test_customers_who_open_old_cases_again_count_too(tenant: Any) -> None:
    cases = cases_of_customers(3, at=now() - 25 * DAY)
    problem = make_fixed_problem(fixed_at=now() - 6 * DAY, cases=cases)
    hear_everything()

    for case in cases:
        case.refresh_from_db()
        say_it_still_happens(
            case,
            contact=case.contact,
            text="",
            channel=Channel.PORTAL,
            actor=customer(case.contact),
            at=now(),
        )
    hear_everything()

    problem.refresh_from_db()
    assert problem.state == ProblemState.ASSESS
    # Their own words brought them to a person, who answers: they are not put off again.
    assert {case.state for case in Case.objects.all()} == {CaseState.OPEN}


def test_where_a_person_decides_the_leads_are_told_once(tenant: Any) -> None:
    make_actor(Role.LEAD)
    admin = make_actor(Role.ADMIN)
    set_watch_rules(WatchRules(most_customers=0, reopens_alone=False), actor=admin, at=AT)
    problem = make_fixed_problem(fixed_at=now() - 20 * DAY)
    hear_everything()

    for case in cases_of_customers(2, at=now() - DAY, email="again"):
        link(problem, case, at=now())
        hear_everything()

    problem.refresh_from_db()
    assert problem.state == ProblemState.RESOLVED
    assert watch_of(problem).raised_at is not None
    assert len(told(NotificationKind.FIX_IN_DOUBT)) == 1


# ---- the ripple --------------------------------------------------------------------------------


def test_what_the_fix_had_resolved_opens_again_and_nothing_else(tenant: Any) -> None:
    ours, closed, otherwise, confirmed = cases_of_customers(4, at=AT)
    problem = make_fixed_problem(fixed_at=FIXED, cases=[ours, closed, otherwise, confirmed])
    resolve_case(case_id=otherwise.pk, actor=SYSTEM, at=FIXED)
    hear_everything()
    say_it_works(
        Case.objects.get(pk=confirmed.pk),
        contact=confirmed.contact,
        actor=customer(confirmed.contact),
        at=FIXED + DAY,
    )
    close_case(case_id=closed.pk, actor=SYSTEM, at=FIXED + 8 * DAY)

    reopen_problem(problem_id=problem.pk, reason="It is back.", actor=SYSTEM, at=FIXED + 9 * DAY)
    hear_everything()

    states = {case.pk: case.state for case in Case.objects.all()}
    assert states[ours.pk] == states[confirmed.pk] == CaseState.ON_PROBLEM
    assert states[closed.pk] == CaseState.CLOSED
    assert states[otherwise.pk] == CaseState.RESOLVED
    assert "We are sorry" in Message.objects.filter(case=ours).latest("id").text
    assert not Message.objects.filter(case=otherwise, text__contains="We are sorry").exists()
    assert not Affected.objects.filter(confirmed_at__isnull=False).exists()
    assert watch_of(problem).ending == WatchEnd.REOPENED


def test_the_second_fix_resolves_them_again_and_is_watched_anew(tenant: Any) -> None:
    problem = make_fixed_problem(fixed_at=FIXED)
    hear_everything()
    reopen_problem(problem_id=problem.pk, reason="It is back.", actor=SYSTEM, at=FIXED + DAY)
    hear_everything()
    accept_problem(problem_id=problem.pk, actor=SYSTEM, at=FIXED + DAY + HOUR)
    fix(Problem.objects.get(), at=FIXED + 3 * DAY)
    hear_everything()

    case = Case.objects.get()
    assert case.state == CaseState.RESOLVED
    assert FixWatch.objects.count() == 2
    assert watch_of(problem).ended_at is None


def test_a_problem_that_ended_without_a_fix_is_not_watched(tenant: Any) -> None:
    problem = make_problem()
    end_problem_without_fix(
        problem_id=problem.pk, outcome=Outcome.CANCELLED, reason="No.", actor=SYSTEM, at=FIXED
    )
    hear_everything()

    assert not FixWatch.objects.exists()


# ---- matching, and the end ---------------------------------------------------------------------


def test_a_closed_problem_is_matched_as_long_as_its_fix_is_watched(tenant: Any) -> None:
    problem = make_fixed_problem(fixed_at=FIXED)
    hear_everything()
    close_problem(problem_id=problem.pk, actor=SYSTEM, at=FIXED + DAY)
    text = "Direct debit taken twice, the amount is collected a second time"

    watched = [match.problem.pk for match in problems_like(text)]
    see_through(problem_id=problem.pk, at=FIXED + 91 * DAY)
    not_watched = problems_like(text)

    assert watched == [problem.pk]
    assert not_watched == []


def test_a_problem_that_was_closed_at_once_is_matched_again_with_its_watch(tenant: Any) -> None:
    problem = make_fixed_problem(fixed_at=FIXED)
    close_problem(problem_id=problem.pk, actor=SYSTEM, at=FIXED + HOUR)
    text = "Direct debit taken twice, the amount is collected a second time"

    before = problems_like(text)
    begin_watch(problem_id=problem.pk, at=FIXED + HOUR)

    assert before == []
    assert [match.problem.pk for match in problems_like(text)] == [problem.pk]
    # The matcher hears of it, as of every change of what is matched.
    assert Lesson.objects.latest("id").kind == LessonKind.OPENED


def test_a_watch_whose_problem_is_open_again_did_not_hold(tenant: Any) -> None:
    problem = make_fixed_problem(fixed_at=FIXED)
    begin_watch(problem_id=problem.pk, at=FIXED)
    reopen_problem(problem_id=problem.pk, reason="It is back.", actor=SYSTEM, at=FIXED + 89 * DAY)

    look_after_fixes(at=FIXED + 91 * DAY)

    assert watch_of(problem).ending == WatchEnd.REOPENED


def test_a_fix_that_held_is_told_so_when_its_time_is_over(tenant: Any) -> None:
    problem = make_fixed_problem(fixed_at=FIXED)
    hear_everything()

    before = look_after_fixes(at=FIXED + 89 * DAY)
    after = look_after_fixes(at=FIXED + 90 * DAY)

    assert (before, after) == (0, 1)
    assert watch_of(problem).ending == WatchEnd.HELD
    assert "problems.fix.held" in news()
    assert judge_fix(problem_id=problem.pk, at=FIXED + 91 * DAY) is False


def test_a_watch_that_never_began_begins_with_the_next_look(tenant: Any) -> None:
    problem = make_fixed_problem(fixed_at=FIXED)

    assert look_after_fixes(at=FIXED + 10 * DAY) == 1
    assert watch_of(problem).began_at == FIXED
    assert look_after_fixes(at=FIXED + 10 * DAY) == 0


# ---- the tenant's rules ------------------------------------------------------------------------


def test_only_who_configures_says_how_fixes_are_watched(tenant: Any) -> None:
    rules = WatchRules(grace_days=1, watch_days=30, most_customers=5, reopens_alone=False)

    with pytest.raises(NotPermitted):
        set_watch_rules(rules, actor=make_actor(Role.LEAD), at=AT)
    set_watch_rules(rules, actor=make_actor(Role.ADMIN), at=AT)

    assert watch_rules() == rules


@pytest.mark.parametrize(
    "rules",
    [
        WatchRules(watch_days=6),
        WatchRules(watch_days=731),
        WatchRules(grace_days=-1),
        WatchRules(grace_days=10, watch_days=10),
        WatchRules(most_customers=-1),
        WatchRules(most_customers=1001),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(tenant: Any, rules: WatchRules) -> None:
    admin = make_actor(Role.ADMIN)

    with pytest.raises(BadWatchPolicy):
        set_watch_rules(rules, actor=admin, at=AT)

    assert watch_rules() == WatchRules()


def test_a_suggestion_says_that_it_is_fixed_and_may_be_back(tenant: Any) -> None:
    problem = make_fixed_problem(fixed_at=FIXED)

    before = fixed_words(problem, seen_at=FIXED - DAY)
    after = fixed_words(problem, seen_at=FIXED + DAY)
    still_open = fixed_words(make_problem(), seen_at=FIXED)

    assert before["label"] == "Fixed meanwhile"
    assert after["label"] == "Fixed already, or back again"
    assert "counts for whether the fix holds" in after["says"]
    assert still_open == {"label": "", "says": ""}
