"""What is wrong with a version before it is published: errors block, warnings only tell."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from workflow.amending import LONGEST_TARGET, SHORTEST_TARGET
from workflow.clocks.calendar_format import BadCalendar
from workflow.clocks.due_times import ALWAYS
from workflow.clocks.models import Calendar, Metric, Recurrence, ServiceLevel, StepAction
from workflow.clocks.policy_content import PROBLEM_METRICS, Policy, Promise
from workflow.clocks.policy_findings import Finding, error, label_of, place_of, warning
from workflow.clocks.policy_matching import condition_findings, evidence_findings, order_findings
from workflow.clocks.policy_surroundings import Evidence, Surroundings
from workflow.clocks.policy_words import PRIORITIES, metric_name, priority_name, within_in_words
from workflow.clocks.working_time import NeverOpen, WorkingTime
from workflow.people.permissions import Role

MOST_DAYS = 260
LOOKS_AHEAD = timedelta(days=731)


def check_policy(
    policy: Policy,
    *,
    level: ServiceLevel,
    known: Surroundings,
    at: datetime,
    evidence: Evidence | None = None,
) -> list[Finding]:
    """Return what is wrong with a policy, errors first; asks the database nothing.

    With `evidence` it is held against last month's cases too.
    """
    found = [
        *calendar_findings(policy, known=known, at=at),
        *target_findings(policy, known=known, at=at),
        *condition_findings(policy, is_default=known.is_default),
        *gap_findings(policy, known=known, at=at),
        *ladder_findings(policy, known=known),
        *order_findings(policy, known=known),
        *(evidence_findings(policy, level=level, known=known, evidence=evidence)
          if evidence is not None else ()),
    ]  # fmt: skip
    return sorted(dict.fromkeys(found), key=lambda finding: not finding.is_error)


# ---- opening hours ---------------------------------------------------------------------------


def calendar_findings(policy: Policy, *, known: Surroundings, at: datetime) -> Iterator[Finding]:
    """Find hours that never open, and those whose holidays have run out."""
    used = {policy.calendar_id, *(one.calendar_id for one in policy.promises)} - {None}
    for calendar in (known.calendars[pk] for pk in known.calendars if pk in used):
        hours = hours_of(calendar, at=at)
        if hours is None:
            yield error(
                "never_open",
                _("“%(name)s” never opens within two years: nothing would ever be due.")
                % {"name": calendar.name},
            )
        elif hours.between(at, at + timedelta(days=7)) < timedelta(days=7) and not any(
            day >= f"{at.astimezone(UTC):%Y-%m-%d}" for day in map(str, calendar.holidays)
        ):
            yield warning(
                "no_holidays",
                _("“%(name)s” has no holiday from today on: targets count through all of them.")
                % {"name": calendar.name},
            )


def hours_of(calendar: Calendar, *, at: datetime) -> WorkingTime | None:
    """Return the hours of a calendar, or None if they are never open."""
    try:
        hours = calendar.working_time()
        hours.add(at, timedelta(minutes=1))
    except (NeverOpen, BadCalendar):
        return None
    return hours


# ---- targets ---------------------------------------------------------------------------------


def target_findings(policy: Policy, *, known: Surroundings, at: datetime) -> Iterator[Finding]:
    """Find targets of nothing, too long ones, and those that cannot stand here."""
    for promise in policy.promises:
        label, place = label_of(promise), place_of(promise)
        if promise.metric in PROBLEM_METRICS and not known.is_default:
            yield error(
                "not_here",
                _("%(label)s: a problem belongs to many customers. Its target stands on the "
                  "default service level.") % {"label": label},
                place=place,
            )  # fmt: skip
        if is_nothing(promise):
            yield error(
                "target_of_zero",
                _("%(label)s: a target of less than a minute is missed at once.")
                % {"label": label},
                place=place,
            )
        elif is_endless(promise):
            yield error(
                "target_too_long",
                _("%(label)s: %(within)s is longer than a year.")
                % {"label": label, "within": within_in_words(promise)},
                place=place,
            )
        elif due_of(promise, policy=policy, known=known, at=at) is None:
            yield error(
                "never_due",
                _("%(label)s: %(within)s of these hours are not open within two years.")
                % {"label": label, "within": within_in_words(promise)},
                place=place,
            )
        if promise.recurrence != Recurrence.NONE and promise.metric != Metric.PERIODIC_UPDATE:
            yield warning(
                "repeats_for_nothing",
                _("%(label)s: only regular updates begin again; this one will not.")
                % {"label": label},
                place=place,
            )


def is_nothing(promise: Promise) -> bool:
    """Whether a target is too short to be kept."""
    if promise.within_days is not None:
        return promise.within_days < 1
    return promise.within < SHORTEST_TARGET


def is_endless(promise: Promise) -> bool:
    """Whether a target is longer than anybody waits."""
    if promise.within_days is not None:
        return promise.within_days > MOST_DAYS
    return promise.within > LONGEST_TARGET


def due_of(
    promise: Promise, *, policy: Policy, known: Surroundings, at: datetime
) -> datetime | None:
    """Return when something would be due that begins now, or None if not within two years."""
    calendar = known.calendars.get(promise.calendar_id or policy.calendar_id)
    hours = hours_of(calendar, at=at) if calendar is not None else None
    # Hours that never open are told about by themselves.
    hours = hours or ALWAYS
    try:
        due_at = (
            hours.add(at, promise.within)
            if promise.within_days is None
            else hours.add_days(at, promise.within_days)
        )
    except NeverOpen:
        return None
    return due_at if due_at <= at + LOOKS_AHEAD else None


def gap_findings(policy: Policy, *, known: Surroundings, at: datetime) -> Iterator[Finding]:
    """Find what is promised for some priorities only, and what contradicts something else."""
    if not policy.promises:
        yield warning("promises_nothing", _("It promises nothing: no clock will run by it."))
    for metric in dict.fromkeys(promise.metric for promise in policy.promises):
        missing = [one for one in PRIORITIES if policy.promise(metric, one) is None]
        if missing:
            yield warning(
                "priority_without_target",
                _("%(metric)s: nothing is promised for %(priorities)s.")
                % {
                    "metric": metric_name(metric),
                    "priorities": ", ".join(priority_name(one) for one in missing),
                },
                place=f"{metric.value}_{missing[0]}",
            )
    dues = {
        promise.key: due_of(promise, policy=policy, known=known, at=at)
        for promise in policy.promises
        if not is_nothing(promise) and not is_endless(promise)
    }
    yield from contradictions(dues)


def contradictions(dues: Mapping[tuple[Metric, int], datetime | None]) -> Iterator[Finding]:
    """Find a solution that is due before the first answer, and urgent work due after other work."""
    for priority in PRIORITIES:
        answer = dues.get((Metric.FIRST_RESPONSE, priority))
        solution = dues.get((Metric.RESOLUTION, priority))
        if answer is not None and solution is not None and solution < answer:
            yield warning(
                "resolved_before_answered",
                _("Resolution, %(priority)s: the solution is due before the first response.")
                % {"priority": priority_name(priority)},
                place=f"resolution_{priority}",
            )
    for metric, priority in dues:
        mine, next_one = dues[metric, priority], dues.get((metric, priority + 1))
        if mine is not None and next_one is not None and mine > next_one:
            yield warning(
                "urgent_is_slower",
                _("%(metric)s: %(priority)s is due later than %(other)s.")
                % {
                    "metric": metric_name(metric),
                    "priority": priority_name(priority),
                    "other": priority_name(priority + 1),
                },
                place=f"{metric.value}_{priority}",
            )


# ---- who is woken ----------------------------------------------------------------------------

NEEDS_ROLE = {StepAction.ESCALATE_HEAD: Role.HEAD, StepAction.ESCALATE_LEAD: Role.LEAD}


def ladder_findings(policy: Policy, *, known: Surroundings) -> Iterator[Finding]:
    """Find ladders that wake nobody."""
    for ladder_id in dict.fromkeys(promise.ladder_id for promise in policy.promises):
        ladder, steps = known.ladders.get(ladder_id), known.steps(ladder_id)
        if ladder is None or not steps:
            name = ladder.name if ladder else _("the usual ladder")
            yield warning(
                "ladder_without_steps",
                _("“%(name)s” has no steps: nobody is woken when a target comes near.")
                % {"name": name},
            )
            continue
        for step in steps:
            role = NEEDS_ROLE.get(StepAction(step.action))
            if role is not None and role.value not in known.roles:
                yield warning(
                    "ladder_without_receivers",
                    _("“%(name)s” wakes a %(role)s, and there is none.")
                    % {"name": ladder.name, "role": role_name(role)},
                )
            if step.department is not None and not step.department.is_active:
                yield warning(
                    "ladder_to_closed_department",
                    _("“%(name)s” gives work to %(department)s, which is closed.")
                    % {"name": ladder.name, "department": step.department.name},
                )


def role_name(role: Role) -> str:
    """Return what people call those whom a step wakes."""
    return _("department head") if role is Role.HEAD else _("service lead")
