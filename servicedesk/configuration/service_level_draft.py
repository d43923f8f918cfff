"""Settings: the draft of a service level, as sentences to fill in, checked and tried as they stand."""

from datetime import datetime, tzinfo
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from servicedesk.configuration.condition_form import OPERATORS, STATEMENTS
from servicedesk.configuration.frame import NotFound, settings_page
from servicedesk.configuration.policy_form import (
    KEPT,
    PAUSE_NAMES,
    RECURRENCES,
    USUAL,
    Written,
    data_of,
    metrics_for,
    read_form,
    usual_pause,
)
from servicedesk.configuration.service_level import level_of
from servicedesk.configuration.service_levels import (
    Names,
    calendar_names,
    ladder_names,
    shown,
)
from servicedesk.pages.clock_explained import moment_in
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.simulating.looking import Compared, clocks_of, evidence_for, preview_of
from servicedesk.simulating.pieces import ask_simulation, simulation_of
from servicedesk.simulating.telling import Told
from workflow.amending import BadSetting
from workflow.clocks.models import Metric, PolicyVersion, ServiceLevel, VersionState
from workflow.clocks.policies import (
    ChangedMeanwhile,
    HasErrors,
    change_draft,
    check_draft,
    discard_draft,
    publish_draft,
)
from workflow.clocks.policy_content import Policy, policy_of
from workflow.clocks.policy_findings import Finding
from workflow.clocks.policy_matching import CASE_FACTS
from workflow.clocks.policy_words import (
    FACTS,
    LEADS,
    PRIORITIES,
    applies_in_words,
    differences_in_words,
    metric_name,
    priority_name,
    sentences_of,
)
from workflow.people.permissions import Permission

VERDICTS = {
    "met": lambda: _("kept"),
    "missed": lambda: _("missed"),
    "open": lambda: _("running"),
    "": lambda: _("no verdict"),
}


def draft_of(level: ServiceLevel) -> PolicyVersion | None:
    """Return the draft of a service level, or None; two queries."""
    return (
        PolicyVersion.objects.filter(service_level=level, state=VersionState.DRAFT)
        .select_related("service_level", "calendar")
        .prefetch_related("targets")
        .first()
    )


@staff(Permission.CONFIGURE)
def service_level_draft(request: StaffRequest, level_id: int) -> HttpResponse:
    """Show the draft, change it, publish or discard it, or ask for last month by it."""
    level = level_of(level_id)
    draft = draft_of(level)
    if draft is None:
        return redirect("settings:service_level", level.pk)
    if request.method != "POST":
        return draft_page(request, draft, written=Written(data=data_of(policy_of(draft))))
    action = request.POST.get("action", "")
    if action == "save":
        return save(request, draft)
    if action == "publish":
        return publish(request, draft)
    if action == "simulate":
        ask_simulation(version=draft, actor=request.actor, at=now())
        return redirect("settings:service_level_simulation", level.pk)
    if action == "discard":
        discard_draft(version_id=draft.pk, actor=request.actor, at=now())
        messages.success(request, _("The draft is discarded."))
        return redirect("settings:service_level", level.pk)
    raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def save(request: StaffRequest, draft: PolicyVersion) -> HttpResponse:
    """Let the draft say what the form says; what cannot be read stands in it."""
    posted = {name: str(value) for name, value in request.POST.items()}
    is_default = draft.service_level.is_default
    written = read_form(posted, before=policy_of(draft), is_default=is_default)
    if written.policy is not None:
        try:
            change_draft(
                version_id=draft.pk,
                policy=written.policy,
                actor=request.actor,
                at=now(),
                expected=request.POST.get("fingerprint") or None,
            )
        except (BadSetting, ChangedMeanwhile) as refusal:
            written.errors["note"] = f"{refusal} {refusal.next_step}"
        else:
            messages.success(request, _("The draft is saved."))
            return redirect("settings:service_level_draft", draft.service_level_id)
    return draft_page(request, draft, written=written, status=422)


def publish(request: StaffRequest, draft: PolicyVersion) -> HttpResponse:
    """Let the draft count from now on; running clocks stay or move, as was chosen."""
    try:
        version = publish_draft(
            version_id=draft.pk,
            moves_clocks=request.POST.get("clocks") == "move",
            expected=request.POST.get("fingerprint") or None,
            actor=request.actor,
            at=now(),
        )
    except (HasErrors, ChangedMeanwhile) as refusal:
        messages.error(request, f"{refusal} {refusal.next_step}")
        return redirect("settings:service_level_draft", draft.service_level_id)
    messages.success(
        request,
        _("Version %(number)d of %(name)s counts from now on.")
        % {"number": version.number, "name": version.service_level.name},
    )
    return redirect("settings:service_level", draft.service_level_id)


# ---- the page --------------------------------------------------------------------------------


def draft_page(
    request: StaffRequest, draft: PolicyVersion, *, written: Written, status: int = 200
) -> HttpResponse:
    """Return the page: the form, what the checks say of what is saved, and five real cases.

    About twenty queries, whatever the draft says.
    """
    level, at = draft.service_level, now()
    calendars, ladders, policy = calendar_names(), ladder_names(), policy_of(draft)
    published = level.version if level.version_id else None
    findings = check_draft(draft, at=at, evidence=evidence_for(level, at=at))
    simulation = simulation_of(draft)
    is_sound = not any(one.is_error for one in findings)
    return settings_page(
        request,
        "service_level_draft",
        {
            "settings_page": "service_levels",
            "level": {
                "id": level.pk,
                "name": level.name,
                "is_default": level.is_default,
                "number": published.number if published else None,
            },
            "draft": {"number": draft.number, "fingerprint": policy.fingerprint},
            "form": {"data": written.data, "errors": written.errors},
            "metrics": [
                metric_shown(metric, written=written, findings=findings)
                for metric in metrics_for(is_default=level.is_default)
            ],
            "statements": statements_shown(written),
            "calendars": choices(calendars),
            "ladders": choices(ladders),
            "findings": [finding_shown(one) for one in findings],
            "is_sound": is_sound,
            "sentences": [
                shown(one)
                for one in (
                    sentences_of(policy, calendars=calendars, ladders=ladders) if is_sound else ()
                )
            ],
            "applies": applies_in_words(policy.applies_when, is_default=level.is_default)
            if is_sound
            else "",
            "changes": changes_of(draft, published, policy, calendars=calendars, ladders=ladders)
            if is_sound
            else [],
            "previews": [
                preview_shown(told, targets, zone=draft.calendar.working_time().zone)
                for told, targets in (preview_of(draft, at=at) if is_sound else ())
            ],
            "clocks": clocks_of(level),
            "simulation": {
                "state": simulation.state,
                "is_stale": simulation.fingerprint != policy.fingerprint,
                "href": reverse("settings:service_level_simulation", args=[level.pk]),
            }
            if simulation
            else None,
        },
        status=status,
    )


def changes_of(
    draft: PolicyVersion,
    published: PolicyVersion | None,
    policy: Policy,
    *,
    calendars: Names,
    ladders: Names,
) -> list[str]:
    """Return what the draft says other than what is published, in words; one query."""
    return differences_in_words(
        policy_of(published) if published else None,
        policy,
        calendars=calendars,
        ladders=ladders,
        is_default=draft.service_level.is_default,
    )


def choices(names: Names) -> list[dict[str, Any]]:
    """Return names as options of a field."""
    return [{"value": str(pk), "label": name} for pk, name in names.items()]


def finding_shown(finding: Finding) -> dict[str, Any]:
    """Return a finding as a template shows it, with where it can be mended."""
    metric = finding.place.rpartition("_")[0]
    return {
        "sentence": finding.sentence,
        "is_error": finding.is_error,
        "anchor": f"#{metric}" if metric else "",
    }


def metric_shown(metric: Metric, *, written: Written, findings: list[Finding]) -> dict[str, Any]:
    """Return one sentence of the builder with its rows and fields."""
    data, errors, code = written.data, written.errors, metric.value
    rows = [row_shown(f"{code}_{priority}", priority, written) for priority in PRIORITIES]
    is_wrong = any(name.startswith(code) for name in errors)
    return {
        "code": code,
        "name": metric_name(metric),
        "lead": LEADS[metric](),
        "rows": rows,
        "is_open": is_wrong or any(row["within"] for row in rows),
        "spans": [row["within"] for row in rows if row["within"]],
        "pause": data.get(f"{code}_pause", USUAL),
        "pauses": [
            {"value": USUAL, "label": usual_pause(metric)},
            *({"value": value, "label": name()} for value, name in PAUSE_NAMES.items()),
            *(
                [{"value": KEPT, "label": _("differs by priority: stays as it is")}]
                if data.get(f"{code}_pause") == KEPT
                else []
            ),
        ],
        "repeats": metric == Metric.PERIODIC_UPDATE,
        "recurrence": data.get(f"{code}_recurrence", ""),
        "recurrences": [{"value": value, "label": name()} for value, name in RECURRENCES.items()],
        "conditions": data.get(f"{code}_conditions", ""),
        "conditions_error": errors.get(f"{code}_conditions", ""),
        "errors": sum(one.is_error and one.place.startswith(code) for one in findings),
    }


def row_shown(name: str, priority: int, written: Written) -> dict[str, Any]:
    """Return the fields of one target."""
    return {
        "name": name,
        "priority": priority_name(priority).capitalize(),
        "within": written.data.get(f"{name}_within", ""),
        "error": written.errors.get(f"{name}_within", ""),
        "calendar": written.data.get(f"{name}_calendar", ""),
        "ladder": written.data.get(f"{name}_ladder", ""),
    }


def statements_shown(written: Written) -> dict[str, Any]:
    """Return the condition builder: three statements, how they are joined, JSON besides."""
    facts = [{"value": code, "label": FACTS[code]().capitalize()} for code in sorted(CASE_FACTS)]
    return {
        "rows": [
            {
                "place": place,
                "fact": written.data.get(f"fact_{place}", ""),
                "operator": written.data.get(f"operator_{place}", "is"),
                "value": written.data.get(f"value_{place}", ""),
            }
            for place in range(STATEMENTS)
        ],
        "facts": facts,
        "operators": [{"value": code, "label": name()} for code, name in OPERATORS.items()],
        "joined": written.data.get("joined", "all"),
        "joins": [
            {"value": "all", "label": _("all of these are so")},
            {"value": "any", "label": _("one of these is so")},
        ],
        "condition": written.data.get("condition", ""),
        "error": written.errors.get("condition", ""),
    }


def preview_shown(told: Told, targets: list[Compared], *, zone: tzinfo) -> dict[str, Any]:
    """Return one real case with its targets now and then."""
    return {
        "number": told.case.number,
        "subject": told.case.subject,
        "href": reverse("agent:case", args=[told.case.number]),
        "priority": priority_name(told.case.priority),
        "targets": [
            {
                "metric": metric_name(one.metric) + (f" {one.cycle}" if one.cycle > 1 else ""),
                "today": in_zone(one.due_today, zone=zone),
                "then": in_zone(one.due_then, zone=zone),
                "is_moved": one.due_today != one.due_then,
                "verdict_today": VERDICTS[one.verdict_today](),
                "verdict_then": VERDICTS[one.verdict_then](),
                "tone_then": {"missed": "danger", "met": "good"}.get(one.verdict_then, "line"),
            }
            for one in targets[:8]
        ],
    }


def in_zone(at: datetime | None, *, zone: tzinfo) -> str:
    """Write a due time in the zone of the opening hours; empty where nothing is promised."""
    return moment_in(at, zone=zone) if at is not None else ""
