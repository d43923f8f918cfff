"""What was said between a customer and us, as that customer may read it."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from cases.models import Attachment, Case, Message
from problems.public import PublicFile, PublicMessage
from workflow.tenancy.kept_queries import kept


def messages_with_customer(case: Case, *, contact_id: int) -> tuple[PublicMessage, ...]:
    """Return what was said between the customer and us, without notes; one query."""
    return tuple(
        PublicMessage(
            number=place,
            is_own=message.contact is not None
            and message.direction == "in"
            # Who was joined with the customer is the customer.
            and contact_id in (message.contact_id, message.contact.joined_to_id),
            author=message.contact.name if message.contact is not None else "",
            at=message.at,
            text=message.text,
            quoted=message.quoted,
            files=tuple(
                PublicFile(key=file["key"].rpartition("/")[2], name=file["name"], size=file["size"])
                for file in message.sent  # type: ignore[attr-defined]
            ),
        )
        for place, message in enumerate(messages_without_notes(case=case.pk), start=1)
    )


@kept("case")
def messages_without_notes(*, case: int) -> QuerySet[Message]:
    """Return what was said between customers and us, with its files, oldest first."""
    sent = Attachment.objects.filter(message=OuterRef("pk")).order_by("id")
    return (
        Message.objects.filter(case=case, direction__in=["in", "out"])
        .select_related("contact")
        .annotate(
            sent=ArraySubquery(sent.values(json=JSONObject(key="key", name="name", size="size")))
        )
        .order_by("id")
    )
