"""Cases by filters, and filters under a name: who sees what, how it is paged, what it costs."""

from typing import Any

import pytest

from cases.filtering import Criteria
from cases.lifecycle import assign_case, pend_case, set_priority
from cases.models import Case, SavedView
from cases.saved_views import MOST_VIEWS, NotYourView, TooManyViews, remove_view, save_view
from cases.states import Channel
from problems.handing import route_problem
from tests.make import (
    AT,
    DAY,
    HOUR,
    MINUTE,
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_product,
    make_user,
)
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor, NotPermitted, Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import Team, TeamMember
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def numbers_on(response: Any) -> list[int]:
    """Return the numbers of the cases on a page, in order."""
    return [row["number"] for row in response.context["cases"]]


def test_each_filter_shows_what_fits_and_nothing_else(tenant: Tenant) -> None:
    agent, colleague = make_user(), make_user()
    payments = make_department("Payments")
    team = Team.objects.create(department=payments, name="Evening")
    TeamMember.objects.create(team=team, user=colleague)
    plain, mine, theirs, waiting, linked, with_department = (
        make_case(at=AT + place * MINUTE) for place in range(6)
    )
    assign_case(case_id=mine.pk, owner=agent, queue=None, actor=SYSTEM, at=AT + HOUR)
    assign_case(case_id=theirs.pk, owner=colleague, queue=payments, actor=SYSTEM, at=AT + HOUR)
    pend_case(case_id=waiting.pk, actor=SYSTEM, at=AT + HOUR)
    set_priority(case_id=plain.pk, priority=1, actor=SYSTEM, at=AT + HOUR)
    make_problem(cases=[linked])
    problem = make_problem(cases=[with_department])
    route_problem(
        problem_id=problem.pk, department=payments, because={}, actor=SYSTEM, at=AT + 2 * HOUR
    )
    called = make_case(channel=Channel.PHONE, at=AT + 10 * DAY)
    client = signed_in_staff(tenant, agent)

    def shown(**asked: str | int) -> set[int]:
        return set(numbers_on(client.get("/q/filter/", asked)))

    everything = {one.number for one in Case.objects.all()}
    assert shown() == everything
    assert shown(who="me") == {mine.number}
    assert shown(who=f"user-{colleague.pk}") == {theirs.number}
    assert shown(who=f"team-{team.pk}") == {theirs.number}
    assert shown(who="nobody") == everything - {mine.number, theirs.number}
    assert shown(queue=payments.pk) == {theirs.number}
    assert shown(priority="urgent") == {plain.number}
    assert shown(channel="phone") == {called.number}
    assert shown(standing="pending") == {waiting.number}
    assert shown(problem="linked") == {linked.number, with_department.number}
    assert shown(problem="unlinked") == everything - {linked.number, with_department.number}
    assert shown(waits_for="customer") == {waiting.number}
    assert shown(waits_for="problem") == {linked.number}
    assert shown(waits_for="department") == {with_department.number}
    assert shown(product=make_product().pk) == set()


def test_old_cases_are_found_by_their_age(tenant: Tenant) -> None:
    make_case(at=AT)
    client = signed_in_staff(tenant, make_user())

    assert len(numbers_on(client.get("/q/filter/", {"older_than": 7}))) == 1
    assert numbers_on(client.get("/q/filter/", {"older_than": 3650})) == []


def test_a_filter_that_makes_no_sense_is_left_out(tenant: Tenant) -> None:
    case = make_case()
    client = signed_in_staff(tenant, make_user())

    answer = client.get(
        "/q/filter/", {"standing": "asleep", "who": "user-x", "queue": "9" * 30, "older_than": "-4"}
    )

    assert numbers_on(answer) == [case.number]


@pytest.mark.parametrize("order", ["newest", "oldest", "due"])
def test_filtered_cases_go_on_where_their_page_ended(tenant: Tenant, order: str) -> None:
    contact = make_contact()
    # Some share their times: the id decides among them.
    cases = [make_case(contact=contact, at=AT + place // 3 * MINUTE) for place in range(53)]
    client = signed_in_staff(tenant, make_user())

    first = client.get("/q/filter/", {"order": order})
    second = client.get(first.context["next_url"])

    expected = [case.number for case in cases]
    assert numbers_on(first) + numbers_on(second) == (
        expected[::-1] if order == "newest" else expected
    )
    assert second.context["next_url"] == ""


def test_filters_are_kept_as_a_view_and_shown_with_its_count(tenant: Tenant) -> None:
    agent = make_user()
    urgent = make_case(priority=1)
    make_case()
    client = signed_in_staff(tenant, agent)

    saved = client.post("/q/view/save/", {"name": "Burning", "priority": "urgent"})
    shown = client.get(saved.headers["Location"])

    assert numbers_on(shown) == [urgent.number]
    (view,) = shown.context["queue_groups"][-1]["queues"]
    assert (view["name"], view["count"], view["is_current"]) == ("Burning", "1", True)
    beside_the_queue = client.get("/q/open/").context["queue_groups"][-1]["queues"]
    assert [one["name"] for one in beside_the_queue] == ["Burning"]


def test_a_view_of_the_same_name_is_replaced(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user())

    client.post("/q/view/save/", {"name": "Burning", "priority": "urgent"})
    client.post("/q/view/save/", {"name": "Burning", "priority": "high"})

    assert [view.priority for view in SavedView.objects.all()] == [2]


def test_somebodys_own_view_is_nobody_elses(tenant: Tenant) -> None:
    view = save_view(name="Mine", criteria=Criteria(), is_shared=False, actor=make_actor(), at=AT)
    client = signed_in_staff(tenant, make_user())

    assert client.get(f"/q/view/{view.pk}/").status_code == 404
    assert client.post(f"/q/view/{view.pk}/remove/").status_code == 404
    assert SavedView.objects.count() == 1


def test_a_lead_shares_a_view_that_colleagues_see_and_keep_their_hands_off(
    tenant: Tenant,
) -> None:
    agent = make_user()
    view = save_view(
        name="Old", criteria=Criteria(), is_shared=True, actor=make_actor(Role.LEAD), at=AT
    )
    client = signed_in_staff(tenant, agent)

    assert client.get(f"/q/view/{view.pk}/").status_code == 200
    with pytest.raises(NotYourView):
        remove_view(view_id=view.pk, actor=actor_for_user(agent, source=Source.AGENT))
    remove_view(view_id=view.pk, actor=make_actor(Role.LEAD))
    assert SavedView.objects.count() == 0


def test_an_agent_shares_no_view(tenant: Tenant) -> None:
    with pytest.raises(NotPermitted):
        save_view(name="Old", criteria=Criteria(), is_shared=True, actor=make_actor(), at=AT)

    assert SavedView.objects.count() == 0


def test_a_person_keeps_twelve_views_and_no_more(tenant: Tenant) -> None:
    actor = make_actor()
    for place in range(MOST_VIEWS):
        save_view(name=f"View {place}", criteria=Criteria(), is_shared=False, actor=actor, at=AT)

    with pytest.raises(TooManyViews):
        save_view(name="One more", criteria=Criteria(), is_shared=False, actor=actor, at=AT)


def test_filtered_cases_ask_the_same_for_two_and_for_twenty(tenant: Tenant) -> None:
    agent = make_user()
    actor = actor_for_user(agent, source=Source.AGENT)
    client = signed_in_staff(tenant, agent)
    client.get("/q/filter/")

    def queries_with(count: int) -> list[str]:
        for place in range(count - Case.objects.count()):
            make_problem(cases=[make_case(at=AT + place * MINUTE)])
            save_view(
                name=f"View {place % 6}", criteria=Criteria(), is_shared=False, actor=actor, at=AT
            )
        with counted() as queries:
            assert len(client.get("/q/filter/").context["cases"]) == count
        return queries

    few, many = queries_with(2), queries_with(20)

    assert len(few) == len(many), told(many)
    # Session, user with memberships; then the cases, the counts of the queues, the views and their
    # counts, clocks, problems; then the choices: teams, people, departments, products.
    assert len(many) == 2 + 10, told(many)


def test_views_stand_beside_a_case_as_they_do_in_the_queue(tenant: Tenant) -> None:
    agent, colleague = make_user(), make_user()
    lead = actor_for_user(make_user(role=Role.LEAD), source=Source.AGENT)
    for actor, name, is_shared in (
        (actor_for_user(agent, source=Source.AGENT), "Mine <b>", False),
        (actor_for_user(colleague, source=Source.AGENT), "Somebody else's", False),
        (lead, "Everybody's", True),
    ):
        save_view(name=name, criteria=Criteria(), is_shared=is_shared, actor=actor, at=AT)
    client = signed_in_staff(tenant, agent)

    beside = client.get(f"/c/{make_case().number}/")
    in_queue = client.get("/q/open/")

    for page in (beside, in_queue):
        assert [one["name"] for one in page.context["queue_groups"][-1]["queues"]] == [
            "Mine <b>",
            "Everybody's",
        ]
        assert "Mine &lt;b&gt;" in page.content.decode()
