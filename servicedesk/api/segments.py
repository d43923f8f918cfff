"""Segments for programs: sorts of customers, whom each has now, and trying a rule."""

from typing import Any

from customers.access import the_one, visible_contacts, visible_segments
from customers.segmenting import preview, save_segment
from customers.segments import contacts_in, segments_of
from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.shapes import belongings as shapes
from servicedesk.api.shapes.customers import ContactShape
from servicedesk.api.shapes.fields import Listing
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_CUSTOMER,)
CONFIGURES = (Permission.CONFIGURE,)
BY_NUMBER = ("number",)
TAG = "Segments"


class SegmentView(TokenView):
    """An address of segments."""

    def saved(self, fields: Fields, *, number: int | None) -> dict[str, Any]:
        """Save a segment and return it."""
        made = save_segment(number=number, **fields, actor=self.actor, at=self.at)
        return one(shapes.CustomerSegmentShape, made)


class Segments(SegmentView):
    """The segments."""

    @operation(
        "list_segments",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.CustomerSegmentShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List segments, oldest first."""
        rows = visible_segments(self.actor)
        return page_of(rows, self, shape=shaped(shapes.CustomerSegmentShape), is_newest_first=False)

    @operation(
        "create_segment",
        any_of=CONFIGURES,
        takes=shapes.SegmentWish,
        gives=shapes.CustomerSegmentShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add a segment; rules name it by its name."""
        return self.saved({**fields, "version": None}, number=None)


class OneSegment(SegmentView):
    """One segment."""

    @operation(
        "read_segment", any_of=SEES, gives=shapes.CustomerSegmentShape, path=BY_NUMBER, tag=TAG
    )
    def get(self, number: int) -> Any:
        """Read a segment."""
        return one(
            shapes.CustomerSegmentShape, the_one(visible_segments(self.actor), number=number)
        )

    @operation(
        "change_segment",
        any_of=CONFIGURES,
        takes=shapes.SegmentWish,
        gives=shapes.CustomerSegmentShape,
        path=BY_NUMBER,
        tag=TAG,
    )
    def patch(self, fields: Fields, number: int) -> Any:
        """Change a segment, put it away, or use it again."""
        return self.saved(fields, number=number)


class ContactsOfSegment(SegmentView):
    """Who is in a segment."""

    @operation(
        "list_contacts_of_segment",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(ContactShape),
        path=BY_NUMBER,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the contacts whom the rule of a segment fits now, newest first."""
        segment = the_one(visible_segments(self.actor), number=number)
        inside = contacts_in(segment).values("pk")
        rows = visible_contacts(self.actor).filter(pk__in=inside).prefetch_related("addresses")
        return page_of(rows, self, shape=shaped(ContactShape))


class SegmentsOfContact(SegmentView):
    """Of which sorts a contact is."""

    @operation(
        "list_segments_of_contact",
        any_of=SEES,
        gives=page_shape(shapes.CustomerSegmentShape),
        path=("pk",),
        tag=TAG,
    )
    def get(self, pk: int) -> Any:
        """List the segments in use that a contact is in now, by name; at most 100."""
        contact = the_one(visible_contacts(self.actor), pk=pk)
        found = segments_of([contact.pk])[contact.pk]
        return {"results": shaped(shapes.CustomerSegmentShape)(found), "next": None}


class TrySegment(SegmentView):
    """Whom a rule would fit."""

    @operation(
        "try_segment",
        any_of=CONFIGURES,
        takes=shapes.SegmentTrial,
        gives=shapes.SegmentPreviewShape,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Say whom a rule fits now; nothing is saved."""
        return one(shapes.SegmentPreviewShape, preview(fields["rule"]))
