"""Stupid broadcasts, each planted with what is known, and the same without its cause."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from customers.models import Contact, ContactAddress, InstalledProduct, Preference
from problems.fixing import put_fix_in_place, record_root_cause, resolve_problem
from problems.guard_facts import Answer
from problems.guard_rules import Rule
from problems.handing import take_problem
from problems.lifecycle import reopen_problem
from problems.models import Affected, Broadcast, Estimate, Problem, Told
from problems.models.broadcast import BroadcastKind
from tests.make import AT, DAY, HOUR, make_case, make_contact, make_department, make_problem
from workflow.people.actors import Actor

SYSTEM = Actor.system("test")
NOW = AT + 10 * DAY
WORKAROUND = "Log out of the app, wait ten minutes and sign in again with your code."


@dataclass(frozen=True, kw_only=True)
class Plant:
    """A send that is stupid for one reason; `cure` takes the reason away, or returns a wise one."""

    rule: Rule
    outgoing: Broadcast | Answer
    contact_id: int
    cure: Callable[[], Any]


def broadcast_to(
    contact: Contact, *, kind: BroadcastKind = BroadcastKind.WORKAROUND, found: str = "case"
) -> tuple[Problem, Affected, Broadcast]:
    """Return an open problem, the ledger's row of a contact, and a broadcast about to leave."""
    problem = make_problem(cases=[make_case()])
    row = Affected.objects.create(
        problem=problem, contact=contact, found=found, found_at=AT + 2 * HOUR
    )
    return problem, row, draft(problem, kind=kind)


def draft(problem: Problem, *, kind: BroadcastKind, text: str = WORKAROUND) -> Broadcast:
    """Return a broadcast that nobody was told yet."""
    return Broadcast.objects.create(
        number=Broadcast.objects.count() + 1,
        problem=problem,
        kind=kind,
        occasion=f"{kind}:now",
        text=text,
        created_at=NOW,
    )


def earlier(row: Affected, *, kind: str, text: str, at: Any) -> Told:
    """Return that somebody was told something by an earlier broadcast."""
    before = Broadcast.objects.create(
        number=Broadcast.objects.count() + 1,
        problem=row.problem,
        kind=kind,
        occasion=f"{kind}:before:{row.pk}",
        text=text,
        created_at=at,
    )
    return Told.objects.create(
        affected=row, message=f"{kind}:before:{row.pk}", channel="mail", broadcast=before, at=at
    )


def fix(problem: Problem) -> None:
    """Let a problem go all its way to the fix."""
    known: dict[str, Any] = {"problem_id": problem.pk, "actor": SYSTEM}
    take_problem(department=make_department(), at=NOW - 5 * HOUR, **known)
    record_root_cause(root_cause="A job.", public_cause="", at=NOW - 4 * HOUR, **known)
    put_fix_in_place(fix="Another job.", at=NOW - 3 * HOUR, **known)
    resolve_problem(solution="It happens no more.", at=NOW - 2 * HOUR, **known)


def unfix(problem: Problem) -> None:
    """Let a fixed problem be open again."""
    reopen_problem(problem_id=problem.pk, reason="It is back.", actor=SYSTEM, at=NOW - HOUR)


def fixed_already() -> Plant:
    """Tell a workaround for what is fixed."""
    contact = make_contact()
    problem, _row, broadcast = broadcast_to(contact)
    fix(problem)
    return Plant(
        rule=Rule.FIXED_ALREADY,
        outgoing=broadcast,
        contact_id=contact.pk,
        cure=lambda: unfix(problem),
    )


def told_yesterday() -> Plant:
    """Tell the same words that were told yesterday."""
    contact = make_contact()
    _problem, row, broadcast = broadcast_to(contact)
    told = earlier(row, kind="workaround", text=f"  {WORKAROUND.upper()}", at=NOW - DAY)
    return Plant(rule=Rule.SAME_WORDS, outgoing=broadcast, contact_id=contact.pk, cure=told.delete)


def told_an_hour_ago() -> Plant:
    """Tell another workaround an hour after one."""
    contact = make_contact()
    _problem, row, broadcast = broadcast_to(contact)
    told = earlier(row, kind="workaround", text="Use the web site.", at=NOW - HOUR)
    return Plant(rule=Rule.TOLD_LATELY, outgoing=broadcast, contact_id=contact.pk, cure=told.delete)


def told_this_very_message() -> Plant:
    """Tell a message a second time."""
    contact = make_contact()
    _problem, row, broadcast = broadcast_to(contact)
    told = Told.objects.create(
        affected=row, message=broadcast.occasion, channel="mail", at=NOW - 3 * DAY
    )
    return Plant(rule=Rule.TOLD_BEFORE, outgoing=broadcast, contact_id=contact.pk, cure=told.delete)


def told_under_the_other_name() -> Plant:
    """Tell a person again who was told as the contact with which they were joined."""
    kept, other = make_contact(), make_contact()
    problem, _row, broadcast = broadcast_to(kept)
    joined = Affected.objects.create(problem=problem, contact=other, found="case", found_at=AT)
    Told.objects.create(affected=joined, message=broadcast.occasion, channel="mail", at=AT)
    Contact.objects.filter(pk=other.pk).update(joined_to=kept)
    return Plant(
        rule=Rule.TOLD_BEFORE,
        outgoing=broadcast,
        contact_id=kept.pk,
        cure=lambda: Contact.objects.filter(pk=other.pk).update(joined_to=None),
    )


def joined_contact() -> Plant:
    """Tell both contacts of one person."""
    kept, other = make_contact(), make_contact()
    _problem, _row, broadcast = broadcast_to(other)
    Contact.objects.filter(pk=other.pk).update(joined_to=kept)
    return Plant(
        rule=Rule.JOINED,
        outgoing=broadcast,
        contact_id=other.pk,
        cure=lambda: Contact.objects.filter(pk=other.pk).update(joined_to=None),
    )


def asked_not_to_be_contacted() -> Plant:
    """Mail somebody who asked not to be mailed."""
    contact = make_contact()
    _problem, _row, broadcast = broadcast_to(contact)
    mailed = Contact.objects.filter(pk=contact.pk)
    mailed.update(may_be_mailed=False)
    return Plant(
        rule=Rule.OPTED_OUT,
        outgoing=broadcast,
        contact_id=contact.pk,
        cure=lambda: mailed.update(may_be_mailed=True),
    )


def bounced_address() -> Plant:
    """Mail an address from which all came back."""
    contact = make_contact()
    _problem, _row, broadcast = broadcast_to(contact)
    addresses = ContactAddress.objects.filter(contact=contact)
    addresses.update(bounced_at=AT)
    return Plant(
        rule=Rule.BOUNCED,
        outgoing=broadcast,
        contact_id=contact.pk,
        cure=lambda: addresses.update(bounced_at=None),
    )


def without_an_address() -> Plant:
    """Mail somebody of whom only a telephone number is known."""
    contact = make_contact()
    _problem, _row, broadcast = broadcast_to(contact)
    addresses = ContactAddress.objects.filter(contact=contact)
    addresses.update(kind="phone")
    return Plant(
        rule=Rule.NO_ADDRESS,
        outgoing=broadcast,
        contact_id=contact.pk,
        cure=lambda: addresses.update(kind="mail"),
    )


def prospect() -> Plant:
    """Tell a prospect of a product that they do not have."""
    contact = make_contact()
    _problem, _row, broadcast = broadcast_to(contact, found="segment")
    prospects = Contact.objects.filter(pk=contact.pk)
    prospects.update(is_prospect=True)
    return Plant(
        rule=Rule.PROSPECT,
        outgoing=broadcast,
        contact_id=contact.pk,
        cure=lambda: prospects.update(is_prospect=False),
    )


def gave_the_product_back() -> Plant:
    """Tell somebody who was found by a product that they do not have any more."""
    contact = make_contact()
    problem, _row, broadcast = broadcast_to(contact, found="product")
    return Plant(
        rule=Rule.NOT_THEIRS,
        outgoing=broadcast,
        contact_id=contact.pk,
        cure=lambda: InstalledProduct.objects.create(
            contact=contact, product_id=problem.product_id or 0, changed_at=AT
        ),
    )


def no_reason_to_know() -> Plant:
    """Tell somebody whom nothing links to the problem any more."""
    contact = make_contact()
    _problem, row, broadcast = broadcast_to(contact)
    rows = Affected.objects.filter(pk=row.pk)
    rows.update(left_at=NOW - DAY)
    return Plant(
        rule=Rule.NO_REASON,
        outgoing=broadcast,
        contact_id=contact.pk,
        cure=lambda: rows.update(left_at=None),
    )


def language_missing() -> Plant:
    """Tell somebody who reads German in English."""
    contact = make_contact()
    _problem, _row, broadcast = broadcast_to(contact)
    speaking = Contact.objects.filter(pk=contact.pk)
    speaking.update(language="de")
    return Plant(
        rule=Rule.OTHER_LANGUAGE,
        outgoing=broadcast,
        contact_id=contact.pk,
        cure=lambda: speaking.update(language="en-GB"),
    )


def asked_for_a_call() -> Plant:
    """Write to somebody who asked for a call."""
    contact = make_contact()
    _problem, _row, broadcast = broadcast_to(contact)
    wish = Preference.objects.create(contact=contact, wants_call=True)
    return Plant(
        rule=Rule.ASKED_FOR_CALL, outgoing=broadcast, contact_id=contact.pk, cure=wish.delete
    )


def fixed_but_open() -> Plant:
    """Tell that a problem is fixed which is open."""
    contact = make_contact()
    problem, _row, broadcast = broadcast_to(contact, kind=BroadcastKind.FIXED)
    return Plant(
        rule=Rule.NOT_FIXED,
        outgoing=broadcast,
        contact_id=contact.pk,
        cure=lambda: fix(problem),
    )


def old_date() -> Plant:
    """Tell a date that another one replaced."""
    contact = make_contact()
    problem, _row, broadcast = broadcast_to(contact, kind=BroadcastKind.ESTIMATE)
    dates = [
        Estimate.objects.create(
            problem=problem,
            expected_on=(NOW + number * DAY).date(),
            latest_on=(NOW + number * DAY).date(),
            is_public=True,
            at=NOW,
        )
        for number in (3, 9)
    ]
    broadcast.estimate = dates[0]

    def tell_the_newest() -> None:
        broadcast.estimate = dates[1]

    return Plant(
        rule=Rule.OLD_DATE, outgoing=broadcast, contact_id=contact.pk, cure=tell_the_newest
    )


def works_already() -> Plant:
    """Tell a workaround to somebody who said that it works."""
    contact = make_contact()
    _problem, row, broadcast = broadcast_to(contact)
    rows = Affected.objects.filter(pk=row.pk)
    rows.update(confirmed_at=NOW - DAY)
    return Plant(
        rule=Rule.WORKS_ALREADY,
        outgoing=broadcast,
        contact_id=contact.pk,
        cure=lambda: rows.update(confirmed_at=None),
    )


def never_heard_of_the_fix() -> Plant:
    """Say sorry for a fix of which somebody never heard."""
    contact = make_contact()
    _problem, row, broadcast = broadcast_to(contact, kind=BroadcastKind.REGRESSION)
    return Plant(
        rule=Rule.NEVER_TOLD_FIXED,
        outgoing=broadcast,
        contact_id=contact.pk,
        cure=lambda: earlier(row, kind="fixed", text="It is fixed.", at=NOW - 3 * DAY),
    )


def address_of_another_customer() -> Plant:
    """Show everybody the address of one."""
    contact = make_contact()
    _problem, _row, broadcast = broadcast_to(contact)
    other = make_contact("olav@other.example")
    broadcast.text = "Ask Olav@other.example, who found the way."
    return Plant(
        rule=Rule.OTHERS_ADDRESS, outgoing=broadcast, contact_id=contact.pk, cure=other.delete
    )


BROADCASTS = (
    fixed_already,
    told_yesterday,
    told_an_hour_ago,
    told_this_very_message,
    told_under_the_other_name,
    joined_contact,
    asked_not_to_be_contacted,
    bounced_address,
    without_an_address,
    prospect,
    gave_the_product_back,
    no_reason_to_know,
    language_missing,
    asked_for_a_call,
    fixed_but_open,
    old_date,
    works_already,
    never_heard_of_the_fix,
    address_of_another_customer,
)
