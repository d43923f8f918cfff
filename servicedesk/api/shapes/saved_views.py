"""Shapes of views that everybody sees: filters and an order of cases under a name."""

from rest_framework import serializers

from cases.filtering import ORDERS, STANDINGS
from cases.states import Channel
from servicedesk.api.shapes.fields import (
    Shown,
    Taken,
    choice,
    number,
    number_shown,
    shown,
    text_shown,
    time_shown,
    words,
)

RESPONSIBLE = ("anybody", "me", "nobody", "person", "team")
WAITS_FOR = ("anybody", "agent", "customer", "department", "problem")
OLDEST_DAYS = 3650


class ViewWish(Taken):
    """A view: one of the same name and keeper is replaced."""

    name = words(longest=80, is_needed=True)
    keeper = words(
        longest=254, is_needed=True, says="E-mail address of the colleague whose view it is."
    )
    standing = choice(*(one.value for one in STANDINGS), default="open")
    responsible = choice(
        *RESPONSIBLE, default="anybody", says="`me` is whoever looks; for a program nobody."
    )
    person = words(longest=254, says="E-mail address of a colleague, for `person`.")
    team = number(is_needed=False, says="Id of a team, for `team`.")
    queue = words(longest=80, says="Short name of a department.")
    product = words(longest=120, says="Short name of a product.")
    priority = serializers.IntegerField(
        min_value=1, max_value=4, required=False, allow_null=True, default=None
    )
    channel = choice("", *(channel.value for channel in Channel), default="")
    problem = choice("any", "linked", "unlinked", default="any")
    waits_for = choice(*WAITS_FOR, default="anybody")
    older_than_days = serializers.IntegerField(min_value=0, max_value=OLDEST_DAYS, default=0)
    order = choice(*(one.value for one in ORDERS), default="newest")


class ViewShape(Shown):
    """A view that everybody sees; `view` of a list of cases takes its id."""

    id = number_shown()
    name = text_shown()
    keeper = shown("made_by.email")
    standing = text_shown()
    responsible = text_shown()
    person = shown("person.email")
    team = serializers.IntegerField(source="team_id", read_only=True, allow_null=True)
    queue = shown("queue.slug")
    product = shown("product.slug")
    priority = number_shown(is_nullable=True)
    channel = text_shown()
    problem = text_shown()
    waits_for = text_shown()
    older_than_days = number_shown()
    order = text_shown()
    made_at = time_shown()
