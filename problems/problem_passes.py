"""Mailed links that open one problem's page, for a time, without sign-in: made, followed, ended."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from cases.passes import AT_A_TIME, KEPT_FOR, LASTS, PassIsOver
from cases.passes import leave_everywhere as leave_with_cases
from customers.models import Contact
from problems.broadcast_rights import refuse_others
from problems.lifecycle import lock_problem
from problems.models import Problem, ProblemPass
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor, ActorKind
from workflow.people.authentication import digest_of

# A link opens what its problem was merged into, over so many merges one after the other.
MOST_MERGES = 10


def make_passes(
    wanted: Iterable[tuple[int, int]], *, at: datetime, lasts: timedelta = LASTS
) -> dict[tuple[int, int], str]:
    """Return the secrets of new links, by problem and contact; one query for any number.

    They are valid for 14 days; only their hashes are kept.
    """
    words = {pair: secrets.token_urlsafe(24) for pair in wanted}
    ProblemPass.objects.bulk_create(
        [
            ProblemPass(
                problem_id=problem_id,
                contact_id=contact_id,
                digest=digest_of(word),
                made_at=at,
                ends_at=at + lasts,
            )
            for (problem_id, contact_id), word in words.items()
        ]
    )
    return words


def make_pass(*, problem_id: int, contact_id: int, at: datetime, lasts: timedelta = LASTS) -> str:
    """Return the secret of a new link to one problem's page, valid for 14 days."""
    pair = (problem_id, contact_id)
    return make_passes([pair], at=at, lasts=lasts)[pair]


def follow_pass(*, word: str, at: datetime) -> ProblemPass:
    """Return what a link opens, with problem and contact; the first time is noted. Two queries.

    Of a contact who was joined with another one, or whom nobody may write to any more, no link
    opens anything: whoever reads that address may be somebody else.

    Raises:
        PassIsOver: unknown, too old, ended, or the contact is not to be reached by mail any more.
    """
    found = (
        ProblemPass.objects.filter(
            digest=digest_of(word),
            ended_at__isnull=True,
            ends_at__gt=at,
            contact__joined_to__isnull=True,
            contact__may_be_mailed=True,
        )
        .select_related("contact", "contact__organisation", "problem")
        .first()
    )
    if found is None:
        raise PassIsOver
    if found.used_at is None:
        ProblemPass.objects.filter(pk=found.pk, used_at__isnull=True).update(used_at=at)
        found.used_at = at
    return found


def problems_on_the_way(found: ProblemPass) -> list[Problem]:
    """Return the problem for which a link was mailed and what it was merged into, one after another.

    The last one is what the link opens. No query, or one for each merge.
    """
    way = [found.problem]
    while len(way) <= MOST_MERGES and way[-1].survivor is not None:
        way.append(way[-1].survivor)
    return way


def merged_into(problem_id: int) -> list[int]:
    """Return the ids of a problem and of those that were merged into it; one query a generation."""
    known, newest = [problem_id], [problem_id]
    for _merge in range(MOST_MERGES):
        merged = Problem.objects.filter(survivor_id__in=newest)
        newest = list(merged.values_list("pk", flat=True))
        if not newest:
            break
        known += newest
    return known


def passes_of(problem: Problem, *, actor: Actor, at: datetime) -> QuerySet[ProblemPass]:
    """Return the links that open a problem's page now: to staff all, to a contact the own ones.

    Also those that were mailed for a problem that was merged into it.
    """
    open_now = ProblemPass.objects.filter(
        problem_id__in=merged_into(problem.pk), ended_at__isnull=True, ends_at__gt=at
    )
    if actor.kind is ActorKind.CONTACT:
        open_now = open_now.filter(contact_id=actor.id)
    return open_now.select_related("contact").order_by("-id")


@transaction.atomic
def end_passes(
    problem_id: int, *, actor: Actor, at: datetime, contact_id: int | None = None
) -> int:
    """Let links to a problem's page open nothing any more; returns how many did until now.

    A contact ends the own ones, a colleague everybody's or those of one contact.

    Raises:
        NotPermitted: neither a contact nor a colleague who writes to those affected.
    """
    problem = lock_problem(problem_id)
    if actor.kind is not ActorKind.CONTACT:
        refuse_others(actor, problem)
    ended = passes_of(problem, actor=actor, at=at)
    if contact_id is not None:
        ended = ended.filter(contact_id=contact_id)
    count = ProblemPass.objects.filter(pk__in=ended.values("pk")).update(
        ended_at=at, ended_by_id=actor.user_id
    )
    if count:
        record(Action.PROBLEM_LINKS_ENDED, problem, actor=actor, at=at, changes={"ended": count})
    return count


@transaction.atomic
def leave_everywhere(contact: Contact, *, actor: Actor, at: datetime) -> int:
    """End every stay of a contact in the portal and every mailed link; returns how many stays.

    Raises:
        NotYourself: somebody else asked.
    """
    ended = leave_with_cases(contact, actor=actor, at=at)
    live = ProblemPass.objects.filter(contact=contact, ended_at__isnull=True, ends_at__gt=at)
    live.update(ended_at=at)
    return ended


def end_passes_of_contacts(contacts: Sequence[int], at: datetime) -> None:
    """End the links of contacts who were joined or parted: nobody knows who holds them; one query."""
    ProblemPass.objects.filter(contact_id__in=contacts, ended_at__isnull=True).update(ended_at=at)


def forget_old_passes(*, at: datetime) -> int:
    """Delete links of the tenant that ended 90 days ago, 5000 at a time; returns how many."""
    old = ProblemPass.objects.filter(ends_at__lt=at - KEPT_FOR).order_by("pk")
    forgotten = 0
    while some := list(old.values_list("pk", flat=True)[:AT_A_TIME]):
        gone, _kinds = ProblemPass.objects.filter(pk__in=some).delete()
        forgotten += gone
    return forgotten
