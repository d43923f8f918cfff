"""The rest of the demo's day: cases beside the stories, and what agents did with them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cases.conversation import answer_case, note_case
from cases.importing import Line, import_lines
from cases.lifecycle import assign_case, open_case
from cases.models import Case
from cases.states import CaseState, Channel, Priority
from customers.identity import contact_behind
from problems.linking import LinkReason, Why, confirm_link, mark_similar, reject_link
from problems.models import CaseLink
from problems.models.link import LinkKind
from servicedesk.demo.banking77 import BankMessage, old_cases
from servicedesk.demo.cast import Cast
from servicedesk.demo.customers import Customer, customer
from servicedesk.demo.mails import mail, mail_id_of
from servicedesk.demo.moments import Days
from servicedesk.demo.stories import Story
from servicedesk.mail.addresses import answer_address, sender_address
from servicedesk.mail.models import RawMail
from servicedesk.mail.receiving import receive_mail
from workflow.people.actors import Actor, Source
from workflow.tenancy.models import Tenant

IMPORT = Actor.system("import", source=Source.IMPORT)
OLD = "demo-old"
PERHAPS_LATER = timedelta(days=6)
WHY_NOT = (
    LinkReason.ONLY_WORDS,
    LinkReason.OTHER_PROBLEM,
    LinkReason.ONLY_WORDS,
    LinkReason.NO_FAULT,
)
MOVED_AT_MOST = timedelta(hours=12)
SOLVED = (
    "I have looked into it and put it right on our side. Please try again; it works now.",
    "That is set up for you now. You find it in the app under Settings.",
    "Thank you for your patience. The amount is corrected on your account.",
)
ASKED = "So that I can look it up: on which day was that, and which amount do you see?"
FIRST_MAILER = 2500


def import_the_rest(messages: Sequence[BankMessage], *, days: Days) -> None:
    """Import messages as cases of the last two weeks; those that are there stay as they are."""
    last_day = days.moment(1, "12:00").date()
    lines = [
        Line(number, json.dumps(case))
        for number, case in enumerate(
            old_cases(messages, last_day=last_day, days=12, prefix=OLD), start=1
        )
    ]
    import_lines(lines, actor=IMPORT, at=days.now)


def problem_of(story_key: str) -> int | None:
    """Return the problem of a story by its first case, or None; one query."""
    link = CaseLink.objects.filter(
        case__external_id=f"demo-{story_key}-1", kind=LinkKind.CONFIRMED
    ).first()
    return link.problem_id if link else None


def work_the_queue(
    messages: Sequence[BankMessage],
    *,
    story_of: Mapping[str, Story],
    cast: Cast,
    days: Days,
) -> None:
    """Let agents decide suggestions, answer, ask back and solve; some cases wait untouched.

    What an agent does follows from the case's place in the file, so that a second telling does
    the same; whatever was touched is left alone.
    """
    problems = {category: problem_of(story.key) for category, story in story_of.items()}
    for place, message in enumerate(messages, start=1):
        case = Case.objects.filter(
            external_id=f"{OLD}-{place:05d}", state=CaseState.NEW, owner=None
        ).first()
        if case is None:
            continue
        agent = cast.agent(place)
        if not decide_suggestions(
            case, place=place, right=problems.get(message.category), agent=agent, at=days.now
        ):
            work_on(case, place=place, agent=agent, cast=cast, now=days.now)


def decide_suggestions(
    case: Case, *, place: int, right: int | None, agent: Actor, at: datetime
) -> bool:
    """Confirm the suggestion that is right, say no to some that are wrong; returns if it is linked.

    Every fourth case is left to whoever tries the demo, and so is one that is much older than the
    problem: it would move the discovery.
    """
    is_linked = False
    suggestions = CaseLink.objects.filter(case=case, kind=LinkKind.SUGGESTED)
    for link in suggestions.select_related("problem").order_by("-score"):
        fits = case.first_contact_at > link.problem.discovered_at - MOVED_AT_MOST
        if link.problem_id == right and fits and place % 4:
            confirm_link(problem_id=link.problem_id, case=case, actor=agent, at=at)
            is_linked = True
        elif link.problem_id != right and place % 15 == 0:
            mark_similar(problem_id=link.problem_id, case=case, actor=agent, at=at)
        elif link.problem_id != right and place % 3 == 0:
            why = Why(reason=WHY_NOT[place % len(WHY_NOT)])
            reject_link(problem_id=link.problem_id, case=case, actor=agent, at=at, why=why)
    return is_linked


def work_on(case: Case, *, place: int, agent: Actor, cast: Cast, now: datetime) -> None:
    """Solve it, ask back, take it, or leave it."""
    at = min(case.opened_at + timedelta(hours=2 + place % 5), now)
    is_old = now - case.opened_at > PERHAPS_LATER
    if place % 5 in (0, 1) or (is_old and place % 5 == 2):
        answer_case(
            case_id=case.pk,
            text=SOLVED[place % len(SOLVED)],
            and_then="resolve",
            actor=agent,
            at=at,
        )
    elif place % 5 == 2:
        answer_case(case_id=case.pk, text=ASKED, and_then="pend", actor=agent, at=at)
    elif place % 5 == 3:
        assign_case(
            case_id=case.pk,
            owner=cast.user_of(agent),
            queue=None,
            actor=cast.lead(),
            at=max(at, now - PERHAPS_LATER),
        )
        if place % 2:
            note_case(
                case_id=case.pk,
                text="Called back, nobody answered. I try again in the afternoon.",
                actor=agent,
                at=max(at, now - PERHAPS_LATER),
            )


def call_urgently(calls: Sequence[tuple[Customer, str, str, int, int]], *, days: Days) -> None:
    """Open urgent cases that came just now: who, subject, text, priority, minutes ago."""
    for number, (who, subject, text, priority, minutes) in enumerate(calls, start=1):
        external_id = f"demo-urgent-{number}"
        if Case.objects.filter(external_id=external_id).exists():
            continue
        at = days.ago(minutes)
        contact = contact_behind(who.email, name=who.name, actor=IMPORT, at=at)
        open_case(
            contact=contact,
            subject=subject,
            text=text,
            channel=Channel.PHONE,
            priority=priority,
            external_id=external_id,
            wanted_outcome="Tell me by phone as soon as it works.",
            actor=IMPORT,
            at=at,
        )


def mails_come(texts: Sequence[tuple[str, str]], *, tenant: Tenant, days: Days) -> None:
    """Let mails come in by the real way: new ones, an answer, and an out-of-office note."""
    sent = []
    to = sender_address(tenant)
    for number, (subject, text) in enumerate(texts, start=1):
        who = customer(FIRST_MAILER + number)
        at = days.ago(240 - number * 25)
        sent.append((who, subject, text, "", False, at))
    first, second = sent[0], sent[1]
    sent += [
        (first[0], f"Re: {first[1]}", "Is there any news?", mail_id_of(tenant.slug, 1), False,
         days.ago(12)),
        (second[0], "Out of office", "I am back on Monday.", mail_id_of(tenant.slug, 2), True,
         days.ago(9)),
    ]  # fmt: skip
    for number, (who, subject, text, answers, is_automatic, at) in enumerate(sent, start=1):
        mail_id = mail_id_of(tenant.slug, number)
        if RawMail.objects.filter(mail_id=mail_id).exists():
            continue
        answered = RawMail.objects.filter(mail_id=answers).first() if answers else None
        reply_to = reply_address_of(answered) if answered is not None else to
        raw = mail(
            who,
            to=reply_to,
            subject=subject,
            text=text,
            mail_id=mail_id,
            at=at,
            answers=answers,
            is_automatic=is_automatic,
        )
        receive_mail(raw, recipient=reply_to, at=at)


def reply_address_of(answered: RawMail) -> str:
    """Return where the sender of a mail answers in its case, as our mails tell it."""
    case = answered.case
    if case is None:
        raise ValueError("A mail of the demo that became no case cannot be answered.")
    return answer_address(tenant_id=case.tenant_id, case_id=case.pk, contact_id=case.contact_id)


URGENT_AT_THE_BANK = (
    (Customer("Mette Krogh", "mette.krogh@nordlys.example"), "All company cards are declined",
     "Our captains stand in the harbour and no card works. We cannot pay for fuel.",
     Priority.URGENT, 12),
    (Customer("Paul Granger", "paul.granger@granite.example"), "Salaries of November are not out",
     "The file of salaries was sent this morning and still waits. 240 people.",
     Priority.URGENT, 26),
    (Customer("Mette Krogh", "mette.krogh@nordlys.example"), "New cards for two captains",
     "We need two more cards before Friday.", Priority.HIGH, 20),
)  # fmt: skip
URGENT_AT_ACME = (
    (Customer("Jan Petersen", "jan.petersen@hafen.example"), "The whole warehouse is offline",
     "No net in hall 3 since ten minutes, the scanners stand still.", Priority.URGENT, 14),
)  # fmt: skip
