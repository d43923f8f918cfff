"""Which problems somebody may see: the only way from a number to a problem."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from problems.models import Problem
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class NoSuchProblem(Refusal):
    """There is no such problem, or not for this person; the answer is the same."""

    code = "no_such_problem"
    status = 404


def visible_problems(actor: Actor) -> QuerySet[Problem]:
    """Return the problems that an actor may see: staff all, customers none (see projection)."""
    if actor.may(Permission.VIEW_PROBLEM):
        return Problem.objects.all()
    return Problem.objects.none()


def problem_for(actor: Actor, number: int) -> Problem:
    """Return a problem by its number; one query.

    Raises:
        NoSuchProblem: it is not there, or not for this actor.
    """
    problem = (
        visible_problems(actor).select_related("product", "lead").filter(number=number).first()
    )
    if problem is None:
        raise NoSuchProblem(
            _("There is no problem P-%(number)s here.") % {"number": number},
            next_step=_("Check the number, or look for it in the list of problems."),
        )
    return problem
