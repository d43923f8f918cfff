"""The promises of a case with all that explains them: policy, hours, ladder, and what happened."""

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from cases.models import Case, CaseClock, CasePromise
from workflow.refusals import Refusal

MOST_CLOCKS = 100


class NoSuchClock(Refusal):
    """The case has no such promise."""

    code = "no_such_clock"
    status = 404


def told(case: Case) -> QuerySet[CaseClock]:
    """Return the clocks of a case with policy, calendar, ladder, marks and a person's words.

    Two queries; adds `promised_words`, empty unless somebody promised it, and `promise_id`.
    """
    promises = CasePromise.objects.filter(clock=OuterRef("pk"))
    return (
        CaseClock.objects.filter(case=case)
        .select_related("calendar", "target__version__service_level", "ladder", "acknowledged_by")
        .annotate(
            promised_words=Coalesce(Subquery(promises.values("text")[:1]), Value("")),
            promised_by=Coalesce(Subquery(promises.values("made_by__name")[:1]), Value("")),
            promise_id=Subquery(promises.values("pk")[:1]),
        )
        .prefetch_related("marks")
    )


def clocks_told(case: Case) -> list[CaseClock]:
    """Return the clocks of a case, those that run first, then the newest; two queries."""
    return in_order(list(told(case).order_by("-id")[:MOST_CLOCKS]))


def in_order(clocks: list[CaseClock]) -> list[CaseClock]:
    """Return clocks with the open ones first, next due first; then those that ended, newest first."""
    going = sorted((one for one in clocks if one.is_open), key=lambda one: (one.due_at, one.pk))
    return going + [one for one in clocks if not one.is_open]


def clock_told(case: Case, clock_id: int) -> CaseClock:
    """Return one clock of a case with what explains it; two queries.

    Raises:
        NoSuchClock: the case has none of this id.
    """
    clock = told(case).filter(pk=clock_id).first()
    if clock is None:
        raise NoSuchClock(
            _("Case #%(number)s has no such promise.") % {"number": case.number},
            next_step=_("Look at all promises of the case."),
        )
    return clock
