"""The model, loaded once for all tests that read texts."""

import pytest
from django.conf import settings

from problems.likeness.embedding import Embedder
from tests.make import make_actor
from workflow.people.actors import Actor

DOUBLE = (
    "You took my direct debit twice this month.",
    "The direct debit for November was collected two times.",
    "My account was charged twice by direct debit.",
)
CARD = (
    "My new card has not arrived in the post.",
    "Where is the card that you sent me two weeks ago?",
    "I am still waiting for my debit card to be delivered.",
)
EXCHANGE = (
    "The exchange rate for my payment in euros was wrong.",
    "You used a bad exchange rate when I paid abroad.",
    "Why is the rate for my dollars so far from the market?",
)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The real model."""
    return Embedder(settings.DATA_DIR / "matcher")


@pytest.fixture
def agent(tenant: object) -> Actor:
    """Somebody who links."""
    return make_actor()
