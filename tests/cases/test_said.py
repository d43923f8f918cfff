"""Cases are found by the words of their messages, the newest first, however many say them."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest

from cases.models import Case, Message
from cases.said import cases_that_say
from tests.isolation.roles import HAS_ADMIN, admin_url
from tests.make import AT, make_case, make_tenant
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope


def let_function(setting: str) -> None:
    """Set a setting of the function that looks for words, and let the index hold every message."""
    with closing(psycopg2.connect(admin_url())) as admin, admin.cursor() as at:
        at.execute(f"ALTER FUNCTION cases_that_say(text, integer) SET {setting}")
        at.execute("SELECT gin_clean_pending_list('message_words')")
        admin.commit()


@pytest.fixture
def _restored() -> Iterator[None]:
    """Give the function its own limit back."""
    yield
    let_function("gin_fuzzy_search_limit = '50000'")


def say(text: str, *, times: int) -> Case:
    """Return a case in which a text is written again and again."""
    case = make_case(text=text)
    Message.objects.bulk_create(
        Message(case=case, direction="in", channel="mail", text=text, contact=case.contact, at=AT)
        for _time in range(times - 1)
    )
    return case


def test_of_a_word_that_very_many_messages_say_the_newest_are_found_once(tenant: Tenant) -> None:
    talkative = say("The kortleser failed again.", times=150)
    newest = make_case(text="A new kortleser?")
    make_case(text="Another matter.")

    assert cases_that_say("kortleser") == [newest.pk, talkative.pk]
    assert cases_that_say("kortleser again") == [talkative.pk]
    assert cases_that_say("kortleser matter") == []


@pytest.mark.skipif(not HAS_ADMIN, reason="needs DATABASE_ADMIN_URL: use make test")
@pytest.mark.usefixtures("_restored")
def test_what_is_little_is_found_whole_however_often_others_say_it(
    committed_tenant: Tenant,
) -> None:
    say("Something else entirely.", times=60)
    ours = [make_case(text=f"Our kortleser failed, {place}.") for place in range(5)]
    with tenant_scope(make_tenant().pk):
        say("Their kortleser failed.", times=60)
    # The index gives a part of what it finds once it expects more than two of each word.
    let_function("gin_fuzzy_search_limit = '1'")

    for _time in range(3):
        assert cases_that_say("kortleser") == [case.pk for case in reversed(ours)]


@pytest.mark.skipif(not HAS_ADMIN, reason="needs DATABASE_ADMIN_URL: use make test")
@pytest.mark.usefixtures("_restored")
def test_of_a_part_nothing_is_found_that_says_what_was_left_out(committed_tenant: Tenant) -> None:
    wanted = say("The kortleser failed.", times=700)
    say("The kortleser failed, and the printer.", times=700)
    let_function("gin_fuzzy_search_limit = '200'")

    for _time in range(3):
        assert cases_that_say("kortleser -printer") == [wanted.pk]
