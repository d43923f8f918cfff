"""What problems do to customers, in the four figures that a priority follows; for many at once."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from customers.models import Entitlement
from customers.models.contact import EntitlementKind
from problems.models import Affected, CaseLink
from problems.models.affected import PRESENT
from problems.models.link import LinkKind
from problems.urgency import Figures
from workflow.clocks.models import ClockState

LOOKS_BACK_DAYS = 7
DUE_SOON = timedelta(hours=24)


def figures_of(problems: Collection[int], *, at: datetime) -> dict[int, Figures]:
    """Return the figures of problems by id; three queries for any number, none without problems."""
    if not problems:
        return {}
    people = {row["problem"]: row for row in people_of(problems, at=at)}
    contacts = {row["problem"]: row["count"] for row in contacts_of(problems, at=at)}
    at_risk = {row["problem"]: row["count"] for row in promises_at_risk(problems, at=at)}
    return {
        pk: Figures(
            customers=people[pk]["customers"] if pk in people else 0,
            contracts=people[pk]["firms"] + people[pk]["persons"] if pk in people else 0,
            contacts_a_day=round(contacts.get(pk, 0) / LOOKS_BACK_DAYS),
            at_risk=at_risk.get(pk, 0),
        )
        for pk in problems
    }


def people_of(problems: Collection[int], *, at: datetime) -> QuerySet[Affected, dict[str, int]]:
    """Return the query for who is affected: customers, and those with a contract."""
    contracts = Entitlement.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=at),
        kind=EntitlementKind.CONTRACT,
        begins_at__lte=at,
    )
    return (
        Affected.objects.filter(PRESENT, problem_id__in=list(problems))
        .annotate(
            has_firm=Exists(contracts.filter(organisation=OuterRef("contact__organisation"))),
            has_own=Exists(contracts.filter(contact=OuterRef("contact"))),
        )
        .values("problem")
        .order_by("problem")
        .annotate(
            customers=Count("contact", distinct=True),
            firms=Count("contact__organisation", distinct=True, filter=Q(has_firm=True)),
            persons=Count("contact", distinct=True, filter=Q(has_own=True, has_firm=False)),
        )
    )


def contacts_of(problems: Collection[int], *, at: datetime) -> QuerySet[CaseLink, dict[str, int]]:
    """Return the query for how often customers wrote in the last week."""
    return (
        confirmed(problems)
        .filter(
            case__messages__direction="in",
            case__messages__is_automatic=False,
            case__messages__at__gt=at - timedelta(days=LOOKS_BACK_DAYS),
            case__messages__at__lte=at,
        )
        .values("problem")
        .order_by("problem")
        .annotate(count=Count("case__messages"))
    )


def promises_at_risk(
    problems: Collection[int], *, at: datetime, within: timedelta = DUE_SOON
) -> QuerySet[CaseLink, dict[str, int]]:
    """Return the query for promises of linked cases that are broken, or due within a span."""
    return (
        confirmed(problems)
        .filter(case__clocks__state=ClockState.RUNNING, case__clocks__due_at__lt=at + within)
        .values("problem")
        .order_by("problem")
        .annotate(count=Count("case__clocks"))
    )


def confirmed(problems: Collection[int]) -> QuerySet[CaseLink]:
    """Return the links of the cases that problems caused."""
    return CaseLink.objects.filter(problem_id__in=list(problems), kind=LinkKind.CONFIRMED)
