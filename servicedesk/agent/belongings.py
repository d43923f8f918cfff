"""What a customer has and bought: written down, changed, removed by those who may edit customers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.belongings import (
    Order,
    Owner,
    Place,
    Thing,
    change_installed,
    change_purchase,
    remove_installed,
    remove_purchase,
    thing_chosen,
    write_installed,
    write_purchase,
)
from customers.editing import BadCustomer
from customers.having import installed_of, products_with_versions, purchases_of
from customers.identity import NoSuchContact
from customers.queries import contact_to_show
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, id_in
from servicedesk.pages.refusals import status_of
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

ROWS = 25
INSTALLED, PURCHASE = "installed", "purchase"
FIELDS = (
    "thing",
    "of",
    "region",
    "place",
    "reference",
    "since",
    "until",
    "bought_on",
    "quantity",
)


class NotThere(Refusal):
    """What the address or the form names is nothing of this customer."""

    code = "not_there"
    status = 404


class Chosen(NamedTuple):
    """What is changed: `kind` is installed or purchase, `row` None for something new."""

    kind: str
    row: Any


@dataclass(frozen=True)
class Form:
    """The fields of one of the two forms, as somebody wrote them, and why they were refused."""

    kind: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.VIEW_CUSTOMER)
def belongings(request: StaffRequest, contact_id: int) -> HttpResponse:
    """Show what a customer has and bought, write something down, change it or remove it.

    Raises:
        NotPermitted: somebody who may look wants to change something.
    """
    if request.method != "POST":
        editing = named(contact_id, request.GET.get("edit", ""))
        form = Form(editing.kind, data_of(editing)) if editing.row else Form()
        return belongings_page(request, contact_id, editing=editing, form=form)
    request.actor.require(Permission.EDIT_CUSTOMER)
    editing = named(contact_id, request.POST.get("row", ""))
    try:
        said = change(request, contact_id, editing, at=now())
    except Refusal as refusal:
        if status_of(refusal) in (403, 404):
            raise
        form = Form(kind_posted(request), request.POST.dict(), refusal)
        return belongings_page(
            request, contact_id, editing=editing, form=form, status=status_of(refusal)
        )
    messages.success(request, said)
    return redirect("agent:belongings", contact_id)


def kind_posted(request: StaffRequest) -> str:
    """Return which of the two forms was sent."""
    return PURCHASE if request.POST.get("kind") == PURCHASE else INSTALLED


def named(contact_id: int, text: str) -> Chosen:
    """Return what an address or a form names, as `installed-17`; at most one query.

    Raises:
        NotThere: it is nothing of this customer.
    """
    kind, _dash, number = text.partition("-")
    if not text:
        return Chosen("", None)
    rows = {INSTALLED: installed_of, PURCHASE: purchases_of}.get(kind)
    is_number = number.isascii() and number.isdigit() and len(number) < 18
    row = rows(contact_id).filter(pk=int(number)).first() if rows and is_number else None
    if row is None:
        raise NotThere(_("This is not there any more."), next_step=_("Look in the list."))
    return Chosen(kind, row)


# ---- what a form asks for --------------------------------------------------------------------


def change(request: StaffRequest, contact_id: int, editing: Chosen, *, at: datetime) -> str:
    """Do what the form asks for; return what to say."""
    if request.POST.get("action") == "remove" and editing.row is not None:
        if editing.kind == PURCHASE:
            remove_purchase(purchase_id=editing.row.pk, actor=request.actor, at=at)
        else:
            remove_installed(installed_id=editing.row.pk, actor=request.actor, at=at)
        return _("Removed.")
    thing = thing_in(request.POST.get("thing", ""))
    if kind_posted(request) == PURCHASE:
        save_purchase(request, contact_id, editing, thing=thing, at=at)
    else:
        save_installed(request, contact_id, editing, thing=thing, at=at)
    return _("Saved.")


def save_installed(
    request: StaffRequest, contact_id: int, editing: Chosen, *, thing: Thing, at: datetime
) -> None:
    """Keep what is installed."""
    posted = request.POST
    place = Place(
        region=posted.get("region", ""),
        place=posted.get("place", ""),
        reference=posted.get("reference", ""),
        since=day_in(posted.get("since", "")),
        until=day_in(posted.get("until", "")),
    )
    if editing.row is not None:
        change_installed(
            installed_id=editing.row.pk, thing=thing, place=place, actor=request.actor, at=at
        )
        return
    write_installed(
        owner=owner_in(request, contact_id), thing=thing, place=place, actor=request.actor, at=at
    )


def save_purchase(
    request: StaffRequest, contact_id: int, editing: Chosen, *, thing: Thing, at: datetime
) -> None:
    """Keep what was bought; without a day it was today."""
    posted = request.POST
    quantity = posted.get("quantity", "").strip() or "1"
    order = Order(
        bought_on=day_in(posted.get("bought_on", "")) or localdate(at),
        quantity=int(quantity) if quantity.isascii() and quantity.isdigit() else 0,
        reference=posted.get("reference", ""),
    )
    if editing.row is not None:
        change_purchase(
            purchase_id=editing.row.pk, thing=thing, order=order, actor=request.actor, at=at
        )
        return
    write_purchase(
        owner=owner_in(request, contact_id), thing=thing, order=order, actor=request.actor, at=at
    )


def owner_in(request: StaffRequest, contact_id: int) -> Owner:
    """Return whom it belongs to by the form: the customer, or the whole organisation.

    Raises:
        BadCustomer: the customer belongs to no organisation.
    """
    if request.POST.get("of") != "organisation":
        return Owner(contact_id=contact_id)
    found = contact_to_show(contact_id)
    if found is None or found.organisation_id is None:
        raise BadCustomer(
            _("This customer belongs to no organisation."),
            next_step=_("Write it down for the customer alone."),
        )
    return Owner(organisation_id=found.organisation_id)


def thing_in(text: str) -> Thing:
    """Return the product, and the version if one was chosen, of `12` or `12:34`.

    Raises:
        BadCustomer: none is chosen, or it is not there.
    """
    product, _colon, version = text.partition(":")
    ids = [int(one) for one in (product, version) if one.isascii() and one.isdigit()]
    if not ids or len(text) > 40:
        raise BadCustomer(_("No product is chosen."), next_step=_("Choose one of the list."))
    return thing_chosen(ids[0], ids[1] if len(ids) > 1 else None)


def day_in(text: str) -> date | None:
    """Return a day, or None if nothing was written.

    Raises:
        BadCustomer: it is no day.
    """
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadCustomer(_("This is no day."), next_step=_("Write it like 2026-11-22.")) from None


# ---- the page --------------------------------------------------------------------------------


def belongings_page(
    request: StaffRequest, contact_id: int, *, editing: Chosen, form: Form, status: int = 200
) -> HttpResponse:
    """Return the page, 25 of each sort, what was written down last first; seven queries.

    Raises:
        NoSuchContact: there is no such customer.
    """
    found = contact_to_show(contact_id)
    if found is None:
        raise NoSuchContact(
            _("There is no such customer here."), next_step=_("Look for the customer again.")
        )
    if found.joined_to_id is not None:
        return redirect("agent:belongings", found.joined_to_id)
    may_edit = request.actor.may(Permission.EDIT_CUSTOMER)
    installed = listed(request, installed_of(contact_id), name="installed_after")
    purchases = listed(request, purchases_of(contact_id), name="bought_after")
    return page(
        request,
        "agent/belongings.html",
        {
            "contact": {
                "id": found.pk,
                "name": found.name,
                "organisation": found.organisation.name if found.organisation else "",
            },
            "installed": {**installed, "rows": [installed_row(one) for one in installed["rows"]]},
            "purchases": {**purchases, "rows": [purchase_row(one) for one in purchases["rows"]]},
            "may_edit": may_edit,
            "things": things_to_choose(editing.row) if may_edit else [],
            "form": form,
            "editing": f"{editing.kind}-{editing.row.pk}" if editing.row else "",
        },
        status=status,
    )


def listed(request: StaffRequest, rows: Any, *, name: str) -> dict[str, Any]:
    """Return one page of rows, newest first, and the address of more; one query."""
    before = id_in(request.GET.get(name, ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-id")[: ROWS + 1])
    more = f"?{name}={cursor_of(found[ROWS - 1].pk)}" if len(found) > ROWS else ""
    return {"rows": found[:ROWS], "next_url": more, "is_first": before is None}


def installed_row(one: Any) -> dict[str, Any]:
    """Return what a line of what is installed shows; no query."""
    return {
        **thing_row(one, kind=INSTALLED),
        "where": ", ".join(part for part in (one.place, one.region) if part),
        "since": one.since,
        "until": one.until,
        "has_ended": one.until is not None and one.until < localdate(),
    }


def purchase_row(one: Any) -> dict[str, Any]:
    """Return what a line of what was bought shows; no query."""
    return {**thing_row(one, kind=PURCHASE), "bought_on": one.bought_on, "quantity": one.quantity}


def thing_row(one: Any, *, kind: str) -> dict[str, Any]:
    """Return what both sorts of lines show; no query."""
    return {
        "key": f"{kind}-{one.pk}",
        "product": one.product.name,
        "version": one.version.name if one.version else "",
        "organisation": one.organisation.name if one.organisation else "",
        "reference": one.reference,
        "edit_href": f"?edit={kind}-{one.pk}#{kind}",
    }


def things_to_choose(editing: Any) -> list[dict[str, str]]:
    """Return products and their versions to choose from, and what is chosen now; two queries."""
    found = [
        choice
        for product, versions in products_with_versions()
        for choice in (
            {"value": str(product.pk), "label": product.name},
            *(
                {"value": f"{product.pk}:{one.pk}", "label": f"{product.name} {one.name}"}
                for one in versions
            ),
        )
    ]
    if editing is not None and thing_of(editing) not in {one["value"] for one in found}:
        label = f"{editing.product.name} {editing.version or ''}".strip()
        found.append({"value": thing_of(editing), "label": label})
    return found


def thing_of(row: Any) -> str:
    """Return product and version of a row as a field says them."""
    return f"{row.product_id}:{row.version_id}" if row.version_id else str(row.product_id)


def data_of(editing: Chosen) -> dict[str, str]:
    """Return the fields of a row as they are."""
    row = editing.row
    values = {name: getattr(row, name, "") for name in FIELDS if name not in ("thing", "of")}
    return {
        "thing": thing_of(row),
        **{
            name: value.isoformat() if isinstance(value, date) else str(value or "")
            for name, value in values.items()
        },
    }
