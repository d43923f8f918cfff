"""What a case and a problem have in common, and where it stands in both texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.evidence import (
    AskedFacts,
    Ground,
    KnownFacts,
    Span,
    compare,
    excerpt,
    named_versions_in,
    pieces,
    reasons,
)

TEXT = "Direct debit taken twice\nYou took kr 649 twice on 16 November. It says HTTP 500, E-4012."
OTHER = "Double debits\nCustomers told that money was taken twice in November; HTTP 500 and E-4012."


def marked(text: str, spans: tuple[Span, ...]) -> list[str]:
    """Return the words at the spans."""
    return [text[span.begin : span.end] for span in spans]


def test_codes_come_first_then_phrases_then_words() -> None:
    found = compare(TEXT, other=OTHER)

    assert [one.words for one in found.shared] == [
        "E-4012", "HTTP 500", "taken twice", "November", "debit",
    ]  # fmt: skip
    assert [one.is_code for one in found.shared] == [True, True, False, False, False]


def test_what_is_shared_is_marked_in_both_texts_inflected_or_not() -> None:
    found = compare(TEXT, other=OTHER)

    assert marked(TEXT, found.in_text) == [
        "debit taken twice", "twice", "November", "HTTP 500", "E-4012",
    ]  # fmt: skip
    assert marked(OTHER, found.in_other) == [
        "debits", "taken twice", "November", "HTTP 500", "E-4012",
    ]  # fmt: skip


def test_texts_that_share_only_small_words_share_nothing() -> None:
    assert compare("I have it from you", other="You have it from me").shared == ()


def test_words_that_name_nothing_are_shown_only_within_a_phrase() -> None:
    one = "My money is still not there, where did the transfer go after that?"
    other = "Where is my money? The transfer is not there, still."

    found = compare(one, other=other)

    assert [one.words for one in found.shared] == ["transfer", "money"]
    assert compare("it doesn't work", other="my card doesn't work").shared == ()


def test_weights_decide_which_words_tell_most() -> None:
    plain = compare("rocket invoice", other="invoice of the rocket")
    weighed = compare("rocket invoice", other="invoice of the rocket", weights={"invoic": 9.0})

    assert [one.words for one in plain.shared] == ["invoice", "rocket"]
    assert [one.words for one in weighed.shared] == ["invoice", "rocket"]
    assert (
        compare("rocket invoice", other="invoice of the rocket", weights={"rocket": 9.0})
        .shared[0]
        .words
        == "rocket"
    )


def test_other_languages_are_compared_by_their_words() -> None:
    found = compare("Überweisung doppelt abgebucht", other="Die Überweisung wurde abgebucht")

    assert {one.words for one in found.shared} == {"Überweisung", "abgebucht"}


@pytest.mark.parametrize(("text", "other"), [("", ""), ("", OTHER), (TEXT, ""), ("😀", "😀")])
def test_empty_texts_share_nothing(text: str, other: str) -> None:
    found = compare(text, other=other)

    assert (found.shared, found.in_text, found.in_other) == ((), (), ())


def test_an_enormous_text_is_compared_by_its_beginning() -> None:
    found = compare("taken twice " * 100_000, other="taken twice " * 100_000)

    assert found.shared[0].words.startswith("taken twice")
    assert found.in_text[-1].end <= 4_000


def test_an_excerpt_begins_near_the_first_mark() -> None:
    text = "word " * 100 + "rocket " + "word " * 100
    found = compare(text, other="a rocket")

    shown = excerpt(text, spans=found.in_text, longest=120)

    assert ("rocket", True) in shown
    assert shown[0] == ("… ", False)
    assert len("".join(piece for piece, _marked in shown)) <= 124


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_pieces_put_together_are_the_text(text: str, other: str) -> None:
    found = compare(text, other=other)

    assert "".join(piece for piece, _marked in pieces(text, found.in_text)) == text
    assert "".join(piece for piece, _marked in pieces(other, found.in_other)) == other
    places = [place for span in found.in_text for place in (span.begin, span.end)]
    assert places == sorted(places)


def test_product_code_version_region_and_time_are_named() -> None:
    found = reasons(
        AskedFacts(text=f"{TEXT} App 4.12.1", product_id=7, region="North"),
        KnownFacts(
            texts=(OTHER,), product_id=7, product="Card app", version="4.12.1",
            regions={"North": 3, "South": 1}, lately=5, confirmed_by=("Ana", "Ana", "Bo"),
            confirmed=3,
        ),
    )  # fmt: skip

    assert [(one.ground, one.value, one.count) for one in found] == [
        (Ground.CODE, "http 500", 0),
        (Ground.CODE, "e-4012", 0),
        (Ground.VERSION, "4.12.1", 0),
        (Ground.PRODUCT, "Card app", 0),
        (Ground.REGION, "North", 3),
        (Ground.LATELY, "", 5),
        (Ground.CONFIRMED, "Ana, Bo", 3),
    ]
    assert not any(one.is_against for one in found)


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("Since the update to 8.2 the app logs me out", ("8.2",)),
        ("Version 8.2 came, v2.0.1 was better, firmware 7.0.3 too", ("8.2", "2.0.1", "7.0.3")),
        ("I was charged 12.50 on 3.4 and again 12.50", ()),
        ("updated to version 8.2 and then 8.2 again", ("8.2",)),
        ("error in 10.15.7", ("10.15.7",)),
    ],
)
def test_a_version_is_what_a_text_calls_so_and_no_amount(
    text: str, versions: tuple[str, ...]
) -> None:
    assert named_versions_in(text) == versions


def test_another_product_speaks_against_a_problem() -> None:
    found = reasons(AskedFacts(product_id=1), KnownFacts(product_id=2, product="Loans"))

    assert [one.ground for one in found] == [Ground.OTHER_PRODUCT]
    assert found[0].is_against
    assert reasons(AskedFacts(), KnownFacts(product_id=2, product="Loans")) == ()


@pytest.mark.timeout(10)
def test_thousands_of_codes_take_no_time() -> None:
    """A pasted log is full of codes: those of a problem are read once, not once for each."""
    log = " ".join(f"e-{number}" for number in range(1_000, 3_500))

    found = reasons(AskedFacts(text=log), KnownFacts(texts=(log,)))

    assert [one.ground for one in found] == [Ground.CODE] * 3
