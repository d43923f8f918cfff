"""Read what is set up for the doors: request types, web forms, channels."""

from django.db.models import QuerySet

from cases.models import InboundHook, QuestionKind, RequestType, WebForm
from cases.request_types import Asked, questions_asked

QUESTION_KINDS = tuple(kind.value for kind in QuestionKind)


def kept_request_types() -> QuerySet[RequestType]:
    """Return every request type with its questions (`asked`); two queries when it is read."""
    return RequestType.objects.prefetch_related(questions_asked())


def request_type_for_forms(request_type_id: int) -> RequestType | None:
    """Return a type that a web form can be for, or None; one query."""
    return RequestType.objects.filter(pk=request_type_id, is_active=True, is_for_forms=True).first()


def kept_web_forms() -> QuerySet[WebForm]:
    """Return every web form; one query when it is read."""
    return WebForm.objects.all()


def kept_hooks() -> QuerySet[InboundHook]:
    """Return every signed channel; one query when it is read."""
    return InboundHook.objects.all()


def question_asked(label: str, *, kind: str, is_required: bool) -> Asked:
    """Return a question as somebody writes it down; its kind is one of QUESTION_KINDS."""
    return Asked(label=" ".join(label.split()), kind=QuestionKind(kind), is_required=is_required)
