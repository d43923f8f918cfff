"""What each metric measures: when it starts, stops and stands still, as conditions over facts.

Pure. The facts of a case (cases/clock_facts.py): `state`, `priority`, `channel`, `product`,
`request_type`, `category`, `organisation`, `tier`, `segment`, `language`, `is_answered` (an agent
answered once), `is_unanswered` (the customer's last word stands), and `event`, which says what happened at
this moment: opened, customer_wrote, answered, noted, assigned, priority, state, promise_kept.
The facts of a problem (problems/clock_facts.py): `state`, `severity`, `department`,
`is_acknowledged`, `is_cause_found`, `is_fixed`, `has_estimate` and `event`: opened, department,
stage, acknowledged, cause_found, fixed, estimated, ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from types import MappingProxyType

from workflow.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Facts,
    Leaf,
    Not,
    evaluate,
    parse_condition,
)

OPEN_CASE = {"fact": "state", "in": ["new", "open", "pending", "on_problem"]}
DONE_CASE = {"fact": "state", "in": ["resolved", "closed"]}
PENDING = {"fact": "state", "is": "pending"}
DONE_PROBLEM = {"fact": "state", "in": ["resolved", "closed"]}
OPEN_PROBLEM = {"not": DONE_PROBLEM}
NEW_DEPARTMENT = {"fact": "event", "is": "department"}

CONDITIONS: Mapping[str, Mapping[str, object]] = {
    "first_response": {
        "start": {"all": [OPEN_CASE, {"fact": "is_answered", "is": False}]},
        "stop": {"any": [DONE_CASE, {"fact": "is_answered", "is": True}]},
    },
    "next_response": {
        "start": {
            "all": [
                OPEN_CASE,
                {"fact": "is_unanswered", "is": True},
                {"fact": "is_answered", "is": True},
            ]
        },
        "stop": {"any": [DONE_CASE, {"fact": "is_unanswered", "is": False}]},
    },
    "periodic_update": {
        "start": OPEN_CASE,
        "stop": {"any": [{"fact": "event", "is": "answered"}, DONE_CASE]},
        "pause": PENDING,
    },
    "resolution": {"start": OPEN_CASE, "stop": DONE_CASE, "pause": PENDING},
    "requester_wait": {"start": OPEN_CASE, "stop": DONE_CASE, "pause": PENDING},
    "agent_work": {
        "start": OPEN_CASE,
        "stop": DONE_CASE,
        "pause": {"fact": "state", "in": ["pending", "on_problem"]},
    },
    "promise": {
        "start": OPEN_CASE,
        "stop": {"any": [DONE_CASE, {"fact": "event", "is": "promise_kept"}]},
    },
    "acknowledge": {
        "start": {"all": [OPEN_PROBLEM, {"fact": "is_acknowledged", "is": False}]},
        "stop": {"any": [DONE_PROBLEM, {"fact": "is_acknowledged", "is": True}]},
        "reset": NEW_DEPARTMENT,
    },
    "stage": {
        "start": OPEN_PROBLEM,
        "stop": DONE_PROBLEM,
        "reset": {"fact": "event", "in": ["department", "stage"]},
    },
    "fix": {
        "start": {"all": [OPEN_PROBLEM, {"fact": "is_fixed", "is": False}]},
        "stop": {"any": [DONE_PROBLEM, {"fact": "is_fixed", "is": True}]},
        "reset": NEW_DEPARTMENT,
    },
    "root_cause": {
        "start": {"all": [OPEN_PROBLEM, {"fact": "is_cause_found", "is": False}]},
        "stop": {"any": [DONE_PROBLEM, {"fact": "is_cause_found", "is": True}]},
    },
    "estimate": {
        "start": {"all": [OPEN_PROBLEM, {"fact": "has_estimate", "is": True}]},
        "stop": DONE_PROBLEM,
        # What was told to customers counts until the end, whatever happens meanwhile.
        "cancel": DONE_PROBLEM,
    },
}
"""The conditions of each metric in the form in which a target may replace them."""

STARTS_FROM: Mapping[str, str] = MappingProxyType(
    {
        "first_response": "opened_at",
        "next_response": "unanswered_since",
        "periodic_update": "opened_at",
        "resolution": "opened_at",
        "requester_wait": "opened_at",
        "agent_work": "opened_at",
        "acknowledge": "assigned_since",
        "stage": "stage_since",
        "fix": "assigned_since",
        "root_cause": "opened_at",
    }
)
"""The fact that says since when a metric counts, also if its target came to apply later."""

FIXED = frozenset({"promise", "estimate"})
"""Metrics that are due at a date that was told (the fact `promised_for`), not after a span."""

LASTING = frozenset({"estimate"})
"""Metrics whose steps at the due time and after it are taken although somebody has them in hand: a
date that everybody was told passes for everybody."""

RECURRING = frozenset({"periodic_update"})
"""Metrics that begin again when they are met, whether or not the target says so."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """When a clock starts, stops, is cancelled, stands still, goes on and begins anew.

    Without `cancel` it is cancelled when `start` holds no more, without `resume` it goes on when
    `pause` holds no more.
    """

    start: Condition
    stop: Condition
    cancel: Condition | None = None
    pause: Condition | None = None
    resume: Condition | None = None
    reset: Condition | None = None


PARTS = tuple(field.name for field in fields(Conditions))
"""The names of the six conditions, in the order in which people read them."""


def conditions_of(metric: str, replaced: Mapping[str, object] | None = None) -> Conditions:
    """Return the conditions of a metric; `replaced` may hold others for each of the six.

    Raises:
        BadCondition: one of them cannot be read.
    """
    if not replaced:
        return usual_conditions(metric)
    trees = {**CONDITIONS[metric], **{part: replaced[part] for part in PARTS if part in replaced}}
    return Conditions(**{part: parse_condition(tree) for part, tree in trees.items()})


@lru_cache(maxsize=32)
def usual_conditions(metric: str) -> Conditions:
    """Return the conditions that a metric has by itself."""
    return Conditions(**{part: parse_condition(tree) for part, tree in CONDITIONS[metric].items()})


def holds(condition: Condition | None, facts: Facts) -> bool:
    """Say whether a condition matches; asks for no more facts than it needs. None never holds."""
    match condition:
        case None:
            return False
        case AllOf(parts):
            return all(holds(part, facts) for part in parts)
        case AnyOf(parts):
            return any(holds(part, facts) for part in parts)
        case Not(part):
            return not holds(part, facts)
        case Leaf():
            return evaluate(condition, facts).matched
