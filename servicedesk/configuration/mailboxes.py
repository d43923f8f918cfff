"""Settings: mailboxes, what brings their mail, and whether that works."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
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
from servicedesk.mail.addresses import sender_address
from servicedesk.mail.keeping_mailboxes import (
    BadMailbox,
    ImapAccess,
    NoSuchMailbox,
    save_mailbox,
    set_mailbox_active,
)
from servicedesk.mail.mailboxes import Afterwards, FetchFault, Incoming, Mailbox, Security
from servicedesk.mail.trying import TooManyTests, sentence_of, try_mailbox
from servicedesk.pages.guards import StaffRequest, staff
from workflow.branding import Brand
from workflow.people.models import Department
from workflow.people.permissions import Permission
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_of_the_scope

# The password is not among them: it is never shown again.
FIELDS = (
    "address", "brand", "department", "incoming", "host", "port", "security", "username",
    "folder", "afterwards", "move_to",
)  # fmt: skip
WAYS: dict[str, Callable[[], str]] = {
    Incoming.LISTENER: lambda: _("A mail server hands it in"),
    Incoming.IMAP: lambda: _("It is fetched by IMAP"),
    Incoming.NONE: lambda: _("None comes: for sending only"),
}
SECURITIES: dict[str, Callable[[], str]] = {
    Security.TLS: lambda: _("TLS (port 993)"),
    Security.STARTTLS: lambda: _("STARTTLS (port 143)"),
}
AFTERWARDS: dict[str, Callable[[], str]] = {
    Afterwards.SEEN: lambda: _("Mark it as seen"),
    Afterwards.MOVE: lambda: _("Move it to another folder"),
}


@staff(Permission.CONFIGURE)
def mailboxes(request: StaffRequest) -> HttpResponse:
    """Show the mailboxes, change one, or try its connection."""
    if request.method != "POST":
        editing = chosen(Mailbox.objects.all(), request.GET.get("edit"))
        return mailboxes_page(request, editing=editing, form=form_for(editing))
    action = request.POST.get("action", "")
    if action == "save":
        return save(request)
    if action == "test":
        return test(request)
    if action in ("off", "on"):
        set_mailbox_active(
            mailbox_id=posted_id(request), is_active=action == "on", actor=request.actor, at=now()
        )
        return redirect("settings:mailboxes")
    raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def test(request: StaffRequest) -> HttpResponse:
    """Try the connection of a mailbox and say what came of it."""
    mailbox = Mailbox.objects.filter(pk=posted_id(request)).first()
    if mailbox is None:
        raise NoSuchMailbox(_("There is no such mailbox."), next_step=_("Load the page again."))
    try:
        fault = try_mailbox(mailbox, actor=request.actor, at=now())
    except TooManyTests as refusal:
        messages.error(request, str(refusal))
        return redirect("settings:mailboxes")
    level = messages.ERROR if fault else messages.SUCCESS
    messages.add_message(request, level, f"{mailbox.address}: {sentence_of(fault)}")
    return redirect("settings:mailboxes")


def save(request: StaffRequest) -> HttpResponse:
    """Add or change a mailbox; what cannot be used stands in the form, the password does not."""
    mailbox_id = whole_number(request.POST.get("id"))
    data = {name: request.POST.get(name, "").strip() for name in FIELDS}
    brand = chosen(Brand.objects.all(), data["brand"])
    department = chosen(Department.objects.filter(is_active=True), data["department"])
    errors: dict[str, str] = {}
    if brand is None:
        errors["brand"] = _("Choose a brand.")
    if department is None:
        errors["department"] = _("Choose a department.")
    if data["incoming"] not in Incoming.values:
        errors["incoming"] = _("Choose what brings the mail.")
    if brand is not None and department is not None and not errors:
        try:
            mailbox = save_mailbox(
                mailbox_id=mailbox_id,
                address=data["address"],
                brand=brand,
                department=department,
                incoming=Incoming(data["incoming"]),
                access=access_from(data, password=request.POST.get("password", "")),
                actor=request.actor,
                at=now(),
            )
        except BadMailbox as refusal:
            errors[refusal.field] = str(refusal)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": mailbox.address})
            return redirect("settings:mailboxes")
    return mailboxes_page(
        request,
        editing=Mailbox.objects.filter(pk=mailbox_id).first() if mailbox_id else None,
        form={"data": data, "errors": errors},
        status=422,
    )


def access_from(data: dict[str, str], *, password: str) -> ImapAccess:
    """Return how the server is entered, as the form says; what is no port is refused as one."""
    return ImapAccess(
        host=data["host"],
        port=whole_number(data["port"]) or 0,
        security=Security(data["security"])
        if data["security"] in Security.values
        else Security.TLS,
        username=data["username"],
        password=password,
        folder=data["folder"] or "INBOX",
        afterwards=Afterwards.MOVE if data["afterwards"] == Afterwards.MOVE else Afterwards.SEEN,
        move_to=data["move_to"],
    )


def form_for(mailbox: Mailbox | None) -> dict[str, Any]:
    """Return the fields as they are, or as they begin; never the password. At most two queries."""
    if mailbox is None:
        default = Brand.objects.filter(is_default=True).values_list("pk", flat=True).first()
        service = (
            Department.objects.filter(is_customer_service=True).values_list("pk", flat=True).first()
        )
        data = {"brand": default, "department": service, "incoming": Incoming.LISTENER.value,
                "port": 993, "folder": "INBOX"}  # fmt: skip
        return {"data": data, "errors": {}}
    data = {name: getattr(mailbox, name) for name in FIELDS}
    data |= {"brand": mailbox.brand_id, "department": mailbox.department_id}
    return {"data": data, "errors": {}}


def mailboxes_page(
    request: StaffRequest, *, editing: Mailbox | None, form: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return the page; four queries for any number of mailboxes."""
    rows = Mailbox.objects.select_related("brand", "department").order_by(
        "-is_active", "address", "id"
    )
    tenant = Tenant.objects.get(pk=tenant_of_the_scope())
    return settings_page(
        request,
        "mailboxes",
        {
            "mailboxes": [row_of(row) for row in rows],
            "usual_address": sender_address(tenant),
            "form": form,
            "editing": {"id": editing.pk, "name": editing.address} if editing else None,
            "has_password": bool(editing is not None and editing.sealed_password),
            "brands": [
                {"value": pk, "label": name}
                for pk, name in Brand.objects.order_by("name", "id").values_list("pk", "name")
            ],
            "departments": [
                {"value": pk, "label": name}
                for pk, name in Department.objects.filter(is_active=True)
                .order_by("name", "id")
                .values_list("pk", "name")
            ],
            "ways": options(WAYS),
            "securities": options(SECURITIES),
            "afterwards": options(AFTERWARDS),
        },
        status=status,
    )


def row_of(mailbox: Mailbox) -> dict[str, Any]:
    """Return what the list shows of a mailbox; no query."""
    is_fetched = mailbox.incoming == Incoming.IMAP
    fault = FetchFault(mailbox.last_error)
    return {
        "id": mailbox.pk,
        "address": mailbox.address,
        "brand": mailbox.brand.name,
        "department": mailbox.department.name,
        "hue": mailbox.department.hue,
        "way": WAYS[mailbox.incoming](),
        "server": mailbox.host if is_fetched else "",
        "fault": sentence_of(fault) if fault else "",
        "fetched_at": mailbox.last_fetched_at,
        "is_fetched": is_fetched,
        "is_active": mailbox.is_active,
        "edit_href": f"{reverse('settings:mailboxes')}?edit={mailbox.pk}#edit",
    }


def options(words: dict[str, Callable[[], str]]) -> list[dict[str, str]]:
    """Return choices for a field."""
    return [{"value": str(value), "label": label()} for value, label in words.items()]
