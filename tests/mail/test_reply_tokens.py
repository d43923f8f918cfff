"""An answer finds its case by a signed address, and nobody can make one up."""

import secrets

import pytest

from servicedesk.mail.reply_tokens import ReplyKey, ReplyTo, read_reply_address, reply_address

KEY = ReplyKey(key_id="1", secret=b"0123456789abcdef0123456789abcdef")
NEW_KEY = ReplyKey(key_id="2", secret=b"fedcba9876543210fedcba9876543210")
SAID = ReplyTo(tenant_id=1000, case_id=123_456, contact_id=98_765)
ADDRESS = reply_address(
    KEY, tenant_id=1000, case_id=123_456, contact_id=98_765, domain="reply.example"
)


def test_a_reply_address_says_its_case_and_contact():
    assert read_reply_address([KEY], ADDRESS) == SAID


def test_a_reply_address_is_one_that_every_mail_server_takes():
    local_part, _, domain = ADDRESS.partition("@")

    assert len(local_part) <= 64
    assert ADDRESS.lower() == ADDRESS
    assert domain == "reply.example"


def test_a_mail_server_may_change_the_case_of_letters():
    assert read_reply_address([KEY], ADDRESS.upper()) == SAID


def test_an_address_of_the_old_key_is_valid_while_the_key_is_kept():
    assert read_reply_address([NEW_KEY, KEY], ADDRESS) == SAID
    assert read_reply_address([NEW_KEY], ADDRESS) is None


def test_a_key_of_the_same_name_with_another_secret_signs_nothing():
    impostor = ReplyKey(key_id="1", secret=NEW_KEY.secret)

    assert read_reply_address([impostor], ADDRESS) is None


@pytest.mark.parametrize(("field", "value"), [(1, "3e9"), (2, "1e241"), (3, "181ce"), (0, "r+2")])
def test_a_changed_field_is_no_longer_signed(field, value):
    local_part, _, domain = ADDRESS.partition("@")
    fields = local_part.split(".")
    fields[field] = value

    assert read_reply_address([KEY, NEW_KEY], f"{'.'.join(fields)}@{domain}") is None


def test_each_letter_of_the_signature_counts():
    local_part, _, domain = ADDRESS.partition("@")
    for place in range(len(local_part) - 24, len(local_part)):
        other = "a" if local_part[place] != "a" else "b"
        changed = local_part[:place] + other + local_part[place + 1 :]

        assert read_reply_address([KEY], f"{changed}@{domain}") is None


def test_one_case_has_one_address_only():
    padded = ADDRESS.replace(".3e8.", ".03e8.")

    assert padded != ADDRESS
    assert read_reply_address([KEY], padded) is None


@pytest.mark.parametrize(
    "address",
    ["", "@", "r+", "support@reply.example", "r+1.1.1.1@reply.example", "r+1.1.1.1.@x", "r+" + "1." * 9999,
     "r+1.g.1.1." + "a" * 24 + "@x.example", "r+1.1.1.1." + "1" * 24 + "@x.example", "\x00" * 70, "\u017f" * 70,
     "r+1.\u0663.1.1." + "a" * 24 + "@x.example"],
)  # fmt: skip
def test_an_address_that_is_none_is_no_reply(address):
    assert read_reply_address([KEY], address) is None


def test_ids_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        reply_address(KEY, tenant_id=2**62, case_id=2**62, contact_id=2**62, domain="x.example")
    with pytest.raises(ValueError, match="do not fit"):
        reply_address(KEY, tenant_id=-1, case_id=1, contact_id=1, domain="x.example")


def test_a_weak_key_is_refused():
    with pytest.raises(ValueError, match="16 bytes"):
        ReplyKey(key_id="1", secret=b"short")


def forgeries_accepted(*, count: int) -> int:
    """Return how many of so many forged addresses are taken for valid ones."""
    head = ADDRESS.partition("@")[0].rpartition(".")[0]
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    accepted = 0
    for _ in range(count):
        signature = "".join(alphabet[byte & 31] for byte in secrets.token_bytes(24))
        accepted += read_reply_address([KEY, NEW_KEY], f"{head}.{signature}@x.example") is not None
    return accepted


def test_forged_addresses_are_not_accepted_and_the_true_one_is():
    assert forgeries_accepted(count=20_000) == 0
    assert read_reply_address([KEY, NEW_KEY], ADDRESS) == SAID


@pytest.mark.full
def test_two_hundred_thousand_forged_addresses_are_not_accepted_and_the_true_one_is():
    assert forgeries_accepted(count=200_000) == 0
    assert read_reply_address([KEY, NEW_KEY], ADDRESS) == SAID
