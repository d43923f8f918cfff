"""Who is who, what they may do, and how they prove it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.make import AT, DAY, HOUR, MINUTE, make_contact, make_department, make_user
from workflow.people.actors import NotPermitted, Source
from workflow.people.authentication import (
    BadToken,
    TooManyTries,
    WrongCredentials,
    actor_for_token,
    actor_for_user,
    digest_of,
    issue_token,
    refuse_too_many_tries,
    user_by_password,
)
from workflow.people.models import ApiToken, Membership, SignInAttempt
from workflow.people.permissions import Permission, Role
from workflow.tenancy.scope import tenant_scope


def sign_in(email: str, password: str, *, network: str = "192.0.2.1", at: Any = AT) -> Any:
    return user_by_password(email=email, password=password, network=network, at=at)


def test_the_right_password_signs_in_whatever_the_case_of_the_address(tenant: Any) -> None:
    user = make_user()

    assert sign_in(user.email.upper(), "password") == user


def test_wrong_password_unknown_and_inactive_account_get_the_same_answer(tenant: Any) -> None:
    user, gone = make_user(), make_user()
    gone.is_active = False
    gone.save()

    sentences = set()
    for email, password in (
        (user.email, "wrong"),
        ("nobody@example.com", "password"),
        (gone.email, "password"),
    ):
        with pytest.raises(WrongCredentials) as refusal:
            sign_in(email, password)
        sentences.add(str(refusal.value))

    assert len(sentences) == 1


def test_five_failures_close_the_account_for_a_while_even_for_the_right_password(
    tenant: Any,
) -> None:
    user = make_user()
    for number in range(5):
        SignInAttempt.objects.create(
            account=digest_of(user.email),
            network=f"{number}",
            at=AT,
        )

    with pytest.raises(TooManyTries):
        sign_in(user.email, "password", at=AT + MINUTE)

    assert sign_in(user.email, "password", at=AT + 16 * MINUTE) == user


def test_an_unknown_account_is_closed_just_the_same(tenant: Any) -> None:
    account = digest_of("nobody@example.com")
    for _ in range(5):
        SignInAttempt.objects.create(account=account, network="x", at=AT)

    with pytest.raises(TooManyTries):
        refuse_too_many_tries(account=account, network="y", at=AT + MINUTE)


def test_a_user_of_another_tenant_is_unknown_here(tenant: Any, other_tenant: Any) -> None:
    with tenant_scope(other_tenant.pk):
        stranger = make_user()

    with pytest.raises(WrongCredentials):
        sign_in(stranger.email, "password")


def test_rights_are_those_of_all_roles_together(tenant: Any) -> None:
    payments = make_department("Payments")
    user = make_user(Role.AGENT)
    Membership.objects.create(user=user, role=Role.MEMBER, department=payments)

    actor = actor_for_user(user, source=Source.AGENT)

    assert actor.may(Permission.WORK_CASE)
    assert actor.may(Permission.WORK_PROBLEM)
    assert actor.departments == {payments.pk}
    with pytest.raises(NotPermitted):
        actor.require(Permission.CONFIGURE)


def test_a_token_is_kept_as_a_hash_and_acts_with_its_role(tenant: Any) -> None:
    word = issue_token(role=Role.AGENT, label="script", at=AT)

    actor = actor_for_token(word, at=AT + HOUR)

    assert word not in str(list(ApiToken.objects.values()))
    assert actor.may(Permission.WORK_CASE)
    assert ApiToken.objects.get().last_used_at == AT + HOUR


def test_scopes_narrow_a_token_and_never_widen_it(tenant: Any) -> None:
    word = issue_token(
        role=Role.READER,
        label="narrow",
        scopes=frozenset({Permission.VIEW_CASE, Permission.CONFIGURE}),
        at=AT,
    )

    actor = actor_for_token(word, at=AT)

    assert actor.permissions == {Permission.VIEW_CASE}


@pytest.mark.parametrize("fault", ["unknown", "expired", "revoked", "foreign"])
def test_a_token_that_does_not_count(tenant: Any, other_tenant: Any, fault: str) -> None:
    word = issue_token(role=Role.AGENT, label="x", at=AT, valid_for=timedelta(days=1))
    if fault == "unknown":
        word += "x"
    if fault == "revoked":
        ApiToken.objects.update(revoked_at=AT)
    at = AT + 2 * DAY if fault == "expired" else AT
    scope = other_tenant.pk if fault == "foreign" else tenant.pk

    with tenant_scope(scope), pytest.raises(BadToken):
        actor_for_token(word, at=at)


def test_a_contacts_token_acts_as_that_contact(tenant: Any) -> None:
    contact = make_contact()

    actor = actor_for_token(
        issue_token(role=Role.CONTACT, label="app", contact_id=contact.pk, at=AT), at=AT
    )

    assert (actor.kind, actor.id) == ("contact", contact.pk)
    assert actor.permissions == {Permission.USE_PORTAL}
