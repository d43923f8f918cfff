"""Cases are found by the words of their messages, the newest first, however many say them."""

from cases.models import Message
from cases.said import cases_that_say
from tests.make import AT, make_case
from workflow.tenancy.models import Tenant


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
