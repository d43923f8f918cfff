"""A date taken back and a time for news that moved are told, in one letter and once."""

from datetime import date

from django.utils.timezone import now

from problems.broadcast_occasions import changed_promise
from problems.broadcast_policies import set_approval_size
from problems.broadcasting import decide_broadcast
from problems.estimates import estimate_fix, withdraw_estimate
from problems.four_eyes import hands_in_broadcast
from problems.handing import accept_problem, route_problem
from problems.models import Broadcast, Problem
from problems.models.estimate import Confidence
from problems.promises import promise_news, withdraw_news
from servicedesk.notifications.broadcast_words import previews_of
from servicedesk.notifications.composing import letter_for
from servicedesk.notifications.models import Notification
from tests.broadcasts.test_broadcasts import SYSTEM, go, problem_of
from tests.broadcasts.test_followers import follow
from tests.hearing import hear_everything, told
from tests.make import DAY, make_actor, make_department
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

WHY = "The part that we wait for does not arrive."
LATER = "The supplier answers late."


def taken_on(lead: Actor) -> Problem:
    """Return a problem of two customers and a follower that a department has."""
    problem = problem_of(2)
    department = make_department()
    route_problem(problem_id=problem.pk, department=department, actor=lead, at=now(), confirm=True)
    accept_problem(
        problem_id=problem.pk, actor=make_actor(Role.MEMBER, department=department), at=now()
    )
    follow(problem)
    return problem


def say_date(problem: Problem, *, actor: Actor, is_public: bool = True) -> None:
    """Say when the fix is expected."""
    day = date(now().year + 1, 1, 1)
    estimate_fix(
        problem_id=problem.pk, expected_on=day, latest_on=day, confidence=Confidence.HIGH,
        reason="We know more.", is_public=is_public, actor=actor, at=now(),
    )  # fmt: skip


def allow(broadcast: Broadcast, *, lead: Actor) -> None:
    """Say yes to a broadcast and let it go."""
    decide_broadcast(broadcast_id=broadcast.pk, is_approved=True, actor=lead, at=now())
    go(broadcast)


def letters() -> list[str]:
    """Return the texts of the letters about promises that changed."""
    rows = Notification.objects.filter(kind="promise_changed").select_related(
        "contact", "user", "case", "message", "problem", "article", "broadcast", "tenant"
    )
    return [letter_for(one, recipient="a@b.example", at=now()).text for one in rows.order_by("id")]


def test_a_date_that_is_taken_back_is_told_to_whom_it_was_told(tenant: Tenant) -> None:
    lead = make_actor(Role.LEAD)
    problem = taken_on(lead)
    say_date(problem, actor=lead)
    hear_everything()

    withdraw_estimate(problem_id=problem.pk, reason=WHY, actor=lead, at=now())
    hear_everything()
    written = letters()

    broadcast = Broadcast.objects.get(kind="promise")
    assert len(told("promise_changed")) == len(told("estimate")) == 3
    assert "would be fixed by " in written[0]
    assert "We have to take this back" in written[0]
    assert WHY in written[0]
    assert "You will hear from us by" in written[0], "the news that are owed instead are in it"
    assert lead.user_id in hands_in_broadcast(broadcast)


def test_a_date_that_nobody_knew_is_taken_back_in_silence(tenant: Tenant) -> None:
    lead = make_actor(Role.LEAD)
    problem = taken_on(lead)
    say_date(problem, actor=lead, is_public=False)
    hear_everything()

    withdraw_estimate(problem_id=problem.pk, reason=WHY, actor=lead, at=now())
    hear_everything()

    assert not told("promise_changed")


def test_a_time_for_news_that_moves_or_is_taken_back_is_told_each_time_once(
    tenant: Tenant,
) -> None:
    lead = make_actor(Role.LEAD)
    problem = taken_on(lead)
    promise_news(problem_id=problem.pk, by=now() + DAY, text=WHY, actor=lead, at=now())
    hear_everything()
    before = len(told("promise_changed"))

    promise_news(problem_id=problem.pk, by=now() + 2 * DAY, text=WHY, actor=lead, at=now())
    hear_everything()
    moved = letters()
    withdraw_news(problem_id=problem.pk, reason="We said all we know.", actor=lead, at=now())
    hear_everything()

    assert len(moved) - before == 3
    assert "It takes us longer" in moved[-1]
    assert "You will hear from us by" in moved[-1]
    assert len(letters()) - before == 6
    assert "nothing new by then" in letters()[-1]
    assert "You will hear from us" not in letters()[-1]


def test_another_date_leaves_nothing_to_tell_of_the_one_taken_back(tenant: Tenant) -> None:
    lead = make_actor(Role.LEAD)
    problem = taken_on(lead)
    say_date(problem, actor=lead)
    withdraw_estimate(problem_id=problem.pk, reason=WHY, actor=lead, at=now())
    held = changed_promise(problem)

    say_date(problem, actor=lead)
    hear_everything()

    assert held is not None
    assert changed_promise(problem) is None
    assert not told("promise_changed")


def test_a_date_that_is_taken_back_waits_for_its_yes_though_news_move_since(
    tenant: Tenant,
) -> None:
    set_approval_size(2, actor=SYSTEM, at=now() - DAY)
    lead, other = make_actor(Role.LEAD), make_actor(Role.LEAD)
    problem = taken_on(lead)
    say_date(problem, actor=lead)
    hear_everything()
    allow(Broadcast.objects.get(kind="estimate"), lead=other)
    withdraw_estimate(problem_id=problem.pk, reason=WHY, actor=lead, at=now())
    hear_everything()
    taken_back = Broadcast.objects.get(kind="promise")

    promise_news(problem_id=problem.pk, by=now() + 2 * DAY, text=LATER, actor=lead, at=now())
    hear_everything()
    taken_back.refresh_from_db()
    waits = taken_back.state
    news = Broadcast.objects.exclude(pk=taken_back.pk).get(kind="promise")
    allow(taken_back, lead=other)
    allow(news, lead=other)

    assert (waits, news.state) == ("asked", "asked")
    assert "would be fixed by " in previews_of(taken_back)[1].text
    assert len(told("promise_changed")) == 6
    written = letters()
    assert sum("We have to take this back" in one and WHY in one for one in written) == 3
    assert sum("It takes us longer" in one and LATER in one for one in written) == 3


def test_a_date_is_taken_back_although_news_moved_before_anybody_heard(tenant: Tenant) -> None:
    lead = make_actor(Role.LEAD)
    problem = taken_on(lead)
    say_date(problem, actor=lead)
    hear_everything()

    withdraw_estimate(problem_id=problem.pk, reason=WHY, actor=lead, at=now())
    promise_news(problem_id=problem.pk, by=now() + DAY, text=LATER, actor=lead, at=now())
    promise_news(problem_id=problem.pk, by=now() + 2 * DAY, text=LATER, actor=lead, at=now())
    hear_everything()

    written = letters()
    assert len(written) == 6, "of two moves of news only the last is told"
    assert sum("We have to take this back" in one for one in written) == 3
