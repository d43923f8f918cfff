"""Read what is after the fix of a problem: its watch, what prevents it, how far its review is."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from cases.states import OPEN_STATES
from problems.models import CaseLink, FixWatch
from problems.models.link import LinkKind
from problems.preventing import BadPrevention
from problems.recurring import Recurrence, recurrences
from workflow.people.models import User
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import tenant_of_the_scope

SUMMARY = Statement("""
SELECT
  (SELECT count(*) FROM problems_prevention
   WHERE tenant_id = %(tenant)s AND problem_id = %(problem)s),
  (SELECT count(*) FROM problems_prevention
   WHERE tenant_id = %(tenant)s AND problem_id = %(problem)s AND state = 'open'),
  (SELECT count(*) FROM problems_prevention
   WHERE tenant_id = %(tenant)s AND problem_id = %(problem)s AND state = 'open'
     AND due_on < %(today)s::date),
  coalesce((SELECT state FROM problems_review
            WHERE tenant_id = %(tenant)s AND problem_id = %(problem)s
            ORDER BY edition DESC LIMIT 1), ''),
  EXISTS (SELECT 1 FROM problems_fixwatch
          WHERE tenant_id = %(tenant)s AND problem_id = %(problem)s)
""")


@dataclass(frozen=True, slots=True)
class Watched:
    """A watch and what came after its fix."""

    watch: FixWatch
    recurrence: Recurrence


@dataclass(frozen=True, slots=True)
class Suspected:
    """Cases after a fix that look like its problem and that nobody has decided on.

    `expected` is how many of them are the problem, by how sure the matching is of each.
    """

    cases: int
    expected: float


@dataclass(frozen=True, slots=True)
class AfterFix:
    """What the card of a problem tells: its newest watch, actions by number, the review's state."""

    watched: Watched | None
    preventions: int
    open_preventions: int
    late_preventions: int
    review_state: str


def after_fix(problem_id: int, *, today: date, at: datetime) -> AfterFix:
    """Return what is after the fix of a problem; one query, three where it was ever fixed.

    `today` is the tenant's day.
    """
    ((preventions, to_do, late, review, was_watched),) = SUMMARY.rows(
        tenant=tenant_of_the_scope(), problem=problem_id, today=today
    )
    watched = watches_of(problem_id, at=at, at_most=1) if was_watched else []
    return AfterFix(
        watched=watched[0] if watched else None,
        preventions=preventions,
        open_preventions=to_do,
        late_preventions=late,
        review_state=review,
    )


def watches_of(problem_id: int, *, at: datetime, at_most: int = 20) -> list[Watched]:
    """Return the watches of a problem's fixes, the newest first; two queries."""
    watches = list(
        FixWatch.objects.filter(problem_id=problem_id).order_by("-began_at", "-id")[:at_most]
    )
    came = recurrences(watches, at=at)
    return [Watched(watch, came[watch.pk]) for watch in watches]


def suspected_again(watch: FixWatch) -> Suspected:
    """Return the open cases after a fix that may be its problem; one query."""
    found = CaseLink.objects.filter(
        problem_id=watch.problem_id,
        kind=LinkKind.SUGGESTED,
        case__state__in=OPEN_STATES,
        case__first_contact_at__gte=watch.grace_until,
    ).aggregate(cases=Count("pk"), sure=Sum("score"))
    return Suspected(cases=found["cases"], expected=(found["sure"] or 0) / 1000)


def owners_to_choose() -> list[User]:
    """Return who can be asked to do something, by name; one query."""
    return list(User.objects.filter(is_active=True).order_by("name", "id"))


def owner_chosen(key: int) -> User | None:
    """Return the colleague who was chosen; one query."""
    return User.objects.filter(pk=key).first()


def owner_with_email(email: str) -> User:
    """Return the colleague with a mail address; one query.

    Raises:
        BadPrevention: there is none.
    """
    owner = User.objects.filter(email__iexact=email).first()
    if owner is None:
        raise BadPrevention(
            _("No colleague has this address."), next_step=_("Name somebody who works here.")
        )
    return owner
