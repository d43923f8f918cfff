"""Suspected problems in words and figures: what a row says, what they share, how they grow."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from problems.models import Pattern
from problems.models.pattern import DismissReason, PatternState
from problems.models.radar import Sensitivity
from problems.patterns.trend import Trend, trend_of
from problems.waiting_cost import WaitingCost, cost_of_waiting
from servicedesk.pages.radar_picture import spark
from servicedesk.pages.spans import span_in_words

REASONS = {
    DismissReason.SEASONAL: gettext_lazy("Comes and goes by itself, as every season"),
    DismissReason.TWO_TOPICS: gettext_lazy("These are different matters"),
    DismissReason.KNOWN: gettext_lazy("Known already, nothing to do"),
    DismissReason.NO_PROBLEM: gettext_lazy("Questions, no fault of ours"),
}
STATES = {
    PatternState.PROPOSED: (gettext_lazy("Waits for a decision"), "maybe"),
    PatternState.ACCEPTED: (gettext_lazy("Accepted"), "good"),
    PatternState.DISMISSED: (gettext_lazy("Dismissed"), "line"),
    PatternState.MERGED: (gettext_lazy("Merged"), "line"),
    PatternState.FADED: (gettext_lazy("Faded by itself"), "line"),
}
TRENDS = {
    Trend.EMERGING: (gettext_lazy("emerging"), "warning"),
    Trend.GROWING: (gettext_lazy("growing"), "danger"),
    Trend.STEADY: (gettext_lazy("steady"), "line"),
    Trend.FADING: (gettext_lazy("fading"), "good"),
}
SENSITIVITIES = {
    Sensitivity.CAREFUL: gettext_lazy("Careful: only what is beyond doubt"),
    Sensitivity.BALANCED: gettext_lazy("Balanced"),
    Sensitivity.EAGER: gettext_lazy("Eager: the first sign is enough"),
}
SHARED = {
    "product": gettext_lazy("Product"),
    "version": gettext_lazy("Version"),
    "region": gettext_lazy("Region"),
    "segment": gettext_lazy("Segment"),
    "channel": gettext_lazy("Channel"),
}
NO_TEAM = gettext_lazy("No team yet")
BUCKETS = 14
PHRASES_SHOWN = 4
SHARES_SHOWN = 3


def pattern_row(
    pattern: Pattern,
    moments: Sequence[datetime],
    *,
    span: timedelta,
    work_per_case: timedelta,
    at: datetime,
) -> dict[str, Any]:
    """Return a suspected problem as a row of the radar; no query."""
    trend = trend_of(moments, at=at, span=min(span, timedelta(days=1)))
    line, area = spark(counts_in(moments, since=at - span, until=at))
    cost = cost_of_waiting(
        moments,
        customers=pattern.customers,
        usual=pattern.usual,
        work_per_case=work_per_case,
        at=at,
    )
    return {
        **pattern_named(pattern),
        "age": span_in_words(at - pattern.first_case_at),
        "phrases": phrases_of(pattern)[:PHRASES_SHOWN],
        "shares": shares_of(pattern)[:SHARES_SHOWN],
        "line": line,
        "area": area,
        "growth": growth_words(pattern),
        "cases": pattern.cases,
        "customers": pattern.customers,
        "trend": str(TRENDS[trend][0]),
        "trend_tone": TRENDS[trend][1],
        "cost": cost_words(cost),
        "is_seen": pattern.seen_at is not None,
        **likely_problem(pattern),
    }


def pattern_named(pattern: Pattern) -> dict[str, Any]:
    """Return what every place says of a suspected problem; no query if its names are read."""
    department = pattern.department
    state, tone = STATES[PatternState(pattern.state)]
    return {
        "number": pattern.name,
        "plain_number": pattern.number,
        "version": pattern.version,
        "title": pattern.title,
        "href": reverse("lead:pattern", args=[pattern.number]),
        "team": department.name if department is not None else str(NO_TEAM),
        "hue": department.hue if department is not None else "petrol",
        "state_label": str(state),
        "tone": tone,
    }


def likely_problem(pattern: Pattern) -> dict[str, Any]:
    """Return the known problem that it is like, as far as one is."""
    problem = pattern.alike_problem
    if problem is None:
        return {"alike": "", "alike_percent": 0, "alike_href": "", "alike_title": ""}
    return {
        "alike": problem.name,
        "alike_percent": pattern.alike_percent,
        "alike_href": reverse("problem:problem", args=[problem.name]),
        "alike_title": problem.title,
    }


def phrases_of(pattern: Pattern) -> list[str]:
    """Return what people write."""
    return [str(phrase) for phrase in pattern.cause.get("phrases", [])]


def shares_of(pattern: Pattern) -> list[dict[str, str]]:
    """Return what the cases share beyond chance, each with how many times as often as usual."""
    return [
        {
            "fact": str(SHARED.get(fact, fact)),
            "value": str(value),
            "times": times_words(float(times)),
        }
        for fact, value, times in pattern.cause.get("shares", [])
    ]


def times_words(times: float) -> str:
    """Return how many times as often, as people write it."""
    return _("\N{MULTIPLICATION SIGN}%(times)s") % {
        "times": f"{times:.0f}" if times >= 20 else f"{times:.1f}"
    }


def growth_words(pattern: Pattern) -> str:
    """Return how many times the usual number came; empty where nothing is known of what is usual."""
    return times_words(min(pattern.growth, 99.0)) if pattern.usual > 0 else ""


def cost_words(cost: WaitingCost) -> str:
    """Return what the next 24 hours bring if nobody acts."""
    if not cost.cases:
        return ""
    words = ngettext(
        "about %(count)d more case in the next 24 h, %(work)s of work",
        "about %(count)d more cases in the next 24 h, %(work)s of work",
        cost.cases,
    )
    return words % {"count": cost.cases, "work": span_in_words(cost.work)}


def counts_in(
    moments: Iterable[datetime], *, since: datetime, until: datetime, buckets: int = BUCKETS
) -> list[int]:
    """Return how many moments fall into each of equal parts of a span."""
    counts = [0] * buckets
    width = (until - since) / buckets
    for moment in moments:
        if since <= moment <= until:
            counts[min(int((moment - since) / width), buckets - 1)] += 1
    return counts


def marked(text: str, phrases: Sequence[str], *, longest: int = 400) -> list[dict[str, Any]]:
    """Return a text in pieces, those marked that are phrases of the pattern or words of one."""
    text = " ".join(text.split())
    if len(text) > longest:
        text = f"{text[:longest].rsplit(' ', 1)[0]} …"
    words = sorted({word for phrase in phrases for word in (phrase, *phrase.split())}, key=len)
    telling = [re.escape(word) for word in reversed(words) if len(word) > 2]
    if not telling:
        return [{"text": text, "is_marked": False}]
    found = re.split(rf"(?<!\w)({'|'.join(telling)})", text, flags=re.IGNORECASE)
    return [
        {"text": piece, "is_marked": place % 2 == 1} for place, piece in enumerate(found) if piece
    ]


def reason_words(code: str) -> str:
    """Return why a pattern was dismissed, in words; empty if it was not."""
    return str(REASONS[DismissReason(code)]) if code else ""


def ago_words(moment: datetime, *, at: datetime) -> str:
    """Return how long ago something was: "40 s ago"."""
    passed = at - moment
    if passed < timedelta(minutes=1):
        return _("%(seconds)d s ago") % {"seconds": max(int(passed.total_seconds()), 0)}
    return _("%(span)s ago") % {"span": span_in_words(passed)}
