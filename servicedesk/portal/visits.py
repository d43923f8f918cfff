"""A customer at one issue: signed in, or by the link of a mail that opens this one alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.access import case_for
from servicedesk.pages.guards import ContactRequest
from workflow.people.actors import Actor
from workflow.refusals import Refusal


class NoSuchAct(Refusal):
    """The form asks for something that is not on the page."""

    code = "no_such_act"
    status = 400

    def __init__(self) -> None:
        super().__init__(
            _("This page does not know what to do."),
            next_step=_("Load it again and press once more."),
        )


def is_looked_at(request: HttpRequest) -> bool:
    """Whether a person looks, as far as anybody can tell: browsers say so if they fetch ahead."""
    ahead = f"{request.headers.get('Sec-Purpose', '')}{request.headers.get('Purpose', '')}"
    return request.method == "GET" and "prefetch" not in ahead


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at which issue, and how.

    `link_ends_at` is when the mailed link by which somebody came is over; empty for the signed-in.
    """

    request: HttpRequest
    case: Any
    contact: Any
    actor: Actor
    link_ends_at: datetime | None = None

    @property
    def is_by_link(self) -> bool:
        """Whether a mailed link is all that this visitor has: it opens this one issue."""
        return self.link_ends_at is not None

    @property
    def is_own(self) -> bool:
        """Whether it is the visitor's own issue, and not one that somebody let them into."""
        return bool(self.case.contact_id == self.contact.pk)

    @property
    def address(self) -> str:
        """Where the issue is, for this visitor."""
        return reverse(self.name_of("issue"), args=[self.case.number])

    def address_of_file(self, key: str) -> str:
        """Return where a file of the issue is, for this visitor."""
        return reverse(self.name_of("file"), args=[self.case.number, key])

    def name_of(self, page: str) -> str:
        """Return the name of an address: those who come by a link have their own."""
        return f"portal:linked_{page}" if self.is_by_link else f"portal:{page}"


def signed_in_visit(request: ContactRequest, number: int) -> Visit:
    """Return the visit of somebody signed in; one query.

    Raises:
        NoSuchCase: there is no such issue for them.
    """
    return Visit(
        request=request,
        case=case_for(request.actor, number),
        contact=request.contact,
        actor=request.actor,
    )
