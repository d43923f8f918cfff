"""Which record stands at an address that names one: those with most to show."""

from typing import Any

from django.db.models import Count

from cases.models import Case, PhoneCall, SavedView, WebForm
from customers.models import Contact, FileImport, Product
from knowledge.models import Article
from problems.models import Broadcast, Change, Pattern, Problem, Task
from servicedesk.mail.models import RawMail
from servicedesk.webhooks.models import WebhookSubscription
from workflow.clocks.models import ServiceLevel
from workflow.people.models import Department, User
from workflow.rota.models import Rota
from workflow.routing.models import RoutingRule
from workflow.stages.models import Workflow

# Addresses that answer no page, and why they are not looked at here.
NO_PAGE = {
    "agent:attachment": "a file",
    "doors:hook": "programs hand in messages there",
    "agent:mail_body": "a frame within the case's page",
    "agent:opens": "leads on to what was shown beside a case",
    "agent:opens_new": "leads on to what was shown while a case was written",
    "agent:case_new_similar": "a part of a page, asked for while somebody types",
    "portal:file": "a file",
    "settings:history_file": "a file",
    "settings:import_template": "a file",
    "settings:import_refused": "a file",
    "reports:service_levels_file": "a file",
    "reports:time_spent_file": "a file",
    "reports:promises_file": "a file",
    "reports:knowledge_file": "a file",
    "reports:after_fix_file": "a file",
    "reports:fix_times_file": "a file",
    "reports:departments_file": "a file",
    "problem:customers_file": "a file",
    "problem:journey_file": "a file",
    "settings:quarantined_body": "a frame within the mail's page",
    "settings:quarantined_raw": "a file",
    "settings:service_levels_file": "a file",
    "settings:service_level_file": "a file",
    "settings:workflow_file": "a file",
    "settings:workflow_in_flight": "leads back while nothing is under way in an old version",
    **{
        f"settings:workflow_{part}": "opens a form of the draft"
        for part in ("stages", "stage", "steps", "step")
    },
    "colour": "a stylesheet",
    "portal:enter": "a link of a mail, good once",
    "portal:link": "a link of a mail",
    "portal:stop": "a link of a mail",
    "portal:linked_issue": "needs the cookie of a mailed link",
    "portal:linked_file": "a file",
    "portal:problem_link": "a link of a mail",
    "portal:linked_problem": "needs the cookie of a mailed link",
    "doors:decide": "a link of a mail, for one decision",
    "portal:sign_in": "leads a signed-in visitor on",
    "sign_in": "leads a signed-in visitor on",
}


def values_of(name: str, *, contact_id: int) -> dict[str, Any]:
    """Return the parameters for an address of the told bank."""
    room, _, page = name.partition(":")
    case = busiest(Case.objects.exclude(links=None), "messages")
    own = busiest(Case.objects.filter(contact_id=contact_id), "messages")
    problem = busiest(Problem.objects.all(), "legs")
    article = Article.objects.filter(state="published").order_by("pk").first()
    assert article is not None
    numbers = {
        "agent": case.number,
        "problem": problem.number,
        "portal": portal_number(page, article=article, own=own),
        "knowledge": article.number,
        "settings": FileImport.objects.latest("number").number,
        "lead": Pattern.objects.order_by("-cases", "pk")[0].number,
    }
    one_of = {
        "rule_id": RoutingRule.objects.all(),
        "rota_id": Rota.objects.all(),
        "workflow_id": Workflow.objects.filter(versions__state="draft"),
        "level_id": ServiceLevel.objects.filter(is_default=True),
        "mail_id": RawMail.objects.filter(outcome="quarantined"),
        "view_id": SavedView.objects.filter(is_shared=True),
        "contact_id": Contact.objects.filter(pk=contact_id),
        "product_id": Product.objects.all(),
        "user_id": User.objects.filter(memberships__role="agent"),
        "department_id": Department.objects.filter(is_customer_service=False),
        "webhook_id": WebhookSubscription.objects.all(),
        "call_id": PhoneCall.objects.filter(case=None),
    }
    if page.startswith("anal"):
        problem = busiest(Problem.objects.all(), "analyses__causes")
        numbers["problem"] = problem.number
    clocks = problem.clocks if room == "problem" else case.clocks
    return {
        "number": numbers.get(room, 0),
        "clock_id": clocks.earliest("pk").pk,
        "view": "open",
        "task": busiest(Task.objects.all(), "needs").number,
        "change": Change.objects.earliest("pk").number,
        "analysis": 1,
        "broadcast": Broadcast.objects.earliest("pk").number,
        "problem": problem.number,
        "kind": "answer",
        "key": WebForm.objects.earliest("pk").key,
        **{name: records.earliest("pk").pk for name, records in one_of.items()},
    }


def portal_number(page: str, *, article: Any, own: Any) -> int:
    """Return the number that a page of the portal is about: an article, a problem, an issue."""
    if page in ("article", "me_too"):
        return int(article.number)
    if page == "problem":
        links = own.links.filter(kind="confirmed")
        return int(links.earliest("pk").problem.number)
    return int(own.number)


def busiest(records: Any, what: str) -> Any:
    """Return the record with most rows of something."""
    return records.annotate(rows=Count(what, distinct=True)).order_by("-rows", "pk").first()
