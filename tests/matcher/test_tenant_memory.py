"""What a tenant decides is known before the next question, and nobody else learns it."""

from threading import Event, Thread
from typing import Any

import pytest

from knowledge.authoring import draft_article, publish_article, retire_article
from problems.asking import Answer, Question, Source
from problems.embeddings import keep_case_vector
from problems.learning import opening_text
from problems.lifecycle import describe_problem, end_problem_without_fix
from problems.likeness.embedding import Embedder
from problems.likeness.reading import readable
from problems.likeness.vectors import packed
from problems.linking import confirm_link, reject_link, unlink_case
from problems.models import CaseEmbedding, CaseLink, Problem, ProblemEmbedding
from problems.models.link import LinkKind
from problems.states import Outcome
from servicedesk.matcher.tenant_memory import READ_FOR_A_QUESTION, MemoryInUse, TenantMemory
from tests.make import AT, HOUR, make_actor, make_case, make_problem, make_product
from tests.matcher.conftest import CARD, DOUBLE, EXCHANGE
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

pytestmark = pytest.mark.usefixtures("tenant")


def read_case(embedder: Embedder, text: str) -> Any:
    """Return a new case whose first words were read."""
    case = make_case(subject=text, text=text)
    vector = embedder.embed_one(readable(case.subject, text=opening_text(case)))
    keep_case_vector(case_id=case.pk, vector=packed(vector), model=embedder.version)
    return case


def known(embedder: Embedder, title: str, *texts: str) -> Problem:
    """Return a problem whose cases were read."""
    return make_problem(cases=[read_case(embedder, text) for text in texts], title=title)


@pytest.fixture
def memory(embedder: Embedder, tenant: Tenant) -> TenantMemory:
    """The tenant's memory, read while there is nothing."""
    memory = TenantMemory(embedder)
    memory.load()
    return memory


def asked(memory: TenantMemory, text: str, **known_beside: Any) -> Answer:
    """Ask about a text."""
    return memory.answer(Question(subject="", text=text, at=AT, **known_beside))


def first(answer: Answer) -> int | None:
    """Return the problem that is likeliest."""
    return answer.problems[0].problem_id if answer.problems else None


def test_the_right_problem_comes_first_and_says_which_cases_are_alike(
    memory: TenantMemory, embedder: Embedder
):
    double = known(embedder, "Direct debit taken twice", *DOUBLE[:2])
    card = known(embedder, "Card has not arrived", *CARD[:2])

    answer = asked(memory, CARD[2])

    assert first(answer) == card.pk
    assert {one.problem_id for one in answer.problems} == {card.pk, double.pk}
    assert set(answer.problems[0].nearest) == {link.case_id for link in card.links.all()}
    assert answer.source is Source.MODEL
    assert answer.model == embedder.version
    assert len(answer.vector or b"") == 768


def test_a_problem_is_known_from_the_moment_it_is_opened(memory: TenantMemory, embedder: Embedder):
    assert asked(memory, CARD[0]).problems == ()

    problem = make_problem(cases=[], title="Card has not arrived")

    assert first(asked(memory, CARD[0])) == problem.pk
    assert ProblemEmbedding.objects.get(problem=problem).model == embedder.version


def test_every_decision_counts_for_the_next_question(
    memory: TenantMemory, embedder: Embedder, agent: Actor
):
    problem = known(embedder, "Something with money", DOUBLE[0])
    case = read_case(embedder, EXCHANGE[0])
    before = asked(memory, EXCHANGE[1]).problems[0]

    confirm_link(problem_id=problem.pk, case=case, actor=agent, at=AT)
    linked = asked(memory, EXCHANGE[1]).problems[0]
    unlink_case(problem_id=problem.pk, case=case, actor=agent, at=AT)
    unlinked = asked(memory, EXCHANGE[1]).problems[0]

    assert case.pk in linked.nearest
    assert linked.probability > before.probability
    assert unlinked.nearest == before.nearest
    assert unlinked.probability < linked.probability
    assert memory.rejections == {case.pk: {problem.pk}}


def test_a_rejection_that_is_taken_back_is_forgotten(
    memory: TenantMemory, embedder: Embedder, agent: Actor
):
    problem = known(embedder, "Direct debit taken twice", DOUBLE[0])
    case = read_case(embedder, CARD[0])
    CaseLink.objects.create(problem=problem, case=case, kind=LinkKind.SUGGESTED, created_at=AT)
    reject_link(problem_id=problem.pk, case=case, actor=agent, at=AT)
    asked(memory, CARD[1])
    rejected = dict(memory.rejections)

    confirm_link(problem_id=problem.pk, case=case, actor=agent, at=AT)
    asked(memory, CARD[1])

    assert rejected == {case.pk: {problem.pk}}
    assert memory.rejections == {}
    assert memory.memory.problem_of[case.pk] == problem.pk


def test_new_words_of_a_problem_are_read_at_once(
    memory: TenantMemory, embedder: Embedder, agent: Actor
):
    problem = make_problem(cases=[], title="Card has not arrived")
    before = asked(memory, EXCHANGE[0]).problems[0].probability

    describe_problem(
        problem_id=problem.pk,
        title="Wrong exchange rate",
        statement="Payments abroad are charged with a bad exchange rate.",
        category="money",
        product=make_product(),
        severity=3,
        actor=agent,
        at=AT + HOUR,
    )

    assert asked(memory, EXCHANGE[0]).problems[0].probability > before


def test_what_was_no_problem_is_matched_no_more(memory: TenantMemory, embedder: Embedder):
    problem = known(embedder, "Card has not arrived", *CARD)
    assert first(asked(memory, CARD[0])) == problem.pk

    end_problem_without_fix(
        problem_id=problem.pk,
        outcome=Outcome.NOT_A_PROBLEM,
        reason="The post was on strike.",
        actor=make_actor(Role.LEAD),
        at=AT + 2 * HOUR,
    )

    assert asked(memory, CARD[0]).problems == ()


def test_a_case_is_not_like_itself(memory: TenantMemory, embedder: Embedder):
    case = read_case(embedder, CARD[0])
    other = read_case(embedder, CARD[1])

    answer = asked(memory, CARD[0], case_id=case.pk)

    assert [one.id for one in answer.cases] == [other.pk]


def test_published_articles_are_found_and_retired_ones_are_not(memory: TenantMemory):
    lead = make_actor(Role.ADMIN)
    article = draft_article(
        title="When will my card arrive?", body="Cards take ten days.", actor=lead, at=AT
    )
    drafted = asked(memory, CARD[0]).articles

    publish_article(article_id=article.pk, actor=lead, at=AT)
    published = asked(memory, CARD[0]).articles
    retire_article(article_id=article.pk, actor=lead, at=AT)

    assert drafted == ()
    assert [one.id for one in published] == [article.pk]
    assert asked(memory, CARD[0]).articles == ()


def test_reading_anew_gives_the_same_answers(memory: TenantMemory, embedder: Embedder):
    known(embedder, "Direct debit taken twice", *DOUBLE)
    known(embedder, "Card has not arrived", *CARD)
    known(embedder, "Wrong exchange rate", *EXCHANGE)
    memory.follow()
    memory.learn()
    anew = TenantMemory(embedder)
    anew.load()

    for text in ("The card is late", "Two debits", "Rates are bad", "Hello"):
        assert asked(memory, text) == asked(anew, text)


def test_many_new_wordings_are_read_after_the_answer(memory: TenantMemory, embedder: Embedder):
    matters = ("late card", "two debits", "bad rate", "closed branch", "lost code", "wrong name")
    problems = [known(embedder, f"About a {matter}").pk for matter in matters]

    asked(memory, "Where is my card?")
    at_once, was_behind = sorted(memory.memory.problems), memory.is_behind()
    memory.catch_up()

    assert at_once == problems[:READ_FOR_A_QUESTION]
    assert was_behind
    assert sorted(memory.memory.problems) == problems
    assert not memory.is_behind()


def test_the_oldest_cases_go_when_there_are_too_many(embedder: Embedder, tenant: Tenant):
    memory = TenantMemory(embedder, most_cases=4)
    memory.load()
    linked = known(embedder, "Card has not arrived", CARD[0]).links.get().case_id
    loose = [read_case(embedder, text).pk for text in (*DOUBLE, *EXCHANGE)]

    asked(memory, CARD[1])

    assert memory.memory.cases.keys() == [linked, *loose[-3:]]


def test_nothing_of_another_tenant_is_found(embedder: Embedder, other_tenant: Tenant):
    with tenant_scope(other_tenant.pk):
        known(embedder, "Card has not arrived", *CARD)
    memory = TenantMemory(embedder)
    memory.load()

    answer = asked(memory, CARD[0])

    assert (answer.problems, answer.cases, answer.articles) == ((), (), ())


def test_a_vector_of_an_earlier_model_gives_way(embedder: Embedder, memory: TenantMemory):
    case = make_case()
    keep_case_vector(case_id=case.pk, vector=b"\x00" * 768, model="earlier/1")

    keep_case_vector(case_id=case.pk, vector=b"\x01" * 768, model=embedder.version)
    keep_case_vector(case_id=case.pk, vector=b"\x02" * 768, model=embedder.version)

    kept = CaseEmbedding.objects.get(case=case)
    assert (bytes(kept.vector), kept.model) == (b"\x01" * 768, embedder.version)


def test_a_question_without_news_asks_one_query(
    memory: TenantMemory, embedder: Embedder, django_assert_num_queries
):
    known(embedder, "Card has not arrived", *CARD)
    asked(memory, CARD[0])

    with django_assert_num_queries(1):
        asked(memory, CARD[1])


def test_a_question_does_not_wait_longer_than_it_may(memory: TenantMemory):
    held, done = Event(), Event()

    def use_it() -> None:
        with memory.held(None):
            held.set()
            done.wait(30)

    other = Thread(target=use_it)
    other.start()
    assert held.wait(30)
    try:
        with pytest.raises(MemoryInUse):
            memory.answer(Question(subject="", text="Two debits", at=AT), within=0.01)
    finally:
        done.set()
        other.join()
    assert asked(memory, "Two debits").source is Source.MODEL
