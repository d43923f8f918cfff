"""Index of this room's models, for Django."""

from cases.models.case import BlockedBy, Case, NumberSeries
from cases.models.case_pass import CasePass
from cases.models.clock import CaseClock, CaseClockMark, CasePromise
from cases.models.conversation import Attachment, Message
from cases.models.doors import (
    FormSubmission,
    InboundHook,
    InboundMessage,
    InboundState,
    SubmissionState,
    WebForm,
)
from cases.models.participant import Participant, ParticipantState
from cases.models.phone_call import CallDirection, CallOutcome, PhoneCall
from cases.models.request_answer import RequestAnswer
from cases.models.request_type import QuestionKind, RequestQuestion, RequestType
from cases.models.view import SavedView

__all__ = [
    "Attachment",
    "BlockedBy",
    "CallDirection",
    "CallOutcome",
    "Case",
    "CaseClock",
    "CaseClockMark",
    "CasePass",
    "CasePromise",
    "FormSubmission",
    "InboundHook",
    "InboundMessage",
    "InboundState",
    "Message",
    "NumberSeries",
    "Participant",
    "ParticipantState",
    "PhoneCall",
    "QuestionKind",
    "RequestAnswer",
    "RequestQuestion",
    "RequestType",
    "SavedView",
    "SubmissionState",
    "WebForm",
]
