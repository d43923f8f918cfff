"""Two contacts are one person, for programs: join them, look what was joined, part them again."""

from typing import Any

from customers.access import the_one, visible_contacts
from customers.joining import join_contacts, joinings_of, part_contacts
from servicedesk.api.customers import (
    CONFIGURES,
    EDITS,
    PATH,
    SEES,
    TAG,
    CustomerView,
    Fields,
)
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import shaped
from servicedesk.api.shapes import customers as shapes
from servicedesk.api.shapes.fields import Nothing
from servicedesk.belongings import EVERYTHING


class Join(CustomerView):
    """That two contacts are one person."""

    @operation(
        "join_contacts",
        any_of=EDITS,
        takes=shapes.JoinWish,
        gives=shapes.ContactShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Give everything of another contact to this one: both are one person."""
        the_one(visible_contacts(self.actor), pk=pk)
        join_contacts(
            kept_id=pk,
            joined_id=fields["contact"],
            are_one=fields["are_one"],
            belongings=EVERYTHING,
            actor=self.actor,
            at=self.at,
        )
        return self.contact(pk)


class Joinings(CustomerView):
    """Who was joined with a contact lately."""

    @operation(
        "list_joinings", any_of=SEES, gives=page_shape(shapes.JoiningShape), path=PATH, tag=TAG
    )
    def get(self, pk: int) -> Any:
        """List the joinings of the last 30 days, which can be undone, newest first."""
        contact = the_one(visible_contacts(self.actor), pk=pk)
        rows = joinings_of(contact.pk, at=self.at)
        return {"results": shaped(shapes.JoiningShape)(rows), "next": None}


class Part(CustomerView):
    """That two contacts are not one person after all."""

    @operation(
        "part_contacts",
        any_of=(*EDITS, *CONFIGURES),
        takes=Nothing,
        gives=shapes.ContactShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Undo a joining: what moved goes back, what came since stays."""
        joining = part_contacts(joining_id=pk, belongings=EVERYTHING, actor=self.actor, at=self.at)
        return self.contact(joining.kept_id)
