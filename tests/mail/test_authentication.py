"""What Authentication-Results say counts only from our own mail server."""

import pytest

from servicedesk.mail.authentication import is_disowned

OURS = "mx.desk.example"


@pytest.mark.parametrize(
    "value",
    [
        "mx.desk.example; dmarc=fail header.from=example.org",
        "MX.Desk.Example; spf=pass; DMARC=Fail",
        "mx.desk.example 1; dkim=none; dmarc = fail (p=reject dis=none)",
        "mx.desk.example (Postfix (filter)); dmarc=fail",
        "mx.desk.example;dmarc=fail",
    ],
)
def test_a_fail_of_our_server_counts(value: str) -> None:
    assert is_disowned([value], authserv_id=OURS)


@pytest.mark.parametrize(
    "value",
    [
        "mx.desk.example; dmarc=pass",
        "mx.desk.example; dmarc=none",
        "mx.desk.example; spf=fail; dkim=fail",
        "mx.desk.example; dmarc=pass (was dmarc=fail yesterday)",
        'mx.desk.example; spf=pass reason="dmarc=fail"',
        "mx.desk.example; x-dmarc=fail",
        "mx.evil.example; dmarc=fail",
        "mx.desk.example.evil.example; dmarc=fail",
        "(mx.desk.example) mx.evil.example; dmarc=fail",
        "dmarc=fail",
        "",
        ";" * 2_000,
        "(" * 2_000,
    ],
)
def test_nothing_else_counts(value: str) -> None:
    assert not is_disowned([value], authserv_id=OURS)


def test_without_a_name_of_our_server_nothing_counts() -> None:
    assert not is_disowned(["; dmarc=fail", "mx.desk.example; dmarc=fail"], authserv_id="")


def test_a_forged_pass_beside_our_fail_gains_nothing() -> None:
    values = ["mx.desk.example; dmarc=fail", "mx.desk.example; dmarc=pass"]

    assert is_disowned(values, authserv_id=OURS)
