"""Settings: web forms that stand open to everybody, alone or inside other pages."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from cases.intake.form_settings import save_web_form, set_web_form_active
from cases.intake.web_forms import BadForm
from cases.models import RequestType, WebForm
from servicedesk.configuration.frame import (
    NotFound,
    chosen,
    posted_id,
    settings_page,
    whole_number,
)
from servicedesk.pages.guards import StaffRequest, staff
from workflow.branding import Brand
from workflow.people.permissions import Permission

FIELDS = ("name", "heading", "thanks", "origins", "request_type", "brand")


@staff(Permission.CONFIGURE)
def web_forms(request: StaffRequest) -> HttpResponse:
    """Show the forms with what to paste into a page, or add, change, switch one."""
    if request.method != "POST":
        editing = chosen(WebForm.objects.all(), request.GET.get("edit"))
        return forms_page(request, editing=editing, data=data_of(editing))
    action = request.POST.get("action", "")
    if action == "save":
        return save(request)
    if action not in ("on", "off"):
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    set_web_form_active(
        web_form_id=posted_id(request), is_active=action == "on", actor=request.actor, at=now()
    )
    return redirect("settings:web_forms")


def save(request: StaffRequest) -> HttpResponse:
    """Add or change a form; what cannot be used stands in the page."""
    form_id = whole_number(request.POST.get("id"))
    try:
        save_web_form(
            web_form_id=form_id,
            name=request.POST.get("name", ""),
            heading=request.POST.get("heading", ""),
            thanks=request.POST.get("thanks", ""),
            origins=request.POST.get("origins", ""),
            request_type=chosen(types_for_forms(), request.POST.get("request_type")),
            brand=chosen(Brand.objects.all(), request.POST.get("brand")),
            actor=request.actor,
            at=now(),
        )
    except BadForm as refusal:
        return forms_page(
            request,
            editing=WebForm.objects.filter(pk=form_id).first() if form_id else None,
            data={name: request.POST.get(name, "") for name in FIELDS},
            errors={refusal.field: str(refusal)},
            status=422,
        )
    messages.success(request, _("The form is saved."))
    return redirect("settings:web_forms")


def types_for_forms() -> Any:
    """Return the request types that a form can be for."""
    return RequestType.objects.filter(is_active=True, is_for_forms=True).order_by("position", "id")


def data_of(form: WebForm | None) -> dict[str, Any]:
    """Return a form as its fields show it."""
    if form is None:
        return {}
    return {
        "name": form.name,
        "heading": form.heading,
        "thanks": form.thanks,
        "origins": form.origins,
        "request_type": form.request_type_id or "",
        "brand": form.brand_id or "",
    }


def forms_page(
    request: StaffRequest,
    *,
    editing: WebForm | None,
    data: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page; three queries for any number of forms."""
    forms = WebForm.objects.select_related("request_type", "brand").order_by("id")
    brands = Brand.objects.order_by("-is_default", "name", "id")
    return settings_page(
        request,
        "web_forms",
        {
            "forms": [
                {
                    "id": one.pk,
                    "name": one.name,
                    "address": request.build_absolute_uri(reverse("doors:form", args=[one.key])),
                    "origins": one.origins.split(),
                    "request_type": one.request_type.name if one.request_type else "",
                    "brand": one.brand.name if one.brand else "",
                    "is_active": one.is_active,
                    "edit_href": f"{reverse('settings:web_forms')}?edit={one.pk}#edit",
                }
                for one in forms
            ],
            "editing": {"id": editing.pk, "name": editing.name} if editing else None,
            "form": {"data": data, "errors": errors or {}},
            "brands": [{"value": one.pk, "label": one.name} for one in brands],
            "types": [{"value": one.pk, "label": one.name} for one in types_for_forms()],
        },
        status=status,
    )
