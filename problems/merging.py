"""Two problems are one: cases, ledger, scopes and followers go along, and can go back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from problems.events import CustomersReached
from problems.lifecycle import (
    end_problem_without_fix,
    keep,
    lock_problem,
    refuse_unless,
    reopen_problem,
    required_reason,
)
from problems.models import Broadcast, CaseLink, Problem, Reshaping
from problems.models.broadcast import BroadcastState
from problems.models.link import LinkKind
from problems.models.reshaping import ReshapingKind
from problems.moving_cases import (
    bring_followers_back,
    bring_links_back,
    bring_rows_back,
    bring_scopes_back,
    count_same_words,
    hand_over,
    move_followers,
    move_links,
    move_rows,
    move_scopes,
)
from problems.reaching import settle
from problems.recipients import recipients_of, untold
from problems.states import OPEN_STATES, Outcome
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

MAY_BE_UNDONE_FOR = timedelta(days=30)
NOT_DONE = (
    BroadcastState.ASKED,
    BroadcastState.SCHEDULED,
    BroadcastState.SENDING,
    BroadcastState.PAUSED,
)


class SameProblem(Refusal):
    """A problem cannot be merged with itself."""

    code = "same_problem"
    status = 422


class SurvivorEnded(Refusal):
    """The problem that should go on has ended."""

    code = "survivor_ended"


class BroadcastUnderWay(Refusal):
    """Customers of the problem are being told something just now."""

    code = "broadcast_under_way"


class UndoneNoMore(Refusal):
    """The merge or split was taken back, is too old, or something stands in the way."""

    code = "undone_no_more"


def reshapings_of(problem_id: int) -> QuerySet[Reshaping]:
    """Return the merges and splits of a problem, newest first."""
    rows = Reshaping.objects.filter(Q(problem_id=problem_id) | Q(into_id=problem_id))
    return rows.select_related("problem", "into", "done_by", "undone_by").order_by("-id")


def may_be_undone(reshaping: Reshaping, *, at: datetime) -> bool:
    """Whether a merge or split can be taken back as far as its rows tell; no query."""
    is_late = at > reshaping.done_at + MAY_BE_UNDONE_FOR
    return reshaping.undone_at is None and not is_late and reshaping.into.is_open


def lock_both(problem_id: int, into_id: int) -> tuple[Problem, Problem]:
    """Return two problems, locked in the order of their ids; two queries.

    Raises:
        SameProblem: it is one.
    """
    if problem_id == into_id:
        raise SameProblem(
            _("This is the same problem."), next_step=_("Choose the other one of the two.")
        )
    # Two leads who merge them crosswise must not wait for one another.
    locked = {pk: lock_problem(pk) for pk in sorted({problem_id, into_id})}
    return locked[problem_id], locked[into_id]


@transaction.atomic
def merge_problems(
    *, problem_id: int, into_id: int, reason: str, actor: Actor, at: datetime
) -> Reshaping:
    """Say that a problem is another one: everything goes there, and it ends as a duplicate.

    Its suggested and linked cases go along, the rows of its ledger with all that was told, its
    scopes and those who follow it. Who stands in both ledgers stands once, and is told nothing
    twice. Some forty queries, and twenty for each linked case.

    Raises:
        NotPermitted: the actor does not steer problems.
        ReasonMissing: nobody says why.
        SameProblem, SurvivorEnded, BroadcastUnderWay, NotInThisState: see the sentences.
    """
    actor.require(Permission.STEER_PROBLEM)
    reason = required_reason(reason)
    problem, into = lock_both(problem_id, into_id)
    refuse_unless(problem, *OPEN_STATES)
    if not into.is_open:
        raise SurvivorEnded(
            _("%(problem)s has ended.") % {"problem": into.name},
            next_step=_("Reopen it first, or merge it into this one."),
        )
    refuse_while_telling(problem)
    reshaping = Reshaping.objects.create(
        kind=ReshapingKind.MERGE,
        problem=problem,
        into=into,
        reason=reason,
        done_at=at,
        done_by_id=actor.user_id,
    )
    move_scopes(reshaping)
    links = CaseLink.objects.filter(
        problem=problem, kind__in=[LinkKind.CONFIRMED, LinkKind.SUGGESTED]
    )
    reshaping.cases = len(move_links(reshaping, links, actor=actor, at=at))
    reshaping.customers = move_rows(reshaping, at=at)
    count_same_words(reshaping)
    move_followers(reshaping)
    reshaping.save(update_fields=["cases", "customers"])
    settle(into, at=at)
    end_problem_without_fix(
        problem_id=problem.pk, outcome=Outcome.DUPLICATE, reason=reason, actor=actor, at=at
    )
    problem.refresh_from_db()
    problem.survivor = into
    keep(problem)
    into.refresh_from_db()
    keep(into)
    counts: dict[str, ChangeValue] = {"cases": reshaping.cases, "customers": reshaping.customers}
    record_both(Action.PROBLEMS_MERGED, reshaping, counts=counts, actor=actor, at=at)
    publish_reached(into, reshaping.customers, at=at)
    return reshaping


def refuse_while_telling(problem: Problem) -> None:
    """Refuse while a broadcast of a problem has yet to reach somebody; one query, or two for each.

    All are locked, drafts too: none begins before the caller is done. What is prepared for
    everybody goes on: a mail may wait for somebody's morning.

    Raises:
        BroadcastUnderWay: names it.
    """
    for broadcast in Broadcast.objects.select_for_update().filter(problem=problem).order_by("id"):
        if broadcast.state not in NOT_DONE:
            continue
        if broadcast.state == BroadcastState.SENDING and is_prepared(broadcast):
            continue
        raise BroadcastUnderWay(
            _("The broadcast %(broadcast)s of %(problem)s is not done yet.")
            % {"broadcast": broadcast, "problem": problem.name},
            next_step=_("Wait until everybody is told, or stop it."),
        )


def is_prepared(broadcast: Broadcast) -> bool:
    """Whether everybody whom a broadcast is for has their message; one query."""
    held = broadcast.held.filter(is_stopped=True).values("contact_id")
    late = untold(recipients_of(broadcast), occasion=broadcast.occasion)
    return not late.exclude(contact_id__in=held).exists()


def record_both(
    action: Action,
    reshaping: Reshaping,
    *,
    counts: dict[str, ChangeValue],
    actor: Actor,
    at: datetime,
) -> None:
    """Write a line about both problems, each naming the other; two queries."""
    problem, into = reshaping.problem, reshaping.into
    record(action, problem, actor=actor, at=at, changes={"into": into.pk, **counts})
    record(action, into, actor=actor, at=at, changes={"problem": problem.pk, **counts})


def publish_reached(problem: Problem, customers: int, *, at: datetime) -> None:
    """Tell that a ledger holds others: who came and was told of nothing like it is told now."""
    publish(CustomersReached(problem_id=problem.pk, reached_at=at, found=customers), at=at)


@transaction.atomic
def take_back(*, reshaping_id: int, actor: Actor, at: datetime) -> Reshaping:
    """Undo a merge or a split within 30 days: what went along goes back; what came since stays.

    Nobody is told: what customers were told stands, and each row keeps its messages.

    Raises:
        NotPermitted: the actor does not steer problems.
        UndoneNoMore: see the sentences.
        BroadcastUnderWay: customers are being told something.
    """
    actor.require(Permission.STEER_PROBLEM)
    found = Reshaping.objects.filter(pk=reshaping_id).first()
    if found is None:
        raise UndoneNoMore(
            _("There is no such merge or split here."), next_step=_("Load the page again.")
        )
    problem, into = lock_both(found.problem_id, found.into_id)
    reshaping = Reshaping.objects.select_for_update().get(pk=reshaping_id)
    reshaping.problem, reshaping.into = problem, into
    refuse_late(reshaping, at=at)
    refuse_while_telling(into)
    if reshaping.kind == ReshapingKind.MERGE:
        part(reshaping, actor=actor, at=at)
    else:
        join_again(reshaping, actor=actor, at=at)
    reshaping.undone_at, reshaping.undone_by_id = at, actor.user_id
    reshaping.save(update_fields=["undone_at", "undone_by"])
    is_merge = reshaping.kind == ReshapingKind.MERGE
    action = Action.MERGE_UNDONE if is_merge else Action.SPLIT_UNDONE
    record_both(action, reshaping, counts={}, actor=actor, at=at)
    for one in (problem, into):
        publish_reached(one, 0, at=at)
    return reshaping


def refuse_late(reshaping: Reshaping, *, at: datetime) -> None:
    """Refuse to take back what cannot be taken back any more.

    Raises:
        UndoneNoMore: see the sentences.
    """
    problem, into = reshaping.problem, reshaping.into
    if reshaping.undone_at is not None:
        raise UndoneNoMore(_("This was taken back already."), next_step=_("Load the page again."))
    if at > reshaping.done_at + MAY_BE_UNDONE_FOR:
        raise UndoneNoMore(
            _("This was done more than 30 days ago; too much has been said since."),
            next_step=_("Open a problem from the cases that belong elsewhere."),
        )
    for one in (into,) if reshaping.kind == ReshapingKind.MERGE else (into, problem):
        if not one.is_open:
            raise UndoneNoMore(
                _("%(problem)s has ended, and its customers were told so.") % {"problem": one.name},
                next_step=_("Reopen it first, if it has to go on."),
            )
    if reshaping.kind == ReshapingKind.MERGE and problem.survivor_id != into.pk:
        raise UndoneNoMore(
            _("%(problem)s is no duplicate of %(into)s any more.")
            % {"problem": problem.name, "into": into.name},
            next_step=_("Look at its history."),
        )


def part(reshaping: Reshaping, *, actor: Actor, at: datetime) -> None:
    """Open a duplicate again, and give it back what it brought."""
    problem, into = reshaping.problem, reshaping.into
    bring_scopes_back(reshaping)
    cases = bring_links_back(reshaping, actor=actor, at=at)
    reason = _("It is no duplicate of %(problem)s after all.") % {"problem": into.name}
    reopened = reopen_problem(problem_id=problem.pk, reason=reason, actor=actor, at=at)
    reopened.survivor = None
    keep(reopened)
    reshaping.problem = reopened
    for case in cases:
        hand_over(case, source=into, target=reopened, actor=actor, at=at)
    bring_rows_back(reshaping)
    bring_followers_back(reshaping)
    for one in (reopened, into):
        settle(one, at=at)


def join_again(reshaping: Reshaping, *, actor: Actor, at: datetime) -> None:
    """Give back what was split off, with what came to it since, and end it as a duplicate."""
    source, off = reshaping.problem, reshaping.into
    reason = _("It was split off from %(problem)s by mistake.") % {"problem": source.name}
    merge_problems(problem_id=off.pk, into_id=source.pk, reason=reason, actor=actor, at=at)
