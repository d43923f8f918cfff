"""How a fix was for a customer: said with one tap, kept in the ledger and on the case."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from cases.lifecycle import hear_feeling, refuse_unknown_feeling
from cases.models import Case
from problems.affected import NotAffected, NotFixedYet
from problems.lifecycle import lock_problem
from problems.models import Affected, CaseLink, FixRating, Problem
from problems.models.affected import FOLLOWS
from problems.models.link import LinkKind
from problems.states import Outcome
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor
from workflow.refusals import Refusal

LONGEST_COMMENT = 1000
MOST_COMMENTS = 50


class CommentTooLong(Refusal):
    """The words about a fix are longer than is kept."""

    code = "comment_too_long"
    status = 422


@dataclass(frozen=True, slots=True)
class Rated:
    """How a fix was for its customers: how many said each from 1 to 5, and words, newest first."""

    counts: dict[int, int]
    comments: list[FixRating]

    @property
    def customers(self) -> int:
        """How many said something."""
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        """The mean from 1 to 5; None where nobody said anything."""
        if not self.customers:
            return None
        return sum(feeling * count for feeling, count in self.counts.items()) / self.customers


@transaction.atomic
def rate_fix(
    *, problem_id: int, contact_id: int, feeling: int, comment: str, actor: Actor, at: datetime
) -> FixRating:
    """Keep how the fix of today was for a customer, from 1 (upset) to 5 (delighted).

    Said again it replaces what was said of this fix; a comment stays unless there is another one.
    On the customer's own newest case of the problem it is noted, too.

    Raises:
        NoSuchFeeling: not 1 to 5.
        CommentTooLong: more than 1000 characters.
        NotFixedYet: the problem is open, or ended without a fix.
        NotAffected: the customer is not in its ledger.
    """
    refuse_unknown_feeling(feeling)
    comment = fitting(comment)
    problem = lock_problem(problem_id)
    if problem.is_open or problem.outcome != Outcome.FIX_APPLIED:
        raise NotFixedYet(
            _("There is no fix yet of which you could say how it was."),
            next_step=_("We tell you as soon as it is fixed."),
        )
    ledger = Affected.objects.exclude(found=FOLLOWS)
    row = ledger.filter(problem=problem, contact_id=contact_id).first()
    if row is None:
        raise NotAffected(
            _("This problem does not stand behind your issue any more."),
            next_step=_("Load the page again."),
        )
    rating, _made = FixRating.objects.update_or_create(
        affected=row,
        fixed_at=problem.resolved_at,
        defaults={"feeling": feeling, "at": at, **({"comment": comment} if comment else {})},
    )
    case = own_case(problem, contact_id=contact_id)
    if case is not None:
        hear_feeling(case_id=case.pk, contact_id=contact_id, feeling=feeling, actor=actor, at=at)
    record(
        Action.PROBLEM_FIX_RATED,
        problem,
        actor=actor,
        at=at,
        changes={"contact": contact_id},
    )
    return rating


def fitting(comment: str) -> str:
    """Return a comment without blanks around it.

    Raises:
        CommentTooLong: it is longer than is kept.
    """
    comment = comment.replace("\r\n", "\n").strip()
    if len(comment) > LONGEST_COMMENT:
        raise CommentTooLong(
            _("This is longer than %(most)d characters.") % {"most": LONGEST_COMMENT},
            next_step=_("Say it more shortly."),
        )
    return comment


def own_case(problem: Problem, *, contact_id: int) -> Case | None:
    """Return the newest case of a customer about a problem; one query."""
    links = CaseLink.objects.filter(problem=problem, kind=LinkKind.CONFIRMED)
    own = links.filter(case__contact=contact_id).exclude(case__state__in=("spam", "merged"))
    link = own.select_related("case").order_by("-case_id").first()
    return link.case if link is not None else None


def ratings_of(problem: Problem) -> Rated:
    """Return how the newest fix of a problem was for its customers; at most three queries.

    That is also the fix that did not hold, as long as there is no other one.
    """
    all_of_them = FixRating.objects.filter(
        affected__problem=problem, affected__contact__joined_to__isnull=True
    )
    newest = all_of_them.order_by("-fixed_at").values_list("fixed_at", flat=True).first()
    if newest is None:
        return Rated(counts={}, comments=[])
    rows = all_of_them.filter(fixed_at=newest)
    counted = rows.order_by("feeling").values_list("feeling").annotate(customers=Count("pk"))
    said = rows.exclude(comment="").select_related("affected__contact").order_by("-at", "-id")
    return Rated(counts=dict(counted), comments=list(said[:MOST_COMMENTS]))
