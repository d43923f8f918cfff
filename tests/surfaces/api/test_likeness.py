"""What is like a text, for programs: problems with reasons, cases, articles, places of words."""

import pytest

from knowledge.models import Offer, OfferDoor
from knowledge.offers import Offered, keep_shown
from problems.models import CaseLink
from tests.make import AT, make_actor, make_case, make_problem
from tests.surfaces.api.calling import caller_as, customer_of
from workflow.people.permissions import Permission, Role
from workflow.tenancy.models import Tenant

TEXT = "You have taken my direct debit twice, the app says HTTP 500."
WISH = {"subject": "Debit taken twice", "text": TEXT}


def test_a_text_is_matched_with_its_reasons_and_nothing_is_kept(tenant: Tenant) -> None:
    linked = make_case(subject="Debit taken twice", text=TEXT)
    problem = make_problem(cases=[linked])

    answer = caller_as(tenant, Role.AGENT).post("match", WISH)
    blind = caller_as(tenant, scopes=frozenset({Permission.VIEW_PROBLEM})).post("match", WISH)

    assert answer.status_code == 200
    found = answer.json()
    assert found["source"] == "words"
    first = found["problems"][0]
    assert (first["problem"], first["nearest"]) == (problem.number, [linked.number])
    assert 0 < first["probability"] <= 1
    assert {"ground": "code", "value": "http 500", "count": 0, "is_against": False} in first[
        "reasons"
    ]
    assert [one["case"] for one in found["cases"]] == [linked.number]
    assert not Offer.objects.exists()
    # Who does not read cases is told what the problem says, and nothing that customers wrote.
    (known,) = blind.json()["problems"]
    assert (known["problem"], known["nearest"], blind.json()["cases"]) == (problem.number, [], [])
    assert "code" not in {one["ground"] for one in known["reasons"]}
    assert "http" not in " ".join(known["words"]).lower()


def test_the_whole_ranking_is_answered_not_only_what_is_suggested(tenant: Tenant) -> None:
    for title in ("Direct debit taken twice", "The app is slow", "Twice as slow"):
        make_problem(title=title, cases=[make_case(subject=title, text=title)])

    found = caller_as(tenant).post("match", {**WISH, "at_most": 20}).json()

    assert len(found["problems"]) == 3
    assert [one["is_suggested"] for one in found["problems"]].count(False) >= 1
    order = [one["probability"] for one in found["problems"]]
    assert order == sorted(order, reverse=True)


def test_a_text_that_says_nothing_is_like_nothing(tenant: Tenant) -> None:
    make_problem()

    found = caller_as(tenant).post("match", {"text": "Hi"}).json()

    assert (found["problems"], found["cases"], found["articles"]) == ([], [], [])


@pytest.mark.parametrize(
    "fields", [{**WISH, "product": "nothing-of-this-name"}, {**WISH, "at_most": 21}, {"texts": ""}]
)
def test_what_makes_no_sense_is_refused(tenant: Tenant, fields: dict[str, str]) -> None:
    assert caller_as(tenant).post("match", fields).status_code == 422


def test_a_customer_does_not_match_texts(tenant: Tenant) -> None:
    customer, _contact = customer_of(tenant)

    assert customer.post("match", WISH).status_code == 403


def test_places_of_shared_words_are_told_in_both_texts(tenant: Tenant) -> None:
    linked = make_case(subject="Debit taken twice", text=TEXT)
    problem, case = make_problem(cases=[linked]), make_case(subject="Debit", text=TEXT)

    found = (
        caller_as(tenant).get(f"cases/{case.number}/suggestions/{problem.number}/evidence").json()
    )

    for marked in (found["text"], found["nearest"][0]):
        words = [marked["text"][one["begin"] : one["end"]] for one in marked["spans"]]
        assert any("HTTP 500" in one for one in words)
    assert found["nearest"][0]["case"] == linked.number


def test_what_is_known_about_a_case_leaves_the_case_itself_out(tenant: Tenant) -> None:
    linked = make_case(subject="Debit taken twice", text=TEXT)
    make_problem(cases=[linked])
    case = make_case(subject="Debit taken twice", text=TEXT)

    found = caller_as(tenant, Role.READER).get(f"cases/{case.number}/known").json()

    assert [one["case"] for one in found["cases"]] == [linked.number]


def test_suggestions_that_wait_are_listed(tenant: Tenant) -> None:
    problem, other = make_problem(), make_problem()
    case = make_case()
    for of, score in ((problem, 800), (other, 400)):
        CaseLink.objects.create(case=case, problem=of, kind="suggested", score=score, created_at=AT)
    caller = caller_as(tenant, Role.AGENT)

    [waiting] = caller.get("suggestions").json()["results"]
    [narrowed] = caller.get("suggestions", problem=other.number).json()["results"]

    assert (waiting["case"], waiting["problem"], waiting["score"]) == (
        case.number, problem.number, 0.8,
    )  # fmt: skip
    assert narrowed["problem"] == other.number


def test_what_was_shown_is_listed_and_judged(tenant: Tenant) -> None:
    problem, case, other = make_problem(), make_case(), make_case()
    keep_shown(
        [Offered(problem_id=problem.pk)], door=OfferDoor.CASE, actor=make_actor(), at=AT,
        case_id=case.pk,
    )  # fmt: skip
    caller = caller_as(tenant, Role.AGENT)

    [offer] = caller.get(f"cases/{case.number}/offers").json()["results"]
    wish = {"offer": offer["id"], "is_relevant": True}
    judged = caller.post(f"cases/{case.number}/offers", wish)
    elsewhere = caller.post(f"cases/{other.number}/offers", wish)

    assert (offer["kind"], offer["number"], offer["is_relevant"]) == (
        "problem", problem.number, None,
    )  # fmt: skip
    assert judged.json()["is_relevant"] is True
    assert elsewhere.status_code == 404
    read = caller_as(tenant, Role.LEAD).get("reports/knowledge").json()
    assert read["asked_again"] == {"questions": 0, "again": 0}
