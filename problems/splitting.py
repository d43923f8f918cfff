"""One problem is two: some of its cases become a problem of their own, with their customers."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from problems.learning import learn_problem
from problems.lifecycle import keep, lock_problem, open_problem, refuse_unless, required_reason
from problems.merging import publish_reached, record_both, refuse_while_telling
from problems.models import Affected, CaseLink, Reshaping
from problems.models.link import LinkKind
from problems.models.reshaping import ReshapingKind
from problems.moving_cases import move_links, move_rows
from problems.reaching import settle
from problems.states import OPEN_STATES
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class NothingToSplitOff(Refusal):
    """No case was chosen, or none would stay."""

    code = "nothing_to_split_off"


@transaction.atomic
def split_problem(
    *,
    problem_id: int,
    case_ids: Collection[int],
    title: str,
    statement: str,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Reshaping:
    """Open a problem of its own for some cases of another one; returns what was done.

    It is of the same product, version, category and severity, finds its department by the rules,
    and its journey begins with the first of these cases. A customer whom nothing else links to the
    old problem goes along with all that was told; who has other reasons stands in both ledgers.

    Raises:
        NotPermitted: the actor does not steer problems, or may not open any.
        ReasonMissing, NotDescribed: nobody says why, or it has no title.
        NothingToSplitOff: no case was chosen, or none would stay.
        BroadcastUnderWay, NotInThisState: customers are being told, or it has ended.
    """
    actor.require(Permission.STEER_PROBLEM)
    reason = required_reason(reason)
    problem = lock_problem(problem_id)
    refuse_unless(problem, *OPEN_STATES)
    refuse_while_telling(problem)
    linked = CaseLink.objects.filter(problem=problem, kind=LinkKind.CONFIRMED)
    chosen = linked.filter(case_id__in=case_ids)
    cases = [one.case for one in chosen.select_related("case").order_by("case_id")]
    if not cases or len(cases) == linked.count():
        raise NothingToSplitOff(
            _("Choose some of the linked cases, and leave at least one."),
            next_step=_("If all of them belong elsewhere, merge the problem instead."),
        )
    off = open_problem(
        title=title,
        statement=statement.strip() or problem.statement,
        category=problem.category,
        product=problem.product,
        product_version=problem.product_version,
        severity=problem.severity,
        lead=problem.lead,
        cases=cases,
        evidence=reason,
        actor=actor,
        at=at,
    )
    learn_problem(off)
    reshaping = Reshaping.objects.create(
        kind=ReshapingKind.SPLIT,
        problem=problem,
        into=off,
        reason=reason,
        done_at=at,
        done_by_id=actor.user_id,
    )
    contacts = sorted({case.contact_id for case in cases})
    reshaping.cases = len(move_links(reshaping, chosen, actor=actor, at=at))
    reshaping.customers = divide(reshaping, contacts, at=at)
    reshaping.save(update_fields=["cases", "customers"])
    problem.refresh_from_db()
    keep(problem)
    counts: dict[str, ChangeValue] = {"cases": reshaping.cases, "customers": reshaping.customers}
    record_both(Action.PROBLEM_SPLIT, reshaping, counts=counts, actor=actor, at=at)
    publish_reached(problem, 0, at=at)
    return reshaping


def divide(reshaping: Reshaping, contacts: list[int], *, at: datetime) -> int:
    """Let the rows of those go along whom nothing links to the old problem any more.

    Returns how many the new one affects. Some ten queries for any number.
    """
    settle(reshaping.problem, at=at, contacts=contacts)
    gone = Affected.objects.filter(
        problem=reshaping.problem, contact_id__in=contacts, left_at__isnull=False
    )
    move_rows(reshaping, at=at, contacts=list(gone.values_list("contact_id", flat=True)))
    settle(reshaping.into, at=at, contacts=contacts)
    return Affected.objects.filter(problem=reshaping.into, left_at__isnull=True).count()
