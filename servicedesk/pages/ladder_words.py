"""Ladders in sentences: when a step is taken, and what it does."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow.clocks.models import LadderStep, StepAction

DUE_SHARE = 100
MINUTES_OF_AN_HOUR = 60

ACTIONS: dict[str, Callable[[], str]] = {
    StepAction.NOTIFY: lambda: _("tell whoever has it"),
    StepAction.RAISE_PRIORITY: lambda: _("raise the priority"),
    StepAction.REASSIGN: lambda: _("send it to a department"),
    StepAction.ESCALATE_HEAD: lambda: _("tell the head of the department"),
    StepAction.ESCALATE_LEAD: lambda: _("tell the service leads"),
}


def moment_words(*, percent: int | None, minutes: int | None) -> str:
    """Return when a step is taken, as the beginning of a sentence."""
    if percent == DUE_SHARE or minutes == 0:
        return _("At the due time")
    if percent is not None:
        return _("At %(percent)d %% of the time") % {"percent": percent}
    minutes = minutes or 0
    span = span_words(abs(minutes))
    if minutes < 0:
        return _("%(span)s before the due time") % {"span": span}
    return _("%(span)s after the due time") % {"span": span}


def span_words(minutes: int) -> str:
    """Return a number of opening minutes in words, in hours if they are whole."""
    if minutes % MINUTES_OF_AN_HOUR:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = minutes // MINUTES_OF_AN_HOUR
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}


def action_words(action: str, *, department: str = "") -> str:
    """Return what a step does, as the end of a sentence."""
    if action == StepAction.REASSIGN and department:
        return _("send it to %(department)s") % {"department": department}
    return ACTIONS[action]() if action in ACTIONS else action


def sentence_of(step: LadderStep) -> str:
    """Return a step as a sentence; its department is loaded."""
    return _("%(moment)s: %(action)s") % {
        "moment": moment_words(percent=step.percent, minutes=step.minutes),
        "action": action_words(
            step.action, department=step.department.name if step.department else ""
        ),
    }


def steps_words(codes: Sequence[str]) -> str:
    """Return what several steps did, by their codes, with commas between."""
    return ", ".join(action_words(code) for code in codes)
