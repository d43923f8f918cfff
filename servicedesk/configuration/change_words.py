"""A history line in words: what was changed, from what to what."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from servicedesk.configuration.field_names import FIELDS
from servicedesk.configuration.subjects import Subject
from servicedesk.pages.call_words import OUTCOMES as CALL_OUTCOMES
from servicedesk.pages.case_words import CHANNELS
from servicedesk.pages.history_words import FROM_AND_TO, METRICS, Said, program_words, said
from servicedesk.pages.problem_words import OUTCOMES
from servicedesk.webhooks.kinds import KINDS, kind_words
from workflow.clocks.policy_words import METRIC_NAMES, metric_name
from workflow.history.actions import Action
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
    "contact": "contact",
    "default": "brand",
    "exception": "user",
    "department": "department",
    "joined": "contact",
    "kept": "contact",
    "lead": "user",
    "organisation": "organisation",
    "owner": "user",
    "problem": "problem",
    "product": "product",
    "queue": "department",
    "rule": "routingrule",
    "service_level": "servicelevel",
    "substitute": "user",
}
# Told by another word of the line, or what only programs need.
NOT_SHOWN = frozenset(
    {
        "what", "is_new", "removed", "number", "leg", "problem_leg", "evidence", "joining",
        "installed", "purchase", "promise", "estimate",
        "message", "note", "participant", "question", "rule_name", "reasons", "seed", "edition",
    }
)  # fmt: skip
# What changed when settings are changed, by the kind of the record.
THINGS: dict[str, Callable[[], str]] = {
    "user": lambda: _("the account"),
    "department": lambda: _("the department"),
    "team": lambda: _("the team"),
    "calendar": lambda: _("the opening hours"),
    "rota": lambda: _("the rota"),
    "routingrule": lambda: _("the routing rule"),
    "servicelevel": lambda: _("the service level"),
    "ladder": lambda: _("the escalation ladder"),
    "brand": lambda: _("the brand"),
    "broadcastpolicy": lambda: _("how many are told without a yes"),
    "mailbox": lambda: _("the mailbox"),
    "wording": lambda: _("the wording"),
    "requesttype": lambda: _("the request type"),
    "webform": lambda: _("the web form"),
    "inboundhook": lambda: _("the inbound channel"),
    "apitoken": lambda: _("the token"),
    "webhooksubscription": lambda: _("the webhook"),
    "savedview": lambda: _("the view"),
    "workflow": lambda: _("the workflow"),
}
# A target of a service level: what it measures, at which priority, and which part of it.
TARGET = re.compile(
    r"(?P<metric>[a-z_]+)_(?P<priority>[1-4])"
    r"_(?P<part>minutes|days|recurrence|calendar|ladder|conditions)"
)
PARTS_OF_TARGET: dict[str, Callable[[], str]] = {
    "days": lambda: _("working days"),
    "recurrence": lambda: _("how it repeats"),
    "calendar": lambda: _("opening hours"),
    "ladder": lambda: _("who is woken"),
    "conditions": lambda: _("other conditions"),
}
MAIL_OUTCOMES = {
    "case": gettext_lazy("became a case"),
    "message": gettext_lazy("joined a case"),
    "duplicate": gettext_lazy("the same again"),
    "loop": gettext_lazy("a loop of mails"),
    "bounce": gettext_lazy("came back"),
    "auto_reply": gettext_lazy("an automatic reply"),
    "quarantined": gettext_lazy("stays in quarantine"),
    "rejected": gettext_lazy("rejected"),
}
# Which words a code under a name may have, by the act it belongs to.
CODES: dict[str, tuple[Mapping[Any, Any], ...]] = {
    "channel": (CHANNELS,),
    "metric": (METRICS,),
    "outcome": (OUTCOMES, CALL_OUTCOMES, MAIL_OUTCOMES),
    "right": (
        {
            "account": gettext_lazy("account"),
            "product": gettext_lazy("product"),
            "asset": gettext_lazy("asset"),
            "contract": gettext_lazy("contract"),
        },
    ),
    "kind": (
        {
            "mail": gettext_lazy("mail"),
            "phone": gettext_lazy("telephone"),
            "social": gettext_lazy("social media"),
            "chat": gettext_lazy("chat"),
        },
    ),
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


def said_of(entry: Entry, names: Names) -> Said:
    """Return what was done as a person says it, and which changes that tells already."""
    if entry.action != Action.CONFIGURATION_CHANGED:
        labels = {record: subject.label for record, subject in names.items()}
        return said(entry.action, entry.changes, names=labels)
    thing = THINGS[entry.subject_kind]() if entry.subject_kind in THINGS else _("the settings")
    if entry.changes.get("is_new"):
        return Said(_("added %(thing)s") % {"thing": thing})
    if entry.changes.get("removed"):
        return Said(_("removed %(thing)s") % {"thing": thing})
    return Said(_("changed %(thing)s") % {"thing": thing})


def records_in(entries: Iterable[Entry]) -> set[tuple[str, int]]:
    """Return every record that lines are about or point to, as kind and id."""
    wanted = set()
    for entry in entries:
        wanted.add((entry.subject_kind, entry.subject_id))
        if entry.actor_kind == "contact":
            wanted.add(("contact", entry.actor_id))
        between = FROM_AND_TO.get(Action(entry.action), "")
        for name, value in entry.changes.items():
            kind = between if name in ("from", "to") else points_to(name)
            if kind and isinstance(value, int) and not isinstance(value, bool):
                wanted.add((kind, value))
    return wanted


def changes_in_words(
    changes: dict[str, Any], names: Names, *, told: Collection[str] = ()
) -> list[str]:
    """Return each change of a line: `label: old → new`, or a label alone; asks no data.

    What was `told` before is left out.
    """
    return [
        words
        for name, value in changes.items()
        if name not in NOT_SHOWN and name not in told and not name.endswith("_was")
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
    target = TARGET.fullmatch(name)
    if target is not None and target["metric"] in METRIC_NAMES:
        label = f"{metric_name(target['metric']).lower()}, {PRIORITIES[target['priority']]()}"
        part = PARTS_OF_TARGET.get(target["part"])
        return f"{label}: {part()}" if part else label
    return name.removesuffix("_minutes").replace("_", " ")


def points_to(name: str) -> str:
    """Return of which kind the record is whose id stands under a name; empty for no id."""
    name = name.removesuffix("_was")
    if TARGET.fullmatch(name):
        name = name.rpartition("_")[2]
    return POINTS_TO.get(name, "")


def code_in_words(name: str, value: Any) -> str:
    """Return what a code or a list of field names says; empty for anything else."""
    if name in ("fields", "mailed_about"):
        return ", ".join(label_of(each) for each in str(value).split())
    for words in CODES.get(name, ()):
        if value in words:
            return str(words[value])
    return ""


def value_in_words(name: str, value: Any, names: Names) -> str:
    """Return a value as people say it."""
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if points_to(name) and isinstance(value, int):
        found = names.get((points_to(name), value))
        return found.label if found else _("(removed)")
    if name.endswith("_minutes") and isinstance(value, int):
        return span_in_words(value)
    if name in ("role", "given", "taken") and value in ROLE_CODES:
        return str(ROLE_NAMES[Role(value)])
    if name == "score" and isinstance(value, int):
        # Kept in thousandths.
        return _("%(percent)s %%") % {"percent": round(value / 10)}
    return code_in_words(name, value) or moment_in_words(value) or str(value).replace("_", " ")


def moment_in_words(value: Any) -> str:
    """Return a moment or day that stands in history as people write it, or nothing."""
    if not isinstance(value, str) or not value[:4].isdigit():
        return ""
    try:
        moment = parse_datetime(value)
        day = parse_date(value)
    except ValueError:
        return ""
    if day is not None:
        return date_format(day, "j F Y")
    return date_format(localtime(moment), "DATETIME_FORMAT") if moment and moment.tzinfo else ""


def span_in_words(minutes: int) -> str:
    """Return minutes as hours where they are whole or half hours, else as minutes."""
    if minutes % 30:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return _("%(hours)s h") % {"hours": f"{minutes / 60:g}"}


def who_in_words(entry: Entry, who: str, names: Names) -> str:
    """Return who acted: a person, a customer, a token or a part of the program."""
    if entry.actor_kind == "contact":
        known = names.get(("contact", entry.actor_id))
        return known.label if known else _("The customer")
    if entry.actor_kind == "system":
        return program_words(who)
    if entry.actor_kind == "token":
        return _("Token “%(name)s”") % {"name": who}
    return who or _("Somebody who is no longer here")
