"""Settings: what customers are promised, in the order in which service levels are tried."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers.models import Entitlement
from servicedesk.configuration.frame import NotFound, posted_id, settings_page
from servicedesk.pages.guards import StaffRequest, staff
from workflow.amending import BadSetting, NameTaken
from workflow.clocks.models import Calendar, Ladder, PolicyVersion, ServiceLevel, VersionState
from workflow.clocks.policies import DraftExists, start_draft
from workflow.clocks.policy_content import policy_of
from workflow.clocks.policy_files import BadFile, import_drafts, written_versions
from workflow.clocks.policy_words import Sentence, applies_in_words, sentences_of
from workflow.clocks.service_levels import add_service_level, make_default, move_service_level
from workflow.people.permissions import Permission

Names = dict[int, str]


@staff(Permission.CONFIGURE)
def service_levels(request: StaffRequest) -> HttpResponse:
    """Show the service levels, add one, order them, or take some from a file."""
    if request.method != "POST":
        return service_levels_page(request, data={}, errors={})
    action = request.POST.get("action", "")
    if action == "add":
        return add(request)
    if action == "import":
        return take_file(request)
    change(request, action)
    return redirect("settings:service_levels")


def change(request: StaffRequest, action: str) -> None:
    """Move a service level, or let it serve everybody else.

    Raises:
        NotFound: the form asks for something else.
    """
    level_id, actor, at = posted_id(request), request.actor, now()
    if action in ("up", "down"):
        by = -1 if action == "up" else 1
        move_service_level(service_level_id=level_id, by=by, actor=actor, at=at)
    elif action == "default":
        make_default(service_level_id=level_id, actor=actor, at=at)
    else:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def add(request: StaffRequest) -> HttpResponse:
    """Add a service level and begin its draft."""
    name = request.POST.get("name", "")
    try:
        level = add_service_level(name=name, actor=request.actor, at=now())
    except (BadSetting, NameTaken) as refusal:
        return service_levels_page(
            request, data={"name": name}, errors={"name": str(refusal)}, status=422
        )
    start_draft(service_level_id=level.pk, actor=request.actor, at=now())
    return redirect("settings:service_level_draft", level.pk)


def take_file(request: StaffRequest) -> HttpResponse:
    """Make drafts of a file; what is wrong with it is told by line."""
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise BadFile([_("Choose a file.")])
        drafts = import_drafts(sent.read(), actor=request.actor, at=now())
    except BadFile as refusal:
        return service_levels_page(
            request, data={}, errors={}, problems=refusal.problems, status=422
        )
    except (DraftExists, BadSetting) as refusal:
        problem = f"{refusal} {refusal.next_step}"
        return service_levels_page(request, data={}, errors={}, problems=[problem], status=422)
    messages.success(
        request,
        _("Drafts were made: %(names)s. Nothing is published yet.")
        % {"names": ", ".join(draft.service_level.name for draft in drafts)},
    )
    return redirect("settings:service_levels")


@require_safe
@staff(Permission.CONFIGURE)
def service_levels_file(_request: StaffRequest) -> HttpResponse:
    """Hand out everything that is published as one file."""
    versions = (
        PolicyVersion.objects.filter(state=VersionState.PUBLISHED)
        .select_related("service_level")
        .prefetch_related("targets")
        .order_by("-service_level__is_default", "service_level__position", "service_level_id")
    )
    return as_file(written_versions(versions), name="service-levels.yaml")


def as_file(text: str, *, name: str) -> HttpResponse:
    """Return a text as a file to keep."""
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


# ---- the page --------------------------------------------------------------------------------


def service_levels_page(
    request: StaffRequest,
    *,
    data: dict[str, str],
    errors: dict[str, str],
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page; six queries for any number of service levels."""
    levels = list(
        ServiceLevel.objects.select_related("version__calendar")
        .prefetch_related("version__targets", Prefetch("versions", queryset=drafts()))
        .order_by("is_default", "position", "id")
    )
    customers, calendars, ladders = entitled(at=now()), calendar_names(), ladder_names()
    return settings_page(
        request,
        "service_levels",
        {
            "service_levels": [
                level_in_list(
                    level,
                    place=place,
                    customers=customers.get(level.pk, 0),
                    calendars=calendars,
                    ladders=ladders,
                )
                for place, level in enumerate(levels, start=1)
            ],
            "form": {"data": data, "errors": errors},
            "problems": problems or [],
        },
        status=status,
    )


def drafts() -> Any:
    """Return the query for drafts."""
    return PolicyVersion.objects.filter(state=VersionState.DRAFT)


def entitled(*, at: datetime) -> dict[int, int]:
    """Return how many customers have a right to each service level now; one query."""
    running = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    return dict(
        Entitlement.objects.filter(running, begins_at__lte=at)
        .order_by()
        .values_list("service_level_id")
        .annotate(count=Count("id"))
    )


def calendar_names() -> Names:
    """Return the names of opening hours by id; one query."""
    return dict(Calendar.objects.order_by("name", "id").values_list("id", "name"))


def ladder_names() -> Names:
    """Return the names of ladders by id; one query."""
    return dict(Ladder.objects.order_by("name", "id").values_list("id", "name"))


def level_in_list(
    level: ServiceLevel, *, place: int, customers: int, calendars: Names, ladders: Names
) -> dict[str, Any]:
    """Return what a card shows; asks nothing."""
    version, draft = level.version, next(iter(level.versions.all()), None)
    policy = policy_of(version) if version is not None else None
    return {
        "id": level.pk,
        "place": place,
        "name": level.name,
        "is_default": level.is_default,
        "is_live": version is not None,
        "number": version.number if version is not None else None,
        "draft": draft.number if draft is not None else None,
        "customers": customers,
        "applies": applies_in_words(policy.applies_when, is_default=level.is_default)
        if policy
        else "",
        "sentences": [
            shown(one)
            for one in (
                sentences_of(policy, calendars=calendars, ladders=ladders) if policy else ()
            )
        ],
        "href": reverse("settings:service_level", args=[level.pk]),
        "draft_href": reverse("settings:service_level_draft", args=[level.pk]),
    }


def shown(sentence: Sentence) -> dict[str, Any]:
    """Return a sentence as a template shows it."""
    return {
        "metric": sentence.metric.value,
        "lead": sentence.lead,
        "spans": [{"priority": name, "within": within} for name, within in sentence.spans],
        "hours": sentence.hours,
        "details": list(sentence.details),
    }
