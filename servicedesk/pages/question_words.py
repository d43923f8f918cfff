"""What a department's question to a customer looks like on pages."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

STATES = {
    "asked": gettext_lazy("Waits for the agent"),
    "sent": gettext_lazy("Waits for the customer"),
    "answered": gettext_lazy("Answered"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
TONES = {"asked": "warning", "sent": "waiting", "answered": "good", "withdrawn": "line"}


def question_shown(question: Any, *, at: datetime) -> dict[str, Any]:
    """Return a question with its texts; no query."""
    return {
        "id": question.pk,
        "state": question.state,
        "state_label": str(STATES[question.state]),
        "tone": TONES[question.state],
        "text": question.asked.text,
        "answer": question.answer.text if question.answer else "",
        "answered_at": question.answered_at,
        "department": question.department.name,
        "department_hue": question.department.hue,
        "asked_by": question.asked_by.name if question.asked_by else "",
        "asked_at": question.asked_at,
        "due_at": question.due_at,
        "is_late": question.state == "asked" and question.due_at <= at,
        "case": question.case.number,
        "case_href": reverse("agent:case", args=[question.case.number]),
        "contact": question.case.contact.name,
        "problem": question.problem.name,
        "problem_href": reverse("problem:problem", args=[question.problem.name]),
        "problem_title": question.problem.title,
        "is_open": question.state in ("asked", "sent"),
    }
