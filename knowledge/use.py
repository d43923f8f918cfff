"""Use of knowledge: of what was shown because it may help, how much was opened and used."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, Value, When

from knowledge.models import Article, Offer
from problems.models import Problem

THINGS_SHOWN = 10
KINDS = Case(
    When(problem__isnull=False, then=Value("problem")),
    When(article__isnull=False, then=Value("article")),
    default=Value("case"),
    output_field=CharField(),
)
COUNTS: dict[str, Any] = {
    "shown": Count("pk"),
    "opened": Count("opened_at"),
    "used": Count("used_at"),
    "helped": Count("pk", filter=Q(is_relevant=True)),
    "not_helped": Count("pk", filter=Q(is_relevant=False)),
}


@dataclass(frozen=True, slots=True)
class Use:
    """What became of what was shown at one place: counts. `kind` is problem, case or article."""

    door: str
    kind: str
    shown: int
    opened: int
    used: int
    helped: int
    not_helped: int


@dataclass(frozen=True, slots=True)
class UseOfOne:
    """What became of one problem or article that was shown."""

    name: str
    title: str
    number: int
    kind: str
    shown: int
    opened: int
    used: int


def use_by_place(*, since: datetime, until: datetime) -> list[Use]:
    """Return how much of what was shown was opened and used, by place and kind; one query."""
    rows = (
        shown_between(since, until)
        .order_by()
        .values("door", kind=KINDS)
        .annotate(**COUNTS)
        .order_by("door", "kind")
    )
    return [Use(**row) for row in rows]


def shown_and_not_used(
    *, since: datetime, until: datetime, at_most: int = THINGS_SHOWN
) -> list[UseOfOne]:
    """Return the problems and articles that were shown most and used by nobody; four queries."""
    counts = {name: COUNTS[name] for name in ("shown", "opened", "used")}
    shown = shown_between(since, until).order_by()
    found = []
    for kind, column, rows in (
        ("problem", "problem_id", Problem.objects),
        ("article", "article_id", Article.objects),
    ):
        grouped = list(
            shown.exclude(**{column: None})
            .values(of=F(column))
            .annotate(**counts)
            .filter(used=0)
            .order_by("-shown", "of")[:at_most]
        )
        things: dict[int, Any] = rows.in_bulk([row["of"] for row in grouped])
        found += [
            UseOfOne(
                name=things[row["of"]].name if kind == "problem" else str(things[row["of"]].number),
                title=things[row["of"]].title,
                number=things[row["of"]].number,
                kind=kind,
                **{name: row[name] for name in counts},
            )
            for row in grouped
            if row["of"] in things
        ]
    return sorted(found, key=lambda one: (-one.shown, one.kind, one.number))[:at_most]


def shown_between(since: datetime, until: datetime) -> Any:
    """Return what was shown from a moment until before another."""
    # The day has the index; it is older than no moment of it.
    return Offer.objects.filter(
        shown_on__gte=since.astimezone(UTC).date(),
        shown_on__lte=until.astimezone(UTC).date(),
        shown_at__gte=since,
        shown_at__lt=until,
    )
