"""Until when a customer hears from us, in words: the time, honestly if it is over, and how it moved."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.promised import PublicMove, PublicPromise, PublicReason

WHY = {
    PublicReason.WAITED_FOR_YOU: gettext_lazy("We waited for your answer."),
    PublicReason.URGENCY: gettext_lazy("How urgent it is was judged anew."),
    PublicReason.HOURS: gettext_lazy("Our opening hours changed."),
    PublicReason.TERMS: gettext_lazy("What is agreed with you changed."),
    PublicReason.NEW_DATE: gettext_lazy("We gave you a new time."),
}


def time_in_words(at: datetime) -> str:
    """Write day and time in the current time zone: `Friday 20 November, 16:00`."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'l j F')}, {date_format(local, 'H:i')}"


def hears_by(promise: PublicPromise | None, *, at: datetime) -> dict[str, Any] | None:
    """Return what the portal says of the next word from us; None when nothing is owed; no query."""
    if promise is None:
        return None
    is_over = promise.is_over(at=at)
    return {
        "before": _("You should have heard from us by")
        if is_over
        else _("You will hear from us by"),
        "when": time_in_words(promise.due_at),
        "after": _("That time is over, and we are sorry.") if is_over else "",
        "is_over": is_over,
        "words": promise.words,
        "moves": [move_in_words(move) for move in promise.moves],
    }


def move_in_words(move: PublicMove) -> dict[str, str]:
    """Return a time that moved, and why: in the words written for the customer, if there are any."""
    return {"old": time_in_words(move.was_due_at), "why": move.words or str(WHY[move.because])}
