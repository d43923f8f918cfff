"""One editor, a list, one broadcast with its people; and the same for programs."""

from typing import Any

from problems.fixing import publish_workaround
from problems.models import Broadcast, Problem
from tests.hearing import hear_everything, told
from tests.make import AT, HOUR, make_case, make_contact, make_problem, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.counting import counted
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")
OWN = "{greeting}\n\nTry this:\n\n{workaround}\n\n{sign_off}"


def problem_of(names: list[str]) -> Problem:
    """Return a problem that affects customers of these names, with a workaround nobody was told."""
    cases = [make_case(contact=make_contact(name=name)) for name in names]
    problem = make_problem(cases=cases)
    hear_everything()
    Problem.objects.filter(pk=problem.pk).update(
        workaround="Pay by card.", workaround_at=AT + 2 * HOUR
    )
    problem.refresh_from_db()
    return problem


def form(**changes: Any) -> dict[str, Any]:
    """Return the fields of the editor."""
    return {"kind": "workaround", "subject": "About {number}", "text": OWN, "who": "all"} | changes


def test_a_lead_looks_keeps_a_draft_and_lets_it_go(tenant: Tenant) -> None:
    problem = problem_of(["Ingrid Solheim", "Amir Haddad"])
    client = signed_in_staff(tenant, make_user(Role.LEAD))

    looked = client.post(f"/p/{problem.number}/tell/", form(action="look"))
    kept = client.post(f"/p/{problem.number}/tell/", form(action="save"), follow=True)
    number = Broadcast.objects.get().number
    gone = client.post(f"/broadcasts/{number}/act/", {"action": "send"}, follow=True)

    by_mail = looked.context["previews"][0]
    assert by_mail["name"] == "Ingrid Solheim"
    assert "Hello Ingrid Solheim," in by_mail["text"]
    assert "Pay by card." in by_mail["text"]
    assert looked.context["run"]["mailed"] == 2
    assert kept.context["broadcast"]["state"] == "draft"
    assert gone.context["broadcast"]["state"] == "scheduled"


def test_words_that_name_what_nobody_knows_are_refused_and_kept(tenant: Tenant) -> None:
    problem = problem_of(["Ingrid Solheim"])
    client = signed_in_staff(tenant, make_user(Role.LEAD))

    answer = client.post(
        f"/p/{problem.number}/tell/", form(action="save", text="{greeting} {price} {workaround}")
    )

    assert answer.status_code == 422
    assert "{price}" in str(answer.context["errors"]["text"])
    assert "{price}" in answer.context["data"]["text"]
    assert not Broadcast.objects.exists()


def test_what_was_not_decided_cannot_be_told(tenant: Tenant) -> None:
    problem = problem_of(["Ingrid Solheim"])
    client = signed_in_staff(tenant, make_user(Role.LEAD))

    answer = client.post(
        f"/p/{problem.number}/tell/", {"kind": "fixed", "who": "all", "action": "save"}
    )

    assert answer.status_code == 409
    assert answer.context["refusal"].sentence == "The problem is not fixed."


def test_who_does_not_work_on_the_problem_writes_to_nobody(tenant: Tenant) -> None:
    problem = problem_of(["Ingrid Solheim"])
    member = signed_in_staff(tenant, make_user(Role.MEMBER))
    agent = signed_in_staff(tenant, make_user(Role.AGENT))

    assert member.get(f"/p/{problem.number}/tell/").status_code == 403
    assert agent.get(f"/p/{problem.number}/tell/").status_code == 403
    assert agent.get(f"/p/{problem.number}/told/").status_code == 200


def test_the_page_of_a_broadcast_costs_the_same_for_two_and_for_twelve(tenant: Tenant) -> None:
    few = problem_of(["Ingrid Solheim", "Amir Haddad"])
    many = problem_of([f"Customer {number}" for number in range(12)])
    client = signed_in_staff(tenant, make_user(Role.LEAD))
    for problem in (few, many):
        publish_workaround(
            problem_id=problem.pk, workaround="Pay by card.", actor=SYSTEM, at=AT + 3 * HOUR
        )
    hear_everything()
    of_few, of_many = (Broadcast.objects.get(problem=one).number for one in (few, many))
    client.get(f"/broadcasts/{of_few}/")

    with counted() as for_few:
        client.get(f"/broadcasts/{of_few}/")
    with counted() as for_many:
        client.get(f"/broadcasts/{of_many}/")
    lists = client.get("/broadcasts/").context["broadcasts"]

    assert len(for_few) == len(for_many)
    assert [one["number"] for one in lists] == [of_many, of_few]
    shown = client.get(f"/broadcasts/{of_many}/?show=waiting").context["recipients"]
    assert len(shown) == 12


def test_people_of_a_broadcast_go_out_as_a_file_without_addresses(tenant: Tenant) -> None:
    problem = problem_of(["=Ingrid Solheim"])
    publish_workaround(
        problem_id=problem.pk, workaround="Pay by card.", actor=SYSTEM, at=AT + 3 * HOUR
    )
    hear_everything()
    client = signed_in_staff(tenant, make_user(Role.AGENT))

    file = client.get(f"/broadcasts/{Broadcast.objects.get().number}/?as=csv").content.decode()

    assert "'=Ingrid Solheim" in file
    assert "@" not in file


def test_a_program_looks_writes_sends_and_stops(tenant: Tenant) -> None:
    problem = problem_of(["Ingrid Solheim"])
    caller = caller_as(tenant, Role.LEAD)

    looked = caller.post(
        f"problems/{problem.number}/broadcasts/look/",
        {"kind": "workaround", "subject": "About {number}", "text": OWN},
    )
    written = caller.post(f"problems/{problem.number}/broadcasts/", {"kind": "workaround"}).json()
    path = f"broadcasts/{written['number']}/"
    sent = caller.post(f"{path}steps/", {"step": "send"}).json()
    stopped = caller.post(f"{path}steps/", {"step": "stop"}).json()
    people = caller.get(f"{path}recipients/", show="untold").json()["results"]
    wrong = caller.post(f"{path}steps/", {"step": "approve"})

    assert looked.json()["dry_run"]["recipients"] == 1
    assert looked.json()["previews"][-1]["code"] == "portal"
    assert (written["state"], sent["state"], stopped["state"]) == ("draft", "scheduled", "stopped")
    assert [one["name"] for one in people] == ["Ingrid Solheim"]
    assert wrong.status_code == 409
    assert told("workaround") == []


def test_an_administrator_says_above_how_many_a_lead_decides(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user(Role.ADMIN))
    caller = caller_as(tenant, Role.ADMIN)

    refused = client.post("/settings/broadcasts/", {"approval_size": "many"})
    saved = client.post("/settings/broadcasts/", {"approval_size": "3"})

    assert (refused.status_code, saved.status_code) == (422, 302)
    assert caller.get("broadcast-policy/").json() == {"approval_size": 3}
