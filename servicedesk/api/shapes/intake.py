"""Shapes of what is set up for the doors: request types, web forms, held forms, channels."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from cases.intake.form_settings import MOST_ORIGINS
from cases.intake.hooks import HOOK_CHANNELS
from cases.intake.kept import QUESTION_KINDS
from cases.request_types import Door
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
    yes_shown,
)

ASKS = ("product", "wanted_outcome", "category")
DOORS = tuple(door.value for door in Door)


def codes(*values: str, says: str = "") -> serializers.ListField:
    """Return a field for some of these codes; none when it is not sent."""
    return serializers.ListField(
        child=choice(*values), max_length=len(values), default=list, help_text=says
    )


class QuestionWish(Taken):
    """A short question of a request type."""

    label = words(longest=120, is_needed=True)  # type: ignore[assignment]
    kind = choice(*QUESTION_KINDS, default="line")
    is_required = serializers.BooleanField(default=False)


class RequestTypeWish(Taken):
    """A request type: the questions given are all it asks."""

    name = words(longest=80, is_needed=True)
    says = words(longest=160, says="A sentence that helps to choose it.")
    category = words(longest=80)
    asks = codes(*ASKS, says="Which fields of every case its form shows.")
    doors = codes(*DOORS, says="Where it is offered.")
    may_finish_at_once = serializers.BooleanField(default=False)
    answer = words(longest=20_000, says="What the customer reads when it is finished at once.")
    questions = QuestionWish(many=True, default=list)


class AskedShape(Shown):
    """A short question of a request type."""

    id = number_shown()
    label = text_shown()  # type: ignore[assignment]
    kind = text_shown()
    is_required = yes_shown()


class RequestTypeShape(Shown):
    """A sort of request: what its form asks, where it is offered, how it may end at once."""

    id = number_shown()
    slug = text_shown()
    name = text_shown()
    says = text_shown()
    category = text_shown()
    asks = serializers.SerializerMethodField()
    doors = serializers.SerializerMethodField()
    may_finish_at_once = yes_shown()
    answer = text_shown()
    questions = AskedShape(many=True, source="asked", read_only=True)
    is_active = yes_shown()

    def get_asks(self, kept: Any) -> list[str]:
        """Return which fields of every case its form shows."""
        return [code for code in ASKS if getattr(kept, f"asks_{code}")]

    def get_doors(self, kept: Any) -> list[str]:
        """Return where it is offered."""
        return [code for code in DOORS if getattr(kept, f"is_for_{code}")]


class WebFormWish(Taken):
    """A web form; its address is made with it and stays."""

    name = words(longest=80, is_needed=True)
    heading = words(longest=120)
    thanks = words(longest=2000, says="What is read when it was sent.")
    origins = serializers.ListField(
        child=serializers.CharField(max_length=300),
        max_length=MOST_ORIGINS,
        default=list,
        help_text="Pages that may show it inside them, such as https://www.example.org.",
    )
    request_type = number(is_needed=False, says="Id of a request type offered on web forms.")
    brand = number(is_needed=False, says="Id of a brand; the default one without it.")


class WebFormShape(Shown):
    """A form that anybody may fill in, alone or inside pages of the named origins."""

    id = number_shown()
    name = text_shown()
    address = serializers.SerializerMethodField()
    heading = text_shown()
    thanks = text_shown()
    origins = serializers.SerializerMethodField()
    request_type = serializers.IntegerField(
        source="request_type_id", read_only=True, allow_null=True
    )
    brand = serializers.IntegerField(source="brand_id", read_only=True, allow_null=True)
    is_active = yes_shown()

    def get_address(self, form: Any) -> str:
        """Return where it is filled in."""
        path = reverse("doors:form", args=[form.key])
        return str(self.context["request"].build_absolute_uri(path))

    def get_origins(self, form: Any) -> list[str]:
        """Return the pages that may show it."""
        return list(form.origins.split())


class HeldFormShape(Shown):
    """A filled-in form that waits for a decision: what was written, and what spoke against it."""

    id = number_shown()
    web_form = serializers.IntegerField(source="web_form_id", read_only=True)
    web_form_name = shown("web_form.name")
    name = text_shown()
    email = text_shown()
    subject = text_shown()
    text = text_shown()
    wanted_outcome = text_shown()
    reasons = serializers.SerializerMethodField()
    received_at = time_shown()

    def get_reasons(self, kept: Any) -> list[str]:
        """Return the codes of what spoke against it; none where a fault kept it."""
        return [code for code in kept.reasons.split(",") if code]


class DecidedFormShape(Shown):
    """What became of a held form; `case` is null where it was rejected."""

    id = number_shown()
    decision = text_shown()
    case = number_shown(is_nullable=True)


class ChannelWish(Taken):
    """An inbound channel; its address and its secret are made with it."""

    name = words(longest=80, is_needed=True)
    channel = choice(*(one.value for one in HOOK_CHANNELS))
    vouches = serializers.BooleanField(
        default=False, help_text="Whether the channel proves who its senders are."
    )


class ChannelShape(Shown):
    """A signed address at which a program hands in what customers said elsewhere."""

    id = number_shown()
    name = text_shown()
    channel = text_shown()
    prefix = text_shown()
    address = serializers.SerializerMethodField()
    vouches = yes_shown()
    is_active = yes_shown()
    last_received_at = time_shown(is_nullable=True)

    def get_address(self, hook: Any) -> str:
        """Return where messages are handed in."""
        path = reverse("doors:hook", args=[hook.key])
        return str(self.context["request"].build_absolute_uri(path))


class NewChannelShape(ChannelShape):
    """A channel with its new secret, which is shown this once."""

    secret = serializers.SerializerMethodField()

    def get_secret(self, _hook: Any) -> str | None:
        """Return the secret; null where an answer is given again."""
        found = self.context.get("secret")
        return str(found) if found else None
