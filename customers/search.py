"""Show the contacts that were found by name, mail address, telephone number or organisation."""

from collections.abc import Iterable

from customers.models import Contact
from customers.queries import with_addresses


def contacts_with_ids(
    ids: Iterable[int], *, before: int | None = None, at_most: int
) -> list[Contact]:
    """Return these contacts with organisation and `known_addresses`, newest first; one query.

    `before` is the id of the last contact that was shown.
    """
    contacts = Contact.objects.filter(pk__in=list(ids), joined_to__isnull=True)
    if before is not None:
        contacts = contacts.filter(pk__lt=before)
    return list(with_addresses(contacts).order_by("-id")[:at_most])
