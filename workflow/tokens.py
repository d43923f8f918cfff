"""Keys for programs: give one, take it back. Every change is remembered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.lengths import one_line
from workflow.people.actors import Actor, ActorKind, NotPermitted
from workflow.people.authentication import REQUESTS_PER_MINUTE, digest_of, new_word, rights_of
from workflow.people.models import ApiToken
from workflow.people.permissions import ROLE_PERMISSIONS, Permission, Role
from workflow.refusals import Refusal

SHORTEST_LIFE = timedelta(minutes=1)
LONGEST_LIFE = timedelta(days=3660)
MOST_REQUESTS_PER_MINUTE = 100_000


class BadTokenWish(Refusal):
    """A token like this cannot be given; `field` names what does not fit."""

    code = "bad_token_wish"
    status = 422

    def __init__(self, sentence: str, *, next_step: str, field: str = "label") -> None:
        super().__init__(sentence, next_step=next_step)
        self.field = field


class NoSuchToken(Refusal):
    """There is no token of this id."""

    code = "no_such_token"
    status = 404


class RevokedAlready(Refusal):
    """The token was taken back before."""

    code = "revoked_already"


@dataclass(frozen=True)
class Given:
    """A new token and its secret, which is known this once."""

    token: ApiToken
    word: str


@transaction.atomic
def give_token(
    *,
    label: str,
    role: Role,
    scopes: frozenset[Permission],
    valid_for: timedelta,
    actor: Actor,
    at: datetime,
    requests_per_minute: int = REQUESTS_PER_MINUTE,
    contact_id: int | None = None,
) -> Given:
    """Give a program a token of a role, narrowed to `scopes` if there are any.

    A contact's token needs the contact, whom the caller has looked up. What acts by a token
    itself can give no more than it may do: a narrow token never becomes a wide one.

    Raises:
        BadTokenWish: name, scopes, life, rate or contact do not fit.
        NotPermitted: the actor may not give tokens, or not one that may do this.
    """
    actor.require(Permission.MANAGE_TOKENS)
    label = one_line(label, longest=80)
    refuse_bad_wish(label, role=role, scopes=scopes, valid_for=valid_for, rate=requests_per_minute)
    if (role is Role.CONTACT) != (contact_id is not None):
        raise BadTokenWish(
            _("A customer's token belongs to one customer, and no other token does."),
            next_step=_("Name the customer's e-mail address for the role of customers only."),
            field="contact_email",
        )
    if actor.kind is ActorKind.TOKEN and not rights_of(role, scopes) <= actor.permissions:
        raise NotPermitted(
            _("A token cannot give another one that may do more than itself."),
            next_step=_("Narrow it by scopes, or let an administrator give it."),
        )
    word = new_word()
    token = ApiToken.objects.create(
        label=label,
        digest=digest_of(word),
        prefix=word[:8],
        role=role,
        scopes=" ".join(sorted(scopes)),
        contact_key=contact_id,
        created_by_id=actor.user_id,
        requests_per_minute=requests_per_minute,
        created_at=at,
        expires_at=at + valid_for,
    )
    record(
        Action.TOKEN_ISSUED,
        token,
        actor=actor,
        at=at,
        changes={
            "role": role.value,
            "scopes": len(scopes),
            "days": valid_for.days,
            "requests_per_minute": requests_per_minute,
            "contact": contact_id,
        },
    )
    return Given(token=token, word=word)


@transaction.atomic
def revoke_token(*, token_id: int, actor: Actor, at: datetime) -> ApiToken:
    """Take a token back: from now on it opens nothing. Its row stays for the history.

    Raises:
        NoSuchToken: there is none.
        RevokedAlready: somebody was faster.
    """
    actor.require(Permission.MANAGE_TOKENS)
    token = ApiToken.objects.select_for_update(of=("self",)).filter(pk=token_id).first()
    if token is None:
        raise NoSuchToken(_("There is no such token."), next_step=_("Look for it in the list."))
    if token.revoked_at is not None:
        raise RevokedAlready(
            _("This token is revoked already."), next_step=_("Load the list again.")
        )
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    record(Action.TOKEN_REVOKED, token, actor=actor, at=at)
    return token


def refuse_bad_wish(
    label: str,
    *,
    role: Role,
    scopes: frozenset[Permission],
    valid_for: timedelta,
    rate: int,
) -> None:
    """Refuse a token without a name, beyond its role, for ever, or without any request."""
    if not label:
        raise BadTokenWish(
            _("A token needs a name."), next_step=_("Name the program that will use it.")
        )
    beyond = sorted(scopes - ROLE_PERMISSIONS[role])
    if beyond:
        raise BadTokenWish(
            _("The role does not include: %(scopes)s.") % {"scopes": ", ".join(beyond)},
            next_step=_("Leave these out, or choose another role."),
            field="role",
        )
    if not SHORTEST_LIFE <= valid_for <= LONGEST_LIFE:
        raise BadTokenWish(
            _("A token lives from a minute to ten years."),
            next_step=_("Choose another end."),
            field="days",
        )
    if not 1 <= rate <= MOST_REQUESTS_PER_MINUTE:
        raise BadTokenWish(
            _("A token may ask 1 to %(most)d times a minute.") % {"most": MOST_REQUESTS_PER_MINUTE},
            next_step=_("Choose another number."),
            field="requests_per_minute",
        )
