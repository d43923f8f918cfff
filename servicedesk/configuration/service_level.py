"""Settings: one service level, its versions and what each says other than the one before."""

from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servicedesk.configuration.frame import NotFound, chosen, settings_page, whole_number
from servicedesk.configuration.service_levels import (
    Names,
    as_file,
    calendar_names,
    ladder_names,
    shown,
)
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.simulating.looking import entitled_to
from workflow.amending import BadSetting, NameTaken
from workflow.clocks.models import PolicyVersion, ServiceLevel, VersionState
from workflow.clocks.policies import start_draft
from workflow.clocks.policy_content import policy_of
from workflow.clocks.policy_files import written_versions
from workflow.clocks.policy_words import applies_in_words, differences_in_words, sentences_of
from workflow.clocks.service_levels import (
    make_default,
    rename_service_level,
    retire_service_level,
)
from workflow.people.permissions import Permission

MOST_VERSIONS = 50


def level_of(level_id: int) -> ServiceLevel:
    """Return a service level with what it promises; one query.

    Raises:
        NotFound: there is none.
    """
    level = ServiceLevel.objects.select_related("version__calendar").filter(pk=level_id).first()
    if level is None:
        raise NotFound(
            _("There is no such service level."), next_step=_("Look at the list of them.")
        )
    return level


@staff(Permission.CONFIGURE)
def service_level(request: StaffRequest, level_id: int) -> HttpResponse:
    """Show one service level, begin a draft of it, rename or retire it."""
    level = level_of(level_id)
    if request.method != "POST":
        return service_level_page(request, level)
    action = request.POST.get("action", "")
    if action == "draft":
        start_draft(service_level_id=level.pk, actor=request.actor, at=now())
        return redirect("settings:service_level_draft", level.pk)
    if action == "rename":
        return rename(request, level)
    change(request, level, action)
    return redirect("settings:service_level", level.pk)


def change(request: StaffRequest, level: ServiceLevel, action: str) -> None:
    """Let a service level serve everybody else, or nobody any more.

    Raises:
        NotFound: the form asks for something else.
    """
    at = now()
    if action == "default":
        make_default(service_level_id=level.pk, actor=request.actor, at=at)
        messages.success(request, _("%(name)s serves everybody else now.") % {"name": level.name})
    elif action == "retire":
        retire_service_level(
            service_level_id=level.pk,
            entitled=entitled_to(level, at=at),
            actor=request.actor,
            at=at,
        )
        messages.success(request, _("%(name)s promises nothing any more.") % {"name": level.name})
    else:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def rename(request: StaffRequest, level: ServiceLevel) -> HttpResponse:
    """Give it another name; one that cannot be used stands in the form."""
    name = request.POST.get("name", "")
    try:
        rename_service_level(service_level_id=level.pk, name=name, actor=request.actor, at=now())
    except (BadSetting, NameTaken) as refusal:
        return service_level_page(request, level, name=name, error=str(refusal), status=422)
    messages.success(request, _("The name is saved."))
    return redirect("settings:service_level", level.pk)


@require_safe
@staff(Permission.CONFIGURE)
def service_level_file(request: StaffRequest, level_id: int) -> HttpResponse:
    """Hand out one version as a file: the one that is asked for, else what is published."""
    level = level_of(level_id)
    versions = PolicyVersion.objects.filter(service_level=level).select_related("service_level")
    number = whole_number(request.GET.get("version"))
    version = (
        versions.filter(number=number).first()
        if number is not None
        else chosen(versions, str(level.version_id or ""))
    )
    if version is None:
        raise NotFound(_("There is no such version."), next_step=_("Look at its versions."))
    return as_file(
        written_versions([version]), name=f"service-level-{level.pk}-{version.number}.yaml"
    )


# ---- the page --------------------------------------------------------------------------------


def service_level_page(
    request: StaffRequest,
    level: ServiceLevel,
    *,
    name: str | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return the page; six queries for any number of versions."""
    calendars, ladders = calendar_names(), ladder_names()
    versions = list(
        PolicyVersion.objects.filter(service_level=level)
        .select_related("created_by", "published_by")
        .prefetch_related("targets")
        .order_by("-number")[: MOST_VERSIONS + 1]
    )
    published = next((one for one in versions if one.pk == level.version_id), None)
    policy = policy_of(published) if published else None
    return settings_page(
        request,
        "service_level",
        {
            "settings_page": "service_levels",
            "level": {
                "id": level.pk,
                "name": level.name,
                "is_default": level.is_default,
                "number": published.number if published else None,
                "has_draft": any(one.state == VersionState.DRAFT for one in versions),
                "applies": applies_in_words(policy.applies_when, is_default=level.is_default)
                if policy
                else "",
                "customers": entitled_to(level, at=now()),
            },
            "sentences": [
                shown(one)
                for one in (
                    sentences_of(policy, calendars=calendars, ladders=ladders) if policy else ()
                )
            ],
            "versions": versions_shown(
                versions, level=level, calendars=calendars, ladders=ladders
            ),
            "form": {"name": level.name if name is None else name, "error": error},
            "compared": compared(request, versions, level=level, calendars=calendars,
                                 ladders=ladders),
        },
        status=status,
    )  # fmt: skip


def versions_shown(
    versions: list[PolicyVersion], *, level: ServiceLevel, calendars: Names, ladders: Names
) -> list[dict[str, Any]]:
    """Return versions, newest first, each with what it says other than the one before."""
    before: list[PolicyVersion | None] = [*versions[1:], None]
    return [
        {
            "number": version.number,
            "state": version.state,
            "note": version.note,
            "by": str(version.published_by or version.created_by or ""),
            "at": version.published_at or version.created_at,
            "retired_at": version.retired_at,
            "lines": differences_in_words(
                policy_of(former) if former else None,
                policy_of(version),
                calendars=calendars,
                ladders=ladders,
                is_default=level.is_default,
            ),
            "is_first": former is None,
            "file_href": f"{reverse('settings:service_level_file', args=[level.pk])}"
            f"?version={version.number}",
        }
        for version, former in zip(versions, before, strict=True)
    ][:MOST_VERSIONS]


def compared(
    request: StaffRequest,
    versions: list[PolicyVersion],
    *,
    level: ServiceLevel,
    calendars: Names,
    ladders: Names,
) -> dict[str, Any] | None:
    """Return two versions side by side in words; None while there are fewer than two."""
    if len(versions) < 2:
        return None
    by_number = {version.number: version for version in versions}
    newest, former = next(pairwise(versions))
    old = by_number.get(whole_number(request.GET.get("from")) or 0, former)
    new = by_number.get(whole_number(request.GET.get("to")) or 0, newest)
    choices = [
        {"value": version.number, "label": _("Version %(number)d") % {"number": version.number}}
        for version in versions
    ]
    return {
        "choices": choices,
        "from": old.number,
        "to": new.number,
        "is_asked": "from" in request.GET,
        "lines": differences_in_words(
            policy_of(old),
            policy_of(new),
            calendars=calendars,
            ladders=ladders,
            is_default=level.is_default,
        ),
    }
