"""Which news can be heard outside, and how it is named there."""

from collections.abc import Callable
from typing import ClassVar

from django.utils.translation import gettext as _

from workflow.refusals import Refusal

TEST = "webhook.test"
# The names are part of the interface: they are never changed, only added to.
KINDS: dict[str, Callable[[], str]] = {
    "case.opened": lambda: _("A case was opened"),
    "case.customer_wrote": lambda: _("A customer wrote in a case"),
    "case.answered": lambda: _("A case was answered"),
    "case.resolved": lambda: _("A case was resolved"),
    "case.reopened": lambda: _("A case was reopened"),
    "problem.opened": lambda: _("A problem was opened"),
    "problem.described": lambda: _("A problem was described"),
    "problem.routed": lambda: _("A department got a problem"),
    "problem.refused": lambda: _("A department refused a problem"),
    "problem.case_linked": lambda: _("A case was linked to a problem"),
    "problem.workaround_found": lambda: _("A workaround was published"),
    "problem.estimated": lambda: _("A fix was estimated"),
    "problem.resolved": lambda: _("A problem was resolved"),
    "problem.reopened": lambda: _("A problem was reopened"),
    "fix.came_back": lambda: _("A fixed problem came back and was opened again by itself"),
    "fix.in_doubt": lambda: _("More customers than the limit have a fixed problem again"),
    "fix.held": lambda: _("A watched fix held"),
    "review.approved": lambda: _("Customers may read why a problem happened"),
    "question.sent": lambda: _("A department's question went to the customer"),
    "question.answered": lambda: _("A department's question was answered"),
    "question.asked": lambda: _("A department asked a customer something"),
    "task.asked": lambda: _("A department was asked for a task"),
    "task.ready": lambda: _("A task waits for nothing any more"),
    "task.done": lambda: _("A task was done"),
    "task.refused": lambda: _("A department refused a task"),
    "change.planned": lambda: _("A change was planned"),
    "change.approved": lambda: _("A change was approved"),
    "change.done": lambda: _("A change is in place"),
    "change.backed_out": lambda: _("A change was backed out"),
    "step.announced": lambda: _("A step of a workflow was taken that calls webhooks"),
    "article.published": lambda: _("An article was published"),
    "clock.warned": lambda: _("A target is near"),
    "clock.breached": lambda: _("A target was missed"),
}


class NoSuchKind(Refusal):
    """No news is named like this, or none was chosen."""

    code: ClassVar[str] = "no_such_kind"


def outside_name(kind: str) -> str:
    """Return the name of an event outside: `cases.case.opened` is `case.opened` there."""
    return kind.partition(".")[2]


def kind_words(kind: str) -> str:
    """Return a kind of news in words."""
    if kind == TEST:
        return _("A test")
    return KINDS[kind]() if kind in KINDS else kind


def known_kinds(kinds: set[str]) -> str:
    """Return the kinds as they are stored, in the order of the list.

    Raises:
        NoSuchKind: one is not known, or there is none.
    """
    unknown = sorted(kinds - set(KINDS))
    if unknown:
        raise NoSuchKind(
            _("There is no news named %(kind)s.") % {"kind": unknown[0][:60]},
            next_step=_("Choose from the list of this page."),
        )
    if not kinds:
        raise NoSuchKind(
            _("A webhook hears at least one kind of news."), next_step=_("Choose one.")
        )
    return " ".join(kind for kind in KINDS if kind in kinds)
