"""Pages of tasks, changes and causes: what each shows, does and refuses, and what it costs."""

from dataclasses import dataclass

import pytest
from django.test import Client

from problems.cause_methods import method_called
from problems.causes import add_cause, begin_analysis, decide_cause
from problems.department_tasks import ask_department
from problems.handing import accept_problem, route_problem
from problems.models import Analysis, Change, Problem, ProblemChange, Task
from problems.models.cause import Verdict
from tests.make import AT, HOUR, make_department, make_problem, make_user
from tests.surfaces.counting import counted
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.people.models import Department, User
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


@dataclass(frozen=True)
class Desk:
    """A problem with Payments; an engineer of Network; a lead."""

    tenant: Tenant
    problem: Problem
    payments: Department
    network: Department
    owner: User
    engineer: User

    def at(self, user: User) -> Client:
        """Return the browser of somebody."""
        return signed_in_staff(self.tenant, user)

    @property
    def home(self) -> str:
        """The address of the problem."""
        return f"/p/{self.problem.number}/"


@pytest.fixture
def desk(tenant: Tenant) -> Desk:
    """A problem that Payments has accepted."""
    payments, network = make_department("Payments"), make_department("Network")
    problem = make_problem()
    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + 2 * HOUR)
    accept_problem(problem_id=problem.pk, actor=SYSTEM, at=AT + 3 * HOUR)
    return Desk(
        tenant=tenant,
        problem=problem,
        payments=payments,
        network=network,
        owner=make_user(Role.MEMBER, department=payments),
        engineer=make_user(Role.MEMBER, department=network),
    )


def ask(desk: Desk, title: str, **more: object) -> Task:
    """Ask Network for something."""
    return ask_department(
        problem_id=desk.problem.pk,
        department=desk.network,
        title=title,
        actor=SYSTEM,
        at=AT + 4 * HOUR,
        **more,  # type: ignore[arg-type]
    )


def queries_of(browser: Client, address: str) -> int:
    """Return how many queries a page asks, the second time it is looked at."""
    browser.get(address)
    with counted() as queries:
        assert browser.get(address).status_code == 200
    # Which tenant is at a host is kept for a while: whether it is asked is a matter of time.
    return len([sql for sql in queries if "workflow_tenanthost" not in sql])


# ---- tasks -----------------------------------------------------------------------------------


def test_a_department_is_asked_and_answers_on_its_pages(desk: Desk) -> None:
    owner, engineer = desk.at(desk.owner), desk.at(desk.engineer)
    first = ask(desk, "Find the time of the outage")

    asked = owner.post(
        f"{desk.home}tasks/",
        {
            "department": desk.network.pk,
            "title": "Compare it with the ledger",
            "hours": "2.5",
            "needed_for": "step",
            "needs": first.number,
        },
    )

    assert asked.status_code == 302
    second = Task.objects.latest("id")
    shown = engineer.get(f"/t/{second.number}/").content.decode()
    assert "Find the time of the outage" in shown
    assert "It cannot be finished yet" in shown
    listed = engineer.get("/work/tasks/").content.decode()
    assert "Tasks for us" in listed
    assert "Compare it with the ledger" in listed
    assert "2 tasks for us" in engineer.get("/work/").content.decode()

    assert "2 tasks of departments are not done yet" in owner.get(desk.home).content.decode()

    accepted = engineer.post(f"/t/{first.number}/act/", {"action": "accept", "back": "board"})
    assert accepted["Location"] == "/work/tasks/"
    engineer.post(f"/t/{first.number}/act/", {"action": "finish", "result": "At 03:10."})
    page = owner.get(desk.home).content.decode()
    assert "Payments stays accountable" in page
    assert "Done" in page
    asked_by_us = owner.get("/work/tasks/?side=asked").content.decode()
    assert "Compare it with the ledger" in asked_by_us


def test_what_is_refused_stays_in_the_form(desk: Desk) -> None:
    owner = desk.at(desk.owner)
    asking = {"department": desk.network.pk, "needed_for": "nothing", "text": "Since Monday."}

    untitled = owner.post(f"{desk.home}tasks/", {**asking, "title": ""})
    assert untitled.status_code == 422
    assert "Since Monday." in untitled.content.decode()

    stranger = desk.at(desk.engineer).post(f"{desk.home}tasks/", {**asking, "title": "Read it"})
    assert stranger.status_code == 422
    assert "Payments answers for this problem." in stranger.content.decode()

    first = ask(desk, "First")
    second = ask(desk, "Second", needs=[first])
    circle = owner.post(f"/t/{first.number}/act/", {"action": "needs", "needs": [second.number]})
    assert circle.status_code == 409
    assert "would wait for one another" in circle.content.decode()


def test_tasks_cost_the_same_for_two_and_for_twenty(desk: Desk) -> None:
    owner, engineer = desk.at(desk.owner), desk.at(desk.engineer)
    first = ask(desk, "First")
    second = ask(desk, "Second", needs=[first])
    pages = [
        (owner, desk.home),
        (engineer, "/work/tasks/"),
        (owner, "/work/tasks/?side=asked"),
        (engineer, f"/t/{second.number}/"),
        (owner, f"{desk.home}tasks/"),
    ]
    few = [queries_of(browser, address) for browser, address in pages]

    for number in range(9):
        ask(desk, f"Another {number}")
        ask(desk, f"And another {number}", needs=[first])

    assert [queries_of(browser, address) for browser, address in pages] == few


# ---- changes ---------------------------------------------------------------------------------


def planned(desk: Desk, browser: Client, **more: str) -> Change:
    """Plan a change for the problem on its page."""
    answer = browser.post(
        "/changes/new/",
        {
            "title": "Release 4.2",
            "kind": "normal",
            "risk": "low",
            "department": desk.payments.pk,
            "plan": "Roll it out.",
            "back_out_plan": "Roll it back.",
            "starts_at": "2026-03-05T20:00",
            "ends_at": "2026-03-05T22:00",
            "problem": f"P-{desk.problem.number}",
            "role": "fixes",
            **more,
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    return Change.objects.latest("id")


def test_a_change_goes_through_its_pages_and_is_named_by_the_fix(desk: Desk) -> None:
    owner = desk.at(desk.owner)
    head = desk.at(make_user(Role.HEAD, department=desk.payments))
    change = planned(desk, owner)
    address = f"/changes/{change.number}/"

    assert owner.post(f"{address}act/", {"action": "begin"}).status_code == 409
    assert "Waiting for your approval" in head.get("/changes/").content.decode()
    head.post(f"{address}act/", {"action": "approve"})
    owner.post(f"{address}act/", {"action": "begin"})
    owner.post(
        f"{desk.home}act/",
        {"action": "root_cause", "cause": "A retry.", "version": "", "evidence": ""},
    )
    page = owner.get(desk.home).content.decode()
    assert "The change that carried it" in page
    fixed = owner.post(
        f"{desk.home}act/",
        {"action": "fix", "fix": "A key.", "change": change.number, "version": ""},
    )

    assert fixed.status_code == 302
    assert ProblemChange.objects.get().carried_at is not None
    assert "carried the fix" in owner.get(address).content.decode()
    owner.post(f"{address}act/", {"action": "back_out", "reason": "Slow."})
    assert "was backed out: Slow." in owner.get(desk.home).content.decode()


def test_a_bad_window_stays_in_the_form_and_a_collision_is_shown(desk: Desk) -> None:
    owner = desk.at(desk.owner)
    first = planned(desk, owner)

    late = owner.post(
        f"/changes/{first.number}/plan/",
        {
            "title": "Release 4.3",
            "kind": "standard",
            "risk": "low",
            "department": desk.payments.pk,
            "starts_at": "2026-03-05T20:00",
            "ends_at": "2026-03-05T19:00",
        },
    )
    assert late.status_code == 422
    assert "The window ends before it begins." in late.content.decode()
    assert "Release 4.3" in late.content.decode()

    second = planned(desk, owner, title="Release 5", starts_at="2026-03-05T21:00")
    assert "Release 4.2" in owner.get(f"/changes/{second.number}/").content.decode()
    assert "collides" in owner.get("/changes/").content.decode()


def test_changes_cost_the_same_for_two_and_for_twenty(desk: Desk) -> None:
    owner = desk.at(desk.owner)
    change = planned(desk, owner)
    planned(desk, owner)
    pages = ["/changes/", f"/changes/{change.number}/", desk.home]
    few = [queries_of(owner, address) for address in pages]

    for _number in range(9):
        planned(desk, owner)

    assert Change.objects.count() == 11
    assert [queries_of(owner, address) for address in pages] == few


# ---- causes ----------------------------------------------------------------------------------


def test_a_cause_is_looked_for_on_its_pages_and_offered_as_the_root_cause(desk: Desk) -> None:
    owner = desk.at(desk.owner)
    begun = owner.post(f"{desk.home}causes/", {"method": "five-whys", "effect": "Charged twice"})
    address = begun["Location"]

    owner.post(f"{address}act/", {"action": "suppose", "words": "The job ran twice."})
    owner.post(
        f"{address}act/", {"action": "suppose", "words": "No key on retries.", "parent": "1"}
    )
    refused = owner.post(
        f"{address}act/", {"action": "suppose", "words": "Another one.", "parent": "1"}
    )
    assert refused.status_code == 409
    assert "This question has an answer" in refused.content.decode()
    for number in ("1", "2"):
        owner.post(
            f"{address}act/",
            {"action": "decide", "cause": number, "verdict": "confirmed", "because": "Seen."},
        )
    owner.post(f"{address}act/", {"action": "show", "cause": "2", "text": "Log of the job."})

    page = owner.get(address).content.decode()
    assert '<svg class="causes"' in page
    assert "Why does it happen?" in page
    assert "Log of the job." in page
    assert "Take it as the root cause" in page
    assert ">No key on retries.</textarea>" in owner.get(desk.home).content.decode()


def test_a_tree_costs_the_same_for_two_and_for_twenty_causes(desk: Desk) -> None:
    owner = desk.at(desk.owner)
    analysis = begin_analysis(
        problem_id=desk.problem.pk,
        method=method_called("cause-tree"),
        effect="Charged twice",
        actor=SYSTEM,
        at=AT + 4 * HOUR,
    )
    address = f"{desk.home}causes/{analysis.number}/"

    def suppose(count: int) -> None:
        for number in range(count):
            cause = add_cause(
                analysis=analysis,
                words=f"Perhaps {number}",
                category="Technology",
                actor=SYSTEM,
                at=AT + 5 * HOUR,
            )
            deeper = add_cause(
                analysis=analysis,
                words=f"Because of {number}",
                parent=cause,
                actor=SYSTEM,
                at=AT + 5 * HOUR,
            )
            decide_cause(
                cause=deeper,
                verdict=Verdict.RULED_OUT,
                because="Looked at it.",
                actor=SYSTEM,
                at=AT + 5 * HOUR,
            )

    suppose(1)
    few = queries_of(owner, address)
    suppose(9)

    assert queries_of(owner, address) == few
    assert Analysis.objects.count() == 1


def test_an_admin_adds_and_changes_a_method(desk: Desk) -> None:
    admin = desk.at(make_user(Role.ADMIN))
    method = {"name": "Four places", "kind": "tree", "parts": "Shop\nRoad", "is_active": "1"}

    empty = admin.post("/settings/methods/", {**method, "parts": ""})
    assert empty.status_code == 422
    assert "questions or categories" in empty.content.decode()
    assert admin.post("/settings/methods/", method).status_code == 302
    changed = {**method, "code": "four-places", "parts": "Shop\nRoad\nDoor"}
    assert admin.post("/settings/methods/", changed).status_code == 302

    page = admin.get("/settings/methods/?edit=four-places").content.decode()
    assert "Shop · Road · Door" in page
    assert "Change Four places" in page
    assert "Four places" in desk.at(desk.owner).get(f"{desk.home}causes/").content.decode()
