"""How alike a text and a problem are: terms, ranking of real customer messages, and certainty."""

import csv
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from problems.similarity import (
    CandidateTerms,
    Corpus,
    Similarity,
    length_of,
    rank,
    rare_terms,
    score,
)
from problems.terms import TERM_LENGTH, TERM_LIMIT, terms_of

FIXTURE = Path(__file__).parents[1] / "data" / "banking77" / "cases.csv"


# ---- terms -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("charge charges charged charging", "charg"),
        ("stop stops stopped stopping", "stop"),
        ("refund refunds refunded", "refund"),
        ("identity identities", "identi"),
        ("verify verified verification", "verifi"),
        ("Überweisung Überweisungen", "überwe"),
    ],
)
def test_forms_of_a_word_are_one_term(words, term):
    singles = [found for found in terms_of(words) if " " not in found]

    assert singles == [term]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("it says E-4012 again", "e-4012"),
        ("HTTP 500 on every page", "http 500"),
        ("then Error code: 4012 appears", "error 4012"),
        ("Fehler 4711 beim Start", "error 4711"),
        ("chrome shows ERR_TIMED_OUT", "err_timed_out"),
        ("since 2.4.1 nothing works", "2.4.1"),
        ("my Fiber 500 is slow", "fiber 500"),
        ("an iPhone13 and a WG-300X", "wg-300x"),
    ],
)
def test_codes_and_product_names_stay_whole(text, term):
    assert term in terms_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "4000123412341234",
        "DE89370400440532013000",
        "12.50",
        "2025-01-06",
        "10:30",
        "10am",
        "1st",
        "anna.beck@example.com",
        "https://example.com/reset?token=abc",
        "the and of",
    ],
)
def test_what_says_who_or_when_but_not_what_is_left_out(text):
    assert terms_of(text) == ()


def test_a_hyphen_is_the_same_as_a_space():
    assert terms_of("top-up failed") == terms_of("Top up failed!")


def test_neighbouring_words_are_a_term_of_their_own():
    assert "top up" in terms_of("I cannot top up")


def test_quotes_greetings_and_farewells_are_not_the_matter():
    mail = (
        "Dear support team,\n\n"
        "My card was swallowed.\n"
        "> what did you try before?\n\n"
        "Kind regards,\nJohn Appleseed\nAcme Holding\n\n"
        "On Mon, 6 Jan 2025 at 10:00, Service <help@example.com> wrote:\n"
        "Which cashpoint was it?\n"
    )

    assert terms_of(mail) == terms_of("My card was swallowed.")


def test_a_mail_that_only_quotes_is_read_as_it_is():
    assert "swallo" in terms_of("> the machine swallowed my card")


def test_terms_are_limited_in_number_and_length():
    found = terms_of(" ".join(f"w{chr(97 + n % 26)}{chr(97 + n // 26)}x" for n in range(600)))
    long_word = terms_of("x" * 5000 + " " + "a1" * 90)

    assert len(found) == TERM_LIMIT
    assert long_word == ()


@given(st.text(max_size=300))
def test_any_text_has_terms_that_can_be_stored(text):
    found = terms_of(text)

    assert found == terms_of(text)
    assert len(set(found)) == len(found)
    assert all(0 < len(term) <= TERM_LENGTH and "\x00" not in term for term in found)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text", ["a" * 10**6, "@" * 10**6, "a@" * 10**6, "x-" * 10**6, "\n" * 10**6]
)
def test_a_hostile_text_takes_no_time(text):
    assert len(terms_of(text)) < 5


def test_letters_that_look_the_same_are_the_same():
    assert terms_of(unicodedata.normalize("NFD", "Gebühr")) == terms_of("Gebühr")


# ---- comparing -------------------------------------------------------------------------------

PROBLEMS = {
    "card": [
        "Card swallowed by cashpoint",
        "The machine ate my card",
        "cash machine kept the card",
    ],
    "login": ["Login fails with E-4012", "E-4012 when I sign in", "cannot log in: error e-4012"],
    "refund": ["Refund missing", "my refund has not arrived", "where is the refund for my order?"],
}
CANDIDATES = [CandidateTerms.of_texts(key, texts) for key, texts in PROBLEMS.items()]


def test_the_best_problem_comes_first_with_the_words_that_say_so():
    best = rank("The cash machine has eaten my cards", candidates=CANDIDATES)[0]

    assert best.key == "card"
    assert {"cash", "machine", "cards"} <= {shared.word for shared in best.shared}
    assert sum(shared.weight for shared in best.shared) == pytest.approx(1, abs=0.01)


def test_an_error_code_weighs_most():
    best = rank("Since today the app tells me e-4012", candidates=CANDIDATES)[0]

    assert best.key == "login"
    assert best.shared[0].term == "e-4012"


def test_a_text_that_shares_nothing_matches_nothing():
    assert rank("Guten Morgen allerseits", candidates=CANDIDATES) == []
    assert rank("", candidates=CANDIDATES) == []
    assert rank("anything", candidates=[]) == []


def test_one_shared_word_is_never_more_than_perhaps():
    found = rank("refund", candidates=CANDIDATES)

    assert found[0].key == "refund"
    assert found[0].score <= 0.5


def test_a_repeated_message_is_nearly_certain():
    found = rank("my refund for this order has not arrived, where is it?", candidates=CANDIDATES)

    assert found[0].key == "refund"
    assert found[0].score >= 0.92


def test_the_order_of_candidates_does_not_matter():
    text = "my card and my refund"

    assert rank(text, candidates=CANDIDATES) == rank(text, candidates=CANDIDATES[::-1])


def test_a_rival_makes_it_less_sure():
    corpus = Corpus.of(CANDIDATES)
    terms = terms_of("refund of my card order")
    refund = next(one for one in CANDIDATES if one.key == "refund")

    alone = score(terms, candidate=refund, corpus=corpus)
    among = rank("refund of my card order", candidates=CANDIDATES)

    assert next(one for one in among if one.key == "refund").score < alone.score


def test_candidates_cut_to_the_terms_of_the_text_score_the_same():
    text = "The machine swallowed my card"
    corpus = Corpus.of(CANDIDATES)
    asked = set(terms_of(text))
    cut = [
        CandidateTerms(
            one.key, {term: n for term, n in one.counts.items() if term in asked}, one.length
        )
        for one in CANDIDATES
    ]

    assert rank(text, candidates=cut, corpus=corpus) == rank(text, candidates=CANDIDATES)


def test_the_length_of_a_problem_counts_single_words():
    assert length_of({"card": 3, "my card": 2, "http 500": 1, "e-4012": 2}) == 6


def test_rare_terms_tell_codes_first_then_what_few_problems_have():
    corpus = Corpus.of(CANDIDATES)

    rare = rare_terms(terms_of("my refund shows error code 4012 and E-4012"), corpus=corpus)

    assert rare[:2] == ("error 4012", "e-4012")
    assert rare.index("refund") > rare.index("show")


# ---- real messages ---------------------------------------------------------------------------


def real_messages() -> tuple[list[CandidateTerms], list[tuple[str, str]]]:
    linked: defaultdict[str, list[str]] = defaultdict(list)
    arriving: list[tuple[str, str]] = []
    with FIXTURE.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["split"] == "train":
                linked[row["category"]].append(row["text"])
            else:
                arriving.append((row["text"], row["category"]))
    return [CandidateTerms.of_texts(key, texts) for key, texts in linked.items()], arriving


def answers() -> list[tuple[list[Similarity], str]]:
    candidates, arriving = real_messages()
    corpus = Corpus.of(candidates)
    return [(rank(text, candidates=candidates, corpus=corpus), key) for text, key in arriving]


def test_real_messages_find_their_problem():
    found = answers()

    first = sum(ranked[0].key == key for ranked, key in found) / len(found)
    among_three = sum(key in [one.key for one in ranked[:3]] for ranked, key in found) / len(found)

    assert first >= 0.85
    assert among_three >= 0.95


def test_what_is_nearly_certain_is_nearly_always_right():
    sure = [ranked[0].key == key for ranked, key in answers() if ranked[0].score >= 0.92]

    assert len(sure) >= 20
    assert sum(sure) / len(sure) >= 0.95


def test_a_message_without_its_problem_is_rarely_certain():
    candidates, arriving = real_messages()

    wrongly_sure = 0
    for text, key in arriving:
        others = [one for one in candidates if one.key != key]
        ranked = rank(text, candidates=others)
        wrongly_sure += bool(ranked) and ranked[0].score >= 0.92

    assert wrongly_sure <= len(arriving) * 0.02
