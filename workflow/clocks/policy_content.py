"""What a version of a service level says, as one value: read, written, compared, named by a hash."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from workflow.clocks.models import Metric, PolicyVersion, Recurrence, Target
from workflow.history.recording import ChangeValue

NOTHING = timedelta()
MINUTE = timedelta(minutes=1)

# What may be promised to customers; departments have targets of their own.
CASE_METRICS = (
    Metric.FIRST_RESPONSE,
    Metric.NEXT_RESPONSE,
    Metric.PERIODIC_UPDATE,
    Metric.RESOLUTION,
    Metric.REQUESTER_WAIT,
    Metric.AGENT_WORK,
)
# Stands on the default service level only: a problem belongs to many customers.
PROBLEM_METRICS = (Metric.ROOT_CAUSE,)
METRICS = CASE_METRICS + PROBLEM_METRICS
PLACES = {metric: place for place, metric in enumerate(METRICS)}


@dataclass(frozen=True, kw_only=True)
class Promise:
    """How long a metric may take at a priority; `within_days` (working days) goes before `within`.

    Without a calendar the policy's counts, without a ladder the tenant's default.
    """

    metric: Metric
    priority: int
    within: timedelta = NOTHING
    within_days: int | None = None
    recurrence: Recurrence = Recurrence.NONE
    conditions: Mapping[str, object] = field(default_factory=dict)
    calendar_id: int | None = None
    ladder_id: int | None = None

    @property
    def key(self) -> tuple[Metric, int]:
        """What it is about: there is one promise for each metric and priority."""
        return self.metric, self.priority


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Whose hours count, whom it fits besides those entitled to it, and what is promised."""

    calendar_id: int
    promises: tuple[Promise, ...] = ()
    applies_when: Mapping[str, object] = field(default_factory=dict)
    note: str = ""

    def promise(self, metric: Metric, priority: int) -> Promise | None:
        """Return the promise for a metric at a priority, or None."""
        return self.by_key.get((metric, priority))

    @property
    def by_key(self) -> dict[tuple[Metric, int], Promise]:
        """The promises by what they are about."""
        return {promise.key: promise for promise in self.promises}

    @property
    def fingerprint(self) -> str:
        """A hash of all it says: two policies that promise the same have the same one."""
        written = json.dumps(plain(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()


def in_order(promises: Iterable[Promise]) -> tuple[Promise, ...]:
    """Return promises in the order in which people read them."""
    return tuple(sorted(promises, key=lambda one: (PLACES.get(one.metric, 99), one.priority)))


def plain(policy: Policy) -> dict[str, Any]:
    """Return a policy as plain values."""
    return {
        "calendar": policy.calendar_id,
        "applies_when": dict(policy.applies_when),
        "note": policy.note,
        "promises": [
            {
                "metric": one.metric.value,
                "priority": one.priority,
                "seconds": one.within.total_seconds(),
                "days": one.within_days,
                "recurrence": str(one.recurrence),
                "conditions": dict(one.conditions),
                "calendar": one.calendar_id,
                "ladder": one.ladder_id,
            }
            for one in in_order(policy.promises)
        ],
    }


def policy_of(version: PolicyVersion) -> Policy:
    """Return what a version says; one query, none if its targets are prefetched."""
    return Policy(
        calendar_id=version.calendar_id,
        applies_when=version.applies_when,
        note=version.note,
        promises=in_order(
            Promise(
                metric=Metric(target.metric),
                priority=target.priority,
                within=target.within,
                within_days=target.within_days,
                recurrence=Recurrence(target.recurrence),
                conditions=target.conditions,
                calendar_id=target.calendar_id,
                ladder_id=target.ladder_id,
            )
            for target in version.targets.all()
        ),
    )


def targets_of(policy: Policy, *, version: PolicyVersion) -> list[Target]:
    """Return the rows of a version's targets; saves nothing."""
    return [
        Target(
            version=version,
            metric=promise.metric,
            priority=promise.priority,
            within=promise.within,
            within_days=promise.within_days,
            recurrence=promise.recurrence,
            conditions=dict(promise.conditions),
            calendar_id=promise.calendar_id,
            ladder_id=promise.ladder_id,
        )
        for promise in in_order(policy.promises)
    ]


def facts_of_policy(policy: Policy | None) -> dict[str, ChangeValue]:
    """Return what a policy says as a history line may hold it: ids, codes and minutes.

    Conditions are named by the beginning of a hash: what they say stands in the versions.
    """
    if policy is None:
        return {}
    facts: dict[str, ChangeValue] = {"calendar": policy.calendar_id}
    if policy.applies_when:
        facts["applies_when"] = short_hash(policy.applies_when)
    for promise in in_order(policy.promises):
        name = f"{promise.metric.value}_{promise.priority}"
        facts |= {f"{name}_{part}": value for part, value in parts_of(promise).items() if value}
    return facts


def parts_of(promise: Promise) -> dict[str, ChangeValue]:
    """Return what a promise says, part by part; empty parts hold nothing."""
    in_days = promise.within_days is not None
    is_repeated = promise.recurrence != Recurrence.NONE
    return {
        "days": promise.within_days,
        "minutes": None if in_days else promise.within // MINUTE,
        "recurrence": str(promise.recurrence) if is_repeated else None,
        "calendar": promise.calendar_id,
        "ladder": promise.ladder_id,
        "conditions": short_hash(promise.conditions) if promise.conditions else None,
    }


def short_hash(condition: Mapping[str, object]) -> str:
    """Return a name for a condition that changes when it does."""
    written = json.dumps(condition, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:12]
