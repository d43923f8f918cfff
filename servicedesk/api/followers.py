"""Followers of problems, for programs."""

from typing import Any

from problems.access import problem_for
from problems.following import follow_problem, followers_of, stop_following
from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation
from servicedesk.api.paging import one
from servicedesk.api.shapes import accountability as shapes
from workflow.people.permissions import Permission

SEES = (Permission.VIEW_PROBLEM,)
PATH = ("number",)
TAG = "Problems"


class FollowersOfProblem(TokenView):
    """Who hears of each stage of a problem."""

    @operation("list_followers", any_of=SEES, gives=shapes.FollowersShape, path=PATH, tag=TAG)
    def get(self, number: int) -> Any:
        """Say who follows a problem, and whether whoever was given the token does."""
        return self.shown(number)

    @operation("follow_problem", any_of=SEES, gives=shapes.FollowersShape, path=PATH, tag=TAG)
    def post(self, _fields: dict[str, Any], number: int) -> Any:
        """Let whoever was given the token hear of each stage until the problem is done."""
        follow_problem(problem=problem_for(self.actor, number), actor=self.actor, at=self.at)
        return self.shown(number)

    @operation(
        "stop_following_problem", any_of=SEES, gives=shapes.FollowersShape, path=PATH, tag=TAG
    )
    def delete(self, _fields: dict[str, Any], number: int) -> Any:
        """Let whoever was given the token hear of the problem no more."""
        stop_following(problem=problem_for(self.actor, number), actor=self.actor)
        return self.shown(number)

    def shown(self, number: int) -> Any:
        """Return the followers of a problem."""
        found = followers_of(problem_for(self.actor, number), actor=self.actor)
        return one(
            shapes.FollowersShape,
            {"followers": [user.name for user in found.users], "is_mine": found.is_mine},
        )
