"""What of this room goes along when two contacts turn out to be one person."""

from cases.models import Case, InboundMessage, Participant, PhoneCall
from customers.joining import Belonging

# What was said stays under the name under which it was said: messages are never altered.
BELONGINGS = (
    Belonging(code="case", rows=Case.objects.all),
    Belonging(code="participant", rows=Participant.objects.all),
    Belonging(code="call", rows=PhoneCall.objects.all),
    Belonging(code="inbound", rows=InboundMessage.objects.all),
)
