"""Shapes of mailed links to cases and to pages of problems."""

from servicedesk.api.shapes.fields import Shown, Taken, number, number_shown, shown, time_shown


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


class ProblemLinkShape(CaseLinkShape):
    """A mailed link that opens one problem's page for one contact, until it ends."""

    contact_id = number_shown()


class EndProblemLinksFields(Taken):
    """Whose links to end; without a contact everybody's."""

    contact = number(is_needed=False, says="The id of one contact.")
