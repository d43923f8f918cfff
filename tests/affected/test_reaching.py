"""Whom a problem reaches: by case, by what they have, where they are, and by their own word."""

from datetime import timedelta
from typing import Any

import pytest

from customers.belongings import Place, Thing, change_installed, remove_installed
from customers.events import BelongingsChanged
from customers.models import Contact, ProductVersion
from problems.affected import join_affected, tell_once
from problems.lifecycle import NotInThisState, end_problem_without_fix
from problems.linking import confirm_link, unlink_case
from problems.models import Affected, Scope
from problems.reaching import (
    LOOK_AGAIN_AFTER,
    Description,
    NoSuchScope,
    Preview,
    Reached,
    ReachedAlready,
    SaysNothing,
    VersionOfAnother,
    add_scope,
    end_scope,
    preview_of,
    reach,
    reach_due,
)
from problems.states import Outcome
from servicedesk.upkeep.due import find_due
from servicedesk.upkeep.reaching import reach_for_tenant, tenants_with_due_scopes
from servicedesk.walk import look_at_scopes
from tests.affected.things import (
    SYSTEM,
    install,
    ledger,
    make_organisation,
    make_owner,
    make_segment,
    make_version,
    reaches,
)
from tests.make import AT, HOUR, make_actor, make_case, make_contact, make_problem, make_product
from workflow.people.actors import NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

LATER = AT + 3 * HOUR


def test_a_problem_reaches_those_who_have_the_product_and_says_how(tenant: Tenant) -> None:
    card, other = make_product("Card reader"), make_product("Till")
    old, new = make_version(card, "2.3"), make_version(card, "2.4")
    wrote = make_owner("Ingrid wrote", card, version=old)
    make_owner("Amir has the version", card, version=old)
    make_owner("Kari has another version", card, version=new)
    make_owner("Nils has another product", other)
    problem = make_problem(cases=[make_case(contact=wrote)])

    _scope, came = reaches(problem, product=card, version=old)
    before = ledger(problem)
    _scope, more = reaches(problem, product=card)

    assert before == {"Ingrid wrote": "case", "Amir has the version": "version"}
    assert came == Reached(found=1)
    assert more == Reached(found=1)
    # The strongest reason stands: who has just this version was found by it, not by the product.
    assert ledger(problem) == {**before, "Kari has another version": "product"}


def test_everything_that_a_scope_names_must_be_true_and_scopes_add_up(tenant: Tenant) -> None:
    card = make_product("Card reader")
    north, south = make_organisation("North AS", region="North"), make_organisation("South AS")
    for name, organisation, tier in (
        ("in the north", north, ""),
        ("gold in the north", north, "gold"),
        ("gold elsewhere", south, "gold"),
    ):
        contact = make_owner(name, card)
        Contact.objects.filter(pk=contact.pk).update(organisation=organisation, tier=tier)
    make_contact(name="has nothing")
    problem = make_problem(cases=[])
    gold = make_segment("Gold", tier="gold")

    reaches(problem, product=card, region="north", segment=gold)
    both = ledger(problem)
    reaches(problem, segment=gold)
    reaches(problem, region="NORTH")

    assert both == {"gold in the north": "product"}
    assert ledger(problem) == {
        "gold in the north": "product",
        "gold elsewhere": "segment",
        "in the north": "region",
    }


def test_a_description_is_counted_before_it_is_saved(tenant: Tenant) -> None:
    card = make_product("Card reader")
    wrote = make_owner("Ingrid", card)
    make_owner("Amir", card)
    problem = make_problem(cases=[make_case(contact=wrote)])

    counted = preview_of(problem, Description(product=card))

    assert counted == Preview(customers=2, new=1)
    assert not Scope.objects.exists()
    with pytest.raises(SaysNothing):
        preview_of(problem, Description())
    with pytest.raises(VersionOfAnother):
        preview_of(problem, Description(version=make_version(card, "1"), region="North"))


def test_who_has_it_no_more_leaves_and_comes_back_with_it(tenant: Tenant) -> None:
    card = make_product("Card reader")
    old, new = make_version(card, "2.3"), make_version(card, "2.4")
    contact = make_contact(name="Amir")
    thing = install(contact, card, version=old)
    problem = make_problem(cases=[])
    reaches(problem, product=card, version=old)

    def upgrade(to: ProductVersion, minutes: int) -> None:
        change_installed(
            installed_id=thing.pk,
            thing=Thing(product=card, version=to),
            place=Place(),
            actor=SYSTEM,
            at=LATER + timedelta(minutes=minutes),
        )

    upgrade(new, 1)
    assert reach(problem.pk, at=LATER) == Reached(left=1)
    row = Affected.objects.get(problem=problem)
    assert (row.left_at, row.found) == (LATER, "version")
    upgrade(old, 2)
    assert reach(problem.pk, at=LATER + HOUR) == Reached(found=1)
    assert reach(problem.pk, at=LATER + 2 * HOUR) == Reached()
    row.refresh_from_db()
    assert row.left_at is None
    assert row.found_at == AT + 2 * HOUR


def test_a_word_of_ones_own_and_a_case_outlast_the_scope(tenant: Tenant) -> None:
    card = make_product("Card reader")
    problem = make_problem(cases=[])
    says_so, wrote = make_owner("said me too", card), make_owner("wrote", card)
    make_owner("only has it", card)
    scope, _came = reaches(problem, product=card)
    join_affected(problem_id=problem.pk, contact_id=says_so.pk, actor=SYSTEM, at=LATER)
    confirm_link(problem_id=problem.pk, case=make_case(contact=wrote), actor=SYSTEM, at=LATER)
    assert ledger(problem) == {"said me too": "me_too", "wrote": "case", "only has it": "product"}

    gone = end_scope(problem_id=problem.pk, scope_id=scope.pk, actor=SYSTEM, at=LATER + HOUR)

    assert gone == Reached(left=1)
    assert ledger(problem) == {"said me too": "me_too", "wrote": "case"}
    with pytest.raises(NoSuchScope):
        end_scope(problem_id=problem.pk, scope_id=scope.pk, actor=SYSTEM, at=LATER + HOUR)


def test_an_unlinked_case_leaves_its_customer_what_else_holds(tenant: Tenant) -> None:
    card = make_product("Card reader")
    owner, told, untold = make_owner("owner", card), make_contact(name="told"), make_contact()
    cases = [make_case(contact=one) for one in (owner, told, untold)]
    problem = make_problem(cases=cases)
    reaches(problem, product=card)
    tell_once(Affected.objects.filter(contact=told), message="fixed:1", channel="mail", at=LATER)

    for case in cases:
        unlink_case(problem_id=problem.pk, case=case, actor=make_actor(), at=LATER)

    assert ledger(problem) == {"owner": "product"}
    assert Affected.objects.get(contact=told).left_at == LATER
    assert not Affected.objects.filter(contact=untold).exists()


def test_once_it_has_ended_nobody_new_is_found_and_nobody_leaves(tenant: Tenant) -> None:
    card = make_product("Card reader")
    thing = install(make_contact(name="had it then"), card)
    problem = make_problem(cases=[])
    reaches(problem, product=card)
    end_problem_without_fix(
        problem_id=problem.pk,
        outcome=Outcome.RISK_ACCEPTED,
        reason="Rare.",
        actor=make_actor(Role.LEAD),
        at=LATER,
    )
    remove_installed(installed_id=thing.pk, actor=SYSTEM, at=LATER)
    make_owner("has it since", card)

    assert reach(problem.pk, at=LATER + HOUR) == Reached()

    assert ledger(problem) == {"had it then": "product"}
    with pytest.raises(NotInThisState):
        reaches(problem, region="North")


def test_news_of_what_customers_have_wakes_the_scopes_that_name_it(tenant: Tenant) -> None:
    card, till = make_product("Card reader"), make_product("Till")
    concerned, other = make_problem(cases=[]), make_problem(cases=[], title="Another")
    reaches(concerned, product=card)
    reaches(other, product=till)
    planned = Scope.objects.get(problem=other).next_reach_at
    make_owner("came later", card)

    look_at_scopes(BelongingsChanged(product_id=card.pk))
    due_at = Scope.objects.get(problem=concerned).next_reach_at
    assert due_at is not None
    ran = reach_due(at=max(due_at, LATER))

    assert ran >= 1
    assert ledger(concerned) == {"came later": "product"}
    assert planned == AT + 2 * HOUR + LOOK_AGAIN_AFTER
    assert Scope.objects.filter(problem=concerned, next_reach_at__gt=due_at).exists()


def test_the_department_and_leads_say_whom_it_reaches_and_nobody_twice(tenant: Tenant) -> None:
    card = make_product("Card reader")
    problem = make_problem(cases=[])
    asked: dict[str, Any] = {
        "problem_id": problem.pk,
        "description": Description(product=card),
        "at": LATER,
    }

    with pytest.raises(NotPermitted):
        add_scope(actor=make_actor(Role.AGENT), **asked)
    add_scope(actor=make_actor(Role.LEAD), **asked)

    with pytest.raises(ReachedAlready):
        add_scope(actor=make_actor(Role.LEAD), **asked)


def test_the_tick_finds_what_is_due_and_a_worker_reaches(committed_tenant: Tenant) -> None:
    card = make_product("Card reader")
    problem = make_problem(cases=[])
    reaches(problem, product=card, at=AT)
    make_owner("came later", card)
    due_at = AT + LOOK_AGAIN_AFTER

    early = tenants_with_due_scopes(at=AT, at_most=10_000)
    due = tenants_with_due_scopes(at=due_at, at_most=10_000)
    found_by_tick = find_due(at=due_at).scopes
    reached = reach_for_tenant(committed_tenant.pk, at=due_at)

    assert committed_tenant.pk not in early
    assert committed_tenant.pk in due
    assert found_by_tick
    assert reached == 1
    assert ledger(problem) == {"came later": "product"}
    assert committed_tenant.pk not in tenants_with_due_scopes(at=due_at, at_most=10_000)
