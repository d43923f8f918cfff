"""Read suspected problems: those that wait, those decided, one with its cases, whom it may affect."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from cases.models import Case, Message
from customers.having import contacts_having
from customers.models import Contact, Entitlement
from problems.models import Pattern, PatternCase
from problems.models.pattern import PatternState
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

PROPOSED_SHOWN = 50
DECIDED_SHOWN = 50
CASES_SHOWN = 50
MOMENTS_READ = 5_000
USED_WITHIN = timedelta(days=365)
LONGEST_OPENING = 20_000
"""Characters of what a customer wrote first that a page reads: as many as the matching does."""


class PatternNotThere(Refusal):
    """There is no such suspected problem, or not for this person; the answer is the same."""

    code = "no_such_pattern"
    status = 404


@dataclass(frozen=True)
class MayAffect:
    """Customers who may meet the same: they use the product, and have not written yet."""

    customers: int = 0
    organisations: int = 0


@dataclass(frozen=True)
class Proposed:
    """Suspected problems that wait, the fastest growing first, and when their cases came."""

    patterns: list[Pattern] = field(default_factory=list)
    moments: dict[int, list[datetime]] = field(default_factory=dict)
    snoozed: int = 0
    older: int = 0


def visible_patterns(actor: Actor) -> QuerySet[Pattern]:
    """Return the suspected problems that an actor may see: whoever sees problems sees all."""
    if actor.may(Permission.VIEW_PROBLEM):
        return Pattern.objects.all()
    return Pattern.objects.none()


def with_names(patterns: QuerySet[Pattern]) -> QuerySet[Pattern]:
    """Read the records that a suspected problem names along with it."""
    return patterns.select_related(
        "product", "department", "alike_problem", "problem", "survivor", "titled_by", "decided_by"
    )


def waiting_patterns(actor: Actor) -> QuerySet[Pattern]:
    """Return what waits for a decision."""
    return visible_patterns(actor).filter(state=PatternState.PROPOSED)


def proposed_patterns(
    actor: Actor, *, at: datetime, since: datetime | None = None, with_snoozed: bool = False
) -> Proposed:
    """Return what waits for a decision and had cases since then, by growth; two queries.

    What was put off is left out, and what got no case since then; both are counted.
    """
    found = list(with_names(waiting_patterns(actor)).order_by("-id")[:PROPOSED_SHOWN])
    recent = [one for one in found if since is None or one.last_case_at >= since]
    awake = [one for one in recent if with_snoozed or not is_snoozed(one, at=at)]
    awake.sort(key=lambda one: (-one.growth, -one.customers, one.pk))
    return Proposed(
        patterns=awake,
        moments=moments_of([one.pk for one in awake]),
        snoozed=len(recent) - len(awake),
        older=len(found) - len(recent),
    )


def is_snoozed(pattern: Pattern, *, at: datetime) -> bool:
    """Whether it was put off and its time has not come; no query."""
    return pattern.snoozed_until is not None and pattern.snoozed_until > at


def moments_of(pattern_ids: Collection[int]) -> dict[int, list[datetime]]:
    """Return when the cases of suspected problems came, in order; one query, none without any."""
    if not pattern_ids:
        return {}
    found: dict[int, list[datetime]] = {}
    rows = (
        PatternCase.objects.filter(pattern_id__in=pattern_ids, excluded_at__isnull=True)
        .order_by("-case__opened_at", "-id")
        .values_list("pattern_id", "case__opened_at")[:MOMENTS_READ]
    )
    for pattern_id, opened_at in rows:
        found.setdefault(pattern_id, []).append(opened_at)
    return {pattern_id: moments[::-1] for pattern_id, moments in found.items()}


def decided_patterns(actor: Actor) -> QuerySet[Pattern]:
    """Return what was decided or faded, the newest first."""
    return with_names(visible_patterns(actor).exclude(state=PatternState.PROPOSED)).order_by(
        "-changed_at", "-id"
    )


def pattern_for(actor: Actor, number: int) -> Pattern:
    """Return a suspected problem by its number; one query.

    Raises:
        PatternNotThere: it is not there, or not for this actor.
    """
    pattern = with_names(visible_patterns(actor)).filter(number=number).first()
    if pattern is None:
        raise PatternNotThere(
            _("There is no suspected problem S-%(number)s here.") % {"number": number},
            next_step=_("Check the number, or look at the radar."),
        )
    return as_told_to(actor, pattern)


def as_told_to(actor: Actor, pattern: Pattern) -> Pattern:
    """Return a suspected problem without the words between colleagues, if they are not for him."""
    if not actor.may(Permission.VIEW_NOTE):
        pattern.note = ""
    return pattern


def cases_of(pattern: Pattern) -> QuerySet[PatternCase]:
    """Return its cases, the newest first, with who wrote and `opening`: what they wrote first.

    Those that were taken out stand among them, marked.
    """
    opening = Message.objects.filter(case_id=OuterRef("case_id"), direction="in").order_by("id")
    return (
        PatternCase.objects.filter(pattern=pattern)
        .select_related("case__contact__organisation", "case__product", "excluded_by")
        .annotate(
            opening=Subquery(
                opening.annotate(beginning=Left("text", LONGEST_OPENING)).values("beginning")[:1]
            )
        )
        .order_by("-id")
    )


def may_affect(pattern: Pattern, *, at: datetime) -> MayAffect:
    """Return how many others use what it is about; one query, none without product or region.

    They have the product, asked about it within a year or have a right to its service level, live
    in the region that the cases share, and are not among those who wrote.
    """
    if pattern.product_id is None and not pattern.region:
        return MayAffect()
    used = Case.objects.filter(opened_at__gte=at - USED_WITHIN)
    if pattern.product_id is not None:
        entitled = Entitlement.objects.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=at), product_id=pattern.product_id
        )
        used = used.filter(
            Q(product_id=pattern.product_id)
            | Q(organisation_id__in=entitled.values("organisation_id"))
        )
    if pattern.region:
        used = used.filter(
            Q(contact__region=pattern.region) | Q(organisation__region=pattern.region)
        )
    wrote = PatternCase.objects.filter(pattern=pattern, excluded_at__isnull=True)
    people = Q(pk__in=used.values("contact_id"))
    if pattern.product_id is not None:
        having = contacts_having(product_id=pattern.product_id, region=pattern.region)
        people |= Q(pk__in=having.values("pk"))
    counted = (
        Contact.objects.filter(people, joined_to__isnull=True)
        .exclude(pk__in=wrote.values("case__contact_id"))
        .aggregate(customers=Count("pk"), organisations=Count("organisation", distinct=True))
    )
    return MayAffect(customers=counted["customers"], organisations=counted["organisations"])
