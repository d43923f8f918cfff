"""Views that everybody sees, for programs: list, save, remove. A person's own stay with the person."""

from typing import Any

from cases.filtering import Criteria
from cases.saved_views import remove_view, save_view, shared_views
from servicedesk.api.base import TokenView
from servicedesk.api.naming import colleague_at, department_called, product_for, row_of, team_of_id
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.shapes import saved_views as shapes
from servicedesk.api.shapes.fields import Listing
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_CASE,)
STEERS = (Permission.STEER_PROBLEM,)
TAG = "Views"


def criteria_wished(fields: Fields) -> Criteria:
    """Return what a view looks for; at most five queries for what it names.

    Raises:
        Unprocessable: a colleague, team, department or product is not there.
    """
    product = product_for(fields["product"])
    return Criteria(
        standing=fields["standing"],
        responsible=fields["responsible"],
        person_id=colleague_at(fields["person"]).pk if fields["person"] else None,
        team_id=team_of_id(fields["team"]).pk if fields["team"] else None,
        queue_id=department_called(fields["queue"]).pk if fields["queue"] else None,
        product_id=product.pk if product is not None else None,
        priority=fields["priority"],
        channel=fields["channel"],
        problem=fields["problem"],
        waits_for=fields["waits_for"],
        older_than_days=fields["older_than_days"],
        order=fields["order"],
    )


class Views(TokenView):
    """Ways to look at the cases that everybody shares."""

    @operation(
        "list_views",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.ViewShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List the views that everybody sees, oldest first."""
        return page_of(shared_views(), self, shape=shaped(shapes.ViewShape), is_newest_first=False)

    @operation(
        "save_view",
        any_of=STEERS,
        takes=shapes.ViewWish,
        gives=shapes.ViewShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Keep a view for everybody; one of the same name and keeper is replaced."""
        kept = save_view(
            name=fields["name"],
            criteria=criteria_wished(fields),
            is_shared=True,
            keeper_id=colleague_at(fields["keeper"]).pk,
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.ViewShape, shared_views().get(pk=kept.pk))


class OneView(TokenView):
    """One view that everybody sees."""

    @operation("remove_view", any_of=STEERS, gives=shapes.ViewShape, path=("pk",), tag=TAG)
    def delete(self, _fields: Fields, pk: int) -> Any:
        """Forget a view; the cases stay as they are. The answer is what it was."""
        was = one(shapes.ViewShape, row_of(shared_views(), pk=pk))
        remove_view(view_id=pk, actor=self.actor)
        return was
