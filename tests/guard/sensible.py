"""Two hundred sensible sends: answers as desks write them, and broadcasts to those they concern."""

from datetime import time, timedelta
from pathlib import Path

from cases.conversation import answer_case
from customers.models import Contact, ContactAddress, InstalledProduct, Preference
from problems.guard_facts import Answer
from problems.models import Affected, Broadcast
from problems.models.broadcast import BroadcastKind
from tests.guard.answer_plants import customer_writes
from tests.guard.plants import NOW, WORKAROUND, draft, earlier, fix
from tests.make import AT, DAY, HOUR, make_actor, make_case, make_contact, make_problem

ANSWERS = Path(__file__).parents[1] / "data" / "answers" / "answers.txt"
FOLLOWED = 40


def exchanges() -> list[tuple[str, str]]:
    """Return what customers wrote, each with a sensible answer."""
    lines = ANSWERS.read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" => ", maxsplit=1) for line in lines)
    return [(asked, said.replace("|", "\n")) for asked, said in pairs]


def sensible_answers() -> list[tuple[Answer, int]]:
    """Return a hundred answers: to a first mail, and in the midst of a conversation."""
    found = []
    agent = make_actor()
    for number, (asked, said) in enumerate(exchanges()):
        case = make_case(text=asked, at=NOW - 5 * HOUR)
        found.append((Answer(case_id=case.pk, text=said, user_id=agent.user_id), case.contact_id))
        if number >= FOLLOWED:
            continue
        # The customer wrote, we answered yesterday, the customer wrote again: now we answer.
        case = make_case(text=asked, at=NOW - 2 * DAY)
        answer_case(
            case_id=case.pk,
            text="Thank you. I am looking into it and write again tomorrow.",
            actor=agent,
            at=NOW - DAY,
        )
        customer_writes(case, f"Thank you for the quick word. {asked}", at=NOW - 2 * HOUR)
        found.append((Answer(case_id=case.pk, text=said, user_id=agent.user_id), case.contact_id))
    return found


def sensible_broadcasts() -> list[tuple[Broadcast, list[int]]]:
    """Return four broadcasts to 25 customers each, found in every way, with all sorts of wishes."""
    return [sensible_broadcast(kind) for kind in TOLD_OF]


TOLD_OF = (
    BroadcastKind.WORKAROUND,
    BroadcastKind.ESTIMATE,
    BroadcastKind.FIXED,
    BroadcastKind.REGRESSION,
)


def sensible_broadcast(kind: BroadcastKind) -> tuple[Broadcast, list[int]]:
    """Return a broadcast that is true now, and 25 customers whom it concerns."""
    problem = make_problem(cases=[make_case()])
    rows = []
    for number in range(25):
        contact = make_contact()
        found = ("case", "me_too", "product", "version", "region", "segment")[number % 6]
        row = Affected.objects.create(problem=problem, contact=contact, found=found, found_at=AT)
        rows.append(row)
        InstalledProduct.objects.create(
            contact=contact, product_id=problem.product_id or 0, changed_at=AT
        )
        LIVES[number % len(LIVES)](contact, row)
        if kind == BroadcastKind.REGRESSION:
            earlier(row, kind="fixed", text="It is fixed.", at=NOW - 2 * DAY)
    if kind == BroadcastKind.FIXED:
        fix(problem)
    text = f"{WORKAROUND} We are sorry for the trouble." if kind == "workaround" else ""
    return draft(problem, kind=kind, text=text), [row.contact_id for row in rows]


def is_plain(_contact: Contact, _row: Affected) -> None:
    """Nothing more is known of this customer."""


def has_quiet_hours(contact: Contact, _row: Affected) -> None:
    """This customer sleeps at night, elsewhere."""
    Contact.objects.filter(pk=contact.pk).update(timezone="Asia/Tokyo", language="en-GB")
    Preference.objects.create(contact=contact, quiet_from=time(22), quiet_until=time(7))


def was_away(contact: Contact, _row: Affected) -> None:
    """This customer was away, and is back; a machine said so long ago."""
    Preference.objects.create(
        contact=contact,
        away_until=(NOW - DAY).date(),
        away_said_at=NOW - timedelta(days=30),
    )


def has_an_old_address(contact: Contact, _row: Affected) -> None:
    """Mail to one of two addresses came back once."""
    ContactAddress.objects.create(
        contact=contact, kind="mail", value=f"old{contact.pk}@example.org", bounced_at=AT
    )


def was_told_something_else(_contact: Contact, row: Affected) -> None:
    """This customer was told another thing of the problem this morning."""
    earlier(row, kind="wont_fix", text="We do not know yet.", at=NOW - 4 * HOUR)


def was_told_before(_contact: Contact, row: Affected) -> None:
    """This customer was told another workaround last week."""
    earlier(row, kind="workaround", text="Use the web site.", at=NOW - 6 * DAY)


def wrote_as_a_prospect(contact: Contact, row: Affected) -> None:
    """This is no customer yet, and wrote of the problem."""
    Contact.objects.filter(pk=contact.pk).update(is_prospect=True)
    Affected.objects.filter(pk=row.pk).update(found="case")


LIVES = (
    is_plain,
    has_quiet_hours,
    was_away,
    has_an_old_address,
    was_told_something_else,
    was_told_before,
    wrote_as_a_prospect,
)
