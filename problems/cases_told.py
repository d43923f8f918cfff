"""Cases with what programs are told beside them: the contact's address, the problem behind."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from cases.models import Case
from customers.models import AddressKind, ContactAddress
from problems.models import CaseLink
from problems.models.link import LinkKind


def with_what_is_told(cases: QuerySet[Case]) -> QuerySet[Case, Any]:
    """Add `mail_of_contact` and `number_of_problem`, and load who and what a case is about."""
    mails = ContactAddress.objects.filter(contact=OuterRef("contact"), kind=AddressKind.MAIL.value)
    links = CaseLink.objects.filter(case=OuterRef("pk"), kind=LinkKind.CONFIRMED.value)
    loaded = cases.select_related("contact", "organisation", "product", "owner", "queue")
    return loaded.annotate(
        mail_of_contact=Subquery(mails.order_by("-is_primary", "id").values("value")[:1]),
        number_of_problem=Subquery(links.order_by("id").values("problem__number")[:1]),
    )
