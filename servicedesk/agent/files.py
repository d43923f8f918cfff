"""What customers sent: mails as they were written, and files, kept apart from our pages."""

from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from cases.access import case_for
from cases.queries import NoSuchMessage, file_in, message_in
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission

# A mail was cleaned when it came in. Whatever slipped through can run nothing, load nothing and
# send nothing: no script, no source but inline styles, an origin of its own.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
FILE_POLICY = "default-src 'none'; sandbox"
MAIL_STYLE = (
    "body{margin:12px;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere;"
    "color:#1c1d1f;background:#fff}img,table{max-width:100%}"
)


@require_safe
@staff(Permission.VIEW_CASE)
@xframe_options_sameorigin
def mail_body(request: StaffRequest, number: int, message_id: int) -> HttpResponse:
    """Answer the HTML of a mail as it was written, for a frame that may do nothing."""
    message = message_in(case_for(request.actor, number), message_id)
    document = (
        f'<!DOCTYPE html><html lang="{get_language()}"><head><meta charset="utf-8">'
        f"<title>{_('Mail as it was written')}</title>"
        f"<style>{MAIL_STYLE}</style></head><body>{message.html}</body></html>"
    )
    response = HttpResponse(document)
    response["Content-Security-Policy"] = MAIL_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_safe
@staff(Permission.VIEW_CASE)
def attachment(request: StaffRequest, number: int, file_id: int) -> HttpResponse:
    """Answer a file to be saved, never to be shown: its sender chose what it is."""
    file = file_in(case_for(request.actor, number), file_id)
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
