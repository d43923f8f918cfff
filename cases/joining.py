"""What of this room goes along when two contacts turn out to be one person."""

from cases.models import Case, CasePass, InboundMessage, Participant, PhoneCall
from cases.passes import end_passes_of_parted
from customers.joining import Belonging

# What was said stays under the name under which it was said: messages are never altered.
BELONGINGS = (
    Belonging(code="case", rows=Case.objects.all),
    Belonging(code="participant", rows=Participant.objects.all),
    Belonging(code="call", rows=PhoneCall.objects.all),
    Belonging(code="inbound", rows=InboundMessage.objects.all),
    Belonging(code="pass", rows=CasePass.objects.all, settle=end_passes_of_parted),
)
