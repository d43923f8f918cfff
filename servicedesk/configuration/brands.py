"""Settings: brands, the names under which the tenant writes."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from servicedesk.configuration.frame import (
    NotFound,
    chosen,
    posted_id,
    settings_page,
    whole_number,
)
from servicedesk.pages.brand_colour import code_of, colour_shown
from servicedesk.pages.guards import StaffRequest, staff
from workflow.branding import (
    BadBrand,
    BadColour,
    Brand,
    chosen_colour,
    make_default,
    save_brand,
)
from workflow.people.permissions import Permission

FIELDS = ("name", "sender_name", "sign_off", "colour")


@staff(Permission.CONFIGURE)
def brands(request: StaffRequest) -> HttpResponse:
    """Show the brands, or change one."""
    if request.method != "POST":
        editing = chosen(Brand.objects.all(), request.GET.get("edit"))
        return brands_page(request, editing=editing, form=form_for(editing))
    action = request.POST.get("action", "")
    if action == "save":
        return save(request)
    if action == "show":
        return look(request)
    if action == "default":
        brand = make_default(brand_id=posted_id(request), actor=request.actor, at=now())
        messages.success(request, _("%(name)s is the default now.") % {"name": brand.name})
        return redirect("settings:brands")
    raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def save(request: StaffRequest) -> HttpResponse:
    """Add or change a brand; what cannot be used stands in the form."""
    brand_id = whole_number(request.POST.get("id"))
    data = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        brand = save_brand(brand_id=brand_id, **data, actor=request.actor, at=now())
    except (BadBrand, BadColour) as refusal:
        field = "name" if isinstance(refusal, BadBrand) else "colour"
        form = {"data": data, "errors": {field: str(refusal)}}
        return brands_page(request, editing=brand_named(brand_id), form=form, status=422)
    messages.success(request, _("%(name)s is saved.") % {"name": brand.name})
    return redirect("settings:brands")


def look(request: StaffRequest) -> HttpResponse:
    """Show what a colour comes to, before anything is saved."""
    data = {name: request.POST.get(name, "") for name in FIELDS}
    editing = brand_named(whole_number(request.POST.get("id")))
    try:
        chosen_colour(data["colour"])
    except BadColour as refusal:
        form = {"data": data, "errors": {"colour": str(refusal)}}
        return brands_page(request, editing=editing, form=form, status=422)
    shown_form: dict[str, Any] = {"data": data, "errors": {}, "is_shown": True}
    return brands_page(request, editing=editing, form=shown_form)


def brand_named(brand_id: int | None) -> Brand | None:
    """Return the brand that is being changed, or None; at most one query."""
    return Brand.objects.filter(pk=brand_id).first() if brand_id else None


def sample_of(written: str) -> dict[str, Any] | None:
    """Return what the portal shows of a colour, or None for what is none."""
    code = code_of(written.strip().lower())
    try:
        found = colour_shown(code)
    except ValueError:
        return None
    return {"code": code, "fill": found.fill, "is_as_chosen": found.is_as_chosen}


def form_for(brand: Brand | None) -> dict[str, Any]:
    """Return the fields as they are, or empty."""
    data = {name: getattr(brand, name) for name in FIELDS} if brand is not None else {}
    return {"data": data, "errors": {}}


def brands_page(
    request: StaffRequest, *, editing: Brand | None, form: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return the page; one query for any number of brands."""
    rows = Brand.objects.annotate(
        addresses=Count("mailboxes", filter=Q(mailboxes__is_active=True))
    ).order_by("-is_default", "name", "id")
    return settings_page(
        request,
        "brands",
        {
            "brands": [
                {
                    "id": row.pk,
                    "name": row.name,
                    "sender_name": row.sender_name,
                    "sign_off": row.sign_off,
                    "mailboxes": row.addresses,
                    "colour": row.colour,
                    "is_default": row.is_default,
                    "edit_href": f"{reverse('settings:brands')}?edit={row.pk}#edit",
                }
                for row in rows
            ],
            "form": form,
            "sample": sample_of(form["data"].get("colour", "")),
            "editing": {"id": editing.pk, "name": editing.name} if editing else None,
        },
        status=status,
    )
