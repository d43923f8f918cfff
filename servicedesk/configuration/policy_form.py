"""The sentence builder: what a draft says as fields of a form, and back again."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from servicedesk.configuration.condition_form import condition_written, fields_of, tree_in
from servicedesk.configuration.frame import whole_number
from workflow.clocks.metrics import CONDITIONS
from workflow.clocks.models import Metric, Recurrence
from workflow.clocks.policy_content import METRICS, PROBLEM_METRICS, Policy, Promise, in_order
from workflow.clocks.policy_words import (
    NEVER,
    PRIORITIES,
    WAITING_FOR_CUSTOMER,
    WAITING_FOR_OTHERS,
    pause_in_words,
)
from workflow.clocks.spans import NotASpan, span_in, span_written
from workflow.conditions import BadCondition

USUAL, KEPT = "usual", "kept"
PAUSES: Mapping[str, Mapping[str, object]] = {
    "never": NEVER,
    "customer": WAITING_FOR_CUSTOMER,
    "others": WAITING_FOR_OTHERS,
}
PAUSE_NAMES: dict[str, Callable[[], str]] = {
    "never": lambda: _("never"),
    "customer": lambda: _("while waiting for customer"),
    "others": lambda: _("while waiting for customer or for a fix"),
}
RECURRENCES: dict[str, Callable[[], str]] = {
    Recurrence.NONE.value: lambda: _("from the last one (as usual)"),
    Recurrence.INDEPENDENT.value: lambda: _("from the last one, said expressly"),
    Recurrence.SEQUENTIAL.value: lambda: _("from when the last one was due: no drift"),
}


@dataclass
class Written:
    """A filled-in form: what was written, what it says, and what is wrong, by field."""

    data: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    policy: Policy | None = None


def metrics_for(*, is_default: bool) -> list[Metric]:
    """Return what a service level may promise; problems stand on the default one."""
    return [one for one in METRICS if is_default or one not in PROBLEM_METRICS]


# ---- from a policy to fields -----------------------------------------------------------------


def data_of(policy: Policy) -> dict[str, str]:
    """Return the fields that say a policy."""
    data = {"calendar": str(policy.calendar_id), "note": policy.note}
    data |= fields_of(policy.applies_when)
    for promise in policy.promises:
        name = f"{promise.metric.value}_{promise.priority}"
        data[f"{name}_within"] = span_written(promise.within, promise.within_days)
        data[f"{name}_calendar"] = str(promise.calendar_id or "")
        data[f"{name}_ladder"] = str(promise.ladder_id or "")
    for metric in METRICS:
        promises = [one for one in policy.promises if one.metric == metric]
        data |= data_of_metric(metric, promises)
    return data


def data_of_metric(metric: Metric, promises: list[Promise]) -> dict[str, str]:
    """Return the fields that hold for all priorities of a metric; `kept` where they differ."""
    conditions = [one.conditions for one in promises]
    recurrences = {str(one.recurrence) for one in promises}
    data = {f"{metric.value}_recurrence": recurrences.pop() if len(recurrences) == 1 else ""}
    if any(one != conditions[0] for one in conditions):
        return {**data, f"{metric.value}_pause": KEPT}
    said = dict(conditions[0]) if conditions else {}
    pause = next((code for code, tree in PAUSES.items() if said.get("pause") == tree), USUAL)
    if pause != USUAL:
        del said["pause"]
    written = json.dumps(said, ensure_ascii=False, indent=2) if said else ""
    return {**data, f"{metric.value}_pause": pause, f"{metric.value}_conditions": written}


def usual_pause(metric: Metric) -> str:
    """Say when a clock stands still by itself."""
    words = pause_in_words(Promise(metric=metric, priority=1))
    return _("as usual: %(words)s") % {"words": words or _("never stands still")}


def is_different(metric: Metric) -> bool:
    """Whether a metric stands still at some time by itself."""
    return "pause" in CONDITIONS[metric]


# ---- from fields to a policy -----------------------------------------------------------------


def read_form(posted: Mapping[str, str], *, before: Policy, is_default: bool) -> Written:
    """Return what a form says; `before` is what stays where the form cannot say it."""
    written = Written(data={name: value for name, value in posted.items() if name != "action"})
    applies_when: Mapping[str, object] = before.applies_when
    try:
        applies_when = condition_written(posted)
    except BadCondition as refusal:
        written.errors["condition"] = str(refusal)
    calendar_id = whole_number(posted.get("calendar"))
    if calendar_id is None:
        written.errors["calendar"] = _("Choose the opening hours.")
    promises = [
        promise
        for metric in metrics_for(is_default=is_default)
        for promise in promises_in(posted, metric, before=before, errors=written.errors)
    ]
    promises += [one for one in before.promises if one.metric not in metrics_for(
        is_default=is_default)]  # fmt: skip
    if not written.errors and calendar_id is not None:
        written.policy = Policy(
            calendar_id=calendar_id,
            applies_when=applies_when,
            note=" ".join(posted.get("note", "").split())[:200],
            promises=in_order(promises),
        )
    return written


def promises_in(
    posted: Mapping[str, str], metric: Metric, *, before: Policy, errors: dict[str, str]
) -> Iterable[Promise]:
    """Yield what a form promises for a metric; an empty span promises nothing."""
    conditions = conditions_in(posted, metric, errors=errors)
    recurrence = posted.get(f"{metric.value}_recurrence", "")
    for priority in PRIORITIES:
        name = f"{metric.value}_{priority}"
        span = posted.get(f"{name}_within", "").strip()
        if not span:
            continue
        try:
            within, days = span_in(span)
        except NotASpan as refusal:
            errors[f"{name}_within"] = str(refusal)
            continue
        old = before.promise(metric, priority) or Promise(metric=metric, priority=priority)
        yield Promise(
            metric=metric,
            priority=priority,
            within=within,
            within_days=days,
            recurrence=Recurrence(recurrence) if recurrence in RECURRENCES else old.recurrence,
            conditions=old.conditions if conditions is None else conditions,
            calendar_id=whole_number(posted.get(f"{name}_calendar")),
            ladder_id=whole_number(posted.get(f"{name}_ladder")),
        )


def conditions_in(
    posted: Mapping[str, str], metric: Metric, *, errors: dict[str, str]
) -> dict[str, Any] | None:
    """Return the conditions of a metric's form, or None where each priority keeps its own."""
    pause = posted.get(f"{metric.value}_pause", KEPT)
    if pause == KEPT:
        return None
    conditions: dict[str, Any] = {}
    written = posted.get(f"{metric.value}_conditions", "").strip()
    if written:
        try:
            conditions = tree_in(written)
        except BadCondition as refusal:
            errors[f"{metric.value}_conditions"] = str(refusal)
    if pause in PAUSES:
        conditions["pause"] = dict(PAUSES[pause])
    return conditions
