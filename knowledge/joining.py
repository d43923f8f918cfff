"""What of this room goes along when two contacts turn out to be one person."""

from customers.joining import Belonging
from knowledge.models import Feedback, Offer

BELONGINGS = (
    Belonging(code="feedback", rows=Feedback.objects.all, once_per=("article_id",)),
    Belonging(
        code="offer",
        rows=Offer.objects.all,
        once_per=("case_id", "door", "problem_id", "alike_id", "article_id", "shown_on"),
    ),
)
