"""Read what customers asked, for themselves: their lists, by state and by words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.access import cases_of_person, visible_cases
from cases.models import Case, CaseClock, Message
from cases.states import OPEN_STATES, CaseState
from workflow.clocks.models import ClockState, Metric
from workflow.people.actors import Actor

PAGE = 20
LONGEST_SEARCH = 200


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
    cases = visible_cases(actor).exclude(state=CaseState.MERGED)
    if looking.whose is Whose.MINE:
        cases = cases.filter(pk__in=cases_of_person(actor.id))
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
    cases = asked_by(actor, looking).select_related("contact")
    if before is not None:
        cases = cases.filter(number__lt=before)
    found = list(cases.order_by("-number")[: at_most + 1])
    kept = found[:at_most]
    return AskedPage(cases=kept, ends_at=kept[-1].number if len(found) > at_most else None)


def answers_promised(cases: list[Case]) -> dict[int, datetime]:
    """Return until when a first answer is promised, by the id of the case; one query."""
    return dict(
        CaseClock.objects.filter(
            case__in=[case.pk for case in cases],
            metric=Metric.FIRST_RESPONSE,
            state=ClockState.RUNNING,
        ).values_list("case_id", "due_at")
    )


def products_asked_about(contact_id: int) -> list[int]:
    """Return the ids of the products that a customer asked about, newest first; one query."""
    newest = (
        Case.objects.filter(contact_id=contact_id, product__isnull=False)
        .order_by("-id")
        .values_list("product_id", flat=True)[:50]
    )
    return list(dict.fromkeys(newest))
