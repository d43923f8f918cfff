"""A line of history as the sentence that a person would say, with the names of things."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from problems.guarding import STOPS, name_of
from problems.states import Outcome
from servicedesk.pages.act_words import FINER
from servicedesk.pages.case_words import feeling_words, priority_words
from servicedesk.pages.ladder_words import steps_words
from servicedesk.pages.problem_words import OUTCOMES
from servicedesk.pages.promise_words import MEASURES
from servicedesk.pages.spans import hours_in_words
from workflow.history.actions import SENTENCES, Action
from workflow.history.timeline import Line

Names = Mapping[tuple[str, int], str]
"""What records are called, by kind and id."""

# What stands under these names is the id of a record of this kind.
POINTS_TO = {
    "assignee": "user",
    "assignee_was": "user",
    "better_owner": "department",
    "calendar": "calendar",
    "case": "case",
    "contact": "contact",
    "department": "department",
    "into": "problem",
    "joined": "contact",
    "kept": "contact",
    "lead": "user",
    "lead_was": "user",
    "owner": "user",
    "problem": "problem",
    "queue": "department",
}
# Of these acts, "from" and "to" are records.
FROM_AND_TO = {
    Action.PROBLEM_HANDED_OVER: "department",
    Action.ADDRESS_MOVED: "contact",
}
SOMETHING = {
    "calendar": gettext_lazy("the opening hours"),
    "case": gettext_lazy("a case"),
    "contact": gettext_lazy("another customer"),
    "department": gettext_lazy("another department"),
    "problem": gettext_lazy("a problem"),
    "user": gettext_lazy("a colleague"),
}
METRICS = {
    "first_response": gettext_lazy("the first response"),
    "next_response": gettext_lazy("the next response"),
    "update": gettext_lazy("the next update"),
    "resolution": gettext_lazy("the resolution"),
    "acknowledge": gettext_lazy("accepting it"),
    "stage": gettext_lazy("the stage"),
    "fix": gettext_lazy("the fix"),
    "task": gettext_lazy("the task"),
}
PARTS = {
    "import": gettext_lazy("The import"),
    "web form": gettext_lazy("A web form"),
}


@dataclass(frozen=True)
class Said:
    """What was done, without who did it, and which changes the words tell already."""

    did: str
    told: frozenset[str] = frozenset()


def said(action: str, changes: Mapping[str, Any], *, names: Names | None = None) -> Said:
    """Return what a line says somebody did; what has no name here is told in general words."""
    known = Action(action)
    if known is Action.PARTICIPANT_ASKED and isinstance(changes.get("people"), int):
        count = changes["people"]
        words = ngettext(
            "copied somebody else, who waits to be let in",
            "copied %(count)d other people, who wait to be let in",
            count,
        )
        return Said(words % {"count": count}, frozenset({"people"}))
    for needed, template in FINER.get(known, ()):
        if all(changes.get(name) is not None for name in needed):
            given = {name: in_words(known, name, changes, names or {}) for name in needed}
            return Said(str(template) % given, frozenset(needed))
    return Said(str(SENTENCES[known]))


def sentence(line: Line, *, who: str, names: Names | None = None) -> str:
    """Return a whole line in words, beginning with who did it; asks no data."""
    did = said(line.action, line.changes, names=names).did
    return capfirst(_("%(who)s %(did)s") % {"who": who or _("somebody"), "did": did})


def who_did(line: Line, *, customer: str = "") -> str:
    """Return who acted: a colleague, a customer, a token, or a part of the program."""
    if line.contact_id is not None:
        return customer or _("The customer")
    if line.is_program:
        return program_words(line.who)
    return line.who or _("Somebody who is no longer here")


def program_words(part: str) -> str:
    """Return what a part of the program is called."""
    if part.startswith("channel "):
        return _("The channel “%(name)s”") % {"name": part.removeprefix("channel ")}
    return str(PARTS.get(part, "")) or _("The program")


def in_words(action: Action, name: str, changes: Mapping[str, Any], names: Names) -> str:
    """Return one thing that a sentence names."""
    value = changes[name]
    kind = FROM_AND_TO.get(action) if name in ("from", "to") else POINTS_TO.get(name)
    if kind is not None:
        return named(kind, value, changes, names)
    return VALUES.get((action, name), VALUES.get(name, str))(value)


def named(kind: str, pk: Any, changes: Mapping[str, Any], names: Names) -> str:
    """Return what a record is called, or something general."""
    found = names.get((kind, pk)) if isinstance(pk, int) else None
    if found:
        return found
    if kind == "case" and isinstance(changes.get("number"), int):
        return _("case #%(number)s") % {"number": changes["number"]}
    return str(SOMETHING[kind])


def day_words(value: Any) -> str:
    """Return a day that stands in history as people write it."""
    try:
        return date_format(date.fromisoformat(str(value)[:10]), "j F Y")
    except ValueError:
        return str(value)


def seconds_words(value: Any) -> str:
    """Return seconds of opening hours that stand in history as people write them."""
    return hours_in_words(timedelta(seconds=value)) if isinstance(value, int) else str(value)


def outcome_words(value: Any) -> str:
    """Return how a problem ended."""
    return str(OUTCOMES[Outcome(value)]) if value in list(Outcome) else str(value)


def metric_words(value: Any) -> str:
    """Return what a clock measures."""
    return str(METRICS.get(value, str(value).replace("_", " ")))


def warnings_words(value: Any) -> str:
    """Return of what the guard warned, by the codes of its rules; unknown ones stay codes."""
    named = [name_of(one) if one in STOPS else one for one in str(value).split()]
    return ", ".join(f"“{one}”" for one in named)


def grounds_words(value: Any) -> str:
    """Return which figures raised a priority, by their codes."""
    return ", ".join(str(MEASURES.get(one, one)).lower() for one in str(value).split())


GIVEN_BY = {
    "least": gettext_lazy("who carries least"),
    "turn": gettext_lazy("whose turn it is"),
    "on_call": gettext_lazy("as those on call come first"),
}
VALUES: dict[Any, Callable[[Any], str]] = {
    "by": lambda value: str(GIVEN_BY.get(value, value)),
    "step": lambda value: str(value).replace("_", " "),
    "vote": lambda value: {"yes": _("yes"), "no": _("no")}.get(value, str(value)),
    "steps": lambda value: steps_words(str(value).split()),
    (Action.CASE_PRIORITY_SET, "from"): lambda value: priority_words(value).lower(),
    (Action.CASE_PRIORITY_SET, "to"): lambda value: priority_words(value).lower(),
    (Action.PROBLEM_PRIORITY_SET, "from"): lambda value: priority_words(value).lower(),
    (Action.PROBLEM_PRIORITY_SET, "to"): lambda value: priority_words(value).lower(),
    (Action.PROBLEM_PROMISED, "by"): day_words,
    "by_was": day_words,
    "grounds": grounds_words,
    (Action.CASE_FEELING_SET, "to"): lambda value: feeling_words(value).lower(),
    (Action.CASE_FEELING_SET, "from"): lambda value: feeling_words(value).lower(),
    "despite": warnings_words,
    "expected_on": day_words,
    "latest_on": day_words,
    "left_seconds": seconds_words,
    "metric": metric_words,
    "outcome": outcome_words,
    "target_seconds": seconds_words,
}
