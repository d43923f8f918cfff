"""Read what customers asked, for themselves: their lists, by state and by words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.access import cases_taken_part_in, visible_cases
from cases.models import Case, CaseClock, Message
from cases.states import OPEN_STATES, CaseState
from workflow.clocks.models import ClockState, Metric
from workflow.people.actors import Actor, ActorKind
from workflow.tenancy.kept_queries import kept

PAGE = 20
LONGEST_SEARCH = 200
# A customer hears from us by the earliest of these.
HEARS_BY = (
    Metric.FIRST_RESPONSE,
    Metric.NEXT_RESPONSE,
    Metric.PERIODIC_UPDATE,
    Metric.PROMISE,
)


class Show(StrEnum):
    """Which cases a customer looks at."""

    OPEN = "open"
    SOLVED = "solved"
    ALL = "all"


class Whose(StrEnum):
    """Whose cases a customer looks at: those the customer takes part in, or all that are seen."""

    MINE = "mine"
    ORGANISATION = "organisation"


@dataclass(frozen=True, kw_only=True)
class Looking:
    """What a customer looks for in the own cases."""

    show: Show = Show.OPEN
    whose: Whose = Whose.MINE
    words: str = ""


@dataclass(frozen=True)
class AskedPage:
    """Some cases, newest first; `ends_at` is the number after which the next page begins."""

    cases: list[Case]
    ends_at: int | None


def asked_by(actor: Actor, looking: Looking) -> QuerySet[Case]:
    """Return the cases that a customer looks for."""
    cases = cases_taken_part_in(actor) if looking.whose is Whose.MINE else visible_cases(actor)
    cases = cases.exclude(state=CaseState.MERGED)
    if looking.show is Show.OPEN:
        cases = cases.filter(state__in=[state.value for state in OPEN_STATES])
    elif looking.show is Show.SOLVED:
        cases = cases.exclude(state__in=[state.value for state in OPEN_STATES])
    words = looking.words.replace("\x00", "").strip()[:LONGEST_SEARCH]
    return cases.filter(says(words)) if words else cases


def says(words: str) -> Q:
    """Return which cases have these words in number, subject or in what was said openly.

    Few cases are a customer's own: their messages are read case by case, by the index of a case,
    and nobody else's are looked at.
    """
    said = Message.objects.filter(
        case=OuterRef("pk"), direction__in=["in", "out"], text__icontains=words
    )
    matches = Q(subject__icontains=words) | Q(Exists(said))
    number = words.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) <= 18:
        matches |= Q(number=int(number))
    return matches


def page_of_asked(
    actor: Actor, looking: Looking, *, before: int | None = None, at_most: int = PAGE
) -> AskedPage:
    """Return a page of what a customer asked, newest first, with contacts; one query."""
    if looking.words:
        found = list(newest(asked_by(actor, looking), before=before, at_most=at_most + 1))
    else:
        found = newest_asked(person=actor.id, looking=looking, before=before, at_most=at_most + 1)
    shown = found[:at_most]
    return AskedPage(cases=shown, ends_at=shown[-1].number if len(found) > at_most else None)


def newest(cases: QuerySet[Case], *, before: int | None, at_most: int) -> QuerySet[Case]:
    """Return the newest cases below a number, with contacts."""
    if before is not None:
        cases = cases.filter(number__lt=before)
    return cases.select_related("contact").order_by("-number")[:at_most]


@kept("person", "before")
def newest_asked(
    *, person: int, looking: Looking, before: int | None = None, at_most: int
) -> QuerySet[Case]:
    """Return the newest cases that a contact looks for without words."""
    contact = Actor(kind=ActorKind.CONTACT, id=person, label="")
    return newest(asked_by(contact, looking), before=before, at_most=at_most)


def answers_promised(cases: list[Case]) -> dict[int, datetime]:
    """Return until when each customer hears from us, by the id of the case; one query."""
    earliest: dict[int, datetime] = {}
    for case_id, due_at in running_promises(cases=[case.pk for case in cases]):
        earliest.setdefault(case_id, due_at)
    return earliest


@kept("cases")
def running_promises(*, cases: list[int]) -> QuerySet[CaseClock, tuple[int, datetime]]:
    """Return case and moment of what is promised, the earliest first."""
    return (
        CaseClock.objects.filter(case__in=cases, metric__in=HEARS_BY, state=ClockState.RUNNING)
        .order_by("due_at", "id")
        .values_list("case_id", "due_at")
    )


def products_asked_about(contact_id: int) -> list[int]:
    """Return the ids of the products that a customer asked about, newest first; one query."""
    return list(dict.fromkeys(products_of_newest(contact=contact_id)))


@kept("contact")
def products_of_newest(*, contact: int) -> QuerySet[Case, int]:
    """Return the product of each of a customer's newest cases."""
    cases = Case.objects.filter(contact_id=contact, product__isnull=False).order_by("-id")
    return cases.values_list("product_id", flat=True)[:50]
