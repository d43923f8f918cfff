"""Changes for programs: plan, read, approve, make, link with problems."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from problems.access import problem_for
from problems.changes import (
    Plan,
    approve_change,
    back_out_change,
    begin_change,
    cancel_change,
    finish_change,
    link_change,
    plan_change,
    revise_change,
    unlink_change,
)
from problems.changes_told import (
    change_numbered,
    kind_named,
    links_of_problem,
    risk_named,
    role_named,
    visible_changes,
    with_collisions,
)
from servicedesk.api.base import TokenView
from servicedesk.api.naming import department_called, product_for
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.shapes import changes as shapes
from servicedesk.api.shapes.fields import Listing
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_PROBLEM,)
WORKS = (Permission.WORK_PROBLEM, Permission.STEER_PROBLEM)
PATH = ("number",)
TAG = "Changes"


def plan_in(fields: Fields) -> Plan:
    """Return the plan that some fields hold; two queries."""
    return Plan(
        title=fields["title"],
        kind=kind_named(fields["kind"]),
        risk=risk_named(fields["risk"]),
        department=department_called(fields["department"]),
        product=product_for(fields["product"]),
        plan=fields["plan"],
        back_out_plan=fields["back_out_plan"],
        reference=fields["reference"],
        starts_at=fields["starts_at"],
        ends_at=fields["ends_at"],
    )


def problem_in(actor: Actor, fields: Fields) -> Any:
    """Return the problem that some fields name; one query.

    Raises:
        Unprocessable: they name none.
    """
    if fields["problem"] is None:
        raise Unprocessable(_("No problem is named."), next_step=_("Send the number of one."))
    return problem_for(actor, fields["problem"])


class Changes(TokenView):
    """All changes."""

    @operation(
        "list_changes",
        any_of=SEES,
        filters=shapes.ChangeFilters,
        gives=page_shape(shapes.ChangeShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List changes, newest first."""
        paths = {
            "department": "department__slug",
            "product": "product__slug",
            "state": "state",
            "since": "ends_at__gte",
            "until": "starts_at__lt",
        }
        wanted = {path: self.asked[name] for name, path in paths.items() if self.asked.get(name)}
        found = with_collisions(visible_changes(self.actor).filter(**wanted))
        return page_of(found, self, shape=shaped(shapes.ChangeShape))

    @operation(
        "plan_change",
        any_of=WORKS,
        takes=shapes.NewChange,
        gives=shapes.ChangeShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Plan a change of an own department, perhaps for a problem."""
        named = fields["problem"] is not None
        change = plan_change(
            plan=plan_in(fields),
            problem_id=problem_in(self.actor, fields).pk if named else None,
            role=role_named(fields["role"]),
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.ChangeShape, change_numbered(self.actor, change.number))


class OneChange(TokenView):
    """One change."""

    @operation("read_change", any_of=SEES, gives=shapes.ChangeShape, path=PATH, tag=TAG)
    def get(self, number: int) -> Any:
        """Read a change."""
        return one(shapes.ChangeShape, change_numbered(self.actor, number))

    @operation(
        "revise_change",
        any_of=WORKS,
        takes=shapes.ChangePlan,
        gives=shapes.ChangeShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, number: int) -> Any:
        """Plan a change anew; what was approved has to be approved once more."""
        change = change_numbered(self.actor, number)
        revise_change(change_id=change.pk, plan=plan_in(fields), actor=self.actor, at=self.at)
        return one(shapes.ChangeShape, change_numbered(self.actor, number))


class ChangesOfProblem(TokenView):
    """What changes are to one problem."""

    @operation(
        "list_changes_of_problem",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.ChangeOfProblemShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the changes that fix a problem or caused it, newest first."""
        found = links_of_problem(problem_for(self.actor, number))
        return page_of(found, self, shape=shaped(shapes.ChangeOfProblemShape))


# ---- steps -----------------------------------------------------------------------------------


def approve(common: Fields, _fields: Fields) -> None:
    """Say yes."""
    approve_change(**common)


def begin(common: Fields, _fields: Fields) -> None:
    """Begin to make it."""
    begin_change(**common)


def done(common: Fields, fields: Fields) -> None:
    """Say that it is in place."""
    finish_change(outcome=fields["outcome"], **common)


def back_out(common: Fields, fields: Fields) -> None:
    """Take it back."""
    back_out_change(reason=fields["reason"], **common)


def cancel(common: Fields, fields: Fields) -> None:
    """Say that it will not be made."""
    cancel_change(reason=fields["reason"], **common)


def link(common: Fields, fields: Fields) -> None:
    """Say what it is to a problem."""
    problem = problem_in(common["actor"], fields)
    link_change(problem_id=problem.pk, role=role_named(fields["role"]), **common)


def unlink(common: Fields, fields: Fields) -> None:
    """Say that it has nothing to do with a problem."""
    unlink_change(problem_id=problem_in(common["actor"], fields).pk, **common)


ACTS: dict[str, Callable[[Fields, Fields], None]] = {
    "approve": approve,
    "begin": begin,
    "done": done,
    "back_out": back_out,
    "cancel": cancel,
    "link": link,
    "unlink": unlink,
}


class StepsOfChange(TokenView):
    """What is done with a change."""

    @operation(
        "take_step_of_change",
        any_of=WORKS,
        takes=shapes.ChangeStep,
        gives=shapes.ChangeShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Take a step of a change; a head or a service lead approves, never who asked."""
        change = change_numbered(self.actor, number)
        common = {"change_id": change.pk, "actor": self.actor, "at": self.at}
        ACTS[fields["step"]](common, fields)
        return one(shapes.ChangeShape, change_numbered(self.actor, number))
