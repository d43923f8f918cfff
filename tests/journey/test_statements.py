"""The right of reply: members say the word of their department, its head changes it, a lead decides."""

import pytest

from problems.handing import accept_problem, refuse_problem, route_problem
from problems.lifecycle import ReasonMissing
from problems.models import Problem, Statement
from problems.statements import (
    About,
    AlreadySaid,
    Decision,
    NotConcerned,
    NothingSaid,
    change_statement,
    decide_statement,
    write_statement,
)
from tests.make import (
    AT,
    DAY,
    HOUR,
    make_actor,
    make_case,
    make_department,
    make_problem,
    make_user,
)
from tests.surfaces.api.calling import caller_as
from tests.surfaces.signing_in import signed_in_staff
from workflow.history.models import Entry
from workflow.history.timeline import entries_of
from workflow.people.actors import Actor, NotPermitted
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def with_detour() -> tuple[Problem, Department, Department]:
    """Return a problem that billing refused after its target and payments accepted."""
    problem = make_problem(cases=[make_case()])
    billing, payments = make_department("Billing"), make_department("Payments")
    route_problem(problem_id=problem.pk, department=billing, actor=SYSTEM, at=AT + 2 * HOUR)
    refuse_problem(problem_id=problem.pk, reason="Not ours.", actor=SYSTEM, at=AT + 3 * DAY)
    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + 4 * DAY)
    accept_problem(problem_id=problem.pk, actor=SYSTEM, at=AT + 4 * DAY + HOUR)
    return problem, billing, payments


def said(
    problem: Problem,
    department: Department,
    *,
    position: int = 1,
    about: About = About.LEG,
    actor: Actor | None = None,
    text: str = "Nobody told us which contract.",
) -> Statement:
    return write_statement(
        problem_id=problem.pk,
        position=position,
        about=about,
        department=department,
        text=text,
        actor=actor or make_actor(Role.MEMBER, department=department),
        at=AT + 5 * DAY,
    )


def test_a_member_says_the_word_of_the_department_and_history_keeps_no_text(tenant: Tenant) -> None:
    problem, billing, _payments = with_detour()

    statement = said(problem, billing)

    entry: Entry = entries_of(problem).latest("id")
    assert (statement.text, statement.leg.position) == ("Nobody told us which contract.", 1)
    assert entry.action == "statement.written"
    assert entry.changes == {
        "statement": statement.pk, "department": billing.pk, "stay": 2, "about": "leg",
    }  # fmt: skip


def test_a_detour_concerns_those_whom_it_left_and_who_were_on_it(tenant: Tenant) -> None:
    problem, billing, payments = with_detour()

    statement = said(problem, billing, position=2, about=About.DETOUR)

    assert statement.about == "detour"
    with pytest.raises(NotConcerned):
        said(problem, payments, position=2, about=About.DETOUR)
    with pytest.raises(NotConcerned):
        said(problem, billing, position=3, about=About.DETOUR)


def test_nobody_speaks_for_another_department_or_beside_its_stay(tenant: Tenant) -> None:
    problem, billing, payments = with_detour()
    stranger = make_actor(Role.MEMBER, department=payments)

    with pytest.raises(NotPermitted):
        said(problem, billing, actor=stranger)
    with pytest.raises(NotPermitted):
        said(problem, billing, actor=make_actor(Role.LEAD))
    with pytest.raises(NotConcerned):
        said(problem, payments, position=1)
    with pytest.raises(NotConcerned):
        said(problem, billing, position=99)


def test_a_department_says_one_word_beside_a_stay(tenant: Tenant) -> None:
    problem, billing, _payments = with_detour()
    said(problem, billing)

    with pytest.raises(AlreadySaid):
        said(problem, billing)
    with pytest.raises(NothingSaid):
        said(problem, billing, position=1, text="  ")


def test_the_head_changes_the_word_and_what_was_decided_is_open_again(tenant: Tenant) -> None:
    problem, billing, _payments = with_detour()
    statement = said(problem, billing)
    head, lead = make_actor(Role.HEAD, department=billing), make_actor(Role.LEAD)
    decide_statement(
        statement_id=statement.pk, decision=Decision.EXCUSED, because="So it was.", actor=lead,
        at=AT + 6 * DAY,
    )  # fmt: skip

    changed = change_statement(
        statement_id=statement.pk, text="The contract was missing.", actor=head, at=AT + 7 * DAY
    )

    assert (changed.text, changed.edited_by_id) == ("The contract was missing.", head.id)
    assert (changed.decision, changed.decided_at) == ("", None)


def test_only_the_head_of_this_department_changes_its_word(tenant: Tenant) -> None:
    problem, billing, payments = with_detour()
    statement = said(problem, billing)

    for actor in (
        make_actor(Role.MEMBER, department=billing),
        make_actor(Role.HEAD, department=payments),
        make_actor(Role.LEAD),
    ):
        with pytest.raises(NotPermitted):
            change_statement(statement_id=statement.pk, text="No.", actor=actor, at=AT + 6 * DAY)


def test_a_lead_decides_with_a_reason_and_nobody_else(tenant: Tenant) -> None:
    problem, billing, _payments = with_detour()
    statement = said(problem, billing)

    decided = decide_statement(
        statement_id=statement.pk, decision=Decision.COUNTS, because="It was written there.",
        actor=make_actor(Role.LEAD), at=AT + 6 * DAY,
    )  # fmt: skip

    assert (decided.decision, decided.decided_because) == ("counts", "It was written there.")
    with pytest.raises(ReasonMissing):
        decide_statement(
            statement_id=statement.pk, decision=Decision.COUNTS, because=" ",
            actor=make_actor(Role.LEAD), at=AT + 6 * DAY,
        )  # fmt: skip
    with pytest.raises(NotPermitted):
        decide_statement(
            statement_id=statement.pk, decision=Decision.EXCUSED, because="Please.",
            actor=make_actor(Role.HEAD, department=billing), at=AT + 6 * DAY,
        )  # fmt: skip


def test_the_word_stands_in_the_journey_log_of_both_pages(tenant: Tenant) -> None:
    problem, billing, _payments = with_detour()
    said(problem, billing)
    client = signed_in_staff(tenant, make_user(Role.READER))

    for address in (f"/p/P-{problem.number}/", f"/p/P-{problem.number}/journey/"):
        legs = client.get(address).context["legs"]
        assert [len(leg["statements"]) for leg in legs] == [0, 1, 0, 0, 0]
        assert legs[1]["statements"][0]["text"] == "Nobody told us which contract."


def test_the_form_offers_only_what_concerns_and_keeps_the_text_of_a_refusal(tenant: Tenant) -> None:
    problem, billing, _payments = with_detour()
    client = signed_in_staff(tenant, make_user(Role.MEMBER, department=billing))
    address = f"/p/P-{problem.number}/journey/"
    form = f"/p/P-{problem.number}/statement/"

    places = [one["value"] for one in client.get(address).context["say"]["places"]]
    refused = client.post(form, {"action": "write", "beside": "leg-1-999", "text": "Kept."})
    written = client.post(form, {"action": "write", "beside": places[0], "text": "So it was."})

    assert places == [f"leg-2-{billing.pk}", f"detour-3-{billing.pk}"]
    assert refused.status_code == 409
    assert "Kept." in refused.content.decode()
    assert written.status_code == 302
    assert written["Location"].endswith("/journey/#leg-2")
    assert Statement.objects.get().text == "So it was."


def test_head_and_lead_change_and_decide_on_the_page(tenant: Tenant) -> None:
    problem, billing, _payments = with_detour()
    statement = said(problem, billing)
    head = signed_in_staff(tenant, make_user(Role.HEAD, department=billing))
    lead = signed_in_staff(tenant, make_user(Role.LEAD))
    address, form = f"/p/P-{problem.number}/journey/", f"/p/P-{problem.number}/statement/"

    assert head.get(f"{address}?change={statement.pk}").context["say"]["changing"] is not None
    assert lead.get(f"{address}?change={statement.pk}").context["say"]["changing"] is None
    head.post(form, {"action": "change", "statement": statement.pk, "text": "Another word."})
    lead.post(
        form,
        {
            "action": "decide", "statement": statement.pk, "decision": "excused", "text": "True.",
        },
    )  # fmt: skip

    statement.refresh_from_db()
    assert (statement.text, statement.decision, statement.decided_because) == (
        "Another word.", "excused", "True.",
    )  # fmt: skip


def test_programs_write_change_decide_and_list_statements(tenant: Tenant) -> None:
    problem, _billing, _payments = with_detour()
    member, head, lead = (caller_as(tenant, role) for role in (Role.MEMBER, Role.HEAD, Role.LEAD))
    statements = f"problems/{problem.number}/statements"

    written = member.post(statements, {"department": "billing", "leg": 1, "text": "A word."})
    key = written.json()["id"]
    changed = head.post(f"{statements}/{key}/change", {"text": "Another."})
    refused = member.post(f"{statements}/{key}/change", {"text": "No."})
    decided = lead.post(
        f"{statements}/{key}/decide", {"decision": "excused", "because": "So it was."}
    )

    assert (written.status_code, changed.status_code, decided.status_code) == (201, 200, 200)
    assert refused.status_code == 403
    listed = member.get(statements).json()["results"]
    assert [(one["leg"], one["text"], one["decision"]) for one in listed] == [
        (1, "Another.", "excused")
    ]
