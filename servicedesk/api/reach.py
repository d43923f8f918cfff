"""How a customer may be reached, for programs: calls, absence, mail that came back."""

from typing import Any

from customers.access import the_one, visible_contacts
from customers.contacting import reach_of, say_how_to_reach, write_again_to
from servicedesk.api.customers import EDITS, PATH, SEES, TAG, CustomerView, Fields
from servicedesk.api.operations import operation
from servicedesk.api.paging import one
from servicedesk.api.shapes import customers as shapes
from servicedesk.api.shapes.fields import Nothing


class ReachOfContact(CustomerView):
    """How a person may be reached."""

    @operation("read_reach", any_of=SEES, gives=shapes.ReachShape, path=PATH, tag=TAG)
    def get(self, pk: int) -> Any:
        """Read whether a contact asked for calls, is away, and from where mail came back."""
        contact = the_one(visible_contacts(self.actor), pk=pk)
        return one(shapes.ReachShape, reach_of(contact.pk))

    @operation(
        "say_how_to_reach",
        any_of=EDITS,
        takes=shapes.ReachWish,
        gives=shapes.ReachShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Say whether a contact asked for calls, and until when away; the guard asks for both."""
        the_one(visible_contacts(self.actor), pk=pk)
        say_how_to_reach(pk, **fields, actor=self.actor, at=self.at)
        return one(shapes.ReachShape, reach_of(pk))


class WriteAgain(CustomerView):
    """That mail goes to an address again from which it came back."""

    @operation(
        "write_to_address_again",
        any_of=EDITS,
        takes=Nothing,
        gives=shapes.ContactShape,
        path=("pk", "address_id"),
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int, address_id: int) -> Any:
        """Let mail go again to an address from which it came back."""
        the_one(visible_contacts(self.actor), pk=pk)
        write_again_to(pk, address_id=address_id, actor=self.actor, at=self.at)
        return self.contact(pk)
