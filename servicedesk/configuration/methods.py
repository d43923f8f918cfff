"""Settings: methods by which the cause of a problem is looked for, the tenant's own."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from problems.cause_methods import (
    LONGEST_PART,
    BadMethod,
    own_methods,
    save_method,
    standard_methods,
)
from problems.causes_told import kind_named
from servicedesk.configuration.frame import NotFound, settings_page
from servicedesk.pages.cause_words import KINDS
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission

LONGEST_CODE = 40


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.CONFIGURE)
def methods(request: StaffRequest) -> HttpResponse:
    """Show the methods, or add or change one of our own; one query beside the frame's."""
    if request.method != "POST":
        editing = request.GET.get("edit", "")
        row = next((one for one in own_methods(with_retired=True) if one.code == editing), None)
        data = (
            {
                "code": row.code,
                "name": row.name,
                "kind": row.kind,
                "parts": "\n".join([*row.questions, *row.categories]),
                "is_active": row.is_active,
            }
            if row is not None
            else {"kind": "tree", "is_active": True}
        )
        return methods_page(request, data=data, editing=row.name if row is not None else "")
    posted = {
        name: request.POST.get(name, "") for name in ("code", "name", "kind", "parts", "is_active")
    }
    if posted["kind"] not in KINDS:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    try:
        save_method(
            code=posted["code"][:LONGEST_CODE] or slugify(posted["name"])[:LONGEST_CODE].strip("-"),
            name=posted["name"][:LONGEST_PART],
            kind=kind_named(posted["kind"]),
            parts=posted["parts"].splitlines(),
            is_active=bool(posted["is_active"]),
            actor=request.actor,
            at=now(),
        )
    except BadMethod as refusal:
        return methods_page(
            request, data=posted, editing="", errors={"parts": str(refusal)}, status=422
        )
    messages.success(request, _("%(name)s is saved.") % {"name": posted["name"]})
    return redirect("settings:methods")


def methods_page(
    request: StaffRequest,
    *,
    data: dict[str, Any],
    editing: str,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the methods and the form of one."""
    return settings_page(
        request,
        "methods",
        {
            "own": [
                {
                    "code": one.code,
                    "name": one.name,
                    "kind": str(KINDS[one.kind]),
                    "parts": [*one.questions, *one.categories],
                    "is_active": one.is_active,
                }
                for one in own_methods(with_retired=True)
            ],
            "standard": [
                {
                    "name": one.name,
                    "kind": str(KINDS[one.kind]),
                    "parts": [*one.questions, *one.categories],
                }
                for one in standard_methods()
            ],
            "kinds": [{"value": code, "label": str(words)} for code, words in KINDS.items()],
            "form": {"data": data, "errors": errors or {}},
            "editing": editing,
        },
        status=status,
    )
