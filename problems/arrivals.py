"""What came: a tenant's cases as the looking for patterns sees them, and patterns found before.

Loads numpy, as `problems.looking` does.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import datetime

import numpy as np
from django.db.models import Max

from problems.models import CaseEmbedding, CaseLink, PatternCase
from problems.models.pattern import PatternState
from problems.patterns.arriving import Arrival, Vector, centre_of, vector_of
from problems.patterns.standing import Standing

MOST_ARRIVALS = 20_000
STANDING = (
    PatternState.PROPOSED,
    PatternState.DISMISSED,
    PatternState.ACCEPTED,
    PatternState.FADED,
)


def arrivals_since(since: datetime, *, until: datetime | None = None) -> list[Arrival]:
    """Return the cases that came and that the model has read, oldest first, 20,000 at most.

    Two queries and 1.5 KB a case. Known is a case by what the matching said when it came.
    """
    rows = CaseEmbedding.objects.filter(case__opened_at__gte=since).exclude(
        case__state__in=("spam", "merged")
    )
    if until is not None:
        rows = rows.filter(case__opened_at__lt=until)
    newest = rows.order_by("-case__opened_at", "-case_id").values_list("model", flat=True).first()
    if newest is None:
        return []
    known = known_by_matching(since)
    found = (
        rows.filter(model=newest)
        .order_by("-case__opened_at", "-case_id")
        .values_list(
            "case_id",
            "case__opened_at",
            "case__organisation_id",
            "case__contact_id",
            "vector",
            "known",
        )[:MOST_ARRIVALS]
    )
    return [
        Arrival(
            case_id=case_id,
            at=opened_at,
            customer=customer_of(organisation_id, contact_id),
            vector=vector_of(bytes(vector)),
            known=known.get(case_id, 0.0) if said is None else said,
        )
        for case_id, opened_at, organisation_id, contact_id, vector, said in reversed(list(found))
    ]


def customer_of(organisation_id: int | None, contact_id: int) -> Hashable:
    """Return who counts once: the organisation, or the person who has none."""
    return ("contact", contact_id) if organisation_id is None else ("organisation", organisation_id)


def known_by_matching(since: datetime) -> dict[int, float]:
    """Return how sure the matching was of any known problem by what it suggested; one query.

    For cases whose text the model read late.
    """
    scores = (
        CaseLink.objects.filter(case__opened_at__gte=since, score__isnull=False)
        .values_list("case_id")
        .annotate(sure=Max("score"))
    )
    return {case_id: score / 1000 for case_id, score in scores}


def standing_patterns(arrivals: Sequence[Arrival]) -> list[Standing]:
    """Return the patterns that were found before, each with the middle of its cases; one query."""
    vectors = {arrival.case_id: arrival.vector for arrival in arrivals}
    members: dict[int, set[int]] = {}
    patterns: dict[int, tuple[str, int, int]] = {}
    rows = PatternCase.objects.filter(
        pattern__state__in=STANDING, excluded_at__isnull=True
    ).values_list(
        "pattern_id",
        "case_id",
        "pattern__state",
        "pattern__customers",
        "pattern__decided_customers",
    )
    for pattern_id, case_id, state, customers, decided in rows:
        members.setdefault(pattern_id, set()).add(case_id)
        patterns[pattern_id] = (state, customers, decided)
    return [
        Standing(
            key=pattern_id,
            centre=centre,
            case_ids=frozenset(case_ids),
            customers=decided if state == PatternState.DISMISSED else customers,
            is_dismissed=state == PatternState.DISMISSED,
        )
        for pattern_id, case_ids in sorted(members.items())
        for state, customers, decided in (patterns[pattern_id],)
        if (centre := middle_of(case_ids, vectors)) is not None
    ]


def middle_of(case_ids: Collection[int], vectors: Mapping[int, Vector]) -> Vector | None:
    """Return where cases point together, or None if the model has read none of them."""
    known = [vectors[case_id] for case_id in sorted(case_ids) if case_id in vectors]
    return centre_of(np.stack(known)) if known else None
