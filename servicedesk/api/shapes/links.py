"""Shapes of mailed links to cases."""

from servicedesk.api.shapes.fields import Shown, number_shown, shown, time_shown


class CaseLinkShape(Shown):
    """A mailed link that opens one case for one contact, until it ends; its secret is nowhere."""

    id = number_shown()
    contact = shown("contact.name")
    made_at = time_shown()
    ends_at = time_shown()
    used_at = time_shown(is_nullable=True)


class EndedLinksShape(Shown):
    """How many links were ended."""

    ended = number_shown()
