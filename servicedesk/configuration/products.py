"""Settings: what customers have and ask about."""

from typing import Any

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from customers.editing import BadCustomer, NameInUse, save_product
from customers.models import Product, ProductVersion
from servicedesk.configuration.frame import (
    ROWS,
    NotFound,
    chosen,
    posted_id,
    settings_page,
)
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, id_in
from workflow.lengths import TooManyCharacters
from workflow.people.permissions import Permission

VERSIONS_SHOWN = 4


@staff(Permission.CONFIGURE)
def products(request: StaffRequest) -> HttpResponse:
    """Show the products, or add, rename or switch one."""
    if request.method != "POST":
        editing = chosen(Product.objects.all(), request.GET.get("edit"))
        return products_page(request, editing=editing, name=editing.name if editing else "")
    action = request.POST.get("action", "")
    if action == "save":
        return save(request)
    if action not in ("on", "off"):
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    product = chosen(Product.objects.all(), str(posted_id(request)))
    if product is None:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    save_product(
        product_id=product.pk,
        name=product.name,
        is_active=action == "on",
        actor=request.actor,
        at=now(),
    )
    return redirect("settings:products")


def save(request: StaffRequest) -> HttpResponse:
    """Add or rename a product; what cannot be used stands in the form."""
    editing = chosen(Product.objects.all(), request.POST.get("id"))
    name = request.POST.get("name", "")
    try:
        product = save_product(
            product_id=editing.pk if editing else None,
            name=name,
            is_active=editing.is_active if editing else True,
            actor=request.actor,
            at=now(),
        )
    except (BadCustomer, NameInUse, TooManyCharacters) as refusal:
        return products_page(
            request, editing=editing, name=name, errors={"name": str(refusal)}, status=422
        )
    messages.success(request, _("%(name)s is saved.") % {"name": product.name})
    return redirect("settings:products")


def products_page(
    request: StaffRequest,
    *,
    editing: Product | None,
    name: str,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page, 50 products each with the newest versions; one query."""
    versions = ProductVersion.objects.filter(product=OuterRef("pk")).order_by("-id")
    rows = Product.objects.annotate(
        newest=ArraySubquery(versions.values("name")[: VERSIONS_SHOWN + 1])
    ).order_by("id")
    after = id_in(request.GET.get("after", ""))
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows[: ROWS + 1])
    return settings_page(
        request,
        "products",
        {
            "products": [in_list(one) for one in found[:ROWS]],
            "next_url": f"?after={cursor_of(found[ROWS - 1].pk)}" if len(found) > ROWS else "",
            "editing": {"id": editing.pk, "name": editing.name} if editing else None,
            "form": {"data": {"name": name}, "errors": errors or {}},
        },
        status=status,
    )


def in_list(product: Any) -> dict[str, Any]:
    """Return what a row shows."""
    return {
        "versions": product.newest[:VERSIONS_SHOWN],
        "has_more": len(product.newest) > VERSIONS_SHOWN,
        "href": reverse("settings:product", args=[product.pk]),
        "id": product.pk,
        "name": product.name,
        "slug": product.slug,
        "is_active": product.is_active,
        "edit_href": f"{reverse('settings:products')}?edit={product.pk}#edit",
    }
