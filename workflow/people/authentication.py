"""Who is this? Passwords and API tokens to an actor."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from workflow.people.actors import Actor, ActorKind, Source
from workflow.people.models import ApiToken, Department, Membership, SignInAttempt, User
from workflow.people.permissions import ROLE_PERMISSIONS, Permission, Role, permissions_of
from workflow.refusals import Refusal
from workflow.tenancy.kept_queries import kept

LOOKS_BACK_FOR = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 5
TRIES_PER_NETWORK = 50
TOKEN_USE_NOTED_AFTER = timedelta(minutes=5)
REQUESTS_PER_MINUTE = 600


class WrongCredentials(Refusal):
    """E-mail and password do not belong together; the same for an unknown e-mail."""

    code = "wrong_credentials"


class TooManyTries(Refusal):
    """The rate limit is reached."""

    code = "too_many_tries"


class BadToken(Refusal):
    """No token like this, or its time is over."""

    code = "bad_token"


def digest_of(text: str) -> str:
    """Return a SHA-256 in hexadecimal, 64 characters."""
    return hashlib.sha256(text.encode()).hexdigest()


def user_by_password(*, email: str, password: str, network: str, at: datetime) -> User:
    """Return the active user with this e-mail and password.

    An unknown e-mail costs the same hash and gets the same answer. Tries are counted in
    PostgreSQL, so that the limit holds while Redis is gone; call outside a transaction, since a
    refusal must not roll the count back.

    Raises:
        TooManyTries: 5 failures for the account or 50 for the network address in 15 minutes.
        WrongCredentials: e-mail or password is wrong.
    """
    account = digest_of(email.strip().lower())
    with transaction.atomic():
        refuse_too_many_tries(account=account, network=digest_of(network), at=at)
        attempt = SignInAttempt.objects.create(account=account, network=digest_of(network), at=at)
        user = (
            User.objects.filter(email__iexact=email.strip(), is_active=True)
            .exclude(password="")
            .first()
        )
        if user is None:
            make_password(password)
            fits = False
        else:
            fits = user.has_password(password)
        if fits and user is not None:
            attempt.succeeded = True
            attempt.save(update_fields=["succeeded"])
            user.last_sign_in_at = at
            user.save(update_fields=["last_sign_in_at"])
            return user
    raise WrongCredentials(
        _("E-mail and password do not belong together."),
        next_step=_("Check both and try again, or ask your administrator for a new password."),
    )


def refuse_too_many_tries(*, account: str, network: str, at: datetime) -> None:
    """Refuse when account or network address failed too often lately; two queries.

    Raises:
        TooManyTries: the limit is reached.
    """
    lately = SignInAttempt.objects.filter(at__gt=at - LOOKS_BACK_FOR, succeeded=False)
    if (
        lately.filter(account=account).count() >= TRIES_PER_ACCOUNT
        or lately.filter(network=network).count() >= TRIES_PER_NETWORK
    ):
        raise TooManyTries(
            _("There were too many failed tries to sign in."),
            next_step=_("Wait 15 minutes, then try again."),
        )


def actor_for_user(user: User, *, source: Source) -> Actor:
    """Return the actor behind a user, with the rights of all roles; one query."""
    return actor_with(user, list(Membership.objects.filter(user=user)), source=source)


def user_at_work(user_id: int, *, source: Source) -> tuple[User, Actor] | None:
    """Return an active user with the actor behind it, or None; one query for who has a role."""
    memberships = memberships_at_work(user=user_id)
    if memberships:
        return memberships[0].user, actor_with(memberships[0].user, memberships, source=source)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return (user, actor_with(user, [], source=source)) if user is not None else None


@kept("user")
def memberships_at_work(*, user: int) -> QuerySet[Membership]:
    """Return the roles of an active user, with the user."""
    return Membership.objects.filter(user_id=user, user__is_active=True).select_related("user")


def actor_with(user: User, memberships: list[Membership], *, source: Source) -> Actor:
    """Return the actor behind a user whose memberships are known; no query."""
    return Actor(
        kind=ActorKind.USER,
        id=user.pk,
        label=user.name,
        permissions=permissions_of({Role(m.role) for m in memberships}),
        departments=frozenset(m.department_id for m in memberships if m.department_id),
        source=source,
    )


def issue_token(
    *,
    role: Role,
    label: str,
    at: datetime,
    valid_for: timedelta = timedelta(days=365),
    scopes: frozenset[Permission] = frozenset(),
    contact_id: int | None = None,
    created_by_id: int | None = None,
    requests_per_minute: int = REQUESTS_PER_MINUTE,
) -> str:
    """Create a token and return it; it is shown this once, only its hash is kept.

    An empty `scopes` means everything the role may do. For the command line and for tests;
    people and programs ask `workflow.tokens.give_token`, which remembers who gave it.
    """
    word = new_word()
    ApiToken.objects.create(
        label=label,
        digest=digest_of(word),
        prefix=word[:8],
        role=role,
        scopes=" ".join(sorted(scopes)),
        contact_key=contact_id,
        created_by_id=created_by_id,
        requests_per_minute=requests_per_minute,
        created_at=at,
        expires_at=at + valid_for,
    )
    return word


def new_word() -> str:
    """Return the secret of a new token: 256 random bits."""
    return f"sd_{secrets.token_urlsafe(32)}"


def actor_for_token(word: str, *, at: datetime) -> Actor:
    """Return the actor behind a token; two queries, one more each five minutes of use.

    Raises:
        BadToken: unknown, expired or revoked.
    """
    return actor_of_token(live_token(word, at=at))


def live_token(word: str, *, at: datetime) -> ApiToken:
    """Return the token of a word and note its use; one query, one more each five minutes.

    Raises:
        BadToken: unknown, expired or revoked.
    """
    token = next(iter(token_with(digest=digest_of(word))), None)
    if token is None or token.revoked_at is not None or token.expires_at <= at:
        raise BadToken(
            _("This token is unknown, expired or revoked."),
            next_step=_("Ask an administrator for a new one."),
        )
    if token.last_used_at is None or token.last_used_at < at - TOKEN_USE_NOTED_AFTER:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return token


@kept("digest")
def token_with(*, digest: str) -> QuerySet[ApiToken]:
    """Return the token of a digest."""
    return ApiToken.objects.filter(digest=digest)


def actor_of_token(token: ApiToken) -> Actor:
    """Return who acts with a token; one query, none for a contact's.

    A contact's token acts as that contact. Any other acts as the token itself with the rights of
    its role, narrowed to its scopes; a department role may act for every department.
    """
    is_contact = token.contact_key is not None
    return Actor(
        kind=ActorKind.CONTACT if is_contact else ActorKind.TOKEN,
        id=token.contact_key if token.contact_key is not None else token.pk,
        label=token.label,
        permissions=rights_of(Role(token.role), token.scope_set),
        departments=frozenset() if is_contact else all_departments(),
        source=Source.API,
    )


def rights_of(role: Role, scopes: frozenset[Permission]) -> frozenset[Permission]:
    """Return what a token of a role may do; no scopes leave everything of the role."""
    rights = ROLE_PERMISSIONS[role]
    return rights & scopes if scopes else rights


def all_departments() -> frozenset[int]:
    """Return the ids of the tenant's departments; one query."""
    return frozenset(ids_of_departments())


@kept()
def ids_of_departments() -> QuerySet[Department, int]:
    """Return the id of each department."""
    return Department.objects.values_list("pk", flat=True)
