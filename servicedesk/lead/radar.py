"""The radar of patterns: what emerges, grows and fades, as a picture and as a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from problems.patterns_told import decided_patterns, proposed_patterns
from problems.radar import RadarState, radar_of_tenant, standing
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, moment_and_id_in
from servicedesk.pages.pattern_words import (
    NO_TEAM,
    ago_words,
    growth_words,
    pattern_named,
    pattern_row,
)
from servicedesk.pages.radar_picture import Blip, radar_picture
from servicedesk.pages.spans import span_in_words
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

DECIDED_SHOWN = 50


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """How far back the radar shows, and its four rings: narrow ages within, wide ones outside."""

    code: str
    label: Any
    rings: tuple[timedelta, ...]

    @property
    def lasts(self) -> timedelta:
        """How far back it shows."""
        return self.rings[-1]

    @property
    def ages(self) -> list[str]:
        """What the rings are called."""
        return [span_in_words(ring) for ring in self.rings]


SPANS = (
    Span("6h", gettext_lazy("6 h"), (HOUR / 2, HOUR * 3 / 2, 3 * HOUR, 6 * HOUR)),
    Span("3d", gettext_lazy("3 days"), (6 * HOUR, DAY, 2 * DAY, 3 * DAY)),
    Span("2w", gettext_lazy("2 weeks"), (DAY, 3 * DAY, 7 * DAY, 14 * DAY)),
)
USUAL_SPAN = SPANS[1]


@require_safe
@staff(Permission.VIEW_PROBLEM)
def radar(request: StaffRequest) -> HttpResponse:
    """Show what waits for a decision; three queries beside the frame's, on any number."""
    at = now()
    span = next((one for one in SPANS if one.code == request.GET.get("span")), USUAL_SPAN)
    shows_snoozed = request.GET.get("snoozed") == "1"
    own = radar_of_tenant()
    found = proposed_patterns(
        request.actor, at=at, since=at - span.lasts, with_snoozed=shows_snoozed
    )
    return page(
        request,
        "lead/radar.html",
        {
            "spans": [
                {
                    "label": one.label,
                    "href": f"?span={one.code}",
                    "is_current": one is span,
                }
                for one in SPANS
            ],
            "patterns": [
                pattern_row(
                    pattern,
                    found.moments.get(pattern.pk, []),
                    span=span.lasts,
                    work_per_case=own.work_per_case,
                    at=at,
                )
                for pattern in found.patterns
            ],
            "picture": radar_picture(
                [blip(pattern, at=at) for pattern in found.patterns],
                rings=span.rings,
                ages=span.ages,
            ),
            "standing": standing_words(own, proposed=len(found.patterns), at=at),
            "snoozed": found.snoozed,
            "older": found.older,
            "older_href": f"?span={SPANS[-1].code}",
            "shows_snoozed": shows_snoozed,
            "snoozed_href": f"?span={span.code}&snoozed=1",
            "may": rights(request.actor),
        },
    )


def rights(actor: Actor) -> dict[str, bool]:
    """Return what somebody may do with suspected problems; no query."""
    decides = actor.may(Permission.STEER_PROBLEM)
    links = decides and actor.may(Permission.LINK_CASE)
    return {
        "decide": decides,
        "link": links,
        "open": links and actor.may(Permission.OPEN_PROBLEM),
        "configure": actor.may(Permission.CONFIGURE),
    }


def blip(pattern: Any, *, at: datetime) -> Blip:
    """Return a suspected problem as the picture needs it."""
    named = pattern_named(pattern)
    says = _("%(number)s %(title)s, %(team)s, %(cases)d cases") % {
        "number": named["number"],
        "title": named["title"],
        "team": named["team"],
        "cases": pattern.cases,
    }
    if pattern.seen_at is None:
        says = _("%(says)s, nobody has looked at it") % {"says": says}
    return Blip(
        key=pattern.pk,
        team=named["team"] if pattern.department is not None else str(NO_TEAM),
        hue=named["hue"],
        age=at - pattern.first_case_at,
        cases=pattern.cases,
        is_seen=pattern.seen_at is not None,
        label=says,
        href=named["href"],
    )


def standing_words(own: Any, *, proposed: int, at: datetime) -> dict[str, Any]:
    """Return how it stands with the looking, in words; no query."""
    state = standing(own, proposed=proposed, at=at)
    looked = ago_words(own.looked_at, at=at) if own.looked_at is not None else ""
    return {
        "state": state.value,
        "looked": looked,
        "cases": own.cases_looked_at,
        "last_raised_at": own.last_raised_at,
        "late_since": own.next_look_at if state is RadarState.STALE else None,
    }


@require_safe
@staff(Permission.VIEW_PROBLEM)
def radar_decided(request: StaffRequest) -> HttpResponse:
    """Show what was decided or has faded, the newest first; one query beside the frame's."""
    found = decided_patterns(request.actor)
    after = moment_and_id_in(request.GET.get("after", ""))
    if after is not None:
        changed_at, last_id = after
        found = found.filter(changed_at__lte=changed_at).exclude(
            changed_at=changed_at, pk__gte=last_id
        )
    rows = list(found[: DECIDED_SHOWN + 1])
    shown = rows[:DECIDED_SHOWN]
    next_url = ""
    if len(rows) > DECIDED_SHOWN:
        next_url = f"?after={cursor_of(shown[-1].changed_at, shown[-1].pk)}"
    return page(
        request,
        "lead/radar_decided.html",
        {"patterns": [decided_row(one) for one in shown], "next_url": next_url},
    )


def decided_row(pattern: Any) -> dict[str, Any]:
    """Return a decided one as a row; no query."""
    return {
        **pattern_named(pattern),
        "cases": pattern.cases,
        "customers": pattern.customers,
        "growth": growth_words(pattern),
        "changed_at": pattern.changed_at,
        "decided_by": pattern.decided_by.name if pattern.decided_by else "",
        "came_of_it": came_of(pattern),
    }


def came_of(pattern: Any) -> dict[str, str]:
    """Return what a decision led to: a problem, or another suspected one."""
    if pattern.problem is not None:
        return {
            "label": f"{pattern.problem.name} {pattern.problem.title}",
            "href": reverse("problem:problem", args=[pattern.problem.name]),
        }
    if pattern.survivor is not None:
        return {
            "label": f"{pattern.survivor.name} {pattern.survivor.title}",
            "href": reverse("lead:pattern", args=[pattern.survivor.number]),
        }
    return {"label": "", "href": ""}


def next_to_decide(actor: Actor, *, at: datetime, but: Sequence[int] = ()) -> str:
    """Return where the next one is that waits for a decision, else the radar; two queries."""
    found = proposed_patterns(actor, at=at)
    for pattern in found.patterns:
        if pattern.pk not in but:
            return reverse("lead:pattern", args=[pattern.number])
    return reverse("lead:radar")
