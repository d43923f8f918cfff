"""Settings: who has a right to which service level, since when and until when."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.editing import BadCustomer, end_entitlement, grant_entitlement
from customers.identity import contact_at
from customers.models import Contact, Entitlement, EntitlementKind, Organisation, Product
from servicedesk.configuration.frame import ROWS, NotFound, chosen, posted_id, settings_page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, id_in
from workflow.clocks.models import ServiceLevel
from workflow.lengths import TooManyCharacters
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

FIELDS = (
    "organisation",
    "contact",
    "product",
    "service_level",
    "kind",
    "reference",
    "begins_on",
    "ends_on",
)
SUGGESTED = 200
KINDS = {
    EntitlementKind.ACCOUNT: gettext_lazy("Account"),
    EntitlementKind.PRODUCT: gettext_lazy("Product"),
    EntitlementKind.ASSET: gettext_lazy("Asset"),
    EntitlementKind.CONTRACT: gettext_lazy("Contract"),
}


class BadField(Refusal):
    """What was written in a field names nothing; `field` is which."""

    code = "bad_field"

    def __init__(self, field: str, sentence: str, *, next_step: str) -> None:
        super().__init__(sentence, next_step=next_step)
        self.field = field


@staff(Permission.CONFIGURE)
def entitlements(request: StaffRequest) -> HttpResponse:
    """Show who has a right to what, grant one, or let one end."""
    if request.method != "POST":
        return entitlements_page(request, data={})
    action = request.POST.get("action", "")
    if action == "grant":
        return grant(request)
    if action == "end":
        end_entitlement(entitlement_id=posted_id(request), actor=request.actor, at=now())
        messages.success(request, _("It has ended. Open cases keep what they were promised."))
        return redirect("settings:entitlements")
    raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def grant(request: StaffRequest) -> HttpResponse:
    """Grant a right; what cannot be used stands in the form."""
    data = {name: request.POST.get(name, "").strip() for name in FIELDS}
    at = now()
    zone = ZoneInfo(request.tenant.timezone)  # type: ignore[attr-defined]
    try:
        ends_on = day_in(data["ends_on"], field="ends_on")
        begins_on = day_in(data["begins_on"], field="begins_on")
        service_level = chosen(ServiceLevel.objects.all(), data["service_level"])
        if service_level is None:
            raise BadField(
                "service_level", _("No service level is chosen."), next_step=_("Choose one.")
            )
        grant_entitlement(
            organisation=organisation_called(data["organisation"]),
            contact=contact_called(data["contact"]),
            product=chosen(Product.objects.all(), data["product"]),
            service_level=service_level,
            begins_at=beginning_of(begins_on, zone) if begins_on else at,
            # The last day counts whole.
            ends_at=beginning_of(ends_on + timedelta(days=1), zone) if ends_on else None,
            kind=kind_in(data["kind"]),
            reference=data["reference"],
            actor=request.actor,
            at=at,
        )
    except (BadField, BadCustomer, TooManyCharacters) as refusal:
        return entitlements_page(
            request, data=data, errors={field_of(refusal, data): str(refusal)}, status=422
        )
    messages.success(request, _("The right is granted. It counts for new cases."))
    return redirect("settings:entitlements")


def field_of(refusal: Refusal, data: dict[str, str]) -> str:
    """Return beside which field a refusal stands."""
    if isinstance(refusal, BadField):
        return refusal.field
    if isinstance(refusal, TooManyCharacters):
        return "reference"
    if not data["organisation"] and not data["contact"]:
        return "organisation"
    return "product" if data["kind"] == EntitlementKind.PRODUCT else "ends_on"


def day_in(text: str, *, field: str) -> date | None:
    """Return the day of a field, or None if nothing was written.

    Raises:
        BadField: it is no day.
    """
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 1970 < day.year < 9999:
        raise BadField(field, _("This is no day."), next_step=_("Write it like 2026-11-22."))
    return day


def beginning_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment when a day of the tenant begins."""
    return datetime.combine(day, time.min, tzinfo=zone)


def kind_in(text: str) -> EntitlementKind:
    """Return what gives the right; the account where nothing was chosen.

    Raises:
        BadField: it is none of the list.
    """
    if text and text not in EntitlementKind.values:
        raise BadField("kind", _("This is not in the list."), next_step=_("Choose one that is."))
    return EntitlementKind(text or EntitlementKind.ACCOUNT)


def organisation_called(name: str) -> Organisation | None:
    """Return the organisation of a name or mail domain, None for nothing; at most one query.

    Raises:
        BadField: there is none, or more than one.
    """
    if not name:
        return None
    found = list(Organisation.objects.filter(Q(name__iexact=name) | Q(domain__iexact=name))[:2])
    if len(found) != 1:
        raise BadField(
            "organisation",
            _("There are several of this name.") if found else _("There is none of this name."),
            next_step=_("Write its mail domain instead.")
            if found
            else _("Choose one of the list, or write its mail domain."),
        )
    return found[0]


def contact_called(address: str) -> Contact | None:
    """Return the contact at a mail address, None for nothing; at most one query.

    Raises:
        BadField: nobody has the address.
    """
    if not address:
        return None
    found = contact_at(address)
    if found is None:
        raise BadField(
            "contact",
            _("No customer has this address."),
            next_step=_("Write a mail address that we know."),
        )
    return found


def entitlements_page(
    request: StaffRequest,
    *,
    data: dict[str, str],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page, 50 rights each, the newest first; four queries."""
    at = now()
    which = "all" if request.GET.get("which") == "all" else "in_force"
    rows = Entitlement.objects.select_related(
        "organisation", "contact", "product", "service_level"
    ).order_by("-id")
    if which == "in_force":
        rows = rows.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    before = id_in(request.GET.get("after", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: ROWS + 1])
    more = f"?which={which}&after={cursor_of(found[ROWS - 1].pk)}" if len(found) > ROWS else ""
    return settings_page(
        request,
        "entitlements",
        {
            "entitlements": [in_list(one, at=at) for one in found[:ROWS]],
            "which": which,
            "next_url": more,
            "form": {"data": data, "errors": errors or {}},
            "organisations": list(
                Organisation.objects.order_by("name", "id").values_list("name", flat=True)[
                    :SUGGESTED
                ]
            ),
            "products": named(Product.objects.filter(is_active=True)),
            "levels": named(ServiceLevel.objects.all()),
            "kinds": [{"value": k.value, "label": str(words)} for k, words in KINDS.items()],
        },
        status=status,
    )


def named(rows: Any) -> list[dict[str, Any]]:
    """Return rows by name, as options; one query."""
    return [{"value": one.pk, "label": one.name} for one in rows.order_by("name", "id")]


def in_list(one: Entitlement, *, at: datetime) -> dict[str, Any]:
    """Return what a row shows."""
    return {
        "id": one.pk,
        "organisation": one.organisation.name if one.organisation else "",
        "contact": one.contact.name if one.contact else "",
        "contact_id": one.contact_id,
        "product": one.product.name if one.product else "",
        "service_level": one.service_level.name,
        "kind": str(KINDS[EntitlementKind(one.kind)]),
        "reference": one.reference,
        "begins_at": one.begins_at,
        "ends_at": one.ends_at,
        "is_over": one.ends_at is not None and one.ends_at <= at,
        "is_ahead": one.begins_at > at,
    }
