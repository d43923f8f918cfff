"""What we know that is like a case: shown, explained, opened, used, judged."""

from typing import Any

import pytest

from cases.conversation import answer_case
from cases.lifecycle import resolve_case
from cases.models import Case
from knowledge.authoring import publish_article
from knowledge.models import Offer
from knowledge.publishing import draft_known_error
from problems.linking import confirm_link
from problems.models import CaseLink
from tests.make import AT, HOUR, make_actor, make_case, make_contact, make_problem, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SUBJECT = "Debit taken twice"
TEXT = "You have taken my direct debit twice, the app says HTTP 500."


def a_case(text: str = TEXT, **more: Any) -> Case:
    """Return a case that says this."""
    return make_case(subject=SUBJECT, text=text, **more)


def known_problem(**more: Any) -> Any:
    """Return a problem with a linked, answered case and a published article."""
    linked = a_case(contact=make_contact("tor@example.org", name="Tor Eriksen"))
    problem = make_problem(cases=[linked], title="Direct debit taken twice", **more)
    actor = make_actor()
    answer_case(case_id=linked.pk, text="We sent kr 649 back.", actor=actor, at=AT + HOUR)
    resolve_case(case_id=linked.pk, actor=actor, at=AT + 2 * HOUR)
    article = draft_known_error(problem_id=problem.pk, actor=Actor.system("test"), at=AT + HOUR)
    publish_article(article_id=article.pk, actor=Actor.system("test"), at=AT + HOUR)
    return problem


def test_cases_articles_and_facts_are_shown_beside_a_case_and_kept(tenant: Tenant) -> None:
    problem, case = known_problem(), a_case()
    client = signed_in_staff(tenant, make_user())

    part = client.get(f"/c/{case.number}/known/", headers={"HX-Request": "true"})

    words = part.content.decode()
    assert "<html" not in words
    assert "was answered so" in words
    assert "We sent kr 649 back." in words
    assert "Compared by words only" in words
    shown = Offer.objects.filter(case=case, door="case")
    assert {(one.problem_id is not None, one.alike_id is not None) for one in shown} == {
        (True, False), (False, True), (False, False),
    }  # fmt: skip
    assert shown.get(problem=problem).opened_at is None


def test_what_is_shown_twice_is_kept_once(tenant: Tenant) -> None:
    known_problem()
    case = a_case()
    client = signed_in_staff(tenant, make_user())

    client.get(f"/c/{case.number}/known/")
    before = Offer.objects.count()
    client.get(f"/c/{case.number}/known/")

    assert Offer.objects.count() == before > 0


def test_the_page_of_a_case_loads_it_as_a_part_and_leads_there_without_scripts(
    tenant: Tenant,
) -> None:
    case = a_case()

    page = signed_in_staff(tenant, make_user()).get(f"/c/{case.number}/").content.decode()

    assert f'hx-get="/c/{case.number}/known/"' in page
    assert f'href="/c/{case.number}/known/"' in page


def test_what_is_opened_and_linked_counts_as_used(tenant: Tenant) -> None:
    problem, case = known_problem(), a_case()
    CaseLink.objects.create(case=case, problem=problem, kind="suggested", score=870, created_at=AT)
    client = signed_in_staff(tenant, make_user())
    client.get(f"/c/{case.number}/known/")

    led = client.get(f"/c/{case.number}/opens/problem/{problem.pk}/")
    client.post(f"/c/{case.number}/suggestion/", {"problem": problem.name, "decision": "link"})

    assert led["Location"] == f"/p/{problem.number}/"
    offer = Offer.objects.get(case=case, problem=problem)
    assert offer.opened_at is not None
    assert offer.used_at is not None


def test_an_article_is_put_into_the_answer_and_its_use_is_kept(tenant: Tenant) -> None:
    problem, case = known_problem(), a_case()
    article = problem.articles.get()
    client = signed_in_staff(tenant, make_user())
    client.get(f"/c/{case.number}/known/")

    page = client.get(f"/c/{case.number}/?article={article.number}").content.decode()
    body = f"Read this:\nhttp://x/help/a/{article.number}/"
    client.post(f"/c/{case.number}/reply/", {"body": body, "visibility": "reply"})

    assert f"/help/a/{article.number}/" in page
    assert Offer.objects.get(case=case, article=article).used_at is not None


def test_an_answer_without_the_article_does_not_count_as_its_use(tenant: Tenant) -> None:
    problem, case = known_problem(), a_case()
    client = signed_in_staff(tenant, make_user())
    client.get(f"/c/{case.number}/known/")

    client.post(f"/c/{case.number}/reply/", {"body": "We look.", "visibility": "reply"})

    assert Offer.objects.get(case=case, article=problem.articles.get()).used_at is None


def test_a_colleague_says_whether_it_helps_here(tenant: Tenant) -> None:
    known_problem()
    case, other = a_case(), a_case()
    client = signed_in_staff(tenant, make_user())
    client.get(f"/c/{case.number}/known/")
    offer = Offer.objects.filter(case=case).earliest("pk")

    judged = client.post(
        f"/c/{case.number}/known/judge/", {"offer": str(offer.pk), "relevant": "yes"}
    )
    elsewhere = client.post(
        f"/c/{other.number}/known/judge/", {"offer": str(offer.pk), "relevant": "no"}
    )

    assert (judged.status_code, elsewhere.status_code) == (302, 404)
    offer.refresh_from_db()
    assert offer.is_relevant is True


def test_both_texts_stand_side_by_side_with_what_they_share(tenant: Tenant) -> None:
    problem, case = known_problem(), a_case()
    nearest = CaseLink.objects.get(problem=problem)
    CaseLink.objects.filter(pk=nearest.pk).update(decided_by=make_user(name="Ana Ruiz"))

    page = signed_in_staff(tenant, make_user()).get(
        f"/c/{case.number}/why/{problem.number}/"
    ).content.decode()  # fmt: skip

    assert "HTTP 500</mark>" in page
    assert "linked by Ana Ruiz" in page
    assert "Code HTTP 500" in page


@pytest.mark.parametrize("path", ["known/", "why/1/", "opens/problem/1/", "opens/what/1/"])
def test_what_belongs_to_another_tenant_is_not_there(
    tenant: Tenant, other_tenant: Tenant, path: str
) -> None:
    with tenant_scope(other_tenant.pk):
        make_problem(cases=[make_case()])
        theirs = [make_case() for _ in range(3)][-1]
    own = a_case()
    client = signed_in_staff(tenant, make_user())

    assert client.get(f"/c/{theirs.number}/{path}").status_code == 404
    if path != "known/":
        assert client.get(f"/c/{own.number}/{path}").status_code == 404


def test_two_like_it_cost_the_same_as_many(tenant: Tenant) -> None:
    problem = known_problem()
    case = a_case()
    client = signed_in_staff(tenant, make_user())
    address = f"/c/{case.number}/known/"
    client.get(address)

    with counted() as few:
        client.get(address)
    for _ in range(8):
        confirm_link(problem_id=problem.pk, case=a_case(), actor=make_actor(), at=AT)
    client.get(address)
    with counted() as many:
        client.get(address)

    # Person and session 3 (with the case), its text 1, the policy 1, problems by words 3, their
    # grounds 3, cases with links 2, articles 1, kept and read again 2, the link of the case 1.
    # What a case was answered is asked only where one is solved.
    assert len(many) <= len(few) <= 18, told(few)


# ---- while a case is written down -------------------------------------------------------------


def test_what_was_shown_while_writing_belongs_to_the_new_case(tenant: Tenant) -> None:
    problem = known_problem()
    client = signed_in_staff(tenant, make_user())
    typed = {"subject": SUBJECT, "body": TEXT}

    part = client.post("/c/new/similar/", typed).content.decode()
    led = client.get(f"/c/new/opens/problem/{problem.pk}/")
    client.post(
        "/c/new/",
        {
            **typed, "contact_email": "ida@example.org", "contact_name": "Ida", "channel": "phone",
            "priority": "normal", "problem": problem.name,
        },
    )  # fmt: skip

    assert "% likely" in part
    assert "Code HTTP 500" in part
    assert led.status_code == 302
    case = Case.objects.latest("pk")
    offer = Offer.objects.get(problem=problem, door="form")
    assert offer.case == case
    assert (offer.opened_at is not None, offer.used_at is not None) == (True, True)


def test_what_is_shown_on_the_telephone_says_so(tenant: Tenant) -> None:
    problem = known_problem()
    client = signed_in_staff(tenant, make_user())

    client.post("/c/new/similar/", {"subject": SUBJECT, "body": TEXT, "door": "phone"})

    assert Offer.objects.get(problem=problem).door == "phone"


def test_too_little_text_is_like_nothing(tenant: Tenant) -> None:
    known_problem()
    client = signed_in_staff(tenant, make_user())

    part = client.post("/c/new/similar/", {"subject": "Debit", "body": ""}).content.decode()

    assert "Nothing similar is known yet" in part
    assert not Offer.objects.exists()


# ---- the queue of suggestions ------------------------------------------------------------------


def suggested(case: Case, problem: Any, *, score: int = 800) -> CaseLink:
    """Let the matching suggest a problem for a case."""
    return CaseLink.objects.create(
        case=case, problem=problem, kind="suggested", score=score, created_at=AT
    )


def after_in(page: str) -> str:
    """Return where the form of the queue goes on."""
    return page.split('name="triage"')[1].split('value="')[1].split('"')[0]


def test_one_case_after_the_other_is_decided(tenant: Tenant) -> None:
    problem, other = make_problem(), make_problem(title="Statement shows a wrong date")
    first, second, third = (a_case() for _ in range(3))
    suggested(first, problem)
    suggested(first, other, score=400)
    suggested(second, problem)
    suggested(third, problem)
    client = signed_in_staff(tenant, make_user(Role.LEAD))

    page = client.get("/triage/").content.decode()
    assert f"#{first.number} ·" in page
    assert "Also suggested" in page
    answer = client.post(
        f"/c/{first.number}/suggestion/",
        {"problem": problem.name, "decision": "link", "triage": after_in(page)},
    )
    page = client.get(answer["Location"]).content.decode()
    assert f"#{second.number} ·" in page
    answer = client.post(
        f"/c/{second.number}/suggestion/",
        {
            "problem": problem.name, "decision": "reject", "reason": "only_words",
            "note": "Another bank.", "triage": after_in(page),
        },
    )  # fmt: skip
    page = client.get(answer["Location"]).content.decode()
    assert f"#{third.number} ·" in page

    rejected = CaseLink.objects.get(case=second)
    assert (rejected.kind, rejected.reason, rejected.note) == (
        "rejected", "only_words", "Another bank.",
    )  # fmt: skip
    assert CaseLink.objects.get(case=first, problem=problem).kind == "confirmed"
    assert Offer.objects.get(case=first, problem=problem, door="queue").used_at is not None


def test_similar_with_another_cause_is_said_from_the_queue(tenant: Tenant) -> None:
    problem, case = make_problem(), a_case()
    suggested(case, problem)
    client = signed_in_staff(tenant, make_user())

    client.post(f"/c/{case.number}/suggestion/", {"problem": problem.name, "decision": "similar"})

    assert CaseLink.objects.get(case=case).kind == "similar"
    assert "Nothing waits" in client.get("/triage/").content.decode()


def test_what_is_put_off_waits_until_the_rest_is_done(tenant: Tenant) -> None:
    problem, case = make_problem(), a_case()
    suggested(case, problem)
    client = signed_in_staff(tenant, make_user())

    page = client.get("/triage/").content.decode()
    later = page.split('data-key="h"')[0].rsplit('href="', 1)[1].split('"')[0]
    through = client.get(later).content.decode()

    assert "All done" in through
    assert f"#{case.number} ·" in client.get("/triage/").content.decode()


def test_the_queue_can_be_narrowed_to_one_problem(tenant: Tenant) -> None:
    problem, other = make_problem(), make_problem(title="Statement shows a wrong date")
    first, second = a_case(), a_case()
    suggested(first, other)
    suggested(second, problem)
    client = signed_in_staff(tenant, make_user())

    page = client.get("/triage/", {"problem": problem.name}).content.decode()

    assert f"#{second.number} ·" in page
    assert f"#{first.number} ·" not in page


def test_cases_that_ended_or_have_a_problem_do_not_wait(tenant: Tenant) -> None:
    problem, other = make_problem(), make_problem(title="Statement shows a wrong date")
    ended, linked = a_case(), a_case()
    suggested(ended, problem)
    suggested(linked, problem)
    resolve_case(case_id=ended.pk, actor=make_actor(), at=AT + HOUR)
    confirm_link(problem_id=other.pk, case=linked, actor=make_actor(), at=AT)

    page = signed_in_staff(tenant, make_user()).get("/triage/").content.decode()

    assert "Nothing waits" in page


def test_the_queue_costs_the_same_however_many_wait(tenant: Tenant) -> None:
    problem = make_problem(cases=[a_case()])
    client = signed_in_staff(tenant, make_user())
    for _ in range(2):
        suggested(a_case(), problem)
    client.get("/triage/")

    with counted() as few:
        client.get("/triage/")
    for _ in range(18):
        suggested(a_case(), problem)
    with counted() as many:
        client.get("/triage/")

    assert len(few) == len(many) <= 17, told(many)
