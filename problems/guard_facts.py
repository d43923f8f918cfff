"""What the guard has to know of those who are about to be told: read at once for any number."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from cases.models import Case, Message, Participant, ParticipantState
from cases.states import Channel
from customers.having import contacts_having
from customers.models import AddressKind, Contact, ContactAddress, Preference
from problems.guard_rules import WORD, AnswerFacts, Earlier, Spoken, ToldFacts
from problems.hearers import stands_or_follows
from problems.mail_addresses import mail_addresses_in
from problems.models import Affected, Broadcast, CaseLink, Estimate, Problem, Told
from problems.models.affected import FOLLOWS
from problems.models.link import LinkKind
from problems.states import Outcome
from workflow.tenancy.kept_queries import kept

READ_AT_MOST = 60
"""Messages of a case that are read, the newest."""
TOLD_WITHIN = timedelta(hours=48)
FEW = 4
"""So many contacts are asked about by a kept query: an answer goes to one, a broadcast to many."""
BY_PRODUCT = ("product", "version")
KIND_OF = {"workaround": "workaround", "estimate": "estimate", "fixed": "fixed"} | {
    "reopened": "regression",
    "regression": "regression",
    "wont_fix": "wont_fix",
    "promise": "promise",
}
BY_MAIL = (Channel.MAIL.value, Channel.FORM.value)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a colleague is about to write to the customer of a case."""

    case_id: int
    text: str
    user_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class People:
    """What is known of some contacts, by id; `away_said` holds who has not written since."""

    contacts: dict[int, Contact]
    addresses: dict[int, tuple[int, int]]
    wishes: dict[int, Preference]
    away_said: dict[int, datetime] = field(default_factory=dict)

    def known_of(self, contact_id: int, *, at: datetime) -> dict[str, Any]:
        """Return what the rules for everybody ask; no query."""
        contact = self.contacts[contact_id]
        wish = self.wishes.get(contact_id)
        all_of_them, usable = self.addresses.get(contact_id, (0, 0))
        return {
            "contact_id": contact_id,
            "at": at,
            "name": contact.name,
            "may_be_mailed": contact.may_be_mailed,
            "is_joined": contact.joined_to_id is not None,
            "is_prospect": contact.is_prospect,
            "language": contact.language,
            "mail_addresses": all_of_them,
            "usable_addresses": usable,
            "wants_call": wish is not None and wish.wants_call,
            "away_until": wish.away_until if wish else None,
            "away_said_at": self.away_said.get(contact_id),
        }


def people(contact_ids: Collection[int]) -> People:
    """Return what is known of some contacts; four queries at most."""
    ids = sorted(contact_ids)
    if len(ids) <= FEW:
        contacts: Iterable[Contact] = contacts_kept(contact_ids=ids)
        counted: Iterable[Any] = addresses_kept(contact_ids=ids)
        wanted: Iterable[Preference] = wishes_kept(contact_ids=ids)
    else:
        contacts, counted = contacts_of(contact_ids=ids), addresses_of(contact_ids=ids)
        wanted = wishes_of(contact_ids=ids)
    wishes = {one.contact_id: one for one in wanted}
    return People(
        contacts={one.pk: one for one in contacts},
        addresses={contact_id: (every, usable) for contact_id, every, usable in counted},
        wishes=wishes,
        away_said=silent_since(
            {pk: one.away_said_at for pk, one in wishes.items() if one.away_said_at is not None}
        ),
    )


def contacts_of(*, contact_ids: list[int]) -> QuerySet[Contact]:
    """Return some contacts; one query."""
    return Contact.objects.filter(pk__in=contact_ids)


def wishes_of(*, contact_ids: list[int]) -> QuerySet[Preference]:
    """Return what some contacts wish; one query."""
    return Preference.objects.filter(contact_id__in=contact_ids)


def addresses_of(*, contact_ids: list[int]) -> QuerySet[Any, Any]:
    """Return how many mail addresses some contacts have, and how many take mail; one query."""
    return (
        ContactAddress.objects.filter(contact_id__in=contact_ids, kind=AddressKind.MAIL)
        .values("contact_id")
        .order_by()
        .annotate(all=Count("id"), usable=Count("id", filter=Q(bounced_at__isnull=True)))
        .values_list("contact_id", "all", "usable")
    )


contacts_kept = kept("contact_ids")(contacts_of)
wishes_kept = kept("contact_ids")(wishes_of)
addresses_kept = kept("contact_ids")(addresses_of)


def silent_since(said: dict[int, datetime]) -> dict[int, datetime]:
    """Return those absences since which the customer has not written; at most one query."""
    if not said:
        return {}
    wrote = dict(
        Message.objects.filter(case__contact_id__in=said, direction="in", is_automatic=False)
        .values("case__contact_id")
        .order_by()
        .annotate(last=Max("at"))
        .values_list("case__contact_id", "last")
    )
    return {pk: at for pk, at in said.items() if pk not in wrote or wrote[pk] <= at}


def told_facts(
    broadcast: Broadcast,
    *,
    contact_ids: Collection[int],
    languages: frozenset[str],
    at: datetime,
) -> list[ToldFacts]:
    """Return what is known of those whom a broadcast is about to tell.

    Eleven queries for any number of contacts, and one more for each product of the scope.
    """
    known = people(contact_ids)
    problem = Problem.objects.get(pk=broadcast.problem_id)
    stand = Estimate.objects.filter(problem=problem, is_public=True, id__gt=problem.estimates_after)
    newest = stand.order_by("-id").first()
    rows = {
        row.contact_id: row
        for row in Affected.objects.filter(
            stands_or_follows(problem.pk), problem=problem, contact_id__in=contact_ids
        ).select_related("scope")
    }
    told = told_of(broadcast, contact_ids=contact_ids)
    without = had_and_gone(rows.values(), problem=problem)
    named = holders_of(broadcast.text)
    is_fixed = not problem.is_open and problem.outcome == Outcome.FIX_APPLIED
    return [
        ToldFacts(
            **known.known_of(contact_id, at=at),
            kind=broadcast.kind,
            occasion=broadcast.occasion,
            text=broadcast.text,
            estimate_id=broadcast.estimate_id,
            newest_estimate_id=newest.pk if newest else None,
            is_fixed=is_fixed,
            is_open=problem.is_open,
            found=found_how(rows[contact_id]) if contact_id in rows else "",
            has_it=contact_id not in without,
            confirmed_at=rows[contact_id].confirmed_at if contact_id in rows else None,
            told=tuple(told.get(contact_id, ())),
            languages=languages,
            names_others=any(holder != contact_id for holder in named),
        )
        for contact_id in known.contacts
    ]


def found_how(row: Affected) -> str:
    """Return how the ledger found somebody; whoever is told without being affected follows."""
    return row.found if row.left_at is None else FOLLOWS


def told_of(broadcast: Broadcast, *, contact_ids: Collection[int]) -> dict[int, list[Earlier]]:
    """Return what each was told of the problem by other messages; one query.

    What somebody was told who is the same person counts, too.
    """
    rows = (
        Told.objects.filter(
            Q(affected__contact_id__in=contact_ids)
            | Q(affected__contact__joined_to_id__in=contact_ids),
            affected__problem_id=broadcast.problem_id,
        )
        .select_related("affected__contact", "broadcast")
        .order_by("id")
    )
    if broadcast.pk is not None:
        # Preparing goes on after a stop: what it did itself is not held against it.
        rows = rows.exclude(broadcast_id=broadcast.pk)
    found: dict[int, list[Earlier]] = {}
    for row in rows:
        contact = row.affected.contact
        by = row.broadcast
        found.setdefault(contact.joined_to_id or contact.pk, []).append(
            Earlier(
                message=row.message,
                at=row.at,
                kind=by.kind if by else KIND_OF.get(row.message.partition(":")[0], ""),
                text=by.text if by else "",
                estimate_id=by.estimate_id if by else None,
            )
        )
    return found


def had_and_gone(rows: Iterable[Affected], *, problem: Problem) -> set[int]:
    """Return who was found by a product that they do not have any more; one query a product."""
    wanted: dict[tuple[int, int | None], set[int]] = {}
    for row in rows:
        product_id = row.scope.product_id if row.scope else problem.product_id
        if found_how(row) in BY_PRODUCT and product_id is not None:
            version_id = row.scope.version_id if row.scope else None
            wanted.setdefault((product_id, version_id), set()).add(row.contact_id)
    gone: set[int] = set()
    for (product_id, version_id), ids in wanted.items():
        having = contacts_having(product_id=product_id, version_id=version_id)
        gone |= ids - set(having.filter(pk__in=ids).values_list("pk", flat=True))
    return gone


def holders_of(text: str) -> dict[int, int | None]:
    """Return the contacts whose mail addresses a text names, with their organisations.

    One query, and none for a text without addresses.
    """
    named = mail_addresses_in(text)
    if not named:
        return {}
    return dict(
        ContactAddress.objects.filter(kind=AddressKind.MAIL, value__in=named).values_list(
            "contact_id", "contact__organisation_id"
        )
    )


def answer_facts(
    answer: Answer, *, contact_ids: Collection[int], at: datetime
) -> list[AnswerFacts]:
    """Return what is known where an answer is about to leave; at most ten queries."""
    known = people(contact_ids)
    [case] = case_with_contact(case_id=answer.case_id)
    problems = [link.problem for link in links_with_problems(case_id=case.pk)]
    let_in = let_in_with_contacts(case_id=case.pk)
    inside = {case.contact_id, *(one.contact_id for one in let_in)}
    ours = case.contact.organisation_id
    named = holders_of(answer.text)
    thread = thread_of(case)
    return [
        AnswerFacts(
            **known.known_of(contact_id, at=at),
            text=answer.text,
            user_id=answer.user_id,
            is_by_mail=case.channel in BY_MAIL,
            is_ended=not case.is_open,
            names=names_in(case.contact.name, *(one.name for one in let_in)),
            said=thread,
            fixed_workarounds=tuple(
                one.workaround
                for one in problems
                if not one.is_open and one.outcome == Outcome.FIX_APPLIED
            ),
            told_words=told_words(problems, contact_id=case.contact_id, at=at),
            inner=tuple(words for one in problems for words in inner_words(one)),
            names_others=any(
                holder not in inside and (organisation is None or organisation != ours)
                for holder, organisation in named.items()
            ),
        )
        for contact_id in known.contacts
    ]


@kept("case_id")
def case_with_contact(*, case_id: int) -> QuerySet[Case]:
    """Return a case with its contact; one query."""
    return Case.objects.filter(pk=case_id).select_related("contact")


@kept("case_id")
def links_with_problems(*, case_id: int) -> QuerySet[CaseLink]:
    """Return the problems that a case is confirmed to have as its cause; one query."""
    confirmed = CaseLink.objects.filter(case=case_id, kind=LinkKind.CONFIRMED)
    return confirmed.select_related("problem")


@kept("case_id")
def let_in_with_contacts(*, case_id: int) -> QuerySet[Participant]:
    """Return who has been let in to a case; one query."""
    let_in = Participant.objects.filter(case=case_id, state=ParticipantState.LET_IN)
    return let_in.select_related("contact")


@kept("case_id")
def said_in(*, case_id: int) -> QuerySet[Message, Any]:
    """Return the newest messages of a case, newest first, without notes; one query."""
    rows = Message.objects.filter(case=case_id).exclude(direction="note").order_by("-id")
    return rows.values_list("direction", "text", "at", "user_id", "is_automatic")[:READ_AT_MOST]


def thread_of(case: Case) -> tuple[Spoken, ...]:
    """Return the newest messages of a case, oldest first, without notes; one query."""
    return tuple(
        Spoken(
            is_ours=direction == "out",
            text=text,
            at=said_at,
            user_id=user_id,
            is_automatic=is_automatic,
        )
        for direction, text, said_at, user_id, is_automatic in reversed(said_in(case_id=case.pk))
    )


def names_in(*names: str) -> frozenset[str]:
    """Return the words of some names, in small letters."""
    return frozenset(word.lower() for name in names for word in WORD.findall(name))


def told_words(problems: list[Problem], *, contact_id: int, at: datetime) -> tuple[str, ...]:
    """Return the words that a customer was told of these problems lately; at most one query."""
    by_id = {one.pk: one for one in problems}
    if not by_id:
        return ()
    rows = told_lately(problem_ids=sorted(by_id), contact_id=contact_id, since=at - TOLD_WITHIN)
    found = []
    for row in rows:
        problem = by_id[row.affected.problem_id]
        if row.broadcast is not None:
            found.append(row.broadcast.text)
        if row.message.startswith("workaround:"):
            found.append(problem.workaround)
        if row.message.startswith("fixed:"):
            found.append(problem.solution)
    return tuple(found)


@kept("problem_ids", "contact_id", "since")
def told_lately(*, problem_ids: list[int], contact_id: int, since: datetime) -> QuerySet[Told]:
    """Return what somebody was told of some problems since a moment; one query."""
    return Told.objects.filter(
        affected__problem__in=problem_ids, affected__contact_id=contact_id, at__gte=since
    ).select_related("broadcast", "affected")


def inner_words(problem: Problem) -> list[str]:
    """Return what a problem says to colleagues alone."""
    public = f"{problem.public_cause}\n{problem.workaround}\n{problem.solution}"
    return [words for words in (problem.root_cause, problem.fix) if words and words not in public]
