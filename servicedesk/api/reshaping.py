"""Merges and splits of problems, and everything that fanned out from one, for programs."""

from typing import Any

from django.utils.translation import gettext as _

from cases.queries import cases_numbered
from problems.access import problem_for
from problems.fan_out import fan_outs_of
from problems.merging import merge_problems, reshapings_of, take_back
from problems.splitting import split_problem
from servicedesk.api.base import TokenView
from servicedesk.api.naming import NotThere
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.shapes import reshaping as shapes
from servicedesk.api.shapes.fields import Listing
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_PROBLEM,)
STEERS = (Permission.STEER_PROBLEM,)
PATH = ("number",)
TAG = "Merging and splitting"


class Reshapings(TokenView):
    """What a problem was merged with or split from."""

    @operation(
        "list_reshapings",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.ReshapingShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List merges and splits of a problem, newest first."""
        found = reshapings_of(problem_for(self.actor, number).pk)
        return page_of(found, self, shape=shaped(shapes.ReshapingShape))


class FanOuts(TokenView):
    """Everything that one decision did to many."""

    @operation(
        "list_fan_outs",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.FanOutShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List what fanned out from a problem, newest first, all on one page, with the way back."""
        found = fan_outs_of(problem_for(self.actor, number), at=self.at)
        return {"results": shaped(shapes.FanOutShape)(found), "next": None}


class Merge(TokenView):
    """Two problems are one."""

    @operation(
        "merge_problems",
        any_of=STEERS,
        takes=shapes.MergeWish,
        gives=shapes.ReshapingShape,
        path=PATH,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Merge a problem into another one, which goes on; it ends as a duplicate."""
        done = merge_problems(
            problem_id=problem_for(self.actor, number).pk,
            into_id=problem_for(self.actor, fields["into"]).pk,
            reason=fields["reason"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.ReshapingShape, done)


class Split(TokenView):
    """One problem is two."""

    @operation(
        "split_problem",
        any_of=STEERS,
        takes=shapes.SplitWish,
        gives=shapes.ReshapingShape,
        path=PATH,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Open a problem of its own for some linked cases; `into` is the new one."""
        problem = problem_for(self.actor, number)
        cases = cases_numbered(self.actor, fields["cases"])
        done = split_problem(
            problem_id=problem.pk,
            case_ids=[case.pk for case in cases],
            title=fields["title"],
            statement=fields["statement"],
            reason=fields["reason"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.ReshapingShape, done)


class TakenBack(TokenView):
    """A merge or split that was no good."""

    @operation(
        "take_reshaping_back",
        any_of=STEERS,
        gives=shapes.ReshapingShape,
        path=("number", "reshaping_id"),
        tag=TAG,
    )
    def post(self, _fields: Fields, number: int, reshaping_id: int) -> Any:
        """Undo a merge or split within 30 days; nobody is told."""
        problem = problem_for(self.actor, number)
        if not reshapings_of(problem.pk).filter(pk=reshaping_id).exists():
            raise NotThere(
                _("This was not done with this problem."),
                next_step=_("Send an id of its list of merges and splits."),
            )
        return one(
            shapes.ReshapingShape,
            take_back(reshaping_id=reshaping_id, actor=self.actor, at=self.at),
        )
