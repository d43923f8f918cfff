"""The pages of the settings: in which group each stands, what it is for, who may open it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow.people.permissions import Permission

PEOPLE = _("People")
PROBLEMS = _("From case to fix")
PROMISES = _("Promises and news")
CUSTOMERS = _("Customers and ways in")
PROGRAMS = _("Programs")
WATCH = _("What to watch")


@dataclass(frozen=True)
class Section:
    """One page of the settings and who may open it."""

    code: str
    group: Promise
    icon: str
    label: Promise
    says: Promise
    any_of: tuple[Permission, ...]


SECTIONS = (
    Section(
        "people",
        PEOPLE,
        "users-round",
        _("People"),
        _("Who works here and what they may do"),
        (Permission.MANAGE_PEOPLE,),
    ),
    Section(
        "departments",
        PEOPLE,
        "building-2",
        _("Departments"),
        _("Who takes problems, their hours and targets"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "teams",
        PEOPLE,
        "users",
        _("Teams"),
        _("Who of a department works together"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "giving",
        PEOPLE,
        "user-round-check",
        _("Who gets the work"),
        _("How departments hand out new work, and how much each person takes"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "rotas",
        PEOPLE,
        "calendar-check",
        _("Rotas"),
        _("Who is on call, week by week"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "calendars",
        PEOPLE,
        "calendar-clock",
        _("Opening hours"),
        _("When somebody is there: weeks, holidays, time zones"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "routing",
        PROBLEMS,
        "route",
        _("Routing"),
        _("Which problem goes to which department"),
        (Permission.CONFIGURE, Permission.STEER_PROBLEM),
    ),
    Section(
        "workflows",
        PROBLEMS,
        "workflow",
        _("Workflows"),
        _("The stages of a problem, who takes which step, what customers read"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "methods",
        PROBLEMS,
        "search",
        _("Methods for causes"),
        _("How the cause of a problem is looked for: questions or categories"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "matching",
        PROBLEMS,
        "sparkles",
        _("Matching"),
        _("What is suggested, what is linked by itself, and how right it was"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "radar",
        PROBLEMS,
        "radar",
        _("Pattern radar"),
        _("From when on cases that look alike are told, tried on the past"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "fixes",
        PROBLEMS,
        "shield-check",
        _("After fixes"),
        _("How long a fix is watched, and when it counts as come back"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "service_levels",
        PROMISES,
        "alarm-clock",
        _("Service levels"),
        _("What is promised to whom, in whose hours"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "problems",
        PROMISES,
        "handshake",
        _("Promises and priority"),
        _("By when customers hear more, what makes a problem urgent, what a delay costs"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "broadcasts",
        PROMISES,
        "send",
        _("Telling customers"),
        _("Above how many a service lead has to approve"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "escalation",
        PROMISES,
        "bell",
        _("Escalation"),
        _("Who is woken before and after a target is missed"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "organisations",
        CUSTOMERS,
        "building",
        _("Organisations"),
        _("Companies that are customers, and their mail domains"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "products",
        CUSTOMERS,
        "package",
        _("Products"),
        _("What customers have and ask about"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "imports",
        CUSTOMERS,
        "upload",
        _("Imports"),
        _("Customers and what they have, from a file: looked at first, then taken"),
        (Permission.IMPORT_CASES,),
    ),
    Section(
        "segments",
        CUSTOMERS,
        "users-round",
        _("Segments"),
        _("Sorts of customers, for routing, service levels and whom a problem reaches"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "entitlements",
        CUSTOMERS,
        "badge-check",
        _("Entitlements"),
        _("Who has a right to which service level"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "brands",
        CUSTOMERS,
        "palette",
        _("Brands"),
        _("Under which names you write to customers"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "mailboxes",
        CUSTOMERS,
        "at-sign",
        _("Mailboxes"),
        _("Your mail addresses and what brings their mail"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "wording",
        CUSTOMERS,
        "pencil",
        _("Wording"),
        _("What mails to customers say and what the portal calls things"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "request_types",
        CUSTOMERS,
        "clipboard-list",
        _("Request types"),
        _("What customers ask for, and which questions each needs"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "web_forms",
        CUSTOMERS,
        "file-text",
        _("Web forms"),
        _("Forms for everybody, alone or inside your website"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "inbound",
        CUSTOMERS,
        "plug",
        _("Inbound channels"),
        _("Chat, SMS and others hand in their messages, signed"),
        (Permission.CONFIGURE,),
    ),
    Section(
        "tokens",
        PROGRAMS,
        "key-round",
        _("Access tokens"),
        _("Which programs may ask the API, and for what"),
        (Permission.MANAGE_TOKENS,),
    ),
    Section(
        "webhooks",
        PROGRAMS,
        "webhook",
        _("Webhooks"),
        _("Which programs hear our news, and every call"),
        (Permission.MANAGE_TOKENS,),
    ),
    Section(
        "dead_letters",
        WATCH,
        "triangle-alert",
        _("Not delivered"),
        _("News and mails that failed for good: try again or give up"),
        (Permission.RETRY_DELIVERY,),
    ),
    Section(
        "quarantine",
        WATCH,
        "mail",
        _("Mail in quarantine"),
        _("Mails that became no case, and why"),
        (Permission.RETRY_DELIVERY,),
    ),
    Section(
        "proof",
        WATCH,
        "shield-check",
        _("Proof"),
        _("That nothing is lost: zero, or which"),
        (Permission.CONFIGURE, Permission.VIEW_HISTORY),
    ),
    Section(
        "history",
        WATCH,
        "history",
        _("History"),
        _("Who changed what, when"),
        (Permission.VIEW_HISTORY,),
    ),
)
