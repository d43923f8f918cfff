"""What a history line or a delivery is about: a name that people know, and where it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Case, InboundHook, RequestType, SavedView, WebForm
from customers.models import Contact, FileImport, Organisation, Product, ProductVersion, Segment
from knowledge.models import Article
from problems.models import AnalysisMethod, Broadcast, Change, Pattern, Problem, Task
from servicedesk.mail.mailboxes import Mailbox
from servicedesk.notifications.models import Wording
from servicedesk.notifications.texts import MAILS, PORTAL_WORDS
from servicedesk.webhooks.models import WebhookSubscription
from workflow.branding import Brand
from workflow.clocks.models import Calendar, Ladder, ServiceLevel
from workflow.people.models import ApiToken, Department, Team, User
from workflow.rota.models import Rota
from workflow.routing.models import RoutingRule
from workflow.stages.models import Workflow

# Asked for when needed: rows can be read within a tenant's scope only.
NUMBERED: dict[str, Callable[[], QuerySet[Any]]] = {
    "case": Case.objects.all,
    "problem": Problem.objects.all,
    "article": Article.objects.all,
    "task": Task.objects.all,
    "change": Change.objects.all,
    "broadcast": Broadcast.objects.all,
    "pattern": Pattern.objects.all,
    "fileimport": FileImport.objects.all,
}
NUMBERED_PAGES: dict[str, tuple[str, Callable[[], str]]] = {
    "case": ("agent:case", lambda: _("Case %(number)s")),
    "problem": ("problem:problem", lambda: "P-%(number)s"),
    "task": ("problem:task", lambda: "T-%(number)s"),
    "change": ("problem:change", lambda: "C-%(number)s"),
    "broadcast": ("problem:broadcast", lambda: "B-%(number)s"),
    "pattern": ("lead:pattern", lambda: "S-%(number)s"),
    "fileimport": ("settings:import", lambda: _("Import %(number)s")),
    "article": ("knowledge:article", lambda: _("Article %(number)s")),
}
NAMED_BY_NAME: dict[str, Callable[[], QuerySet[Any]]] = {
    "user": User.objects.all,
    "department": Department.objects.all,
    "team": Team.objects.all,
    "organisation": Organisation.objects.all,
    "product": Product.objects.all,
    "productversion": ProductVersion.objects.all,
    "segment": Segment.objects.all,
    "requesttype": RequestType.objects.all,
    "webform": WebForm.objects.all,
    "inboundhook": InboundHook.objects.all,
    "savedview": SavedView.objects.all,
    "calendar": Calendar.objects.all,
    "brand": Brand.objects.all,
    "mailbox": lambda: Mailbox.objects.annotate(name=F("address")),
    "rota": Rota.objects.all,
    "routingrule": RoutingRule.objects.all,
    "webhooksubscription": WebhookSubscription.objects.all,
    "apitoken": lambda: ApiToken.objects.annotate(name=F("label")),
    "contact": Contact.objects.all,
    "servicelevel": ServiceLevel.objects.all,
    "ladder": Ladder.objects.all,
    "workflow": Workflow.objects.all,
    "analysismethod": AnalysisMethod.objects.all,
}


@dataclass(frozen=True)
class Subject:
    """A record by the name that people know; `href` is empty where it has no page."""

    label: str
    href: str = ""


def subjects_named(wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Subject]:
    """Return records by kind and id; one query for each kind among them."""
    by_kind: dict[str, set[int]] = {}
    for kind, pk in wanted:
        by_kind.setdefault(kind, set()).add(pk)
    found: dict[tuple[str, int], Subject] = {}
    for kind, (page, label) in NUMBERED_PAGES.items():
        for pk, number in numbers_of(kind, by_kind).items():
            found[kind, pk] = Subject(label() % {"number": number}, reverse(page, args=[number]))
    for kind, rows in NAMED_BY_NAME.items():
        if kind in by_kind:
            named = rows().filter(pk__in=by_kind[kind]).values_list("pk", "name")
            found |= {(kind, pk): Subject(name) for pk, name in named}
    return found | wordings_named(by_kind.get("wording", set()))


def wordings_named(wanted: set[int]) -> dict[tuple[str, int], Subject]:
    """Return editions of wording by what they are about; at most one query."""
    if not wanted:
        return {}
    labels = {f"mail.{kind.value}": mail.label() for kind, mail in MAILS.items()}
    labels |= {code: ours() for code, ours in PORTAL_WORDS.items()}
    editions = Wording.objects.filter(pk__in=wanted).values_list("pk", "code")
    return {
        ("wording", pk): Subject(
            _("Wording: %(text)s") % {"text": labels.get(code, code)}, reverse("settings:wording")
        )
        for pk, code in editions
    }


def numbers_of(kind: str, by_kind: dict[str, set[int]]) -> dict[int, int]:
    """Return the numbers of cases, problems or articles by their ids; at most one query."""
    if kind not in by_kind:
        return {}
    rows = NUMBERED[kind]().filter(pk__in=by_kind[kind])
    return dict(rows.values_list("pk", "number"))
