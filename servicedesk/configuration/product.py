"""Settings: the versions of one product, and how many customers have each."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.belongings import save_version
from customers.editing import BadCustomer, NameInUse
from customers.having import bought_by, installed_on
from customers.models import Product, ProductVersion
from servicedesk.configuration.entitlements import BadField, day_in
from servicedesk.configuration.frame import ROWS, NotFound, chosen, settings_page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, id_in
from workflow.lengths import TooManyCharacters
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

FIELDS = ("name", "released_on", "supported_until")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.CONFIGURE)
def product(request: StaffRequest, product_id: int) -> HttpResponse:
    """Show the versions of a product, or add or change one.

    Raises:
        NotFound: there is no such product.
    """
    found = Product.objects.filter(pk=product_id).first()
    if found is None:
        raise NotFound(_("There is no such product here."), next_step=_("Look in the list."))
    if request.method == "POST":
        return save(request, found)
    editing = chosen(ProductVersion.objects.filter(product=found), request.GET.get("edit"))
    return product_page(request, found, editing=editing, data=data_of(editing))


def data_of(version: ProductVersion | None) -> dict[str, str]:
    """Return the fields of a version as they are."""
    if version is None:
        return {}
    return {name: written(getattr(version, name)) for name in FIELDS}


def written(value: Any) -> str:
    """Return a name or a day as it stands in a field."""
    return value.isoformat() if isinstance(value, date) else str(value or "")


def save(request: StaffRequest, found: Product) -> HttpResponse:
    """Add or change a version; what cannot be used stands in the form."""
    editing = chosen(ProductVersion.objects.filter(product=found), request.POST.get("id"))
    data = {name: request.POST.get(name, "").strip() for name in FIELDS}
    try:
        saved = save_version(
            product_id=found.pk,
            version_id=editing.pk if editing else None,
            name=data["name"],
            released_on=day_in(data["released_on"], field="released_on"),
            supported_until=day_in(data["supported_until"], field="supported_until"),
            actor=request.actor,
            at=now(),
        )
    except (BadField, BadCustomer, NameInUse, TooManyCharacters) as refusal:
        errors = {field_of(refusal, data): str(refusal)}
        return product_page(request, found, editing=editing, data=data, errors=errors, status=422)
    messages.success(request, _("%(name)s is saved.") % {"name": f"{found.name} {saved.name}"})
    return redirect("settings:product", found.pk)


def field_of(refusal: Refusal, data: dict[str, str]) -> str:
    """Return beside which field a refusal stands."""
    if isinstance(refusal, BadField):
        return refusal.field
    return "supported_until" if isinstance(refusal, BadCustomer) and data["name"] else "name"


def product_page(
    request: StaffRequest,
    found: Product,
    *,
    editing: ProductVersion | None,
    data: dict[str, str],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page, 50 versions each, the newest first; two queries."""
    rows = versions_counted(found)
    before = id_in(request.GET.get("after", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    versions = list(rows[: ROWS + 1])
    return settings_page(
        request,
        "product",
        {
            "settings_page": "products",
            "product": {"id": found.pk, "name": found.name, "is_active": found.is_active},
            "versions": [in_list(found, one) for one in versions[:ROWS]],
            "next_url": f"?after={cursor_of(versions[ROWS - 1].pk)}"
            if len(versions) > ROWS
            else "",
            "unknown": installed_on().filter(product=found, version__isnull=True).count(),
            "editing": {"id": editing.pk, "name": editing.name} if editing else None,
            "form": {"data": data, "errors": errors or {}},
            "back": reverse("settings:products"),
        },
        status=status,
    )


def versions_counted(found: Product) -> QuerySet[Any]:
    """Return the versions of a product with `installed` and `bought`, how many of each there are."""
    return (
        ProductVersion.objects.filter(product=found)
        .annotate(installed=count_of(installed_on()), bought=count_of(bought_by()))
        .order_by("-id")
    )


def count_of(rows: QuerySet[Any]) -> Coalesce:
    """Return how many rows name a version."""
    counted = (
        rows.filter(version=OuterRef("pk")).values("version").annotate(count=Count("pk"))
    ).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def in_list(found: Product, version: Any) -> dict[str, Any]:
    """Return what a row shows."""
    return {
        "id": version.pk,
        "name": version.name,
        "released_on": version.released_on,
        "supported_until": version.supported_until,
        "installed": version.installed,
        "bought": version.bought,
        "edit_href": f"{reverse('settings:product', args=[found.pk])}?edit={version.pk}#edit",
    }
