"""Weaknesses of other products of this kind, each tried here under the name it is known by.

Every docstring tells what the lesson is. Where the lesson is about a sender or a token, the test
also shows the right sender or token getting in, so that it fails for the right reason.
"""

import itertools
import re
from email import message_from_bytes

import pytest
from django.conf import settings
from django.test import Client
from django.utils.timezone import now

from cases.conversation import File, answer_case, keep_files
from cases.models import Attachment, Case, Message, Participant
from customers.models import PortalLink
from customers.portal_access import LinkIsOver, contact_of_link, make_link
from problems.models import CaseLink
from servicedesk.live.admission import admitted_tenant
from servicedesk.mail.addresses import answer_address
from servicedesk.mail.keeping_mailboxes import ImapAccess, save_mailbox
from servicedesk.mail.mailboxes import FetchFault, Incoming, Mailbox
from servicedesk.mail.receiving import receive_mail
from servicedesk.mail.sending import compose
from servicedesk.mail.trying import try_mailbox
from servicedesk.notifications.composing import letter_for
from servicedesk.notifications.models import Notification
from servicedesk.outbound.addresses import NotPublic, public_address
from tests.hearing import hear_everything
from tests.make import AT, HOUR, make_actor, make_case, make_contact, make_problem, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.signing_in import client_at, signed_in_contact, signed_in_staff
from workflow.branding import Brand
from workflow.people.authentication import BadToken, actor_for_token, issue_token
from workflow.people.models import Department, SignInAttempt
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SCRIPT = "<script>alert(1)</script>"
INNER = ("127.0.0.1", "169.254.169.254", "10.0.0.5", "[::1]", "localhost", "0x7f000001")


def mail(*, sender: str, to: str = "support@desk.example", number: int = 1, **more: str) -> bytes:
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in more.items())
    subject = "" if "Subject" in more else "Subject: My card\n"
    return (
        f"From: {sender}\nTo: {to}\nMessage-ID: <{number}@example.org>\n{subject}{head}\nHello.\n"
    ).encode()


# ---- rights ----------------------------------------------------------------------------------


def test_cve_2026_34722_a_new_case_brings_no_links_past_the_rights(tenant: Tenant) -> None:
    """Zammad: whoever opened a ticket could link it to tickets that he may not see."""
    problem = make_problem()
    contact = make_contact()
    before = CaseLink.objects.count()

    answer = caller_as(tenant, Role.CONTACT, contact=contact).post(
        "cases/",
        {
            "subject": "Hello", "text": "Hello.", "links": [{"problem": problem.name}],
            "problem": problem.name, "follows": 1, "owner": make_user().email,
        },
    )  # fmt: skip

    assert answer.status_code in (201, 400, 422)
    assert CaseLink.objects.count() == before
    assert not Case.objects.filter(contact=contact, owner__isnull=False).exists()
    assert not Case.objects.filter(contact=contact, follows__isnull=False).exists()


def test_cve_2022_40817_a_reader_links_nothing(tenant: Tenant) -> None:
    """Zammad: agents who may only read could tag and link all the same."""
    case, problem = make_case(), make_problem()
    form = {"problem": problem.name, "decision": "link"}

    refused = signed_in_staff(tenant, make_user(Role.READER)).post(f"/c/{case.number}/link/", form)
    linked_by_reader = CaseLink.objects.filter(case=case).exists()
    signed_in_staff(tenant, make_user(Role.AGENT)).post(f"/c/{case.number}/link/", form)

    assert refused.status_code == 403
    assert not linked_by_reader
    assert CaseLink.objects.filter(case=case).exists()


def test_cve_2022_40816_live_news_ask_for_the_same_rights_as_pages(
    committed_tenant: Tenant,
) -> None:
    """Zammad: the websocket told what the page would have refused."""
    agent, contact = make_user(), make_contact()
    host = f"{committed_tenant.slug}.localhost"
    name = settings.SESSION_COOKIE_NAME
    agents = f"{name}={signed_in_staff(committed_tenant, agent).cookies[name].value}"
    customers = signed_in_contact(committed_tenant, contact).cookies.output(header="", sep=";")

    def admitted(*, host: str, origin: str, cookies: str) -> bool:
        return admitted_tenant(host=host, origin=origin, cookies=cookies) is not None

    assert admitted(host=host, origin=f"http://{host}", cookies=agents)
    assert not admitted(host=host, origin=f"http://{host}", cookies="")
    assert not admitted(host=host, origin=f"http://{host}", cookies=customers)
    assert not admitted(host=host, origin="http://evil.example", cookies=agents)
    assert not admitted(host="nobody.localhost", origin="", cookies=agents)


def test_cve_2026_40569_a_form_sets_what_it_shows_and_nothing_else(
    tenant: Tenant, other_tenant: Tenant
) -> None:
    """FreeScout: fields that no form showed were taken over into a mailbox."""
    client = signed_in_staff(tenant, make_user(Role.ADMIN))
    with tenant_scope(other_tenant.pk):
        foreign_brand = Brand.objects.get()
    form = {
        "action": "save", "address": "help@desk.example", "incoming": "imap",
        "brand": str(Brand.objects.get().pk), "host": "imap.desk.example", "port": "993",
        "security": "tls", "username": "help", "password": "secret", "folder": "INBOX",
        "afterwards": "seen", "move_to": "",
        "department": str(Department.objects.get(is_customer_service=True).pk),
    }  # fmt: skip

    client.post(
        "/settings/mailboxes/",
        {**form, "tenant": other_tenant.pk, "tenant_id": other_tenant.pk, "sealed_password": "x",
         "pk": 4711, "is_active": "", "fault": "refused"},
    )  # fmt: skip
    client.post(
        "/settings/mailboxes/", {**form, "address": "x@desk.example", "brand": foreign_brand.pk}
    )

    mailbox = Mailbox.objects.get(address="help@desk.example")
    assert (mailbox.tenant_id, mailbox.is_active) == (tenant.pk, True)
    assert mailbox.pk != 4711
    assert not Mailbox.objects.filter(address="x@desk.example", brand_id=foreign_brand.pk).exists()


# ---- secrets that can be guessed -------------------------------------------------------------


def test_cve_2024_33668_a_file_is_found_by_no_guess_and_only_through_its_case(
    tenant: Tenant,
) -> None:
    """Zammad: files that were being uploaded lay under an id that could be guessed."""
    own, foreign = make_case(), make_case()
    (file,) = keep_files(
        foreign.messages.get(),
        [File(name="a.txt", content_type="text/plain", content=b"secret")],
        at=AT,
    )
    key = file.key.rpartition("/")[2]
    client = signed_in_contact(tenant, own.contact)

    stolen = [
        client.get(f"/help/issues/{number}/files/{key}/").status_code
        for number in (own.number, foreign.number)
    ]
    theirs = signed_in_contact(tenant, foreign.contact)

    assert stolen == [404, 404]
    assert theirs.get(f"/help/issues/{foreign.number}/files/{key}/").status_code == 200


def test_cve_2026_40496_keys_of_files_do_not_follow_from_one_another(tenant: Tenant) -> None:
    """FreeScout: the token of an attachment followed from its number."""
    case = make_case()
    files = [File(name="a.txt", content_type="text/plain", content=b"same") for _ in range(50)]
    keep_files(case.messages.get(), files, at=AT)

    keys = [
        key.rpartition("/")[2]
        for key in Attachment.objects.order_by("id").values_list("key", flat=True)
    ]

    assert len(set(keys)) == 50
    assert all(re.fullmatch(r"[0-9a-f]{32}", key) for key in keys)
    shared = [
        sum(one == other for one, other in zip(*pair, strict=True))
        for pair in itertools.pairwise(keys)
    ]
    # Two random keys have two of 32 places in common.
    assert max(shared) < 16


def test_cve_2026_27637_no_token_can_be_computed_and_none_is_stored(tenant: Tenant) -> None:
    """FreeScout: the token that signs somebody in was made of facts that an attacker has."""
    contact = make_contact()

    links = {make_link(contact, at=AT) for _ in range(50)}
    tokens = {issue_token(role=Role.AGENT, label="t", at=AT) for _ in range(3)}

    assert len(links) == 50
    assert len(tokens) == 3
    assert min(len(word) for word in links | tokens) >= 32
    stored = set(PortalLink.objects.values_list("digest", flat=True))
    assert not stored & links


def test_cve_2026_53595_an_empty_secret_opens_nothing(tenant: Tenant) -> None:
    """FreeScout: an invitation without a hash was found by an empty one."""
    contact = make_contact()
    word = make_link(contact, at=AT)

    for empty in ("", " ", "\x00", "None", "null", "0"):
        with pytest.raises(LinkIsOver):
            contact_of_link(word=empty, at=AT)
        with pytest.raises(BadToken):
            actor_for_token(empty, at=AT)
    assert client_at(tenant).get("/help/enter//").status_code == 404
    assert contact_of_link(word=word, at=AT) == contact


# ---- calls to inner hosts --------------------------------------------------------------------


@pytest.mark.parametrize("host", INNER)
def test_cve_2021_35299_the_test_of_a_mailbox_reaches_no_inner_host(
    tenant: Tenant, host: str
) -> None:
    """Zammad: the test of a mail server told which inner hosts and ports answer."""
    mailbox = save_mailbox(
        mailbox_id=None,
        address="help@desk.example",
        brand=Brand.objects.get(),
        department=Department.objects.get(is_customer_service=True),
        incoming=Incoming.IMAP,
        access=ImapAccess(host=host, username="u", password="p"),
        actor=make_actor(Role.ADMIN),
        at=now(),
    )

    with pytest.raises(NotPublic):
        public_address(host, 993)
    assert (
        try_mailbox(mailbox, actor=make_actor(Role.ADMIN), at=now(), budget_seconds=0.3)
        == FetchFault.UNREACHABLE
    )


# ---- words that become markup ----------------------------------------------------------------


def pages_of(tenant: Tenant, case: Case) -> list[str]:
    """Return every page that shows the words of a case."""
    agent = signed_in_staff(tenant, make_user())
    customer = signed_in_contact(tenant, case.contact)
    paths = ("/q/open/", f"/c/{case.number}/", f"/c/{case.number}/customer/")
    own = ("/help/", f"/help/issues/{case.number}/")
    return [agent.get(path).content.decode() for path in paths] + [
        customer.get(path).content.decode() for path in own
    ]


def test_cve_2018_1000154_a_subject_is_text_wherever_it_stands(tenant: Tenant) -> None:
    """Zammad: the subject of a mail ran as a script in the agent's browser."""
    subject = f'"><img src=x onerror=alert(1)>{SCRIPT}'
    case = receive_mail(
        mail(sender=f"Eve {SCRIPT[1:8]} <eve@example.org>", Subject=subject), at=AT
    ).case
    assert case is not None

    pages = pages_of(tenant, case)

    assert any("onerror" in page for page in pages)
    for page in pages:
        assert SCRIPT not in page
        assert "<img src=x" not in page


def test_cve_2026_32754_the_body_of_a_mail_runs_nothing(tenant: Tenant) -> None:
    """FreeScout: a script in the body of a mail was stored and run for the agent."""
    raw = mail(
        sender="eve@example.org",
        MIME_Version="1.0",
        Content_Type="text/html",
    ).replace(b"Hello.", b"<p>Hello</p><svg onload=alert(1)>" + SCRIPT.encode())
    case = receive_mail(raw, at=AT).case
    assert case is not None
    message = case.messages.get()

    framed = signed_in_staff(tenant, make_user()).get(
        f"/c/{case.number}/messages/{message.pk}/body/"
    )

    assert "Hello" in framed.content.decode()
    for page in (*pages_of(tenant, case), framed.content.decode()):
        assert SCRIPT not in page
        assert "onload" not in page
    assert "script" not in framed.headers["Content-Security-Policy"].replace(
        "default-src 'none'", ""
    )
    assert "sandbox" in framed.headers["Content-Security-Policy"]


def test_cve_2026_107393_what_a_browser_says_of_its_address_reaches_no_mail_and_no_limit(
    tenant: Tenant,
) -> None:
    """FreeScout: a forged CF-Connecting-IP stood as markup in the mail to the administrator."""
    forged = {"cf-connecting-ip": SCRIPT, "x-forwarded-for": SCRIPT, "x-real-ip": SCRIPT}
    client = Client(headers={"host": f"{tenant.slug}.localhost", **forged})
    other = Client(headers={"host": f"{tenant.slug}.localhost"})

    for one in (client, other):
        one.post("/sign-in/", {"email": "nobody@example.org", "password": "x"})

    networks = set(SignInAttempt.objects.values_list("network", flat=True))
    assert len(networks) == 1
    case = receive_mail(mail(sender="ann@example.org"), at=AT).case
    hear_everything()
    told = Notification.objects.get(case=case)
    letter = compose(letter_for(told, recipient="ann@example.org", at=AT))
    assert {part.get_content_type() for part in letter.walk()} == {"text/plain"}


# ---- mail that claims to be somebody's -------------------------------------------------------


def test_cve_2026_47123_no_mail_speaks_for_an_agent(tenant: Tenant) -> None:
    """FreeScout: a reply that only named a Message-ID was mailed to the customer as the agent's."""
    agent = make_user()
    case = receive_mail(mail(sender="ann@example.org"), at=AT).case
    assert case is not None
    answer_case(case_id=case.pk, text="We look.", actor=make_actor(), at=AT + HOUR)
    hear_everything()
    ours = Notification.objects.get(kind="answer")
    address = answer_address(tenant_id=tenant.pk, case_id=case.pk, contact_id=case.contact_id)
    said = Message.objects.filter(case=case).count()

    for number, to in enumerate(("support@desk.example", address), start=2):
        receive_mail(
            mail(sender=agent.email, to=to, number=number, In_Reply_To=f"<{ours.mail_id}>"), at=AT
        )

    assert Message.objects.filter(case=case).count() == said
    assert Message.objects.filter(direction="out").count() == 1


def test_zendesk_2024_a_copied_stranger_reads_nothing(tenant: Tenant) -> None:
    """Zendesk: whoever forged the sender and copied himself read the whole ticket."""
    case = receive_mail(mail(sender="ann@example.org"), at=AT).case
    assert case is not None
    receive_mail(
        mail(
            sender="ann@example.org", number=2, Cc="eve@evil.example", In_Reply_To="<1@example.org>"
        ),
        at=AT + HOUR,
    )
    answer_case(case_id=case.pk, text="The secret.", actor=make_actor(), at=AT + HOUR)
    hear_everything()

    eve = signed_in_contact(tenant, make_contact("eve@evil.example"))

    assert eve.get(f"/help/issues/{case.number}/").status_code == 404
    assert set(Participant.objects.values_list("state", flat=True)) <= {"asked"}
    told = Notification.objects.filter(kind="answer").values_list("contact_id", flat=True)
    assert list(told) == [case.contact_id]


def test_zendesk_2025_a_receipt_carries_no_word_of_the_sender(tenant: Tenant) -> None:
    """Zendesk: open desks mailed the words of attackers to whomever they named."""
    raw = mail(sender="BUY-NOW evil.example <victim@example.org>", Subject="BUY-NOW evil.example")
    case = receive_mail(raw.replace(b"Hello.", b"BUY-NOW evil.example"), at=AT).case
    hear_everything()
    told = Notification.objects.get(case=case, kind="receipt")

    letter = compose(letter_for(told, recipient="victim@example.org", at=AT)).as_bytes()

    assert b"victim@example.org" in letter
    assert b"BUY-NOW" not in letter
    assert b"evil.example" not in letter
    assert message_from_bytes(letter)["Auto-Submitted"] == "auto-generated"


def test_ticket_trick_2017_a_way_into_another_service_is_held_back(tenant: Tenant) -> None:
    """Many: with an address of the desk, strangers registered at services that trust its domain."""
    case = make_case(contact=make_contact("eve@evil.example"))
    address = answer_address(tenant_id=tenant.pk, case_id=case.pk, contact_id=case.contact_id)

    received = [
        receive_mail(mail(sender="no-reply@chat.example", to=to, number=n, Subject=subject), at=AT)
        for n, (to, subject) in enumerate(
            ((address, "Welcome"), ("support@desk.example", "Your verification code is 7512"))
        )
    ]

    assert [one.outcome for one in received] == ["quarantined", "quarantined"]
    assert Message.objects.filter(case=case).count() == 1


def test_osticket_a_number_and_an_address_are_no_key(tenant: Tenant) -> None:
    """osTicket: whoever knew number and mail address read the ticket, and links never ended."""
    case = make_case(contact=make_contact("ann@example.org"))
    visitor = client_at(tenant)
    word = make_link(case.contact, at=AT)

    shown = visitor.get(
        f"/help/issues/{case.number}/", {"email": "ann@example.org", "number": str(case.number)}
    )

    assert shown.status_code in (302, 403)
    with pytest.raises(LinkIsOver):
        contact_of_link(word=word, at=AT + 24 * 30 * HOUR)
