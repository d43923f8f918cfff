"""Two contacts are one person: one history, one portal, and the way back."""

from typing import Any

import pytest

from cases.access import visible_cases
from cases.models import Case
from customers.editing import change_contact, grant_entitlement
from customers.identity import JoinedWithAnother, NoSuchContact, contact_at
from customers.joining import (
    NotSaid,
    OneAndTheSame,
    PartedNoMore,
    join_contacts,
    joinings_of,
    part_contacts,
)
from customers.models import (
    Contact,
    ContactAddress,
    Entitlement,
    JoinedRow,
    Joining,
    PortalSession,
    Preference,
)
from customers.portal_access import contact_of_session, open_session
from customers.queries import contact_with_id, contacts_found
from problems.affected import affected_by, join_affected, tell_once
from problems.customer_following import follow_as_customer
from problems.linking import confirm_link
from problems.models import Affected, ContactFollow, Problem, Told
from problems.projection import issue_of
from problems.said_in_case import messages_with_customer
from servicedesk.belongings import EVERYTHING
from servicedesk.mail.addresses import answer_address
from servicedesk.mail.receiving import receive_mail
from servicedesk.notifications.models import Notification
from tests.hearing import hear_everything
from tests.make import AT, DAY, HOUR, make_actor, make_case, make_contact, make_problem
from tests.proof.asking import broken_rules
from workflow.clocks.models import ServiceLevel
from workflow.history.models import Entry
from workflow.people.actors import Actor, ActorKind, NotPermitted
from workflow.people.permissions import ROLE_PERMISSIONS, Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

LATER = AT + DAY


def join(kept: Contact, joined: Contact, **but: Any) -> Joining:
    """Join two contacts as an agent does."""
    wish: dict[str, Any] = {"are_one": True, "actor": make_actor(), "at": LATER, **but}
    return join_contacts(kept_id=kept.pk, joined_id=joined.pk, belongings=EVERYTHING, **wish)


def part(joining: Joining, **but: Any) -> Joining:
    """Part them again as an administrator does."""
    wish: dict[str, Any] = {"actor": make_actor(Role.ADMIN), "at": LATER + HOUR, **but}
    return part_contacts(joining_id=joining.pk, belongings=EVERYTHING, **wish)


def customer(contact: Contact) -> Actor:
    """Return a customer as an actor."""
    return Actor(
        kind=ActorKind.CONTACT,
        id=contact.pk,
        label=contact.name,
        permissions=ROLE_PERMISSIONS[Role.CONTACT],
    )


def seen_by(contact: Contact) -> set[int]:
    """Return the numbers of the cases that a customer sees."""
    return set(visible_cases(customer(contact)).values_list("number", flat=True))


def test_who_is_joined_brings_cases_addresses_and_stays(tenant: Tenant) -> None:
    work, home = make_contact("ingrid@work.example"), make_contact("ingrid@home.example")
    at_work, at_home = make_case(contact=work), make_case(contact=home)
    open_session(home, word="at home", at=AT, stays_for=30 * DAY)

    join(work, home)

    assert seen_by(work) == {at_work.number, at_home.number}
    assert seen_by(home) == set()
    assert contact_at("ingrid@home.example") == work
    assert contact_of_session(word="at home", at=LATER) == work
    assert contact_with_id(home.pk) == work


def test_nothing_of_others_moves(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant.pk):
        foreign = make_case()
    kept, joined, third = make_contact(), make_contact(), make_contact()
    make_case(contact=joined)
    others = make_case(contact=third)

    join(kept, joined)

    assert seen_by(third) == {others.number}
    with tenant_scope(other_tenant.pk):
        assert Case.objects.get().contact_id == foreign.contact_id


def test_a_contact_of_another_tenant_is_not_there(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant.pk):
        stranger = make_contact()
    kept = make_contact()

    with pytest.raises(NoSuchContact):
        join(kept, stranger)
    with pytest.raises(NoSuchContact):
        join(stranger, kept)


def test_what_was_said_stays_under_its_name_and_is_the_customers_own(tenant: Tenant) -> None:
    kept, joined = make_contact(name="Ingrid Solheim"), make_contact(name="I. Solheim")
    case = make_case(contact=joined)

    join(kept, joined)

    (message,) = messages_with_customer(case, contact_id=kept.pk)
    assert (message.author, message.is_own) == ("I. Solheim", True)


def test_joining_takes_an_explicit_word_two_people_and_the_right(tenant: Tenant) -> None:
    kept, joined = make_contact(), make_contact()

    with pytest.raises(NotSaid):
        join(kept, joined, are_one=False)
    with pytest.raises(OneAndTheSame):
        join(kept, kept)
    for role in (Role.READER, Role.MEMBER, Role.ADMIN):
        with pytest.raises(NotPermitted):
            join(kept, joined, actor=make_actor(role))
    assert not Joining.objects.exists()
    join(kept, joined)
    with pytest.raises(NoSuchContact):
        join(make_contact(), joined)


def test_parting_gives_everything_back_and_ends_the_stays(tenant: Tenant) -> None:
    kept, joined = make_contact("a@x.example"), make_contact("b@x.example")
    mine, theirs = make_case(contact=kept), make_case(contact=joined)
    before = list(ContactAddress.objects.order_by("id").values())
    joining = join(kept, joined)
    since = make_case(contact=kept, at=LATER + HOUR)
    open_session(kept, word="since", at=LATER, stays_for=30 * DAY)

    part(joining)

    assert seen_by(kept) == {mine.number, since.number}
    assert seen_by(joined) == {theirs.number}
    assert list(ContactAddress.objects.order_by("id").values()) == before
    assert not PortalSession.objects.exists()
    joining.refresh_from_db()
    assert joining.parted_at == LATER + HOUR


def test_it_can_be_undone_for_thirty_days_and_once(tenant: Tenant) -> None:
    kept, joined = make_contact(), make_contact()
    joining = join(kept, joined)

    assert joinings_of(kept.pk, at=LATER + 30 * DAY) == [joining]
    assert joinings_of(kept.pk, at=LATER + 31 * DAY) == []
    with pytest.raises(PartedNoMore, match="30 days"):
        part(joining, at=LATER + 31 * DAY)
    with pytest.raises(NotPermitted):
        part(joining, actor=make_actor(Role.READER))
    part(joining)
    with pytest.raises(PartedNoMore, match="already"):
        part(joining)


def test_a_chain_leads_to_the_last_and_is_undone_from_its_end(tenant: Tenant) -> None:
    first, second, third = make_contact(), make_contact(), make_contact()
    case = make_case(contact=first)
    early = join(second, first)
    late = join(third, second)

    assert contact_with_id(first.pk) == third
    assert seen_by(third) == {case.number}
    with pytest.raises(PartedNoMore, match="since"):
        part(early)
    part(late)
    part(early)
    assert seen_by(first) == {case.number}


def test_wishes_and_promises_come_along_unless_there_are_own_ones(tenant: Tenant) -> None:
    kept, joined, bare = make_contact(), make_contact(), make_contact()
    for contact in (kept, joined):
        Preference.objects.create(contact=contact, mail_progress=contact == kept)
    grant_entitlement(
        organisation=None,
        contact=joined,
        product=None,
        service_level=ServiceLevel.objects.get(is_default=True),
        begins_at=AT,
        ends_at=None,
        actor=make_actor(Role.ADMIN),
        at=AT,
    )

    join(kept, joined)

    assert Preference.objects.get(contact=kept).mail_progress is True
    assert Entitlement.objects.get().contact_id == kept.pk
    join(bare, kept)
    assert Preference.objects.get(contact=bare).mail_progress is True


def test_a_customer_is_told_of_each_other_person_once(tenant: Tenant) -> None:
    asker, kept, joined = make_contact(), make_contact(), make_contact()
    own = make_case(contact=asker)
    problem = make_problem(cases=[own, make_case(contact=kept), make_case(contact=joined)])
    hear_everything()

    def others() -> int:
        seen = issue_of(own, contact_id=asker.pk).problem
        assert seen is not None
        return seen.others

    assert others() == 2
    joining = join(kept, joined)
    assert others() == 1
    part(joining)
    assert others() == 2
    Affected.objects.filter(problem=problem, contact=kept).update(left_at=LATER)
    assert others() == 1


def test_ledgers_hold_one_person_once_and_the_proof_holds(tenant: Tenant) -> None:
    kept, joined = make_contact(), make_contact()
    one, other = make_case(contact=kept), make_case(contact=joined)
    problem = make_problem(cases=[one, other])
    alone = make_problem(cases=[make_case(contact=joined)], title="Another")
    hear_everything()

    joining = join(kept, joined)

    assert [row.contact for row in affected_by(problem.pk)] == [kept]
    assert [row.contact for row in affected_by(alone.pk)] == [kept]
    assert broken_rules(at=LATER) == {}
    late = make_case(contact=kept, at=LATER)
    confirm_link(case=late, problem_id=alone.pk, actor=make_actor(), at=LATER)
    part(joining)
    assert {row.contact for row in affected_by(problem.pk)} == {kept, joined}
    assert {row.contact for row in affected_by(alone.pk)} == {kept, joined}
    assert broken_rules(at=LATER + DAY) == {}


def test_a_case_that_was_linked_meanwhile_brings_its_customer_into_the_ledger(
    tenant: Tenant,
) -> None:
    kept, joined = make_contact(), make_contact()
    theirs = make_case(contact=joined)
    problem = make_problem(cases=[make_case()])
    joining = join(kept, joined)
    confirm_link(
        case=Case.objects.get(pk=theirs.pk), problem_id=problem.pk, actor=make_actor(), at=LATER
    )
    assert Affected.objects.filter(problem=problem, contact=kept).exists()

    part(joining)

    in_ledger = set(Affected.objects.filter(problem=problem).values_list("contact_id", flat=True))
    assert joined.pk in in_ledger
    assert kept.pk not in in_ledger


def test_an_answer_to_an_older_mail_still_joins_its_case(tenant: Tenant) -> None:
    kept, joined = make_contact("a@x.example"), make_contact("b@x.example")
    case = make_case(contact=joined)
    to = answer_address(tenant_id=tenant.pk, case_id=case.pk, contact_id=joined.pk)
    joining = join(kept, joined)

    def answer(number: int) -> str:
        mail = f"From: b@x.example\nTo: {to}\nSubject: Re\nMessage-ID: <{number}@x>\n\nYes.\n"
        return str(receive_mail(mail.encode(), at=LATER + HOUR).outcome)

    assert answer(1) == "message"
    part(joining)
    assert answer(2) == "message"


def test_an_address_of_the_one_does_not_answer_for_a_stranger(tenant: Tenant) -> None:
    kept, joined, stranger = (
        make_contact("a@x.example"),
        make_contact(),
        make_contact("c@x.example"),
    )
    case = make_case(contact=joined)
    to = answer_address(tenant_id=tenant.pk, case_id=case.pk, contact_id=joined.pk)
    join(kept, joined)

    mail = f"From: c@x.example\nTo: {to}\nSubject: Re\nMessage-ID: <1@x>\n\nYes.\n"
    received = receive_mail(mail.encode(), at=LATER + HOUR)

    assert received.outcome == "case"
    assert seen_by(kept) == {case.number}
    assert case.number not in seen_by(stranger)


def test_who_was_joined_is_found_no_more_and_cannot_be_changed(tenant: Tenant) -> None:
    kept, joined = make_contact(name="Ingrid Solheim"), make_contact(name="Ingrid Old")
    join(kept, joined)

    assert [one.pk for one in contacts_found("Ingrid")] == [kept.pk]
    with pytest.raises(JoinedWithAnother):
        change_contact(
            contact_id=joined.pk,
            name="X",
            organisation=None,
            language="en",
            timezone="UTC",
            tier="",
            may_be_mailed=True,
            actor=make_actor(),
            at=LATER,
        )


def test_the_history_holds_ids_and_counts_of_both(tenant: Tenant) -> None:
    kept, joined = make_contact(), make_contact()
    make_case(contact=joined)

    joining = join(kept, joined)
    part(joining)

    told = Entry.objects.filter(action="contact.joined").order_by("id")
    ids = {"joining": joining.pk, "kept": kept.pk, "joined": joined.pk}
    assert [entry.subject_id for entry in told] == [kept.pk, joined.pk]
    assert told[0].changes == {**ids, "cases_moved": 1, "addresses_moved": 1}
    assert Entry.objects.filter(action="contact.parted").count() == 2
    assert JoinedRow.objects.filter(joining=joining, code="case").count() == 1


def test_mails_on_their_way_go_to_the_one_who_stays(tenant: Tenant) -> None:
    kept, joined = make_contact(), make_contact()
    make_case(contact=joined)
    hear_everything()
    assert Notification.objects.filter(contact=joined).exists()

    join(kept, joined)

    assert not Notification.objects.filter(contact=joined).exists()


def test_a_me_too_goes_along(tenant: Tenant) -> None:
    kept, joined = make_contact(), make_contact()
    problem = make_problem(cases=[make_case()])
    join_affected(problem_id=problem.pk, contact_id=joined.pk, actor=customer(joined), at=AT + HOUR)

    join(kept, joined)

    assert Affected.objects.get(problem=problem, found="me_too").contact_id == kept.pk


def follows(contact: Contact, problem: Problem) -> Affected:
    """Let a contact follow a problem; return the row by which they are told."""
    follow_as_customer(problem_id=problem.pk, contact_id=contact.pk, actor=customer(contact), at=AT)
    return Affected.objects.get(contact=contact)


def test_whom_a_problem_affects_stays_affected_if_the_other_one_only_follows(
    tenant: Tenant,
) -> None:
    problem, kept, joined = make_problem(), make_contact(), make_contact()
    row = follows(kept, problem)
    tell_once([row], message="workaround:1", channel="mail", at=AT + HOUR)
    join_affected(problem_id=problem.pk, contact_id=joined.pk, actor=customer(joined), at=AT)
    real = affected_by(problem.pk).get(contact=joined)
    tell_once([real], message="workaround:1", channel="mail", at=AT + HOUR)
    tell_once([real], message="estimate:2", channel="mail", at=AT + HOUR)
    tell_once([row], message="estimate:3", channel="mail", at=AT + HOUR)

    joining = join(kept, joined)
    together = affected_by(problem.pk).get(contact__in=[kept, joined])
    part(joining)

    assert (together.contact_id, together.found) == (kept.pk, "me_too")
    told = Told.objects.filter(affected=together).values_list("message", flat=True)
    assert sorted(told) == ["estimate:2", "estimate:3", "workaround:1"]
    assert ContactFollow.objects.get().contact_id == kept.pk
    assert affected_by(problem.pk).get(contact__in=[kept, joined]).contact_id == joined.pk
