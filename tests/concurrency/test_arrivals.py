"""What arrives many times at once is taken once."""

from functools import partial

from django.utils.timezone import now

from cases.models import Case, Message
from customers.models import Contact
from servicedesk.mail.models import RawMail
from servicedesk.mail.receiving import receive_mail
from tests.concurrency.at_once import all_at_once
from tests.proof.asking import broken_rules
from workflow.tenancy.models import Tenant

TIMES = 10
MAIL = b"""From: Ingrid Solheim <ingrid@example.org>
To: support@bank.example
Subject: Direct debit taken twice
Message-ID: <%d@example.org>

You have taken kr 649 twice again.
"""


def test_a_mail_delivered_ten_times_at_once_is_one_case(committed_tenant: Tenant) -> None:
    at = now()

    mails, refusals = all_at_once(
        committed_tenant, [partial(receive_mail, MAIL % 1, at=at) for _ in range(TIMES)]
    )

    assert refusals == []
    assert sorted(mail.outcome for mail in mails) == ["case"] + ["duplicate"] * (TIMES - 1)
    assert RawMail.objects.count() == TIMES
    assert Case.objects.count() == 1
    assert Message.objects.count() == 1
    assert Contact.objects.count() == 1
    assert broken_rules(at=at) == {}


def test_ten_mails_of_a_new_customer_at_once_are_ten_cases_of_one_contact(
    committed_tenant: Tenant,
) -> None:
    at = now()

    mails, refusals = all_at_once(
        committed_tenant, [partial(receive_mail, MAIL % place, at=at) for place in range(TIMES)]
    )

    assert refusals == []
    assert [mail.outcome for mail in mails] == ["case"] * TIMES
    assert sorted(Case.objects.values_list("number", flat=True)) == list(range(1, TIMES + 1))
    assert Contact.objects.count() == 1
    assert broken_rules(at=at) == {}
