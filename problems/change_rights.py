"""Who makes a change, and who approves it."""

from django.utils.translation import gettext as _

from problems.models import Change
from problems.models.change import ChangeState
from workflow.people.actors import Actor, NotPermitted
from workflow.people.models import Department
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class NoSuchChange(Refusal):
    """There is no such change."""

    code = "no_such_change"
    status = 404


class ChangeIsPast(Refusal):
    """The change is past this step, or not there yet."""

    code = "change_is_past"


class OwnChange(Refusal):
    """Who asked for a change does not approve it."""

    code = "own_change"
    status = 403


def lock_change(change_id: int, *states: ChangeState) -> Change:
    """Return the change, locked, with its department; refuse one in another state; one query.

    Raises:
        NoSuchChange: it is not there.
        ChangeIsPast: it is in another state.
    """
    change = (
        Change.objects.select_for_update(of=("self",))
        .select_related("department", "product")
        .filter(pk=change_id)
        .first()
    )
    if change is None:
        raise NoSuchChange(_("There is no such change."), next_step=_("Load the page again."))
    if change.state not in states:
        raise ChangeIsPast(
            _("%(change)s is not at this step.") % {"change": change.name},
            next_step=_("Load the page again to see where it stands."),
        )
    return change


def may_work(actor: Actor, department: Department) -> bool:
    """Whether somebody plans and makes changes of a department; no query."""
    if actor.may(Permission.STEER_PROBLEM):
        return True
    return actor.may(Permission.WORK_PROBLEM) and actor.works_in(department.pk)


def refuse_to_work(actor: Actor, department: Department) -> None:
    """Refuse who neither works in the department nor steers problems.

    Raises:
        NotPermitted: the change is another department's.
    """
    if not may_work(actor, department):
        raise NotPermitted(
            _("Changes of %(department)s are made there.") % {"department": department.name},
            next_step=_("Ask somebody of that department."),
        )


def may_approve(actor: Actor, change: Change) -> bool:
    """Whether somebody may say yes to a change, unless they asked for it; no query."""
    is_head = actor.may(Permission.ROUTE_PROBLEM) and actor.works_in(change.department_id)
    return is_head or actor.may(Permission.STEER_PROBLEM)


def refuse_to_approve(actor: Actor, change: Change) -> None:
    """Refuse everybody but the head of the department and the leads, and who asked.

    Raises:
        NotPermitted: the actor is neither.
        OwnChange: they asked for it.
    """
    if not may_approve(actor, change):
        raise NotPermitted(
            _("The head of %(department)s or a service lead approves this.")
            % {"department": change.department.name},
            next_step=_("Ask one of them."),
        )
    if actor.user_id is not None and actor.user_id == change.asked_by_id:
        raise OwnChange(
            _("Nobody approves a change that they asked for."),
            next_step=_("Ask another head or a service lead."),
        )
