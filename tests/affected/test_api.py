"""The ledger and its scopes for programs."""

from typing import Any

from problems.affected import affected_by, tell_once
from tests.affected.test_ledger import contact_of, make_resolved
from tests.affected.things import make_owner, make_segment, make_version
from tests.make import AT, HOUR, make_case, make_contact, make_problem, make_product
from tests.surfaces.api.calling import caller_as
from workflow.people.permissions import Permission, Role


def test_a_scope_is_counted_added_listed_and_ended(tenant: Any) -> None:
    card = make_product("Card reader")
    make_owner("Amir", card, version=make_version(card, "2.3"))
    make_owner("Kari", card)
    gold = make_segment("Gold", tier="gold")
    problem = make_problem(cases=[make_case()])
    caller, path = caller_as(tenant, role=Role.LEAD), f"problems/{problem.number}/scopes"

    counted = caller.post(f"{path}/count", {"product": "Card reader"}).json()
    made = caller.post(path, {"product": "card-reader", "version": "v2.3"})
    twice = caller.post(path, {"product": "card-reader", "version": "2.3"})
    wrong = caller.post(path, {"product": "card-reader", "version": "9"})
    caller.post(path, {"segment": gold.number, "region": "North"})
    listed = caller.get(path).json()["results"]
    ended = caller.send("delete", f"{path}/{made.json()['scope']}", None)

    assert counted == {"customers": 2, "new": 2}
    assert (made.status_code, made.json()["found"]) == (201, 1)
    assert twice.status_code == 409
    assert wrong.status_code == 422
    assert [(one["product"], one["version"], one["segment"]) for one in listed] == [
        ("Card reader", "2.3", None),
        (None, None, gold.number),
    ]
    assert ended.json()["left"] == 1
    assert caller.send("delete", f"{path}/{made.json()['scope']}", None).status_code == 404


def test_the_ledger_is_filtered_and_counted(tenant: Any) -> None:
    problem = make_problem(
        cases=[make_case(contact=make_contact(name=name)) for name in ("Ingrid", "Amir")]
    )
    tell_once(
        affected_by(problem.pk).filter(contact__name="Amir"),
        message="workaround:1",
        channel="mail",
        at=AT + HOUR,
    )
    caller, path = caller_as(tenant), f"problems/{problem.number}/affected"

    counts = caller.get(f"{path}/counts").json()
    told = caller.get(f"{path}?far=told&found=case").json()["results"]
    named = caller.get(f"{path}?words=ingrid").json()["results"]

    assert (counts["all"], counts["told"], counts["workaround"], counts["left"]) == (2, 1, 1, 0)
    assert [one["contact_id"] for one in told] == [contact_of(problem, "Amir")]
    assert told[0]["told"][0]["seen_at"] is None
    assert [one["contact_id"] for one in named] == [contact_of(problem, "Ingrid")]
    assert caller.get(f"{path}?far=nonsense").status_code == 422


def test_a_token_that_may_see_no_customers_learns_figures_only(tenant: Any) -> None:
    make_product("Card reader")
    problem = make_problem(cases=[make_case()])
    path, wish = f"problems/{problem.number}", {"product": "Card reader"}
    sees, works = (
        caller_as(tenant, scopes=frozenset({Permission.VIEW_PROBLEM, *more}))
        for more in ((), (Permission.STEER_PROBLEM,))
    )

    assert sees.get(f"{path}/affected").status_code == 403
    assert sees.get(f"{path}/affected/counts").json()["all"] == 1
    assert sees.post(f"{path}/scopes/count", wish).status_code == 403
    assert works.post(f"{path}/scopes/count", wish).status_code == 200


def test_exceptions_and_solutions_let_a_problem_be_closed(tenant: Any) -> None:
    problem = make_resolved("Ingrid", "Amir")
    caller, path = caller_as(tenant, role=Role.LEAD), f"problems/{problem.number}/affected"
    ingrid, amir = contact_of(problem, "Ingrid"), contact_of(problem, "Amir")

    def close() -> Any:
        return caller.post(f"problems/{problem.number}/steps", {"step": "close"})

    refused = close()
    caller.post(f"{path}/applied", {"contacts": [ingrid]})
    caller.post(f"{path}/exceptions", {"contacts": [amir], "reason": "Has left us."})
    taken = caller.send("delete", f"{path}/exceptions/{amir}", None).json()
    again = close()
    caller.post(f"{path}/exceptions", {"contacts": [amir], "reason": "Has left us."})

    assert (refused.status_code, refused.json()["code"]) == (409, "still_on_workaround")
    assert taken == {"customers": 1}
    assert again.json()["title"].startswith("Still on a workaround: Amir.")
    assert close().status_code == 200
