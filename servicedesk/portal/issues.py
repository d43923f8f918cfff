"""A customer's own issue with its progress, and what the customer can do with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.conversation import LONGEST_TEXT, add_customer_message, keep_files
from cases.lifecycle import EmptyText
from cases.passes import end_passes
from cases.states import Channel
from customers.preferences import choose_topics
from problems.closing import refuse_guests, say_it_still_happens, say_it_works
from problems.projection import file_for_customer, problem_behind
from problems.rating import rate_fix
from servicedesk.pages.guards import ContactRequest, contact
from servicedesk.portal.files import FilesTooBig, files_sent
from servicedesk.portal.issue_page import issue_page
from servicedesk.portal.people import admit, leave_out
from servicedesk.portal.preferences import topics_chosen
from servicedesk.portal.rated import rating_sent
from servicedesk.portal.visits import NoSuchAct, Visit, signed_in_visit
from workflow.lengths import TooManyCharacters, fitting

Act = Callable[[Visit], HttpResponse]


@contact
def issue(request: ContactRequest, number: int) -> HttpResponse:
    """Show one issue with its progress, or do what its customer asks for."""
    visit = signed_in_visit(request, number)
    if request.method == "POST":
        return act(visit, ACTS)
    return issue_page(visit)


@require_safe
@contact
def file(request: ContactRequest, number: int, key: str) -> HttpResponse:
    """Hand out a file of the customer's own issue, to be saved and never to be run."""
    return file_of(signed_in_visit(request, number), key)


def file_of(visit: Visit, key: str) -> HttpResponse:
    """Return a file of an issue, to be saved and never to be run; one query."""
    found = file_for_customer(visit.case, key=key)
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


def act(visit: Visit, acts: dict[str, Act]) -> HttpResponse:
    """Do what the customer asks for and return to the issue.

    Raises:
        NoSuchAct: the form asks for something else than these acts.
    """
    wanted = acts.get(visit.request.POST.get("action", ""))
    if wanted is None:
        raise NoSuchAct
    return wanted(visit)


def write(visit: Visit) -> HttpResponse:
    """Add a message; in a closed issue it begins a new one."""
    request = visit.request
    body = request.POST.get("body", "")
    try:
        files = files_sent(request)
        if files and not body.strip():
            body = _("(Files only.)")
        message = add_customer_message(
            case_id=visit.case.pk,
            contact=visit.contact,
            text=fitting(body, longest=LONGEST_TEXT),
            channel=Channel.PORTAL,
            actor=visit.actor,
            at=now(),
        )
    except (EmptyText, FilesTooBig, TooManyCharacters) as refusal:
        composer = {"data": {"body": body}, "errors": {"body": str(refusal)}}
        return issue_page(visit, composer=composer, status=422)
    keep_files(message, files, at=now())
    is_new = message.case_id != visit.case.pk
    if is_new and visit.is_by_link:
        # The link opens the old issue and no other one.
        messages.success(
            request, _("Your message is with us, as a new issue. Sign in to follow it.")
        )
        return redirect(visit.address)
    messages.success(request, _("Your message is with us."))
    return redirect(visit.name_of("issue"), message.case.number)


def it_works(visit: Visit) -> HttpResponse:
    """Keep that it works: for the problem in its ledger, without one by closing the issue."""
    say_it_works(visit.case, contact=visit.contact, actor=visit.actor, at=now())
    messages.success(visit.request, _("Thank you for telling us. We are glad that it works."))
    return redirect(visit.address)


def it_still_happens(visit: Visit) -> HttpResponse:
    """Open the issue again, with the customer's words if there are any."""
    say_it_still_happens(
        visit.case,
        contact=visit.contact,
        text=fitting(visit.request.POST.get("body", ""), longest=LONGEST_TEXT),
        channel=Channel.PORTAL,
        actor=visit.actor,
        at=now(),
    )
    messages.success(visit.request, _("We are on it again. Tell us below what you see now."))
    return redirect(visit.address)


def rate(visit: Visit) -> HttpResponse:
    """Keep how the fix of the problem behind the issue was for its customer.

    Raises:
        NoSuchAct: no problem that customers may know stands behind it.
    """
    refuse_guests(visit.case, visit.contact)
    behind = problem_behind(visit.case, contact_id=visit.contact.pk)
    if behind is None:
        raise NoSuchAct
    feeling, comment = rating_sent(visit.request)
    rate_fix(
        problem_id=behind.id,
        contact_id=visit.contact.pk,
        feeling=feeling,
        comment=comment,
        actor=visit.actor,
        at=now(),
    )
    messages.success(visit.request, _("Thank you. We have kept how it was for you."))
    return redirect(visit.address)


def tell_me(visit: Visit) -> HttpResponse:
    """Keep about what the customer wants to be mailed."""
    choose_topics(
        visit.contact.pk, topics=topics_chosen(visit.request), actor=visit.actor, at=now()
    )
    messages.success(visit.request, _("Your choice is kept, for all your issues."))
    return redirect(visit.address)


def end_links(visit: Visit) -> HttpResponse:
    """Let the links of our mails open this issue no more; whoever came by one is out."""
    end_passes(visit.case.pk, actor=visit.actor, at=now())
    messages.success(visit.request, _("No link that we mailed you opens this issue any more."))
    return redirect("portal:sign_in" if visit.is_by_link else visit.address)


# What a link allows: what its mail asks for, about this one issue, and ending it.
BY_LINK: dict[str, Act] = {
    "write": write,
    "it_works": it_works,
    "still_happens": it_still_happens,
    "rate": rate,
    "end_links": end_links,
}
ACTS: dict[str, Any] = {
    **BY_LINK,
    "tell_me": tell_me,
    "let_in": admit,
    "leave_out": leave_out,
}
