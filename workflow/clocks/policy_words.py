"""What a version promises, as sentences; and what two versions say differently."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow.clocks.condition_words import Names, in_words
from workflow.clocks.metrics import CONDITIONS, PARTS
from workflow.clocks.models import Metric, Recurrence
from workflow.clocks.policy_content import METRICS, Policy, Promise
from workflow.conditions import parse_condition

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
PRIORITIES = (1, 2, 3, 4)

METRIC_NAMES: dict[Metric, Callable[[], str]] = {
    Metric.FIRST_RESPONSE: lambda: _("First response"),
    Metric.NEXT_RESPONSE: lambda: _("Next response"),
    Metric.PERIODIC_UPDATE: lambda: _("Regular update"),
    Metric.RESOLUTION: lambda: _("Resolution"),
    Metric.REQUESTER_WAIT: lambda: _("Waiting time of the customer"),
    Metric.AGENT_WORK: lambda: _("Working time of agents"),
    Metric.ROOT_CAUSE: lambda: _("Root cause of a problem"),
}
LEADS: dict[Metric, Callable[[], str]] = {
    Metric.FIRST_RESPONSE: lambda: _("Reply to a new case within"),
    Metric.NEXT_RESPONSE: lambda: _("Reply to every further message within"),
    Metric.PERIODIC_UPDATE: lambda: _("Let the customer hear from us every"),
    Metric.RESOLUTION: lambda: _("Resolve the case within"),
    Metric.REQUESTER_WAIT: lambda: _("Let the customer wait for us no longer than"),
    Metric.AGENT_WORK: lambda: _("Have the case in agents' hands no longer than"),
    Metric.ROOT_CAUSE: lambda: _("Find the root cause of a problem within"),
}
PRIORITY_NAMES: dict[int, Callable[[], str]] = {
    1: lambda: _("urgent"),
    2: lambda: _("high"),
    3: lambda: _("normal"),
    4: lambda: _("low"),
}
FACTS: Names = {
    "priority": lambda: _("priority"),
    "channel": lambda: _("channel"),
    "product": lambda: _("product"),
    "request_type": lambda: _("request type"),
    "category": lambda: _("category"),
    "organisation": lambda: _("organisation"),
    "tier": lambda: _("tier"),
    "segment": lambda: _("segment"),
    "language": lambda: _("language"),
    "state": lambda: _("the case"),
    "severity": lambda: _("severity"),
    "department": lambda: _("department"),
    "event": lambda: _("what happens"),
    "is_answered": lambda: _("answered once"),
    "is_unanswered": lambda: _("the customer's last word stands"),
    "is_acknowledged": lambda: _("acknowledged"),
    "is_cause_found": lambda: _("cause found"),
    "is_fixed": lambda: _("fixed"),
    "has_estimate": lambda: _("has an estimate"),
}
VALUES: Mapping[str, Names] = {
    "state": {
        "new": lambda: _("new"),
        "open": lambda: _("open"),
        "pending": lambda: _("waiting for customer"),
        "on_problem": lambda: _("waiting for a fix"),
        "resolved": lambda: _("resolved"),
        "closed": lambda: _("closed"),
        "merged": lambda: _("merged"),
        "spam": lambda: _("spam"),
    },
    "event": {
        "opened": lambda: _("opened"),
        "customer_wrote": lambda: _("the customer writes"),
        "answered": lambda: _("an agent answers"),
        "noted": lambda: _("a colleague notes"),
        "assigned": lambda: _("assigned"),
        "priority": lambda: _("the priority changes"),
        "state": lambda: _("the state changes"),
        "promise_kept": lambda: _("a promise is kept"),
    },
}
PART_NAMES: dict[str, Callable[[], str]] = {
    "start": lambda: _("begins while"),
    "stop": lambda: _("is met when"),
    "cancel": lambda: _("ends without a verdict when"),
    "pause": lambda: _("stands still while"),
    "resume": lambda: _("goes on when"),
    "reset": lambda: _("begins anew when"),
}
NEVER: Mapping[str, object] = {"not": {"all": []}}
"""A condition that takes a metric's own one away."""

WAITING_FOR_CUSTOMER: Mapping[str, object] = {"fact": "state", "is": "pending"}
WAITING_FOR_OTHERS: Mapping[str, object] = {"fact": "state", "in": ["pending", "on_problem"]}


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One promise for all priorities: what, how long at each, in whose hours, and what else."""

    metric: Metric
    lead: str
    spans: tuple[tuple[str, str], ...]
    hours: str
    details: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentence as one line."""
        spans = ", ".join(f"{within} ({priority})" for priority, within in self.spans)
        line = _("%(lead)s %(spans)s of “%(hours)s”") % {
            "lead": self.lead,
            "spans": spans,
            "hours": self.hours,
        }
        return "; ".join([line, *self.details]) + "."


def metric_name(metric: str) -> str:
    """Return what people call a metric."""
    return METRIC_NAMES[Metric(metric)]()


def priority_name(priority: int) -> str:
    """Return what people call a priority, or a severity."""
    return PRIORITY_NAMES[priority]()


def span_in_words(within: timedelta) -> str:
    """Write a span of opening hours: `1 h 30 min`, `45 min`, `20 s`."""
    seconds = round(within.total_seconds())
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [
        *([_("%(count)d h") % {"count": hours}] if hours else []),
        *([_("%(count)d min") % {"count": minutes}] if minutes else []),
        *([_("%(count)d s") % {"count": seconds}] if seconds else []),
    ]
    return " ".join(parts) or _("nothing")


def within_in_words(promise: Promise | None) -> str:
    """Write how long something may take; `nothing` where nothing is promised."""
    if promise is None:
        return _("nothing")
    if promise.within_days is not None:
        return ngettext("%(count)d working day", "%(count)d working days", promise.within_days) % {
            "count": promise.within_days
        }
    return span_in_words(promise.within)


def applies_in_words(applies_when: Mapping[str, object], *, is_default: bool) -> str:
    """Say whom a version fits."""
    if is_default:
        return _("everybody whom no other service level serves")
    if not applies_when:
        return _("customers who are entitled to it")
    words = in_words(parse_condition(applies_when), facts=FACTS, values=VALUES)
    return _("customers who are entitled to it, and cases where %(condition)s") % {
        "condition": words
    }


def pause_in_words(promise: Promise) -> str:
    """Say when a clock stands still; empty if it never does."""
    tree = promise.conditions.get("pause", CONDITIONS[promise.metric].get("pause"))
    if tree is None or tree == NEVER:
        return _("never stands still") if promise.conditions.get("pause") == NEVER else ""
    if tree == WAITING_FOR_CUSTOMER:
        return _("stops while waiting for customer")
    if tree == WAITING_FOR_OTHERS:
        return _("stops while waiting for customer or for a fix")
    return part_in_words("pause", tree)


def part_in_words(part: str, tree: object) -> str:
    """Say when something happens to a clock."""
    words = in_words(parse_condition(tree), facts=FACTS, values=VALUES)
    return f"{PART_NAMES[part]()} {words}"


def recurrence_in_words(recurrence: str) -> str:
    """Say how a target begins again; empty where it does not."""
    return {
        Recurrence.SEQUENTIAL.value: _("counted from when the last one was due"),
        Recurrence.INDEPENDENT.value: _("counted from the last one"),
    }.get(str(recurrence), "")


def details_of(promise: Promise, *, ladders: Mapping[int, str]) -> list[str]:
    """Return what else a promise says: pauses, other conditions, recurrence, who is woken."""
    said = [pause_in_words(promise)]
    said += [
        part_in_words(part, promise.conditions[part])
        for part in PARTS
        if part != "pause" and part in promise.conditions
    ]
    said.append(recurrence_in_words(promise.recurrence))
    if promise.ladder_id is not None:
        said.append(_("wakes by “%(ladder)s”") % {"ladder": ladders.get(promise.ladder_id, "?")})
    return [one for one in said if one]


def sentences_of(
    policy: Policy, *, calendars: Mapping[int, str], ladders: Mapping[int, str]
) -> list[Sentence]:
    """Return what a policy promises; priorities that differ in more than the span are apart."""
    found: list[Sentence] = []
    for metric in METRICS:
        groups: dict[tuple[int, tuple[str, ...]], list[Promise]] = {}
        for promise in policy.promises:
            if promise.metric == metric:
                hours = promise.calendar_id or policy.calendar_id
                details = tuple(details_of(promise, ladders=ladders))
                groups.setdefault((hours, details), []).append(promise)
        found += [
            Sentence(
                metric=metric,
                lead=LEADS[metric](),
                spans=tuple(
                    (priority_name(one.priority), within_in_words(one))
                    for one in sorted(promises, key=lambda one: one.priority)
                ),
                hours=calendars.get(hours, "?"),
                details=details,
            )
            for (hours, details), promises in groups.items()
        ]
    return found


def differences_in_words(
    before: Policy | None,
    after: Policy,
    *,
    calendars: Mapping[int, str],
    ladders: Mapping[int, str],
    is_default: bool = False,
) -> list[str]:
    """Return what a policy says other than one before it, a line for each; empty if nothing."""
    lines: list[str] = []
    if before is None:
        before = Policy(calendar_id=after.calendar_id)
    if before.calendar_id != after.calendar_id:
        lines.append(
            changed(
                _("Opening hours"),
                calendars.get(before.calendar_id, "?"),
                calendars.get(after.calendar_id, "?"),
            )
        )
    if before.applies_when != after.applies_when:
        lines.append(
            changed(
                _("Applies to"),
                applies_in_words(before.applies_when, is_default=is_default),
                applies_in_words(after.applies_when, is_default=is_default),
            )
        )
    for metric, priority in all_keys(before, after):
        label = f"{metric_name(metric)}, {priority_name(priority)}"
        old, new = before.promise(metric, priority), after.promise(metric, priority)
        if within_in_words(old) != within_in_words(new):
            lines.append(changed(label, within_in_words(old), within_in_words(new)))
        if old is not None and new is not None:
            lines += other_changes(label, old, new, calendars=calendars, ladders=ladders)
    return lines


def all_keys(before: Policy, after: Policy) -> list[tuple[Metric, int]]:
    """Return each metric and priority that one of two policies promises, in order."""
    keys = {**before.by_key, **after.by_key}
    return [
        (metric, priority)
        for metric in METRICS
        for priority in PRIORITIES
        if (metric, priority) in keys
    ]


def other_changes(
    label: str,
    old: Promise,
    new: Promise,
    *,
    calendars: Mapping[int, str],
    ladders: Mapping[int, str],
) -> Iterable[str]:
    """Return what of a promise changed besides its span."""
    if old.calendar_id != new.calendar_id:
        usual = _("those of the service level")
        yield changed(
            f"{label}: {_('opening hours')}",
            calendars.get(old.calendar_id or 0, usual),
            calendars.get(new.calendar_id or 0, usual),
        )
    old_details, new_details = details_of(old, ladders=ladders), details_of(new, ladders=ladders)
    if old_details != new_details:
        yield changed(label, joined(old_details), joined(new_details))


def joined(details: Sequence[str]) -> str:
    """Return details as one text."""
    return ", ".join(details) or _("as usual")


def changed(label: str, old: str, new: str) -> str:
    """Return one line of a comparison."""
    return _("%(label)s: %(old)s → %(new)s") % {"label": capfirst(label), "old": old, "new": new}
