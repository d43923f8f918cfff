"""The converter: real messages become the same cases every time."""

import json
from collections import Counter
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cases.importing import parse_line
from servicedesk.demo.banking77 import (
    LAST_DAY,
    SAMPLE,
    ZONE,
    old_cases,
    product_of,
    sample_messages,
    subject_of,
)
from servicedesk.demo.customers import HOW_MANY, customer
from tests.make import AT


def converted(file: Path = SAMPLE) -> str:
    out = StringIO()
    call_command("convert_banking77", str(file), stdout=out)
    return out.getvalue()


def test_the_same_file_gives_the_same_lines() -> None:
    assert converted() == converted()


def test_every_message_becomes_a_line_that_can_be_imported() -> None:
    lines = converted().splitlines()

    cases = [parse_line(line, at=AT) for line in lines]

    assert len({case.external_id for case in cases}) == len(sample_messages()) == 300
    assert {case.channel.value for case in cases} == {"mail", "portal", "phone", "chat", "social"}
    assert Counter(case.body for case in cases) == Counter(m.text for m in sample_messages())


def test_the_times_rise_over_ninety_days_and_lie_mostly_in_working_hours() -> None:
    moments = [parse_line(line, at=AT).opened_at for line in converted().splitlines()]
    hours = [moment.astimezone(ZONE).hour for moment in moments]

    assert moments == sorted(moments)
    assert moments[0].date() >= LAST_DAY - timedelta(days=91)
    assert sum(8 <= hour < 18 for hour in hours) > len(hours) * 0.6


def test_another_last_day_moves_the_cases() -> None:
    moved = list(old_cases(sample_messages(), last_day=date(2026, 2, 27)))

    assert max(json.loads(json.dumps(line))["opened_at"] for line in moved).startswith("2026-02")


@pytest.mark.parametrize(
    ("category", "product"),
    [
        ("pending_cash_withdrawal", "Cash withdrawal"),
        ("transfer_not_received_by_recipient", "Transfers"),
        ("card_payment_wrong_exchange_rate", "Currency exchange"),
        ("contactless_not_working", "Card"),
        ("top_up_failed", "Top-up"),
        ("age_limit", "Account"),
    ],
)
def test_a_category_says_the_product(category: str, product: str) -> None:
    assert product_of(category) == product


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("My top-up failed again. What now?", "My top-up failed again. What now?"),
        ("I topped up my account today. It is gone.", "I topped up my account today"),
        ("Help!", "Help!"),
    ],
)
def test_a_subject_is_the_first_sentence(text: str, subject: str) -> None:
    assert subject_of(text) == subject or subject_of(text) == subject.split(".")[0]


def test_invented_customers_are_different_people_at_reserved_domains() -> None:
    addresses = [customer(number).email for number in range(HOW_MANY)]

    assert len(set(addresses)) == HOW_MANY == 3000
    assert {address.partition("@")[2] for address in addresses} == {
        "example.org",
        "example.com",
        "example.net",
    }


def test_a_file_without_the_columns_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n")

    with pytest.raises(CommandError, match="name the columns text and category"):
        converted(file)
