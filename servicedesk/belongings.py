"""Everything that goes along when two contacts turn out to be one person, from every room."""

from cases.joining import BELONGINGS as OF_CASES
from customers.joining import BELONGINGS as OF_CUSTOMERS
from customers.joining import Belonging
from knowledge.joining import BELONGINGS as OF_ARTICLES
from problems.joining import BELONGINGS as OF_PROBLEMS
from servicedesk.notifications.models import Notification
from workflow.people.models import ApiToken

EVERYTHING = (
    *OF_CUSTOMERS,
    *OF_CASES,
    *OF_PROBLEMS,
    *OF_ARTICLES,
    Belonging(code="notification", rows=Notification.objects.all),
    # A customer's program acts as that customer.
    Belonging(code="token", rows=ApiToken.objects.all, field="contact_key"),
)
