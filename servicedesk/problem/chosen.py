"""What a form of a problem names, and what it cannot ask for."""

from django.utils.translation import gettext as _

from problems.queries import department_by_id
from workflow.people.models import Department
from workflow.refusals import Refusal


class UnknownAct(Refusal):
    """The form asks for something that cannot be done with a problem."""

    code = "unknown_act"
    status = 400


class NoSuchDepartment(Refusal):
    """The department is not there any more."""

    code = "no_such_department"


def department_chosen(key: int) -> Department:
    """Return the department that was chosen in a form; one query.

    Raises:
        NoSuchDepartment: it is not there, or takes no work any more.
    """
    department = department_by_id(key)
    if department is None:
        raise NoSuchDepartment(
            _("This department takes no work any more."), next_step=_("Choose another one.")
        )
    return department
