"""Times as people say them, with the exact time beneath."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def moment(at: datetime | None) -> str:
    """Write a time as people say it, in the current time zone: today by hour, else with the day."""
    if at is None:
        return ""
    place = (timezone.get_current_timezone_name(), get_language() or "")
    return _moment(timezone.localtime(at), timezone.localdate(), place)


@lru_cache(maxsize=4096)
def _moment(local: datetime, today: date, _place: tuple[str, str]) -> SafeString:
    """Write a local time, kept for zone and language: moments are equal across zones."""
    if local.date() == today:
        said = date_format(local, "H:i")
    elif local.date() == today - timedelta(days=1):
        said = _("yesterday %(time)s") % {"time": date_format(local, "H:i")}
    elif local.year == today.year:
        said = date_format(local, "j M H:i")
    else:
        said = date_format(local, "j M Y")
    full = date_format(local, "l j F Y H:i")
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), full, said)
