"""Known problems that concern a customer: which, what they say, follow and me too without a case."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from customers.models import InstalledProduct, Organisation, Product, ProductVersion
from knowledge.authoring import publish_article
from knowledge.own_problems import (
    NoSuchKnownProblem,
    others_known,
    problem_of_customer,
    problems_of_customer,
)
from knowledge.publishing import draft_known_error
from knowledge.queries import title_for_customers
from problems.fixing import (
    publish_workaround,
    put_fix_in_place,
    record_root_cause,
    resolve_problem,
)
from problems.handing import accept_problem, route_problem
from problems.lifecycle import end_problem_without_fix
from problems.models import Affected, ContactFollow, Problem, Scope
from problems.models.affected import PRESENT
from problems.states import Outcome
from servicedesk.notifications.models import Notification
from tests.hearing import hear_everything
from tests.make import (
    MINUTE,
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_product,
    make_tenant,
)
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_contact
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def known_problem(*, title: str = "Direct debit taken twice", product: str = "Card") -> Problem:
    """Return an open problem about a product, with a published article."""
    problem = make_problem(cases=[make_case(contact=make_contact())], title=title)
    Problem.objects.filter(pk=problem.pk).update(product=make_product(product))
    publish_workaround(problem_id=problem.pk, workaround="Ask your bank.", actor=SYSTEM, at=now())
    article = draft_known_error(problem_id=problem.pk, actor=SYSTEM, at=now())
    publish_article(article_id=article.pk, actor=SYSTEM, at=now())
    problem.refresh_from_db()
    return problem


def fix(problem: Problem) -> None:
    """Let a department fix a problem for good."""
    department = make_department()
    member = make_actor(Role.MEMBER, department=department)
    route_problem(
        problem_id=problem.pk, department=department, actor=SYSTEM, reason="Theirs.", at=now()
    )
    accept_problem(problem_id=problem.pk, actor=member, at=now())
    record_root_cause(
        problem_id=problem.pk,
        root_cause="A job ran twice.",
        public_cause="",
        actor=member,
        at=now(),
    )
    put_fix_in_place(problem_id=problem.pk, fix="The job is locked.", actor=member, at=now())
    resolve_problem(problem_id=problem.pk, solution="Done.", actor=member, at=now())


def give(contact: Any, product: str, *, version: str = "", until: Any = None) -> None:
    """Let a contact, or the organisation, have a product."""
    what = make_product(product)
    InstalledProduct.objects.create(
        **{"organisation" if isinstance(contact, Organisation) else "contact": contact},
        product=what,
        version=version_of(what, version) if version else None,
        until=until,
        changed_at=now(),
    )


def version_of(product: Product, name: str) -> ProductVersion:
    """Return a version of a product."""
    return ProductVersion.objects.get_or_create(product=product, name=name)[0]


def numbers_of(contact: Any) -> list[int]:
    """Return which problems concern a contact."""
    return [one.number for one in problems_of_customer(contact, at=now())]


def test_a_problem_concerns_those_who_have_its_product_and_nobody_else(tenant: Tenant) -> None:
    problem = known_problem()
    owner, stranger = make_contact(), make_contact()
    give(owner, "Card")
    give(stranger, "Loan")
    past = make_contact()
    give(past, "Card", until=now().date() - timedelta(days=1))

    assert numbers_of(owner) == [problem.number]
    assert numbers_of(stranger) == []
    assert numbers_of(past) == []
    assert [one.number for one in others_known(stranger, without=[], at=now())] == [problem.number]


def test_what_the_organisation_has_its_people_have(tenant: Tenant) -> None:
    problem = known_problem()
    organisation = Organisation.objects.create(name="Solheim AS", created_at=now())
    contact = make_contact()
    contact.organisation = organisation
    contact.save(update_fields=["organisation"])
    give(organisation, "Card")

    assert numbers_of(contact) == [problem.number]


def test_a_problem_of_one_version_concerns_those_who_have_it_or_nobody_knows(
    tenant: Tenant,
) -> None:
    problem = known_problem()
    Problem.objects.filter(pk=problem.pk).update(product_version="2.1")
    has_it, has_another, unknown = make_contact(), make_contact(), make_contact()
    give(has_it, "Card", version="2.1")
    give(has_another, "Card", version="1.0")
    give(unknown, "Card")

    assert [numbers_of(one) for one in (has_it, has_another, unknown)] == [
        [problem.number],
        [],
        [problem.number],
    ]


def test_a_problem_with_a_scope_concerns_those_whom_the_scope_reached(tenant: Tenant) -> None:
    problem = known_problem()
    inside, outside = make_contact(), make_contact()
    give(inside, "Card")
    give(outside, "Card")
    scope = Scope.objects.create(
        problem=problem, product=make_product("Card"), region="North", added_at=now()
    )
    Affected.objects.create(
        problem=problem, contact=inside, found="product", scope=scope, found_at=now()
    )

    assert numbers_of(inside) == [problem.number]
    assert numbers_of(outside) == []


def test_what_nobody_published_is_for_those_who_were_told_and_has_no_inner_title(
    tenant: Tenant,
) -> None:
    problem = make_problem(cases=[make_case(contact=make_contact())], title="Inner words")
    reached, was_told = make_contact(), make_contact()
    for contact, told_at in ((reached, None), (was_told, now())):
        give(contact, "Card")
        Affected.objects.create(
            problem=problem, contact=contact, found="product", found_at=now(), told_at=told_at
        )

    page = signed_in_contact(tenant, was_told).get("/help/known/").content.decode()

    assert numbers_of(reached) == []
    assert numbers_of(was_told) == [problem.number]
    assert "A problem with Card" in page
    assert "Inner words" not in page
    assert title_for_customers(problem) == "A problem with Card"


def test_a_problem_that_ended_without_a_fix_or_long_ago_concerns_nobody(tenant: Tenant) -> None:
    contact = make_contact()
    fixed = make_problem(cases=[make_case(contact=contact)])
    wrong = make_problem(cases=[make_case(contact=contact)])
    assert numbers_of(contact) == [wrong.number, fixed.number]

    fix(fixed)
    end_problem_without_fix(
        problem_id=wrong.pk,
        outcome=Outcome.NOT_A_PROBLEM,
        reason="It is meant to be so.",
        actor=make_actor(Role.LEAD),
        at=now(),
    )

    assert numbers_of(contact) == [fixed.number]
    assert problems_of_customer(contact, at=now() + timedelta(days=61)) == []
    with pytest.raises(NoSuchKnownProblem):
        problem_of_customer(contact, wrong.number, at=now())


def test_me_too_and_follow_need_no_case(tenant: Tenant) -> None:
    problem = known_problem()
    joins, follows = make_contact(), make_contact()
    address = f"/help/known/{problem.number}/"

    signed_in_contact(tenant, joins).post(address, {"action": "me_too"})
    client = signed_in_contact(tenant, follows)
    client.post(address, {"action": "follow"})

    assert Affected.objects.get(contact=joins).me_too_at is not None
    assert not Affected.objects.filter(PRESENT, contact=follows).exists()
    assert ContactFollow.objects.get().contact_id == follows.pk
    assert "You follow it: we tell you what changes." in client.get(address).content.decode()
    client.post(address, {"action": "stop"})
    assert not ContactFollow.objects.exists()


def test_who_follows_is_told_once_and_who_is_affected_too_is_not_told_twice(
    tenant: Tenant,
) -> None:
    problem = known_problem()
    follows, both = make_contact(), make_contact()
    hear_everything()
    for contact in (follows, both):
        signed_in_contact(tenant, contact).post(
            f"/help/known/{problem.number}/", {"action": "follow"}
        )
    signed_in_contact(tenant, both).post(f"/help/known/{problem.number}/", {"action": "me_too"})
    Notification.objects.all().delete()

    # A second workaround of the same second would be the same decision.
    publish_workaround(
        problem_id=problem.pk, workaround="Pay by card.", actor=SYSTEM, at=now() + MINUTE
    )
    hear_everything()

    mailed = Notification.objects.filter(kind="workaround", contact__in=[follows, both])
    assert sorted(mailed.values_list("contact_id", flat=True)) == [follows.pk, both.pk]


def test_who_has_no_case_says_on_the_problems_page_that_it_works(tenant: Tenant) -> None:
    problem = known_problem()
    contact = make_contact()
    client = signed_in_contact(tenant, contact)
    address = f"/help/known/{problem.number}/"
    client.post(address, {"action": "me_too"})
    fix(problem)

    assert "It works now" in client.get(address).content.decode()
    client.post(address, {"action": "it_works"})

    assert Affected.objects.get(contact=contact).confirmed_at is not None
    assert "It works now" not in client.get(address).content.decode()


def test_a_problem_of_another_tenant_is_not_there(tenant: Tenant) -> None:
    problem = known_problem()
    make_tenant()
    contact = make_contact()

    client = signed_in_contact(tenant, contact)

    assert client.get(f"/help/known/{problem.number + 1000}/").status_code == 404
    assert client.post(f"/help/known/{problem.number}/", {"action": "dance"}).status_code == 400


@pytest.mark.parametrize("problems", [2, 8])
def test_the_known_problems_cost_six_queries_in_all(tenant: Tenant, problems: int) -> None:
    contact = make_contact()
    give(contact, "Card")
    for number in range(problems):
        known_problem(title=f"Problem {number}")
    known_problem(title="Another", product="Loan")
    client = signed_in_contact(tenant, contact)
    client.get("/help/known/")

    with counted() as asked:
        client.get("/help/known/")

    # Stay in the portal, own problems, the others, and the tenant's words for each list.
    assert len(asked) <= 6, told(asked)
