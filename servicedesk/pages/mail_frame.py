"""A mail's HTML in a page of its own, for a frame that may do nothing."""

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

# The HTML was cleaned before it came here. Whatever slipped through can run nothing, load nothing
# and send nothing: no script, no source but inline styles, an origin of its own.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
MAIL_STYLE = (
    "body{margin:12px;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere;"
    "color:#1c1d1f;background:#fff}img,table{max-width:100%}"
)


def framed_mail(html: str) -> HttpResponse:
    """Return cleaned HTML of a mail as a document; the view lets it be framed by our own pages."""
    document = (
        f'<!DOCTYPE html><html lang="{get_language()}"><head><meta charset="utf-8">'
        f"<title>{_('Mail as it was written')}</title>"
        f"<style>{MAIL_STYLE}</style></head><body>{html}</body></html>"
    )
    response = HttpResponse(document)
    response["Content-Security-Policy"] = MAIL_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, max-age=3600"
    return response
