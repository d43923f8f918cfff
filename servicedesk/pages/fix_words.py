"""What is after a fix, in words: its watch, what was avoided, what prevents it, its review."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from problems.rating import Rated
from problems.states import Outcome
from servicedesk.pages.case_words import feeling_words
from servicedesk.pages.spans import span_in_words

DAY = timedelta(days=1)
ENDINGS = {
    "": gettext_lazy("Watched"),
    "held": gettext_lazy("Held"),
    "came_back": gettext_lazy("Came back"),
    "reopened": gettext_lazy("Reopened"),
}
TONES = {"": "petrol", "held": "good", "came_back": "danger", "reopened": "warning"}
KINDS = {
    "corrective": gettext_lazy("Corrective: puts this fault right"),
    "preventive": gettext_lazy("Preventive: its like cannot happen any more"),
}
KINDS_IN_SHORT = {
    "corrective": gettext_lazy("Corrective"),
    "preventive": gettext_lazy("Preventive"),
}
STATES = {
    "open": gettext_lazy("To do"),
    "done": gettext_lazy("Done"),
    "dropped": gettext_lazy("Dropped"),
}
STATE_TONES = {"open": "petrol", "done": "good", "dropped": "line"}
REVIEW_STATES = {
    "": gettext_lazy("Not written"),
    "draft": gettext_lazy("Draft"),
    "asked": gettext_lazy("Waits for a lead"),
    "approved": gettext_lazy("Customers can read it"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
REVIEW_TONES = {
    "": "line",
    "draft": "line",
    "asked": "warning",
    "approved": "good",
    "withdrawn": "line",
}


def watch_shown(watched: Any) -> dict[str, Any]:
    """Return a watch and what came after its fix; no query."""
    watch, came = watched.watch, watched.recurrence
    return {
        "state": watch.ending,
        "state_label": str(ENDINGS[watch.ending]),
        "tone": TONES[watch.ending],
        "is_going": watch.is_going,
        "is_in_doubt": watch.is_going and watch.raised_at is not None,
        "began_at": watch.began_at,
        "ends_at": watch.ends_at,
        "ended_at": watch.ended_at,
        "grace_until": watch.grace_until,
        "limit": watch.most_customers,
        "customers": came.customers,
        "is_above": came.customers > watch.most_customers,
        "again": came.again,
        "contacts_after": came.contacts_after,
        "came_again": came.came_again,
        "in_30": came.in_30,
        "in_90": came.in_90,
        "is_30_over": came.is_30_over or not watch.is_going,
        "is_90_over": came.is_90_over or not watch.is_going,
        "contacts_before": came.contacts_before,
        "time_before": span_in_words(came.time_before),
        "says": says_of(came),
        "avoided": avoided_words(came.avoided),
    }


def says_of(came: Any) -> str:
    """Say in a sentence what came back."""
    if not came.again:
        return _("Nobody has had it again.")
    return _("%(contacts)s of %(customers)s after the time of grace.") % {
        "contacts": contacts_words(came.again),
        "customers": ngettext("%(count)d customer", "%(count)d customers", came.customers)
        % {"count": came.customers},
    }


def contacts_words(count: int) -> str:
    """Write how many contacts."""
    return ngettext("%(count)d contact", "%(count)d contacts", count) % {"count": count}


def avoided_words(avoided: Any) -> str:
    """Say how many contacts a fix spared and between which two numbers that lies, or nothing."""
    if avoided is None:
        return ""
    return interval_words(avoided.contacts)


def interval_words(interval: Any) -> str:
    """Write a number with its limits: `26 (17 to 38)`."""
    return _("%(likely)d (%(low)d to %(high)d)") % {
        "likely": round(interval.likely),
        "low": round(interval.low),
        "high": round(interval.high),
    }


def prevention_shown(prevention: Any, *, today: Any, actor_id: int | None) -> dict[str, Any]:
    """Return what prevents a problem as a row; no query."""
    return {
        "position": prevention.position,
        "key": str(prevention.position),
        "kind_label": str(KINDS_IN_SHORT[prevention.kind]),
        "text": prevention.text,
        "owner": prevention.owner.name,
        "owner_id": prevention.owner_id,
        "due_on": date_format(prevention.due_on, "j F Y"),
        "due_iso": prevention.due_on.isoformat(),
        "is_open": prevention.is_open,
        "is_late": prevention.is_open and prevention.due_on < today,
        "is_mine": prevention.owner_id == actor_id,
        "state_label": str(STATES[prevention.state]),
        "tone": STATE_TONES[prevention.state],
        "result": prevention.result,
        "ended_by": prevention.ended_by.name if prevention.ended_by else "",
        "ended_at": prevention.ended_at,
    }


def review_shown(review: Any) -> dict[str, Any]:
    """Return an edition of a review; no query."""
    return {
        "edition": review.edition,
        "state": review.state,
        "state_label": str(REVIEW_STATES[review.state]),
        "tone": REVIEW_TONES[review.state],
        "is_open": review.is_open,
        "what_happened": review.what_happened,
        "why": review.why,
        "what_we_did": review.what_we_did,
        "what_we_prevent": review.what_we_prevent,
        "answer": review.answer,
        "written_by": review.written_by.name if review.written_by else "",
        "written_at": review.written_at,
        "decided_by": review.decided_by.name if review.decided_by else "",
        "decided_at": review.decided_at,
    }


def card_of(found: Any) -> dict[str, Any]:
    """Return what the card beside a problem tells of the time after its fix; no query."""
    watched = found.watched
    return {
        "watch": watch_shown(watched) if watched is not None else None,
        "until": date_format(localtime(watched.watch.ends_at), "j F Y")
        if watched is not None and watched.watch.is_going
        else "",
        "preventions": found.preventions,
        "open": found.open_preventions,
        "late": found.late_preventions,
        "review_label": str(REVIEW_STATES[found.review_state]) if found.review_state else "",
    }


def fixed_words(problem: Any, *, seen_at: datetime) -> dict[str, str]:
    """Return what a suggestion says of a problem that is fixed: a label and a sentence, or nothing.

    `seen_at` is when a case was found to be like it: after the fix it may be back. No query.
    """
    if problem.is_open or problem.outcome != Outcome.FIX_APPLIED or problem.resolved_at is None:
        return {"label": "", "says": ""}
    day = {"day": date_format(localtime(problem.resolved_at), "j F")}
    if seen_at < problem.resolved_at:
        return {
            "label": _("Fixed meanwhile"),
            "says": _("Fixed on %(day)s. Linked, the case gets the solution at once.") % day,
        }
    return {
        "label": _("Fixed already, or back again"),
        "says": _(
            "Fixed on %(day)s. Linked, the case gets the solution at once, and counts for whether "
            "the fix holds."
        )
        % day,
    }


def ratings_shown(rated: Rated) -> dict[str, Any] | None:
    """Return how a fix was for its customers; None where nobody said anything; no query."""
    if rated.mean is None:
        return None
    return {
        "customers": rated.customers,
        "mean": _("%(mean).1f of 5") % {"mean": rated.mean},
        "counts": [
            {"label": feeling_words(feeling), "count": rated.counts.get(feeling, 0)}
            for feeling in range(5, 0, -1)
        ],
        "comments": [
            {"label": feeling_words(one.feeling), "text": one.comment, "at": one.at}
            for one in rated.comments
        ],
    }
