"""Who comes late is told what the others were told: by a case, by me too, by what they have."""

from typing import Any

from django.utils import timezone

from customers.models import Contact, InstalledProduct
from problems.affected import join_affected
from problems.broadcasting import stop_broadcast
from problems.fixing import publish_workaround
from problems.linking import confirm_link
from problems.models import Affected, Broadcast, Problem, Told
from problems.models.broadcast import BroadcastState
from problems.reaching import Description, add_scope, reach
from servicedesk.notifications.delivering import note_mails_sent
from servicedesk.pages.session import contact_actor
from tests.hearing import hear_everything, told
from tests.make import HOUR, make_actor, make_case, make_contact, make_problem
from workflow.people.actors import Actor
from workflow.people.permissions import Role

SYSTEM = Actor.system("test")


def problem_with_workaround() -> Problem:
    """Return a problem whose one customer was told what helps for now."""
    at = timezone.now() - HOUR
    problem = make_problem(cases=[make_case(at=at)], at=at)
    publish_workaround(problem_id=problem.pk, workaround="Pay by card.", actor=SYSTEM, at=at)
    hear_everything()
    assert len(told("workaround")) == 1
    return problem


def contacts_told() -> list[int | None]:
    """Return who was mailed the workaround, oldest first."""
    return [one.contact_id for one in told("workaround")]


def test_a_customer_whose_case_is_linked_late_is_told_once(tenant: Any) -> None:
    problem = problem_with_workaround()
    contact = make_contact()

    for _ in range(2):
        case = make_case(contact=contact, at=timezone.now())
        confirm_link(problem_id=problem.pk, case=case, actor=SYSTEM, at=timezone.now())
        hear_everything()

    assert contacts_told()[1:] == [contact.pk]
    lines = Told.objects.filter(affected__contact=contact)
    assert [line.broadcast for line in lines] == [Broadcast.objects.get()]


def test_a_customer_who_says_me_too_is_told_at_once(tenant: Any) -> None:
    problem = problem_with_workaround()
    contact = make_contact()

    join_affected(
        problem_id=problem.pk,
        contact_id=contact.pk,
        actor=contact_actor(contact),
        at=timezone.now(),
    )
    hear_everything()

    assert contacts_told()[1:] == [contact.pk]
    assert Affected.objects.get(contact=contact).told_at is not None


def test_customers_who_are_found_by_what_they_have_are_told_when_all_others_were(
    tenant: Any,
) -> None:
    problem = problem_with_workaround()
    broadcast = Broadcast.objects.get()
    Broadcast.objects.filter(pk=broadcast.pk).update(
        state=BroadcastState.SENT, state_version=broadcast.state_version + 1
    )
    contacts = [make_contact() for _ in range(3)]
    InstalledProduct.objects.bulk_create(
        [
            InstalledProduct(contact=one, product=problem.product, changed_at=timezone.now())
            for one in contacts
        ]
    )
    Contact.objects.filter(pk=contacts[2].pk).update(is_prospect=True)

    add_scope(
        problem_id=problem.pk,
        description=Description(product=problem.product),
        actor=make_actor(Role.LEAD),
        at=timezone.now(),
    )
    reach(problem.pk, at=timezone.now())
    hear_everything()

    assert set(contacts_told()[1:]) == {contacts[0].pk, contacts[1].pk}
    assert list(broadcast.held.values_list("contact_id", "rule")) == [(contacts[2].pk, "prospect")]


def test_what_was_stopped_tells_nobody_who_comes_late(tenant: Any) -> None:
    problem = problem_with_workaround()
    stop_broadcast(
        broadcast_id=Broadcast.objects.get().pk, actor=make_actor(Role.LEAD), at=timezone.now()
    )
    case = make_case(at=timezone.now())

    confirm_link(problem_id=problem.pk, case=case, actor=SYSTEM, at=timezone.now())
    hear_everything()

    assert len(contacts_told()) == 1


def test_that_a_mail_left_stands_in_the_line_of_the_ledger_that_it_carried_out(
    tenant: Any,
) -> None:
    problem = problem_with_workaround()
    other = make_contact()
    row = Affected.objects.create(
        problem=problem, contact=other, found="case", found_at=timezone.now()
    )
    told_other = Told.objects.create(
        affected=row, message=Told.objects.get().message, channel="mail", at=timezone.now()
    )
    at = timezone.now()

    note_mails_sent([told("workaround")[0].pk], at=at)

    assert told("workaround")[0].sent_at == at
    assert Told.objects.exclude(pk=told_other.pk).get().sent_at == at
    told_other.refresh_from_db()
    assert told_other.sent_at is None
