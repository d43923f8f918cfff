"""What somebody asks of the time to permanent fix, read from an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from problems.fix_times import NO_VERSION, Comparison, version_words
from servicedesk.pages.reporting import month_code, period_in
from workflow.clocks.attainment import month_before, month_of
from workflow.stages.models import WorkflowVersion

STANDARD = "standard"


@dataclass(frozen=True)
class FixQuestion:
    """What is compared, and the parts of the address that says so."""

    comparison: Comparison
    since: str
    until: str
    before: str
    after: str

    def address(self) -> dict[str, str]:
        """Return the parts of an address that asks the same."""
        parts = {
            "since": self.since,
            "until": self.until,
            "before": self.before,
            "after": self.after,
        }
        return {name: value for name, value in parts.items() if value}


def fix_question_in(
    given: Mapping[str, str],
    *,
    versions: Sequence[WorkflowVersion],
    at: datetime,
    zone: tzinfo,
) -> FixQuestion:
    """Return what an address asks for: two versions if it names two, else two periods."""
    since, until = period_in(given, at=at, zone=zone)
    months = (until.year - since.year) * 12 + until.month - since.month
    known = {str(one.pk): one.pk for one in versions} | {STANDARD: NO_VERSION}
    before, after = (known.get(given.get(side, "")) for side in ("before", "after"))
    are_two = before is not None and after is not None and before != after
    return FixQuestion(
        comparison=Comparison(
            since=since,
            until=until,
            earlier=month_before(since, by=months),
            before=before if are_two else None,
            after=after if are_two else None,
        ),
        since=month_code(since),
        until=month_code(month_before(month_of(until, zone=zone), by=1)),
        before=given.get("before", "") if are_two else "",
        after=given.get("after", "") if are_two else "",
    )


def choices_of(versions: Sequence[WorkflowVersion]) -> list[dict[str, str]]:
    """Return the versions that can be compared, with the standard way."""
    return [
        {"value": STANDARD, "label": _("The standard way")},
        *({"value": str(one.pk), "label": version_words(one)} for one in versions),
    ]


def side_words(
    question: FixQuestion, versions: Sequence[WorkflowVersion], *, zone: tzinfo
) -> dict[str, str]:
    """Return what both sides are called."""
    asked = question.comparison
    if not asked.is_of_versions:
        day = timedelta(days=1)
        return {
            "before": span_words(asked.begins_at, asked.since - day, zone=zone),
            "after": span_words(asked.since, asked.until - day, zone=zone),
        }
    labels = {one["value"]: one["label"] for one in choices_of(versions)}
    return {"before": labels[question.before], "after": labels[question.after]}


def span_words(first: datetime, last: datetime, *, zone: tzinfo) -> str:
    """Return a period as days: `1 Mar 2026 to 31 May 2026`."""
    return _("%(first)s to %(last)s") % {
        "first": date_format(first.astimezone(zone).date(), "j M Y"),
        "last": date_format(last.astimezone(zone).date(), "j M Y"),
    }
