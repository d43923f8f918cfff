"""Settings: companies that are customers, and whose mail belongs to them."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from customers.editing import BadCustomer, NameInUse, save_organisation
from customers.models import Contact, Organisation
from servicedesk.configuration.frame import ROWS, NotFound, chosen, settings_page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, id_in
from workflow.lengths import TooManyCharacters
from workflow.people.permissions import Permission

FIELDS = ("name", "domain", "region", "segment")
SHORT = ("region", "segment")
LONGEST_SHORT = 40


@staff(Permission.CONFIGURE)
def organisations(request: StaffRequest) -> HttpResponse:
    """Show the organisations, or add or change one."""
    if request.method != "POST":
        editing = chosen(Organisation.objects.all(), request.GET.get("edit"))
        data = {name: getattr(editing, name) for name in FIELDS} if editing else {}
        return organisations_page(request, editing=editing, data=data)
    if request.POST.get("action") != "save":
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    editing = chosen(Organisation.objects.all(), request.POST.get("id"))
    data = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        saved = save_organisation(
            organisation_id=editing.pk if editing else None,
            **data,
            actor=request.actor,
            at=now(),
        )
    except (BadCustomer, NameInUse, TooManyCharacters) as refusal:
        field = field_of(refusal, data)
        return organisations_page(
            request, editing=editing, data=data, errors={field: str(refusal)}, status=422
        )
    messages.success(request, _("%(name)s is saved.") % {"name": saved.name})
    return redirect("settings:organisations")


def field_of(refusal: Exception, data: dict[str, str]) -> str:
    """Return the field that a refusal is about."""
    if isinstance(refusal, TooManyCharacters):
        return next((name for name in SHORT if len(data[name].strip()) > LONGEST_SHORT), "name")
    return "domain" if data["name"].strip() else "name"


def organisations_page(
    request: StaffRequest,
    *,
    editing: Organisation | None,
    data: dict[str, str],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page, 50 organisations each, the newest first; one query."""
    words = " ".join(request.GET.get("words", "").split())[:120]
    people = (
        Contact.objects.filter(organisation=OuterRef("pk"), joined_to__isnull=True)
        .order_by()
        .values("organisation")
        .values(count=Count("pk"))
    )
    rows = Organisation.objects.annotate(people=Coalesce(Subquery(people), 0)).order_by("-id")
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(domain__icontains=words))
    before = id_in(request.GET.get("after", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: ROWS + 1])
    older = {"words": words, "after": cursor_of(found[ROWS - 1].pk)} if len(found) > ROWS else {}
    return settings_page(
        request,
        "organisations",
        {
            "organisations": [in_list(one) for one in found[:ROWS]],
            "words": words,
            "next_url": f"?{urlencode(older)}" if older else "",
            "editing": {"id": editing.pk, "name": editing.name} if editing else None,
            "form": {"data": data, "errors": errors or {}},
        },
        status=status,
    )


def in_list(organisation: Any) -> dict[str, Any]:
    """Return what a row shows."""
    return {
        "name": organisation.name,
        "domain": organisation.domain,
        "region": organisation.region,
        "segment": organisation.segment,
        "people": organisation.people,
        "edit_href": f"{reverse('settings:organisations')}?edit={organisation.pk}#edit",
    }
