"""Whether an article helped those who read it."""

from datetime import datetime

from django.db import transaction

from knowledge.models import Article, Feedback
from workflow.people.actors import Actor
from workflow.people.permissions import Permission


@transaction.atomic
def say_whether_it_helped(
    *, article: Article, contact_id: int, helped: bool, actor: Actor, at: datetime
) -> Feedback:
    """Keep a customer's word on an article; a later word replaces the earlier one."""
    actor.require(Permission.USE_PORTAL)
    feedback, _made = Feedback.objects.update_or_create(
        article=article, contact_id=contact_id, defaults={"helped": helped, "at": at}
    )
    return feedback
