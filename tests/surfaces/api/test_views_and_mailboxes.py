"""Views that everybody sees, and mailboxes, are kept by programs, too."""

from typing import Any

import pytest
from django.utils.timezone import now

from cases.filtering import Criteria
from cases.models import SavedView
from cases.saved_views import save_view
from servicedesk.api.models import Answered
from servicedesk.mail.mailboxes import Mailbox
from servicedesk.sealing import unseal
from tests.make import make_actor, make_case, make_user
from tests.surfaces.api.calling import Caller, caller_as, customer_of
from tests.surfaces.api.test_access import assert_problem_document
from tests.surfaces.counting import counted, told
from workflow.branding import default_brand
from workflow.people.models import Department
from workflow.people.permissions import Role


def wish_for_mailbox(**more: Any) -> dict[str, Any]:
    """Return a mailbox that is fetched."""
    return {
        "address": "help@company.example",
        "brand": default_brand().pk,
        "department": Department.objects.get(is_customer_service=True).slug,
        "incoming": "imap",
        "host": "imap.company.example",
        "username": "help",
        "password": " four words nobody knows ",
        **more,
    }


@pytest.fixture
def admin(tenant: Any) -> Caller:
    """A program of an administrator."""
    return caller_as(tenant, Role.ADMIN)


def test_a_view_is_kept_shown_and_forgotten(tenant: Any) -> None:
    lead = caller_as(tenant, Role.LEAD)
    urgent, _ordinary = make_case(priority=1), make_case()
    keeper = make_user(Role.LEAD)
    wish = {"name": "Urgent", "keeper": keeper.email, "priority": 1}

    kept = lead.post("views/", wish)
    view = kept.json()
    again = lead.post("views/", {**wish, "older_than_days": 0}).json()
    shown = lead.get("cases/", view=view["id"]).json()["results"]
    listed = caller_as(tenant, Role.READER).get("views/").json()["results"]
    gone = lead.send("delete", f"views/{view['id']}/", None)

    assert (kept.status_code, view["keeper"], view["priority"]) == (201, keeper.email, 1)
    assert again["id"] == view["id"]
    assert [one["number"] for one in shown] == [urgent.number]
    assert [one["name"] for one in listed] == ["Urgent"]
    assert gone.json()["id"] == view["id"]
    assert not SavedView.objects.exists()
    assert_problem_document(lead.get("cases/", view=view["id"]), 422, "unprocessable")


def test_a_person_s_own_view_is_nothing_to_a_program(tenant: Any) -> None:
    own = save_view(name="Mine", criteria=Criteria(), is_shared=False, actor=make_actor(), at=now())
    lead = caller_as(tenant, Role.LEAD)

    assert lead.get("views/").json()["results"] == []
    assert_problem_document(lead.get("cases/", view=own.pk), 422, "unprocessable")
    assert_problem_document(lead.send("delete", f"views/{own.pk}/", None), 404, "not_there")
    assert SavedView.objects.filter(pk=own.pk).exists()


def test_only_who_steers_keeps_views_and_customers_know_of_none(tenant: Any) -> None:
    keeper = make_user(Role.LEAD)
    wish = {"name": "All", "keeper": keeper.email}
    customer, _contact = customer_of(tenant)

    assert_problem_document(
        caller_as(tenant, Role.AGENT).post("views/", wish), 403, "not_permitted"
    )
    assert_problem_document(customer.get("views/"), 403, "not_permitted")
    assert_problem_document(customer.get("cases/", view=1), 422, "unprocessable")
    nobody = {**wish, "responsible": "person", "person": "nobody@example.org"}
    assert_problem_document(
        caller_as(tenant, Role.LEAD).post("views/", nobody), 422, "unprocessable"
    )
    assert not SavedView.objects.exists()


def test_a_password_goes_into_a_mailbox_and_never_comes_out(admin: Caller) -> None:
    added = admin.post("mailboxes/", wish_for_mailbox(), key="once")
    listed = admin.get("mailboxes/")

    stored = Mailbox.objects.get()
    assert added.status_code == 201
    assert added.json()["has_password"] is True
    assert unseal(stored.sealed_password) == " four words nobody knows "
    told_of = added.content + listed.content + str(list(Answered.objects.values())).encode()
    assert b"nobody knows" not in told_of
    assert stored.sealed_password.encode() not in told_of


def test_a_stored_password_goes_to_no_other_server(admin: Caller) -> None:
    kept = admin.post("mailboxes/", wish_for_mailbox()).json()
    place = f"mailboxes/{kept['id']}/"

    same = admin.send("patch", place, wish_for_mailbox(password="", folder="Help"))
    other = admin.send("patch", place, wish_for_mailbox(password="", host="evil.example"))

    assert (same.status_code, same.json()["folder"]) == (200, "Help")
    assert_problem_document(other, 409, "bad_mailbox")
    assert Mailbox.objects.get().host == "imap.company.example"


def test_a_mailbox_is_switched_off_and_what_has_no_server_is_not_tested(admin: Caller) -> None:
    kept = admin.post("mailboxes/", wish_for_mailbox(incoming="none")).json()

    off = admin.post(f"mailboxes/{kept['id']}/active/", {"is_active": False}).json()

    assert off["is_active"] is False
    tested = admin.post(f"mailboxes/{kept['id']}/test/")
    assert_problem_document(tested, 409, "nothing_to_test")
    assert_problem_document(admin.post("mailboxes/999999/test/"), 404, "not_there")


def test_these_lists_cost_the_same_for_2_and_20(admin: Caller) -> None:
    asked: dict[str, list[Any]] = {}
    for rows in (range(2), range(2, 20)):
        for number in rows:
            address = f"help{number}@company.example"
            admin.post("mailboxes/", wish_for_mailbox(address=address))
            view = {"name": f"V {number}", "keeper": make_user(Role.LEAD).email}
            admin.post("views/", view)
        for name in ("mailboxes", "views"):
            with counted() as queries:
                found = admin.get(f"{name}/", limit=200).json()["results"]
            assert len(found) == rows.stop
            asked.setdefault(name, []).append(queries)

    for few, many in asked.values():
        assert len(few) == len(many), told(many)
