"""What somebody asks of a report, read from an address, and the names of what it tells apart."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.attainment import clocks_of_cases
from problems.attainment import clocks_of_problems
from servicedesk.pages.case_words import priority_words
from servicedesk.pages.clock_chip import promise_words
from servicedesk.pages.problem_words import SEVERITIES
from workflow.clocks.attainment import (
    Asked,
    Dimension,
    Verdict,
    month_after,
    month_before,
    month_of,
)
from workflow.clocks.models import Metric, PolicyVersion
from workflow.people.models import Department

MONTHS_SHOWN = 3
MOST_MONTHS = 36
NONE = "none"
OF_CASES, OF_PROBLEMS = "cases", "problems"
NOTHING = "\N{EN DASH}"
SIDES = (OF_CASES, OF_PROBLEMS)
DIMENSIONS = {
    Dimension.DEPARTMENT: gettext_lazy("Department"),
    Dimension.POLICY: gettext_lazy("Service level"),
    Dimension.VERSION: gettext_lazy("Version"),
    Dimension.METRIC: gettext_lazy("What was promised"),
    Dimension.PRIORITY: gettext_lazy("Priority"),
    Dimension.MONTH: gettext_lazy("Month"),
}
VERDICT_WORDS = {
    Verdict.MET: gettext_lazy("Kept"),
    Verdict.MISSED: gettext_lazy("Missed"),
    Verdict.RUNNING: gettext_lazy("Running"),
}
LONGEST_NUMBER = 16
# Nobody promised anything before; it keeps arithmetic with months away from the edge of time.
EARLIEST = 1970


@dataclass(frozen=True)
class Question:
    """What a report is asked for: of cases or problems, by what, which clocks."""

    of: str
    by: Dimension
    asked: Asked

    @property
    def clocks(self) -> QuerySet[Any]:
        """The clocks that it is about, with what tells them apart."""
        return clocks_of_cases() if self.of == OF_CASES else clocks_of_problems()

    @property
    def last_month(self) -> datetime:
        """The first moment of the last month that counts."""
        return month_before(month_of(self.asked.until, zone=self.asked.zone), by=1)

    def address(self, **more: Any) -> dict[str, str]:
        """Return the parts of an address that asks the same, with something changed."""
        parts = {
            "of": self.of,
            "by": str(self.by),
            "since": month_code(self.asked.since),
            "until": month_code(self.last_month),
            **{str(one): value_code(one, value) for one, value in self.asked.fits.items()},
        }
        return parts | {name: str(value) for name, value in more.items()}

    def narrowed(self, value: Any, *, verdict: Verdict | None) -> "Question":
        """Return the question for one group of this one, and for one verdict."""
        fits = {**self.asked.fits, self.by: value}
        return replace(self, asked=replace(self.asked, fits=fits, verdict=verdict))


def question_in(given: Mapping[str, Any], *, at: datetime, zone: tzinfo) -> Question:
    """Return what an address asks for; what makes no sense is left out.

    Without months it is the last three, at most three years are counted.
    """
    by, of = str(given.get("by", "")), str(given.get("of", ""))
    since, until = period_in(given, at=at, zone=zone)
    verdict = str(given.get("verdict", ""))
    return Question(
        of=of if of in SIDES else OF_CASES,
        by=Dimension(by) if by in set(Dimension) else Dimension.METRIC,
        asked=Asked(
            since=since,
            until=until,
            zone=zone,
            fits=fits_in(given, zone=zone),
            verdict=Verdict(verdict) if verdict in set(Verdict) else None,
        ),
    )


def period_in(given: Mapping[str, Any], *, at: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the begin of the first month and the end of the last one that an address names."""
    last = month_in(str(given.get("until", "")), zone=zone) or month_of(at, zone=zone)
    first = month_in(str(given.get("since", "")), zone=zone) or month_before(
        last, by=MONTHS_SHOWN - 1
    )
    first = min(first, last)
    first = max(first, month_before(last, by=MOST_MONTHS - 1))
    return first, month_after(last)


def fits_in(given: Mapping[str, Any], *, zone: tzinfo) -> dict[Dimension, Any]:
    """Return what the dimensions have to be, as far as an address says it."""
    found = {
        dimension: value_in(dimension, str(given.get(str(dimension), "")), zone=zone)
        for dimension in Dimension
    }
    return {dimension: value[0] for dimension, value in found.items() if value}


def value_in(dimension: Dimension, written: str, *, zone: tzinfo) -> tuple[Any, ...]:
    """Return what a dimension has to be, alone in a tuple; an empty one if it says nothing."""
    if dimension is Dimension.MONTH:
        month = month_in(written, zone=zone)
        return (month,) if month is not None else ()
    if dimension is Dimension.METRIC:
        return (written,) if written in Metric.values else ()
    if written == NONE:
        return (None,)
    is_number = written.isascii() and written.isdigit() and len(written) < LONGEST_NUMBER
    return (int(written),) if is_number else ()


def month_in(written: str, *, zone: tzinfo) -> datetime | None:
    """Return the first moment of a month written as 2026-03, or None."""
    try:
        found = datetime.strptime(written, "%Y-%m").replace(tzinfo=zone)
    except ValueError:
        return None
    return found if found.year > EARLIEST else None


def month_code(month: datetime) -> str:
    """Write a month as 2026-03."""
    return f"{month.year:04}-{month.month:02}"


def value_code(dimension: Dimension, value: Any) -> str:
    """Write what a dimension has to be, as an address says it."""
    if value is None:
        return NONE
    return month_code(value) if dimension is Dimension.MONTH else str(value)


class Names:
    """The names of departments, service levels and versions; two queries for all of them."""

    def __init__(self) -> None:
        self.departments = {one.pk: one.name for one in Department.objects.order_by("name", "id")}
        versions = PolicyVersion.objects.select_related("service_level").order_by(
            "service_level__position", "service_level__name", "-number"
        )
        self.versions = list(versions)
        self.version_names = {one.pk: version_words(one) for one in self.versions}
        self.policies = {one.service_level_id: one.service_level.name for one in self.versions}

    def label(self, question: Question, value: Any) -> str:
        """Return what a group of a report is called; no query."""
        by = question.by
        if by is Dimension.METRIC:
            return promise_words(value)
        if by is Dimension.PRIORITY:
            return severity_words(value) if question.of == OF_PROBLEMS else priority_words(value)
        if by is Dimension.MONTH:
            return date_format(value.astimezone(question.asked.zone), "F Y")
        if value is None:
            return _("No department") if by is Dimension.DEPARTMENT else _("No service level")
        known = {
            Dimension.DEPARTMENT: self.departments,
            Dimension.POLICY: self.policies,
            Dimension.VERSION: self.version_names,
        }[by]
        return known.get(value, _("Removed"))

    def choices(self, question: Question) -> list[dict[str, Any]]:
        """Return the filters of a report as fields of a form; no query."""
        lists: dict[Dimension, list[tuple[Any, str]]] = {
            Dimension.DEPARTMENT: list(self.departments.items()),
            Dimension.POLICY: list(self.policies.items()),
            Dimension.VERSION: list(self.version_names.items()),
            Dimension.METRIC: [(one, promise_words(one)) for one in Metric.values],
            Dimension.PRIORITY: [
                (one, severity_words(one) if question.of == OF_PROBLEMS else priority_words(one))
                for one in range(1, 5)
            ],
        }
        return [
            {
                "name": str(dimension),
                "label": str(DIMENSIONS[dimension]),
                "options": [{"value": str(value), "label": label} for value, label in options],
                "value": value_code(dimension, question.asked.fits[dimension])
                if dimension in question.asked.fits
                else "",
            }
            for dimension, options in lists.items()
        ]


def severity_words(severity: int) -> str:
    """Return how bad a problem is, in a word."""
    return str(SEVERITIES.get(severity) or _("Normal"))


def version_words(version: PolicyVersion) -> str:
    """Return what a version is called: `Gold, version 3`."""
    return _("%(name)s, version %(number)d") % {
        "name": version.service_level.name,
        "number": version.number,
    }


def percent_words(share: float | None) -> str:
    """Write a share that is in percent already; a dash where there is none."""
    return NOTHING if share is None else _("%(share)d %%") % {"share": round(share)}


def use_words(use: float | None) -> str:
    """Write how much of a span was used: `64 %`; a dash where nothing is known."""
    return percent_words(None if use is None else 100 * use)


def published(names: Names) -> list[PolicyVersion]:
    """Return the versions that were ever published; no query."""
    return [one for one in names.versions if one.published_at is not None]


def split_in(names: Names, written: str) -> PolicyVersion | None:
    """Return the version before and after which is compared: the newest unless one is named."""
    versions = published(names)
    named = next((one for one in versions if str(one.pk) == written), None)
    newest = max(versions, key=published_at, default=None)
    return named or newest


def published_at(version: PolicyVersion) -> datetime:
    """Return when a published version was published."""
    return version.published_at or version.created_at
