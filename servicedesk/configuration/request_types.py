"""Settings: what customers ask for, which questions each request needs, where it is offered."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import QuestionKind, RequestType
from cases.request_types import (
    MOST_QUESTIONS,
    Asked,
    BadRequestType,
    Door,
    all_request_types,
    save_request_type,
    set_request_type_active,
)
from servicedesk.configuration.frame import NotFound, posted_id, settings_page, whole_number
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission

KINDS = {
    QuestionKind.LINE: gettext_lazy("a line of text"),
    QuestionKind.NUMBER: gettext_lazy("a whole number"),
    QuestionKind.AMOUNT: gettext_lazy("an amount"),
    QuestionKind.DAY: gettext_lazy("a day"),
    QuestionKind.YES_NO: gettext_lazy("yes or no"),
}
DOORS = {
    Door.AGENTS: gettext_lazy("New case page"),
    Door.PHONE: gettext_lazy("Telephone"),
    Door.PORTAL: gettext_lazy("Portal"),
    Door.FORMS: gettext_lazy("Web forms"),
}
ASKS = {
    "product": gettext_lazy("the product"),
    "wanted_outcome": gettext_lazy("the wished result"),
    "category": gettext_lazy("the category"),
}


@staff(Permission.CONFIGURE)
def request_types(request: StaffRequest) -> HttpResponse:
    """Show the types, or add, change, switch one."""
    if request.method != "POST":
        types = all_request_types()
        editing = next(
            (one for one in types if one.pk == whole_number(request.GET.get("edit"))), None
        )
        return types_page(request, types=types, editing=editing, data=data_of(editing), errors={})
    action = request.POST.get("action", "")
    if action == "save":
        return save(request)
    if action not in ("on", "off"):
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    set_request_type_active(
        request_type_id=posted_id(request),
        is_active=action == "on",
        actor=request.actor,
        at=now(),
    )
    return redirect("settings:request_types")


def save(request: StaffRequest) -> HttpResponse:
    """Add or change a type; what cannot be used stands in the form."""
    type_id = whole_number(request.POST.get("id"))
    given = data_in(request)
    try:
        save_request_type(
            request_type_id=type_id,
            name=given["name"],
            says=given["says"],
            category=given["category"],
            asks=given["asks"],
            doors=[Door(code) for code in given["doors"]],
            answer=given["answer"],
            may_finish_at_once=given["may_finish"],
            questions=[
                Asked(
                    label=one["label"], kind=QuestionKind(one["kind"]), is_required=one["required"]
                )
                for one in given["questions"]
                if one["label"]
            ],
            actor=request.actor,
            at=now(),
        )
    except BadRequestType as refusal:
        types = all_request_types()
        editing = next((one for one in types if one.pk == type_id), None)
        return types_page(
            request,
            types=types,
            editing=editing,
            data=given,
            errors={refusal.field: str(refusal)},
            status=422,
        )
    messages.success(request, _("The request type is saved."))
    return redirect("settings:request_types")


def data_in(request: StaffRequest) -> dict[str, Any]:
    """Return what the form holds."""
    post = request.POST
    questions = []
    for place in range(1, MOST_QUESTIONS + 1):
        kind = post.get(f"kind-{place}", "")
        questions.append(
            {
                "label": " ".join(post.get(f"label-{place}", "").split())[:120],
                "kind": kind if kind in QuestionKind.values else QuestionKind.LINE.value,
                "required": post.get(f"required-{place}") == "yes",
            }
        )
    return {
        "name": post.get("name", ""),
        "says": post.get("says", ""),
        "category": post.get("category", ""),
        "answer": post.get("answer", ""),
        "may_finish": post.get("may_finish") == "yes",
        "asks": [code for code in post.getlist("asks") if code in ASKS],
        "doors": [code for code in post.getlist("doors") if code in list(Door)],
        "questions": questions,
    }


def data_of(kept: RequestType | None) -> dict[str, Any]:
    """Return a type as its form shows it; an empty one is offered to agents and on the telephone."""
    if kept is None:
        return {"doors": [Door.AGENTS.value, Door.PHONE.value], "asks": [], "questions": []}
    return {
        "name": kept.name,
        "says": kept.says,
        "category": kept.category,
        "answer": kept.answer,
        "may_finish": kept.may_finish_at_once,
        "asks": [code for code in ASKS if getattr(kept, f"asks_{code}")],
        "doors": doors_of(kept),
        "questions": [
            {"label": one.label, "kind": one.kind, "required": one.is_required}
            for one in kept.asked  # type: ignore[attr-defined]
        ],
    }


def doors_of(kept: RequestType) -> list[str]:
    """Return where a type is offered."""
    return [door.value for door in Door if getattr(kept, f"is_for_{door.value}")]


def types_page(
    request: StaffRequest,
    *,
    types: list[RequestType],
    editing: RequestType | None,
    data: dict[str, Any],
    errors: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    """Return the page; two queries for any number of types."""
    questions = list(data.get("questions", []))
    questions += [{"label": "", "kind": "line", "required": False}] * (
        MOST_QUESTIONS - len(questions)
    )
    return settings_page(
        request,
        "request_types",
        {
            "types": [
                {
                    "id": one.pk,
                    "name": one.name,
                    "asks": ", ".join(
                        [str(ASKS[code]) for code in ASKS if getattr(one, f"asks_{code}")]
                        + [question.label for question in one.asked]  # type: ignore[attr-defined]
                    ),
                    "doors": ", ".join(str(DOORS[Door(code)]) for code in doors_of(one)),
                    "may_finish": one.may_finish_at_once,
                    "is_active": one.is_active,
                    "edit_href": f"{reverse('settings:request_types')}?edit={one.pk}#edit",
                }
                for one in types
            ],
            "editing": {"id": editing.pk, "name": editing.name} if editing else None,
            "form": {"data": data, "errors": errors},
            "questions": [{"place": place, **one} for place, one in enumerate(questions, start=1)],
            "kinds": [{"value": kind.value, "label": str(label)} for kind, label in KINDS.items()],
            "asks": [
                {"value": code, "label": str(label), "is_on": code in data["asks"]}
                for code, label in ASKS.items()
            ],
            "doors": [
                {"value": door.value, "label": str(label), "is_on": door.value in data["doors"]}
                for door, label in DOORS.items()
            ],
        },
        status=status,
    )
