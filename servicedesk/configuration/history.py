"""Settings: who changed what, when and from where; filtered, paged by time, and as a file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servicedesk.configuration.change_words import (
    SOURCES,
    Names,
    changes_in_words,
    records_in,
    said_of,
    who_in_words,
)
from servicedesk.configuration.frame import ROWS, settings_page, whole_number
from servicedesk.configuration.sections import SECTIONS
from servicedesk.configuration.subjects import subjects_named
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, moment_and_id_in
from servicedesk.pages.spreadsheets import as_cell, csv_answer
from workflow.history.models import Entry
from workflow.history.timeline import Line, lines_of
from workflow.people.actors import Actor
from workflow.people.models import User
from workflow.people.permissions import Permission

IN_FILE_AT_MOST = 10_000
AT_ONCE = 1_000
SYMBOLS = {
    "case": "message-square",
    "problem": "waypoints",
    "article": "book-open-text",
    "user": "users-round",
    "department": "building-2",
    "rawmail": "mail",
    "webhooksubscription": "webhook",
    "rota": "calendar-check",
    "routingrule": "route",
    "servicelevel": "alarm-clock",
    "calendar": "calendar-clock",
    "workflow": "workflow",
}
# Kinds that the filter offers, with the page of the settings where each is found.
KINDS: dict[str, tuple[Callable[[], str], str]] = {
    "user": (lambda: _("People"), "settings:people"),
    "department": (lambda: _("Departments"), "settings:departments"),
    "team": (lambda: _("Teams"), "settings:teams"),
    "calendar": (lambda: _("Opening hours"), "settings:calendars"),
    "rota": (lambda: _("Rotas"), "settings:rotas"),
    "routingrule": (lambda: _("Routing rules"), "settings:routing"),
    "servicelevel": (lambda: _("Service levels"), "settings:service_levels"),
    "workflow": (lambda: _("Workflows"), "settings:workflows"),
    "brand": (lambda: _("Brands"), "settings:brands"),
    "mailbox": (lambda: _("Mailboxes"), "settings:mailboxes"),
    "wording": (lambda: _("Wording"), "settings:wording"),
    "requesttype": (lambda: _("Request types"), "settings:request_types"),
    "webform": (lambda: _("Web forms"), "settings:web_forms"),
    "inboundhook": (lambda: _("Inbound channels"), "settings:inbound"),
    "apitoken": (lambda: _("Tokens"), ""),
    "webhooksubscription": (lambda: _("Webhooks"), "settings:webhooks"),
    "rawmail": (lambda: _("Mails"), ""),
    "article": (lambda: _("Articles"), ""),
    "contact": (lambda: _("Customers"), ""),
    "case": (lambda: _("Cases"), ""),
    "problem": (lambda: _("Problems"), ""),
    "task": (lambda: _("Tasks"), ""),
    "change": (lambda: _("Changes"), ""),
    "pattern": (lambda: _("Suspected problems"), ""),
    "radar": (lambda: _("Pattern radar"), "settings:radar"),
}
# Kinds that are rare, and have no page of their own here.
OTHER_KINDS: dict[str, Callable[[], str]] = {
    "delivery": lambda: _("News"),
    "effect": lambda: _("Delivery"),
    "entitlement": lambda: _("Promise"),
    "fileimport": lambda: _("Import"),
    "formsubmission": lambda: _("Held form"),
    "organisation": lambda: _("Organisation"),
    "phonecall": lambda: _("Call"),
    "product": lambda: _("Product"),
    "radartrial": lambda: _("Trial of the radar"),
    "analysismethod": lambda: _("Method"),
    "savedview": lambda: _("View"),
    "steprequest": lambda: _("Approval"),
    "tenant": lambda: _("This desk"),
}


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which part of the history is asked for; days are the tenant's."""

    person: int | None
    kind: str
    since: date | None
    until: date | None
    zone: ZoneInfo

    def as_query(self) -> dict[str, str]:
        """Return the filter as it stands in an address."""
        given = {
            "person": self.person,
            "kind": self.kind,
            "since": self.since,
            "until": self.until,
        }
        return {name: str(value) for name, value in given.items() if value}

    def entries(self) -> QuerySet[Entry]:
        """Return the entries, newest first."""
        entries = Entry.objects.order_by("-at", "-id")
        if self.person is not None:
            entries = entries.filter(actor_kind="user", actor_id=self.person)
        if self.kind:
            entries = entries.filter(subject_kind=self.kind)
        if self.since is not None:
            entries = entries.filter(at__gte=midnight(self.since, self.zone))
        if self.until is not None:
            entries = entries.filter(at__lt=midnight(self.until + timedelta(days=1), self.zone))
        return entries


def filter_in(request: StaffRequest) -> Filter:
    """Return the filter that an address names; what it cannot mean is left out."""
    kind = request.GET.get("kind", "")
    return Filter(
        person=whole_number(request.GET.get("person")),
        kind=kind if kind in KINDS else "",
        since=day_in(request.GET.get("since", "")),
        until=day_in(request.GET.get("until", "")),
        zone=ZoneInfo(request.tenant.timezone),  # type: ignore[attr-defined]
    )


def day_in(text: str) -> date | None:
    """Return a day written as 2026-11-22, or None."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 < day.year < 9999 else None


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment when a day begins."""
    return datetime.combine(day, time.min, tzinfo=zone)


@require_safe
@staff(Permission.VIEW_HISTORY)
def history(request: StaffRequest) -> HttpResponse:
    """Show who changed what; five queries and one for each kind of record among the lines.

    Raises:
        BadCursor: the address of an older page was altered.
    """
    wanted = filter_in(request)
    entries = wanted.entries()
    place = moment_and_id_in(request.GET.get("after", ""))
    if place is not None:
        at, pk = place
        entries = entries.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk), at__lte=at)
    shown = list(entries[: ROWS + 1])
    kept = shown[:ROWS]
    names = subjects_named(records_in(kept))
    query = wanted.as_query()
    older = query | {"after": cursor_of(kept[-1].at, kept[-1].pk)} if kept else query
    return settings_page(
        request,
        "history",
        {
            "history": [
                line_in_list(entry, line, names, reader=request.actor)
                for entry, line in zip(kept, lines_of(kept), strict=True)
            ],
            "people": [
                {"value": pk, "label": name}
                for pk, name in User.objects.order_by("name", "id").values_list("pk", "name")
            ],
            "kinds": [{"value": code, "label": words()} for code, (words, _page) in KINDS.items()],
            "data": query,
            "file_url": f"{reverse('settings:history_file')}?{urlencode(query)}",
            "file_limit": IN_FILE_AT_MOST,
            "next_url": f"?{urlencode(older)}" if len(shown) > ROWS else "",
        },
    )


def line_in_list(entry: Entry, line: Line, names: Names, *, reader: Actor) -> dict[str, Any]:
    """Return what a line shows: who did what with which record, when and from where."""
    subject = names.get((entry.subject_kind, entry.subject_id))
    done = said_of(entry, names)
    person = who_in_words(entry, line.who, names)
    return {
        "symbol": SYMBOLS.get(entry.subject_kind, "circle-dot"),
        "subject": subject.label if subject else kind_name(entry.subject_kind),
        "href": (subject.href if subject else "") or page_of(entry, reader),
        "sentence": _("%(who)s %(did)s") % {"who": person, "did": done.did},
        "did": done.did,
        "changes": changes_in_words(entry.changes, names, told=done.told),
        "person": person,
        "source": source_name(entry.source),
        "at": entry.at,
    }


def kind_name(kind: str) -> str:
    """Return what records of a kind are called."""
    if kind in KINDS:
        return KINDS[kind][0]()
    return OTHER_KINDS[kind]() if kind in OTHER_KINDS else _("Settings")


def page_of(entry: Entry, reader: Actor) -> str:
    """Return the page of the settings where a record is found; empty where it may not be read."""
    page = KINDS[entry.subject_kind][1] if entry.subject_kind in KINDS else ""
    may_read = any(
        reader.may(permission)
        for section in SECTIONS
        if page == f"settings:{section.code}"
        for permission in section.any_of
    )
    return f"{reverse(page)}?edit={entry.subject_id}#edit" if may_read else ""


def source_name(source: str) -> str:
    """Return through which door an act came, in words."""
    return SOURCES[source]() if source in SOURCES else source


# ---- the file --------------------------------------------------------------------------------


@require_safe
@staff(Permission.VIEW_HISTORY)
def history_file(request: StaffRequest) -> HttpResponse:
    """Answer the filtered history as CSV, the newest 10,000 lines; about ten queries a thousand."""
    entries = filter_in(request).entries()[:IN_FILE_AT_MOST]
    rows = [[_("Time"), _("Who"), _("From where"), _("Kind"), _("Record"), _("Act"), _("Change")]]
    kept = list(entries)
    for begin in range(0, len(kept), AT_ONCE):
        some = kept[begin : begin + AT_ONCE]
        names = subjects_named(records_in(some))
        for entry, line in zip(some, lines_of(some), strict=True):
            cells = row_of(entry, line, names, reader=request.actor)
            rows.append([as_cell(value) for value in cells])
    return csv_answer(rows, name="history.csv")


def row_of(entry: Entry, line: Line, names: Names, *, reader: Actor) -> list[str]:
    """Return the cells of one line."""
    shown = line_in_list(entry, line, names, reader=reader)
    return [
        entry.at.isoformat(),
        shown["person"],
        shown["source"],
        kind_name(entry.subject_kind),
        shown["subject"],
        shown["did"],
        "; ".join(shown["changes"]),
    ]
