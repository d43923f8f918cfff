"""No more mails of one sort, by the link that each of them carries; signing in is not needed."""

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from customers.contacting import switch_mails
from customers.queries import contact_with_id
from servicedesk.notifications.unsubscribing import way_in
from servicedesk.pages.answers import page
from servicedesk.pages.guards import needs_tenant, public
from servicedesk.pages.session import contact_actor
from servicedesk.portal.preferences import TOPICS
from workflow.refusals import Refusal


class NoSuchWayOut(Refusal):
    """The word of the link is not ours."""

    code = "no_such_way_out"
    status = 404


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public("the link of a mail is signed, shows nobody's data, and can only switch mails off and on")
def stop(request: HttpRequest, word: str) -> HttpResponse:
    """Ask by GET, since programs follow links; a POST, also of a mail program, ends the mails.

    Raises:
        NoSuchWayOut: the word is not ours, or nobody is behind it.
    """
    needs_tenant(request)
    way = way_in(word)
    contact = contact_with_id(way.contact_id) if way is not None else None
    if way is None or contact is None:
        raise NoSuchWayOut(
            _("This link does not work."),
            next_step=_("Take the whole address from the mail, or sign in and choose there."),
        )
    is_done = request.method == "POST"
    is_on = request.POST.get("action") == "again"
    if is_done:
        switch_mails(
            contact.pk, topic=way.topic, is_on=is_on, actor=contact_actor(contact), at=now()
        )
    return page(
        request,
        "portal/stop.html",
        {"word": word, "topic": ": ".join(TOPICS[way.topic]()), "is_done": is_done, "is_on": is_on},
    )
