"""Cases are found by the words of their messages, the newest first, however many say them."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest

from cases.models import Message
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
def _gives_a_part_of_almost_nothing() -> Iterator[None]:
    """Let the index give a part of what it finds as soon as it is more than one message."""
    let_function("gin_fuzzy_search_limit = '1'")
    yield
    let_function("gin_fuzzy_search_limit = '50000'")


def test_of_a_word_that_very_many_messages_say_the_newest_are_found_once(tenant: Tenant) -> None:
    talkative = make_case(text="The kortleser does not read.")
    Message.objects.bulk_create(
        Message(
            case=talkative,
            direction="in",
            channel="mail",
            text=f"The kortleser failed again, {place}.",
            contact=talkative.contact,
            at=AT,
        )
        for place in range(150)
    )
    newest = make_case(text="A new kortleser?")
    make_case(text="Another matter.")

    assert cases_that_say("kortleser") == [newest.pk, talkative.pk]
    assert cases_that_say("kortleser again") == [talkative.pk]
    assert cases_that_say("kortleser matter") == []


@pytest.mark.skipif(not HAS_ADMIN, reason="needs DATABASE_ADMIN_URL: use make test")
@pytest.mark.usefixtures("_gives_a_part_of_almost_nothing")
def test_what_the_index_gives_a_part_of_is_found_whole_where_it_is_little(
    committed_tenant: Tenant,
) -> None:
    ours = [make_case(text=f"Our kortleser failed, {place}.") for place in range(5)]
    with_printer = make_case(text="Our kortleser and the printer failed.")
    with tenant_scope(make_tenant().pk):
        for place in range(20):
            make_case(text=f"Their kortleser failed, {place}.")
    let_function("gin_fuzzy_search_limit = '1'")

    for _time in range(5):
        assert cases_that_say("kortleser failed -printer") == [case.pk for case in reversed(ours)]
        assert cases_that_say("printer kortleser") == [with_printer.pk]
