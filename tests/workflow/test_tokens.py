"""Keys for programs: what may be given by whom, and what is taken back."""

from datetime import timedelta
from typing import Any

import pytest

from tests.make import AT, DAY, make_actor, make_contact
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted
from workflow.people.authentication import BadToken, actor_for_token
from workflow.people.models import ApiToken
from workflow.people.permissions import ROLE_PERMISSIONS, Permission, Role
from workflow.tokens import (
    BadTokenWish,
    Given,
    NoSuchToken,
    RevokedAlready,
    give_token,
    revoke_token,
)


def give(actor: Actor, **wish: Any) -> Given:
    """Give a token to a program called Warehouse."""
    wanted = {
        "label": "Warehouse",
        "role": Role.AGENT,
        "scopes": frozenset(),
        "valid_for": DAY,
        **wish,
    }
    return give_token(actor=actor, at=AT, **wanted)


def test_a_token_acts_with_the_rights_of_its_role(tenant: Any) -> None:
    given = give(make_actor(Role.ADMIN))

    actor = actor_for_token(given.word, at=AT)

    assert actor.permissions == ROLE_PERMISSIONS[Role.AGENT]
    assert given.word not in str(ApiToken.objects.values().get())


def test_scopes_take_rights_away_and_give_none(tenant: Any) -> None:
    admin = make_actor(Role.ADMIN)

    given = give(admin, scopes=frozenset({Permission.VIEW_CASE}))

    assert actor_for_token(given.word, at=AT).permissions == {Permission.VIEW_CASE}
    with pytest.raises(BadTokenWish):
        give(admin, scopes=frozenset({Permission.MANAGE_PEOPLE}))


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.HEAD, Role.READER])
def test_only_who_manages_tokens_gives_and_takes_them(tenant: Any, role: Role) -> None:
    given = give(make_actor(Role.ADMIN))

    with pytest.raises(NotPermitted):
        give(make_actor(role))
    with pytest.raises(NotPermitted):
        revoke_token(token_id=given.token.pk, actor=make_actor(role), at=AT)


def test_a_token_gives_no_other_that_may_do_more(tenant: Any) -> None:
    narrow = frozenset({Permission.MANAGE_TOKENS, Permission.VIEW_CASE})
    word = give(make_actor(Role.ADMIN), role=Role.ADMIN, scopes=narrow).word
    program = actor_for_token(word, at=AT)

    with pytest.raises(NotPermitted):
        give(program, role=Role.ADMIN)
    with pytest.raises(NotPermitted):
        give(program, role=Role.ADMIN, scopes=frozenset({Permission.MANAGE_PEOPLE}))
    with pytest.raises(NotPermitted):
        give(program, role=Role.CONTACT, contact_id=make_contact().pk)
    equal = give(program, role=Role.READER, scopes=frozenset({Permission.VIEW_CASE}))
    assert actor_for_token(equal.word, at=AT).permissions == {Permission.VIEW_CASE}


@pytest.mark.parametrize(
    "wish",
    [
        {"label": "  "},
        {"valid_for": timedelta(0)},
        {"valid_for": timedelta(days=5_000)},
        {"requests_per_minute": 0},
        {"requests_per_minute": 10_000_000},
        {"role": Role.CONTACT},
        {"contact_id": 1},
    ],
)
def test_what_cannot_be_meant_is_refused(tenant: Any, wish: dict[str, Any]) -> None:
    with pytest.raises(BadTokenWish):
        give(make_actor(Role.ADMIN), **wish)

    assert not ApiToken.objects.exists()


def test_a_token_that_is_taken_back_acts_no_more(tenant: Any) -> None:
    admin = make_actor(Role.ADMIN)
    given = give(admin)

    revoke_token(token_id=given.token.pk, actor=admin, at=AT)

    with pytest.raises(BadToken):
        actor_for_token(given.word, at=AT)
    with pytest.raises(RevokedAlready):
        revoke_token(token_id=given.token.pk, actor=admin, at=AT)
    with pytest.raises(NoSuchToken):
        revoke_token(token_id=999_999, actor=admin, at=AT)
    actions = Entry.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["token.issued", "token.revoked"]
