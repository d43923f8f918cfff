"""Index of this room's models, for Django."""

from cases.models.case import BlockedBy, Case, NumberSeries
from cases.models.clock import CaseClock
from cases.models.conversation import Attachment, Message
from cases.models.participant import Participant, ParticipantState

__all__ = [
    "Attachment",
    "BlockedBy",
    "Case",
    "CaseClock",
    "Message",
    "NumberSeries",
    "Participant",
    "ParticipantState",
]
