"""What a drawn workflow offers on a page: steps with and without a form, approvals."""

from typing import Any

from tests.pages.journeys import NOW


def step(key: str, name: str, **facts: Any) -> dict[str, Any]:
    """Return one step as `servicedesk.pages.steps_shown.step_shown` does."""
    return {
        "key": key,
        "name": name,
        "to": "Find the cause",
        "kind": "forward",
        "symbol": "arrow-right",
        "department": "",
        "why_not": "",
        "needs_approval": False,
        "is_plain_refusal": False,
        "departments": [],
        "needs_department": False,
        "asks_reason": False,
        "is_plain": True,
        "is_open": False,
        "fields": [],
        "ids": {"department": f"step-{key}-department", "reason": f"step-{key}-reason"},
        "data": {},
        "errors": {},
        **facts,
    }


def way(departments: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a drawing offers: every kind of step, an open and a rejected approval."""
    cause = {
        "id": "step-known-root_cause",
        "name": "root_cause",
        "label": "Root cause",
        "value": "A retry job",
        "error": "",
    }
    return {
        "workflow": "Product defect",
        "stage": "Reproduce",
        "offered": [
            step("seen", "It happens here too", needs_approval=True),
            step(
                "known",
                "Cause found",
                is_plain=False,
                is_open=True,
                department="Release & Change",
                fields=[cause, {**cause, "id": "step-known-public", "name": "public_cause",
                                "label": "Cause in words for customers", "error": "Write it."}],
            ),
            step(
                "elsewhere",
                "Somebody else goes on",
                kind="side",
                symbol="split",
                is_plain=False,
                departments=departments,
                needs_department=True,
                asks_reason=True,
                errors={"is_confirmed": "Less than their target is left: 40 min of 4 h."},
            ),
        ],
        "others": [step("file", "File it", why_not="“File it” is not yours to take. Ask: a service lead.")],
        "requests": [
            {
                "id": 7,
                "field": "approval-7-reason",
                "step": "It happens here too",
                "state": "open",
                "state_label": "Waits for an approval",
                "by": "Nadia Khan",
                "asked_at": NOW,
                "due_at": NOW,
                "progress": "1 of 2 agreed",
                "may_vote": True,
                "reason": "",
                "error": "A reason is needed: it stands in the journey.",
                "votes": [
                    {"name": "Olav Hansen", "vote": "yes", "words": "agreed", "reason": "Seen it.", "at": NOW},
                    {"name": "Kari Lunde", "vote": "", "words": "has not answered", "reason": "", "at": None},
                ],
            },
            {
                "id": 6,
                "field": "approval-6-reason",
                "step": "It happens here too",
                "state": "rejected",
                "state_label": "Rejected",
                "by": "Nadia Khan",
                "asked_at": NOW,
                "due_at": None,
                "progress": "0 of 1 agreed",
                "may_vote": False,
                "reason": "",
                "error": "",
                "votes": [{"name": "Kari Lunde", "vote": "no", "words": "said no", "reason": "Show me.", "at": NOW}],
            },
        ],
    }  # fmt: skip


APPROVALS = [
    {
        "id": 7,
        "number": "P-204",
        "title": "Direct debit taken twice",
        "step": "It happens here too",
        "to": "Find the cause",
        "by": "Nadia Khan",
        "reason": "We saw it twice in the test system.",
        "department": "Payments Platform",
        "due_at": NOW,
        "stage": "Reproduce",
    }
]
