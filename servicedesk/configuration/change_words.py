"""A history line in words: what was changed, from what to what."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.configuration.subjects import Subject
from servicedesk.webhooks.kinds import KINDS, kind_words
from workflow.history.actions import SENTENCES, Action
from workflow.history.models import Entry
from workflow.people.permissions import ROLE_NAMES, Role

ROLE_CODES = frozenset(role.value for role in Role)
Names = dict[tuple[str, int], Subject]

# What stands under these names is the id of a record of this kind.
POINTS_TO = {
    "assignee": "user",
    "better_owner": "department",
    "brand": "brand",
    "calendar": "calendar",
    "case": "case",
    "default": "brand",
    "department": "department",
    "lead": "user",
    "owner": "user",
    "problem": "problem",
    "queue": "department",
    "service_level": "servicelevel",
}
# Told by another word of the line, or a count that only programs need.
NOT_SHOWN = frozenset({"what", "is_new", "removed", "number", "leg", "problem_leg"})
FIELDS: dict[str, Callable[[], str]] = {
    "acknowledge_minutes": lambda: _("accepts within"),
    "active": lambda: _("active"),
    "address": lambda: _("another address"),
    "assignee": lambda: _("who works on it"),
    "because": lambda: _("because"),
    "breaks": lambda: _("other breaks"),
    "calendar": lambda: _("opening hours"),
    "calls": lambda: _("calls sent again"),
    "channel": lambda: _("channel"),
    "condition": lambda: _("another condition"),
    "default": lambda: _("default"),
    "department": lambda: _("department"),
    "given": lambda: _("role given"),
    "given_up": lambda: _("given up"),
    "holidays": lambda: _("holidays"),
    "host": lambda: _("host"),
    "hours": lambda: _("other hours"),
    "hue": lambda: _("colour"),
    "incoming": lambda: _("mail comes by"),
    "lead": lambda: _("who answers for it"),
    "members": lambda: _("people"),
    "overlap_minutes": lambda: _("old secret valid for"),
    "owner": lambda: _("owner"),
    "password": lambda: _("new password"),
    "position": lambda: _("place in the order"),
    "priority": lambda: _("priority"),
    "queue": lambda: _("queue"),
    "renamed": lambda: _("renamed"),
    "role": lambda: _("role"),
    "secret": lambda: _("new secret"),
    "sender": lambda: _("another sender name"),
    "sign_off": lambda: _("another sign-off"),
    "stage_minutes": lambda: _("each stage within"),
    "taken": lambda: _("role taken"),
    "text": lambda: _("text"),
    "timezone": lambda: _("time zone"),
}
METRICS: dict[str, Callable[[], str]] = {
    "first_response": lambda: _("first response"),
    "next_response": lambda: _("next response"),
    "resolution": lambda: _("resolution"),
    "update": lambda: _("update"),
}
PRIORITIES: dict[str, Callable[[], str]] = {
    "1": lambda: _("urgent"),
    "2": lambda: _("high"),
    "3": lambda: _("normal"),
    "4": lambda: _("low"),
}
SOURCES: dict[str, Callable[[], str]] = {
    "agent": lambda: _("page"),
    "portal": lambda: _("portal"),
    "mail": lambda: _("mail"),
    "api": lambda: _("API"),
    "command": lambda: _("command line"),
    "import": lambda: _("import"),
    "system": lambda: _("the program"),
}


def sentence_of(entry: Entry) -> str:
    """Return what was done, as a person says it."""
    if entry.action == Action.CONFIGURATION_CHANGED:
        if entry.changes.get("is_new"):
            return _("added")
        return _("removed") if entry.changes.get("removed") else _("changed")
    return str(SENTENCES.get(Action(entry.action), entry.action))


def records_in(entries: Iterable[Entry]) -> set[tuple[str, int]]:
    """Return every record that lines are about or point to, as kind and id."""
    wanted = set()
    for entry in entries:
        wanted.add((entry.subject_kind, entry.subject_id))
        for name, value in entry.changes.items():
            kind = POINTS_TO.get(name.removesuffix("_was"))
            if kind and isinstance(value, int) and not isinstance(value, bool):
                wanted.add((kind, value))
    return wanted


def changes_in_words(changes: dict[str, Any], names: Names) -> list[str]:
    """Return each change of a line: `label: old → new`, or a label alone; asks no data."""
    return [
        words
        for name, value in changes.items()
        if name not in NOT_SHOWN and not name.endswith("_was")
        for words in [change_in_words(name, value, changes, names)]
        if words
    ]


def change_in_words(name: str, value: Any, changes: dict[str, Any], names: Names) -> str:
    """Return one change in words; empty for what did not change."""
    if name in KINDS:
        template = _("hears: %(news)s") if value else _("hears no more: %(news)s")
        return template % {"news": kind_words(name)}
    label, was = label_of(name), f"{name}_was"
    if was in changes:
        return _("%(label)s: %(old)s → %(new)s") % {
            "label": label,
            "old": value_in_words(name, changes[was], names),
            "new": value_in_words(name, value, names),
        }
    if value is None or value is False:
        return ""
    if value is True:
        return label
    return f"{label}: {value_in_words(name, value, names)}"


def label_of(name: str) -> str:
    """Return what a field is called; targets of service levels are named by metric and priority."""
    if name in FIELDS:
        return FIELDS[name]()
    metric, _underscore, priority = name.removesuffix("_minutes").rpartition("_")
    if metric in METRICS and priority in PRIORITIES:
        return f"{METRICS[metric]()}, {PRIORITIES[priority]()}"
    return name.removesuffix("_minutes").replace("_", " ")


def value_in_words(name: str, value: Any, names: Names) -> str:
    """Return a value as people say it."""
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in POINTS_TO and isinstance(value, int):
        found = names.get((POINTS_TO[name], value))
        return found.label if found else _("(removed)")
    if name.endswith("_minutes") and isinstance(value, int):
        return span_in_words(value)
    if name in ("role", "given", "taken") and value in ROLE_CODES:
        return str(ROLE_NAMES[Role(value)])
    return str(value)


def span_in_words(minutes: int) -> str:
    """Return minutes as hours where they are whole or half hours, else as minutes."""
    if minutes % 30:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return _("%(hours)s h") % {"hours": f"{minutes / 60:g}"}


def who_in_words(who: str, *, is_customer: bool, actor_kind: str) -> str:
    """Return who acted: a person, a customer, a token or a part of the program."""
    if is_customer:
        return _("Customer")
    if actor_kind == "system":
        return capfirst(who) or _("The program")
    if actor_kind == "token":
        return _("Token “%(name)s”") % {"name": who}
    return who
