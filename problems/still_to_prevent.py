"""A problem is not closed while something is to be done so that it never comes again."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from problems.models import Prevention, Problem
from problems.models.after_fix import PreventionState
from workflow.refusals import Refusal


class StillToPrevent(Refusal):
    """Preventive actions are not done."""

    code = "still_to_prevent"


def refuse_while_to_prevent(problem: Problem) -> None:
    """Refuse to close a problem whose preventive actions are open; one query.

    Raises:
        StillToPrevent: at least one is neither done nor dropped with a reason.
    """
    count = Prevention.objects.filter(problem=problem, state=PreventionState.OPEN).count()
    if count:
        raise StillToPrevent(
            ngettext(
                "%(count)d preventive action of %(problem)s is not done.",
                "%(count)d preventive actions of %(problem)s are not done.",
                count,
            )
            % {"count": count, "problem": problem.name},
            next_step=_("Do them first, or drop them with a reason, under “After the fix”."),
        )
