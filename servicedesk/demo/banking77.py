"""Real messages to a bank (BANKING77) as cases of another system, the same ones every time.

The texts and their categories are real; customers, times, channels and products are invented
around them. See servicedesk/demo/data/SOURCE.txt for where the texts come from.
"""

import csv
import io
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cases.lifecycle import short_subject
from servicedesk.demo.customers import HOW_MANY, customer

SAMPLE = Path(__file__).parent / "data" / "banking77.csv"
LAST_DAY = date(2025, 11, 28)
DAYS = 90
SHORTEST_SUBJECT, SUBJECT_LENGTH = 20, 70
ZONE = ZoneInfo("Europe/Oslo")
SEED = 77
# How many messages come on a day from Monday to Sunday, and in an hour from midnight on.
DAY_WEIGHTS = (12, 11, 10, 10, 9, 4, 3)
HOUR_WEIGHTS = (1, 1, 0, 0, 0, 1, 3, 7, 12, 15, 15, 13, 11, 12, 13, 12, 10, 8, 6, 5, 5, 4, 3, 2)
CHANNELS = {"mail": 45, "portal": 25, "phone": 15, "chat": 10, "social": 5}
# The first word found in a category says the product.
PRODUCTS = (
    ("atm", "Cash withdrawal"),
    ("cash_withdrawal", "Cash withdrawal"),
    ("cash_received", "Cash withdrawal"),
    ("swallowed", "Cash withdrawal"),
    ("top_up", "Top-up"),
    ("topping_up", "Top-up"),
    ("cheque", "Top-up"),
    ("direct_debit", "Direct debit"),
    ("exchange", "Currency exchange"),
    ("currenc", "Currency exchange"),
    ("transfer", "Transfers"),
    ("beneficiary", "Transfers"),
    ("receiving", "Transfers"),
    ("card", "Card"),
    ("contactless", "Card"),
    ("pin", "Card"),
    ("visa", "Card"),
    ("apple_pay", "Card"),
    ("refund", "Card"),
    ("transaction", "Card"),
    ("statement", "Account"),
)
ANY_PRODUCT = "Account"


class NoMessages(ValueError):
    """The file is not a table with the columns text and category."""


@dataclass(frozen=True)
class BankMessage:
    """One message of the data set."""

    text: str
    category: str


def read_messages(table: io.TextIOBase | Iterable[str]) -> list[BankMessage]:
    """Return the messages of a CSV file.

    Raises:
        NoMessages: the columns are missing.
    """
    rows = csv.DictReader(table)
    if not {"text", "category"} <= set(rows.fieldnames or []):
        raise NoMessages("The first line has to name the columns text and category.")
    return [
        BankMessage(text=" ".join(row["text"].split()), category=row["category"]) for row in rows
    ]


def sample_messages() -> list[BankMessage]:
    """Return the messages that the product brings along: twelve categories of 25."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return read_messages(file)


def product_of(category: str) -> str:
    """Return the product that a category is about."""
    return next((product for word, product in PRODUCTS if word in category.lower()), ANY_PRODUCT)


def old_cases(
    messages: Sequence[BankMessage],
    *,
    last_day: date = LAST_DAY,
    days: int = DAYS,
    seed: int = SEED,
    prefix: str = "b77",
) -> Iterator[dict[str, str]]:
    """Return each message as a line for `import_cases`, oldest first.

    The messages of a category keep no order: like real ones they come mixed. Times lie in the
    `days` days up to `last_day`, mostly in working hours.
    """
    chance = random.Random(seed)  # noqa: S311 - the same demo every time, no secret
    moments = sorted(moment_within(chance, last_day=last_day, days=days) for _message in messages)
    order = list(range(len(messages)))
    chance.shuffle(order)
    for moment, place in zip(moments, order, strict=True):
        message = messages[place]
        # Some customers write often: the product of two chances favours low numbers.
        who = customer(int(chance.random() * chance.random() * HOW_MANY))
        yield {
            "external_id": f"{prefix}-{place + 1:05d}",
            "contact_email": who.email,
            "contact_name": who.name,
            "subject": subject_of(message.text),
            "body": message.text,
            "opened_at": moment.isoformat(),
            "channel": chance.choices(list(CHANNELS), weights=list(CHANNELS.values()))[0],
            "product": product_of(message.category),
        }


def moment_within(chance: random.Random, *, last_day: date, days: int) -> datetime:
    """Return a moment in UTC at which somebody may have written."""
    window = [last_day - timedelta(days=back) for back in range(days)]
    day = chance.choices(window, weights=[DAY_WEIGHTS[day.weekday()] for day in window])[0]
    hour = chance.choices(range(24), weights=HOUR_WEIGHTS)[0]
    local = datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), ZONE)
    return local.astimezone(UTC)


def subject_of(text: str) -> str:
    """Return the first sentence in its short form."""
    first = text
    for mark in ("? ", "! ", ". "):
        first = first.split(mark)[0] + mark.strip() if mark in first else first
    if len(first) < SHORTEST_SUBJECT:
        first = text
    if len(first) > SUBJECT_LENGTH:
        first = f"{first[:SUBJECT_LENGTH].rsplit(' ', 1)[0]}…"
    return short_subject(first.rstrip(".") or text)
