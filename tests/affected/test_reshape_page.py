"""Merging and splitting, on the page and for programs."""

from typing import Any

from problems.models import Problem, Reshaping
from tests.affected.things import ledger
from tests.make import make_case, make_contact, make_problem, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant


def named(problem: Problem) -> list[str]:
    """Return whom a problem affects now."""
    return sorted(ledger(problem))


def case_of(name: str) -> Any:
    """Return a case of a new customer."""
    return make_case(contact=make_contact(name=name))


def test_a_lead_merges_splits_and_takes_it_back(tenant: Tenant) -> None:
    target = make_problem(cases=[case_of("Ingrid")])
    amir, kari = case_of("Amir"), case_of("Kari")
    source = make_problem(cases=[amir, kari], title="Taken twice again")
    client = signed_in_staff(tenant, make_user(Role.LEAD))
    address = f"/p/{source.number}/reshape/"

    refused = client.post(address, {"action": "merge", "into": "P-999", "reason": "The same."})
    empty = client.post(address, {"action": "merge", "into": "", "reason": ""})
    split = client.post(
        address, {"action": "split", "case": kari.pk, "title": "Sundays", "reason": "Another job."}
    )
    off = Problem.objects.get(title="Sundays")
    merged = client.post(
        address, {"action": "merge", "into": target.name, "reason": "The same job."}
    )
    page = client.get(f"/p/{target.number}/reshape/").context

    assert (refused.status_code, empty.status_code) == (422, 422)
    assert "There is no problem P-999 here." in refused.content.decode()
    assert split["Location"] == f"/p/{off.number}/"
    assert merged["Location"] == f"/p/{target.number}/"
    assert (named(target), named(off)) == (["Amir", "Ingrid"], ["Kari"])
    (before,) = page["before"]
    assert (before["words"], before["customers"]) == (f"{source.name} was merged into it", 1)
    shown = client.get(f"/p/{source.number}/").content.decode()
    assert "The same as" in shown
    assert target.name in shown

    back = client.post(
        f"/p/{target.number}/reshape/", {"action": "undo", "reshaping": before["id"]}
    )

    assert back.status_code == 302
    assert (named(target), named(source)) == (["Ingrid"], ["Amir"])
    assert client.get(f"/p/{target.number}/reshape/").context["before"][0]["undone_at"] is not None
    agent = signed_in_staff(tenant, make_user())
    assert agent.get(f"/p/{target.number}/reshape/").status_code == 403


def test_programs_merge_split_list_and_take_back(tenant: Any) -> None:
    target = make_problem(cases=[case_of("Ingrid")])
    amir, kari = case_of("Amir"), case_of("Kari")
    source = make_problem(cases=[amir, kari], title="Taken twice again")
    caller, path = caller_as(tenant, Role.LEAD), f"problems/{source.number}"

    split = caller.post(
        f"{path}/split", {"cases": [kari.number], "title": "Sundays", "reason": "Another job."}
    )
    merged = caller.post(f"{path}/merge", {"into": target.number, "reason": "The same job."})
    listed = caller.get(f"{path}/reshapings").json()["results"]
    stranger = caller.post(f"problems/{target.number}/reshapings/{split.json()['id']}/take-back")
    back = caller.post(f"{path}/reshapings/{merged.json()['id']}/take-back")
    again = caller.post(f"{path}/reshapings/{split.json()['id']}/take-back")

    assert (split.status_code, merged.status_code) == (201, 201)
    assert [one["kind"] for one in listed] == ["merge", "split"]
    assert stranger.status_code == 404
    assert back.json()["undone_at"] is not None
    assert again.status_code == 200
    assert named(source) == ["Amir", "Kari"]
    assert Reshaping.objects.filter(undone_at=None).count() == 1
    agent = caller_as(tenant, Role.AGENT)
    asked = {"into": target.number, "reason": "The same."}
    assert agent.post(f"{path}/merge", asked).status_code == 403
