"""What customers sent: mails as they were written, and files, kept apart from our pages."""

from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from cases.access import case_for
from cases.queries import NoSuchMessage, file_in, message_in
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.mail_frame import framed_mail
from workflow.people.permissions import Permission

FILE_POLICY = "default-src 'none'; sandbox"


@require_safe
@staff(Permission.VIEW_CASE)
@xframe_options_sameorigin
def mail_body(request: StaffRequest, number: int, message_id: int) -> HttpResponse:
    """Answer the HTML of a mail as it was written, for a frame that may do nothing."""
    message = message_in(case_for(request.actor, number), message_id)
    return framed_mail(message.html)


@require_safe
@staff(Permission.VIEW_CASE)
def attachment(request: StaffRequest, number: int, file_id: int) -> HttpResponse:
    """Answer a file to be saved, never to be shown: its sender chose what it is."""
    file = file_in(case_for(request.actor, number), file_id)
    if file.message.direction == "note":
        request.actor.require(Permission.VIEW_NOTE)
    if not default_storage.exists(file.key):
        raise NoSuchMessage(
            _("The content of this file is not in the store."),
            next_step=_("Ask the customer to send it again."),
        )
    with default_storage.open(file.key) as stored:
        response = HttpResponse(stored.read(), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["Content-Security-Policy"] = FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
