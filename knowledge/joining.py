"""What of this room goes along when two contacts turn out to be one person."""

from customers.joining import Belonging
from knowledge.models import Feedback

BELONGINGS = (Belonging(code="feedback", rows=Feedback.objects.all, once_per=("article_id",)),)
