"""Texts that nobody would make up have a sane outcome, by meaning and by words alone."""

import time
from collections.abc import Callable

import pytest

from problems.asking import Answer, Question
from problems.embeddings import keep_case_vectors
from problems.learning import opening_text
from problems.likeness.embedding import Embedder
from problems.likeness.reading import readable
from problems.likeness.vectors import packed
from problems.matching import SUGGEST_FROM, Findings, cut, found_by_model, found_by_words
from problems.models import Problem
from problems.similarity import CandidateTerms, rank
from servicedesk.matcher.tenant_memory import TenantMemory
from tests.make import AT, make_case, make_problem
from tests.matcher.conftest import CARD, DOUBLE, EXCHANGE
from workflow.tenancy.models import Tenant

NEW = "My direct debit was collected two times this month."
Find = Callable[[str], Findings]
SIGNATURE = """Kind regards,

Anna Beck
Head of Purchasing
Beck & Sons Ltd
Tel +47 900 11 234
www.beck.example
"""


SAY_NOTHING = (
    "",
    "  \n\t\n  ",
    "\x00",
    "?",
    "!!! ... ---",
    "12 345 678",
    "\N{THUMBS UP SIGN}" * 3,
    SIGNATURE,
    "Dear all,\n\nThanks!",
)
OTHER_LANGUAGES = (
    "Meine Lastschrift wurde in diesem Monat zweimal eingezogen.",
    "口座振替が今月二回引き落とされました。",
    "تم خصم المبلغ مرتين هذا الشهر",
    "Деньги списали дважды за этот месяц",
    "την κάρτα 文字 together with עברית and more",
)


def quoted(mails: int, *, of: str) -> str:
    """Return a mail that answers the newest of so many, each quoting the one before."""
    text = NEW
    for number in range(mails):
        mark = ">" * (number + 1)
        text += (
            f"\n{'>' * number} On Mon, 2 Mar 2026 at 09:{number:02}, Service <help@bank.example> wrote:"
            f"\n{mark} {of}\n{mark}"
        )
    return text


@pytest.fixture
def problems(embedder: Embedder, tenant: Tenant) -> dict[str, Problem]:
    """Three problems with linked cases that were read."""
    made = {}
    for title, texts in (
        ("Direct debit taken twice", DOUBLE),
        ("Card has not arrived", CARD),
        ("Wrong exchange rate", EXCHANGE),
    ):
        cases = [make_case(subject=text, text=text) for text in texts]
        read = embedder.embed([readable(one.subject, text=opening_text(one)) for one in cases])
        vectors = [(one.pk, packed(row)) for one, row in zip(cases, read, strict=True)]
        keep_case_vectors(vectors, model=embedder.version)
        made[title.split()[0]] = make_problem(cases=cases, title=title)
    return made


@pytest.fixture(params=["by meaning", "by words alone"])
def find(request: pytest.FixtureRequest, problems: dict[str, Problem], embedder: Embedder) -> Find:
    """Find what is like a text, with the model and without it."""
    memory = TenantMemory(embedder)
    memory.load()

    def found(text: str) -> Findings:
        question = cut(Question(subject="", text=text, at=AT))
        if request.param == "by words alone":
            return found_by_words(question)
        answer: Answer = memory.answer(question)
        return found_by_model(answer)

    return found


def test_a_text_that_says_nothing_suggests_nothing(
    find: Find, problems: dict[str, Problem]
) -> None:
    silent = [text for text in SAY_NOTHING if find(text).shown]

    assert silent == []
    # The control: a text that says something does suggest.
    assert find(NEW).shown[0].problem == problems["Direct"]


def test_a_mail_that_quotes_forty_others_is_read_as_what_is_new(
    find: Find, problems: dict[str, Problem]
) -> None:
    thread = quoted(40, of="Where is my new card? It has not arrived in the post.")

    found = find(thread)

    assert found.matches == find(NEW).matches
    assert found.matches[0].problem == problems["Direct"]


def test_an_enormous_text_takes_no_longer_than_what_is_read_of_it(
    find: Find, problems: dict[str, Problem]
) -> None:
    enormous = NEW + "\n" + "All of this was told to you before by telephone. " * 120_000
    find(NEW)

    began = time.process_time()
    found = find(enormous)

    assert time.process_time() - began < 2
    assert found.matches[0].problem == problems["Direct"]


def test_another_language_is_compared_and_never_near_certain(find: Find) -> None:
    for text in OTHER_LANGUAGES:
        assert all(0 <= match.probability < 0.9 for match in find(text).matches), text


def test_a_case_about_two_products_names_the_problems_of_both(
    find: Find, problems: dict[str, Problem]
) -> None:
    both = (
        "My new card has not arrived in the post. Also the exchange rate of my payment was wrong."
    )

    found = find(both)

    assert {match.problem for match in found.matches[:2]} == {problems["Card"], problems["Wrong"]}


def test_five_hundred_identical_cases_make_their_problem_no_nearer_to_others(
    embedder: Embedder, tenant: Tenant, problems: dict[str, Problem]
) -> None:
    """One sender's flood is linked: a text about something else still finds its own problem."""
    case = make_case(subject=DOUBLE[0], text=DOUBLE[0])
    memory = TenantMemory(embedder)
    memory.load()
    vector = embedder.embed_one(DOUBLE[0])
    for number in range(1, 501):
        memory.memory.cases.put(-number, vector)
        memory.memory.link(-number, problem_id=problems["Direct"].pk)
    memory.memory.learn()
    flood = CandidateTerms.of_texts("flood", [*DOUBLE, *[case.subject] * 500])
    card = CandidateTerms.of_texts("card", CARD)

    by_meaning = memory.answer(Question(subject="", text=CARD[1], at=AT))
    by_words = rank(CARD[1], candidates=[flood, card])

    assert by_meaning.problems[0].problem_id == problems["Card"].pk
    assert by_meaning.problems[0].probability >= SUGGEST_FROM
    assert by_words[0].key == "card"
