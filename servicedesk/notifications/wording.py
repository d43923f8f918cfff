"""Times, dates and promises in words."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from problems.models import Estimate


def time_words(at: datetime, *, timezone: str) -> str:
    """Return day and time in a time zone: Friday 20 November, 16:00."""
    local = localtime(at, ZoneInfo(timezone))
    return f"{date_format(local, 'l j F')}, {date_format(local, 'H:i')}"


def estimate_words(estimate: Estimate) -> str:
    """Return an estimate as customers read it; how sure it is picks the words."""
    expected = date_format(estimate.expected_on, "l j F")
    latest = date_format(estimate.latest_on, "l j F")
    if expected == latest:
        return _("by %(day)s") % {"day": expected}
    if estimate.confidence == "high":
        return _("by %(day)s, at the latest %(latest)s") % {"day": expected, "latest": latest}
    return _("between %(day)s and %(latest)s") % {"day": expected, "latest": latest}


def metric_words(metric: str) -> str:
    """Return what a clock measures, in words."""
    return {
        "first_response": _("First response"),
        "next_response": _("Next response"),
        "resolution": _("Resolution"),
        "acknowledge": _("Acceptance"),
        "stage": _("Stage"),
        "task": _("Task"),
    }.get(metric, metric)
