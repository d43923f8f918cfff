"""A word says its errand, and nobody can make one up."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.mail.errands import (
    LASTS,
    About,
    Errand,
    Way,
    address_of,
    last_day_from,
    read_address,
    read_word,
    word_of,
)
from servicedesk.mail.reply_tokens import ReplyKey, read_reply_address, reply_address

KEY = ReplyKey(key_id="1a2b", secret=b"0123456789abcdef0123456789abcdef")
NEW_KEY = ReplyKey(key_id="3c4d", secret=b"fedcba9876543210fedcba9876543210")
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ERRAND = Errand(
    tenant_id=1000,
    about=About.PROBLEM,
    subject_id=123_456,
    user_id=98_765,
    version=4,
    last_day=last_day_from(AT),
)
WORD = word_of(KEY, ERRAND, way=Way.LINK)
NUMBERS = st.integers(min_value=0, max_value=36**12 - 1)


@given(
    st.builds(
        Errand,
        tenant_id=NUMBERS,
        about=st.sampled_from(About),
        subject_id=NUMBERS,
        user_id=NUMBERS,
        version=NUMBERS,
        last_day=st.integers(min_value=0, max_value=100_000),
    ),
    st.sampled_from(Way),
)
def test_a_word_says_its_errand_on_its_own_way_only(errand: Errand, way: Way) -> None:
    word = word_of(KEY, errand, way=way)
    other = Way.MAIL if way is Way.LINK else Way.LINK

    assert read_word([NEW_KEY, KEY], word.upper(), way=way) == errand
    assert read_word([NEW_KEY, KEY], word, way=other) is None
    assert read_word([NEW_KEY], word, way=way) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"tenant_id": 1001},
        {"subject_id": 123_457},
        {"user_id": 98_764},
        {"version": 5},
        {"last_day": ERRAND.last_day + 1},
        {"about": About.TASK},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_word_with_anything_changed_is_no_longer_signed(changed: dict[str, Any]) -> None:
    signature = WORD.rpartition(".")[2]
    claim = word_of(KEY, replace(ERRAND, **changed), way=Way.LINK).rpartition(".")[0]

    assert read_word([KEY], f"{claim}.{signature}", way=Way.LINK) is None
    assert read_word([KEY], WORD, way=Way.LINK) == ERRAND


def test_each_letter_of_the_signature_counts() -> None:
    for place in range(len(WORD) - 24, len(WORD)):
        other = "a" if WORD[place] != "a" else "b"

        assert read_word([KEY], WORD[:place] + other + WORD[place + 1 :], way=Way.LINK) is None


def test_one_errand_has_one_word_only() -> None:
    padded = WORD.replace(".rs.", ".0rs.")

    assert padded != WORD
    assert read_word([KEY], padded, way=Way.LINK) is None


def test_an_address_is_one_that_every_mail_server_takes_and_no_link() -> None:
    address = address_of(KEY, ERRAND, domain="reply.example")
    local_part, _, domain = address.partition("@")

    assert (len(local_part) <= 64, domain) == (True, "reply.example")
    assert read_address([KEY], address.upper()) == ERRAND
    assert read_word([KEY], local_part.removeprefix("d+"), way=Way.LINK) is None
    assert read_reply_address([KEY], address) is None


def test_numbers_too_large_for_an_address_leave_it_out_and_absurd_ones_are_refused() -> None:
    assert address_of(KEY, replace(ERRAND, subject_id=36**11, user_id=36**11), domain="x.y") == ""
    with pytest.raises(ValueError, match="do not fit"):
        word_of(KEY, replace(ERRAND, subject_id=36**12), way=Way.LINK)
    with pytest.raises(ValueError, match="do not fit"):
        word_of(KEY, replace(ERRAND, version=-1), way=Way.LINK)


def test_a_customers_reply_address_is_no_errand() -> None:
    address = reply_address(KEY, tenant_id=1, case_id=2, contact_id=3, domain="x.example")

    assert read_address([KEY], address) is None


@pytest.mark.parametrize(
    "word",
    ["", ".", "d+", "1.1.p1.1.1.1.", "1.1.q1.1.1.1." + "a" * 24, "1.1.p1.1.1.1." + "1" * 24,
     "\x00" * 60, "\u017f" * 60, "1.\u0663.p1.1.1.1." + "a" * 24, "1." * 9999],
)  # fmt: skip
def test_what_is_no_word_says_nothing(word: str) -> None:
    assert read_word([KEY], word, way=Way.LINK) is None
    assert read_address([KEY], f"d+{word}@x.example") is None


def test_an_errand_ends_a_week_after_it_was_given() -> None:
    assert AT + LASTS <= ERRAND.ends_at <= AT + LASTS * 8 / 7


def forgeries_accepted(*, count: int) -> int:
    """Return how many of so many forged words are taken for valid ones."""
    claim = WORD.rpartition(".")[0]
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    accepted = 0
    for _ in range(count):
        signature = "".join(alphabet[byte & 31] for byte in secrets.token_bytes(24))
        accepted += read_word([KEY, NEW_KEY], f"{claim}.{signature}", way=Way.LINK) is not None
    return accepted


@pytest.mark.parametrize(
    "count", [pytest.param(10_000), pytest.param(200_000, marks=pytest.mark.full)]
)
def test_forged_words_are_not_accepted_and_the_true_one_is(count: int) -> None:
    assert forgeries_accepted(count=count) == 0
    assert read_word([KEY], WORD, way=Way.LINK) == ERRAND
