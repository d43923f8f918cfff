"""A customer's own issue with its progress, and what the customer can do with it."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.access import case_for, may_write_in
from cases.conversation import add_customer_message, keep_files
from cases.intake.quoting import parts_of_folded
from cases.lifecycle import EmptyText
from cases.states import Channel
from knowledge.queries import (
    published_articles_of_problem,
)
from problems.closing import say_it_still_happens, say_it_works
from problems.projection import file_for_customer, issue_of
from problems.public import Issue, PublicMessage
from servicedesk.notifications.rewording import words_of_portal
from servicedesk.pages.answers import page
from servicedesk.pages.guards import ContactRequest, contact
from servicedesk.pages.prose import answer_prose
from servicedesk.portal.files import FilesTooBig, files_sent
from servicedesk.portal.hearing import hears_by
from servicedesk.portal.people import admit, leave_out, people_of, refuse_guests
from servicedesk.portal.wording import (
    is_overdue,
    moved_in_words,
    others_in_words,
    says_of,
    steps_of,
    story_of,
)
from workflow.refusals import Refusal


class NoSuchAct(Refusal):
    """The form asks for something that is not on the page."""

    code = "no_such_act"
    status = 400


@contact
def issue(request: ContactRequest, number: int) -> HttpResponse:
    """Show one issue with its progress, or do what its customer asks for."""
    if request.method == "POST":
        return act(request, number)
    return issue_page(request, number)


def issue_page(
    request: ContactRequest,
    number: int,
    *,
    composer: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page of an issue; ten queries at most."""
    case = case_for(request.actor, number)
    issue = issue_of(case, contact_id=request.contact.pk)
    problem = issue.problem
    articles = (
        [
            {"href": reverse("portal:article", args=[article.number]), "title": article.title}
            for article in published_articles_of_problem(problem.id)
        ]
        if problem is not None
        else []
    )
    today = timezone.localdate()
    is_own = case.contact_id == request.contact.pk
    is_over = is_overdue(problem, today=today)
    waits_for_fix = problem is not None and problem.is_open and issue.is_open
    return page(
        request,
        "portal/issue.html",
        {
            "issue": issue,
            "says": says_of(issue, today=today),
            "others": others_in_words(problem) if waits_for_fix else "",
            "must_do": _("You do not have to do anything.")
            if waits_for_fix and issue.state != "pending"
            else "",
            "moved": moved_in_words(problem) if issue.is_open else None,
            "hears": hears_by(issue.hear_by, at=now()) if issue.is_open else None,
            "is_overdue": is_over and issue.is_open,
            "steps": steps_of(issue, words=words_of_portal()),
            "story": story_of(issue),
            "workaround": {
                "text": problem.workaround,
                "article_href": articles[0]["href"] if articles else "",
            }
            if problem is not None and problem.workaround and waits_for_fix
            else None,
            "solution": problem.solution if problem is not None and not issue.is_open else "",
            "messages_of_case": [
                message_in_words(said, issue=issue, request=request) for said in issue.messages
            ],
            "articles": articles,
            "may": {
                "write": may_write_in(request.actor, case),
                "say_it_works": is_own
                and issue.state == "resolved"
                and (problem is None or problem.confirmed_at is None),
                "say_it_still_happens": is_own and issue.state == "resolved",
            },
            "people": people_of(request, case),
            "asked_by": "" if is_own else case.contact.name,
            "works_on_it": works_on_it(issue, case=case) if issue.is_open else "",
            "composer": composer or {},
        },
        status=status,
    )


def works_on_it(issue: Issue, *, case: Any) -> str:
    """Return who has it now, by the name that customers read; nobody of us by name."""
    problem = issue.problem
    if problem is not None and problem.is_open and problem.stays:
        return problem.stays[-1].department
    return case.queue.public_name if case.queue is not None else _("Customer service")


def message_in_words(
    said: PublicMessage, *, issue: Issue, request: ContactRequest
) -> dict[str, Any]:
    """Return what a message shows: we write as the tenant, nobody of us by name."""
    parts = parts_of_folded(said.quoted)
    return {
        "kind": "out" if said.is_own else "in",
        "number": said.number,
        "author": said.author or request.tenant.name,  # type: ignore[attr-defined]
        "at": said.at,
        "html": "" if said.author else answer_prose(said.text),
        "signature": parts.signature,
        "quoted": parts.history,
        "text": said.text,
        "files": [
            {
                "name": file.name,
                "size": file.size,
                "href": reverse("portal:file", args=[issue.number, file.key]),
            }
            for file in said.files
        ],
    }


def act(request: ContactRequest, number: int) -> HttpResponse:
    """Do what the customer asks for and return to the issue."""
    action = request.POST.get("action", "")
    acts = {
        "write": write,
        "it_works": it_works,
        "still_happens": it_still_happens,
        "let_in": admit,
        "leave_out": leave_out,
    }
    if action not in acts:
        raise NoSuchAct(
            _("This page does not know what to do."),
            next_step=_("Load it again and press once more."),
        )
    return acts[action](request, number)


def write(request: ContactRequest, number: int) -> HttpResponse:
    """Add a message; in a closed issue it begins a new one."""
    case = case_for(request.actor, number)
    body = request.POST.get("body", "")
    try:
        files = files_sent(request)
        if files and not body.strip():
            body = _("(Files only.)")
        message = add_customer_message(
            case_id=case.pk,
            contact=request.contact,
            text=body,
            channel=Channel.PORTAL,
            actor=request.actor,
            at=now(),
        )
    except (EmptyText, FilesTooBig) as refusal:
        composer = {"data": {"body": body}, "errors": {"body": str(refusal)}}
        return issue_page(request, number, composer=composer, status=422)
    keep_files(message, files, at=now())
    messages.success(request, _("Your message is with us."))
    return redirect("portal:issue", message.case.number)


def it_works(request: ContactRequest, number: int) -> HttpResponse:
    """Keep that it works: for the problem in its ledger, without one by closing the issue."""
    case = case_for(request.actor, number)
    refuse_guests(request, case)
    say_it_works(case, contact=request.contact, actor=request.actor, at=now())
    messages.success(request, _("Thank you for telling us. We are glad that it works."))
    return redirect("portal:issue", number)


def it_still_happens(request: ContactRequest, number: int) -> HttpResponse:
    """Open the issue again, with the customer's words if there are any."""
    case = case_for(request.actor, number)
    refuse_guests(request, case)
    say_it_still_happens(
        case,
        contact=request.contact,
        text=request.POST.get("body", ""),
        channel=Channel.PORTAL,
        actor=request.actor,
        at=now(),
    )
    messages.success(request, _("We are on it again. Tell us below what you see now."))
    return redirect("portal:issue", number)


@require_safe
@contact
def file(request: ContactRequest, number: int, key: str) -> HttpResponse:
    """Hand out a file of the customer's own issue, to be saved and never to be run."""
    case = case_for(request.actor, number)
    found = file_for_customer(case, key=key)
    if found is None:
        raise Http404
    stored, name = found
    with default_storage.open(stored) as kept:
        answer = HttpResponse(kept.read(), content_type="application/octet-stream")
    answer["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
