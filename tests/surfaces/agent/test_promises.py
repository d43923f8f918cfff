"""What an agent promises: made on the case, kept, moved with a reason, taken back; told to the customer."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils.timezone import localtime, now

from cases.models import Case, CasePromise
from cases.promised import PublicKind, next_word
from cases.promises import (
    BadPromise,
    PromiseHasEnded,
    change_promise,
    keep_promise,
    make_promise,
    withdraw_promise,
)
from tests.make import AT, DAY, HOUR, make_actor, make_case, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.signing_in import signed_in_contact, signed_in_staff
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant


@pytest.fixture
def agent(tenant: Tenant) -> Actor:
    """An agent who promises things."""
    return make_actor(Role.AGENT)


def promised(case: Case, agent: Actor, *, by: datetime = AT + DAY) -> CasePromise:
    """Return a promise that was just made."""
    return make_promise(
        case_id=case.pk, text="I write about the refund.", by=by, actor=agent, at=AT
    )


def written(at: datetime) -> str:
    """Write a moment as a browser's field does."""
    return f"{localtime(at):%Y-%m-%dT%H:%M}"


# ---- the rules -------------------------------------------------------------------------------


def test_a_promise_is_due_at_its_time_whatever_the_hours(tenant: Tenant, agent: Actor) -> None:
    sunday_night = AT + 6 * DAY + 14 * HOUR

    promise = promised(make_case(), agent, by=sunday_night)

    assert (promise.clock.due_at, promise.clock.state) == (sunday_night, "running")
    assert promise.clock.is_fixed


def test_a_promise_for_a_time_when_nobody_is_there_may_move_to_the_next_opening(
    tenant: Tenant, agent: Actor
) -> None:
    case, sunday_night = make_case(), AT + 6 * DAY + 14 * HOUR
    hours = case.service_level.version.calendar.working_time()  # type: ignore[union-attr]

    promise = make_promise(
        case_id=case.pk, text="I call you.", by=sunday_night, moves_to_opening=True,
        actor=agent, at=AT,
    )  # fmt: skip
    moved = change_promise(
        case_id=case.pk, promise_id=promise.pk, by=sunday_night + 7 * DAY, reason="Sorry.",
        moves_to_opening=True, actor=agent, at=AT + HOUR,
    )  # fmt: skip

    assert sunday_night < promise.clock.due_at == hours.next_opening(sunday_night)
    assert moved.clock.due_at == hours.next_opening(sunday_night + 7 * DAY)
    assert moved.clock.due_at > sunday_night + 7 * DAY


def test_a_promise_that_is_kept_in_time_is_met_and_else_broken(
    tenant: Tenant, agent: Actor
) -> None:
    case = make_case()
    in_time, late = promised(case, agent), promised(case, agent)

    for promise, at in ((in_time, AT + HOUR), (late, AT + 2 * DAY)):
        keep_promise(case_id=case.pk, promise_id=promise.pk, actor=agent, at=at)

    states = [promise.clock.state for promise in CasePromise.objects.order_by("id")]
    assert states == ["met", "missed"]


def test_a_promise_moves_with_a_reason_and_its_first_time_stays_known(
    tenant: Tenant, agent: Actor
) -> None:
    case = make_case()
    promise = promised(case, agent)

    change_promise(
        case_id=case.pk,
        promise_id=promise.pk,
        by=AT + 2 * DAY,
        reason="The bank has not answered yet.",
        actor=agent,
        at=AT + HOUR,
    )

    promise.refresh_from_db()
    assert (promise.clock.due_at, promise.clock.original_due_at) == (AT + 2 * DAY, AT + DAY)
    assert promise.reason == "The bank has not answered yet."
    case.clocks.filter(metric="first_response").delete()
    owed = next_word(case)
    assert owed is not None
    assert owed.kind is PublicKind.PROMISE
    assert owed.words == "I write about the refund."
    (move,) = owed.moves
    assert (move.was_due_at, move.words) == (AT + DAY, "The bank has not answered yet.")


def test_a_broken_promise_is_not_given_another_time(tenant: Tenant, agent: Actor) -> None:
    case = make_case()
    promise = promised(case, agent)
    late = {"case_id": case.pk, "promise_id": promise.pk, "actor": agent, "at": AT + 2 * DAY}

    with pytest.raises(PromiseHasEnded):
        change_promise(by=AT + 3 * DAY, reason="Sorry.", **late)  # type: ignore[arg-type]
    with pytest.raises(PromiseHasEnded):
        withdraw_promise(reason="Sorry.", **late)  # type: ignore[arg-type]


def test_a_promise_that_is_taken_back_counts_as_neither(tenant: Tenant, agent: Actor) -> None:
    case = make_case()
    promise = promised(case, agent)

    withdraw_promise(
        case_id=case.pk, promise_id=promise.pk, reason="Solved.", actor=agent, at=AT + HOUR
    )

    promise.refresh_from_db()
    assert promise.clock.state == "cancelled"
    with pytest.raises(PromiseHasEnded):
        keep_promise(case_id=case.pk, promise_id=promise.pk, actor=agent, at=AT + HOUR)


@pytest.mark.parametrize(
    ("text", "by"),
    [
        (" ", AT + DAY),
        ("x" * 201, AT + DAY),
        ("I write.", AT),
        ("I write.", AT - HOUR),
        ("I write.", AT + timedelta(days=400)),
    ],
)
def test_what_nobody_can_keep_is_not_promised(
    tenant: Tenant, agent: Actor, text: str, by: datetime
) -> None:
    with pytest.raises(BadPromise):
        make_promise(case_id=make_case().pk, text=text, by=by, actor=agent, at=AT)


def test_readers_promise_nothing(tenant: Tenant) -> None:
    with pytest.raises(NotPermitted):
        promised(make_case(), make_actor(Role.READER))


# ---- pages -----------------------------------------------------------------------------------


def post(client: Any, case: Case, **fields: Any) -> Any:
    """Send a form about promises."""
    return client.post(f"/c/{case.number}/promise/", fields)


def test_an_agent_promises_on_the_case_and_the_customer_reads_it(tenant: Tenant) -> None:
    case = make_case(at=now())
    case.clocks.filter(metric="first_response").delete()
    client = signed_in_staff(tenant, make_user())
    by = now() + DAY

    assert "Promise something" in client.get(f"/c/{case.number}/").content.decode()
    answer = post(client, case, action="make", text="I write about the refund.", by=written(by))

    assert answer.status_code == 302
    page = client.get(f"/c/{case.number}/clocks/", HTTP_HX_REQUEST="true").content.decode()
    assert "I write about the refund." in page
    assert "<html" not in page
    issue = signed_in_contact(tenant, case.contact).get(f"/help/issues/{case.number}/")
    assert "We promised: I write about the refund." in " ".join(issue.content.decode().split())


def test_a_promise_stands_in_the_queue_like_any_clock(tenant: Tenant) -> None:
    case = make_case(at=now())
    case.clocks.all().delete()
    client = signed_in_staff(tenant, make_user())
    post(client, case, action="make", text="I call.", by=written(now() + DAY))

    page = client.get("/q/open/").content.decode()

    assert "Our promise" in page


def test_what_is_wrong_with_a_promise_is_said_in_its_form(tenant: Tenant) -> None:
    case = make_case(at=now())
    client = signed_in_staff(tenant, make_user())

    over = post(client, case, action="make", text="I call.", by=written(now() - DAY))
    none = post(client, case, action="make", text="", by="soon")

    assert (over.status_code, none.status_code) == (422, 422)
    assert "This time is over already." in over.content.decode()
    assert "I call." in over.content.decode()
    assert "Say by when" in post(client, case, action="make", text="I call.").content.decode()
    assert "Write day and time" in none.content.decode()


def test_a_promise_is_kept_moved_and_taken_back_by_its_forms(tenant: Tenant) -> None:
    case = make_case(at=now())
    client = signed_in_staff(tenant, make_user())
    for _ in range(3):
        post(client, case, action="make", text="I call.", by=written(now() + DAY))
    kept, moved, back = CasePromise.objects.order_by("id")

    post(client, case, action="keep", promise=kept.pk)
    later = written(now() + 2 * DAY)
    post(client, case, action="change", promise=moved.pk, by=later, reason="The bank is slow.")
    post(client, case, action="withdraw", promise=back.pk, reason="Solved.")

    states = [one.clock.state for one in CasePromise.objects.order_by("id")]
    assert states == ["met", "running", "cancelled"]
    moved.refresh_from_db()
    assert moved.reason == "The bank is slow."
    again = post(client, case, action="keep", promise=kept.pk)
    assert again.status_code == 409
    assert "This promise has ended already." in again.content.decode()


def test_a_promise_of_another_case_is_not_there(tenant: Tenant, agent: Actor) -> None:
    promise = promised(make_case(), agent)
    client = signed_in_staff(tenant, make_user())

    assert post(client, make_case(), action="keep", promise=promise.pk).status_code == 404


def test_the_report_tells_promises_by_person(tenant: Tenant) -> None:
    case, olav = make_case(at=now()), make_user(name="Olav Hansen")
    client = signed_in_staff(tenant, olav)
    for _ in range(2):
        post(client, case, action="make", text="I call.", by=written(now() + DAY))
    post(client, case, action="keep", promise=CasePromise.objects.order_by("id")[0].pk)
    lead = signed_in_staff(tenant, make_user(Role.LEAD))

    page = lead.get("/reports/promises/")
    file = lead.get("/reports/promises/file/").content.decode("utf-8-sig")

    (row,) = page.context["people"]
    assert (row["name"], row["kept"], row["broken"], row["running"]) == ("Olav Hansen", 1, 0, 1)
    assert len(page.context["promises"]) == 2
    assert lead.get(page.request["PATH_INFO"] + row["href"]).status_code == 200
    assert "Olav Hansen,1,0,1" in file


def test_programs_promise_keep_and_change(tenant: Tenant) -> None:
    case = make_case(at=now())
    agent = caller_as(tenant, Role.AGENT)
    address = f"cases/{case.number}/promises"
    by = (now() + DAY).isoformat()

    made = agent.post(address, {"text": "I call.", "by": by}).json()
    later = (now() + 2 * DAY).isoformat()
    changed = agent.post(
        f"{address}/{made['id']}/change", {"by": later, "reason": "The bank is slow."}
    ).json()
    kept = agent.post(f"{address}/{made['id']}/keep", {}).json()

    assert made["state"] == "running"
    assert changed["reason"] == "The bank is slow."
    assert changed["first_due_at"] != changed["due_at"]
    assert kept["state"] == "met"
    assert [one["id"] for one in agent.get(address).json()["results"]] == [made["id"]]
    assert agent.post(address, {"text": "I call.", "by": "2020-01-01T00:00:00Z"}).status_code == 422
    other = agent.post(address, {"text": "I call.", "by": by}).json()
    back = agent.post(f"{address}/{other['id']}/withdraw", {"reason": "Solved."}).json()
    assert back["state"] == "cancelled"
    report = caller_as(tenant, Role.LEAD).get("reports/promises").json()
    assert [(one["kept"], one["running"]) for one in report["people"]] == [(1, 0)]
