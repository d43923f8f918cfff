"""A customer's program reads known problems, joins and follows them, and ends mailed links."""

from typing import Any

from django.utils.timezone import now

from cases.passes import make_pass
from problems.models import Affected, ContactFollow
from tests.make import make_case, make_contact
from tests.surfaces.api.calling import caller_as
from tests.surfaces.portal.test_known import give, known_problem
from workflow.people.permissions import Role


def test_a_known_problem_is_read_followed_joined_and_left_alone(tenant: Any) -> None:
    problem = known_problem()
    contact = make_contact()
    give(contact, "Card")
    program = caller_as(tenant, Role.CONTACT, contact=contact)
    address = f"own-problems/{problem.number}/"

    [listed] = program.get("own-problems/").json()["results"]
    followed = program.post(f"{address}follow/").json()
    stopped = program.send("delete", f"{address}follow/", {}).json()
    joined = program.post(f"{address}me-too/").json()
    too_early = program.post(f"{address}works/")

    assert (listed["number"], listed["is_affected"]) == (problem.number, False)
    assert listed["workaround"] == "Ask your bank."
    assert (followed["is_following"], stopped["is_following"]) == (True, False)
    assert joined["is_affected"]
    assert too_early.status_code == 409
    assert Affected.objects.get(contact=contact).me_too_at is not None
    assert not ContactFollow.objects.exists()
    assert program.get("own-problems/999999/").status_code == 404


def test_links_are_listed_without_secrets_and_ended(tenant: Any) -> None:
    case = make_case()
    word = make_pass(case_id=case.pk, contact_id=case.contact_id, at=now())
    agent = caller_as(tenant, Role.AGENT)

    listed = agent.get(f"cases/{case.number}/links/")
    ended = agent.post(f"cases/{case.number}/links/end/").json()

    assert [one["contact"] for one in listed.json()["results"]] == [case.contact.name]
    assert word not in listed.content.decode()
    assert ended == {"ended": 1}
    assert agent.get(f"cases/{case.number}/links/").json()["results"] == []
