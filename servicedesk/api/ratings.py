"""How fixes were for customers: what they said, and saying it."""

from typing import Any

from problems.access import problem_for
from problems.rating import rate_fix, ratings_of
from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation
from servicedesk.api.own_problems import OwnProblemView
from servicedesk.api.paging import one
from servicedesk.api.shapes import own_problems
from servicedesk.api.shapes import ratings as shapes
from workflow.people.permissions import Permission

Fields = dict[str, Any]
PATH = ("number",)


class RatingsOfProblem(TokenView):
    """How the newest fix of a problem was for its customers."""

    @operation(
        "read_fix_ratings",
        any_of=(Permission.VIEW_CUSTOMER,),
        gives=shapes.FixRatingsShape,
        path=PATH,
        tag="After fixes",
    )
    def get(self, number: int) -> Any:
        """Read how many customers said each from 1 to 5 of the newest fix, and their words."""
        found = ratings_of(problem_for(self.actor, number))
        return one(
            shapes.FixRatingsShape,
            {
                "customers": found.customers,
                "mean": round(found.mean, 2) if found.mean is not None else None,
                "counts": [
                    {"feeling": feeling, "customers": found.counts.get(feeling, 0)}
                    for feeling in range(1, 6)
                ],
                "comments": [
                    {
                        "contact": said.affected.contact_id,
                        "feeling": said.feeling,
                        "comment": said.comment,
                        "at": said.at,
                    }
                    for said in found.comments
                ],
            },
        )


class RateOwnProblem(OwnProblemView):
    """How the fix was for the customer."""

    @operation(
        "rate_own_problem",
        any_of=(Permission.USE_PORTAL,),
        takes=shapes.RateFields,
        gives=own_problems.OwnProblemShape,
        path=PATH,
        tag="Customers' own side",
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Say how the fix was, from 1 (very bad) to 5 (very good); said again, the last word counts."""
        rate_fix(
            problem_id=self.found(number).problem.id,
            feeling=fields["feeling"],
            comment=fields["comment"],
            at=self.at,
            **self.who,
        )
        return self.shown(number)
