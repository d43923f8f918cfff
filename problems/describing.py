"""Is a problem described well enough that a department could begin?"""

from django.utils.translation import gettext as _

from problems.models import CaseLink, Evidence, Problem
from problems.models.link import LinkKind
from workflow.refusals import Refusal


class NotDescribed(Refusal):
    """Statement, category, product or evidence is missing."""

    code = "not_described"


def is_described(problem: Problem) -> bool:
    """Whether statement, category and product are there, so that a department can begin."""
    return bool(problem.statement and problem.category and problem.product_id)


def refuse_undescribed(problem: Problem) -> None:
    """Refuse to route what nobody could work on; at most two queries.

    Raises:
        NotDescribed: statement, category, product or evidence is missing.
    """
    missing = [
        word
        for word, is_there in (
            (_("a statement"), problem.statement != ""),
            (_("a category"), problem.category != ""),
            (_("a product"), problem.product_id is not None),
            (_("evidence (a linked case or a note)"), has_evidence(problem)),
        )
        if not is_there
    ]
    if missing:
        raise NotDescribed(
            _("%(problem)s cannot leave New yet: it lacks %(missing)s.")
            % {"problem": problem.name, "missing": ", ".join(missing)},
            next_step=_("Let customer service complete the description first."),
        )


def has_evidence(problem: Problem) -> bool:
    """Whether a case is linked or something else shows the problem."""
    return (
        CaseLink.objects.filter(problem=problem, kind=LinkKind.CONFIRMED).exists()
        or Evidence.objects.filter(problem=problem).exists()
    )
