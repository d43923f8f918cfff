"""Who follows a problem is told with those affected: once, by the same yes, whatever is decided."""

from django.utils.timezone import now

from problems.affected import join_affected
from problems.broadcast_policies import set_approval_size
from problems.broadcasting import decide_broadcast, tell_why_not_fixed
from problems.customer_following import follow_as_customer, stop_following_as_customer
from problems.fixing import publish_workaround
from problems.ledger import Asked, counts_of_ledger
from problems.lifecycle import end_problem_without_fix
from problems.models import Affected, Broadcast, ContactFollow, Problem, Told
from problems.states import Outcome
from servicedesk.notifications.broadcast_letters import letters_of_broadcasts
from servicedesk.notifications.composing import letter_for
from servicedesk.notifications.latecomers import tell_latecomers
from servicedesk.notifications.models import Notification
from servicedesk.pages.session import contact_actor
from tests.broadcasts.test_broadcasts import SYSTEM, claimed, go, problem_of, publish
from tests.hearing import hear_everything, told
from tests.make import AT, DAY, HOUR, make_actor, make_contact
from tests.surfaces.portal.test_known import fix
from workflow.outbox.models import Effect
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant


def follow(problem: Problem) -> int:
    """Let a new customer follow a problem; return the contact's id."""
    contact = make_contact()
    follow_as_customer(
        problem_id=problem.pk, contact_id=contact.pk, actor=contact_actor(contact), at=AT + HOUR
    )
    return contact.pk


def test_followers_wait_for_the_same_yes_and_count_in_it(tenant: Tenant) -> None:
    set_approval_size(2, actor=SYSTEM, at=AT)
    problem = problem_of(2)
    follower = follow(problem)

    broadcast = publish(problem)
    before = list(told("workaround"))
    decide_broadcast(
        broadcast_id=broadcast.pk, is_approved=True, actor=make_actor(Role.LEAD), at=now()
    )
    go(broadcast)

    assert (broadcast.state, broadcast.size, before) == ("asked", 3, [])
    assert follower in [one.contact_id for one in told("workaround")]
    assert len(told("workaround")) == 3


def test_followers_hear_that_it_stays_as_it_is(tenant: Tenant) -> None:
    problem = problem_of(1)
    follower = follow(problem)

    end_problem_without_fix(
        problem_id=problem.pk, outcome=Outcome.RISK_ACCEPTED, reason="Too dear.",
        actor=SYSTEM, at=AT + DAY,
    )  # fmt: skip
    hear_everything()
    tell_why_not_fixed(
        problem_id=problem.pk, reason="It would take a year.", actor=SYSTEM, at=AT + DAY
    )
    go(Broadcast.objects.get())

    assert follower in [one.contact_id for one in told("not_fixed")]


def test_a_follower_is_affected_for_nobody_and_told_nothing_twice(tenant: Tenant) -> None:
    problem = problem_of(1)
    follower = follow(problem)
    publish(problem)
    counted = counts_of_ledger(problem, Asked())

    contact = ContactFollow.objects.get().contact
    join_affected(
        problem_id=problem.pk, contact_id=follower, actor=contact_actor(contact), at=AT + DAY
    )
    hear_everything()

    assert (counted["all"], counted["left"]) == (1, 0)
    assert Affected.objects.get(contact=follower).found == "me_too"
    assert Told.objects.filter(affected__contact=follower).count() == 1
    assert [one.contact_id for one in told("workaround")].count(follower) == 1


def test_who_follows_later_or_no_more_is_told_nothing_of_before(tenant: Tenant) -> None:
    problem = problem_of(1)
    stopped = follow(problem)
    contact = ContactFollow.objects.get().contact
    stop_following_as_customer(
        problem_id=problem.pk, contact_id=stopped, actor=contact_actor(contact)
    )
    broadcast = publish(problem)
    later = make_contact()
    follow_as_customer(
        problem_id=problem.pk,
        contact_id=later.pk,
        actor=contact_actor(later),
        at=now(),
    )
    Effect.objects.update(state="sent")
    go(broadcast, at=now() + DAY)
    tell_latecomers(problem.pk, at=now() + DAY)
    of_old = {one.contact_id for one in told("workaround")}

    publish_workaround(problem_id=problem.pk, workaround="Pay in cash.", actor=SYSTEM, at=now())
    hear_everything()

    assert not {stopped, later.pk} & of_old
    assert later.pk in {one.contact_id for one in told("workaround")}
    assert stopped not in {one.contact_id for one in told("workaround")}


def test_only_whom_it_affects_is_asked_whether_the_fix_works(tenant: Tenant) -> None:
    problem = problem_of(1)
    join_affected(problem_id=problem.pk, contact_id=make_contact().pk, actor=SYSTEM, at=AT + HOUR)
    follower = follow(problem)
    fix(problem)
    hear_everything()
    rows = Notification.objects.filter(kind="problem_resolved").select_related(
        "contact", "user", "case", "message", "problem", "article", "broadcast", "tenant"
    )
    effects = Effect.objects.filter(payload__notification__in=[one.pk for one in rows])

    together = letters_of_broadcasts([claimed(one) for one in effects], at=now())
    alone = {
        one.contact_id: letter_for(one, recipient="a@b.example", at=now()).text for one in rows
    }

    assert len(together) == len(alone) == 3
    assert sum("Tell us with one click:" in one.text for one in together.values()) == 2
    assert [who for who, text in alone.items() if "one click" not in text] == [follower]
    assert all("answer this mail" in text for text in alone.values())
