"""Settings: keys for programs, issued here, shown once, and taken back."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from customers.identity import contact_at
from customers.models import Contact
from servicedesk.configuration.frame import ROWS, NotFound, posted_id, settings_page, whole_number
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.authentication import REQUESTS_PER_MINUTE
from workflow.people.models import ApiToken
from workflow.people.permissions import ROLE_NAMES, Permission, Role
from workflow.tokens import BadTokenWish, Given, give_token, revoke_token

DAYS = 365
FIELDS = ("label", "role", "days", "requests_per_minute", "contact_email")


@never_cache
@staff(Permission.MANAGE_TOKENS)
def tokens(request: StaffRequest) -> HttpResponse:
    """Show the tokens, issue one, or take one back. A secret is shown once and stored nowhere."""
    if request.method != "POST":
        return tokens_page(request, form=first_form())
    action = request.POST.get("action", "")
    if action == "issue":
        return issue(request)
    if action == "revoke":
        revoked = revoke_token(token_id=posted_id(request), actor=request.actor, at=now())
        messages.success(request, _("%(name)s opens nothing any more.") % {"name": revoked.label})
        return redirect("settings:tokens")
    raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def first_form() -> dict[str, Any]:
    """Return the fields as they begin."""
    data = {"days": str(DAYS), "requests_per_minute": str(REQUESTS_PER_MINUTE), "scopes": []}
    return {"data": data, "errors": {}}


def issue(request: StaffRequest) -> HttpResponse:
    """Issue a token and show its secret; what cannot be used stands in the form."""
    errors: dict[str, str] = {}
    email = request.POST.get("contact_email", "").strip()
    contact = contact_at(email) if email else None
    if email and contact is None:
        errors["contact_email"] = _("There is no customer with this address.")
    role = role_in(request)
    if role is None:
        errors["role"] = _("Choose a role.")
    if not errors and role is not None:
        try:
            given = given_for(request, role=role, contact=contact)
        except BadTokenWish as refusal:
            errors[refusal.field] = str(refusal)
        else:
            return tokens_page(request, form=first_form(), given=given)
    data: dict[str, Any] = {name: request.POST.get(name, "") for name in FIELDS}
    data["scopes"] = request.POST.getlist("scopes")
    return tokens_page(request, form={"data": data, "errors": errors}, status=422)


def role_in(request: StaffRequest) -> Role | None:
    """Return the role of the form, or None for none that is there."""
    written = request.POST.get("role", "")
    return next((role for role in Role if role.value == written), None)


def given_for(request: StaffRequest, *, role: Role, contact: Contact | None) -> Given:
    """Issue the token of the form.

    Raises:
        BadTokenWish: something of it does not fit.
    """
    known = {permission.value for permission in Permission}
    return give_token(
        label=request.POST.get("label", ""),
        role=role,
        scopes=frozenset(
            Permission(scope) for scope in request.POST.getlist("scopes") if scope in known
        ),
        valid_for=timedelta(days=min(whole_number(request.POST.get("days")) or 0, 100_000)),
        requests_per_minute=whole_number(request.POST.get("requests_per_minute")) or 0,
        contact_id=contact.pk if contact else None,
        actor=request.actor,
        at=now(),
    )


def tokens_page(
    request: StaffRequest,
    *,
    form: dict[str, Any],
    given: Given | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page; two queries for any number of tokens."""
    rows = ApiToken.objects.order_by("-id")
    before = whole_number(request.GET.get("before"))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: ROWS + 1])
    shown = found[:ROWS]
    names = dict(
        Contact.objects.filter(pk__in=[one.contact_key for one in shown if one.contact_key])
        .order_by()
        .values_list("pk", "name")
    )
    return settings_page(
        request,
        "tokens",
        {
            "tokens": [token_in_list(one, names=names) for one in shown],
            "next_url": f"?before={shown[-1].pk}" if len(found) > ROWS else "",
            "form": form,
            "roles": [{"value": role.value, "label": ROLE_NAMES[role]} for role in Role],
            "scopes": [
                {
                    "value": permission.value,
                    "label": permission.value.replace("_", " "),
                    "is_chosen": permission.value in form["data"]["scopes"],
                }
                for permission in Permission
            ],
            "shown": {"name": given.token.label, "secret": given.word} if given else None,
        },
        status=status,
    )


def token_in_list(token: ApiToken, *, names: dict[int, str]) -> dict[str, Any]:
    """Return what a row shows: never the secret, of which only a hash is kept."""
    is_over = token.expires_at <= now()
    return {
        "id": token.pk,
        "label": token.label,
        "prefix": token.prefix,
        "role": ROLE_NAMES[Role(token.role)],
        "contact": names.get(token.contact_key or 0, ""),
        "scopes": ", ".join(scope.replace("_", " ") for scope in sorted(token.scope_set)),
        "requests_per_minute": token.requests_per_minute,
        "last_used_at": token.last_used_at,
        "expires_at": token.expires_at,
        "is_revoked": token.revoked_at is not None,
        "is_over": is_over,
        "may_revoke": token.revoked_at is None and not is_over,
    }
