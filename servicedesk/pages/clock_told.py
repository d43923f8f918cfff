"""A clock as its page tells it: how it stands, by what it runs, what happened to it, how it adds up."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.pages.clock_chip import chip_of, promise_words
from servicedesk.pages.clock_explained import days_words, exact_words, explained
from workflow.clocks.clock_hours import hours_of
from workflow.clocks.models import Clock, ClockMark, MarkKind
from workflow.clocks.switching import segments

SYMBOLS = {
    MarkKind.STARTED: "play",
    MarkKind.PAUSED: "circle-pause",
    MarkKind.RESUMED: "play",
    MarkKind.PLANNED: "calendar-clock",
    MarkKind.STEPPED: "bell",
    MarkKind.BREACHED: "triangle-alert",
    MarkKind.ACKNOWLEDGED: "user-check",
    MarkKind.MET: "circle-check",
    MarkKind.MISSED: "circle-x",
    MarkKind.CANCELLED: "circle-x",
}
MARKS = {
    MarkKind.STARTED: gettext_lazy("Started"),
    MarkKind.PAUSED: gettext_lazy("Paused"),
    MarkKind.RESUMED: gettext_lazy("Went on"),
    MarkKind.PLANNED: gettext_lazy("Planned anew"),
    MarkKind.STEPPED: gettext_lazy("A step of the ladder was taken"),
    MarkKind.BREACHED: gettext_lazy("Seen as missed"),
    MarkKind.ACKNOWLEDGED: gettext_lazy("Acknowledged: nobody else is woken"),
    MarkKind.MET: gettext_lazy("Kept"),
    MarkKind.MISSED: gettext_lazy("Ended late"),
    MarkKind.CANCELLED: gettext_lazy("Called off"),
}
WHY = {
    "opened": gettext_lazy("it was opened"),
    "state": gettext_lazy("its state changed"),
    "priority": gettext_lazy("the priority changed"),
    "assigned": gettext_lazy("it was assigned"),
    "answered": gettext_lazy("the customer got an answer"),
    "noted": gettext_lazy("a note was written"),
    "customer_wrote": gettext_lazy("the customer wrote"),
    "calendar": gettext_lazy("the opening hours changed"),
    "policy": gettext_lazy("what is promised changed"),
    "version": gettext_lazy("it was moved to another version"),
    "migrated": gettext_lazy("it was moved to another version"),
    "entitlement": gettext_lazy("the customer's entitlement changed"),
    "stage": gettext_lazy("another step began"),
    "department": gettext_lazy("another department has it"),
    "acknowledged": gettext_lazy("the department took notice"),
    "estimated": gettext_lazy("another date was told"),
    "ended": gettext_lazy("the stay ended"),
    "promised": gettext_lazy("somebody promised it"),
    "changed": gettext_lazy("another time was promised"),
    "kept": gettext_lazy("somebody said that it was kept"),
    "withdrawn": gettext_lazy("the promise was taken back"),
}


def clock_told(clock: Clock, *, at: datetime) -> dict[str, Any]:
    """Return what the page of a clock shows; no query if its hours never changed.

    The clock comes from `clocks_told` of its room.
    """
    return {
        "id": clock.pk,
        "promise": promise_words(clock.metric),
        "words": getattr(clock, "promised_words", ""),
        "person": getattr(clock, "promised_by", ""),
        "chip": chip_of(clock, at=at),
        "is_open": clock.is_open,
        "facts": facts_of(clock),
        "explained": explained(clock, at=at),
        "marks": [mark_told(mark) for mark in marks_of(clock)],
    }


def marks_of(clock: Clock) -> list[ClockMark]:
    """Return the history of a clock in order; no query if it was loaded."""
    marks: list[ClockMark] = sorted(clock.marks.all(), key=lambda mark: mark.pk)  # type: ignore[attr-defined]
    return marks


def facts_of(clock: Clock) -> list[dict[str, Any]]:
    """Return by what a clock runs, as pairs of label and words or a moment; no query."""
    target = clock.target
    version = target.version if target is not None else None
    facts = [
        words_fact(
            _("Promised by"),
            _("%(name)s, version %(number)d")
            % {"name": version.service_level.name, "number": version.number}
            if version is not None
            else "",
        ),
        words_fact(_("Within"), span_words(clock)),
        words_fact(
            _("Opening hours"),
            _("%(name)s, edition %(number)d")
            % {"name": clock.calendar.name, "number": clock.revision},
        ),
        words_fact(_("Who is woken"), clock.ladder.name if clock.ladder is not None else ""),
        moment_fact(_("Started"), clock.started_at),
        moment_fact(
            _("Known since"), clock.attached_at if clock.attached_at != clock.started_at else None
        ),
        moment_fact(
            _("First planned for"),
            clock.original_due_at if clock.original_due_at != clock.due_at else None,
        ),
        moment_fact(_("Due"), clock.due_at),
        moment_fact(_("Seen as missed"), clock.breach_recorded_at),
        moment_fact(_("Acknowledged"), clock.acknowledged_at),
        words_fact(
            _("Acknowledged by"), clock.acknowledged_by.name if clock.acknowledged_by else ""
        ),
        moment_fact(_("Ended"), clock.stopped_at),
    ]
    return [fact for fact in facts if fact["words"] or fact["at"]]


def words_fact(label: str, words: str) -> dict[str, Any]:
    """Return a fact in words."""
    return {"label": label, "words": words, "at": None}


def moment_fact(label: str, at: datetime | None) -> dict[str, Any]:
    """Return a fact that is a moment."""
    return {"label": label, "words": "", "at": at}


def span_words(clock: Clock) -> str:
    """Return how long a promise may take: working days, opening hours, or nothing for a date."""
    if clock.is_fixed:
        return ""
    if clock.within_days is not None:
        return days_words(clock.within_days)
    return exact_words(clock.within)


def mark_told(mark: ClockMark) -> dict[str, Any]:
    """Return one line of the history in words; `due_at` is what was due after it."""
    kind = MarkKind(mark.kind)
    why = WHY.get(str(mark.facts.get("reason", "")))
    return {
        "symbol": SYMBOLS[kind],
        "text": str(MARKS[kind]),
        "why": _("because %(why)s") % {"why": why} if why else "",
        "at": mark.at,
        "due_at": mark.due_at,
    }


def clock_as_data(clock: Clock, *, at: datetime) -> dict[str, Any]:
    """Return a clock as programs get it: how it stands, by what, its segments and its history.

    No query if its hours never changed and its marks are loaded.
    """
    version = clock.target.version if clock.target is not None else None
    end = max(clock.started_at, at if clock.state == "paused" else clock.due_at)
    return {
        "id": clock.pk,
        "metric": clock.metric,
        "state": clock.state,
        "cycle": clock.cycle,
        "service_level": version.service_level.name if version is not None else None,
        "version": version.number if version is not None else None,
        "calendar": clock.calendar.name,
        "calendar_revision": clock.revision,
        "ladder": clock.ladder.name if clock.ladder is not None else None,
        "within_seconds": clock.within // timedelta(seconds=1),
        "within_days": clock.within_days,
        "started_at": clock.started_at,
        "attached_at": clock.attached_at,
        "original_due_at": clock.original_due_at,
        "due_at": clock.due_at,
        "breach_recorded_at": clock.breach_recorded_at,
        "acknowledged_at": clock.acknowledged_at,
        "stopped_at": clock.stopped_at,
        "segments": []
        if clock.is_fixed
        else [
            {
                "kind": str(one.kind),
                "began_at": one.began_at,
                "ended_at": one.ended_at,
                "counted_so_far_seconds": one.counted_so_far / timedelta(seconds=1),
            }
            for one in segments(hours_of(clock), until=end, pauses=clock.pause_spans(until=at))
        ],
        "marks": [
            {
                "kind": mark.kind,
                "at": mark.at,
                "due_at": mark.due_at,
                "reason": mark.facts.get("reason") or None,
            }
            for mark in marks_of(clock)
        ],
    }
