"""Settings: what the matching may do, how it is, how right it was, what it learned."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases.states import Channel
from problems.asking import Source
from problems.linking import LinkReason
from problems.matcher_client import MatcherState, state_of_matcher
from problems.matching_history import (
    Proof,
    automatic_links,
    learned_lately,
    months_of_matching,
    proofs,
    rejected_by_reason,
    taught_lately,
)
from problems.matching_policies import (
    LEAST_PRECISION,
    MOST_PRECISION,
    Allowed,
    BadMatchingPolicy,
    DoorMode,
    allowed_matching,
    set_matching_policy,
)
from problems.matching_quality import ENOUGH_DECISIONS
from problems.models.lesson import LessonKind
from problems.models.link import LinkKind
from servicedesk.configuration.frame import settings_page, whole_number
from servicedesk.pages.case_words import channel_names
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.link_words import REJECTED_BECAUSE
from servicedesk.pages.matching_picture import (
    bin_rows,
    calibration_picture,
    month_rows,
    months_picture,
    percent,
)
from workflow.history.since import ChangedSince
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

MODES = {
    DoorMode.OFF: gettext_lazy("Nothing"),
    DoorMode.SUGGEST: gettext_lazy("Suggest only"),
    DoorMode.LINK: gettext_lazy("Suggest and link"),
}
SOURCES = {
    Source.MODEL: gettext_lazy("By meaning and words"),
    Source.WORDS: gettext_lazy("By words alone"),
}
LESSONS = {
    LessonKind.LINKED: gettext_lazy("Cases linked"),
    LessonKind.UNLINKED: gettext_lazy("Decisions taken back"),
    LessonKind.REJECTED: gettext_lazy("Suggestions rejected"),
    LessonKind.SIMILAR: gettext_lazy("Called similar, with another cause"),
    LessonKind.OPENED: gettext_lazy("Problems opened"),
    LessonKind.RETITLED: gettext_lazy("Problems described anew"),
    LessonKind.ENDED: gettext_lazy("Problems ended"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.CONFIGURE)
def matching(request: StaffRequest) -> HttpResponse:
    """Show what the matching may do and how right it was, or change what it may."""
    if request.method != "POST":
        return matching_page(request)
    doors = {
        channel.value: request.POST[f"door-{channel}"]
        for channel in Channel
        if f"door-{channel}" in request.POST
    }
    typed = request.POST.get("wanted_precision", "")
    links_alone = request.POST.get("links_alone") == "yes"
    try:
        set_matching_policy(
            links_alone=links_alone,
            wanted_precision=whole_number(typed.strip()) or 0,
            doors=doors,
            actor=request.actor,
            at=now(),
            expected_version=whole_number(request.POST.get("version")),
        )
    except (BadMatchingPolicy, ChangedSince) as refusal:
        return matching_page(
            request,
            typed={"wanted_precision": typed, "links_alone": links_alone, "doors": doors},
            refusal=refusal,
            status=409 if isinstance(refusal, ChangedSince) else 422,
        )
    messages.success(request, _("Matching is saved."))
    return redirect("settings:matching")


def matching_page(
    request: StaffRequest,
    *,
    typed: Mapping[str, Any] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page; ten queries beside the frame's, however much was decided."""
    at = now()
    allowed = allowed_matching()
    found = proofs(wanted_precision=allowed.wanted_precision, at=at)
    months = months_of_matching(zone=get_current_timezone(), at=at)
    automatic = automatic_links(at=at)
    return settings_page(
        request,
        "matching",
        {
            "state": state_shown(state_of_matcher()),
            "form": form_shown(allowed, typed=typed, refusal=refusal),
            "refusal": refusal if isinstance(refusal, ChangedSince) else None,
            "alone": alone_shown(allowed, found),
            "automatic": automatic,
            "months": {"picture": months_picture(months), "rows": month_rows(months)},
            "proofs": [proof_shown(one) for one in found if one.decided],
            **learned_shown(at=at),
        },
        status=status,
    )


def state_shown(state: MatcherState | None) -> dict[str, Any]:
    """Return how the matcher is, in words."""
    if state is None:
        return {
            "tone": "orange",
            "icon": "triangle-alert",
            "says": _("The matcher does not answer now. Suggestions go by words alone."),
            "more": _(
                "It comes back by itself; whoever runs the installation sees why in its log."
            ),
        }
    if not state.model:
        return {
            "tone": "orange",
            "icon": "info",
            "says": _("There is no model here. Suggestions go by words alone."),
            "more": state.missing,
        }
    return {
        "tone": "green",
        "icon": "circle-check",
        "says": _("The matcher answers, by meaning and words."),
        "more": _("Model %(model)s. It holds %(problems)d problems and %(cases)d cases of yours.")
        % {"model": state.model, "problems": state.problems, "cases": state.cases}
        + (
            " " + _("%(count)d texts are yet to be read.") % {"count": state.backlog}
            if state.backlog
            else ""
        ),
    }


def form_shown(
    allowed: Allowed, *, typed: Mapping[str, Any] | None, refusal: Refusal | None
) -> dict[str, Any]:
    """Return the form as it is kept, or as somebody filled it in."""
    given = typed or {}
    doors = given.get("doors", {})
    names = channel_names()
    return {
        "links_alone": given.get("links_alone", allowed.links_alone),
        "wanted_precision": given.get("wanted_precision", allowed.wanted_precision),
        "least": LEAST_PRECISION,
        "most": MOST_PRECISION,
        "error": str(refusal) if isinstance(refusal, BadMatchingPolicy) else "",
        "version": allowed.version,
        "doors": [
            {
                "id": f"door-{channel}",
                "label": names[channel.value],
                "value": doors.get(channel.value, allowed.mode_at(channel).value),
            }
            for channel in Channel
        ],
        "modes": [{"value": mode.value, "label": str(words)} for mode, words in MODES.items()],
    }


def alone_shown(allowed: Allowed, found: Sequence[Proof]) -> list[dict[str, str]]:
    """Return for each source whether links are proven to be right, and from which certainty on."""
    return [
        {"source": str(SOURCES[one.source]), "says": proof_in_words(one, allowed=allowed)}
        for one in found
    ]


def proof_in_words(proof: Proof, *, allowed: Allowed) -> str:
    """Return from which certainty on links are proven, or what is missing."""
    if proof.threshold is not None:
        return _(
            "Proven from %(score)s on: %(right)d of %(decided)d decided suggestions were right."
        ) % {
            "score": percent(proof.threshold.score / 1000),
            "right": proof.threshold.right,
            "decided": proof.threshold.decided,
        }
    if proof.decided < ENOUGH_DECISIONS:
        return _(
            "Not proven: %(decided)d suggestions were decided, at least %(enough)d are needed."
        ) % {
            "decided": proof.decided,
            "enough": ENOUGH_DECISIONS,
        }
    return _("Not proven: at no certainty were surely %(wanted)d of 100 suggestions right.") % {
        "wanted": allowed.wanted_precision
    }


def proof_shown(proof: Proof) -> dict[str, Any]:
    """Return certainty beside truth for one source."""
    return {
        "code": proof.source.value,
        "source": str(SOURCES[proof.source]),
        "decided": proof.decided,
        "right": percent(proof.right / proof.decided),
        "picture": calibration_picture(proof.bins, error=proof.error),
        "rows": bin_rows(proof.bins),
    }


def learned_shown(*, at: datetime) -> dict[str, Any]:
    """Return what was learned this week, and why suggestions were rejected; four queries."""
    lessons = learned_lately(at=at)
    rejected = rejected_by_reason(at=at)
    most = max((one.times for one in rejected), default=1)
    return {
        "learned": [
            {"label": str(words), "times": lessons[kind]}
            for kind, words in LESSONS.items()
            if lessons.get(kind)
        ],
        "taught": [
            {
                "name": f"P-{one.number}",
                "href": reverse("problem:problem", args=[one.number]),
                "title": one.title,
                "lessons": one.lessons,
            }
            for one in taught_lately(at=at)
        ],
        "rejected": [
            {
                "label": reason_words(one.reason),
                "times": one.times,
                "width": round(100 * one.times / most),
            }
            for one in rejected
        ],
    }


def reason_words(code: str) -> str:
    """Return in words why a suggestion was not the cause."""
    if code == LinkKind.SIMILAR:
        return _("Similar, with another cause")
    return str(REJECTED_BECAUSE[LinkReason(code)])
