"""Settings: who works here."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from servicedesk.configuration.frame import (
    ROWS,
    NotFound,
    chosen,
    posted_id,
    settings_page,
    whole_number,
)
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.models import Department, Membership, User
from workflow.people.permissions import ROLE_NAMES, STAFF_ROLES, Permission, Role
from workflow.refusals import Refusal
from workflow.staffing import (
    BadRole,
    EmailTaken,
    WeakPassword,
    activate_user,
    give_role,
    invite_user,
    set_password,
    take_role,
)

FIELD_OF = {EmailTaken: "email", WeakPassword: "password", BadRole: "department"}


@sensitive_post_parameters("password")
@staff(Permission.MANAGE_PEOPLE)
def people(request: StaffRequest) -> HttpResponse:
    """Show the colleagues, or change one."""
    if request.method != "POST":
        return people_page(request, editing=chosen(User.objects.all(), request.GET.get("edit")))
    acts = {
        "add": add,
        "activate": activate,
        "give_role": give,
        "take_role": take,
        "set_password": renew,
    }
    act = acts.get(request.POST.get("action", ""))
    if act is None:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    return act(request)


def add(request: StaffRequest) -> HttpResponse:
    """Let a colleague in; what cannot be used stands in the form."""
    try:
        invite_user(
            name=request.POST.get("name", ""),
            email=request.POST.get("email", ""),
            role=role_in(request),
            department=chosen(Department.objects.all(), request.POST.get("department")),
            password=request.POST.get("password", ""),
            actor=request.actor,
            at=now(),
        )
    except Refusal as refusal:
        return people_page(request, form=form_of(request, refusal), status=422)
    messages.success(request, _("They may sign in now. Tell them the first password yourself."))
    return redirect("settings:people")


def activate(request: StaffRequest) -> HttpResponse:
    """Let a colleague in again."""
    user = activate_user(user_id=posted_id(request), actor=request.actor, at=now())
    messages.success(request, _("%(name)s may sign in again.") % {"name": user.name})
    return redirect("settings:people")


def give(request: StaffRequest) -> HttpResponse:
    """Give a colleague one more role."""
    user_id = posted_id(request)
    try:
        give_role(
            user_id=user_id,
            role=role_in(request),
            department=chosen(Department.objects.all(), request.POST.get("department")),
            actor=request.actor,
            at=now(),
        )
    except BadRole as refusal:
        return editing_page(request, user_id, field="department", refusal=refusal)
    return to_editing(user_id)


def take(request: StaffRequest) -> HttpResponse:
    """Take a role from a colleague."""
    user = take_role(membership_id=posted_id(request, "membership"), actor=request.actor, at=now())
    return to_editing(user.pk)


def renew(request: StaffRequest) -> HttpResponse:
    """Give a colleague a new password."""
    user_id = posted_id(request)
    try:
        user = set_password(
            user_id=user_id,
            password=request.POST.get("password", ""),
            actor=request.actor,
            at=now(),
        )
    except WeakPassword as refusal:
        return editing_page(request, user_id, field="password", refusal=refusal)
    messages.success(
        request,
        _("%(name)s has a new password and is signed out everywhere. Tell them yourself.")
        % {"name": user.name},
    )
    return to_editing(user_id)


def to_editing(user_id: int) -> HttpResponse:
    """Return to the person who is being changed."""
    return redirect(f"{reverse('settings:people')}?edit={user_id}#edit")


def editing_page(
    request: StaffRequest, user_id: int, *, field: str, refusal: Refusal
) -> HttpResponse:
    """Show what could not be changed of a person."""
    return people_page(
        request,
        editing=User.objects.filter(pk=user_id).first(),
        editing_errors={field: str(refusal)},
        status=422,
    )


def role_in(request: StaffRequest) -> Role:
    """Return the role that the form names.

    Raises:
        BadRole: it is none.
    """
    try:
        return Role(request.POST.get("role", ""))
    except ValueError:
        raise BadRole(_("This is not a role."), next_step=_("Choose one of the list.")) from None


def form_of(request: StaffRequest, refusal: Refusal) -> dict[str, Any]:
    """Return what was written, without the password, and what is wrong with it."""
    field = FIELD_OF.get(type(refusal), "name")
    data = {name: request.POST.get(name, "") for name in ("name", "email", "role", "department")}
    return {"data": data, "errors": {field: str(refusal)}}


def people_page(
    request: StaffRequest,
    *,
    form: dict[str, Any] | None = None,
    editing: User | None = None,
    editing_errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page; three queries for any number of people."""
    users = User.objects.prefetch_related("memberships__department").order_by("id")
    after = whole_number(request.GET.get("after"))
    if after is not None:
        users = users.filter(pk__gt=after)
    shown = list(users[: ROWS + 1])
    departments = Department.objects.filter(is_active=True).order_by("name", "id")
    return settings_page(
        request,
        "people",
        {
            "people": [person_in_list(user) for user in shown[:ROWS]],
            "next_url": f"?after={shown[ROWS - 1].pk}" if len(shown) > ROWS else "",
            "form": form or {},
            "roles": [{"value": role.value, "label": ROLE_NAMES[role]} for role in STAFF_ROLES],
            "departments": [{"value": one.pk, "label": one.name} for one in departments],
            "editing": person_being_changed(editing) if editing else None,
            "editing_errors": editing_errors or {},
        },
        status=status,
    )


def person_in_list(user: User) -> dict[str, Any]:
    """Return what a row shows."""
    memberships = list(user.memberships.all())
    roles = dict.fromkeys(str(ROLE_NAMES[Role(membership.role)]) for membership in memberships)
    return {
        "id": user.pk,
        "name": user.name,
        "email": user.email,
        "roles": ", ".join(roles),
        "departments": ", ".join(
            dict.fromkeys(m.department.name for m in memberships if m.department)
        ),
        "is_active": user.is_active,
        "leaving_href": reverse("settings:person_leaving", args=[user.pk]),
        "last_seen_at": user.last_sign_in_at,
        "edit_href": f"{reverse('settings:people')}?edit={user.pk}#edit",
    }


def person_being_changed(user: User) -> dict[str, Any]:
    """Return a person with each role; one query."""
    memberships = Membership.objects.filter(user=user).select_related("department").order_by("id")
    return {
        "id": user.pk,
        "name": user.name,
        "memberships": [
            {
                "id": membership.pk,
                "role": ROLE_NAMES[Role(membership.role)],
                "department": membership.department.name if membership.department else "",
            }
            for membership in memberships
        ],
    }
