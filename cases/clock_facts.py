"""What clocks know of a case: now, and at every moment of its history.

The facts are documented in workflow/clocks/metrics.py and docs/service-levels.md.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property

from cases.models import Case, Message
from cases.states import CaseState
from customers.models import Segment
from customers.segments import segments_of
from workflow.clocks.engine import Moment
from workflow.history.actions import Action
from workflow.history.models import Entry
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import tenant_of_the_scope

SAID = Statement("""
WITH answer AS (
  SELECT max(id) AS id FROM cases_message
  WHERE tenant_id = %(tenant)s AND case_id = %(case)s AND direction = 'out' AND NOT is_automatic
)
SELECT (SELECT id FROM answer) IS NOT NULL, min(at) FROM cases_message
WHERE tenant_id = %(tenant)s AND case_id = %(case)s AND direction = 'in' AND NOT is_automatic
  AND id > coalesce((SELECT id FROM answer), 0)
""")
EVENTS = {
    Action.CASE_OPENED: "opened",
    Action.CASE_MESSAGE_IN: "customer_wrote",
    Action.CASE_ANSWERED: "answered",
    Action.CASE_NOTED: "noted",
    Action.CASE_ASSIGNED: "assigned",
    Action.CASE_PRIORITY_SET: "priority",
}
"""What a line of the history is called as the fact `event`; any other change of state is `state`."""

STEADY = ("channel", "product", "request_type", "category", "organisation", "tier", "segment")
"""What of a case and its customer is as it is now at every moment of the history."""


class CaseFacts(Mapping[str, object]):
    """The facts of a case at this moment; what costs a query is asked for when it is needed.

    `event` says what has just happened. Right after an opening and an answer it is known who
    waits for whom; else one query tells, the first time it is asked for.
    """

    def __init__(self, case: Case, *, event: str, segments: "SegmentNames | None" = None) -> None:
        self.case = case
        self.event = event
        self.segments = segments or SegmentNames([case])

    def __getitem__(self, name: str) -> object:
        return FACTS[name](self)

    def __iter__(self) -> Iterator[str]:
        return iter(FACTS)

    def __len__(self) -> int:
        return len(FACTS)

    @cached_property
    def said(self) -> tuple[bool, datetime | None]:
        """Whether an agent has answered, and since when the customer waits for an answer."""
        if self.event == "opened":
            return False, self.case.opened_at
        if self.event == "answered":
            return True, None
        ((is_answered, since),) = SAID.rows(tenant=tenant_of_the_scope(), case=self.case.pk)
        return is_answered, since


class SegmentNames:
    """Of which sort the customers of some cases are; three queries, the first time one is asked for."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self.contacts = {case.contact_id for case in cases}

    @cached_property
    def found(self) -> dict[int, list[Segment]]:
        """The drawn segments by the id of the contact."""
        return segments_of(sorted(self.contacts))

    def of(self, case: Case) -> tuple[str, ...]:
        """Return the segment of the organisation and the drawn segments of the customer."""
        own = case.organisation.segment if case.organisation else ""
        drawn = (segment.name for segment in self.found.get(case.contact_id, ()))
        return tuple(name for name in (own, *drawn) if name)


FACTS: Mapping[str, Callable[[CaseFacts], object]] = {
    "event": lambda facts: facts.event,
    "state": lambda facts: str(facts.case.state),
    "priority": lambda facts: facts.case.priority,
    "channel": lambda facts: str(facts.case.channel),
    "product": lambda facts: facts.case.product.name if facts.case.product else None,
    "request_type": lambda facts: facts.case.request_type.slug if facts.case.request_type else None,
    "category": lambda facts: facts.case.category or None,
    "organisation": lambda facts: facts.case.organisation.name if facts.case.organisation else None,
    "tier": lambda facts: facts.case.contact.tier or None,
    "segment": lambda facts: facts.segments.of(facts.case),
    "language": lambda facts: facts.case.contact.language,
    "opened_at": lambda facts: facts.case.opened_at,
    "is_answered": lambda facts: facts.said[0],
    "is_unanswered": lambda facts: facts.said[1] is not None,
    "unanswered_since": lambda facts: facts.said[1],
}


def moments_of(cases: Iterable[Case]) -> dict[int, list[Moment]]:
    """Return the history of cases as moments for the engine, by the id of the case.

    The cases have contact, organisation, product and request type loaded. Five queries however
    many cases.
    """
    found = {case.pk: case for case in cases}
    entries = Entry.objects.filter(subject_kind="case", subject_id__in=list(found)).order_by("id")
    told: dict[int, list[Entry]] = {case_id: [] for case_id in found}
    for entry in entries:
        told[entry.subject_id].append(entry)
    automatic = set(
        Message.objects.filter(
            case_id__in=list(found), direction="in", is_automatic=True
        ).values_list("pk", flat=True)
    )
    segments = SegmentNames(found.values())
    return {
        case_id: list(moments_from(case, told[case_id], automatic=automatic, segments=segments))
        for case_id, case in found.items()
    }


def moments_from(
    case: Case, entries: list[Entry], *, automatic: set[int], segments: SegmentNames
) -> Iterator[Moment]:
    """Yield what was so after each line of a case's history."""
    now = CaseFacts(case, event="opened", segments=segments)
    steady = {name: now[name] for name in STEADY}
    facts: dict[str, object] = {
        **steady,
        "language": case.contact.language,
        "opened_at": case.opened_at,
        "state": CaseState.NEW.value,
        "priority": first_priority(case, entries),
        "is_answered": False,
        "unanswered_since": None,
    }
    for entry in entries:
        is_machine = entry.changes.get("message") in automatic
        event = None if is_machine else event_of(entry)
        if event is None:
            continue
        facts |= after(entry, event, facts)
        facts["is_unanswered"] = facts["unanswered_since"] is not None
        yield Moment(entry.at, {**facts, "event": event})


def event_of(entry: Entry) -> str | None:
    """Return what a line of the history is for clocks, or None if it is nothing."""
    event = EVENTS.get(entry.action)  # type: ignore[call-overload]
    return event or ("state" if entry.to_state is not None else None)


def after(entry: Entry, event: str, facts: Mapping[str, object]) -> dict[str, object]:
    """Return which facts a line of the history changed."""
    changed: dict[str, object] = {}
    if entry.to_state is not None:
        changed["state"] = entry.to_state
    if event in ("opened", "customer_wrote"):
        changed["unanswered_since"] = facts["unanswered_since"] or entry.at
    elif event == "answered":
        changed |= {"is_answered": True, "unanswered_since": None}
    elif event == "priority":
        changed["priority"] = entry.changes.get("to", facts["priority"])
    return changed


def first_priority(case: Case, entries: list[Entry]) -> object:
    """Return the priority that a case was opened with: what the first change left behind."""
    changes = [entry for entry in entries if entry.action == Action.CASE_PRIORITY_SET]
    return changes[0].changes.get("from", case.priority) if changes else case.priority
