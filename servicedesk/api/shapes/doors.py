"""Shapes of who takes part, questions of departments, calls, touchpoints and held forms."""

from typing import Any

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Listing,
    Shown,
    Taken,
    anyway,
    choice,
    number,
    number_shown,
    shown,
    text_shown,
    time_shown,
    words,
    yes_shown,
)

OUTCOMES = ("opened", "continued", "answered", "wrong_number", "not_reached")


class ParticipantShape(Shown):
    """Somebody besides the contact: asked for by a copy, or let in."""

    id = number_shown()
    name = text_shown()
    address = text_shown()
    state = text_shown()
    asked_at = time_shown()
    decided_at = time_shown(is_nullable=True)


class QuestionShape(Shown):
    """What a department wants to know of a customer, and what came back."""

    id = number_shown()
    problem = serializers.IntegerField(source="problem.number", read_only=True)
    case = serializers.IntegerField(source="case.number", read_only=True)
    department = shown("department.slug")
    state = text_shown()
    asked = shown("asked.text")
    sent = shown("sent.text")
    answer = shown("answer.text")
    asked_at = time_shown()
    due_at = time_shown()
    answered_at = time_shown(is_nullable=True)


class NewQuestion(Taken):
    """A question to the customer of a linked case."""

    case = number(says="Number of the case.")
    text = words(longest=20_000, is_needed=True)


class QuestionWords(Taken):
    """The question in the agent's words, or the answer that we know ourselves."""

    text = words(longest=20_000, is_needed=True)


class QuestionToSend(QuestionWords):
    """The question in the agent's words, to the customer."""

    send_anyway = anyway()


class CallFilters(Listing):
    """Which calls."""

    outcome = choice(*OUTCOMES, default="")


class NewCall(Taken):
    """A call that has ended: who took it, with whom, and what came of it."""

    agent = words(longest=254, is_needed=True, says="E-mail address of the colleague.")
    contact = number(is_needed=False, says="Id of the contact; none for an unknown caller.")
    case = number(is_needed=False, says="Number of the case that is continued.")
    number = words(longest=40, says="The telephone number.")
    direction = choice("in", "out", default="in")
    outcome = choice(*OUTCOMES)
    subject = words(longest=250)
    text = words(longest=100_000, says="What the caller said.")
    note = words(longest=20_000, says="For colleagues only.")
    product = words(longest=120, says="Short name of a product.")
    began_at = serializers.DateTimeField()


class CallShape(Shown):
    """A call in the log."""

    id = number_shown()
    contact = serializers.IntegerField(source="contact_id", read_only=True, allow_null=True)
    contact_name = shown("contact.name")
    number = text_shown()
    direction = text_shown()
    outcome = text_shown()
    agent = shown("agent.email")
    case = serializers.IntegerField(source="case.number", read_only=True, allow_null=True)
    subject = text_shown()
    text = text_shown()
    began_at = time_shown()
    ended_at = time_shown()


class TouchpointShape(Shown):
    """One time that we and a customer met, whatever the door."""

    at = time_shown()
    sort = text_shown()
    channel = text_shown()
    direction = text_shown()
    text = text_shown()
    case = serializers.SerializerMethodField()
    is_automatic = yes_shown()
    by = text_shown()

    def get_case(self, touchpoint: Any) -> int | None:
        """Return the number of the case, or None for a call without one."""
        return int(touchpoint.case.number) if touchpoint.case else None


class CasesAtOnce(Taken):
    """Cases to be changed together: whichever can be, is; the others are named with the reason."""

    cases = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=10**15), min_length=1, max_length=200
    )
    owner = words(longest=254, says="E-mail address of a colleague.")
    queue = words(longest=80, says="Short name of a department.")
    priority = serializers.IntegerField(
        min_value=1, max_value=4, required=False, allow_null=True, default=None
    )


class RefusedCase(Shown):
    """A case that could not be changed, and why."""

    case = number_shown()
    code = text_shown()
    title = text_shown()


class OutcomeShape(Shown):
    """What became of cases that were to be changed together."""

    changed = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    refused = RefusedCase(many=True, read_only=True)


class Sight(Taken):
    """Whether a contact sees the cases of all colleagues of the organisation."""

    sees = serializers.BooleanField()


class PreferencesShape(Shown):
    """What a customer wishes to be told, and when not."""

    name = text_shown()
    language = text_shown()
    timezone = text_shown()
    topics = serializers.ListField(child=serializers.CharField(), read_only=True)
    quiet_from = serializers.TimeField(read_only=True, allow_null=True)
    quiet_until = serializers.TimeField(read_only=True, allow_null=True)
    wants_call = yes_shown()
    away_until = serializers.DateField(read_only=True, allow_null=True)


class PreferencesWish(Taken):
    """What a customer says about itself; all of it is sent."""

    name = words(longest=160, is_needed=True)
    language = words(longest=12, is_needed=True)
    timezone = words(longest=64, is_needed=True)
    topics = serializers.ListField(child=choice("answers", "progress", "solutions"), max_length=3)
    quiet_from = serializers.TimeField(required=False, allow_null=True, default=None)
    quiet_until = serializers.TimeField(required=False, allow_null=True, default=None)
    wants_call = serializers.BooleanField(default=False)
    away_until = serializers.DateField(required=False, allow_null=True, default=None)


class WebhookWish(Taken):
    """Who outside hears which news."""

    name = words(longest=80, is_needed=True)
    url = words(longest=2048, is_needed=True)
    kinds = serializers.ListField(child=serializers.CharField(max_length=60), max_length=100)


class WebhookShape(Shown):
    """Who outside hears our news; the secret is shown once, when it is made."""

    id = number_shown()
    name = text_shown()
    url = text_shown()
    kinds = serializers.SerializerMethodField()
    is_active = yes_shown()
    switched_off_because = text_shown()
    failing_since = time_shown(is_nullable=True)

    def get_kinds(self, webhook: Any) -> list[str]:
        """Return the kinds of news that it hears."""
        return list(webhook.kinds.split())


class NewWebhookShape(WebhookShape):
    """A webhook with its new secret, which is shown this once."""

    secret = serializers.SerializerMethodField()

    def get_secret(self, _webhook: Any) -> str | None:
        """Return the secret; null where an answer is given again."""
        found = self.context.get("secret")
        return str(found) if found else None


class Overlap(Taken):
    """For how long the old secret stays valid."""

    hours = serializers.IntegerField(min_value=0, max_value=24 * 30, default=24)


class CallLogFilters(Listing):
    """Which calls of a webhook."""

    state = choice("pending", "delivered", "failed", "dropped", default="")


class WebhookCallShape(Shown):
    """One call of a webhook."""

    id = number_shown()
    kind = text_shown()
    state = text_shown()
    attempts = number_shown()
    replays = number_shown()
    created_at = time_shown()


class ReplayedShape(Shown):
    """How many calls are sent again."""

    sent_again = number_shown()


class BrandWish(Taken):
    """Under which name customers hear from us."""

    name = words(longest=80, is_needed=True)
    sender_name = words(longest=80)
    sign_off = words(longest=1000)
    colour = words(longest=7, says="#rrggbb, for the portal and web forms; empty for none.")


class BrandShape(Shown):
    """A brand."""

    id = number_shown()
    name = text_shown()
    sender_name = text_shown()
    sign_off = text_shown()
    colour = text_shown()
    is_default = yes_shown()
