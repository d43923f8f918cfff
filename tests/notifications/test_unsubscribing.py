"""One click ends mails of one sort, without signing in and without a look ending anything."""

from typing import Any

import pytest
from django.test import Client

from customers.contacting import switch_mails
from customers.models import Contact, Preference
from customers.preferences import Topic, wishes_of
from servicedesk.mail.sending import compose
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.composing import letter_for
from servicedesk.notifications.models import Notification, NotificationKind
from servicedesk.notifications.unsubscribing import WayOut, way_in, word_for
from servicedesk.pages.session import contact_actor
from tests.make import AT, make_case, make_contact, make_tenant
from tests.surfaces.signing_in import client_at
from workflow.history.models import Entry
from workflow.tenancy.scope import tenant_scope


def mail_of(kind: NotificationKind) -> Any:
    """Return the mail of a kind to a customer, as it leaves."""
    case = make_case()
    notify([Asked(key=f"x:{kind}", kind=kind, contact_id=case.contact_id, case_id=case.pk)], at=AT)
    notification = Notification.objects.select_related(
        "contact", "user", "case", "message", "problem", "tenant"
    ).get(kind=kind)
    return compose(letter_for(notification, recipient="i@example.org", at=AT))


def way_out_of(contact: Contact) -> str:
    """Return the path of the link in a customer's mail of a date."""
    return f"/help/stop/{word_for(WayOut(contact_id=contact.pk, topic=Topic.PROGRESS))}/"


def test_a_mail_of_news_says_how_it_ends_and_an_answer_does_not(tenant: Any) -> None:
    news, answer = mail_of(NotificationKind.PROBLEM_REOPENED), mail_of(NotificationKind.RECEIPT)

    link = news["List-Unsubscribe"].strip("<>")

    assert "/help/stop/" in link
    assert link in news.get_content()
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in news.as_bytes().decode().replace("\r\n ", "")
    assert answer["List-Unsubscribe"] is None


def test_a_mail_program_ends_the_mails_with_one_post_and_a_look_ends_nothing(tenant: Any) -> None:
    contact = make_contact()
    path, client = way_out_of(contact), Client(enforce_csrf_checks=True)
    host = f"{tenant.slug}.localhost"

    looked = client.get(path, headers={"host": host})

    assert looked.status_code == 200
    assert contact.name not in looked.content.decode()
    assert Topic.PROGRESS in wishes_of(contact.pk).topics

    ended = client.post(path, {"List-Unsubscribe": "One-Click"}, headers={"host": host})

    assert ended.status_code == 200
    assert wishes_of(contact.pk).topics == frozenset({Topic.ANSWERS, Topic.SOLUTIONS})
    (entry,) = Entry.objects.filter(action="contact.unsubscribed")
    assert entry.changes == {"topic": "progress", "is_mailed": False}

    client.post(path, {"List-Unsubscribe": "One-Click"}, headers={"host": host})
    client.post(path, {"action": "again"}, headers={"host": host})

    assert Topic.PROGRESS in wishes_of(contact.pk).topics
    assert Entry.objects.filter(action="contact.unsubscribed").count() == 2


def test_a_word_that_we_did_not_sign_ends_nothing(tenant: Any) -> None:
    contact, client = make_contact(), client_at(tenant)
    word = word_for(WayOut(contact_id=contact.pk, topic=Topic.PROGRESS))
    other = make_tenant()
    with tenant_scope(other.pk):
        foreign = word_for(WayOut(contact_id=contact.pk, topic=Topic.PROGRESS))

    for false in (word[:-1], word.replace("progress", "answers"), foreign, "x", "é" * 9, "a" * 999):
        assert client.post(f"/help/stop/{false}/").status_code == 404
        assert way_in(false) is None

    assert wishes_of(contact.pk).topics == frozenset(Topic)
    assert way_in(word) == WayOut(contact_id=contact.pk, topic=Topic.PROGRESS)


@pytest.mark.parametrize("is_on", [True, False])
def test_the_link_of_a_joined_contact_counts_for_the_person(tenant: Any, is_on: bool) -> None:
    kept, joined = make_contact(), make_contact()
    Contact.objects.filter(pk=joined.pk).update(joined_to=kept)
    Preference.objects.create(contact=kept, mail_progress=not is_on)

    switch_mails(joined.pk, topic=Topic.PROGRESS, is_on=is_on, actor=contact_actor(joined), at=AT)

    assert (Topic.PROGRESS in wishes_of(kept.pk).topics) is is_on
